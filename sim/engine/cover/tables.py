"""What the cover desk works out before the run: road minutes, demand within reach, and when crews change."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

import numpy as np

from sim.decisions.cover.view import F32, I64, Bool, Coverage
from sim.decisions.routes import site_to_site
from sim.draws.roster import Roster
from sim.world.codes import Mode
from sim.world.fire import World

_PARTS = 2.0**40  # of which shares of demand are whole numbers: their sums are exact in any order


@lru_cache(maxsize=4)
def road_minutes(world: World) -> F32:
    """Return ordinary road minutes between sites, (B, S, S): cover moves drive without blue lights."""
    n_cells = len(world.cells.population)
    bands = range(world.travel.site_min.shape[0])
    blue = np.stack([site_to_site(world.travel, band, n_cells) for band in bands])
    ordinary: F32 = blue * np.float32(world.timings.return_factor)
    return ordinary


@lru_cache(maxsize=4)
def movers(world: World, longest_move_min: float) -> list[list[list[tuple[float, int]]]]:
    """Return the pumps that could ever stand by at a core site, nearest first: [band][site][(minutes, appliance)].

    They are within the longest move, and their station is no core station or has another pump. Only a bound: who
    is to be had at a moment is for the policy to see.
    """
    units, sites = world.units, world.sites
    pumps = np.flatnonzero(units.pump & units.own)
    at_site = np.bincount(units.site[pumps], minlength=len(sites.key))
    pumps = pumps[~sites.core[units.site[pumps]] | (at_site[units.site[pumps]] > 1)]
    table: list[list[list[tuple[float, int]]]] = []
    for minutes in road_minutes(world):
        table.append([[] for _ in sites.key])
        for site in np.flatnonzero(sites.core).tolist():
            way = minutes[units.site[pumps], site]
            may = (way <= longest_move_min) & (units.site[pumps] != site)
            table[-1][site] = sorted(zip(way[may].tolist(), pumps[may].tolist(), strict=True))
    return table


@lru_cache(maxsize=4)
def coverage_of_sites(world: World, reach_min: float) -> tuple[Coverage, ...]:
    """Return, for each travel band, what a pump at each site reaches within ``reach_min`` of driving.

    Expected demand is the service's own incidents a year of all types, by cell.
    """
    demand = world.demand
    weight = (demand.per_year * ~demand.over_border) @ demand.cell_share
    total = float(weight.sum())
    asked = np.flatnonzero(weight > 0.0)
    share = np.rint(weight[asked] / total * _PARTS) / _PARTS if total > 0.0 else np.zeros(0)
    within = world.travel.site_min[:, asked, :] <= reach_min
    return tuple(Coverage(np.ascontiguousarray(band.T, dtype=np.float64), share) for band in within)


def crew_changes(roster: Roster, units: list[int], sites: list[int]) -> tuple[I64, I64]:
    """Return when any of the appliances comes on or goes off the run, and at which site, (changes,) slots and sites.

    In the order of slots, then of sites. ``sites`` are those of the appliances. A site whose first pump goes off while
    another is on is given as −1 − site: that matters only while one of its pumps is away.
    """
    mode = roster.mode[:, units]
    on: Bool = (mode == Mode.IMMEDIATE) | (mode == Mode.ON_CALL)
    of_site = sorted(set(sites))
    columns = np.searchsorted(of_site, sites)
    crewed = np.zeros((on.shape[0], len(of_site)), dtype=np.int8)
    for column, site in enumerate(columns.tolist()):
        crewed[:, site] += on[:, column]
    slot, which = np.nonzero(crewed[1:] != crewed[:-1])
    at_all = (crewed[slot + 1, which] > 0) != (crewed[slot, which] > 0)
    site_of = np.array(of_site, dtype=np.int64)[which]
    return slot + 1, np.where(at_all, site_of, -1 - site_of)


def by_slot(slots: I64, sites: I64) -> tuple[list[int], list[list[int]]]:
    """Return the slots of some changes, each once, and the sites of each."""
    each, first = np.unique(slots, return_index=True)
    changed = sites.tolist()
    return each.tolist(), [changed[a:b] for a, b in pairwise([*first.tolist(), len(slots)])]


def off_duty_slot(roster: Roster, pool: int, crew: int, slot: int, last: int) -> int:
    """Return the first slot after ``slot`` in which not all of a crew are on duty; ``last`` if none before it."""
    mask = np.uint64(crew)
    short = np.flatnonzero((roster.present[slot + 1 : last, pool] & mask) != mask)
    return slot + 1 + int(short[0]) if len(short) else last


def cover_mates(world: World) -> dict[int, tuple[int, ...]]:
    """Return, of each core site in a cover group of two or more, the sites of its group."""
    group = world.sites.cover_group
    if group is None:
        return {}
    in_group = np.where(world.sites.core & world.sites.own, group, -1)
    mates = {
        site: tuple(np.flatnonzero(in_group == g).tolist())
        for site, g in enumerate(in_group.tolist())
        if g >= 0
    }
    return {site: sites for site, sites in mates.items() if len(sites) > 1}
