"""Points of a study: a scenario with some assumptions moved, simulated with the same chance as every other.

Every point uses the same seed and replication numbers. Draws are keyed, so that two points differ by what their
assumptions do and by little else: common random numbers.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from experiments.errors import UserError
from experiments.execution.documents import Document
from experiments.execution.progress import Progress, silent
from experiments.execution.tasks import StudyFolder, Task, do_all
from experiments.presentation.as_json import number
from scenarios.schema.scenario import Scenario
from scenarios.uncertainty.ranges import Range
from sim.world.fire import World

F64 = NDArray[np.float64]
MAP_STEPS = 12
"""Assumptions about speeds are taken on 13 even steps of their range: each step costs a map of some seconds."""
_MAP_PATHS = ("travel.speed_factor", "travel.class_factor.", "travel.band_factor.")


@dataclass(frozen=True, slots=True)
class Point:
    """One option ("" for the base) with assumptions at ``u`` of their ranges; those not named stay as they are."""

    option: str = ""
    values: tuple[tuple[str, float], ...] = ()

    @property
    def key(self) -> str:
        """Return the name of its file: a digest of option and values."""
        text = json.dumps([self.option, [[path, round(u, 12)] for path, u in self.values]])
        return hashlib.sha256(text.encode()).hexdigest()[:20]

    @property
    def map_values(self) -> tuple[tuple[str, float], ...]:
        """Return the values that change the map."""
        return tuple((path, u) for path, u in self.values if path.startswith(_MAP_PATHS))


def point(option: str, paths: Sequence[str], row: Sequence[float] | F64) -> Point:
    """Return the point of a row of a design, its speeds on their steps."""
    values = []
    for path, u in zip(paths, row, strict=True):
        exact = min(1.0, max(0.0, float(u)))
        values.append((path, round(exact * MAP_STEPS) / MAP_STEPS if path.startswith(_MAP_PATHS) else exact))
    return Point(option, tuple(values))


@dataclass(frozen=True, slots=True, eq=False)
class Study:
    """What all points of a study share; ``options`` are scenarios by name, "" the base."""

    options: Mapping[str, Scenario]
    ranges: Mapping[str, Range]  # scenarios.uncertainty.ranges.Range by path
    seed: int
    replications: int
    folder: StudyFolder
    map_here: list[object] = field(default_factory=list)  # which map this process holds, at most one


def evaluate(study: Study, at: Point) -> Document:
    """Simulate a point. Return its option, values and every measure by replication.

    Raises UserError if the scenario cannot be built there.
    """
    from experiments.execution import model
    from scenarios.loading.faults import ScenarioError
    from scenarios.uncertainty.ranges import value_at, with_values

    moved = [(study.ranges[path], u) for path, u in at.values]
    shown = {each.path: value_at(each, u) for each, u in moved}
    try:
        scenario = with_values(study.options[""], study.options[at.option], moved)
        world = _build(study, scenario, at)
    except (ScenarioError, UserError) as fault:
        told = ", ".join(f"{path} {value}" for path, value in shown.items())
        msg = f"the scenario {at.option or 'base'} cannot be built with {told}: {fault}\nNarrow the ranges."
        raise UserError(msg) from fault
    standards = model.standards(scenario)
    measures: dict[str, list[float | None]] = {}
    for replication in range(study.replications):
        log = model.simulate(world, seed=study.seed, replication=replication)
        for name, value in model.values(world, log, standards).items():
            measures.setdefault(name, [None] * study.replications)[replication] = number(value)
    return {"option": at.option, "values": shown, "measures": measures}


def _build(study: Study, scenario: Scenario, at: Point) -> World:
    """Build the World. A map made for one point of a study is kept until the next: it is 45 MB on disc."""
    from experiments.execution import model

    if not at.map_values:
        return model.build(scenario)
    from geo.errors import GeoDataError
    from scenarios.building.world import build_world

    here = _maps(study.folder) / str(os.getpid())
    key = at.map_values
    if study.map_here != [key]:
        shutil.rmtree(here, ignore_errors=True)
        study.map_here[:] = [key]
    try:
        return build_world(scenario, cache_dir=here)
    except GeoDataError as fault:
        raise UserError(str(fault)) from fault


def _maps(folder: StudyFolder) -> Path:
    return folder.path / ".maps"


def evaluate_all(
    study: Study, points: Sequence[Point], *, workers: int = 1, progress: Progress = silent
) -> dict[Point, Document]:
    """Evaluate every point that the folder lacks; points of one map follow each other."""
    unique = sorted(set(points), key=lambda each: (each.map_values, each.option, each.values))
    tasks = [Task(each.key, each) for each in unique]
    try:
        done = do_all(tasks, evaluate, study, study.folder, workers=workers, progress=progress)
    finally:
        shutil.rmtree(_maps(study.folder), ignore_errors=True)
    return {each: done[each.key] for each in unique}


def values_of(documents: Mapping[Point, Document], points: Sequence[Point], measure: str) -> F64:
    """Return a measure (points, replications). Raises UserError where a point lacks it."""
    rows = [documents[each]["measures"].get(measure) for each in points]
    for each, row in zip(points, rows, strict=True):
        if row is None or any(value is None or not math.isfinite(value) for value in row):
            msg = (
                f"{measure} is not defined in some replication at {dict(each.values)}: "
                "no such incident happened. Raise --days."
            )
            raise UserError(msg)
    return np.array(rows, dtype=np.float64)
