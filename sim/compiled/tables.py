"""What a World is to the compiled engine: its arrays at their places, made once and shared by all its runs."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sim.compiled import layout as at
from sim.compiled.memory import Arena, Array
from sim.decisions.fire_dispatch import strikes
from sim.decisions.legal_crew import holders, need_of
from sim.draws.response_times import factors
from sim.draws.roster import fallback_hours, pool_on_duty, pool_units
from sim.engine.appliances import delay_by_mode
from sim.world.fire import World

_F4, _F8, _I4, _I8, _U1, _U8 = np.float32, np.float64, np.int32, np.int64, np.uint8, np.uint64
_LARGEST_POOL = 64


def flat(lists: list[list[int]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return some lists one behind the other, and where each begins, (lists + 1,)."""
    start = np.concatenate(([0], np.cumsum([len(each) for each in lists]))).astype(np.int64)
    return np.array([value for each in lists for value in each], dtype=np.int64), start


@lru_cache(maxsize=8)
def tables_of_factors(sigmas: tuple[float, ...]) -> tuple[NDArray[np.int64], Array]:
    """Return which table each of some sigmas has, and the tables, (k, 65536)."""
    distinct = sorted(set(sigmas)) or [0.0]
    which = np.array([distinct.index(sigma) for sigma in sigmas], dtype=np.int64)
    return which, np.stack([factors(sigma) for sigma in distinct])


@lru_cache(maxsize=4)
def world_arena(world: World) -> Arena:
    """Return the arrays of a World that none of its runs changes, and its records as they are at minute 0."""
    arena = Arena()
    arena.put(at.UNITS, _units(world), at.UNIT)
    members = [pool_units(world, pool) for pool in range(len(world.people.pool_key))]
    arena.put(at.POOLS, _pools(world, members), at.POOL)
    _put_calendar(arena, world)
    _put_travel(arena, world)
    _put_fire(arena, world, members)
    timings, parameters = world.timings, np.zeros(at.SLOT_END_MIN + 1)
    parameters[at.HORIZON_MIN] = world.calendar.horizon_min
    parameters[at.FAILURE_FOUND_MIN] = timings.failure_found_min
    parameters[at.CAB_MIN] = timings.standby_turnout_min
    parameters[at.RETURN_FACTOR] = timings.return_factor
    arena.put(at.PARAMETERS, parameters, _F8)
    arena.memory[at.CELLS] = len(world.cells.population)
    arena.memory[at.QUEUES] = world.rules.queue_when_none
    return arena


def _units(world: World) -> Array:
    units, table = world.units, np.zeros(len(world.units.key), dtype=at.UNIT)
    for name in at.UNIT.names or ():
        if name in (
            "origin",
            "on_road",
            "aboard_pool",
            "move",
            "attending",
            "out_row",
            "row",
            "event",
            "part",
        ):
            table[name] = at.NONE
    table["site"], table["pump"], table["own"], table["rank"] = units.site, units.pump, units.own, units.rank
    table["capability"], table["pool"], table["fallback"] = units.capability, units.pool, units.fallback_pool
    table["minimum"], table["preferred"] = units.minimum_crew, units.preferred_crew
    needs = np.array([need_of(world, unit) for unit in range(len(table))], dtype=np.int64).reshape(-1, 4)
    table["officers"], table["drivers"], table["wearers"] = needs[:, 1], needs[:, 2], needs[:, 3]
    table["immediate_day"], table["immediate_night"] = units.immediate_turnout_min.T
    table["on_call"], table["next_crewed"] = units.on_call_turnout_min, at.NONE
    if world.police is not None:
        table["police"] = world.police.units.police
    return table


def _pools(world: World, members: list[list[int]]) -> Array:
    people = world.people
    table = np.zeros(len(people.pool_key), dtype=at.POOL)
    table["start"], table["people"] = people.pool_start[:-1], np.diff(people.pool_start)
    table["site"], table["duty"] = people.pool_site, people.pool_duty
    table["first_member"] = flat(members)[1][:-1]
    table["members"] = [len(each) for each in members]
    return table


