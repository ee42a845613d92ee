"""Calls a year by type, with exact Poisson intervals, and how much more than Poisson the counts scatter."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calibration.demand.exposure import Exposure

F64 = NDArray[np.float64]

YEAR_DAYS = 365.0
"""Days of the model's year: ``per_year`` is calls in so many."""


@dataclass(frozen=True, slots=True)
class Rate:
    """Incidents a year of one type: ``count`` records in ``years`` of exposure at the sampling fraction.

    ``low`` and ``high``: Garwood's exact 95% interval. ``dispersion`` is the variance over the mean of its weekly
    counts after the year's profile (1: Poisson; NaN where there are too few), ``widened`` the standard error with it.
    """

    count: int
    years: float
    per_year: float
    standard_error: float
    low: float
    high: float
    dispersion: float

    @property
    def widened(self) -> float:
        """The standard error if the scatter from week to week is more than Poisson's."""
        return self.standard_error * (math.sqrt(self.dispersion) if self.dispersion > 1.0 else 1.0)


def garwood(count: int) -> tuple[float, float]:
    """Return the exact 95% interval of a Poisson mean (Garwood 1936, Biometrika 28, 437 to 442)."""
    from scipy.special import gammaincinv  # noqa: PLC0415  (start-up time)

    return float(gammaincinv(count, 0.025)) if count else 0.0, float(gammaincinv(count + 1, 0.975))


def fit_rate(day: NDArray[np.int64], exposure: Exposure, day_factor: F64, fraction: float) -> Rate:
    """Return the rate of the records on ``day`` (all of which count).

    ``day_factor`` are relative calls on each day that counts, mean 1 over a year: a period of parts of a year, or
    gaps, count with the calls that season and kind of day make one expect.
    """
    count = int(day.size)
    low, high = garwood(count)
    years = float(day_factor.sum()) / YEAR_DAYS
    scale = 1.0 / (fraction * years)
    error = math.sqrt(max(count, 1))
    return Rate(
        count,
        years,
        count * scale,
        error * scale,
        low * scale,
        high * scale,
        math.nan if exposure.monthly else _dispersion(day, exposure, day_factor),
    )


def _dispersion(day: NDArray[np.int64], exposure: Exposure, day_factor: F64) -> float:
    """Return Pearson's chi-square over its degrees of freedom, by blocks of seven days that count."""
    blocks = exposure.days.size // 7
    if blocks < 8 or day.size < 5 * blocks:
        return math.nan
    at = np.searchsorted(exposure.days, day) // 7
    seen = np.bincount(at, minlength=blocks + 1)[:blocks]
    expected = day_factor[: blocks * 7].reshape(blocks, 7).sum(axis=1)
    if (expected <= 0).any():
        return math.nan
    expected = expected * seen.sum() / expected.sum()
    return float(((seen - expected) ** 2 / expected).sum() / (blocks - 1))


def undated_rate(count: int, years: float, fraction: float) -> Rate:
    """Return the rate of records without dates over a stated period."""
    low, high = garwood(count)

    scale = 1.0 / (years * fraction)
    error = max(count, 1) ** 0.5
    return Rate(count, years, count * scale, error * scale, low * scale, high * scale, float("nan"))
