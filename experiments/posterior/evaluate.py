"""Simulating a scenario at parameter sets of the sample: each kept as one whole file, resumed and shared out at will.

Replications are numbered by the row of the sample: row k has replications k R to k R + R − 1 of the seed, whatever
rows are taken beside it. Each row meets years of its own; scenarios that are compared meet the same ones.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from experiments.calibrate.simulator import Kept, build_with_kept
from experiments.errors import UserError
from experiments.execution.documents import Document
from experiments.execution.progress import Progress, silent
from experiments.execution.tasks import StudyFolder, Task, do_all
from experiments.posterior.parameter_sets import draw_scenario
from experiments.posterior.sample import Sample
from experiments.presentation.as_json import number
from scenarios.schema.scenario import Scenario
from sim.world.fire import World


@dataclass(frozen=True, slots=True)
class Draw:
    """One row of the sample, with its replications ``first`` to ``first + count - 1``."""

    row: int
    values: tuple[float, ...]
    first: int
    count: int

    @property
    def key(self) -> str:
        """Return the name of its file: a digest of all of it."""
        text = json.dumps([self.row, list(self.values), self.first, self.count])
        return hashlib.sha256(text.encode()).hexdigest()[:20]


def draws_of(sample: Sample, rows: Sequence[int], replications: int) -> tuple[Draw, ...]:
    """Return the draws of some rows of a sample."""
    return tuple(
        Draw(row, tuple(float(v) for v in sample.values[row]), row * replications, replications)
        for row in rows
    )


@dataclass(frozen=True, slots=True, eq=False)
class Study:
    """What all draws of a scenario share."""

    scenario: Scenario
    reference: Scenario
    sample: Sample
    seed: int
    kept: Kept = field(default_factory=Kept)  # map and network that this process holds


def evaluate(study: Study, draw: Draw) -> Document:
    """Simulate a draw. Return its parameters and every measure by replication.

    Raises UserError if the scenario cannot be built there.
    """
    from scenarios.loading.faults import ScenarioError

    scenario = draw_scenario(study.scenario, study.reference, study.sample, draw.values)
    try:
        world = build_with_kept(scenario, study.kept)
    except (ScenarioError, UserError) as fault:
        msg = f"{scenario.name} cannot be built at row {draw.row} of {study.sample.name}: {fault}"
        raise UserError(msg) from fault
    keys = [each.key for each in study.sample.parameters]
    return {
        "row": draw.row,
        "parameters": dict(zip(keys, draw.values, strict=True)),
        "first": draw.first,
        **simulated(world, scenario, study.seed, draw),
    }


def simulated(world: World, scenario: Scenario, seed: int, draw: Draw) -> Document:
    """Return incidents, log digest and measures (null where one does not exist) of a draw's replications."""
    from experiments.execution import model

    standards = model.standards(scenario)
    measures: dict[str, list[float | None]] = {}
    incidents, logs = 0, hashlib.sha256()
    for place in range(draw.count):
        log = model.simulate(world, seed=seed, replication=draw.first + place)
        incidents += len(log.incidents["key"])
        logs.update(log.sha256().encode())
        for name, value in model.values(world, log, standards).items():
            measures.setdefault(name, [None] * draw.count)[place] = number(value)
    return {"incidents": incidents, "log_sha256": logs.hexdigest(), "measures": measures}


@dataclass(frozen=True, slots=True, eq=False)
class SampleResults:
    """The documents of all draws, in the order of the sample."""

    draws: tuple[Draw, ...]
    documents: tuple[Document, ...]

    @property
    def incidents(self) -> int:
        """Incidents over all draws and replications."""
        return sum(int(each["incidents"]) for each in self.documents)

    @property
    def log_sha256(self) -> str:
        """SHA-256 over the draws' log digests, in their order."""
        text = "".join(str(each["log_sha256"]) for each in self.documents)
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def names(self) -> list[str]:
        """Every measure that some draw has."""
        return list(dict.fromkeys(name for each in self.documents for name in each["measures"]))

    def values(self, name: str) -> list[list[float]]:
        """Return a measure by draw and replication, NaN where it does not exist."""
        nothing = float("nan")
        return [
            [nothing if value is None else float(value) for value in each["measures"][name]]
            if name in each["measures"]
            else [nothing] * draw.count
            for draw, each in zip(self.draws, self.documents, strict=True)
        ]


def evaluate_all(
    study: Study,
    draws: Sequence[Draw],
    folder: StudyFolder,
    *,
    workers: int = 1,
    progress: Progress = silent,
) -> SampleResults:
    """Simulate every draw that the folder lacks; ``progress`` hears replications.

    Raises UserError for what the user can mend, and Stopped when it was stopped; whole draws stay.
    """
    size = draws[0].count

    def tell(done: int, total: int) -> None:
        progress(done * size, total * size)

    tasks = [Task(draw.key, draw) for draw in draws]
    found = do_all(tasks, evaluate, study, folder, workers=workers, progress=tell)
    return SampleResults(tuple(draws), tuple(found[draw.key] for draw in draws))
