"""Stations, appliances and the pools of people who crew them, as arrays."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from geo.grid import to_grid
from scenarios.building.police.sites import police_capabilities
from sim.world.codes import Duty
from sim.world.fire import Sites, Units

if TYPE_CHECKING:
    from scenarios.schema.scenario import Appliance, Scenario

Z90 = 1.2815515655446004  # standard normal quantile of 0.9


@dataclass(frozen=True, slots=True)
class PoolPlan:
    """A pool of people before they are drawn: at which station, on what duty, for how many pumps."""

    key: str
    station: str
    duty: Duty
    appliances: tuple[str, ...]  # that it crews, in rank order: pumps first


def fleet_of(scenario: Scenario) -> dict[str, Appliance]:
    """Return the appliances that are not removed, in the scenario's order."""
    return {key: a for key, a in scenario.appliances.items() if not a.removed}


def capabilities_of(scenario: Scenario) -> tuple[str, ...]:
    """Return every capability that an appliance has or an attendance asks for, in alphabetical order."""
    have = {c for a in scenario.appliances.values() for c in a.capabilities}
    asked = {
        c for t in scenario.incident_types.values() for v in t.attendance.values() for c in v.capabilities
    }
    scripted = {c for each in scenario.scripted_incidents.values() for c in each.capabilities}
    return tuple(sorted(have | asked | scripted | police_capabilities(scenario)))


def plan_pools(scenario: Scenario) -> list[PoolPlan]:
    """Return the pools of the service's own stations, in the order of the stations.

    A station with wholetime pumps has a wholetime pool; with day-crewed pumps a day pool, and those pumps fall
    back on the on-call pool outside day hours; with on-call or day-crewed pumps an on-call pool. A
    cross-crewed special belongs to the wholetime pool where there is one, else to the on-call pool.
    """
    plans = []
    fleet = fleet_of(scenario)
    for code, station in scenario.stations.items():
        if station.service != "own":
            continue
        here = {key: a for key, a in fleet.items() if a.station == code}
        pumps = [key for key, a in here.items() if a.kind == "pump"]
        others = [key for key, a in here.items() if a.kind != "pump"]
        by = {c: [k for k in pumps if here[k].crewing == c] for c in ("wholetime", "day_crewed", "on_call")}
        members = {
            Duty.WHOLETIME: by["wholetime"],
            Duty.DAY: by["day_crewed"],
            Duty.ON_CALL: by["day_crewed"] + by["on_call"],
        }
        for key in others:
            crewing = here[key].crewing
            home = {"wholetime": Duty.WHOLETIME, "day_crewed": Duty.DAY, "on_call": Duty.ON_CALL}.get(crewing)
            if home is None:
                home = Duty.WHOLETIME if members[Duty.WHOLETIME] else Duty.ON_CALL
            members[home] = [*members[home], key]
            if home == Duty.DAY:
                members[Duty.ON_CALL] = [*members[Duty.ON_CALL], key]
        plans += [
            PoolPlan(f"{code}/{duty.name.lower()}", code, duty, tuple(members[duty]))
            for duty in (Duty.WHOLETIME, Duty.DAY, Duty.ON_CALL)
            if members[duty]
        ]
    return plans


def build_sites(scenario: Scenario, district_names: tuple[str, ...]) -> Sites:
    """Return the stations, own and neighbours', in the scenario's order.

    A core station whose last pump has gone is not kept covered: nothing there is ever to be restored, and another
    station's pump would stand there for good.
    """
    stations = scenario.stations
    with_pump = {a.station for a in fleet_of(scenario).values() if a.kind == "pump"}
    easting, northing = to_grid([s.lat for s in stations.values()], [s.lon for s in stations.values()])
    return Sites(
        key=tuple(stations),
        name=tuple(s.name for s in stations.values()),
        service=tuple(s.service for s in stations.values()),
        own=np.array([s.service == "own" for s in stations.values()], dtype=np.bool_),
        core=np.array([s.core and code in with_pump for code, s in stations.items()], dtype=np.bool_),
        district=np.array(
            [
                district_names.index(s.district) if s.district in district_names else -1
                for s in stations.values()
            ],
            dtype=np.int16,
        ),
        easting_m=easting,
        northing_m=northing,
        cover_group=_cover_groups([s.cover_group for s in stations.values()]),
    )


