"""Whom the police send or divert, and who is served next: pure functions over arrays and scalars.

Minutes are control's estimates by unit, inf where a unit cannot be sent. Ties go to the unit that the scenario lists
first, and to a free unit before one that would have to leave other work.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from sim.world.codes import Reason
from sim.world.police import PoliceUnits

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
I8 = NDArray[np.int8]

ANY_RESPONSE = -1
"""In place of a capability: any response unit will do."""

ROUNDING_MIN = 1e-9
"""A moment worked out in two ways may differ by the last bits: this much is the same moment."""


def worth_a_look(diverts: bool, free_min: float, gain_min: float) -> bool:
    """Return whether units on lower work come into question, the best free one being ``free_min`` away (inf: none)."""
    return diverts and free_min > gain_min


def worth_diverting(free_min: float, divertible_min: float, gain_min: float) -> bool:
    """Return whether a unit on lower work is to be taken, the best free one being ``free_min`` away (inf: none).

    Only if it is quicker by more than ``gain_min``.
    """
    return divertible_min < math.inf and free_min - divertible_min > gain_min


def divertible(work_grade: I8, leave_from_min: F64, grade: int, now_min: float) -> NDArray[np.bool_]:
    """Return which units (U,) may leave their work for work of a grade: it is lower, and they may leave it by now.

    ``work_grade`` is −1 for a unit with no such work; ``leave_from_min`` is −inf on the way there, then so long after
    arrival as a unit must stay.
    """
    return (work_grade > grade) & (leave_from_min <= now_min + ROUNDING_MIN)


def may_be_sent_from(
    units: PoliceUnits,
    eligible: NDArray[np.bool_],
    district: int,
    support_too: bool,
    capability: int,
    has: NDArray[np.bool_],
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which units (U,) may be sent to a part at once, and which once it has waited long enough.

    ``eligible`` (D, D) are the grade's eligible districts. A part that asks for a capability takes any unit that
    ``has`` it (U,); another takes response units, and support units if ``support_too``. Units of no district, and all
    units where the incident is in none (−1), count as eligible.
    """
    suits = units.police & (has if capability >= 0 else (~units.support | support_too))
    if district < 0:
        return suits, suits
    near = (units.district < 0) | eligible[district, np.maximum(units.district, 0)]
    return suits & near, suits


def kind_of_part(grade: int, capability: int, district: int, *, capabilities: int, districts: int) -> int:
    """Return a number for the parts that the same units may be sent to; district −1 is none."""
    kind = grade * (capabilities + 1) + capability + 1
    return kind * (districts + 1) + district + 1


def has_waited(now_min: float, opened_min: float, wider_after_min: float) -> bool:
    """Return whether a part has waited so long that units of any district may be sent."""
    return now_min >= opened_min + wider_after_min - ROUNDING_MIN


def officers_short(asked: int, brings: int) -> int:
    """Return how many officers another unit must bring: any response unit will do."""
    return max(asked - brings, 0)


def reason_of(diverted: bool, now_min: float, opened_min: float, number: int) -> Reason:
    """Return why a unit is assigned to the ``number``-th part of an incident."""
    if diverted:
        return Reason.DIVERTED
    if now_min > opened_min + ROUNDING_MIN:
        return Reason.QUEUED
    return Reason.BACKUP if number else Reason.QUICKEST


def first_by_age(heads: Iterable[tuple[float, int]]) -> tuple[float, int] | None:
    """Return the oldest of some parts that wait, each given as (opened, part); None if there is none.

    Parts of the same age go by the incident's row, then by the part's number, as ``part`` counts them.
    """
    return min(heads, default=None)
