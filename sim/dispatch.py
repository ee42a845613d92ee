"""Whom control sends: pure decisions over arrays, picked by name.

A policy sees control's estimate of every appliance's minutes to the scene (inf where it cannot be sent) and
names the appliances to send, quickest first. Ties go to the appliance that the scenario lists first.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

F32 = NDArray[np.float32]
Dispatch = Callable[[F32], int]


def quickest(estimate_min: F32) -> int:
    """Return the appliance with the least estimate, −1 if none can be sent."""
    unit = int(estimate_min.argmin())
    return unit if estimate_min[unit] < np.inf else -1


POLICIES: dict[str, Dispatch] = {"quickest": quickest}
