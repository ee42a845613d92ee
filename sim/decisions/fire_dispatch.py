"""Whom control sends: pure decisions over arrays, picked by name.

A policy sees control's estimate of every appliance's minutes to the scene (inf where it cannot be sent) and
names the appliances to send, quickest first. Ties go to the appliance that the scenario lists first.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from sim.world.fire import World

F32 = NDArray[np.float32]
Dispatch = Callable[[F32], int]


def quickest(estimate_min: F32) -> int:
    """Return the appliance with the least estimate, −1 if none can be sent."""
    unit = int(estimate_min.argmin())
    return unit if estimate_min[unit] < np.inf else -1


POLICIES: dict[str, Dispatch] = {"quickest": quickest}


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
    return np.where(may, np.float32(0.0), np.float32(np.inf))
