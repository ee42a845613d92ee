"""The highest point of a smooth function over the unit cube: many starts, each climbed with L-BFGS-B."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

F64 = NDArray[np.float64]
STEP = 1e-5


def highest(value: Callable[[F64], F64], starts: F64) -> tuple[F64, float]:
    """Return the place (k,) and height of the highest point found from ``starts`` (n, k), within the unit cube.

    ``value`` takes (c, k) and returns (c,). Slopes are central differences, all in one call.
    """
    from scipy.optimize import minimize  # noqa: PLC0415  (start-up time)

    k = starts.shape[1]
    steps = STEP * np.concatenate([np.eye(k), -np.eye(k)])

    def down(unit: F64) -> tuple[float, F64]:
        around = np.clip(unit + steps, 0.0, 1.0)
        heights = value(np.concatenate([unit[None], around]))
        width = (around[:k] - around[k:])[np.arange(k), np.arange(k)]
        return -float(heights[0]), -(heights[1 : k + 1] - heights[k + 1 :]) / width

    best, top = starts[0], -np.inf
    for start in starts:
        found = minimize(
            down,
            np.clip(start, 0.0, 1.0),
            jac=True,
            method="L-BFGS-B",
            bounds=[(0.0, 1.0)] * k,
            options={"maxiter": 200},
        )
        if -float(found.fun) > top + 1e-9:
            best, top = np.clip(np.asarray(found.x, dtype=np.float64), 0.0, 1.0), -float(found.fun)
    return best, top


def starts_of(value: Callable[[F64], F64], candidates: F64, number: int) -> F64:
    """Return ``number`` places to start from: the highest of the candidates, no two near each other."""
    order = np.argsort(-value(candidates), kind="stable")
    chosen: list[int] = []
    for index in order[: 40 * number]:
        apart = all(np.abs(candidates[index] - candidates[other]).max() > 0.1 for other in chosen)
        if apart:
            chosen.append(int(index))
        if len(chosen) == number:
            break
    return candidates[chosen]
