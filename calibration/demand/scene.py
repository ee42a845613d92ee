"""Times at scene: a lognormal by type from minutes that are rounded, or known only to be no more than something.

The model gives every appliance of an incident its own lognormal time, with half of the logarithm's variance in common
(``sim/draws/response_times.py``). Where records tell the minutes of n pumps together, their mean is close to a
lognormal of the same mean and variance (Fenton 1960, IRE Transactions on Communications Systems 8(1), 57 to 67).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]

FEWEST = 30
"""Records of a type below which its time at scene is not fitted."""
FEWEST_TOLD = 10
"""Records with a time, and not only a limit, below which it is not fitted."""
COMMON = 0.5
"""Part of the variance of the logarithm that an incident's appliances have in common (as simulated)."""
SIGMA_MOST = 3.0


@dataclass(frozen=True, slots=True)
class Over:
    """Of ``count`` records of so many pumps: the share over the limit that records tell, and the share by the fit."""

    pumps: int
    count: int
    limit_min: float
    share: float
    expected: float


@dataclass(frozen=True, slots=True)
class Scene:
    """Lognormal of one appliance's minutes at scene; ``limited`` of the ``count`` records told only a limit.

    ``over`` holds the fit to account where there is a limit, by number of pumps: the model's time at scene of an
    appliance does not depend on how many there are, a service's may.
    """

    count: int
    limited: int
    median_min: float
    median_error: float
    sigma: float
    sigma_error: float
    over: tuple[Over, ...] = ()


def fit_scene(low: F64, high: F64, pumps: I64) -> Scene | str:
    """Return the fit to minutes of ``pumps`` together that lie between ``low`` and ``high``, or why there is none.

    Maximum likelihood of the intervals; standard errors from the observed information.
    """
    from scipy.optimize import minimize  # noqa: PLC0415  (start-up time)

    limited = low <= 0.0
    count, told = int(low.size), int((~limited).sum())
    if count < FEWEST:
        return f"fewer than {FEWEST} records with a time at scene"
    if told < FEWEST_TOLD:
        return f"fewer than {FEWEST_TOLD} records tell a time and not just a limit"
    each_low, each_high = low / pumps, high / pumps
    table = np.column_stack([each_low, each_high, pumps.astype(np.float64)])
    data, repeats = np.unique(table, axis=0, return_counts=True)
    weight = repeats.astype(np.float64)
    # a limit tells little of where its records lie: begin in the middle of it
    middle = np.log(
        np.where(data[:, 0] > 0, np.sqrt(np.maximum(data[:, 0] * data[:, 1], 1e-9)), data[:, 1] / 2)
    )
    mean = float(np.average(middle, weights=weight))
    scatter = math.sqrt(float(np.average((middle - mean) ** 2, weights=weight)))
    start = np.array([mean, math.log(min(max(scatter, 0.2), 2.0))])

    def loss(x: F64) -> float:
        return _loss(float(x[0]), math.exp(min(float(x[1]), 1.5)), data, weight)

    fit = minimize(loss, start, method="Nelder-Mead", options={"xatol": 1e-7, "fatol": 1e-7, "maxiter": 2000})
    sigma = math.exp(float(fit.x[1]))
    if not fit.success or sigma > SIGMA_MOST:
        return "no lognormal fits: the likelihood has no maximum with a sigma up to 3"
    covariance = _covariance(loss, np.asarray(fit.x, dtype=np.float64))
    if covariance is None:
        return "the records do not settle median and sigma: the likelihood is flat"
    median = math.exp(float(fit.x[0]))
    errors = np.sqrt(np.diag(covariance))
    return Scene(
        count,
        int(limited.sum()),
        median,
        median * float(errors[0]),
        sigma,
        sigma * float(errors[1]),
        tuple(_over(float(fit.x[0]), sigma, limited, high, pumps)),
    )


def _over(centre: float, sigma: float, limited: NDArray[np.bool_], high: F64, pumps: I64) -> Iterator[Over]:
    """Yield the share over the limit beside the fit's, for numbers of pumps that are common enough."""
    from scipy.special import ndtr  # noqa: PLC0415  (start-up time)

    for number in np.unique(pumps).tolist():
        rows = pumps == number
        if rows.sum() < FEWEST or not (rows & limited).any():
            continue
        limit = float(high[rows & limited].max())
        if limit <= 0.0:
            continue
        mean_centre, mean_sigma = _of_mean(centre, sigma, np.array([float(number)]))
        expected = float(ndtr(-(math.log(limit / number) - mean_centre[0]) / mean_sigma[0]))
        yield Over(int(number), int(rows.sum()), limit, float((~limited)[rows].mean()), expected)


def _of_mean(centre: float, sigma: float, pumps: F64) -> tuple[F64, F64]:
    """Return logarithm's mean and scatter of the mean minutes of so many pumps (Fenton)."""
    variance = sigma * sigma
    squared = math.expm1(variance) / pumps + (1.0 - 1.0 / pumps) * math.expm1(COMMON * variance)
    scatter = np.sqrt(np.log1p(squared))
    return np.asarray(centre + variance / 2.0 - scatter**2 / 2.0), np.asarray(scatter)


def _loss(centre: float, sigma: float, data: F64, weight: F64) -> float:
    """Return minus the log-likelihood of intervals (low, high, pumps)."""
    from scipy.special import ndtr  # noqa: PLC0415  (start-up time)

    centre_of_mean, sigma_of_mean = _of_mean(centre, sigma, data[:, 2])
    with np.errstate(divide="ignore"):
        a = (np.log(data[:, 0]) - centre_of_mean) / sigma_of_mean
        b = (np.log(data[:, 1]) - centre_of_mean) / sigma_of_mean
    upper = a > 0  # in the upper tail differences of 1 - p keep their digits
    mass = np.where(upper, ndtr(-a) - ndtr(-b), ndtr(b) - ndtr(a))
    return float(-(weight * np.log(np.maximum(mass, 1e-300))).sum())


def _covariance(loss: object, at: F64) -> F64 | None:
    """Return the inverse of the observed information (central differences), None where it is not positive."""
    assert callable(loss)
    step = 1e-3
    information = np.zeros((2, 2))
    shift = np.eye(2) * step
    for i in range(2):
        for j in range(2):
            information[i, j] = (
                loss(at + shift[i] + shift[j])
                - loss(at + shift[i] - shift[j])
                - loss(at - shift[i] + shift[j])
                + loss(at - shift[i] - shift[j])
            ) / (4.0 * step * step)
    if not np.isfinite(information).all() or np.linalg.eigvalsh(information)[0] <= 0:
        return None
    covariance = np.asarray(np.linalg.inv(information), dtype=np.float64)
    return covariance if covariance[1, 1] < 1.0 else None
