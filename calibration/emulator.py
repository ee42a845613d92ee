"""A quick stand-in for the simulation: each output as a quadratic surface over the parameters.

One ridge regression an output, on all linear, square and product terms; its penalty on the curved terms is chosen by
leaving out one point at a time. Shares are fitted as log-odds. Common random numbers make the replication mean a
smooth function of the parameters, so that what the surface misses is curvature and the little noise that the common
numbers leave; the error of leaving one out measures both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from calibration.outputs import Runs
from calibration.parameters import Parameter, to_unit

F64 = NDArray[np.float64]
PENALTIES = np.logspace(-6, 3, 19)
LINEAR_SHARE = 1e-3
"""A linear term bears this share of the penalty of a curved one: effects are there, curvature has to show."""
SHARE_EDGE = 1e-4
"""A share this near to 0 or 1 is fitted as if it were this far from it (a year has some 14,000 incidents)."""


@dataclass(frozen=True, slots=True)
class Emulator:
    """Quadratic surfaces (terms, outputs); ``sd`` is the cross-validated error on the fitted scale (outputs,)."""

    parameters: tuple[Parameter, ...]
    names: tuple[str, ...]
    coefficients: F64
    is_share: NDArray[np.bool_]
    sd: F64
    cv_error: F64
    """Root mean square error of leaving one point out, in the outputs' own units (outputs,)."""
    explained: F64
    """Share of the variance over the points that is predicted when the point is left out (outputs,)."""
    root: F64
    leverage: float

    def predict(self, unit: ArrayLike) -> tuple[F64, F64]:
        """Return means and standard errors (…, outputs) in the outputs' units at unit values (…, parameters)."""
        x = terms(np.asarray(unit, dtype=np.float64))
        fitted = x @ self.coefficients
        away = np.sum((x @ self.root) ** 2, axis=-1, keepdims=True)
        spread = self.sd * np.sqrt((1.0 + away) / (1.0 + self.leverage))
        share = 1.0 / (1.0 + np.exp(-np.clip(fitted, -700.0, 700.0)))
        mean = np.where(self.is_share, share, fitted)
        return mean, np.where(self.is_share, spread * share * (1.0 - share), spread)

    def at(self, values: ArrayLike) -> tuple[F64, F64]:
        """Return means and standard errors at parameter values (…, parameters) in natural units."""
        return self.predict(to_unit(self.parameters, values))

    def columns(self, names: Sequence[str]) -> Emulator:
        """Return the emulator of the named outputs only."""
        chosen = [self.names.index(name) for name in names]
        return Emulator(
            self.parameters,
            tuple(names),
            self.coefficients[:, chosen],
            self.is_share[chosen],
            self.sd[chosen],
            self.cv_error[chosen],
            self.explained[chosen],
            self.root,
            self.leverage,
        )


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
    y = runs.mean
    is_share = np.all((y > 0.0) & (y < 1.0), axis=0)
    clipped = np.clip(y, SHARE_EDGE, 1.0 - SHARE_EDGE)
    fitted = np.where(is_share, np.log(clipped / (1.0 - clipped)), y)
    w = np.ones(n) if weights is None else np.asarray(weights, dtype=np.float64) / np.mean(weights)
    x = terms(to_unit(parameters, runs.points))
    coefficients, left_out, penalty = _ridge(x, fitted, w, k)
    mean_square = (w[:, None] * left_out**2).sum(axis=0) / w.sum()
    own_unit = np.where(is_share, left_out * clipped * (1.0 - clipped), left_out)
    about = fitted - np.average(fitted, axis=0, weights=w)
    spread = (w[:, None] * about**2).sum(axis=0) / w.sum()
    root = np.linalg.cholesky(np.linalg.inv(x.T @ (w[:, None] * x) + _penalties(x.shape[1], k, penalty)))
    hat = np.minimum(w * np.sum((x @ root) ** 2, axis=1), 0.99)
    return Emulator(
        tuple(parameters),
        runs.names,
        coefficients,
        is_share,
        np.sqrt(mean_square),
        np.sqrt((w[:, None] * own_unit**2).sum(axis=0) / w.sum()),
        1.0 - mean_square / np.where(spread > 0.0, spread, 1.0),
        root,
        float(np.average(hat / (1.0 - hat), weights=w)),
    )


def _penalties(number: int, k: int, penalty: float) -> F64:
    """Return the diagonal of penalties: none to speak of on the constant, little on linear terms."""
    diagonal = np.full(number, penalty)
    diagonal[0] = 1e-10
    diagonal[1 : k + 1] = penalty * LINEAR_SHARE
    return np.diag(diagonal)


def _ridge(x: F64, y: F64, w: F64, k: int) -> tuple[F64, F64, float]:
    """Return coefficients, errors of leaving one point out (n, m), and a typical penalty."""
    weighted = x * w[:, None]
    gram, moment = weighted.T @ x, weighted.T @ y
    best = np.full(y.shape[1], np.inf)
    chosen = np.empty(y.shape[1])
    coefficients = np.empty((x.shape[1], y.shape[1]))
    left_out = np.empty(y.shape)
    for penalty in PENALTIES:
        inverse = np.linalg.inv(gram + _penalties(x.shape[1], k, float(penalty)))
        beta = inverse @ moment
        hat = np.minimum(np.sum((x @ inverse) * weighted, axis=1), 1.0 - 1e-9)
        errors = (y - x @ beta) / (1.0 - hat)[:, None]
        score = (w[:, None] * errors**2).sum(axis=0)
        better = score < best
        best = np.where(better, score, best)
        chosen[better] = penalty
        coefficients[:, better] = beta[:, better]
        left_out[:, better] = errors[:, better]
    return coefficients, left_out, float(np.exp(np.log(chosen).mean())) if len(chosen) else 1.0


def cross_validated(runs: Runs, emulator: Emulator) -> dict[str, float]:
    """Return the error of leaving one point out, in each output's own unit, by name."""
    return cast("dict[str, float]", dict(zip(runs.names, emulator.cv_error.tolist(), strict=True)))
