"""The statistics of a difference between two scenarios: paired and unpaired intervals, Holm, verdicts.

Base and option share seed and replication numbers, so replication k of the one and of the other see the same
incidents and the same crews: the differences of the pairs are independent of each other and have Student's t
interval (Law, Simulation Modeling and Analysis, 5th ed., section 10.2.1, "paired-t").

The rule of the verdict, with δ the smallest difference of interest of the measure:

1. fewer than two pairs, or fewer than ``FLOOR`` that all differ by the same amount: too few replications;
2. the test of no difference is rejected at 5% (for headline measures after Holm over the options): better or
   worse, or higher or lower where neither is good. It is *slight* if the whole interval lies within ±δ;
3. the whole 95% interval lies within ±δ: no difference shown;
4. otherwise: too few replications to say. Needed are as many as make the interval δ wide, by the spread seen:
   such an interval either leaves zero out or lies within ±δ.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from experiments.statistics.intervals import LEVEL, Interval, t_interval, t_quantile
from experiments.statistics.precision import FLOOR

MOST_NEEDED = 100_000
"""Above this the number of replications needed is not told: nobody will make them."""


class Verdict(StrEnum):
    """What a comparison says of one measure, in the words that it prints."""

    BETTER = "better"
    WORSE = "worse"
    HIGHER = "higher"
    LOWER = "lower"
    NONE = "no difference shown"
    TOO_FEW = "too few replications to say"
    UNDECIDED = "undecided"  # over a sample of parameters, where more replications may not help
    UNDEFINED = "not defined in both"


SHOWN = frozenset({Verdict.BETTER, Verdict.WORSE, Verdict.HIGHER, Verdict.LOWER})
"""Verdicts that say that there is a difference."""


@dataclass(frozen=True, slots=True)
class Paired:
    """The difference option − base over the replications that have both values.

    ``interval`` is the 95% t interval of the mean difference, ``p`` the two-sided p-value of no difference (NaN
    under two pairs), ``spread`` the standard deviation of the differences. ``variance_ratio`` is the variance
    that the mean difference of independent runs would have over the one it has: how many times fewer
    replications the pairing needs; NaN where nothing varies.
    """

    base: float
    option: float
    interval: Interval
    p: float
    spread: float
    variance_ratio: float


def paired_difference(base: Sequence[float], option: Sequence[float]) -> Paired:
    """Compare one measure over replications, pair by pair; a pair with NaN on either side is left out."""
    pairs = [
        (float(b), float(o))
        for b, o in zip(base, option, strict=True)
        if math.isfinite(b) and math.isfinite(o)
    ]
    before, after = [b for b, _ in pairs], [o for _, o in pairs]
    differences = [o - b for b, o in pairs]
    interval = t_interval(differences)
    spread = math.sqrt(variance(differences))
    return Paired(
        base=mean(before),
        option=mean(after),
        interval=interval,
        p=p_value(interval, spread),
        spread=spread,
        variance_ratio=_ratio(variance(before) + variance(after), spread**2),
    )


def _ratio(whole: float, part: float) -> float:
    return whole / part if part > 0.0 else math.nan


def mean(values: Sequence[float]) -> float:
    """Return the mean, NaN of nothing."""
    return math.fsum(values) / len(values) if values else math.nan


def variance(values: Sequence[float]) -> float:
    """Return the sample variance, NaN of fewer than two values."""
    if len(values) < 2:
        return math.nan
    centre = mean(values)
    return math.fsum((v - centre) ** 2 for v in values) / (len(values) - 1)


def p_value(interval: Interval, spread: float) -> float:
    """Return the two-sided p-value of Student's t that the mean is zero; NaN under two values."""
    if interval.n < 2:
        return math.nan
    if spread == 0.0:
        return 1.0 if interval.value == 0.0 else 0.0
    return t_tail(abs(interval.value) / (spread / math.sqrt(interval.n)), interval.n - 1)


def t_tail(t: float, degrees: float) -> float:
    """Return the probability that Student's t lies farther from zero than ``t``."""
    from scipy.special import stdtr

    return 2.0 * float(stdtr(degrees, -abs(t)))


def unpaired_difference(base: Sequence[float], option: Sequence[float], *, level: float = LEVEL) -> Interval:
    """Return the interval of the difference of means as if the runs were independent (Welch; Law, 10.2.2).

    For runs that share no random numbers, and to see what sharing them is worth.
    """
    first, second = ([float(v) for v in values if math.isfinite(v)] for values in (base, option))
    value = mean(second) - mean(first)
    if min(len(first), len(second)) < 2:
        return Interval(value, math.nan, math.nan, min(len(first), len(second)))
    parts = [variance(values) / len(values) for values in (first, second)]
    total = math.fsum(parts)
    if total == 0.0:
        return Interval(value, value, value, min(len(first), len(second)))
    degrees = total**2 / (parts[0] ** 2 / (len(first) - 1) + parts[1] ** 2 / (len(second) - 1))
    from scipy.special import stdtrit

    half = float(stdtrit(degrees, 0.5 + level / 2.0)) * math.sqrt(total)
    return Interval(value, value - half, value + half, min(len(first), len(second)))


def holm(p_values: Sequence[float]) -> list[float]:
    """Return the p-values adjusted so that the chance of any false rejection among them is held (Holm 1979).

    NaN stays NaN and is not counted.
    """
    known = sorted((p, i) for i, p in enumerate(p_values) if not math.isnan(p))
    adjusted = [math.nan] * len(p_values)
    highest = 0.0
    for place, (p, i) in enumerate(known):
        highest = max(highest, min(1.0, (len(known) - place) * p))
        adjusted[i] = highest
    return adjusted


def judge(
    paired: Paired, *, p: float, smallest: float, higher_is_better: bool | None, floor: int = FLOOR
) -> tuple[Verdict, bool]:
    """Return the verdict and whether the difference shown is slight, by the rule at the head of this file.

    ``p`` is the p-value after adjustment, ``smallest`` the smallest difference of interest.
    """
    interval = paired.interval
    if interval.n == 0:
        return Verdict.UNDEFINED, False
    lucky = paired.spread == 0.0 and interval.value != 0.0 and interval.n < floor
    if interval.n < 2 or lucky:
        return Verdict.TOO_FEW, False
    within = -smallest <= interval.low and interval.high <= smallest
    if p < 1.0 - LEVEL:
        return _direction(interval.value, higher_is_better), within
    return (Verdict.NONE if within else Verdict.TOO_FEW), False


def _direction(difference: float, higher_is_better: bool | None) -> Verdict:
    if higher_is_better is None:
        return Verdict.HIGHER if difference > 0.0 else Verdict.LOWER
    return Verdict.BETTER if (difference > 0.0) == higher_is_better else Verdict.WORSE


def replications_for(spread: float, smallest: float, *, level: float = LEVEL) -> int | None:
    """Return the least number of pairs whose t interval is no wider than ``smallest``, by the spread seen.

    None if the spread is not known, nothing is of interest, or more than ``MOST_NEEDED`` would be needed.
    """
    if not (math.isfinite(spread) and smallest > 0.0):
        return None

    def wide(n: int) -> bool:
        return 2.0 * t_quantile(0.5 + level / 2.0, n - 1) * spread / math.sqrt(n) > smallest

    if wide(MOST_NEEDED):
        return None
    low, high = 1, MOST_NEEDED  # low is too few
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if wide(middle) else (low, middle)
    return high
