"""Does the fit find what is there? Worlds with known parameters are reported, fitted, and compared.

Each trial draws parameters from the prior, simulates one year with a seed of its own, reports it with the real
figures' rounding, and fits it. One design serves all trials. A 90% interval should then hold the truth in 90% of
trials, and a parameter called identified should come back.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from calibration.fit import Calibration
from calibration.identify import Verdict, identify
from calibration.parameters import F64, Parameter
from calibration.prior import from_unit, prior_sd, to_unit, unit_prior
from calibration.reported import Reported
from calibration.simulated_runs import Runs

Simulator = Callable[[F64, Sequence[tuple[int, int]]], Runs]
"""Points (n, k) in natural units and replications (seed, number) to Runs."""
INTERVAL = (0.05, 0.95)
DRAWS = 400


@dataclass(frozen=True, slots=True)
class Recovery:
    """Trials (t) by parameters (k); truths, medians and intervals in natural units, spreads in prior spreads."""

    keys: tuple[str, ...]
    truths: F64
    low: F64
    median: F64
    high: F64
    remaining: F64
    error: F64
    """Posterior mean less truth, in prior spreads (t, k)."""
    verdicts: tuple[tuple[Verdict, ...], ...]

    @property
    def covered(self) -> NDArray[np.bool_]:
        """Say where the 90% interval holds the truth (t, k)."""
        return (self.low <= self.truths) & (self.truths <= self.high)

    @property
    def coverage(self) -> F64:
        """Return the share of trials whose interval holds the truth (k,)."""
        return np.asarray(self.covered.mean(axis=0), dtype=np.float64)

    @property
    def least_coverage(self) -> float:
        """Return 90% less three binomial standard errors of this number of trials."""
        return float(0.9 - 3.0 * np.sqrt(0.9 * 0.1 / len(self.truths)))

    @property
    def root_mean_square_error(self) -> F64:
        """Return how far posterior means lie from the truth (k,), in prior spreads; 1: nothing is known."""
        return np.asarray(np.sqrt((self.error**2).mean(axis=0)), dtype=np.float64)

    def usual_verdict(self, key: str) -> Verdict:
        """Return the verdict that most trials gave on a parameter."""
        given = [each[self.keys.index(key)] for each in self.verdicts]
        return max(sorted(set(given)), key=given.count)


def recovery(
    problem: Calibration, simulator: Simulator, trials: int, seed: int, *, design: Runs | None = None
) -> Recovery:
    """Return how well a fit of this problem (its parameters, figures and errors) recovers known parameters.

    ``design``: the simulated points that every trial's emulator is made of; None: those that the problem has
    learned from. Points should fill the plausible box (a first wave does). ``simulator`` is called once a trial,
    with one point and the replication (seed + 1 + trial, 0).

    Raises:
        ValueError: there is no design.

    """
    runs = design if design is not None else problem.runs
    if runs is None:
        raise ValueError("recovery needs a design: simulate problem.next_points() and give the Runs")
    truths = _random_prior(problem.parameters, trials, seed)
    found = [_trial(problem, runs, simulator, truths[t], seed + 1 + t) for t in range(trials)]
    arrays = (np.stack([each[index] for each in found]) for index in range(5))
    low, median, high, remaining, error = arrays
    keys = tuple(each.key for each in problem.parameters)
    return Recovery(keys, truths, low, median, high, remaining, error, tuple(each[5] for each in found))


def _trial(
    problem: Calibration, design: Runs, simulator: Simulator, truth: F64, seed: int
) -> tuple[F64, F64, F64, F64, F64, tuple[Verdict, ...]]:
    year = simulator(truth[None], ((seed, 0),)).columns(problem.targets.names).mean[0]
    figures = tuple(
        as_reported(each, float(value)) for each, value in zip(problem.figures, year, strict=True)
    )
    fit = Calibration(problem.parameters, figures, seed=problem.seed, correlation=problem.correlation)
    fit.learn(design, review=False)
    sample = fit.posterior(DRAWS, seed)
    spread = prior_sd(problem.parameters)
    low, median, high = np.quantile(sample.values, [INTERVAL[0], 0.5, INTERVAL[1]], axis=0)
    error = (sample.unit.mean(axis=0) - to_unit(problem.parameters, truth)) / spread
    verdicts = tuple(each.verdict for each in identify(fit, sample).parameters)
    return low, median, high, sample.unit.std(axis=0, ddof=1) / spread, error, verdicts


def as_reported(figure: Reported, value: float) -> Reported:
    """Return another year's figure as it would have been reported: rounded as this one is."""
    rounded = round(value / figure.rounding) * figure.rounding if figure.rounding > 0.0 else value
    return replace(figure, value=rounded, met=None, not_met=None)


def _random_prior(parameters: Sequence[Parameter], n: int, seed: int) -> F64:
    """Return independent draws (n, k) from the prior, in natural units."""
    from scipy.stats import truncnorm  # noqa: PLC0415  (start-up time)

    centre, sd = unit_prior(parameters)
    u = np.random.default_rng(seed).random((n, len(parameters)))
    unit = truncnorm.ppf(u, -centre / sd, (1.0 - centre) / sd, loc=centre, scale=sd)
    return from_unit(parameters, np.clip(unit, 0.0, 1.0))
