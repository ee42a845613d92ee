"""The quickest of some units: ``sim.decisions.nearest.quickest``."""

from __future__ import annotations

from sim.compiled.kernel import kernel
from sim.compiled.memory import Array


@kernel
def first_least(minutes: Array, count: int) -> int:
    """Return the first place at which the least of the first ``count`` numbers stands."""
    best = 0
    for place in range(1, count):
        if minutes[place] < minutes[best]:
            best = place
    return best
