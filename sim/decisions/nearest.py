"""The quickest of some units, of which some are known only to be no quicker than a bound. Pure."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

F32 = NDArray[np.float32]
Policy = Callable[[F32], int]


def quickest(estimate_min: F32) -> int:
    """Return the appliance with the least estimate, −1 if none can be sent."""
    unit = int(estimate_min.argmin())
    return unit if estimate_min[unit] < np.inf else -1


def choose(policy: Policy, estimate_min: F32, exact_min: Callable[[int], np.float32 | None]) -> int:
    """Return the unit that a policy chooses, −1 if none can be sent.

    Of some units ``estimate_min`` is a bound below; ``exact_min`` looks closely at one (None: it was exact). The
    choice stands once the unit chosen is no slower than its bound said. Exact values are put into ``estimate_min``.
    """
    while (unit := policy(estimate_min)) >= 0:
        exact = exact_min(unit)
        if exact is None:
            return unit
        was_exact = not estimate_min[unit] < exact
        estimate_min[unit] = exact
        if was_exact:
            return unit
    return -1
