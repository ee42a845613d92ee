"""What the cover desk of the control room sees, and what it may decide. Records only.

Index letters as in ``sim.world.fire``: S sites, U appliances, Q pools, C cells.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
I8 = NDArray[np.int8]
I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
Bool = NDArray[np.bool_]


class Why(IntEnum):
    """Why a cover move is made (column ``reason`` of the log's standby table)."""

    CORE_UNCOVERED = 0
    MARGINAL_COVERAGE = 1
    CREW_SHORT = 2


class End(IntEnum):
    """Why a cover move ended (column ``end_reason``)."""

    RESTORED = 0  # the cover that it stood in for is back, or its gain has gone
    SENT = 1  # to an incident
    OWN_CREW_NEEDED = 2  # its people go off duty, or their own station needs them
    END_OF_RUN = 3


Movers = Sequence[Sequence[tuple[float, int]]]
"""By site: ordinary road minutes and appliance, nearest first, of the pumps that could ever stand by there."""


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """The cover at one moment.

    ``ready`` are own pumps at their own station with a crew to be had; two of one pool only if it can crew both.
    ``stands`` gives the site that an appliance on a cover move stands at or is on its way to; an appliance crewed
    by people moved stands at its own site. ``empty_min`` is how long a core site has had neither a ready pump of
    its own nor one standing by (only those that have none are in it), ``back_in_min`` when control expects its own
    cover back (inf: unknown). Of a group of sites, of which one is to be covered, only the one that has been
    empty longest is in it, and only while all are, since the last became so. ``minutes`` are ordinary road
    minutes between sites, row to column.
    """

    site: I32  # (U,) home
    pumps_at: Sequence[Sequence[int]]  # (S,) own pumps
    core: Bool  # (S,)
    ready: Bool  # (U,)
    immediate: Bool  # (U,) crew on station
    stands: Mapping[int, int]
    empty_min: Mapping[int, float]
    back_in_min: Mapping[int, float]
    minutes: F32  # (S, S)
    movers: Movers = ()
    mates: Mapping[int, tuple[int, ...]] = field(default_factory=dict)  # sites of its group, of a site in one
    people: PeopleView | None = None  # of the policy that moves people
    coverage: Coverage | None = None  # of the policy that reckons marginal coverage


@dataclass(frozen=True, slots=True, eq=False)
class PeopleView:
    """Who could crew what.

    ``short`` are pumps at home, in working order, with too few people. A pool's spare crew is legal for any of
    them, and all that the pool crews at home stays crewed without it.
    """

    short: Bool  # (U,)
    rank: I8  # (U,) which of its station's appliances it is
    pool_site: I32  # (Q,)
    ready_min: F64  # (Q,) minutes until its spare crew has mustered; 0 with crew on station
    spare: tuple[int, ...]  # (Q,) bit mask of a legal crew the pool can spare, 0 for none


@dataclass(frozen=True, slots=True, eq=False)
class Coverage:
    """Which demand a pump at a site reaches in time."""

    within: F64  # (S, C) 1 where a pump at the site is within reach of the cell, else 0
    weight: (
        F64  # (C,) share of expected demand, sums to 1; of few enough bits that sums are exact in any order
    )


@dataclass(frozen=True, slots=True)
class Move:
    """Send an appliance to stand by at a site."""

    unit: int
    to_site: int
    why: Why


@dataclass(frozen=True, slots=True)
class MovePeople:
    """Send people of a pool by car to crew an appliance of another station."""

    unit: int
    pool: int
    crew: int  # bit mask, by position in the pool
    why: Why = Why.CREW_SHORT


@dataclass(frozen=True, slots=True)
class Recall:
    """Send an appliance on a cover move home (or the people moved)."""

    unit: int
    end: End


Decision = Move | MovePeople | Recall
