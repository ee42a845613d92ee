"""One run of the ladder: a replication with some pumps taken. The same for the same key, in any process."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from experiments.execution import engines, model
from experiments.execution.documents import Document
from experiments.execution.progress import Progress, silent
from experiments.execution.tasks import StudyFolder, Task, do_all
from experiments.ladder.blocks import block_sums
from experiments.ladder.removals import never_matters, weekday_day, without
from experiments.presentation.as_json import number
from sim.draws.replication import Draws
from sim.log.roster import roster_changes
from sim.log.tables import Log
from sim.world.fire import World
from sim.world.standards import Standard


@dataclass(frozen=True, slots=True)
class Taken:
    """Which pumps are off the run (keys, sorted), when, and in which replication."""

    pumps: tuple[str, ...]
    by_day: bool
    replication: int

    @property
    def key(self) -> str:
        """Return the name of its file."""
        text = json.dumps([self.pumps, self.by_day, self.replication])
        return hashlib.sha256(text.encode()).hexdigest()[:20]


@dataclass(slots=True, eq=False)
class WorkerState:
    """What a process keeps of the last replication: its draws, and the log of the whole fleet."""

    replication: int = -1
    draws: Draws | None = None
    whole: Log | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Ladder:
    """What all runs of a ladder share. ``shortcut``: skip what ``never_matters`` proves (the same figures)."""

    world: World
    standards: Sequence[Standard]
    seed: int
    folder: StudyFolder
    shortcut: bool = True
    state: WorkerState = field(default_factory=WorkerState)


def simulate_removal(ladder: Ladder, taken: Taken) -> Document:
    """Simulate; return every measure, and the attendance sums by hour block."""
    world, state = ladder.world, ladder.state
    if state.draws is None or state.replication != taken.replication:
        state.draws = engines.draw(world, ladder.seed, taken.replication)
        state.replication, state.whole = taken.replication, None
    pumps = [world.units.key.index(key) for key in taken.pumps]
    draws = without(
        world,
        state.draws,
        pumps,
        hours=weekday_day() if taken.by_day else None,
    )
    log = _run(ladder, draws, taken, pumps)
    values = model.values(world, log, ladder.standards)
    return {
        "pumps": list(taken.pumps),
        "by_day": taken.by_day,
        "replication": taken.replication,
        "measures": {name: number(value) for name, value in values.items()},
        "blocks": block_sums(world, log),
    }


def _run(ladder: Ladder, draws: Draws, taken: Taken, pumps: Sequence[int]) -> Log:
    state = ladder.state
    if len(pumps) == 1 and ladder.shortcut and ladder.world.rules.cover == "none":
        if state.whole is None and state.draws is not None:
            state.whole = model.play(
                ladder.world, state.draws, seed=ladder.seed, replication=taken.replication
            )
        if state.whole is not None and never_matters(ladder.world, state.whole, pumps[0]):
            return _with_roster(state.whole, draws)
    return model.play(ladder.world, draws, seed=ladder.seed, replication=taken.replication)


def _with_roster(log: Log, draws: Draws) -> Log:
    """Return a log with the roster of the draws: what the run would have written."""
    return replace(log, roster=roster_changes(draws.roster))


def simulate_all(
    ladder: Ladder, runs: Sequence[Taken], *, workers: int = 1, progress: Progress = silent
) -> dict[Taken, Document]:
    """Do every run that the folder lacks, replication by replication."""
    unique = sorted(set(runs), key=lambda each: (each.replication, each.by_day, each.pumps))
    tasks = [Task(each.key, each) for each in unique]
    done = do_all(tasks, simulate_removal, ladder, ladder.folder, workers=workers, progress=progress)
    return {each: done[each.key] for each in unique}
