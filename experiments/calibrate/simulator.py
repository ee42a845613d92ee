"""Simulating points of a fit: parameter values in, what the simulation gives out, in worker processes.

Every point meets the same replications under the same random numbers. A point costs little more than its
replications: cells and road network are made once in each process, only shortest paths are found anew for new
speeds, and no map is written to any cache.
"""

from __future__ import annotations

import hashlib
import json
import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from calibration.parameters import Parameter, apply
from calibration.simulated_runs import Runs
from experiments.calibrate.periods import value_of_months
from experiments.errors import UserError
from experiments.execution.documents import Document
from experiments.execution.progress import Progress, silent
from experiments.execution.tasks import StudyFolder, Task, do_all
from scenarios.building.map import Geography
from scenarios.building.terrain import Terrain
from scenarios.schema.scenario import Scenario
from sim.world.fire import World

F64 = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Block:
    """Replications ``first`` to ``first + count - 1`` of one point, under one root seed."""

    values: tuple[float, ...]
    seed: int
    first: int
    count: int

    @property
    def key(self) -> str:
        """Return the name of its file: a digest of all of it."""
        text = json.dumps([list(self.values), self.seed, self.first, self.count])
        return hashlib.sha256(text.encode()).hexdigest()[:20]


Made = TypeVar("Made")


@dataclass(slots=True, eq=False)
class Kept:
    """What one process keeps between points: the map without speeds, and the last map with them."""

    terrain: tuple[str, Terrain] | None = None
    geography: tuple[str, Geography] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Simulator:
    """What all points of a fit share. ``outputs`` are names of measures, or "measure@period".

    ``carried``: the parameters' values that the scenario carries already, as that of the fitted baseline does.
    ``asked``: "measure@period" of each output where its name does not tell the period.
    """

    scenario: Scenario
    parameters: tuple[Parameter, ...]
    outputs: tuple[str, ...]
    carried: tuple[float, ...] | None = None
    asked: tuple[str, ...] | None = None
    kept: Kept = field(default_factory=Kept)

    def run(
        self,
        points: F64,
        folder: StudyFolder,
        *,
        seed: int,
        replications: int,
        first: int = 0,
        workers: int = 1,
        progress: Progress = silent,
    ) -> Runs:
        """Simulate points (n, k) in natural units; what the folder holds already is read.

        Raises UserError for what the user can mend, and Stopped when it was stopped; what is done stays.
        """
        rows = [tuple(float(x) for x in point) for point in np.asarray(points, dtype=np.float64)]
        size = replications if len(rows) > 1 or workers == 1 else 1
        starts = range(first, first + replications, size)
        blocks = [[Block(row, seed, start, size) for start in starts] for row in rows]
        values = self._values(blocks, folder, workers, progress)
        numbers = tuple((seed, first + number) for number in range(replications))
        return Runs(np.array(rows, dtype=np.float64), values, self.outputs, numbers)

    def run_apart(
        self,
        points: F64,
        folder: StudyFolder,
        *,
        seed: int,
        replications: int,
        workers: int = 1,
        progress: Progress = silent,
    ) -> F64:
        """Return the outputs of points (n, replications, outputs), each point with replications of its own.

        Then few points of few replications have as many years of chance as there are. Raises as ``run`` does.
        """
        rows = [tuple(float(x) for x in point) for point in np.asarray(points, dtype=np.float64)]
        blocks = [[Block(row, seed, i * replications, replications)] for i, row in enumerate(rows)]
        return self._values(blocks, folder, workers, progress)

    def _values(
        self, blocks: Sequence[Sequence[Block]], folder: StudyFolder, workers: int, progress: Progress
    ) -> F64:
        tasks = [Task(block.key, block) for mine in blocks for block in mine]
        done = do_all(tasks, evaluate, self, folder, workers=workers, progress=progress)
        values = [
            np.concatenate([_array(done[block.key], self.outputs) for block in mine], axis=0)
            for mine in blocks
        ]
        return np.stack(values)

    def point_seconds(self, points: F64, folder: StudyFolder, *, seed: int, replications: int) -> float:
        """Return the median seconds that a worker took for these points, which are done."""
        taken = []
        for point in points:
            document = folder.read(Block(tuple(float(x) for x in point), seed, 0, replications).key)
            taken.append(0.0 if document is None else sum(document.get("seconds", {}).values()))
        return float(np.median(taken))


