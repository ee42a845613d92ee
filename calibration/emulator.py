"""A quick stand-in for the simulation: each output as a quadratic surface over the parameters.

One ridge regression an output, on all linear, square and product terms; its penalty on the curved terms is chosen by
leaving out one point at a time. Shares are fitted as log-odds; other positive outputs as they are or as logarithms,
whichever predicts better. Common random numbers make the replication mean a smooth function of the parameters, so
that what the surface misses is curvature and the little noise that the common numbers leave; the error of leaving
one out measures both.

A Gaussian process was tried beside it on the county of ``tests/calibration/county.py`` (nine parameters, seven
outputs, 200 points unseen): with 72 points the quadratic surface was as good (0.15 against 0.12 points of the share
within 15 minutes, 0.7 against 0.7 s of the mean), with 200 the process was better by what no longer matters (0.09
against 0.06 points where the figure is rounded to 1) and took 2,000 times as long.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from calibration.parameters import Parameter
from calibration.prior import to_unit
from calibration.simulated_runs import Runs

F64 = NDArray[np.float64]
PENALTIES = np.logspace(-6, 3, 19)
LINEAR_SHARE = 1e-3
"""A linear term bears this share of the penalty of a curved one: effects are there, curvature has to show."""
ONE_THREAD = 200_000
"""Multiplications up to which OpenBLAS keeps to one thread (262,144), with some to spare."""
Scale = Literal["plain", "log", "odds"]
SHARE_EDGE = 1e-4
"""A share this near to 0 or 1 is fitted as if it were this far from it (a year has some 14,000 incidents)."""


@dataclass(frozen=True, slots=True)
class Emulator:
    """Quadratic surfaces (terms, outputs); ``sd`` is the cross-validated error on the fitted scale (outputs,)."""

    parameters: tuple[Parameter, ...]
    names: tuple[str, ...]
    scales: tuple[Scale, ...]
    coefficients: F64
    sd: F64
    cv_error: F64
    """Root mean square error of leaving one point out, in the outputs' own units (outputs,)."""
    explained: F64
    """Share of the variance over the points that is predicted when the point is left out (outputs,)."""
    root: F64
    leverage: float
    offset: F64
    """Added to every prediction, in the outputs' own units (outputs,): see ``Calibration.take_level``."""

    def predict(self, unit: ArrayLike) -> tuple[F64, F64]:
        """Return means and standard errors (…, outputs) in the outputs' units at unit values (…, parameters)."""
        x = terms(np.asarray(unit, dtype=np.float64))
        away = _squared_lengths(x, self.root)[..., None]
        mean = x @ self.coefficients
        spread = self.sd * np.sqrt((1.0 + away) / (1.0 + self.leverage))
        for scale in set(self.scales):
            mine = [index for index, each in enumerate(self.scales) if each == scale]
            mean[..., mine], slope = _back(scale, mean[..., mine])
            spread[..., mine] *= slope
        return mean + self.offset, spread

    def at(self, values: ArrayLike) -> tuple[F64, F64]:
        """Return means and standard errors at parameter values (…, parameters) in natural units."""
        return self.predict(to_unit(self.parameters, values))

    def columns(self, names: Sequence[str]) -> Emulator:
        """Return the emulator of the named outputs only."""
        chosen = [self.names.index(name) for name in names]
        return replace(
            self,
            names=tuple(names),
            scales=tuple(self.scales[index] for index in chosen),
            coefficients=self.coefficients[:, chosen],
            sd=self.sd[chosen],
            cv_error=self.cv_error[chosen],
            explained=self.explained[chosen],
            offset=self.offset[chosen],
        )


