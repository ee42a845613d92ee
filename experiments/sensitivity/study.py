"""The study: tornado, screening, indices and ranking, in the order in which each decides what the next looks at."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from experiments.errors import UserError
from experiments.execution import model
from experiments.execution.documents import Document
from experiments.execution.progress import Progress, silent
from experiments.execution.provenance import code_digest, identity_digest, turnout_version
from experiments.execution.tasks import StudyFolder
from experiments.sensitivity.indices import (
    Index,
    latin_design,
    morris_design,
    morris_indices,
    sobol_design,
    sobol_indices,
    survivors,
)
from experiments.sensitivity.points import Point, Study, evaluate_all, point, values_of
from experiments.sensitivity.ranking import Ranking, rank
from experiments.sensitivity.result import Sensitivity, Swing
from experiments.sensitivity.settings import Settings
from experiments.statistics.intervals import t_interval, within_range
from scenarios.schema.scenario import Scenario
from scenarios.uncertainty.ranges import Range
from sim.measures import Definition

BASE = ""


def with_days(scenario: Scenario, days: int) -> Scenario:
    """Return the scenario lasting so many days."""
    calendar = scenario.calendar.model_copy(update={"days": days})
    return scenario.model_copy(update={"calendar": calendar})


def study_sensitivity(settings: Settings, progress: Progress = silent) -> Sensitivity:
    """Do what ``turnout sensitivity`` does, but for the printing and the results' files.

    Raises UserError for what the user can mend, and Stopped when it was stopped.
    """
    _check_samples(settings)
    base = with_days(model.load(settings.base), settings.days)
    options = {BASE: base, **_options(settings, base.name)}
    definition = measure_definition(settings.measure, model.definitions(model.standards(base), scenario=base))
    ranges = _ranges(base, settings)
    identity = _identity(options, ranges, settings)
    folder = StudyFolder(settings.out or default_out("sensitivity", identity))
    with folder.opened(identity):
        by_path = {each.path: each for each in ranges}
        study = Study(options, by_path, settings.seed, settings.replications, folder)
        done = _Done(study, settings, progress)
        return _results(done, base, definition, ranges)


class _Done:
    """The points of a study, made when they are asked for."""

    def __init__(self, study: Study, settings: Settings, progress: Progress) -> None:
        self.study, self.settings, self.progress = study, settings, progress
        self.documents: dict[Point, Document] = {}

    def values(self, points: Sequence[Point]) -> NDArray[np.float64]:
        new = [each for each in points if each not in self.documents]
        workers = self.settings.workers
        self.documents |= evaluate_all(self.study, new, workers=workers, progress=self.progress)
        return values_of(self.documents, points, self.settings.measure)


def _results(done: _Done, base: Scenario, definition: Definition, ranges: tuple[Range, ...]) -> Sensitivity:
    from scenarios.uncertainty.ranges import nominal

    settings, paths = done.settings, [each.path for each in ranges]
    value = within_range(t_interval(done.values([Point()])[0].tolist()), definition.unit)
    swings = _swings(done, paths, definition.unit)
    design = morris_design(paths, settings.trajectories, settings.seed)
    runs = done.values([point(BASE, paths, row) for row in design])
    screened = morris_indices(paths, design, runs, settings.seed)
    chosen = survivors(screened, share=settings.share, most=settings.most)
    indices: list[Index] = []
    if settings.samples and chosen:
        rows = sobol_design(chosen, settings.samples, settings.seed)
        variance = done.values([point(BASE, chosen, row) for row in rows])
        indices = sobol_indices(chosen, variance, settings.seed)
    ranking = _ranking(done, paths, higher_is_better=bool(definition.higher_is_better))
    return Sensitivity(
        scenario=base.name,
        title=base.title,
        measure=settings.measure,
        measure_title=definition.title,
        unit=definition.unit,
        higher_is_better=bool(definition.higher_is_better),
        settings=settings,
        ranges=ranges,
        nominal={each.path: nominal(each, base) for each in ranges},
        value=value,
        swings=tuple(swings),
        screened=tuple(screened),
        survivors=tuple(chosen),
        indices=tuple(indices),
        ranking=ranking,
        points=len(done.documents),
        out=str(done.study.folder.path),
    )


def _swings(done: _Done, paths: Sequence[str], unit: str) -> list[Swing]:
    ends = [point(BASE, [path], [u]) for path in paths for u in (0.0, 1.0)]
    values = done.values([Point(), *ends])
    base, rows = values[0], values[1:]
    swings = [
        Swing(
            path,
            low=within_range(t_interval(rows[2 * i].tolist()), unit),
            high=within_range(t_interval(rows[2 * i + 1].tolist()), unit),
            low_difference=t_interval((rows[2 * i] - base).tolist()),
            high_difference=t_interval((rows[2 * i + 1] - base).tolist()),
        )
        for i, path in enumerate(paths)
    ]
    return sorted(swings, key=lambda each: (-each.width, each.path))


def _ranking(done: _Done, paths: Sequence[str], *, higher_is_better: bool) -> Ranking | None:
    names = list(done.study.options)
    if len(names) < 2:
        return None
    settings = done.settings
    design = latin_design(paths, settings.rank_samples, settings.seed)
    standing = [Point(name) for name in names]
    samples = [point(name, paths, row) for name in names for row in design]
    values = done.values([*standing, *samples])
    of = len(design)
    title = {name: name or "base" for name in names}
    return rank(
        "base",
        {title[name]: values[i].tolist() for i, name in enumerate(names)},
        {title[name]: values[len(names) + i * of :][:of] for i, name in enumerate(names)},
        higher_is_better=higher_is_better,
    )


def _options(settings: Settings, base: str) -> Document:
    found: Document = {}
    for reference in settings.options:
        scenario = with_days(model.load(reference), settings.days)
        if scenario.name in found or scenario.name in ("base", base):
            msg = f'--options: "{reference}" is there twice, or is the base. Name each option once.'
            raise UserError(msg)
        found[scenario.name] = scenario
    return found


def _ranges(base: Scenario, settings: Settings) -> tuple[Range, ...]:
    from scenarios.loading.faults import ScenarioError, nearest_remedy
    from scenarios.uncertainty.ranges import load_ranges

    try:
        ranges = load_ranges(base, settings.ranges)
    except ScenarioError as fault:
        raise UserError(str(fault).replace("in the scenario", "in the ranges", 1)) from fault
    known = [each.path for each in ranges]
    for path in settings.only:
        if path not in known:
            msg = f'--only "{path}": no assumption with a range has this path; {nearest_remedy(path, known)}.'
            raise UserError(msg)
    return tuple(each for each in ranges if not settings.only or each.path in settings.only)


def measure_definition(name: str, definitions: Mapping[str, Definition]) -> Definition:
    """Return the definition of a measure. Raises UserError with the nearest known one."""
    from scenarios.loading.faults import nearest

    if name not in definitions:
        msg = f'--measure "{name}": there is no such measure; the nearest is {nearest(name, definitions)}.'
        raise UserError(msg)
    return definitions[name]


def _check_samples(settings: Settings) -> None:
    samples = settings.samples
    if samples and (samples < 4 or samples & (samples - 1)):
        msg = f"--samples {samples}: Sobol' samples come in powers of 2. Give 16, 32, 64 … or 0 for none."
        raise UserError(msg)
    if settings.trajectories < 2:
        msg = f"--trajectories {settings.trajectories}: the spread of effects needs at least 2."
        raise UserError(msg)


def _identity(options: Mapping[str, Scenario], ranges: Sequence[Range], settings: Settings) -> Document:
    from scenarios.loading.load import digest

    return {
        "study": "sensitivity",
        "scenario": options[BASE].name,
        "scenarios_sha256": hashlib.sha256(
            "\n".join(f"{name} {digest(each)}" for name, each in options.items()).encode()
        ).hexdigest(),
        "ranges_sha256": hashlib.sha256(repr(ranges).encode()).hexdigest(),
        "days": settings.days,
        "replications": settings.replications,
        "seed": settings.seed,
        "turnout": turnout_version(),
        "model_sha256": code_digest(),
    }


def default_out(kind: str, identity: Document) -> Path:
    """Return ``runs/<kind>-<scenario>-s<seed>-<digest>``."""
    name = f"{kind}-{identity['scenario']}-s{identity['seed']}-{identity_digest(dict(identity))[:8]}"
    return Path("runs") / name