def _array(document: Document, outputs: Sequence[str]) -> F64:
    return np.array([document["measures"][name] for name in outputs], dtype=np.float64).T


def evaluate(simulator: Simulator, block: Block) -> Document:
    """Simulate a block. Return its values and the wanted measures by replication.

    Raises UserError if the scenario cannot be built there, or does not give a wanted measure.
    """
    from experiments.execution import model
    from scenarios.loading.faults import ScenarioError

    named = dict(zip((each.key for each in simulator.parameters), block.values, strict=True))
    try:
        scenario = apply(simulator.scenario, simulator.parameters, block.values, carried=simulator.carried)
        world, map_s = _timed(lambda: build_with_kept(scenario, simulator.kept))
    except (ScenarioError, UserError) as fault:
        told = ", ".join(f"{key} {value:.4g}" for key, value in named.items())
        msg = f"the scenario cannot be built with {told}: {fault}\nNarrow the bounds."
        raise UserError(msg) from fault
    standards = model.standards(scenario)
    stated = stated_figures(scenario)
    started = time.perf_counter()
    measures: dict[str, list[float]] = {name: [] for name in simulator.outputs}
    by_month = any("@" in asked for asked in simulator.asked or simulator.outputs)
    for replication in range(block.first, block.first + block.count):
        log = model.simulate(world, seed=block.seed, replication=replication)
        measured = model.measure(world, log, standards, tables=by_month)
        found = {**stated, **measured.values}
        for name, asked in zip(simulator.outputs, simulator.asked or simulator.outputs, strict=True):
            measures[name].append(_figure(found, measured.tables, asked, simulator.scenario.name))
    seconds = {"build": round(map_s, 3), "simulate": round(time.perf_counter() - started, 3)}
    return {
        "parameters": named,
        "seed": block.seed,
        "first": block.first,
        "measures": measures,
        "seconds": seconds,
    }


def _timed(make: Callable[[], Made]) -> tuple[Made, float]:
    """Return what is made, and the seconds that it took."""
    started = time.perf_counter()
    return make(), time.perf_counter() - started


def stated_figures(scenario: Scenario) -> dict[str, float]:
    """Return figures that a scenario states rather than a run: calls that nobody attends leave no trace in a log."""
    alarms = [each for each in scenario.incident_types.values() if each.automatic_alarm]
    calls = sum(each.per_year for each in alarms)
    if not calls > 0.0:
        return {}
    attended = sum(each.per_year * each.attended_share for each in alarms)
    return {"fire.automatic_alarms.attended_share": attended / calls}


def _figure(found: Mapping[str, float], tables: Document, name: str, scenario: str) -> float:
    """Return a figure of a replication: of the months of its period where the run gives it by month."""
    known = name.partition("@")[0]
    of_months = value_of_months(tables, name)
    value = float(found.get(known, math.nan)) if of_months is None else of_months
    if not math.isfinite(value):
        why = "has no value in a replication" if known in found else "is no measure"
        msg = f"{name} {why} of {scenario}: take it out of the targets, or simulate longer."
        raise UserError(msg)
    return value


def build_with_kept(scenario: Scenario, kept: Kept) -> World:
    """Build the World of a scenario on what this process keeps. Raises UserError telling every fault."""
    from geo.errors import GeoDataError
    from scenarios.building.geography import station_places
    from scenarios.building.terrain import geography_on, make_terrain
    from scenarios.building.world import build_world
    from scenarios.loading.datasets import geography_folder

    ground = _digest([[s.lat, s.lon] for s in scenario.stations.values()], scenario.geography.model_dump())
    speeds = _digest(ground, scenario.travel.model_dump())
    try:
        if kept.terrain is None or kept.terrain[0] != ground:
            folder = geography_folder(scenario)
            kept.terrain = (ground, make_terrain(scenario, folder, *station_places(scenario)))
        if kept.geography is None or kept.geography[0] != speeds:
            kept.geography = None  # room for the next: a map is 45 MB
            kept.geography = (speeds, geography_on(kept.terrain[1], scenario))
        return build_world(scenario, geography=kept.geography[1])
    except GeoDataError as fault:
        raise UserError(str(fault)) from fault


def _digest(*things: object) -> str:
    return hashlib.sha256(json.dumps(things, sort_keys=True, default=str).encode()).hexdigest()
