"""What is believed of the parameters beforehand, on the unit scale: 0 at a parameter's ``low`` and 1 at its ``high``.

Between them the scale is the parameter's transformed one. Arrays of values have the shape (points, parameters).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike

from calibration.parameters import F64, Parameter


def to_unit(parameters: Sequence[Parameter], values: ArrayLike) -> F64:
    """Return values (…, k) in natural units on the unit scale: 0 at ``low``, 1 at ``high``."""
    x = np.asarray(values, dtype=np.float64)
    columns = []
    for index, each in enumerate(parameters):
        low, high = each.forward(each.low), each.forward(each.high)
        columns.append((each.forward(x[..., index]) - low) / (high - low))
    return np.stack(columns, axis=-1)


def from_unit(parameters: Sequence[Parameter], unit: ArrayLike) -> F64:
    """Return the natural values of unit values (…, k); 0 and 1 give the bounds exactly."""
    u = np.asarray(unit, dtype=np.float64)
    columns = []
    for index, each in enumerate(parameters):
        low, high = each.forward(each.low), each.forward(each.high)
        column = each.backward(low + u[..., index] * (high - low))
        columns.append(np.clip(column, each.low, each.high))
    return np.stack(columns, axis=-1)


def unit_prior(parameters: Sequence[Parameter]) -> tuple[F64, F64]:
    """Return centres and spreads (k,) of the beliefs on the unit scale, before they are cut off at the bounds."""
    return _unit_prior(tuple(parameters))


@lru_cache(maxsize=8)
def _unit_prior(parameters: tuple[Parameter, ...]) -> tuple[F64, F64]:
    pairs = np.array([each.unit_prior for each in parameters], dtype=np.float64).T.copy()
    pairs.setflags(write=False)
    return pairs[0], pairs[1]


def prior_sd(parameters: Sequence[Parameter]) -> F64:
    """Return the spread (k,) of the beliefs, cut off at the bounds, on the unit scale."""
    from scipy.stats import truncnorm  # noqa: PLC0415  (start-up time)

    centre, sd = unit_prior(parameters)
    return np.asarray(
        truncnorm.std(-centre / sd, (1.0 - centre) / sd, loc=centre, scale=sd), dtype=np.float64
    )


def log_prior(parameters: Sequence[Parameter], unit: ArrayLike) -> F64:
    """Return the logarithm of the belief at unit values (…, k), up to a constant; minus infinity out of bounds."""
    u = np.asarray(unit, dtype=np.float64)
    centre, sd = unit_prior(parameters)
    inside = np.all((u >= 0.0) & (u <= 1.0), axis=-1)
    return np.where(inside, -0.5 * np.sum(((u - centre) / sd) ** 2, axis=-1), -np.inf)


def sample_prior(parameters: Sequence[Parameter], n: int, seed: int) -> F64:
    """Return ``n`` values (n, k) in natural units from the beliefs: a scrambled Sobol sequence, even to its corners."""
    from scipy.stats import truncnorm  # noqa: PLC0415  (start-up time)

    centre, sd = unit_prior(parameters)
    unit = truncnorm.ppf(
        sobol(n, len(parameters), seed), -centre / sd, (1.0 - centre) / sd, loc=centre, scale=sd
    )
    return from_unit(parameters, np.clip(unit, 0.0, 1.0))


def sobol(n: int, k: int, seed: int) -> F64:
    """Return ``n`` points (n, k) of a scrambled Sobol sequence, strictly inside the unit cube."""
    from scipy.stats import qmc  # noqa: PLC0415  (start-up time)

    engine = qmc.Sobol(k, scramble=True, rng=np.random.default_rng(seed))
    points = engine.random_base2(max(0, math.ceil(math.log2(max(n, 1)))))[:n]
    return np.clip(np.asarray(points, dtype=np.float64), 1e-9, 1.0 - 1e-9)


def plausible_box(parameters: Sequence[Parameter]) -> tuple[F64, F64]:
    """Return the part of the unit cube (k,), (k,) that beliefs take seriously: three spreads around the centre."""
    centre, sd = unit_prior(parameters)
    return np.maximum(0.0, centre - 3.0 * sd), np.minimum(1.0, centre + 3.0 * sd)


def farthest(candidates: F64, done: F64, n: int) -> F64:
    """Return ``n`` candidates (n, k), each the farthest from all points done and chosen before it."""
    if n <= 0 or not len(candidates):
        return np.empty((0, done.shape[1]))
    nearest = np.full(len(candidates), np.inf)
    for row in done:
        nearest = np.minimum(nearest, ((candidates - row) ** 2).sum(axis=1))
    chosen = []
    for _ in range(n):
        index = int(np.argmax(nearest))
        chosen.append(index)
        nearest = np.minimum(nearest, ((candidates - candidates[index]) ** 2).sum(axis=1))
    return candidates[chosen]
