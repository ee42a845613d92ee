"""How uncertain a measure is: by chance alone, and with what is not known of the parameters.

N parameter sets are drawn from the posterior sample, and each is simulated for R replications of its own. A measure
y of draw i and replication r is then ``centre + parameters(i) + chance(i, r)``: a one-way layout with random effects
(Searle, Casella and McCulloch, Variance Components, 1992, chapter 3). With m(i) the mean of draw i, and by the law
of total variance:

- within variance w: of a replication about its draw's mean, pooled over draws, N (R − 1) degrees of freedom;
- between variance b: of the means m(i), N − 1 degrees of freedom. It holds w/R of chance, so that the parameters'
  own variance is b − w/R, taken as 0 where that is negative.

**Parameters held**: the interval of the mean over these N draws as if they were all there is. Only the chance of the
N R simulated periods counts: variance w/(N R), Student's t with N (R − 1) degrees of freedom.

**With parameters**: the interval of the measure's expectation at one further parameter set, as the truth is if the
posterior is right. Its variance is that of the parameters, which more simulation does not lessen, and that of the
centre: (b − w/R) + b/N, at least that of the held interval. Student's t with the degrees of freedom of Satterthwaite
(1946) for that combination, held between ``FEWEST`` and N − 1. It is never narrower than the interval with the
parameters held.

Replications are not shared by the draws: with R common years the chance of those years would be known from R − 1
degrees of freedom only, and b would not hold it. Scenarios that are compared share draws and replications alike.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from experiments.statistics.intervals import LEVEL, Interval, t_quantile

FEWEST = 3.0
"""Degrees of freedom below which a difference of variances tells nothing (assumption; see docs/posterior.md)."""


@dataclass(frozen=True, slots=True)
class Spread:
    """One measure over draws and replications, in its unit; NaN where it cannot be said.

    ``held`` and ``whole`` are the two intervals, ``n`` in them the number of draws. ``parameter_sd`` is the standard
    deviation between parameter sets without chance, ``chance_sd`` that of one replication. ``error`` and ``degrees``
    are what ``whole`` is made from.
    """

    held: Interval
    whole: Interval
    parameter_sd: float
    chance_sd: float
    error: float
    degrees: float

    @property
    def value(self) -> float:
        """Mean over the draws."""
        return self.whole.value

    @property
    def p(self) -> float:
        """Two-sided p-value that the measure is zero, parameters included; NaN where there is no interval."""
        if not math.isfinite(self.error):
            return math.nan
        if self.error == 0.0:
            return 1.0 if self.value == 0.0 else 0.0
        from scipy.special import stdtr

        return 2.0 * float(stdtr(self.degrees, -abs(self.value) / self.error))


def spread(draws: Sequence[Sequence[float]], *, level: float = LEVEL) -> Spread:
    """Return the two intervals of a measure; ``draws`` holds its replications draw by draw.

    A replication in which the measure does not exist (NaN: no such incident happened) is left out, and a draw
    without any other. Draws count alike, however many of their replications are left.
    """
    known = [[float(v) for v in draw if math.isfinite(v)] for draw in draws]
    known = [draw for draw in known if draw]
    n = len(known)
    if n == 0:
        nothing = Interval(math.nan, math.nan, math.nan, 0)
        return Spread(nothing, nothing, math.nan, math.nan, math.nan, math.nan)
    means = [math.fsum(draw) / len(draw) for draw in known]
    centre = math.fsum(means) / n
    held_error, within, within_degrees, share = _chance(known, means)
    held = _interval(centre, held_error, float(within_degrees), n, level)
    if n < 2 or not math.isfinite(held_error):
        whole = Interval(centre, math.nan, math.nan, n)
        return Spread(held, whole, math.nan, math.sqrt(within), math.nan, math.nan)
    between = math.fsum((m - centre) ** 2 for m in means) / (n - 1)
    parameters = max(0.0, between - share * within)
    variance = max((1.0 + 1.0 / n) * between - share * within, held_error**2)
    degrees = _satterthwaite(variance, (1.0 + 1.0 / n) * between, n - 1, share * within, within_degrees)
    error = math.sqrt(variance)
    whole = _interval(centre, error, degrees, n, level)
    if whole.half_width < held.half_width:
        whole, error, degrees = held, held_error, float(within_degrees)
    return Spread(held, whole, math.sqrt(parameters), math.sqrt(within), error, degrees)


def _chance(known: Sequence[Sequence[float]], means: Sequence[float]) -> tuple[float, float, int, float]:
    """Return the error of the centre by chance, the within variance, its degrees, and the mean of 1/replications."""
    n = len(known)
    degrees = sum(len(draw) - 1 for draw in known)
    share = math.fsum(1.0 / len(draw) for draw in known) / n
    if degrees == 0:
        return math.nan, math.nan, 0, share
    squares = math.fsum((v - m) ** 2 for draw, m in zip(known, means, strict=True) for v in draw)
    within = squares / degrees
    return math.sqrt(within * share / n), within, degrees, share


def _satterthwaite(
    variance: float, plus: float, plus_degrees: int, minus: float, minus_degrees: int
) -> float:
    """Return the degrees of freedom of ``variance = plus − minus``, within bounds."""
    most = float(plus_degrees)
    if plus == 0.0 and minus == 0.0:
        return most
    degrees = variance**2 / (plus**2 / plus_degrees + minus**2 / minus_degrees)
    return min(most, max(min(FEWEST, most), degrees))


def _interval(centre: float, error: float, degrees: float, n: int, level: float) -> Interval:
    if not math.isfinite(error):
        return Interval(centre, math.nan, math.nan, n)
    half = t_quantile(0.5 + level / 2.0, degrees) * error
    return Interval(centre, centre - half, centre + half, n)
