"""Where a sweep's tasks are done: worker processes here, or a Dask cluster. One interface, the same answers."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import Protocol

from experiments.execution.workers import Pool
from experiments.sweep.evaluate import Answer, Task, evaluate


@dataclass(frozen=True, slots=True)
class Finished:
    """A task that is no longer under way; without an answer its worker died."""

    task: Task
    answer: Answer | None


class Backend(Protocol):
    """Does tasks, in any order."""

    deaths_to_fail: int
    """How often the worker of a task may die before the task is at fault."""

    def capacity(self) -> int:
        """Return how many tasks are worth having under way."""

    def submit(self, task: Task) -> None:
        """Begin a task."""

    def wait(self, timeout_s: float) -> list[Finished]:
        """Return what finished, after at most ``timeout_s`` seconds."""

    def close(self) -> None:
        """End at once, tasks under way included."""


class ProcessBackend:
    """Worker processes on this computer. If one dies, all start anew: what was under way is told as lost."""

    deaths_to_fail = 3

    def __init__(self, workers: int, work: Callable[[Task], Answer] = evaluate) -> None:
        """Prepare ``workers`` processes."""
        self._workers = workers
        self._work = work
        self._pool: Pool | None = None
        self._running: dict[Future[Answer], Task] = {}

    def capacity(self) -> int:
        """Return the number of workers: with as many tasks, each has one."""
        return self._workers

    def submit(self, task: Task) -> None:
        """Begin a task."""
        if self._pool is None:
            self._pool = Pool(self._workers)
        try:
            self._running[self._pool.submit(self._work, task)] = task
        except BrokenProcessPool:  # broken by another task since the last look: the next wait tells
            lost: Future[Answer] = Future()
            lost.set_exception(BrokenProcessPool())
            self._running[lost] = task

    def wait(self, timeout_s: float) -> list[Finished]:
        """Return what finished, after at most ``timeout_s`` seconds."""
        finished, _ = wait(self._running, timeout=timeout_s, return_when=FIRST_COMPLETED)
        if any(isinstance(future.exception(), BrokenProcessPool) for future in finished):
            finished, _ = wait(self._running, timeout=5.0)  # all of them fail now
            finished = set(self._running)
        told = []
        broken = False
        for future in list(self._running):
            if future in finished:
                task = self._running.pop(future)
                fault = future.exception() if future.done() else BrokenProcessPool()
                if fault is not None and not isinstance(fault, BrokenProcessPool):
                    raise fault
                broken = broken or fault is not None
                told.append(Finished(task, None if fault is not None else future.result()))
        if broken:
            self.close()
        return told

    def close(self) -> None:
        """End the processes at once."""
        if self._pool is not None:
            self._pool.close()
            self._pool = None
        self._running.clear()
