"""One interface to whatever does the work: this process, worker processes, or a Dask cluster. The same answers.

A task is given to ``work(context, task)``. The context, which all tasks share, reaches a worker once. Worker
processes are spawned (the same on every system) and ignore Ctrl-C: the process that started them decides.
"""

from __future__ import annotations

import os
import pickle
import tempfile
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from experiments.errors import UserError
from experiments.execution.workers import Function, Pool, serve

Context = TypeVar("Context")
Task = TypeVar("Task")
Answer = TypeVar("Answer")

LOOK_S = 0.5
"""How often Ctrl-C is looked for, on systems where it has to be."""


@dataclass(frozen=True, slots=True)
class Finished(Generic[Task, Answer]):
    """A task that is no longer under way; without an answer its worker died."""

    task: Task
    answer: Answer | None


class Executor(Protocol[Task, Answer]):
    """Does tasks, in any order."""

    deaths_to_fail: int
    """How often the worker of a task may die before the task is at fault."""

    def capacity(self) -> int:
        """Return how many tasks are worth having under way."""

    def submit(self, task: Task) -> None:
        """Begin a task."""

    def wait(self, timeout_s: float) -> list[Finished[Task, Answer]]:
        """Return what finished, after at most ``timeout_s`` seconds. Raises what the work raised."""

    def close(self) -> None:
        """End at once, tasks under way included."""


class InProcess(Generic[Context, Task, Answer]):
    """This process: one task at a time, done when it is waited for."""

    deaths_to_fail = 1

    def __init__(self, work: Callable[[Context, Task], Answer], context: Context) -> None:
        """Keep the work and its context."""
        self._work, self._context = work, context
        self._waiting: deque[Task] = deque()

    def capacity(self) -> int:
        """Return 1."""
        return 1

    def submit(self, task: Task) -> None:
        """Note a task."""
        self._waiting.append(task)

    def wait(self, timeout_s: float) -> list[Finished[Task, Answer]]:
        """Do the next task, however long it takes."""
        del timeout_s
        if not self._waiting:
            return []
        task = self._waiting.popleft()
        return [Finished(task, self._work(self._context, task))]

    def close(self) -> None:
        """Forget what was not begun."""
        self._waiting.clear()


class Processes(Generic[Context, Task, Answer]):
    """Worker processes on this computer. If one dies, all start anew: what was under way is told as lost."""

    deaths_to_fail = 3

    def __init__(self, workers: int, work: Callable[[Context, Task], Answer], context: Context) -> None:
        """Prepare ``workers`` processes; they start with the first task."""
        self._workers, self._work, self._context = workers, work, context
        self._shared: Path | None = None
        self._pool: Pool | None = None
        self._running: dict[Future[Answer], Task] = {}
        self.processes: set[int] = set()
        """Every worker process that there has been, by its number."""

    def capacity(self) -> int:
        """Return the number of workers: with as many tasks, each has one."""
        return self._workers

    def submit(self, task: Task) -> None:
        """Begin a task."""
        if self._pool is None:
            self._pool = Pool(self._workers, _begin, (self._work, self._share()))
        try:
            self._running[self._pool.submit(_in_worker, task)] = task
        except (BrokenProcessPool, ValueError, OSError):
            # Broken by another task since the last look: the next wait tells. A ValueError or OSError: its pipes
            # were closed while a further process was being started with them.
            lost: Future[Answer] = Future()
            lost.set_exception(BrokenProcessPool())
            self._running[lost] = task
        self.processes |= self._pool.processes

    def _share(self) -> Path:
        """Write the context to a file of its own, once.

        It is not handed to a starting process: a process killed before it has read tens of megabytes would leave
        this one writing for ever.
        """
        if self._shared is None:
            handle, name = tempfile.mkstemp(prefix="turnout-", suffix=".context")
            self._shared = Path(name)
            with os.fdopen(handle, "wb") as file:
                pickle.dump(self._context, file, protocol=pickle.HIGHEST_PROTOCOL)
        return self._shared

    def wait(self, timeout_s: float) -> list[Finished[Task, Answer]]:
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
            self._end()
        return told

    def _end(self) -> None:
        if self._pool is not None:
            self._pool.close()
            self._pool = None

    def close(self) -> None:
        """End the processes at once."""
        self._end()
        self._running.clear()
        if self._shared is not None:
            self._shared.unlink(missing_ok=True)
            self._shared = None


_shared: tuple[Function, object] | None = None


def _begin(work: Function, context_file: Path) -> None:
    """Set a worker process up: keep what all tasks share."""
    global _shared  # noqa: PLW0603 - a worker process serves exactly one executor
    serve()
    try:
        with context_file.open("rb") as file:
            _shared = (work, pickle.load(file))  # noqa: S301 - written by the process that started this one
    except FileNotFoundError:  # the end came before this process had begun: nobody waits for it
        os._exit(1)


def _in_worker(task: object) -> object:
    if _shared is None:
        msg = "a worker was given a task before its context"
        raise RuntimeError(msg)
    work, context = _shared
    return work(context, task)


def executor(
    workers: int, work: Callable[[Context, Task], Answer], context: Context
) -> InProcess[Context, Task, Answer] | Processes[Context, Task, Answer]:
    """Return this process for one worker, worker processes for several."""
    return InProcess(work, context) if workers < 2 else Processes(workers, work, context)


def answers(
    made: Executor[Task, Answer], tasks: Iterable[Task], *, ahead: int = 1
) -> Generator[tuple[Task, Answer], None, None]:
    """Yield each task with its answer as it is done; ``ahead`` tasks a worker are under way. Ends the executor.

    Raises UserError if a worker dies.
    """
    waiting, under_way, more = iter(tasks), 0, True
    try:
        while True:
            while more and under_way < max(1, ahead * made.capacity()):
                try:
                    made.submit(next(waiting))
                    under_way += 1
                except StopIteration:
                    more = False
            if not under_way:
                return
            for finished in made.wait(LOOK_S):
                under_way -= 1
                if finished.answer is None:
                    raise _died()
                yield finished.task, finished.answer
    finally:
        made.close()


def _died() -> UserError:
    return UserError(
        "a worker process ended unexpectedly, perhaps for want of memory. "
        "What is finished is kept: repeat the command with fewer --workers."
    )
