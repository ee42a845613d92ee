"""Whom control sends to a fire service's incident: pure decisions over arrays and scalars.

A policy, picked by name, sees control's estimate of every appliance's minutes to the scene (inf where it cannot be
sent) and names the one to send. Ties go to the appliance that the scenario lists first.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from sim.decisions.nearest import Policy, quickest
from sim.world.codes import Reason
from sim.world.fire import World

F32 = NDArray[np.float32]

PUMP = -1
"""In place of a capability: a pump is asked for."""

_REPLACEMENT = Reason.REPLACEMENT
_INF = np.float32(np.inf)


POLICIES: dict[str, Policy] = {"quickest": quickest}


def strikes(world: World) -> F32:
    """Return what strikes appliances out of a choice: (2 own incident / over the border, 1 + capabilities, U).

    0 where an appliance may be sent, inf where not; column 0 of the second axis is for pumps.
    """
    units = world.units
    may = np.zeros((2, 1 + len(world.capability_names), len(units.key)), dtype=bool)
    may[:, 0] = units.pump
    for capability in range(len(world.capability_names)):
        may[:, 1 + capability] = (units.capability >> capability) & 1 == 1
    may[1] &= units.own
    if not world.rules.neighbours_help:
        may &= units.own
    return np.where(may, np.float32(0.0), _INF)


def is_brought(capability: int, brought: int) -> bool:
    """Return whether what has been sent brings a special's capability; ``brought`` is a bit mask."""
    return bool(brought >> capability & 1)


def leave_out_unreached(estimate_min: F32, unreached: int) -> None:
    """Strike out the appliance that an alert did not reach, unless there is no other (−1: none)."""
    if unreached >= 0 and np.count_nonzero(estimate_min < _INF) > 1:
        estimate_min[unreached] = _INF


def alert_is_lost(reason: int, drawn: bool, alerted_before: bool) -> bool:
    """Return whether an alert does not reach its appliance: the first to it may fail, a replacement's never does."""
    return drawn and reason != _REPLACEMENT and not alerted_before


class Unmet(IntEnum):
    """What becomes of a part of an attendance for which nothing is free."""

    GOES_WITHOUT = 0  # a special: the incident does without it
    WAITS = 1  # a pump: the incident waits for the next that is free
    LOST = 2  # a pump, in systems that do not let incidents wait


def when_none_is_free(capability: int, queue_when_none: bool) -> Unmet:
    """Return what becomes of a part of an attendance for which nothing is free."""
    if capability >= 0:
        return Unmet.GOES_WITHOUT
    return Unmet.WAITS if queue_when_none else Unmet.LOST