def _squared_lengths(x: F64, root: F64) -> F64:
    """Return the squared length (…) of each row of ``x`` times ``root``, a few rows at a time.

    BLAS shares larger products among threads, and on busy cores waiting for these takes thirty times as long as the
    product itself (18 ms against 0.6 ms for 144 rows of 190).
    """
    rows = x.reshape(-1, x.shape[-1])
    step = max(1, ONE_THREAD // root.size)
    parts = [((rows[at : at + step] @ root) ** 2).sum(axis=1) for at in range(0, len(rows), step)]
    return np.concatenate(parts).reshape(x.shape[:-1])


def _there(scale: Scale, y: F64) -> F64:
    """Return outputs on the scale on which they are fitted."""
    if scale == "odds":
        share = np.clip(y, SHARE_EDGE, 1.0 - SHARE_EDGE)
        y = np.log(share / (1.0 - share))
    elif scale == "log":
        y = np.log(y)
    return y


def _back(scale: Scale, fitted: F64) -> tuple[F64, F64]:
    """Return outputs in their own units, and how many units a step on the fitted scale is."""
    if scale == "plain":
        return fitted, np.ones_like(fitted)
    bounded = np.clip(fitted, -700.0, 700.0)
    if scale == "log":
        return np.exp(bounded), np.exp(bounded)
    share = 1.0 / (1.0 + np.exp(-bounded))
    return share, share * (1.0 - share)


def terms(unit: F64) -> F64:
    """Return the terms (…, 1 + 2k + k(k-1)/2) of the surface: constant, linear, square, product."""
    x = 2.0 * unit - 1.0
    k = x.shape[-1]
    rows, columns = np.triu_indices(k, 1)
    ones = np.ones((*x.shape[:-1], 1))
    return np.concatenate([ones, x, x**2 - 1.0 / 3.0, x[..., rows] * x[..., columns]], axis=-1)


def fit_emulator(parameters: Sequence[Parameter], runs: Runs, weights: F64 | None = None) -> Emulator:
    """Return the emulator of every output of the runs; ``weights`` (n,) make some points count for more.

    Raises:
        ValueError: fewer points than a straight line needs.

    """
    n, k = runs.points.shape
    if n < k + 2:
        raise ValueError(f"{n} points cannot carry an emulator of {k} parameters; simulate at least {k + 2}")
    x = terms(to_unit(parameters, runs.points))
    y = runs.mean
    w = np.ones(n) if weights is None else np.asarray(weights, dtype=np.float64) / np.mean(weights)
    candidates = [(output, scale) for output in range(y.shape[1]) for scale in _scales(y[:, output])]
    fitted = np.stack([_there(scale, y[:, output]) for output, scale in candidates], axis=1)
    coefficients, left_out, penalties = _ridge(x, fitted, w, k)
    own = np.stack(
        [_back(scale, fitted[:, c] - left_out[:, c])[0] - y[:, j] for c, (j, scale) in enumerate(candidates)],
        axis=1,
    )
    error = np.sqrt((w[:, None] * own**2).sum(axis=0) / w.sum())
    chosen = [
        min((c for c, (j, _) in enumerate(candidates) if j == output), key=lambda c: float(error[c]))
        for output in range(y.shape[1])
    ]
    penalty = float(np.exp(np.log(penalties[chosen]).mean()))
    root = np.linalg.cholesky(
        np.linalg.inv(x.T @ (w[:, None] * x) + np.diag(penalty * _shares(x.shape[1], k)))
    )
    hat = np.minimum(w * np.sum((x @ root) ** 2, axis=1), 0.99)
    about = y - np.average(y, axis=0, weights=w)
    variance = (w[:, None] * about**2).sum(axis=0) / w.sum()
    return Emulator(
        parameters=tuple(parameters),
        names=runs.names,
        scales=tuple(candidates[c][1] for c in chosen),
        coefficients=coefficients[:, chosen],
        sd=np.sqrt((w[:, None] * left_out[:, chosen] ** 2).sum(axis=0) / w.sum()),
        cv_error=error[chosen],
        explained=1.0 - error[chosen] ** 2 / np.where(variance > 0.0, variance, 1.0),
        root=root,
        leverage=float(np.average(hat / (1.0 - hat), weights=w)),
        offset=np.zeros(y.shape[1]),
    )


def _scales(y: F64) -> tuple[Scale, ...]:
    """Return the scales on which an output may be fitted."""
    if np.all((y > 0.0) & (y < 1.0)):
        return ("odds",)
    return ("plain", "log") if np.all(y > 0.0) else ("plain",)


def _shares(number: int, k: int) -> F64:
    """Return what share of the penalty each term bears: a constant none to speak of, a linear term little."""
    shares = np.ones(number)
    shares[0] = 1e-8
    shares[1 : k + 1] = LINEAR_SHARE
    return shares


def _ridge(x: F64, y: F64, w: F64, k: int) -> tuple[F64, F64, F64]:
    """Return coefficients, errors of leaving one point out (n, m), and the penalties (m,).

    One eigendecomposition serves all penalties; errors of leaving one out follow from the hat matrix.
    """
    scale = 1.0 / np.sqrt(_shares(x.shape[1], k))
    scaled = x * scale
    sizes, vectors = np.linalg.eigh(scaled.T @ (scaled * w[:, None]))
    turned = scaled @ vectors
    moment = turned.T @ (w[:, None] * y)
    best = np.full(y.shape[1], np.inf)
    chosen = np.full(y.shape[1], PENALTIES[0])
    coefficients = np.empty((x.shape[1], y.shape[1]))
    left_out = np.empty(y.shape)
    for penalty in PENALTIES:
        shrunk = 1.0 / (np.maximum(sizes, 0.0) + penalty)
        beta = shrunk[:, None] * moment
        hat = np.minimum(w * ((turned**2) @ shrunk), 1.0 - 1e-9)
        errors = (y - turned @ beta) / (1.0 - hat)[:, None]
        score = (w[:, None] * errors**2).sum(axis=0)
        better = score < best
        best = np.where(better, score, best)
        chosen[better] = penalty
        coefficients[:, better] = scale[:, None] * (vectors @ beta[:, better])
        left_out[:, better] = errors[:, better]
    return coefficients, left_out, chosen
