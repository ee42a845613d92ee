"""The people who crew: who they are is drawn once for a scenario, how available they are is solved for.

Skills and muster times are keyed by the person's name, so that a new station changes nobody else's. Declared
availability follows one weekly pattern; its level is solved exactly so that the pumps' availability is the one
that the scenario states: by construction, not by a fit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from scenarios.build_fleet import PoolPlan, fleet_of
from scenarios.faults import ScenarioError, ScenarioFault
from sim.availability import (
    assign_skills,
    availability_by_pump,
    mechanical_share,
    solve_wholetime_presence,
)
from sim.codes import Duty
from sim.keys import normals, stream
from sim.watches import WATCHES
from sim.world import HOURS_OF_WEEK, People

if TYPE_CHECKING:
    from scenarios.schema import Appliance, Scenario

F64 = NDArray[np.float64]
I8 = NDArray[np.int8]
Bool = NDArray[np.bool_]

_BUILD_SEED = 0  # people are part of the scenario, the same in every replication
_BISECTIONS = 50
_DAY = slice(
    7, 18
)  # local hours in which on-call people are at work (Suffolk's chief officer; hours assumed)


@dataclass(slots=True)
class _Pool:
    """A pool while it is being made."""

    plan: PoolPlan
    pumps: tuple[str, ...]
    minima: tuple[int, ...]
    keys: tuple[str, ...]
    skill: I8
    watch: I8
    presence: F64  # (n, 168)
    ba_needed: int
    day_crewed: tuple[int, ...]  # ranks of the pumps that a day crew has in its hours


def build_people(scenario: Scenario, plans: list[PoolPlan], site_keys: tuple[str, ...]) -> People:
    """Return the people of every pool.

    Raises ScenarioError if a stated availability cannot be reached by the people there are.
    """
    fleet = fleet_of(scenario)
    pools = [_people_of(scenario, plan, fleet) for plan in plans]
    _solve_staffed(scenario, pools)
    _solve_on_call(scenario, pools, fleet)
    keys = tuple(key for pool in pools for key in pool.keys)
    sizes = [len(pool.keys) for pool in pools]
    on_call = scenario.on_call
    z = np.array([normals(stream(_BUILD_SEED, 0, "home", key), np.arange(1))[0] for key in keys])
    return People(
        key=keys,
        pool_key=tuple(plan.key for plan in plans),
        pool_site=np.array([site_keys.index(plan.station) for plan in plans], dtype=np.int32),
        pool_duty=np.array([plan.duty for plan in plans], dtype=np.int8),
        pool_start=np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32),
        skill=_joined([pool.skill for pool in pools], np.int8),
        watch=_joined([pool.watch for pool in pools], np.int8),
        muster_min=(on_call.muster_median_s / 60.0 * np.exp(on_call.person_sigma * z)).astype(np.float32),
        presence=np.concatenate([p.presence for p in pools] or [np.empty((0, HOURS_OF_WEEK))]).astype(
            np.float32
        ),
        block_h=np.full(len(keys), on_call.block_h, dtype=np.float32),
        muster_sigma=on_call.muster_sigma,
        ba_needed=on_call.breathing_apparatus_needed,
    )


def _joined(parts: list[I8], dtype: type[np.int8]) -> I8:
    return np.concatenate([*parts, np.empty(0, dtype)]).astype(dtype)


def _people_of(scenario: Scenario, plan: PoolPlan, fleet: dict[str, Appliance]) -> _Pool:
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
    return _Pool(
        plan=plan,
        pumps=pumps,
        minima=tuple(fleet[key].minimum_crew for key in pumps),
        keys=tuple(f"{plan.key}/{team}/{i}" for team in range(teams) for i in range(each)),
        skill=np.concatenate(skill),
        watch=watch.astype(np.int8),
        presence=np.zeros((n, HOURS_OF_WEEK)),
        ba_needed=scenario.on_call.breathing_apparatus_needed,
        day_crewed=tuple(i for i, key in enumerate(pumps) if fleet[key].crewing == "day_crewed"),
    )


def _crewed_share(scenario: Scenario, availability: float) -> float:
    """Return the share of time with a crew that leaves ``availability`` after mechanical time off."""
    mechanical = scenario.mechanical
    off = mechanical_share(
        mechanical.changeovers_per_year, mechanical.shortest_h * 60.0, mechanical.longest_h * 60.0, 365.0
    )
    return min(1.0, availability / max(1e-9, 1.0 - off))


def _day_crew_hours(scenario: Scenario) -> Bool:
    """Return in which hours of the week (168,) the day crews are on duty."""
    day_from, day_to = scenario.wholetime.day_crew_hours
    hours = np.arange(HOURS_OF_WEEK)
    return np.asarray((hours < 5 * 24) & (hours % 24 >= day_from) & (hours % 24 < day_to))


def _solve_staffed(scenario: Scenario, pools: list[_Pool]) -> None:
    """Set the presence of wholetime watches and day crews."""
    wholetime = scenario.wholetime
    weekday_hours = _day_crew_hours(scenario)
    for pool in pools:
        if pool.plan.duty == Duty.ON_CALL:
            continue
        day = pool.plan.duty == Duty.DAY
        target = wholetime.day_crew_availability if day else wholetime.availability
        try:
            level = solve_wholetime_presence(
                len(pool.keys),
                pool.minima,
                _crewed_share(scenario, target),
                skill=pool.skill,
                watch=pool.watch,
                ba_needed=pool.ba_needed,
            )
        except ValueError as error:
            name = "day_crew_availability" if day else "availability"
            raise _fault(scenario, f"wholetime.{name}", target, f"{pool.plan.key}: {error}") from None
        pool.presence[:] = np.where(weekday_hours, level, 0.0) if day else level


def on_call_pattern(scenario: Scenario) -> F64:
    """Return the weekly pattern of declared availability (168,), before its level."""
    on_call = scenario.on_call
    week = np.full((7, 24), on_call.evening_night_factor)
    week[:5, _DAY] = on_call.weekday_day_factor
    week[5:, _DAY] = on_call.weekend_day_factor
    return week.ravel()


def _solve_on_call(scenario: Scenario, pools: list[_Pool], fleet: dict[str, Appliance]) -> None:
    """Set the presence of on-call people.

    Pools whose pumps have a stated availability get their own level; the others share one level, such that the
    mean over all pumps crewed on-call is ``on_call.availability``. Day-crewed pumps do not count in that mean;
    their on-call people have the common level.
    """
    pattern = on_call_pattern(scenario)
    week = _weeks(pattern, _day_crew_hours(scenario))
    pools = [pool for pool in pools if pool.plan.duty == Duty.ON_CALL]
    counted = {
        id(pool): [i for i, key in enumerate(pool.pumps) if fleet[key].crewing == "on_call"] for pool in pools
    }
    wanted = _crewed_share(scenario, scenario.on_call.availability) * sum(map(len, counted.values()))
    rest = []
    for pool in pools:
        stated = {i: fleet[key].availability for i, key in enumerate(pool.pumps)}
        given = {i: value for i, value in stated.items() if value is not None}
        if not given:
            rest.append(pool)
            continue
        goal = _crewed_share(scenario, float(np.mean(list(given.values()))))
        level = _level([(pool, list(given))], week, goal * len(given))
        if level is None:
            name = f"appliances.{pool.pumps[min(given)]}.availability"
            raise _fault(scenario, name, goal, "is more than the station's people can give")
        pool.presence[:] = np.minimum(1.0, level * pattern)
        wanted -= _expected(pool, counted[id(pool)], week, level)
    if not rest:
        return
    level = _level([(pool, counted[id(pool)]) for pool in rest], week, wanted)
    if level is None:
        raise _fault(
            scenario,
            "on_call.availability",
            scenario.on_call.availability,
            "cannot be reached by the people there are, given the availability stated for some appliances",
        )
    for pool in rest:
        pool.presence[:] = np.minimum(1.0, level * pattern)


def _fault(scenario: Scenario, where: str, value: float, problem: str) -> ScenarioError:
    remedy = "lower it, or post more people (riders_per_pump, people_first_pump, on_call_people)"
    return ScenarioError([ScenarioFault(scenario.name, where, f"{value:g}", problem, remedy)])


class _Week(NamedTuple):
    """Hours of the week by their level of the pattern: those in which the day crews are on duty, and the others."""

    values: tuple[F64, F64]
    hours: tuple[NDArray[np.int64], NDArray[np.int64]]


def _weeks(pattern: F64, day: Bool) -> _Week:
    values, hours = zip(*(np.unique(pattern[part], return_counts=True) for part in (day, ~day)), strict=True)
    return _Week(values, hours)


def _expected(pool: _Pool, ranks: list[int], week: _Week, level: float) -> float:
    """Return the mean number on the run, over the week, of the pool's pumps of these ranks.

    While the day crews are on duty, the on-call people crew only the pumps that have no day crew.
    """
    total = 0.0
    for values, hours, day in zip(week.values, week.hours, (True, False), strict=True):
        theirs = [r for r in range(len(pool.minima)) if not (day and r in pool.day_crewed)]
        counted = [position for position, r in enumerate(theirs) if r in ranks]
        if not counted or not len(values):
            continue
        presence = np.minimum(1.0, level * values)
        minima = tuple(pool.minima[r] for r in theirs)
        by_pump = availability_by_pump(pool.skill, presence, minima, pool.ba_needed)
        total += float(hours @ by_pump[:, counted].sum(axis=1))
    return total / HOURS_OF_WEEK


def _level(pools: list[tuple[_Pool, list[int]]], week: _Week, wanted: float) -> float | None:
    """Return the common level at which the pools' pumps on the run add up to ``wanted``; None if out of reach."""
    low, high = 0.0, float(1.0 / min(v.min() for v in week.values if len(v)))

    def reached(level: float) -> float:
        return sum(_expected(pool, ranks, week, level) for pool, ranks in pools)

    if not any(ranks for _, ranks in pools):
        return 1.0
    if not 0.0 <= wanted <= reached(high) + 1e-9:
        return None
    for _ in range(_BISECTIONS):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if reached(middle) < wanted else (low, middle)
    return high
