"""Fitting parameters to reported figures in waves: propose points, learn from their simulation, propose better ones.

The caller simulates; this knows nothing of files, processes or scenarios:

    fit = Calibration(parameters, targets, seed=1)
    while not fit.finished:
        fit.learn(simulate(fit.next_points()))
    best, sample = fit.best(), fit.posterior(400, seed=1)

History matching (Craig and others 1997; Vernon, Goldstein and Bower 2010): the first wave fills the plausible box
evenly; each later one what the emulator does not rule out (implausibility below 3), half of it where the posterior
is. Points near the reported figures count for more in the emulator. It ends when the emulator's error no longer
matters beside the other errors, or after ``most_waves``.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from calibration.attainability import Attainability, find_attainability, not_attainable
from calibration.emulator import Emulator, fit_emulator
from calibration.misfit import Errors, Targets, as_targets
from calibration.optimise import apart, least_squares_of
from calibration.parameters import Parameter
from calibration.posterior import chain_starts, draw_sample
from calibration.prior import (
    farthest,
    from_unit,
    log_prior,
    plausible_box,
    sample_prior,
    sobol,
    to_unit,
    unit_prior,
)
from calibration.reported import Reported
from calibration.simulated_runs import Runs

F64 = NDArray[np.float64]
AT_BOUND = 0.005
"""A fitted value within this share of its range from a bound counts as at it."""
EMULATOR_MATTERS = 0.5
"""Half of the other errors adds an eighth to the whole: below that, more points would change little."""
FAR = 6.0
"""A simulated point this many standard errors from the figures has half the weight of one that meets them."""
CANDIDATES = 4096
CLIMBS = 7
QUICK = 100
"""Steps of a sample that only guides the next wave."""


@dataclass(frozen=True, slots=True)
class Fit:
    """A best fit: values (k,) in natural units, predicted figures (m,) with the emulator's errors, in target order."""

    values: F64
    unit: F64
    predicted: F64
    emulator_sd: F64
    log_posterior: float
    at_bound: tuple[str, ...]
    unreachable: tuple[str, ...]
    """Targets that no plausible parameters give: they were left out of the fit, see ``attainability``."""


@dataclass(frozen=True, slots=True)
class Posterior:
    """Equally likely parameter sets (n, k) in natural units; see ``Sample`` for how well the chains mixed."""

    keys: tuple[str, ...]
    values: F64
    unit: F64
    effective: F64
    r_hat: F64


@dataclass(frozen=True, slots=True)
class Wave:
    """One wave as it was learned from: points, and how much of the plausible box was not implausible after it."""

    points: int
    not_implausible: float
    emulator_error: F64
    """Emulator's error over all other errors of the misfit, by target (m,), where the posterior is."""


