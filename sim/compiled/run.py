"""Run one replication with the compiled engine: the log that ``sim.engine.run`` writes, byte for byte."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.compiled import layout as at
from sim.compiled.cover.tables import POLICIES, changes, put_cover
from sim.compiled.entries import entries
from sim.compiled.memory import Arena, Array
from sim.compiled.police.tables import put_police, put_police_draws
from sim.compiled.tables import SCRATCH, tables_of_factors, world_arena
from sim.draws.replication import Draws
from sim.engine.order import ENTITY_BITS, Happening
from sim.log.incidents import columns_of
from sim.log.police_incidents import no_police, police_columns
from sim.log.responses import in_order
from sim.log.roster import roster_changes
from sim.log.tables import Log, no_calls
from sim.world.fire import World

DISPATCH = ("quickest",)
"""The dispatch policies that are compiled."""


@lru_cache(maxsize=4)
def _arena(world: World) -> Arena:
    arena = world_arena(world)
    put_cover(arena, world)
    if world.police is not None:
        put_police(arena, world, world.police)
    return arena


def not_compiled(world: World) -> str:
    """Return what a World asks for that only the other engine knows, in words; "" for nothing."""
    if world.rules.dispatch not in DISPATCH:
        return f"the dispatch policy {world.rules.dispatch!r}"
    if world.rules.cover not in POLICIES:
        return f"the cover policy {world.rules.cover!r}"
    return ""


def run(world: World, draws: Draws, *, seed: int, replication: int) -> Log:
    """Run a replication whose draws are made."""
    arena = Arena(_arena(world))
    for place in SCRATCH:
        if place in arena.arrays:
            arena.put(place, arena.arrays[place].copy(), arena.arrays[place].dtype)
    _put_draws(arena, world, draws)
    _put_counts(arena, len(draws.incidents))
    begin, play = entries(police=world.police is not None)
    begin(arena.memory)
    while play(arena.memory):
        _make_room(arena)
    return Log(
        replication=replication,
        seed=seed,
        horizon_min=world.calendar.horizon_min,
        incidents=_incidents(world, draws, arena.arrays[at.ROWS]),
        responses=in_order(_taken(arena, at.RESPONSES, at.RESPONSES_HELD)),
        standby=_taken(arena, at.STANDBYS, at.STANDBYS_HELD),
        roster=roster_changes(draws.roster),
        scenario_digest=world.digest,
        calls=no_calls() if draws.calls is None else draws.calls,
    )


def _put_draws(arena: Arena, world: World, draws: Draws) -> None:
    times, units = draws.response_times, arena.arrays[at.UNITS]
    units["stream"] = times.unit_stream
    units["turnout_table"], turnout = tables_of_factors(tuple(times.turnout_sigma))
    scene_table, scene = tables_of_factors(tuple(times.scene_sigma))
    arena.put_all(
        {
            at.JOURNEY: (times.journey, np.float64),
            at.TURNOUT: (turnout, np.float64),
            at.SCENE: (scene, np.float64),
            at.SCENE_STREAM: (np.array([times.scene_stream], dtype=np.uint64), np.uint64),
            at.MUSTER: (times.muster, np.float32),
            at.MUSTER_MEDIAN: (times.muster_median, np.float32),
            at.PERSON_STREAM: (times.person_stream, np.uint64),
            at.ROSTER: (draws.roster.mode, np.uint8),
            at.PRESENT: (draws.roster.present, np.uint64),
            at.CHANGES: (changes(world, draws.roster), at.CHANGE),
            at.ROWS: (_rows(draws, scene_table), at.ROW),
            at.CALLS: (_calls(world, draws), at.CALL),
        }
    )
    arena.memory[at.FAILURE_BELOW] = times.failure_below
    if world.police is not None and draws.police is not None:
        put_police_draws(arena, world, world.police, draws.police, draws.roster)


def _rows(draws: Draws, scene_table: NDArray[np.int64]) -> Array:
    drawn, table = draws.incidents, np.zeros(len(draws.incidents), dtype=at.ROW)
    for name in ("key", "type", "cell", "variant", "makeup_pumps", "traffic", "makeup_after_min"):
        table[name] = getattr(drawn, name)
    table["scene_common_min"] = draws.response_times.scene_common_min
    table["scene_table"] = scene_table[drawn.type]
    for name in ("first_alert_min", "first_pump_min", "second_pump_min", "closed_min"):
        table[name] = np.nan
    table["first_unit"] = table["fails"] = at.NONE
    return table


def _calls(world: World, draws: Draws) -> Array:
    """Return the calls in the order of deciding; at the same minute the fire service's come first, then by row."""
    drawn = draws.incidents
    fire = np.ones(len(drawn), dtype=np.bool_)
    if world.police is not None:
        fire = world.police.demand.fire_attends[drawn.type]
    rows = np.flatnonzero(fire)
    table = np.zeros(rows.size, dtype=at.CALL)
    table["row"], table["at_min"] = rows, (drawn.time_min + drawn.handling_min)[rows]
    table["rank"] = int(Happening.CALL_DECIDED) << ENTITY_BITS | rows
    if draws.police is not None:
        theirs = np.flatnonzero(draws.police.grade >= 0)
        opened = np.zeros(theirs.size, dtype=at.CALL)
        opened["row"], opened["at_min"] = theirs, draws.police.open_min[theirs]
        opened["rank"] = int(Happening.POLICE_OPENED) << ENTITY_BITS | theirs
        table = np.concatenate((table, opened))
    return table[np.lexsort((table["rank"], table["at_min"]))]


