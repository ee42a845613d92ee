"""What the desk must know to move people: who is short of a crew, and what each pool can spare."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from sim.decisions.cover.people import spare_crew
from sim.decisions.cover.view import F32, I8, Bool, PeopleView
from sim.decisions.crew_choice import Need, crewable_units
from sim.decisions.legal_crew import need_of
from sim.draws.roster import pool_units
from sim.engine.appliances import Appliances
from sim.world.codes import Duty, Mode
from sim.world.fire import World


@lru_cache(maxsize=4)
def members(world: World) -> tuple[tuple[int, ...], ...]:
    """Return the appliances ever crewed from each pool, pumps first, by rank."""
    return tuple(tuple(pool_units(world, pool)) for pool in range(len(world.people.pool_key)))


def crewable(world: World, pool: int, left: int, units: tuple[int, ...]) -> int:
    """Return which of a pool's appliances those left in it can crew, bit by bit; pumps first, by rank."""
    skills, pumps, specials = _needs(world, pool, units)
    return crewable_units(skills, left, pumps, specials)


def people_view(
    appliances: Appliances, slot: int, sites: list[int], road_min: F32, longest_move_min: float
) -> PeopleView:
    """Return who is short at the sites that want cover, and what the pools within the longest move can spare.

    An appliance's own pools lend it nothing: what they can crew is in the roster.
    """
    world = appliances.world
    units, people = world.units, world.people
    short: Bool = (
        units.pump
        & units.own
        & (appliances.roster.mode[slot] == Mode.NO_CREW)
        & (appliances.home_penalty == 0.0)
    )
    short &= np.isin(units.site, sites)
    spare = [0] * len(people.pool_key)
    ready = np.zeros(len(spare))
    wanting = np.flatnonzero(short).tolist()
    if wanting:
        hardest = max((need_of(world, unit) for unit in wanting), key=lambda need: need.minimum)
        own = {int(pool) for unit in wanting for pool in (units.pool[unit], units.fallback_pool[unit])}
        near = road_min[people.pool_site][:, sites].min(axis=1) <= longest_move_min
        for pool in np.flatnonzero(near).tolist():
            if pool not in own:
                spare[pool] = _spare(appliances, pool, slot, hardest)
                ready[pool] = muster_min(world, pool, spare[pool])
    return PeopleView(short, units.rank, people.pool_site, ready, tuple(spare))


def muster_min(world: World, pool: int, crew: int) -> float:
    """Return minutes until a crew is ready at its own station, by its people's medians; 0 with crew on station."""
    people = world.people
    if people.pool_duty[pool] != Duty.ON_CALL:
        return 0.0
    first = int(people.pool_start[pool])
    return max(
        (float(people.muster_min[first + i]) for i in range(crew.bit_length()) if crew >> i & 1), default=0.0
    )


def own_need_slot(appliances: Appliances, pool: int, crew: int, slot: int, last: int) -> int:
    """Return the first slot after ``slot`` in which a pool's appliances on the run need those whom it lent.

    ``last`` if there is none before it.
    """
    world, roster = appliances.world, appliances.roster
    present = roster.present[slot:last, pool]
    for change in (np.flatnonzero(present[1:] != present[:-1]) + 1).tolist():
        on = tuple(
            unit
            for unit in members(world)[pool]
            if roster.mode[slot + change, unit] in (Mode.IMMEDIATE, Mode.ON_CALL)
            and roster.unit_pool(slot + change, unit) == pool
        )
        if crewable(world, pool, int(present[change]) & ~crew, on).bit_count() < len(on):
            return slot + change
    return last


def _spare(appliances: Appliances, pool: int, slot: int, need: Need) -> int:
    world = appliances.world
    at_home = tuple(
        unit
        for unit in members(world)[pool]
        if unit not in appliances.away
        and appliances.roster.unit_pool(slot, unit) == pool
        and appliances.mode(slot, unit) != Mode.MECHANICAL
    )
    skills, pumps, specials = _needs(world, pool, at_home)
    return spare_crew(skills, appliances.left_in(pool, slot), need, pumps, specials)


def _needs(world: World, pool: int, some: tuple[int, ...]) -> tuple[I8, tuple[Need, ...], tuple[Need, ...]]:
    """Return the skills of a pool's people and the needs of some of its appliances: pumps, and specials."""
    people, pumps = world.people, world.units.pump
    return (
        people.skill[people.pool_start[pool] : people.pool_start[pool + 1]],
        tuple(need_of(world, unit) for unit in some if pumps[unit]),
        tuple(need_of(world, unit) for unit in some if not pumps[unit]),
    )
