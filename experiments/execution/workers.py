"""One replication, here or in a worker process.

Worker processes are spawned (the same on every system), get the World once, and ignore Ctrl-C: the process
that started them decides. A worker whose parent is gone ends by itself.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Protocol

from experiments.execution.documents import Document, Value
from experiments.execution.results_folder import write_json
from experiments.execution.store import TABLES_FOLDER, RunFolder, file_sizes
from experiments.execution.tables import write_columns, write_log
from sim.log.tables import Log
from sim.measures import Measures
from sim.world.fire import World
from sim.world.standards import Standard

_ENDS_S = 2.0
"""How long all workers together have to end when they are told to."""

Measure = Callable[[World, Log, Sequence[Standard]], Measures]
Function = Callable[..., Value]  # type: ignore[explicit-any] # whatever a worker is asked to call


class Simulate(Protocol):
    """An engine."""

    def __call__(self, world: World, *, seed: int, replication: int) -> Log:
        """Return the log of one replication."""


@dataclass(frozen=True, slots=True, eq=False)
class Job:
    """What every replication of a run shares; ``world`` and ``standards`` go to the functions as they are."""

    world: World
    standards: Sequence[Standard]
    seed: int
    folder: RunFolder
    simulate: Simulate
    measure: Measure
    units: dict[str, str]


def run_replication(job: Job, number: int) -> Document:
    """Simulate, measure and write one replication; return what its ``done.json`` says.

    The same for the same job and number, wherever and whenever it runs. Seconds taken are under
    ``"seconds"``, which is not written.
    """
    started = time.perf_counter()
    log = job.simulate(job.world, seed=job.seed, replication=number)
    simulated = time.perf_counter()
    measures = job.measure(job.world, log, job.standards)
    done: Document = {
        "replication": number,
        "seed": job.seed,
        "incidents": len(log.incidents["key"]),
        "responses": len(log.responses["incident"]),
        "log_sha256": log.sha256(),
    }
    with job.folder.placing(number) as part:
        write_log(part, log)
        write_measures(part / "measures.parquet", measures.values, job.units)
        (part / TABLES_FOLDER).mkdir()
        for name, columns in sorted(measures.tables.items()):
            write_columns(part / TABLES_FOLDER / f"{name}.parquet", columns)
        done["bytes"] = file_sizes(part)
        write_json(part / "done.json", done)
    seconds = {"simulate": simulated - started, "rest": time.perf_counter() - simulated}
    return {**done, "values": dict(measures.values), "seconds": seconds}


def write_measures(path: Path, values: dict[str, float], units: dict[str, str]) -> None:
    """Write the measures of one replication: name, value, unit."""
    import numpy as np

    columns = {
        "name": np.array(list(values), dtype=object),
        "value": np.array([float(v) for v in values.values()], dtype=np.float64),
        "unit": np.array([units.get(name, "") for name in values], dtype=object),
    }
    write_columns(path, columns)


def serve() -> None:
    """Make this process a worker: leave Ctrl-C to the parent, end when the parent ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)


@contextmanager
def _unspoilt_by_ctrl_c() -> Iterator[None]:
    """Hold Ctrl-C back while processes start: they inherit that, and the parent hears it right after."""
    if not hasattr(signal, "pthread_sigmask") or threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class Pool:
    """A pool of spawned worker processes that can be ended at once."""

    def __init__(self, count: int, begin: Function = serve, arguments: tuple[object, ...] = ()) -> None:
        """Prepare ``count`` workers, each of which calls ``begin`` first; they start with the first submissions."""
        self.processes: set[int] = set()
        context = multiprocessing.get_context("spawn")
        self._pool = ProcessPoolExecutor(count, mp_context=context, initializer=begin, initargs=arguments)

    def submit(self, function: Function, *arguments: object) -> Future[Value]:
        """Ask for one call in a worker."""
        try:
            with _unspoilt_by_ctrl_c():
                return self._pool.submit(function, *arguments)
        finally:  # a Ctrl-C held back comes here: the process that was begun must be known, or nobody would end it
            self.processes.update(child.pid for child in multiprocessing.active_children() if child.pid)

    def close(self) -> None:
        """End at once: nothing is waited for but the processes' own end, a few seconds for all together."""
        mine = [child for child in multiprocessing.active_children() if child.pid in self.processes]
        self._pool.shutdown(wait=False, cancel_futures=True)
        for child in mine:
            with suppress(OSError, ValueError):
                child.terminate()
        _join(mine)
        for child in mine:
            with suppress(OSError, ValueError):
                child.kill()  # one that is stopped hears nothing else
        _join(mine)


def _join(children: Sequence[BaseProcess]) -> None:
    until = time.monotonic() + _ENDS_S
    for child in children:
        with suppress(OSError, ValueError):
            child.join(max(0.0, until - time.monotonic()))