def _cover_groups(names: list[str]) -> NDArray[np.int16]:
    """Return the number of each station's group, in the order of their names' first appearance; −1 for none."""
    known = [name for name in dict.fromkeys(names) if name]
    return np.array([known.index(name) if name else -1 for name in names], dtype=np.int16)


def build_units(scenario: Scenario, plans: list[PoolPlan], capability_names: tuple[str, ...]) -> Units:
    """Return the appliances."""
    fleet = fleet_of(scenario)
    station_codes = list(scenario.stations)
    own = np.array([scenario.stations[a.station].service == "own" for a in fleet.values()], dtype=np.bool_)
    pool, fallback, rank = _pools_of(fleet, plans)
    immediate, sigma, on_call = _turnouts(scenario, fleet, own)
    mechanical = scenario.mechanical
    lent = np.array([_lent_share(scenario, a, o) for a, o in zip(fleet.values(), own, strict=True)])
    n = len(fleet)
    return Units(
        key=tuple(fleet),
        site=np.array([station_codes.index(a.station) for a in fleet.values()], dtype=np.int32),
        own=own,
        pump=np.array([a.kind == "pump" for a in fleet.values()], dtype=np.bool_),
        capability=np.array(
            [sum(1 << capability_names.index(c) for c in a.capabilities) for a in fleet.values()],
            dtype=np.int64,
        ),
        minimum_crew=np.array([a.minimum_crew for a in fleet.values()], dtype=np.int8),
        preferred_crew=np.array([a.preferred_crew for a in fleet.values()], dtype=np.int8),
        pool=pool,
        fallback_pool=fallback,
        rank=rank,
        immediate_turnout_min=immediate,
        immediate_sigma=sigma,
        on_call_turnout_min=on_call,
        mechanical_per_year=np.where(own, mechanical.changeovers_per_year, 0.0).astype(np.float32),
        mechanical_min=np.tile(
            np.array([mechanical.shortest_h, mechanical.longest_h], dtype=np.float32) * 60.0, (n, 1)
        ),
        neighbour_availability=lent.astype(np.float32),
        neighbour_block_h=scenario.neighbour.block_h,
        neighbour_immediate=np.array([a.crewing == "wholetime" for a in fleet.values()], dtype=np.bool_)
        & ~own,
    )


def _pools_of(
    fleet: dict[str, Appliance], plans: list[PoolPlan]
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int8]]:
    """Return first pool, fallback pool and rank of every appliance; −1 where there is none."""
    position = {key: i for i, key in enumerate(fleet)}
    pool = np.full(len(fleet), -1, dtype=np.int32)
    fallback = np.full(len(fleet), -1, dtype=np.int32)
    rank = np.zeros(len(fleet), dtype=np.int8)
    for q, plan in enumerate(plans):
        for r, key in enumerate(plan.appliances):
            unit = position[key]
            if pool[unit] < 0:
                pool[unit], rank[unit] = q, r
            else:
                fallback[unit] = q
    return pool, fallback, rank


def _turnouts(
    scenario: Scenario, fleet: dict[str, Appliance], own: NDArray[np.bool_]
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """Return turnout medians (U, 2 day/night), their lognormal sigma (U,), and the on-call estimate (U,)."""
    wholetime, neighbour = scenario.wholetime, scenario.neighbour
    extra_s = neighbour.extra_handling_s
    ours = [wholetime.turnout_day_median_s, wholetime.turnout_night_median_s]
    theirs = [neighbour.wholetime_turnout_s + extra_s] * 2
    immediate = np.where(own[:, None], ours, theirs) / 60.0
    on_call = np.where(own, scenario.on_call.turnout_estimate_s, neighbour.on_call_turnout_s + extra_s) / 60.0
    sigma = np.full(len(fleet), math.log(wholetime.turnout_p90_over_median) / Z90)
    return immediate.astype(np.float32), sigma.astype(np.float32), on_call.astype(np.float32)


def _lent_share(scenario: Scenario, appliance: Appliance, own: bool) -> float:
    """Return the share of time that a neighbour's appliance is there to lend; NaN for own."""
    if own:
        return math.nan
    if appliance.availability is not None:
        return appliance.availability
    whole = appliance.crewing == "wholetime"
    return scenario.neighbour.wholetime_availability if whole else scenario.neighbour.on_call_availability
