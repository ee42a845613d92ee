"""Intervals over replications.

A replication is one independent simulated period, so the mean of a measure over n replications has the
confidence interval of Student's t with n − 1 degrees of freedom (Law, Simulation Modeling and Analysis,
5th ed., section 9.4.1). The interval speaks of the model's own chance, not of how well the model fits.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

LEVEL = 0.95
"""Confidence level of every interval shown."""


@dataclass(frozen=True, slots=True)
class Interval:
    """Mean of ``n`` replications with its confidence limits, in the unit of the measure.

    The limits are NaN with fewer than two replications; all three are NaN with none.
    """

    value: float
    low: float
    high: float
    n: int

    @property
    def half_width(self) -> float:
        """Half the width of the interval; NaN where there is none."""
        return (self.high - self.low) / 2.0


def t_quantile(probability: float, degrees: float) -> float:
    """Quantile of Student's t with ``degrees`` degrees of freedom."""
    from scipy.special import stdtrit  # scipy is slow to import, and --help needs none of it

    return float(stdtrit(degrees, probability))


def t_interval(values: Iterable[float], *, level: float = LEVEL) -> Interval:
    """Return mean and t interval of one measure over replications.

    NaN (the measure did not exist in that replication: no such incident happened) is left out of the count.
    The limits may lie outside what the measure can be: ``within_range`` cuts them.
    """
    known = [float(v) for v in values if not math.isnan(v)]
    n = len(known)
    if n == 0:
        return Interval(math.nan, math.nan, math.nan, 0)
    mean = math.fsum(known) / n
    if n == 1:
        return Interval(mean, math.nan, math.nan, 1)
    variance = math.fsum((v - mean) ** 2 for v in known) / (n - 1)
    half = t_quantile(0.5 + level / 2.0, n - 1) * math.sqrt(variance / n)
    return Interval(mean, mean - half, mean + half, n)


def within_range(interval: Interval, unit: str) -> Interval:
    """Return the interval without what no measure of this unit can be: under 0, and over 1 for shares.

    For measures, not for differences of them. The truth is never in what is cut: the interval covers as before.
    """
    most = 1.0 if unit == "share" else math.inf
    low, high = (
        limit if math.isnan(limit) else min(most, max(0.0, limit)) for limit in (interval.low, interval.high)
    )
    return Interval(interval.value, low, high, interval.n)
