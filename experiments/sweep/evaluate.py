"""One task of a sweep, in whatever process: some replications of one point, World in, outcomes out.

A worker keeps the Worlds it built last, by the digest of their scenario: the tasks bring the scenario, never
the World. Nothing is written here; the process that leads the sweep writes the parts.
"""

from __future__ import annotations

import math
import os
import threading
import time
import zlib
from collections import OrderedDict
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from experiments.execution import model

if TYPE_CHECKING:  # slow to import, and not needed where nothing is simulated
    from sim.world.fire import World
    from sim.world.standards import Standard

Built: TypeAlias = "tuple[World, tuple[Standard, ...]]"

KEPT_WORLDS = 2
"""Worlds that a worker keeps (some 60 MB each)."""

NO_FOLDER = Path(os.devnull) / "none"
"""A cache that cannot be written to, and is done without: the travel times of a sampled speed are 45 MB for a
county, and no other point has them."""


@dataclass(frozen=True, slots=True)
class Task:
    """Replications ``first`` to ``first + count - 1`` of a point."""

    point: str
    scenario_sha256: str
    scenario_packed: bytes
    own_map: bool
    seed: int
    first: int
    count: int
    outcomes: tuple[str, ...]
    model_sha256: str

    @property
    def name(self) -> str:
        """Return what it is called."""
        return f"{self.point}-{self.first}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a task: a row of outcomes for each replication, or where and why it failed."""

    point: str
    first: int
    rows: tuple[tuple[float | None, ...], ...] = ()
    failed: int | None = None  # the replication that failed
    error: str = ""
    refused: str = ""  # why this worker cannot do any task
    seconds: float = field(default=0.0, compare=False)


_worlds: OrderedDict[str, Built] = OrderedDict()
_lock = threading.Lock()  # a Dask worker may have several threads
_model_sha256 = ""


def evaluate(_context: None, task: Task) -> Answer:
    """Do a task, which needs no context. What goes wrong is told in the answer, so that it does not stop the rest."""
    began = time.perf_counter()
    refused = _refusal(task)
    if refused:
        return Answer(task.point, task.first, refused=refused)
    rows: list[tuple[float | None, ...]] = []
    try:
        world, standards = world_of(task)
        for number in range(task.first, task.first + task.count):
            rows.append(_replication(task, world, standards, number))  # noqa: PERF401 - those before a fault count
    except Exception as fault:
        failed = task.first + len(rows)
        return Answer(task.point, task.first, failed=failed, error=told(fault))
    return Answer(task.point, task.first, tuple(rows), seconds=time.perf_counter() - began)


def _replication(
    task: Task, world: World, standards: tuple[Standard, ...], number: int
) -> tuple[float | None, ...]:
    log = model.simulate(world, seed=task.seed, replication=number)
    values = model.values(world, log, standards)
    return tuple(_known(values.get(name)) for name in task.outcomes)


def _known(value: float | None) -> float | None:
    """Return None where a measure is undefined: a database leaves out what is null, but not NaN."""
    return None if value is None or not math.isfinite(value) else float(value)


def _refusal(task: Task) -> str:
    """Say why this process must not work for that sweep: its model is another one. "" if it may."""
    global _model_sha256  # noqa: PLW0603 - read once a process
    if not _model_sha256:
        from experiments.execution.provenance import code_digest

        _model_sha256 = code_digest()
    if _model_sha256 == task.model_sha256:
        return ""
    import socket

    return (
        f"the worker on {socket.gethostname()} has another version of the model "
        f"({_model_sha256[:12]}, the sweep has {task.model_sha256[:12]}). Install the same Turnout there."
    )


def world_of(task: Task) -> Built:
    """Return World and standards of a task's scenario, from this process's store where possible."""
    with _lock:
        found = _worlds.pop(task.scenario_sha256, None)
        if found is None:
            found = _build(task)
        _worlds[task.scenario_sha256] = found
        while len(_worlds) > KEPT_WORLDS:
            _worlds.popitem(last=False)
        return found


def _build(task: Task) -> Built:
    from scenarios.building.world import build_world
    from scenarios.schema.scenario import Scenario

    scenario = Scenario.model_validate_json(zlib.decompress(task.scenario_packed))
    standards = model.standards(scenario)
    folder = NO_FOLDER if task.own_map else model.cache_folder()
    return build_world(scenario, cache_dir=folder), standards


def told(fault: Exception) -> str:
    """Return a fault as one line, however long and over however many it was told."""
    return " ".join(f"{type(fault).__name__}: {fault}".split())[:2000]
