"""Telephone rooms for tests: streams of calls, a slow reference that answers them, and a world with two lines."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from sim.draws.police.call_answering import Staffing
from sim.world.fire import World
from sim.world.police import Lines, Police, PoliceDemand
from tests.sim.worlds import Kind, tiny_world

F64 = NDArray[np.float64]


def always(handlers: int, kept: int = 0) -> Staffing:
    """The same number on duty for ever."""
    return Staffing(np.zeros(1), np.array([handlers]), kept)


def poisson_times(rng: np.random.Generator, per_min: float, n: int) -> F64:
    return np.cumsum(rng.exponential(1.0 / per_min, n))


def answered_slowly(received: F64, line: NDArray[Any], handle: F64, patience: F64, staffing: Staffing) -> F64:
    """Answer times (NaN: gave up) by looking at everybody at every event: slow, and written from the rules alone.

    Each handler is a person with a number; those with the lowest numbers are kept for 999.
    """
    answered = np.full(len(received), np.nan)
    kept_busy: list[float] = []  # when each conversation with a kept handler ends
    general_busy: list[float] = []
    events = sorted({*received.tolist(), *staffing.from_min.tolist()})
    waiting: list[int] = []
    arrived = 0
    while events:
        now = events.pop(0)
        on_duty = int(staffing.handlers[np.searchsorted(staffing.from_min, now, side="right") - 1])
        kept = min(staffing.kept_for_999, on_duty)
        kept_busy = [end for end in kept_busy if end > now]
        general_busy = [end for end in general_busy if end > now]
        while arrived < len(received) and received[arrived] <= now:
            waiting.append(arrived)
            arrived += 1
        waiting = [call for call in waiting if received[call] + patience[call] >= now]
        for call in sorted(waiting, key=lambda call: (line[call], received[call])):
            if line[call] == 0 and len(kept_busy) < kept:
                kept_busy.append(now + handle[call])
            elif len(general_busy) < on_duty - kept:
                general_busy.append(now + handle[call])
            else:
                continue
            answered[call] = now
            waiting.remove(call)
            events = sorted({*events, now + handle[call]})
    return answered


def room_world(
    *,
    other_per_hour: tuple[float, float] = (30.0, 60.0),
    handlers: int = 16,
    kept: int = 2,
    patience_min: tuple[float, float] = (1.0, 10.0),
    handle_min: tuple[float, float] = (5.0, 7.0),
    days: int = 28,
    per_year: tuple[float, ...] = (40_000.0, 80_000.0),
    profile: F64 | None = None,
    month: F64 | None = None,
    fire_attends: tuple[bool, ...] = (False, False),
) -> World:
    """Two police incident types: the first calls 999, the second 101."""
    hours = np.ones(168) if profile is None else profile
    world = tiny_world(
        kinds=[Kind(key=f"kind{i}", per_year=rate) for i, rate in enumerate(per_year)], days=days
    )
    lines = Lines(
        other_per_hour=np.outer(other_per_hour, hours),
        month=np.tile(np.ones(12) if month is None else month, (2, 1)),
        handlers=np.full(168, handlers, dtype=np.int16),
        kept_for_999=kept,
        handle_mean_min=np.array(handle_min),
        patience_mean_min=np.array(patience_min),
        redial_min=2.0,
        answer_target_s=np.array([10.0, 300.0]),
    )
    return with_lines(world, lines, by_999=np.array([[1.0], [0.0]]), fire_attends=np.array(fire_attends))


def with_lines(world: World, lines: Lines, *, by_999: F64, fire_attends: NDArray[Any]) -> World:
    """Put the lines in a world whose police part is otherwise empty."""
    unused = cast("Any", None)
    fields = dict.fromkeys(PoliceDemand.__slots__, unused)
    demand = PoliceDemand(**{**fields, "by_999": by_999, "fire_attends": fire_attends})
    police = Police(
        grades=unused,
        demand=demand,
        units=unused,
        rules=unused,
        district_names=("Tiny",),
        district_of_cell=np.zeros(world.cells.population.size, dtype=np.int16),
        lines=lines,
    )
    return replace(world, police=police)


def change_lines(world: World, **fields: Any) -> World:
    """A copy of the world with fields of its lines replaced."""
    police = world.police
    assert police is not None
    assert police.lines is not None
    return replace(world, police=replace(police, lines=replace(police.lines, **fields)))
