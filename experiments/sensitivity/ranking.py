"""Does the ranking of options survive the uncertainty? Counted over a Latin hypercube of the ranges."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from experiments.statistics.intervals import Interval, t_interval

F64 = NDArray[np.float64]
_Z = 1.959963984540054  # 97.5% quantile of the normal


@dataclass(frozen=True, slots=True)
class Share:
    """A share of the samples with its Wilson interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Ranked:
    """One option (the base is one of them) over the samples; gains are in the measure's unit, better is more.

    ``first``: how often it is the best of all; ``better``: how often it is better than the base, None for the
    base; ``clear``: how often so by more than the noise of the replications. ``gain`` is at the assumptions as
    they stand, ``gain_low`` to ``gain_high`` the span over nine tenths of the samples.
    """

    option: str
    place: int  # at the assumptions as they stand, 1 the best
    first: Share
    better: Share | None
    clear: Share | None
    gain: Interval
    gain_low: float
    gain_high: float


@dataclass(frozen=True, slots=True)
class Ranking:
    """Every option, in the order that the assumptions as they stand give."""

    rows: tuple[Ranked, ...]
    samples: int
    same_order: Share  # how often the whole order is that of the assumptions as they stand


def wilson(count: float, of: int) -> Share:
    """Return a share with Wilson's 95% interval; ``count`` may hold halves (ties)."""
    share = count / of
    centre = (share + _Z * _Z / (2 * of)) / (1 + _Z * _Z / of)
    half = _Z / (1 + _Z * _Z / of) * math.sqrt(share * (1 - share) / of + _Z * _Z / (4 * of * of))
    return Share(share, max(0.0, centre - half), min(1.0, centre + half))


def rank(
    base: str,
    standing: Mapping[str, Sequence[float]],
    sampled: Mapping[str, F64],
    *,
    higher_is_better: bool,
) -> Ranking:
    """Rank options by a measure.

    ``standing`` is each option's values by replication at the assumptions as they stand; ``sampled`` the same
    over the samples (samples, replications). Options that are equal share the first place.
    """
    sign = 1.0 if higher_is_better else -1.0
    names = list(standing)
    at = {name: sign * float(np.mean(standing[name])) for name in names}
    order = sorted(names, key=lambda name: (-at[name], names.index(name)))
    means = np.stack([sign * sampled[name].mean(axis=1) for name in names], axis=1)  # (samples, options)
    best = means == means.max(axis=1, keepdims=True)
    firsts = (best / best.sum(axis=1, keepdims=True)).sum(axis=0)
    samples = means.shape[0]
    in_order = means[:, [names.index(name) for name in order]]
    same = int((np.diff(in_order, axis=1) <= 0).all(axis=1).sum())
    rows = []
    for place, name in enumerate(order, 1):
        gains = sign * (sampled[name] - sampled[base])
        own = t_interval([sign * (a - b) for a, b in zip(standing[name], standing[base], strict=True)])
        low, high = np.quantile(gains.mean(axis=1), [0.05, 0.95]).tolist()
        rows.append(
            Ranked(
                option=name,
                place=place,
                first=wilson(float(firsts[names.index(name)]), samples),
                better=None if name == base else wilson(int((gains.mean(axis=1) > 0).sum()), samples),
                clear=None if name == base else wilson(sum(_clearly(row.tolist()) for row in gains), samples),
                gain=own,
                gain_low=low,
                gain_high=high,
            )
        )
    return Ranking(tuple(rows), samples, wilson(same, samples))


def _clearly(gains: Sequence[float]) -> bool:
    """Say whether the gain of one sample is above zero by the 95% interval over its replications."""
    interval = t_interval(gains)
    return interval.low > 0
