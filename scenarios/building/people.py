"""The people who crew: who they are is drawn once for a scenario, how available they are is solved for.

Skills and muster times are keyed by the person's name, so that a new station changes nobody else's. Declared
availability is solved for (``scenarios.building.on_call``), so that the pumps' availability is the one that the
scenario states: by construction, not by a fit.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from scenarios.building.fleet import PoolPlan, fleet_of, plan_pools
from scenarios.building.on_call import Pool, crewed_share, day_crew_hours, solve_on_call, unreachable
from scenarios.building.on_call_hours import stated_hours
from scenarios.loading.datasets import tables_digest
from scenarios.loading.faults import ScenarioError, ScenarioFault
from scenarios.loading.reference import reference_scenario
from sim.decisions.pool_availability import solve_wholetime_presence
from sim.draws.keys import normals, stream
from sim.draws.roster import LARGEST_POOL
from sim.draws.skills import assign_skills
from sim.draws.watches import WATCHES
from sim.world.codes import Duty, Skill
from sim.world.fire import HOURS_OF_WEEK, People

if TYPE_CHECKING:
    from scenarios.schema.scenario import Appliance, Scenario

F64 = NDArray[np.float64]
I8 = NDArray[np.int8]

_BUILD_SEED = 0  # people are part of the scenario, the same in every replication
_DAY_RIDER = "/day_rider/"  # in the name of one


def build_people(scenario: Scenario, plans: list[PoolPlan], site_keys: tuple[str, ...]) -> People:
    """Return the people of every pool; those of a scenario with the same stations and crews are not solved for again.

    Raises ScenarioError if a stated availability cannot be reached by the people there are.
    """
    key = _depends_on(scenario, site_keys)
    if key not in _SOLVED:
        people = _solved(scenario, plans, site_keys)
        while len(_SOLVED) >= _MOST_SOLVED:
            del _SOLVED[next(iter(_SOLVED))]
        _SOLVED[key] = people
    return _SOLVED[key]


_MOST_SOLVED = 4
_SOLVED: dict[str, People] = {}
"""The people of the last scenarios, by all that they depend on."""


def _depends_on(scenario: Scenario, site_keys: tuple[str, ...]) -> str:
    """Return the digest of everything that the people of a scenario, and how available they are, follow from."""
    parts = scenario.model_dump_json(
        include={"stations", "appliances", "on_call", "on_call_hours", "wholetime", "mechanical"}
    )
    tables = tables_digest(scenario.geography.tables)
    return hashlib.sha256(f"{tables}\0{site_keys}\0{parts}".encode()).hexdigest()


def _solved(scenario: Scenario, plans: list[PoolPlan], site_keys: tuple[str, ...]) -> People:
    fleet = fleet_of(scenario)
    pools = [_people_of(scenario, plan, fleet) for plan in plans]
    _solve_staffed(scenario, pools)
    solve_on_call(scenario, pools, fleet, _reference(scenario))
    pools = [_with_day_riders(scenario, pool) for pool in pools]
    _check_sizes(scenario, pools)
    keys = tuple(key for pool in pools for key in pool.keys)
    sizes = [len(pool.keys) for pool in pools]
    on_call = scenario.on_call
    z = np.array([normals(stream(_BUILD_SEED, 0, "home", key), np.arange(1))[0] for key in keys])
    muster_min = on_call.muster_median_s / 60.0 * np.exp(on_call.person_sigma * z)
    muster_min[[_DAY_RIDER in key for key in keys]] = scenario.wholetime.turnout_day_median_s / 60.0
    return People(
        key=keys,
        pool_key=tuple(plan.key for plan in plans),
        pool_site=np.array([site_keys.index(plan.station) for plan in plans], dtype=np.int32),
        pool_duty=np.array([plan.duty for plan in plans], dtype=np.int8),
        pool_start=np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32),
        skill=_joined([pool.skill for pool in pools], np.int8),
        watch=_joined([pool.watch for pool in pools], np.int8),
        muster_min=muster_min.astype(np.float32),
        presence=np.concatenate([p.presence for p in pools] or [np.empty((0, HOURS_OF_WEEK))]).astype(
            np.float32
        ),
        block_h=np.full(len(keys), on_call.block_h, dtype=np.float32),
        muster_sigma=on_call.muster_sigma,
        ba_needed=on_call.breathing_apparatus_needed,
    )


def _check_sizes(scenario: Scenario, pools: list[Pool]) -> None:
    """Raise ScenarioError naming every pool with more people than one can hold."""
    faults = [
        ScenarioFault(
            scenario.name,
            f"stations.{pool.plan.station}",
            f"{len(pool.keys)} people",
            f"the pool {pool.plan.key} has more people than the {LARGEST_POOL} that one can hold",
            "post fewer (riders_per_pump, on_call_people, people_each_further_pump), or fewer pumps",
        )
        for pool in pools
        if len(pool.keys) > LARGEST_POOL
    ]
    if faults:
        raise ScenarioError(faults)


def _with_day_riders(scenario: Scenario, pool: Pool) -> Pool:
    """Return an on-call pool with the station's day riders: fully skilled, on station in day crew hours.

    They come on top: nobody's declared availability changes for them (policy "day duty operational riders": day
    duty staff work from on-call stations some of their time, ECFRS annual plan 2024/25).
    """
    riders = scenario.stations[pool.plan.station].day_riders
    if pool.plan.duty != Duty.ON_CALL or riders == 0:
        return pool
    present = np.where(day_crew_hours(scenario), scenario.wholetime.day_rider_presence, 0.0)
    skilled = Skill.OFFICER | Skill.DRIVER | Skill.BREATHING_APPARATUS
    return replace(
        pool,
        keys=(*pool.keys, *(f"{pool.plan.key}{_DAY_RIDER}{i}" for i in range(riders))),
        skill=np.concatenate([pool.skill, np.full(riders, int(skilled), dtype=np.int8)]),
        watch=np.concatenate([pool.watch, np.full(riders, -1, dtype=np.int8)]),
        presence=np.vstack([pool.presence, np.tile(present, (riders, 1))]),
    )


def _reference(scenario: Scenario) -> tuple[list[Pool], dict[str, Appliance]] | None:
    """Return pools and fleet of the service's tables; None where they are the scenario's own."""
    reference = reference_scenario(scenario)
    if reference is scenario:
        return None
    fleet = fleet_of(reference)
    return [_people_of(reference, plan, fleet) for plan in plan_pools(reference)], fleet


def _joined(parts: list[I8], dtype: type[np.int8]) -> I8:
    return np.concatenate([*parts, np.empty(0, dtype)]).astype(dtype)


def _people_of(scenario: Scenario, plan: PoolPlan, fleet: dict[str, Appliance]) -> Pool:
    """Return a pool with its people's names and skills; nobody is present yet."""
    pumps = tuple(key for key in plan.appliances if fleet[key].kind == "pump")
    crews = max(1, len(pumps))
    teams = WATCHES if plan.duty == Duty.WHOLETIME else 1
    if plan.duty == Duty.ON_CALL:
        more = scenario.on_call.people_each_further_pump * (crews - 1)
        given = scenario.stations[plan.station].on_call_people
        each = scenario.on_call.people_first_pump + more if given is None else given
        shares = (
            scenario.on_call.officer_share,
            scenario.on_call.driver_share,
            scenario.on_call.breathing_apparatus_share,
        )
    else:
        each = scenario.wholetime.riders_per_pump * crews
        shares = (scenario.wholetime.officer_share, scenario.wholetime.driver_share, 1.0)
    skill = [
        assign_skills(
            stream(_BUILD_SEED, 0, "skills", f"{plan.key}/{team}"),
            each,
            *shares,
            crews=crews,
            ba_needed=scenario.on_call.breathing_apparatus_needed,
        )
        for team in range(teams)
    ]
    watch = np.repeat(np.arange(teams), each) if plan.duty == Duty.WHOLETIME else np.full(each, -1)
    n = each * teams
    return Pool(
        plan=plan,
        pumps=pumps,
        minima=tuple(fleet[key].minimum_crew for key in pumps),
        keys=tuple(f"{plan.key}/{team}/{i}" for team in range(teams) for i in range(each)),
        skill=np.concatenate(skill),
        watch=watch.astype(np.int8),
        presence=np.zeros((n, HOURS_OF_WEEK)),
        ba_needed=scenario.on_call.breathing_apparatus_needed,
        day_crewed=tuple(i for i, key in enumerate(pumps) if fleet[key].crewing == "day_crewed"),
        hours=stated_hours(scenario, plan.station) if plan.duty == Duty.ON_CALL and pumps else None,
    )


def _solve_staffed(scenario: Scenario, pools: list[Pool]) -> None:
    """Set the presence of wholetime watches and day crews."""
    wholetime = scenario.wholetime
    weekday_hours = day_crew_hours(scenario)
    for pool in pools:
        if pool.plan.duty == Duty.ON_CALL:
            continue
        day = pool.plan.duty == Duty.DAY
        target = wholetime.day_crew_availability if day else wholetime.availability
        try:
            level = solve_wholetime_presence(
                len(pool.keys),
                pool.minima,
                crewed_share(scenario, target),
                skill=pool.skill,
                watch=pool.watch,
                ba_needed=pool.ba_needed,
            )
        except ValueError as error:
            name = "day_crew_availability" if day else "availability"
            raise unreachable(scenario, f"wholetime.{name}", target, f"{pool.plan.key}: {error}") from None
        pool.presence[:] = np.where(weekday_hours, level, 0.0) if day else level
