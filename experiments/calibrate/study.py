"""A calibration from beginning to end: plan, waves, anchor, fit, check. Stopped and repeated, it goes on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calibration.fit import Calibration
from calibration.identify import identify
from calibration.misfit import compare
from calibration.reported import Reported
from calibration.simulated_runs import Runs, year_correlation
from experiments.calibrate.plan import Clock, Plan, keep_plan, kept_plan, plan_for_budget, plan_of
from experiments.calibrate.result import Calibrated
from experiments.calibrate.settings import CHECK_SEED, Settings, Subject, identity_of, load_subject
from experiments.calibrate.simulator import Simulator
from experiments.execution.progress import Progress, silent
from experiments.execution.tasks import StudyFolder
from experiments.sensitivity.study import default_out

F64 = NDArray[np.float64]
Say = Callable[[str], None]
FEWEST_FOR_CORRELATION = 20
"""With fewer replications the correlation of a year's figures is mostly chance (``outputs.year_correlation``)."""
DIGITS = 4
"""Fitted values are rounded to so many significant figures: what is shipped is what was checked."""


def calibrate(settings: Settings, progress: Progress = silent, say: Say = lambda _: None) -> Calibrated:
    """Fit and check. Raises UserError for what the user can mend, and Stopped when it was stopped."""
    clock = Clock()
    subject = load_subject(settings)
    identity = identity_of(subject, settings)
    folder = StudyFolder(settings.out or default_out("calibrate", identity))
    with folder.opened(identity):
        asked = tuple(figure.key for figure in subject.figures)
        simulator = Simulator(subject.scenario, subject.parameters, subject.outputs, asked=asked)
        work = _Work(settings, subject, simulator, folder, progress, say)
        plan = work.plan()
        fit = work.waves(plan)
        anchor = work.take_level(fit)
        say("The fitted values are checked on seeds that the fit has not met.")
        best = fit.best(rounding_only=exact(subject.figures))
        values = round_figures(best.values)
        check = work.simulate(values[None], replications=settings.check, seed=settings.seed + CHECK_SEED)
        posterior = fit.posterior(settings.draws, settings.seed)
        centre = np.array([each.prior_centre for each in subject.parameters])
        return Calibrated(
            settings=settings,
            subject=subject,
            plan=plan,
            fit=fit,
            best=best,
            values=values,
            posterior=posterior,
            identification=identify(fit, posterior),
            anchor=anchor,
            check=check,
            compared=compare(fit.targets, check.mean[0], check.sem[0]),
            before=compare(fit.targets, fit.predict(centre)[0], fit.errors.mc_sd),
            attainability=fit.attainability(),
            wave_sizes=tuple(wave.points for wave in fit.waves),
            point_s=work.point_s(known_runs(fit)),
            seconds=clock.seconds,
            out=folder.path,
        )


def exact(figures: Sequence[Reported]) -> bool:
    """Say whether the fitted values are to give the figures as reported.

    Not where most of them are shares of counts of a few hundred: to follow the chance of each would bend the world.
    """
    return 2 * sum(figure.met is not None for figure in figures) <= len(figures)


def round_figures(values: F64, digits: int = DIGITS) -> F64:
    """Return values with so many significant figures."""
    return np.array([float(f"{value:.{digits}g}") for value in values])


@dataclass(frozen=True, slots=True, eq=False)
class _Work:
    """What the parts of a calibration share."""

    settings: Settings
    subject: Subject
    simulator: Simulator
    folder: StudyFolder
    progress: Progress
    say: Say

    def simulate(self, points: F64, *, replications: int, seed: int) -> Runs:
        workers = self.settings.workers
        return self.simulator.run(
            points,
            self.folder,
            seed=seed,
            replications=replications,
            workers=workers,
            progress=self.progress,
        )

    def calibration(self, plan: Plan | None = None) -> Calibration:
        parameters, figures, seed = self.subject.parameters, self.subject.figures, self.settings.seed
        if plan is None:
            return Calibration(parameters, figures, seed)
        return Calibration(parameters, figures, seed, plan.first, plan.later, plan.waves)

    def plan(self) -> Plan:
        """Return the plan that the folder was begun with, or make it: the first points are timed for it."""
        settings, k = self.settings, len(self.subject.parameters)
        plan = kept_plan(self.folder.path)
        if plan is None:
            if settings.points is not None:
                plan = plan_of(settings.points, k, settings.waves)
            else:
                self.say("The first points are timed.")
                first = self.calibration().next_points(1 + 2 * settings.workers)
                runs = self.simulate(first, replications=settings.replications, seed=settings.seed)
                plan = plan_for_budget(settings, k, self.point_s(runs))
            keep_plan(self.folder.path, plan)
        waves = f"{plan.waves} waves" if plan.waves > 1 else "one wave"
        self.say(f"{plan.points} points in {waves}, {settings.replications} replications each.")
        return plan

    def point_s(self, runs: Runs) -> float:
        settings = self.settings
        return self.simulator.point_seconds(
            runs.points, self.folder, seed=settings.seed, replications=settings.replications
        )

    def waves(self, plan: Plan) -> Calibration:
        """Simulate and learn wave by wave."""
        fit = self.calibration(plan)
        while not fit.finished:
            points = fit.next_points()
            self.say(f"Wave {len(fit.waves) + 1} of {plan.waves}: {len(points)} points.")
            settings = self.settings
            fit.learn(self.simulate(points, replications=settings.replications, seed=settings.seed))
        return fit

    def take_level(self, fit: Calibration) -> Runs:
        """Simulate the best point with many replications: they say how high the outputs lie."""
        settings = self.settings
        self.say(f"The best point so far, with {settings.anchor} replications.")
        point = fit.best(rounding_only=exact(self.subject.figures)).values
        anchor = self.simulate(point[None], replications=settings.anchor, seed=settings.seed)
        if settings.anchor >= FEWEST_FOR_CORRELATION:
            fit.correlation = year_correlation(anchor.columns(fit.targets.names))
        fit.take_level(anchor)
        return anchor


def known_runs(fit: Calibration) -> Runs:
    """Return what was simulated for a fit that has learned something."""
    assert fit.runs is not None
    return fit.runs
