"""Draws made by hand: incidents at stated times and places, and response times that a test chooses.

``draws(world, calls)`` lets every journey and turnout take its median; ``HandTimes`` changes what a test needs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from sim.draws.incidents import Incidents
from sim.draws.replication import Draws
from sim.draws.roster import Roster, draw_roster
from sim.engine.run import run
from sim.log.tables import Log
from sim.world.codes import Mode
from sim.world.fire import World


@dataclass(frozen=True, kw_only=True)
class Call:
    """One incident: when (minutes from the start), in which cell, of which type."""

    at_min: float
    cell: int
    kind: int = 0
    handling_min: float = 1.0
    traffic: float = 1.0
    makeup_pumps: int = 0
    makeup_after_min: float = 8.0
    plt: bool = False


class HandTimes:
    """Stands in for ``ResponseTimes``: medians, unless told otherwise. Arguments are incident row and unit."""

    def __init__(
        self,
        world: World,
        kind: Sequence[int] | NDArray[np.integer],
        *,
        scene_min: Callable[[int, int], float] | None = None,
        failing: Sequence[tuple[int, int]] = (),
        journey: dict[tuple[int, int], float] | None = None,
    ) -> None:
        """``scene_min`` (row, order); ``failing`` (row, unit) pairs whose alert fails; ``journey`` factors."""
        self._world = world
        self._median = world.demand.scene_median_min[np.asarray(kind, dtype=np.intp)]
        self._scene = scene_min
        self._failing = set(failing)
        self._journey = journey or {}

    def of(self, i: int, u: int) -> tuple[float, float]:
        return self._journey.get((i, u), 1.0), 1.0

    def failed(self, i: int, u: int) -> bool:
        return (i, u) in self._failing

    def scene_min(self, i: int, order: int) -> float:
        return float(self._median[i]) if self._scene is None else self._scene(i, order)

    def muster_min(self, i: int, pool: int) -> NDArray[np.float32]:
        people = self._world.people
        return people.muster_min[people.pool_start[pool] : people.pool_start[pool + 1]]


def incidents(world: World, calls: Sequence[Call]) -> Incidents:
    """Return the calls, which must be in order of time, as the engine wants them."""

    def column(name: str, dtype: str) -> NDArray[np.generic]:
        return np.array([getattr(call, name) for call in calls], dtype=dtype)

    n = len(calls)
    kind = column("kind", "int16")
    assert all(a.at_min <= b.at_min for a, b in pairwise(calls))
    return Incidents(
        key=np.arange(1, n + 1, dtype=np.uint64),
        type=kind,
        cell=column("cell", "int32"),
        time_min=column("at_min", "float64"),
        plt=column("plt", "bool"),
        late_call=np.zeros(n, dtype=np.bool_),
        variant=world.demand.variant_start[kind],
        handling_min=column("handling_min", "float32"),
        traffic=column("traffic", "float32"),
        scene_z=np.zeros(n, dtype=np.float32),
        makeup_pumps=column("makeup_pumps", "int16"),
        makeup_after_min=column("makeup_after_min", "float32"),
    )


def draws(
    world: World,
    calls: Sequence[Call],
    *,
    failing: Sequence[tuple[int, int]] = (),
    journey: dict[tuple[int, int], float] | None = None,
    off_the_run: dict[int, tuple[float, float]] | None = None,
) -> Draws:
    """Return draws of the calls; ``off_the_run`` takes units to workshops between two times (minutes)."""
    roster = draw_roster(world, 1, 0)
    for unit, (start, end) in (off_the_run or {}).items():
        roster = without(roster, unit, start, end)
    times = HandTimes(world, [call.kind for call in calls], failing=failing, journey=journey)
    return Draws(incidents=incidents(world, calls), roster=roster, response_times=times)  # type: ignore[arg-type]


def without(roster: Roster, unit: int, start_min: float, end_min: float) -> Roster:
    """Return the roster with a unit at workshops from one time to another (whole slots)."""
    mode = roster.mode.copy()
    mode[int(start_min // 30) : int(end_min // 30), unit] = Mode.MECHANICAL
    return replace(roster, mode=mode)


def play(
    world: World,
    calls: Sequence[Call],
    *,
    failing: Sequence[tuple[int, int]] = (),
    journey: dict[tuple[int, int], float] | None = None,
    off_the_run: dict[int, tuple[float, float]] | None = None,
) -> Log:
    """Run the calls."""
    made = draws(world, calls, failing=failing, journey=journey, off_the_run=off_the_run)
    return run(world, made, seed=1, replication=0)


def sent(log: Log, row: int) -> list[int]:
    """Return the units sent to an incident, in the order of sending."""
    return log.responses["unit"][log.responses["incident"] == row].tolist()


def of(log: Log, row: int, name: str) -> list[float]:
    """Return a column of an incident's responses, in the order of sending."""
    return log.responses[name][log.responses["incident"] == row].tolist()


def attendance_min(log: Log) -> list[float]:
    """Return minutes from call to first pump."""
    return (log.incidents["first_pump_min"] - log.incidents["time_min"]).tolist()
