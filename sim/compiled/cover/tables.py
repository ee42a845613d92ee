"""What the cover desk works out before a run, as arrays (``sim.engine.cover.tables``)."""

from __future__ import annotations

import numpy as np

from sim.compiled import layout as at
from sim.compiled.memory import Arena, Array
from sim.compiled.tables import flat
from sim.draws.roster import Roster
from sim.engine.cover.tables import cover_mates, coverage_of_sites, crew_changes, movers, road_minutes
from sim.world.fire import World

POLICIES = {
    "none": at.STAY,
    "core_stations": at.CORE_STATIONS,
    "dynamic": at.DYNAMIC,
    "people": at.PEOPLE,
}
"""The cover policies that are compiled."""

_F4, _F8, _I8, _U1, _U8 = np.float32, np.float64, np.int64, np.uint8, np.uint64


def put_cover(arena: Arena, world: World) -> None:
    """Put the tables of cover at their places."""
    sites, units, policy = world.sites, world.units, POLICIES[world.rules.cover]
    n_sites, n_units, n_pools = len(sites.key), len(units.key), len(world.people.pool_key)
    parameters, given = arena.arrays[at.PARAMETERS], world.rules.cover_parameters
    parameters[at.COVER_DELAY_MIN] = given.get("delay_min", 0.0)
    parameters[at.GROUP_DELAY_MIN] = given.get("group_delay_min", 0.0)
    parameters[at.LONGEST_MOVE_MIN] = given.get("longest_move_min", 0.0)
    parameters[at.LEAST_GAIN] = given.get("least_gain", 0.0)
    arena.memory[at.POLICY], arena.memory[at.LISTENS] = policy, policy != at.STAY
    _put_sites(arena, world)
    _put_movers(arena, world, policy)
    reach = coverage_of_sites(world, given["reach_min"]) if policy == at.DYNAMIC else ()
    within = np.stack([band.within for band in reach]) if reach else np.zeros((1, n_sites, 0))
    n_cells = within.shape[2]
    arena.put(at.WITHIN, within, _U1)
    arena.put(at.WEIGHT, reach[0].weight if reach else np.zeros(0), _F8)
    for place, size, dtype in (
        (at.COVERED, n_units, _I8),
        (at.SOME, n_units, _I8),
        (at.EMPTY, n_sites, _F8),
        (at.OVERDUE, n_sites, _I8),
        (at.SPARE, n_pools, _U8),
        (at.LENDS, n_pools, _I8),
        (at.COUNTS, n_sites, _I8),
        (at.REACHED, n_cells, _I8),
        (at.NEWLY, n_sites, _F8),
        (at.NOW, n_sites, _I8),
        (at.ONLY, n_cells, _I8),
        (at.LOOSE, n_cells, _I8),
        (at.ONCE, n_cells, _I8),
        (at.DECISIONS, 2 * n_sites + 2, at.DECISION),
    ):
        arena.put(place, np.zeros(size, dtype), dtype)


def _put_sites(arena: Arena, world: World) -> None:
    sites, units = world.sites, world.units
    table = np.zeros(len(sites.key), dtype=at.SITE)
    mates = cover_mates(world)
    groups = sorted(set(mates.values()))
    table["core"] = sites.core & sites.own
    table["group"] = [groups.index(mates[site]) if site in mates else at.NONE for site in range(len(table))]
    table["standing"], table["empty_since"] = at.NONE, np.nan
    own_pumps = units.pump & units.own
    pumps = [np.flatnonzero(own_pumps & (units.site == site)).tolist() for site in range(len(table))]
    all_units = [np.flatnonzero(units.site == site).tolist() for site in range(len(table))]
    pumps_at, first_pump = flat(pumps)
    units_at, first_unit = flat(all_units)
    table["first_pump"], table["pumps"] = first_pump[:-1], np.diff(first_pump)
    table["first_unit"], table["units"] = first_unit[:-1], np.diff(first_unit)
    mates_of, start = flat([list(group) for group in groups])
    arena.put(at.SITES, table, at.SITE)
    arena.put_all(
        {
            at.PUMPS_AT: (pumps_at, _I8),
            at.UNITS_AT: (units_at, _I8),
            at.GROUPS: (mates_of, _I8),
            at.GROUP_START: (start, _I8),
        }
    )


def _put_movers(arena: Arena, world: World, policy: int) -> None:
    n_sites = len(world.sites.key)
    by_band = movers(world, world.rules.cover_parameters["longest_move_min"]) if policy != at.STAY else []
    start = np.zeros((max(len(by_band), 1), n_sites + 1), dtype=np.int64)
    every: list[tuple[int, float]] = []
    for band, by_site in enumerate(by_band):
        for site, some in enumerate(by_site):
            start[band, site] = len(every)
            every += [(unit, minutes) for minutes, unit in some]
        start[band, n_sites] = len(every)
    arena.put(at.MOVERS, np.array(every, dtype=at.MOVER), at.MOVER)
    arena.put(at.MOVERS_START, start, _I8)
    arena.put(at.MINUTES, road_minutes(world) if policy != at.STAY else np.zeros((1, 1, 1)), _F4)


def changes(world: World, roster: Roster) -> Array:
    """Return when the crews of which stations change, in the order in which it happens."""
    policy, units = POLICIES[world.rules.cover], world.units
    if policy == at.STAY:
        return np.zeros(0, dtype=at.CHANGE)
    own = units.pump & units.own
    core = (world.sites.core & world.sites.own)[units.site]
    pumps = np.flatnonzero(own if policy == at.DYNAMIC else own & core)
    asked = ("crew changes", pumps.tobytes(), units.site[pumps].tobytes())
    if asked in roster.worked_out:
        known: Array = roster.worked_out[asked]
        return known
    slots, sites = crew_changes(roster, pumps.tolist(), units.site[pumps].tolist())
    table = np.zeros(len(slots), dtype=at.CHANGE)
    table["slot"], table["site"] = slots, sites
    roster.worked_out[asked] = table
    return table
