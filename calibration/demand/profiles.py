"""Profiles by hour (weekday, weekend) and by month: a type's counts drawn towards its group's pooled profile.

Method: empirical Bayes. A type's counts over bins are multinomial, their shares Dirichlet around the pooled profile of
the other types of its group. How much that profile weighs (in records) is one number for the types of a group, of
highest marginal likelihood: where the common types are unlike each other, the rare ones keep more of their own. The
pooled profile is smoothed round the clock (or the year) by binomial weights whose width leave-one-out likelihood
chooses.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

F64 = NDArray[np.float64]

WIDTHS = (0, 1, 2, 4, 8)
"""Binomial smoothing tried: 0 is none, 1 is weights 1 2 1, and so on."""
WEIGHTS = np.geomspace(1.0, 1e6, 121)
"""Weights of the pooled profile tried, in records."""
FEWEST_POOLED = 50
"""A group with fewer records than this, besides the type itself, does not make a pooled profile."""


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """Relative rates (cycles, bins), mean 1 by ``usual`` days, with standard errors.

    ``weight`` is the number of records that the pooled profile counts for beside the ``count`` own ones;
    ``pooled_from`` says whose profile that is: "group", "all", or "own" where there is no other.
    """

    count: int
    rate: F64
    standard_error: F64
    weight: float
    pooled_from: str


def fit_profiles(counts: F64, exposure: F64, usual: F64, groups: Sequence[str]) -> list[Profile | None]:
    """Return the profile of every type; None for a type without records.

    ``counts`` (M, cycles, bins): a cycle is a day (weekday, weekend) or the year; bins follow each other round it.
    ``exposure`` and ``usual`` (cycles, bins): days that count, all above 0, and days of an ordinary year.
    """
    many = range(len(counts))
    pools = {i: _pool(counts, i, groups, exposure) for i in many if counts[i].sum() > 0}
    scores = {i: _scores(counts[i].ravel(), pool.share.ravel()) for i, (pool, _) in pools.items()}
    found: list[Profile | None] = []
    for i in many:
        if i not in pools:
            found.append(None)
            continue
        pool, name = pools[i]
        alike = [scores[k] for k in pools if groups[k] == groups[i] and pools[k][1] == name]
        weight = float(WEIGHTS[int(np.argmax(np.sum(alike, axis=0)))])
        found.append(_shrink(counts[i], pool, weight, exposure, usual, name))
    return found


def _pool(counts: F64, i: int, groups: Sequence[str], exposure: F64) -> tuple[Pooled, str]:
    """Return the profile that a type is drawn to, and whose it is."""
    own = counts[i]
    of_group = counts[[k for k, group in enumerate(groups) if group == groups[i]]].sum(axis=0) - own
    of_all = counts.sum(axis=0) - own
    if of_group.sum() >= FEWEST_POOLED:
        return smooth(of_group, exposure), "group"
    if of_all.sum() >= FEWEST_POOLED:
        return smooth(of_all, exposure), "all"
    return smooth(own, exposure), "own"


@dataclass(frozen=True, slots=True, eq=False)
class Pooled:
    """A pooled profile: expected shares of records (cycles, bins), all above 0, sum 1, and their variances."""

    share: F64
    variance: F64


def smooth(counts: F64, exposure: F64) -> Pooled:
    """Return the smoothed profile of ``counts`` (cycles, bins) over days ``exposure``."""
    best, chosen, likeliest = None, _kernel(0, counts.shape[1]), -np.inf
    for width in WIDTHS:
        kernel = _kernel(width, counts.shape[1])
        seen, days = _round(counts, kernel), _round(exposure, kernel)
        without = np.maximum(seen - kernel[0] * np.minimum(counts, 1.0), 1e-9)  # each record left out in turn
        shares = without / days * exposure
        score = float((counts * np.log(np.maximum(shares, 1e-12))).sum())
        if score > likeliest:
            best, chosen, likeliest = seen / days, kernel, score
    assert best is not None
    rate = (best * counts.sum() + best.mean()) / (
        counts.sum() + 1.0
    )  # one record spread evenly: no share of 0
    share = rate * exposure
    share = share / share.sum()
    variance = share * (1.0 - share) / counts.sum() * float((chosen**2).sum())
    return Pooled(np.asarray(share, dtype=np.float64), np.asarray(variance, dtype=np.float64))


def _kernel(width: int, bins: int) -> F64:
    """Return binomial weights round a cycle, from the bin itself on."""
    kernel = np.zeros(bins)
    kernel[0] = 1.0
    for _ in range(width):
        kernel = 0.5 * kernel + 0.25 * (np.roll(kernel, 1) + np.roll(kernel, -1))
    return kernel


def _round(values: F64, kernel: F64) -> F64:
    """Return values (cycles, bins) averaged round each cycle."""
    turned = np.stack([np.roll(values, k, axis=1) for k in range(kernel.size)])
    return np.asarray(np.tensordot(kernel, turned, axes=1), dtype=np.float64)


def _shrink(own: F64, pooled: Pooled, weight: float, exposure: F64, usual: F64, name: str) -> Profile:
    number = float(own.sum())
    shares = (own + weight * pooled.share) / (number + weight)
    variance = shares * (1.0 - shares) / (number + weight + 1.0)  # Dirichlet, the pooled profile being known
    variance += (weight / (number + weight)) ** 2 * pooled.variance  # which it is not
    error = np.sqrt(variance)
    rate = shares / exposure
    level = float((rate * usual).sum() / usual.sum())
    return Profile(int(number), rate / level, error / exposure / level, weight, name)


def _scores(own: F64, pooled: F64) -> F64:
    """Return the Dirichlet-multinomial log-likelihood of the counts for each of WEIGHTS."""
    from scipy.special import gammaln  # noqa: PLC0415  (start-up time)

    number = own.sum()
    alpha = WEIGHTS[:, None] * pooled[None, :]
    return np.asarray(
        gammaln(WEIGHTS)
        - gammaln(WEIGHTS + number)
        + (gammaln(alpha + own[None, :]) - gammaln(alpha)).sum(axis=1),
        dtype=np.float64,
    )
