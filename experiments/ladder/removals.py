"""Pumps taken off the run, everything else left as it is: the same incidents, the same people, the same chance.

A pump that is taken stands at the workshops: its people stay at their station and crew the station's other
appliances, as they do during a changeover. (The scenario's ``removed`` is another thing: there the on-call roster
shrinks with the fleet, and the availability of the pumps that stay is solved for anew.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sim.draws.keys import streams, uniforms
from sim.draws.replication import Draws
from sim.draws.roster import crew_again
from sim.log.tables import Log
from sim.world.codes import Duty, Mode
from sim.world.fire import HOURS_OF_WEEK, World

Bool = NDArray[np.bool_]
F64 = NDArray[np.float64]

ORDERS = ("random", "on_call_by_day", "farthest")
"""Which pumps go first: by lot; on-call pumps by lot, on weekdays 07 to 18 only; farthest from demand."""


def own_pumps(world: World) -> list[int]:
    """Return the service's own pumps, in the scenario's order."""
    return [int(unit) for unit in np.flatnonzero(world.units.own & world.units.pump)]


def on_call_pumps(world: World) -> list[int]:
    """Return the own pumps whose crew musters, those crewed by day crews left out."""
    pool, duty = world.units.pool, world.people.pool_duty
    return [unit for unit in own_pumps(world) if pool[unit] >= 0 and duty[pool[unit]] == Duty.ON_CALL]


def weekday_day() -> Bool:
    """Return in which hours of the week (168,) on-call people are at work: weekdays 07 to 18 (assumption)."""
    hours = np.arange(HOURS_OF_WEEK)
    return np.asarray((hours < 5 * 24) & (hours % 24 >= 7) & (hours % 24 < 18))


def order_of_going(world: World, by: str, number: int, seed: int) -> list[int]:
    """Return the pumps in the order in which they go; ``number`` tells orders by lot apart.

    Farthest first is by ``minutes_from_demand``; of one station's pumps the last crewed goes first.
    """
    if by == "farthest":
        away = minutes_from_demand(world)
        rank, site = world.units.rank, world.units.site
        return sorted(own_pumps(world), key=lambda u: (-away[site[u]], int(site[u]), -int(rank[u]), u))
    pumps = own_pumps(world) if by == "random" else on_call_pumps(world)
    names = tuple(world.units.key[unit] for unit in pumps)
    lots = uniforms(streams(seed, number, f"ladder {by}", names), np.zeros(1, dtype=np.int64))
    return [pumps[i] for i in np.argsort(lots, kind="stable")]


def minutes_from_demand(world: World) -> F64:
    """Return the mean travel minutes (S,) from each station to the service's own demand, over the week."""
    demand, travel = world.demand, world.travel
    calls = demand.per_year * demand.attended_share * ~demand.over_border
    weight = (calls @ demand.cell_share) * world.cells.inside
    bands = np.bincount(travel.band_of_hour.astype(np.int64), minlength=travel.site_min.shape[0])
    minutes = np.tensordot(bands / bands.sum(), travel.site_min.astype(np.float64), axes=1)  # (C, S)
    reached = np.where(np.isfinite(minutes), minutes, 0.0)
    return np.asarray(weight @ reached / max(float(weight.sum()), 1e-12))


def without(
    world: World,
    draws: Draws,
    pumps: Sequence[int],
    *,
    hours: Bool | None = None,
) -> Draws:
    """Return the draws of a replication with pumps taken off the run, in some hours of the week only or always.

    ``draws`` are the world's own. Incidents, people and noise are the very same objects.
    """
    if not pumps:
        return draws
    gone = np.asarray(sorted(pumps), dtype=np.int64)
    pool, fallback = world.units.pool.copy(), world.units.fallback_pool.copy()
    theirs = {*pool[gone].tolist(), *fallback[gone].tolist()} - {-1}
    pool[gone] = fallback[gone] = -1  # nobody crews them, so that their people crew the station's others
    left = replace(world, units=replace(world.units, pool=pool, fallback_pool=fallback))
    roster = draws.roster
    crewed = crew_again(left, roster, sorted(theirs))
    crewed[:, gone] = Mode.MECHANICAL
    when = np.ones(crewed.shape[0], dtype=np.bool_) if hours is None else hours[roster.hour_of_week]
    mode = np.where(when[:, None], crewed, roster.mode)
    return replace(draws, roster=replace(roster, mode=mode))


def never_matters(world: World, log: Log, pump: int) -> bool:
    """Tell from the log of the whole fleet that the run without a pump has the same incidents and responses.

    Proof: every decision of dispatch is the least of the estimates, ties to the first listed, so striking out one
    that never won changes no decision. That holds if nothing else looks at the pump: no cover policy (which asks
    which stations are covered), and no other appliance in its pools (whose crew depends on it).
    """
    if world.rules.cover != "none" or bool((log.responses["unit"] == pump).any()):
        return False
    units = world.units
    mine = {int(units.pool[pump]), int(units.fallback_pool[pump])} - {-1}
    return not any(
        unit != pump and {int(units.pool[unit]), int(units.fallback_pool[unit])} & mine
        for unit in range(len(units.key))
    )
