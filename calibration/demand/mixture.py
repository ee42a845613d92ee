"""Shares of known components in counts over bins: maximum likelihood of a mixture, shares not below 0.

Used twice: incidents over the map as a mixture of population, roads and so on; pumps attending as a mixture of first
attendances with make-ups on top. The log-likelihood is concave, so expectation-maximisation finds the one maximum.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

F64 = NDArray[np.float64]

AT_ZERO = 1e-4
"""A share below this is taken as 0."""
DROP_ONE_SIDED_95 = 1.3528
"""Fall of the log-likelihood at a one-sided 95% limit: half the 90% point of chi-square with one degree."""


@dataclass(frozen=True, slots=True, eq=False)
class Mixture:
    """Fitted shares (K,), their standard errors (0 at a share of 0), covariance (K, K) and 95% intervals."""

    share: F64
    standard_error: F64
    covariance: F64
    low: F64
    high: F64
    log_likelihood: float


def fit_mixture(components: F64, counts: F64) -> Mixture:
    """Return the shares of ``components`` (R, K), each column a distribution over R bins, in ``counts`` (R,).

    Standard errors come from the observed information among shares above 0 (which sum to 1); the upper limit of a
    share at 0 from its profile likelihood. Bins that no component reaches must be empty.

    Raises:
        ValueError: no counts, or a count in a bin that no component reaches.

    """
    rows = np.flatnonzero(counts > 0)
    a, n = components[rows], counts[rows]
    if not rows.size or (a.sum(axis=1) <= 0).any():
        raise ValueError("a mixture needs counts, all of them in bins that a component reaches")
    usable = np.flatnonzero(components.sum(axis=0) > 0)
    share = np.zeros(components.shape[1])
    share[usable] = _climb(a[:, usable], n, np.full(usable.size, 1.0 / usable.size))
    share[share < AT_ZERO] = 0.0
    share /= share.sum()
    active = np.flatnonzero(share > 0)
    covariance = np.zeros((share.size, share.size))
    covariance[np.ix_(active, active)] = _covariance(a[:, active], n, share[active])
    error = np.sqrt(np.clip(np.diag(covariance), 0.0, None))
    best = float(n @ np.log(a @ share))
    low = np.clip(share - 1.96 * error, 0.0, 1.0)
    high = np.clip(share + 1.96 * error, 0.0, 1.0)
    for k in usable:
        if share[k] == 0.0:
            high[k] = _upper(a[:, usable], n, int(np.flatnonzero(usable == k)[0]), best)
    return Mixture(share, error, covariance, low, high, best)


def _climb(
    a: F64, n: F64, start: F64, held: int | None = None, at: float = 0.0, *, until: float = 1e-8
) -> F64:
    """Return the shares of highest likelihood; one of them may be held. Ends when no share moves by ``until``."""
    share = start.copy()
    free = np.ones(share.size, dtype=np.bool_)
    if held is not None:
        free[held] = False
        share[held] = at
        share[free] = np.maximum(share[free], 1e-3)
        share[free] *= (1.0 - at) / share[free].sum()
    total = float(n.sum())
    for _ in range(5000):
        step = share * (a.T @ (n / (a @ share))) / total
        if held is not None:
            step[held] = at
            step[free] *= (1.0 - at) / step[free].sum()
        moved = float(np.abs(step - share).max())
        share = step
        if moved < until:
            break
    return share


def _covariance(a: F64, n: F64, share: F64) -> F64:
    """Return the covariance of shares that sum to 1: the information in the plane of that sum."""
    if share.size == 1:
        return np.zeros((1, 1))
    scaled = a / (a @ share)[:, None]
    information = scaled.T @ (n[:, None] * scaled)
    plane = np.linalg.svd(np.ones((1, share.size)))[2][1:].T  # columns span the changes that sum to 0
    return np.asarray(plane @ np.linalg.pinv(plane.T @ information @ plane) @ plane.T, dtype=np.float64)


def rescaled(fit: Mixture, reach: F64) -> Mixture:
    """Return the shares of whole components from a fit to the part of the bins that ``reach`` (K,) of each lies in.

    Standard errors by the delta method; a component that does not reach the part keeps share 0 and limits 0 to 1.
    """
    inverse = np.divide(1.0, reach, out=np.zeros_like(reach), where=reach > 0)
    scaled = fit.share * inverse
    total = scaled.sum()
    slope = np.diag(inverse) / total - np.outer(scaled, inverse) / total**2
    covariance = slope @ fit.covariance @ slope.T
    share, error = scaled / total, np.sqrt(np.clip(np.diag(covariance), 0.0, None))
    low, high = np.clip(share - 1.96 * error, 0.0, 1.0), np.clip(share + 1.96 * error, 0.0, 1.0)
    zero = share == 0.0
    high[zero] = np.where(reach[zero] > 0, np.clip(fit.high[zero] * inverse[zero] / total, 0.0, 1.0), 1.0)
    return Mixture(share, error, covariance, low, high, fit.log_likelihood)


def _upper(a: F64, n: F64, k: int, best: float) -> float:
    """Return the share at which the profile likelihood of a share at 0 has fallen to the 95% limit."""
    if a.shape[1] == 1:
        return 1.0
    low, high = 0.0, 1.0 - 1e-9
    start = np.full(a.shape[1], 1.0 / a.shape[1])
    for _ in range(14):
        middle = (low + high) / 2.0
        with np.errstate(divide="ignore"):
            start = _climb(a, n, start, k, middle, until=1e-6)
            fall = best - float(n @ np.log(a @ start))
        low, high = (middle, high) if fall < DROP_ONE_SIDED_95 else (low, middle)
    return high