@dataclass(slots=True)
class Calibration:
    """Parameters, targets, and everything simulated so far.

    ``figures`` are the reported figures to fit; their outputs' names are ``targets.names``. ``correlation`` (m, m) of
    the figures of one and the same year (``outputs.year_correlation``), None: independent. ``rounding_only``: what
    the best fit reproduces, see ``best``. Runs may hold more outputs than there are targets: ``emulator`` predicts
    them all.
    """

    parameters: tuple[Parameter, ...]
    figures: tuple[Reported, ...]
    seed: int = 1
    first_wave: int | None = None
    later_waves: int | None = None
    most_waves: int = 4
    correlation: F64 | None = None
    targets: Targets = field(init=False)
    runs: Runs | None = field(default=None, init=False)
    waves: list[Wave] = field(default_factory=list, init=False)
    emulator: Emulator | None = field(default=None, init=False)
    anchored: Runs | None = field(default=None, init=False)
    _unreachable: tuple[str, ...] | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        """Take the figures as arrays.

        Raises:
            ValueError: nothing to fit, or nothing to fit with.

        """
        if not self.parameters or not self.figures:
            raise ValueError("a fit needs at least one parameter and one reported figure")
        self.targets = as_targets(self.figures)

    @property
    def finished(self) -> bool:
        """Say whether more points would not help: see the last wave's ``emulator_error``."""
        if not self.waves:
            return False
        small = float(self.waves[-1].emulator_error.max()) <= EMULATOR_MATTERS
        return len(self.waves) >= self.most_waves or (len(self.waves) > 1 and small)

    @property
    def errors(self) -> Errors:
        """Return the errors between a simulated mean and the reported year, as known now."""
        level = self.anchored or self.runs
        if level is None:
            return Errors(self.targets, 1, None, self.correlation)
        year_sd = level.columns(self.targets.names).year_sd
        return Errors(self.targets, len(level.replications), year_sd, self.correlation)

    def next_points(self, n: int | None = None) -> F64:
        """Return the points (n, k) of the next wave, in natural units; the first of them is the best guess so far."""
        k = len(self.parameters)
        if self.runs is None:
            number = n or self.first_wave or max(8 * k, 32)
            low, high = plausible_box(self.parameters)
            inside = low + sobol(number - 1, k, self.seed) * (high - low)
            centre = np.clip(unit_prior(self.parameters)[0], 0.0, 1.0)
            return from_unit(self.parameters, np.concatenate([centre[None], inside]))
        number = n or self.later_waves or max(5 * k, 24)
        best = self.best().unit
        done = np.concatenate([to_unit(self.parameters, self.runs.points), best[None]])
        likely = self.posterior(1000, self.seed, steps=QUICK).unit
        open_ = self._not_implausible()
        half = min((number - 1) // 2, len(open_))
        spread = farthest(open_, done, half)
        near = farthest(likely, np.concatenate([done, spread]), number - 1 - half)
        return from_unit(self.parameters, np.concatenate([best[None], spread, near]))

    def learn(self, runs: Runs, *, review: bool = True) -> None:
        """Take in a simulated wave (or any points with the same replications) and fit the emulator anew.

        ``review``: say in ``waves`` what is left to learn (some seconds).

        Raises:
            KeyError: a target's output is not among the simulated ones.
            ValueError: other replications than before.

        """
        mine = runs.columns(self.targets.names)
        self.runs = runs if self.runs is None else self.runs.join(runs)
        weights = None
        if len(self.runs.points) > len(runs.points):
            distance = self.errors.implausibility(self.runs.columns(mine.names).mean, 0.0)
            weights = 1.0 / (1.0 + (distance / FAR) ** 2)
        self.emulator = fit_emulator(self.parameters, self.runs, weights)
        self._unreachable = None
        if self.anchored is not None:
            self.take_level(self.anchored)
        if review:
            self._review(len(runs.points))

    def _review(self, points: int) -> None:
        sample = self.posterior(200, self.seed, steps=QUICK)
        _, sd = self.predict(sample.values)
        ratio = np.sqrt((sd**2).mean(axis=0)) / self.errors.without_sampling
        self.waves.append(Wave(points, len(self._not_implausible()) / CANDIDATES, ratio))

    def take_level(self, runs: Runs) -> None:
        """Take the level of the outputs from one point (or a few) with many more replications, near the best fit.

        The waves' few replications are common to all their points: what those years' chance adds is the same
        everywhere and does not average out. The waves tell how outputs change with the parameters; the anchor tells
        how high they lie, with the Monte-Carlo error of its own replications.

        Raises:
            KeyError: an output of the waves is not among the anchor's.
            ValueError: nothing has been learned yet.

        """
        if self.emulator is None:
            raise ValueError("nothing has been simulated yet: learn(Runs) first")
        level = runs.columns(self.emulator.names)
        plain = replace(self.emulator, offset=np.zeros(len(self.emulator.names)))
        offset = (level.mean - plain.at(level.points)[0]).mean(axis=0)
        self.emulator = replace(plain, offset=offset)
        self.anchored = runs
        self._unreachable = None

    def predict(self, values: ArrayLike) -> tuple[F64, F64]:
        """Return predicted targets (…, m) and emulator standard errors at parameter values in natural units."""
        return self.surfaces.at(values)

    def best(self, *, rounding_only: bool = True, tightness: float = 1.0) -> Fit:
        """Return the most likely parameters.

        ``rounding_only``: they are to reproduce the reported year as it was, within rounding and the simulation's
        own error; the prior chooses among the worlds that do. Otherwise the reported year's chance counts too
        (for figures of small counts, which nobody should reproduce exactly). The rounding counts as a normal spread
        about the figure: were the interval flat, the prior would put the best fit at one of its ends.
        ``tightness`` above 1 lets the figures count for more against the prior, where it holds the best fit back.
        """
        emulator, errors, left_out = self._reachable()
        targets = errors.targets
        others = (
            errors.without_sampling
            if rounding_only
            else np.hypot(errors.without_sampling, targets.sampling_sd)
        )
        others = others / tightness
        centre, sd = unit_prior(self.parameters)

        def residuals(unit: F64) -> F64:
            mean, own = emulator.predict(unit)
            return np.concatenate(
                [(mean - targets.value) / np.hypot(others, own / tightness), (unit - centre) / sd], axis=-1
            )

        def height(unit: F64) -> F64:
            return np.asarray(-0.5 * np.sum(residuals(unit) ** 2, axis=-1), dtype=np.float64)

        drawn = _drawn(self.parameters, self.seed)
        starts = np.concatenate([centre[None], apart(height(drawn), drawn, CLIMBS)])
        unit, squares = least_squares_of(residuals, starts)
        mean, sd = self.surfaces.predict(unit)
        edge = [
            each.key
            for each, u in zip(self.parameters, unit, strict=True)
            if not AT_BOUND < u < 1.0 - AT_BOUND
        ]
        return Fit(from_unit(self.parameters, unit), unit, mean, sd, -0.5 * squares, tuple(edge), left_out)

    def posterior(self, n: int, seed: int, *, steps: int | None = None) -> Posterior:
        """Return ``n`` equally likely parameter sets; the same seed gives the same sample.

        ``steps`` of each chain, as many for the warm-up (if left out, 30 a parameter and at least 300); see
        ``effective`` and ``r_hat`` for whether they were enough.
        """
        steps = max(300, 30 * len(self.parameters)) if steps is None else steps
        emulator, errors, _ = self._reachable()

        def value(unit: F64) -> F64:
            prior = log_prior(self.parameters, unit)
            mean, sd = emulator.predict(np.clip(unit, 0.0, 1.0))
            return np.where(np.isfinite(prior), errors.log_density(mean, sd) + prior, -np.inf)

        drawn = _drawn(self.parameters, seed)
        starts = chain_starts(drawn, value(drawn), max(128, 8 * len(self.parameters)), seed)
        sample = draw_sample(value, starts, n, seed, steps=steps, warm_up=steps)
        keys = tuple(each.key for each in self.parameters)
        return Posterior(
            keys, from_unit(self.parameters, sample.unit), sample.unit, sample.effective, sample.r_hat
        )

    def _reachable(self) -> tuple[Emulator, Errors, tuple[str, ...]]:
        """Return emulator and errors of the targets that can be reached, and the names of the others.

        A target that cannot be reached would pull every parameter to its bound and tell nothing.
        """
        if self._unreachable is None:
            self._unreachable = not_attainable(self.surfaces, self.errors, self.seed)
        left_out = self._unreachable
        errors = self.errors.without(left_out)
        return self.surfaces.columns(errors.targets.names), errors, left_out

    def attainability(self) -> tuple[Attainability, ...]:
        """Return for each target whether any parameters within their bounds give it, alone and with the others."""
        return find_attainability(self.surfaces, self.errors, self.seed)

    @property
    def surfaces(self) -> Emulator:
        """Return the emulator of the targets, in their order.

        Raises:
            ValueError: nothing has been simulated yet.

        """
        if self.emulator is None:
            raise ValueError("nothing has been simulated yet: learn(Runs) first")
        return self.emulator.columns(self.targets.names)

    def _not_implausible(self) -> F64:
        low, high = plausible_box(self.parameters)
        unit = low + sobol(CANDIDATES, len(self.parameters), self.seed + 1) * (high - low)
        mean, sd = self.surfaces.predict(unit)
        return np.asarray(unit[self.errors.implausibility(mean, sd) < 3.0], dtype=np.float64)


def _drawn(parameters: tuple[Parameter, ...], seed: int) -> F64:
    """Return many unit points drawn from the beliefs."""
    return to_unit(parameters, sample_prior(parameters, CANDIDATES, seed + 2))