def _put_calendar(arena: Arena, world: World) -> None:
    calendar, (day_from, day_to) = world.calendar, world.timings.day_hours
    night = (calendar.hour < day_from) | (calendar.hour >= day_to)
    arena.put_all(
        {
            at.BAND: (world.travel.band_of_hour[calendar.hour_of_week], _I8),
            at.NIGHT: (night, _I8),
            at.HOUR: (calendar.hour_of_week, _I8),
            at.USES_FALLBACK: (fallback_hours(world, pool_on_duty(world)), _U1),
        }
    )
    arena.memory[at.LAST_SLOT] = calendar.hour.size - 1


def _put_travel(arena: Arena, world: World) -> None:
    travel = world.travel
    arena.put_all(
        {
            at.SITE_MIN: (travel.site_min, _F4),
            at.HOME_ETA: (travel.site_min[:, :, world.units.site], _F4),
            at.TO_CELL_MIN: (travel.to_cell_min, _F4),
            at.TO_SITE_MIN: (travel.to_site_min, _F4),
            at.LEAVE_NODE: (travel.leave_node, _I4),
            at.LEAVE_MIN: (travel.leave_min, _F4),
            at.EDGE_START: (travel.edge_start, _I4),
            at.EDGE_HEAD: (travel.edge_head, _I4),
            at.EDGE_MIN: (travel.edge_min, _F4),
            at.NODE_CELL: (travel.node_cell, _I4),
            at.DIRECT_START: (travel.direct_start, _I4),
            at.DIRECT_PLACE: (travel.direct_place, _I4),
            at.DIRECT_MIN: (travel.direct_min, _F4),
        }
    )


def _put_fire(arena: Arena, world: World, members: list[list[int]]) -> None:
    people, demand, n = world.people, world.demand, len(world.units.key)
    capabilities, start = flat([list(each) for each in demand.variant_capabilities])
    masks = [
        holders(people.skill[first:end])
        for first, end in zip(people.pool_start[:-1], people.pool_start[1:], strict=True)
    ]
    most = max((len(each) for each in members), default=0)
    arena.put_all(
        {
            at.DELAY: (delay_by_mode(world), _F4),
            at.STRIKES: (strikes(world), _F4),
            at.OVER_BORDER: (demand.over_border, _I8),
            at.VARIANTS: (np.column_stack([demand.variant_pumps, start[:-1], start[1:]]), _I8),
            at.CAPABILITIES: (capabilities, _I8),
            at.MEMBERS: (flat(members)[0], _I8),
            at.HOLDERS: (np.array(masks, dtype=_U8).reshape(-1, 8), _U8),
            at.SCENE_MEDIAN: (demand.scene_median_min, _F8),
        }
    )
    for place, size, dtype in (
        (at.BASE, n, _F4),
        (at.ESTIMATE, n, _F4),
        (at.ON_ROAD, n, _I8),
        (at.ORDER, _LARGEST_POOL, _I8),
        (at.READY, _LARGEST_POOL, _F4),
        (at.HOLDER, _LARGEST_POOL, _I8),
        (at.PLACES, 4 * _LARGEST_POOL + 256 * most, _U8),
    ):
        arena.put(place, np.zeros(size, dtype), dtype)
    arena.put(at.PATH, np.zeros((_LARGEST_POOL + 2, 3), _I8), _I8)
    arena.put(at.NEEDS, np.zeros((most + 1, 4), _I8), _I8)


SCRATCH = (
    *(at.BASE, at.ESTIMATE, at.ON_ROAD, at.ORDER, at.READY, at.HOLDER, at.PLACES, at.PATH, at.NEEDS),
    *(at.PARAMETERS, at.UNITS, at.POOLS, at.SITES, at.COVERED, at.SOME, at.EMPTY, at.OVERDUE, at.SPARE),
    *(at.LENDS, at.COUNTS, at.REACHED, at.NEWLY, at.ONLY, at.LOOSE, at.ONCE, at.NOW, at.DECISIONS, at.KINDS),
    *(at.STACK, at.AT_WORK, at.BOUNDS),
)
"""Arrays that a run writes into: each has its own, a copy of the World's."""
