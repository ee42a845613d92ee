"""The least sum of squares over the unit cube: many starts, each by SciPy's trust-region least squares."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

F64 = NDArray[np.float64]
STEP = 1e-4


def least_squares_of(residuals: Callable[[F64], F64], starts: F64) -> tuple[F64, float]:
    """Return the place (k,) of the least sum of squared residuals found from ``starts`` (n, k), and that sum.

    ``residuals`` takes (c, k) within the unit cube and returns (c, r). Slopes are central differences, all in one
    call.
    """
    from scipy.optimize import least_squares  # noqa: PLC0415  (start-up time)

    k = starts.shape[1]
    steps = STEP * np.concatenate([np.eye(k), -np.eye(k)])

    def here(unit: F64) -> F64:
        return np.asarray(residuals(unit[None])[0], dtype=np.float64)

    def slope(unit: F64) -> F64:
        around = np.clip(unit + steps, 0.0, 1.0)
        heights = residuals(around)
        width = (around[:k] - around[k:])[np.arange(k), np.arange(k)]
        return np.asarray((heights[:k] - heights[k:]) / width[:, None], dtype=np.float64).T

    best, least = starts[0], np.inf
    for start in starts:
        inside = np.clip(start, 1e-6, 1.0 - 1e-6)
        found = least_squares(here, inside, slope, bounds=(0.0, 1.0), max_nfev=100)
        if 2.0 * float(found.cost) < least - 1e-9:
            best, least = np.asarray(found.x, dtype=np.float64), 2.0 * float(found.cost)
    return np.clip(best, 0.0, 1.0), least


def apart(value: F64, candidates: F64, number: int) -> F64:
    """Return up to ``number`` of the candidates (c, k) with the highest ``value`` (c,), no two near each other."""
    chosen: list[int] = []
    for index in np.argsort(-value, kind="stable")[: 40 * number]:
        if all(np.abs(candidates[index] - candidates[other]).max() > 0.1 for other in chosen):
            chosen.append(int(index))
        if len(chosen) == number:
            break
    return candidates[chosen]