def _put_counts(arena: Arena, incidents: int) -> None:
    memory, units = arena.memory, len(arena.arrays[at.UNITS])
    memory[[at.SLOT, at.BASE_SLOT, at.REACHED_BAND, at.WAITING_FREE]] = at.NONE
    memory[[at.WAITING_HEAD, at.WAITING_HEAD_BORDER, at.WAITING_TAIL, at.WAITING_TAIL_BORDER]] = at.NONE
    for place, rows, dtype in (
        (at.RESPONSES, 2 * incidents, at.RESPONSE),
        (at.EVENTS, 4 * units, at.EVENT),
        (at.FAILS, units, at.FAIL),
        (at.STANDBYS, incidents // 8, at.STANDBY),
        (at.MOVES, incidents // 8, at.MOVE),
        (at.PLANNED, units, np.dtype(np.float64)),
        (at.WAITING_PARTS, units, at.WAITING),
    ):
        arena.put(place, np.zeros(rows + 1, dtype=dtype), dtype)
    _make_room(arena)


_GROWING = (
    (at.EVENTS, at.EVENTS_HELD),
    (at.RESPONSES, at.RESPONSES_HELD),
    (at.FAILS, at.FAILS_HELD),
    (at.STANDBYS, at.STANDBYS_HELD),
    (at.MOVES, at.MOVES_HELD),
    (at.PLANNED, at.PLANNED_HELD),
    (at.WAITING_PARTS, at.WAITING_MADE),
)


def _make_room(arena: Arena) -> None:
    """Let every array have room for what one event can add (``events.slack``), and more."""
    memory = arena.memory
    units = int(memory[at.UNITS + 1]) * (int(memory[at.GRADES]) + 1)
    slack = 8 * (units + int(memory[at.SITES + 1]) + int(memory[at.WAITING_MADE])) + 1024
    for place, held in _GROWING:
        arena.make_room(place, int(memory[held]) + slack)


def _taken(arena: Arena, place: int, held: int) -> dict[str, NDArray[Any]]:
    table = arena.arrays[place][: int(arena.memory[held])]
    return {name: np.ascontiguousarray(table[name]) for name in table.dtype.names or ()}


def _incidents(world: World, draws: Draws, rows: Array) -> dict[str, NDArray[Any]]:
    happened = {
        "first_alert_min": rows["first_alert_min"],
        "first_pump_min": rows["first_pump_min"],
        "second_pump_min": rows["second_pump_min"],
        "first_unit": rows["first_unit"],
        "pumps_sent": rows["pumps_sent"],
        "makeup_pumps": rows["makeup"],
        "queued_min": rows["queued_min"],
        "failures": rows["failures"],
        "closed_min": rows["closed_min"],
        "capabilities_unmet": rows["without"],
        "pumps_lost": rows["lost"],
    }
    return columns_of(world, draws.incidents, happened, _police_columns(draws, rows))


def _police_columns(draws: Draws, rows: Array) -> dict[str, Any]:
    if draws.police is None:
        return no_police(draws.incidents)
    happened = {
        "police_assigned_min": rows["assigned_min"],
        "police_first_min": rows["first_police_min"],
        "police_first_unit": rows["police_unit"],
        "police_units": rows["units"],
        "diversions": rows["diversions"],
    }
    return police_columns(draws.police, happened)
