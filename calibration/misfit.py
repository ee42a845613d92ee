"""How well simulated figures agree with reported ones.

A reported figure y says that the year's true figure lay between y - rounding/2 and y + rounding/2. The year was one
draw of the world's chance: it lies around the expectation of such years with ``sampling_sd``. The simulation knows
that expectation but for its own error: the Monte-Carlo error of a mean over few replications (an offset common to
all points under common random numbers) and the emulator's error. Hence, for an expectation predicted as mu,

    P(y reported) = P(lowest <= mu + e <= highest),  e ~ N(0, sampling_sd² + mc_sd² + emulator_sd²).

The *posterior* uses all of it. The *best fit* leaves ``sampling_sd`` out: it is to reproduce the reported year as it
was, within rounding and the simulation's own error.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from calibration.reported import Reported, names_of

F64 = NDArray[np.float64]
LEAST_SD = 1e-12


@dataclass(frozen=True, slots=True)
class Targets:
    """Reported figures as arrays (m,): interval, spread of the reported year, and the simulated outputs' names."""

    names: tuple[str, ...]
    value: F64
    lowest: F64
    highest: F64
    sampling_sd: F64
    figures: tuple[Reported, ...]

    @property
    def rounding_sd(self) -> F64:
        """Return the spread of a figure that lies anywhere in its interval: its width by the root of 12."""
        return np.asarray((self.highest - self.lowest) / np.sqrt(12.0), dtype=np.float64)


def as_targets(figures: Sequence[Reported], names: Sequence[str] | None = None) -> Targets:
    """Return reported figures as arrays, with the names of the outputs that they are compared with.

    ``names`` are those of ``reported.names_of`` if left out.
    """
    value, lowest, highest, sampling_sd = (
        np.array([getattr(each, name) for each in figures], dtype=np.float64)
        for name in ("value", "lowest", "highest", "sampling_sd")
    )
    return Targets(tuple(names or names_of(figures)), value, lowest, highest, sampling_sd, tuple(figures))


def log_likelihood(mean: ArrayLike, sd: ArrayLike, targets: Targets) -> F64:
    """Return the log-probability (…, m) that each figure would be reported as it was.

    ``mean`` (…, m) are predicted expectations, ``sd`` (…, m) everything that may lie between them and the reported
    year's figure. A figure without rounding has a density in place of a probability.
    """
    from scipy.special import log_ndtr  # noqa: PLC0415  (start-up time)

    mu = np.asarray(mean, dtype=np.float64)
    spread = np.maximum(np.asarray(sd, dtype=np.float64), LEAST_SD)
    width = targets.highest - targets.lowest
    off = np.abs(mu - targets.value)  # by symmetry; the far tail is then the exact one
    upper, lower = (-off + width / 2.0) / spread, (-off - width / 2.0) / spread
    log_upper, log_lower = log_ndtr(upper), log_ndtr(lower)
    gap = np.minimum(log_lower - log_upper, -1e-300)
    interval = log_upper + np.log(-np.expm1(gap))
    density = -0.5 * (off / spread) ** 2 - np.log(spread)
    return np.asarray(np.where(width / spread > 1e-6, interval, density), dtype=np.float64)


def standard_errors(mean: ArrayLike, sd: ArrayLike, targets: Targets) -> F64:
    """Return how far each prediction lies outside the reported interval, in standard errors; 0 inside, signed."""
    mu, spread = np.asarray(mean, dtype=np.float64), np.asarray(sd, dtype=np.float64)
    outside = mu - np.clip(mu, targets.lowest, targets.highest)
    return np.asarray(outside / np.maximum(spread, LEAST_SD), dtype=np.float64)


