"""A sweep from its file to its table: what is missing is done, point by point, and each is kept at once."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from experiments.errors import Stopped, UserError
from experiments.execution import model
from experiments.execution.documents import Document
from experiments.execution.executor import LOOK_S, Executor, Processes
from experiments.execution.provenance import code_digest, identity_digest, turnout_version
from experiments.execution.signals import stopping
from experiments.presentation.report import HEADLINE
from experiments.sweep.design import Design, read_design
from experiments.sweep.evaluate import Answer, Task, evaluate
from experiments.sweep.folder import Outcome, SweepFolder, part_of, schema_of
from experiments.sweep.points import Point, make_points
from experiments.sweep.progress import State, Tell, silent
from experiments.sweep.reading import read_points
from experiments.sweep.result import Swept
from experiments.sweep.settings import SweepSettings
from scenarios.loading.faults import ScenarioError

TASKS_A_WORKER = 4
"""With fewer points a worker than this, points are split by replication, so that all workers end together."""


@dataclass(slots=True)
class _Open:
    """A point that is under way."""

    point: Point
    answers: dict[int, Answer] = field(default_factory=dict)  # by first replication
    tasks: int = 0
    deaths: int = 0


def run_sweep(settings: SweepSettings, tell: Tell = silent) -> Swept:
    """Do what ``turnout sweep FILE`` does, but for the printing.

    Raises UserError for what the user can mend, and Stopped when it was stopped; finished points stay.
    """
    with stopping():
        try:
            design = read_design(settings.file, outcomes=tuple(HEADLINE))
            model_sha256 = code_digest()
            points = make_points(design, model_sha256)
        except ScenarioError as fault:
            raise UserError(str(fault).replace("in the scenario", "in the sweep", 1)) from fault
        except Stopped as stop:
            raise Stopped("Stopped before anything ran.", status=stop.status) from None
        identity = _identity(design, points, model_sha256)
        folder = SweepFolder(settings.out or default_out(design, identity))
        return sweep_into(folder, design, points, identity, settings, tell)


def _identity(design: Design, points: list[Point], model_sha256: str) -> Document:
    import hashlib

    ids = hashlib.sha256("".join(point.id for point in points).encode()).hexdigest()
    return {
        **design.identity(model_sha256, turnout_version()),
        "points": len(points),
        "points_sha256": ids,
    }


def default_out(design: Design, identity: Document) -> Path:
    """Return ``runs/sweep-<name>-<digest>``."""
    return Path("runs") / f"sweep-{design.name}-{identity_digest(identity)[:8]}"


def sweep_into(
    folder: SweepFolder,
    design: Design,
    points: list[Point],
    identity: Document,
    settings: SweepSettings,
    tell: Tell,
) -> Swept:
    """Do the points that ``folder`` lacks, then write the table of all."""
    folder.check(identity)
    if settings.scheduler is not None:
        from experiments.execution.cluster import connect

        connect(settings.scheduler)  # before a folder is made
    with folder.held(identity):
        folder.begin(identity, design.text)
        there = folder.found(point.id for point in points)
        if settings.retry_failed:
            there = {name: failed for name, failed in there.items() if not failed}
        missing = [point for point in points if point.id not in there]
        leader = Leader(folder, design, identity["model_sha256"], len(points), there, tell)
        try:
            if missing:
                leader.lead(missing, lambda: _executor(settings))
            folder.write_table(read_points(folder.part(point.id) for point in points))
        except (Stopped, KeyboardInterrupt) as stop:
            msg = (
                f"Stopped: {len(leader.there)} of {len(points)} points are whole in {folder.path}. "
                "Repeat the same command to do the rest."
            )
            raise Stopped(msg, status=getattr(stop, "status", 130)) from None
        finally:
            folder.tidy()
    return Swept(folder.path, len(points), sum(leader.there.values()), len(points) - len(missing))


def _executor(settings: SweepSettings) -> Executor[Task, Answer]:
    if settings.scheduler is None:
        return Processes(settings.workers, evaluate, None)
    from experiments.execution.cluster import Cluster

    return Cluster(settings.scheduler, evaluate, None)


class Leader:
    """Hands out tasks, puts the answers of a point together, and writes each point as soon as it is whole."""

    def __init__(
        self,
        folder: SweepFolder,
        design: Design,
        model_sha256: str,
        total: int,
        there: dict[str, bool],
        tell: Tell = silent,
    ) -> None:
        """Lead a sweep of ``total`` points, of which ``there`` are done (True: failed)."""
        self.there = dict(there)
        self._folder = folder
        self._design = design
        self._model_sha256 = model_sha256
        self._schema = schema_of(design, model.units(model.standards(design.base), scenario=design.base))
        self._total = total
        self._tell = tell
        self._open: dict[str, _Open] = {}
        self._waiting: deque[Task] = deque()
        self._suspects: deque[Task] = (
            deque()
        )  # their worker died: done one at a time, to see which was at fault
        self._under_way = 0
        self._replications_done = 0
        self._replications = 0
        self._began = time.monotonic()

    def lead(self, missing: list[Point], make_executor: Callable[[], Executor[Task, Answer]]) -> None:
        """Do all missing points. Raises UserError for what stops the sweep as a whole."""
        executor = make_executor()
        try:
            self._hand_out(missing, executor.capacity())
            while self._open:
                self._submit(executor)
                self._report()
                for finished in executor.wait(LOOK_S):
                    self._under_way -= 1
                    if finished.answer is None:
                        self._died(finished.task, executor.deaths_to_fail)
                    else:
                        self._take(finished.task, finished.answer)
            self._report()
        finally:
            executor.close()

    def _hand_out(self, missing: list[Point], workers: int) -> None:
        """Make the tasks: a whole point each, or fewer replications where there are few points for the workers."""
        count = self._design.replications
        pieces = min(count, max(1, math.ceil(TASKS_A_WORKER * workers / len(missing))))
        size = math.ceil(count / pieces)
        for point in missing:
            opened = self._open.setdefault(point.id, _Open(point))
            for first in range(0, count, size):
                opened.tasks += 1
                self._waiting.append(self._task(point, first, min(size, count - first)))
        self._replications = count * len(missing)

    def _task(self, point: Point, first: int, count: int) -> Task:
        return Task(
            point=point.id,
            scenario_sha256=point.scenario_sha256,
            scenario_packed=point.scenario_packed,
            own_map=point.own_map,
            seed=self._design.seed,
            first=first,
            count=count,
            outcomes=self._design.outcomes,
            model_sha256=self._model_sha256,
        )

    def _submit(self, executor: Executor[Task, Answer]) -> None:
        if self._suspects:
            if not self._under_way:
                self._begin(executor, self._suspects.popleft())
            return
        while self._waiting and self._under_way < executor.capacity():
            self._begin(executor, self._waiting.popleft())

    def _begin(self, executor: Executor[Task, Answer], task: Task) -> None:
        self._under_way += 1
        executor.submit(task)

    def _died(self, task: Task, deaths_to_fail: int) -> None:
        opened = self._open[task.point]
        opened.deaths += 1
        if opened.deaths < deaths_to_fail:
            self._suspects.append(task)
            return
        why = "the worker process ended while it ran this point, perhaps for want of memory"
        self._take(task, Answer(task.point, task.first, failed=task.first, error=why))

    def _take(self, task: Task, answer: Answer) -> None:
        """Take an answer in; with the last of its point, write the point."""
        if answer.refused:
            raise UserError(f"{answer.refused} Finished points are kept.")
        opened = self._open[task.point]
        opened.answers[task.first] = answer
        self._replications_done += task.count
        if len(opened.answers) < opened.tasks:
            return
        outcome = together([opened.answers[first] for first in sorted(opened.answers)])
        table = part_of(self._schema, self._design, opened.point, outcome)
        self._folder.write_part(task.point, table)
        self.there[task.point] = bool(outcome.error)
        del self._open[task.point]

    def _report(self) -> None:
        self._tell(
            State(
                points=self._total,
                done=len(self.there),
                failed=sum(self.there.values()),
                replications_done=self._replications_done,
                replications_left=self._replications - self._replications_done,
                seconds=time.monotonic() - self._began,
            )
        )


def together(answers: list[Answer]) -> Outcome:
    """Return what came of a point from the answers of its tasks in order: all rows, or the first failure."""
    for answer in answers:
        if answer.failed is not None:
            return Outcome(failed=answer.failed, error=answer.error)
    return Outcome(rows=[row for answer in answers for row in answer.rows])
