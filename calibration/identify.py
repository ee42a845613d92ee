"""What the reported figures say of each parameter, and what they leave open.

Everything is counted in spreads of the prior. A parameter whose posterior spread is at most half its prior's is
``identified``; above nine tenths it ``stays at its prior``; between them it is ``partly identified``. Which figures
inform it follows from the emulator's slopes at the posterior mean with all errors (Fisher information): how much a
figure by itself would narrow the parameter, and how much wider it would be without the figure.

A ridge is a combination of parameters that the figures know while they do not know its parts: worlds along it are
as good as each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from calibration.fit import Calibration, Posterior
from calibration.parameters import Parameter
from calibration.prior import prior_sd
from scenarios.loading.faults import listed

F64 = NDArray[np.float64]
Verdict = Literal["identified", "partly identified", "stays at its prior"]
IDENTIFIED, PRIOR = 0.5, 0.9
INFORMS = 0.05
"""A figure informs a parameter if alone it narrows it by this share, or if without it it is wider by as much."""
RIDGE_SD = 0.6
"""A combination counts as known if its posterior spread is at most this many prior spreads."""
PART_OF_RIDGE = 0.3
STEP = 1e-3


@dataclass(frozen=True, slots=True)
class Informing:
    """A figure that informs a parameter: ``alone`` it narrows its prior by this share; ``without`` it the posterior
    is wider by this share."""

    target: str
    alone: float
    without: float


@dataclass(frozen=True, slots=True)
class Identified:
    """One parameter: spreads on the unit scale, posterior interval (5 to 95%) in natural units, verdict.

    ``shift`` is how far the posterior mean lies from the prior's centre, in prior spreads.
    """

    parameter: Parameter
    prior_sd: float
    posterior_sd: float
    low: float
    median: float
    high: float
    shift: float
    informed_by: tuple[Informing, ...]

    @property
    def remaining(self) -> float:
        """Return the posterior spread as a share of the prior's."""
        return self.posterior_sd / self.prior_sd

    @property
    def contraction(self) -> float:
        """Return the share of the prior's spread that the figures took away."""
        return 1.0 - self.remaining

    @property
    def verdict(self) -> Verdict:
        """Return the verdict."""
        if self.remaining <= IDENTIFIED:
            return "identified"
        return "partly identified" if self.remaining <= PRIOR else "stays at its prior"


@dataclass(frozen=True, slots=True)
class Ridge:
    """A combination that the figures know better than its parts: weights in prior spreads, and how well."""

    keys: tuple[str, ...]
    weights: tuple[float, ...]
    posterior_sd: float
    words: str


@dataclass(frozen=True, slots=True)
class Identification:
    """Every parameter's verdict, and the ridges, the best known first."""

    parameters: tuple[Identified, ...]
    ridges: tuple[Ridge, ...]
    correlation: F64
    """Correlation of the posterior (k, k), on the unit scale."""

    def verdict(self, key: str) -> Verdict:
        """Return the verdict on one parameter."""
        return next(each.verdict for each in self.parameters if each.parameter.key == key)


def identify(fit: Calibration, posterior: Posterior) -> Identification:
    """Return what the figures identify, from a posterior sample of the fit."""
    spread = prior_sd(fit.parameters)
    sd = posterior.unit.std(axis=0, ddof=1)
    informing = _informing(fit, posterior.unit.mean(axis=0), spread)
    low, median, high = np.quantile(posterior.values, [0.05, 0.5, 0.95], axis=0)
    centre = np.array([each.unit_prior[0] for each in fit.parameters])
    shift = (posterior.unit.mean(axis=0) - centre) / spread
    found = tuple(
        Identified(
            parameter=each,
            prior_sd=float(spread[i]),
            posterior_sd=float(sd[i]),
            low=float(low[i]),
            median=float(median[i]),
            high=float(high[i]),
            shift=float(shift[i]),
            informed_by=informing[i],
        )
        for i, each in enumerate(fit.parameters)
    )
    scaled = (posterior.unit - posterior.unit.mean(axis=0)) / spread
    covariance = np.atleast_2d(np.cov(scaled.T))
    scale = np.sqrt(np.diagonal(covariance))
    return Identification(found, _ridges(found, covariance), covariance / np.outer(scale, scale))


def _informing(fit: Calibration, unit: F64, spread: F64) -> list[tuple[Informing, ...]]:
    """Return the informing figures of each parameter, the strongest first."""
    surfaces, k = fit.surfaces, len(unit)
    steps = STEP * np.eye(k)
    up, down = surfaces.predict(unit + steps)[0], surfaces.predict(unit - steps)[0]
    slopes = ((up - down) / (2.0 * STEP)).T * spread
    covariance = fit.errors.covariance(surfaces.predict(unit)[1])
    every = list(range(len(fit.targets.names)))

    def sd_from(rows: list[int]) -> F64:
        mine = slopes[rows]
        information = mine.T @ np.linalg.solve(covariance[np.ix_(rows, rows)], mine)
        return np.sqrt(np.diagonal(np.linalg.inv(np.eye(k) + information)))

    whole = sd_from(every)
    alone = np.stack([1.0 - sd_from([j]) for j in every])
    without = np.stack([sd_from([i for i in every if i != j]) / whole - 1.0 for j in every])
    found = []
    for i in range(k):
        order = np.argsort(-(alone[:, i] + without[:, i]), kind="stable")
        found.append(
            tuple(
                Informing(fit.targets.names[j], float(alone[j, i]), float(without[j, i]))
                for j in order
                if max(alone[j, i], without[j, i]) >= INFORMS
            )
        )
    return found


def _ridges(found: tuple[Identified, ...], covariance: F64) -> tuple[Ridge, ...]:
    """Return the known combinations among the parameters that are not identified one by one."""
    open_ = [i for i, each in enumerate(found) if each.verdict != "identified"]
    if len(open_) < 2:
        return ()
    sizes, vectors = np.linalg.eigh(covariance[np.ix_(open_, open_)])
    ridges = []
    for size, vector in zip(sizes, vectors.T, strict=True):
        order = np.argsort(-np.abs(vector), kind="stable")
        parts = [int(i) for i in order if abs(vector[i]) >= PART_OF_RIDGE]
        sd = float(np.sqrt(max(size, 0.0)))
        if sd > RIDGE_SD or len(parts) < 2:
            continue
        signed = vector * np.sign(vector[parts[0]])
        members = [found[open_[i]].parameter for i in parts]
        weights = tuple(float(signed[i]) for i in parts)
        ridges.append(Ridge(tuple(each.key for each in members), weights, sd, _words(members, weights)))
    return tuple(ridges)


def _words(members: list[Parameter], weights: tuple[float, ...]) -> str:
    """Return a ridge in words: what makes up for more of its first parameter."""
    others = [
        each.downwards if weight > 0.0 else each.upwards
        for each, weight in zip(members[1:], weights[1:], strict=True)
    ]
    first, rest = members[0].upwards, listed(others)
    return f"{first} can be made up for by {rest}: the figures know the combination, not its parts"
