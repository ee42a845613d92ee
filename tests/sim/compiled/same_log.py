"""Both engines on the same draws: what they write must be the same, byte for byte."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.compiled.run import run as with_compiled
from sim.draws.replication import Draws, draw
from sim.engine.run import run as with_simpy
from sim.log.tables import Log
from sim.world.fire import World
from sim.world.log_schema import TABLES


def first_difference(one: Log, other: Log) -> str:
    """Say in which table, column and row two logs first differ; "" if they are the same."""
    for name in TABLES:
        for column, values in one.table(name).items():
            theirs = other.table(name)[column]
            if values.dtype != theirs.dtype or values.shape != theirs.shape:
                return f"{name}.{column}: {values.dtype}{values.shape} and {theirs.dtype}{theirs.shape}"
            differs = _bytes_of(values) != _bytes_of(theirs)
            if differs.any():
                row = int(np.flatnonzero(differs)[0])
                return f"{name}.{column}[{row}]: {values[row]!r} and {theirs[row]!r}"
    return ""


def _bytes_of(values: NDArray[Any]) -> NDArray[np.void]:
    return np.ascontiguousarray(values).view(np.dtype((np.void, values.dtype.itemsize)))


def check_same(world: World, draws: Draws, *, seed: int = 1) -> Log:
    """Assert that both engines write the same log; return it."""
    expected = with_simpy(world, draws, seed=seed, replication=0)
    found = with_compiled(world, draws, seed=seed, replication=0)
    assert first_difference(expected, found) == ""
    assert expected.sha256() == found.sha256()
    return found


def check_world(world: World, *, seed: int = 1) -> Log:
    """Assert that both engines write the same log of a replication of a world; return it."""
    return check_same(world, draw(world, seed, 0), seed=seed)


def with_ties(draws: Draws, every_min: float) -> Draws:
    """Return the draws with every call decided at a multiple of some minutes: many things happen at once."""
    incidents = draws.incidents
    at_min = np.floor(incidents.time_min / every_min) * every_min
    order = np.lexsort((incidents.key, at_min))
    moved: dict[str, Any] = {
        name: getattr(incidents, name)[order]
        for name in incidents.__slots__
        if getattr(incidents, name) is not None
    }
    tied = replace(
        incidents,
        **{**moved, "time_min": at_min[order], "handling_min": np.zeros_like(moved["handling_min"])},
    )
    return replace(draws, incidents=tied)