def implausibility(mean: ArrayLike, sd: ArrayLike, targets: Targets) -> F64:
    """Return the largest distance (…,) over the targets, in standard errors that include the rounding.

    A point is not implausible below 3 (history matching; Pukelsheim's rule gives 95% for any unimodal error).
    """
    total = np.sqrt(np.asarray(sd, dtype=np.float64) ** 2 + targets.rounding_sd**2)
    each = np.abs(np.asarray(mean, dtype=np.float64) - targets.value) / np.maximum(total, LEAST_SD)
    return np.asarray(each.max(axis=-1), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Errors:
    """Everything that may lie between a simulated mean and a reported figure, but for the emulator's error.

    ``year_sd`` (m,): spread between simulated years, for figures whose ``sampling_sd`` is not known. ``correlation``
    (m, m): how the figures of one year go together; None: independently.
    """

    targets: Targets
    replications: int = 1
    year_sd: F64 | None = None
    correlation: F64 | None = None

    def without(self, names: Sequence[str]) -> Errors:
        """Return the errors of the other targets only."""
        kept = [j for j, name in enumerate(self.targets.names) if name not in names]
        return Errors(
            as_targets([self.targets.figures[j] for j in kept], [self.targets.names[j] for j in kept]),
            self.replications,
            None if self.year_sd is None else self.year_sd[kept],
            None if self.correlation is None else self.correlation[np.ix_(kept, kept)],
        )

    @property
    def mc_sd(self) -> F64:
        """Return the offset's standard error (m,): a year's chance over the root of the replications.

        The chance of a simulated year is that of the reported one; ``sampling_sd`` is used where it is given,
        because a few replications tell little of their own spread.
        """
        year = self.targets.sampling_sd
        if self.year_sd is not None:
            year = np.where(year > 0.0, year, np.nan_to_num(self.year_sd))
        return np.asarray(year / np.sqrt(self.replications), dtype=np.float64)

    @property
    def without_sampling(self) -> F64:
        """Return rounding and Monte-Carlo error together (m,): what the best fit is weighted by."""
        return np.maximum(np.hypot(self.targets.rounding_sd, self.mc_sd), LEAST_SD)

    @property
    def with_sampling(self) -> F64:
        """Return the chance of the reported year and Monte-Carlo error together (m,), without the rounding."""
        return np.hypot(self.targets.sampling_sd, self.mc_sd)

    def log_density(self, mean: F64, emulator_sd: F64) -> F64:
        """Return the log-probability (…) of all reported figures together, every error included."""
        if self.correlation is None:
            spread = np.hypot(self.with_sampling, emulator_sd)
            return np.asarray(log_likelihood(mean, spread, self.targets).sum(axis=-1), dtype=np.float64)
        covariance = self.covariance(emulator_sd)
        root = np.linalg.cholesky(covariance)
        z = np.linalg.solve(root, (mean - self.targets.value)[..., None])[..., 0]
        log_size = np.log(np.diagonal(root, axis1=-2, axis2=-1)).sum(axis=-1)
        return np.asarray(-0.5 * (z**2).sum(axis=-1) - log_size, dtype=np.float64)

    def covariance(self, emulator_sd: F64) -> F64:
        """Return all errors together (…, m, m), rounding as a spread; only the years' chance goes together."""
        year = self.with_sampling
        together = np.eye(len(year)) if self.correlation is None else self.correlation
        own = emulator_sd**2 + self.targets.rounding_sd**2 + LEAST_SD**2
        return np.asarray(
            together * np.outer(year, year) + own[..., None] * np.eye(len(year)), dtype=np.float64
        )

    def implausibility(self, mean: ArrayLike, emulator_sd: ArrayLike) -> F64:
        """Return the largest distance (…) over the targets in standard errors, all of them included."""
        spread = np.hypot(self.with_sampling, np.asarray(emulator_sd, dtype=np.float64))
        return implausibility(mean, spread, self.targets)


@dataclass(frozen=True, slots=True)
class Comparison:
    """One reported figure beside a simulated one, in the figure's unit.

    ``within``: the simulated mean is inside the rounding interval widened by two Monte-Carlo standard errors.
    ``errors_mc`` counts distance outside the interval in Monte-Carlo standard errors; ``errors_all`` in standard
    errors that include the chance of the reported year (and whatever else ``extra_sd`` held).
    """

    figure: Reported
    name: str
    simulated: float
    mc_se: float
    within: bool
    errors_mc: float
    errors_all: float


def compare(
    targets: Targets, mean: ArrayLike, mc_se: ArrayLike, extra_sd: ArrayLike = 0.0
) -> tuple[Comparison, ...]:
    """Return reported and simulated figures side by side; ``mean`` and ``mc_se`` (m,) in the targets' order."""
    mu, se = np.asarray(mean, dtype=np.float64), np.asarray(mc_se, dtype=np.float64)
    whole = np.sqrt(se**2 + targets.sampling_sd**2 + np.asarray(extra_sd, dtype=np.float64) ** 2)
    by_mc, by_all = standard_errors(mu, se, targets), standard_errors(mu, whole, targets)
    return tuple(
        Comparison(
            targets.figures[j],
            targets.names[j],
            float(mu[j]),
            float(se[j]),
            bool(targets.lowest[j] - 2 * se[j] - 1e-12 <= mu[j] <= targets.highest[j] + 2 * se[j] + 1e-12),
            float(by_mc[j]),
            float(by_all[j]),
        )
        for j in range(len(targets.names))
    )
