"""How available on-call people are: solved for, so that pumps are on the run as the scenario states. No fit.

The common level belongs to the *reference fleet*, that of the service's tables. A what-if that closes a station or
adds a pump therefore leaves everyone else's declared availability as it was.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from scenarios.building.fleet import PoolPlan
from scenarios.building.on_call_hours import presence_for
from scenarios.loading.faults import ScenarioError, ScenarioFault
from sim.decisions.pool_availability import availability_by_pump, mechanical_share
from sim.world.codes import Duty
from sim.world.fire import HOURS_OF_WEEK

if TYPE_CHECKING:
    from scenarios.schema.scenario import Appliance, OnCall, Scenario

F64 = NDArray[np.float64]
I8 = NDArray[np.int8]
Bool = NDArray[np.bool_]
Fleet = dict[str, "Appliance"]

_BISECTIONS = 50
_DAY = slice(
    7, 18
)  # local hours in which on-call people are at work (Suffolk's chief officer; hours assumed)


@dataclass(slots=True)
class Pool:
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
    hours: F64 | None = None  # (168,) share of time on the run where it is stated hour by hour, else NaN


class HourGroup(NamedTuple):
    """Hours of the week whose declared availability goes together: its name, the hours, the factor, the gain."""

    name: str
    hours: Bool  # (168,)
    factor: float
    gain: float


def hour_groups(on_call: OnCall) -> tuple[HourGroup, ...]:
    """Return weekday days, weekend days, and evenings and nights."""
    hours = np.arange(HOURS_OF_WEEK)
    day = (hours % 24 >= _DAY.start) & (hours % 24 < _DAY.stop)
    return (
        HourGroup("weekday_day", day & (hours < 120), on_call.weekday_day_factor, on_call.weekday_day_gain),
        HourGroup("weekend_day", day & (hours >= 120), on_call.weekend_day_factor, on_call.weekend_day_gain),
        HourGroup("evening_night", ~day, on_call.evening_night_factor, on_call.evening_night_gain),
    )


def on_call_pattern(scenario: Scenario) -> F64:
    """Return the weekly pattern of declared availability (168,), before its level."""
    week = np.zeros(HOURS_OF_WEEK)
    for group in hour_groups(scenario.on_call):
        week[group.hours] = group.factor
    return week


def day_crew_hours(scenario: Scenario) -> Bool:
    """Return in which hours of the week (168,) the day crews are on duty."""
    day_from, day_to = scenario.wholetime.day_crew_hours
    hours = np.arange(HOURS_OF_WEEK)
    return np.asarray((hours < 5 * 24) & (hours % 24 >= day_from) & (hours % 24 < day_to))


def crewed_share(scenario: Scenario, availability: float) -> float:
    """Return the share of time with a crew that leaves ``availability`` after mechanical time off."""
    return min(1.0, availability / _working(scenario))


def _working(scenario: Scenario) -> float:
    """Return the share of time in working order that is in the stated availabilities.

    It is that of the changeovers reported, not of the scenario's: shorter ones do not make people stay away.
    """
    then = scenario.mechanical
    off = mechanical_share(
        then.reported_per_year, then.reported_shortest_h * 60.0, then.reported_longest_h * 60.0, 365.0
    )
    return max(1e-9, 1.0 - off)


def solve_on_call(
    scenario: Scenario, pools: list[Pool], fleet: Fleet, reference: tuple[list[Pool], Fleet] | None
) -> None:
    """Set the presence of on-call people.

    Pools whose pumps have a stated availability get their own level; the others share one level, such that the
    mean over all pumps crewed on-call of the ``reference`` (pools and fleet; None: these pools themselves) is
    ``on_call.availability``. Day-crewed pumps do not count in that mean; their on-call people have the common
    level. Gains by hours come on top, in the hours of which a station states nothing itself; then those by station; a
    stated availability has the last word.

    Raises ScenarioError for what the people there are cannot give.
    """
    mine = [pool for pool in pools if pool.plan.duty == Duty.ON_CALL]
    stated = {id(pool): _stated(pool, fleet) for pool in mine}
    week = _common_week(scenario, *(reference or (pools, fleet)))
    pattern = on_call_pattern(scenario)
    for pool in mine:
        given = stated[id(pool)]
        if given:
            pool.presence[:] = np.minimum(1.0, _own_level(scenario, pool, given, pattern) * pattern)
        elif week is not None:
            fixed = _fixed(scenario, pool, _on_call_ranks(pool, fleet))
            pool.presence[:] = np.where(np.isnan(fixed), week, fixed)
            _add_station_gain(scenario, pool)


def _stated(pool: Pool, fleet: Fleet) -> dict[int, float]:
    """Return the availability stated for pumps of a pool, by their rank."""
    every = {i: fleet[key].availability for i, key in enumerate(pool.pumps)}
    return {i: value for i, value in every.items() if value is not None}


def _own_level(scenario: Scenario, pool: Pool, given: dict[int, float], pattern: F64) -> float:
    goal = crewed_share(scenario, float(np.mean(list(given.values()))))
    week = _week_of(pattern, day_crew_hours(scenario))
    level = _level([(pool, list(given), week)], goal * len(given))
    if level is None:
        name = f"appliances.{pool.pumps[min(given)]}.availability"
        raise unreachable(scenario, name, goal, "is more than the station's people can give")
    return level


def _common_week(scenario: Scenario, pools: list[Pool], fleet: Fleet) -> F64 | None:
    """Return the presence (168,) that pools without a stated availability share; None if there are none."""
    pattern = on_call_pattern(scenario)
    day = day_crew_hours(scenario)
    week = _week_of(pattern, day)
    pools = [pool for pool in pools if pool.plan.duty == Duty.ON_CALL]
    counted = {id(pool): _on_call_ranks(pool, fleet) for pool in pools}
    wanted = crewed_share(scenario, scenario.on_call.availability) * sum(map(len, counted.values()))
    rest = []
    for pool in pools:
        given = _stated(pool, fleet)
        if not given:
            rest.append(pool)
            continue
        wanted -= _expected(pool, counted[id(pool)], week, _own_level(scenario, pool, given, pattern))
    if not rest:
        return None
    shared = [_Shared(pool, counted[id(pool)], _fixed(scenario, pool, counted[id(pool)])) for pool in rest]
    wanted -= sum(
        _expected(each.pool, each.ranks, _week_of(each.fixed, day, ~each.free), 1.0) for each in shared
    )
    level = _level([each.part(pattern, day) for each in shared], wanted)
    if level is None:
        raise unreachable(
            scenario,
            "on_call.availability",
            scenario.on_call.availability,
            "cannot be reached by the people there are, given the availability stated for some appliances",
        )
    presence = np.minimum(1.0, level * pattern)
    for group in hour_groups(scenario.on_call):
        if group.gain != 0.0:
            presence[group.hours] = _gained(scenario, shared, group, level)
    return presence


def _gained(scenario: Scenario, shared: list[_Shared], group: HourGroup, level: float) -> float:
    """Return the presence in a group of hours at which the mean over the pumps is higher by the group's gain."""
    day, factor = day_crew_hours(scenario), np.full(HOURS_OF_WEEK, group.factor)
    parts = [each.part(factor, day, group.hours) for each in shared]
    whole = (
        sum(len(each.ranks) * np.count_nonzero(each.free & group.hours) for each in shared) / HOURS_OF_WEEK
    )
    now = sum(_expected(*part, level) for part in parts)
    raised = _level(parts, now + limited(group.gain / _working(scenario) * whole, now))
    if raised is None:
        name = f"on_call.{group.name}_gain"
        problem = f"on top of {now / max(whole, 1e-9):.1%} is more, or less, than people can give"
        raise unreachable(scenario, name, group.gain, problem)
    return min(1.0, raised * group.factor)


def _add_station_gain(scenario: Scenario, pool: Pool) -> None:
    """Shift a pool's presence so that its pumps' mean availability is higher by its station's gain."""
    gain = scenario.stations[pool.plan.station].availability_gain
    if gain == 0.0 or not pool.pumps:
        return
    ranks = list(range(len(pool.pumps)))
    week = _week_of(pool.presence[0], day_crew_hours(scenario))
    common = _expected(pool, ranks, week, 1.0)
    goal = common + limited(gain / _working(scenario) * len(ranks), common)
    level = _level([(pool, ranks, week)], goal)
    if level is None:
        name = f"stations.{pool.plan.station}.availability_gain"
        problem = (
            f"on top of on_call.availability = {scenario.on_call.availability:g} is more than the station's people "
            "can give"
        )
        raise unreachable(scenario, name, gain, problem)
    pool.presence[:] = np.minimum(1.0, level * pool.presence)


def limited(gain: float, common: float) -> float:
    """Return a gain that takes no more than there is, and gives no more than as much again.

    Where hardly anybody is there (a strike, say) a gain that was stated for ordinary times must not outweigh that.
    """
    return min(max(gain, -common), common)


def unreachable(scenario: Scenario, where: str, value: float, problem: str) -> ScenarioError:
    """Return the error of an availability that the people there are cannot give."""
    remedy = "lower it, or post more people (riders_per_pump, people_first_pump, on_call_people)"
    return ScenarioError([ScenarioFault(scenario.name, where, f"{value:g}", problem, remedy)])


class _Week(NamedTuple):
    """Hours of the week by their level of the pattern: those in which the day crews are on duty, and the others."""

    values: tuple[F64, F64]
    hours: tuple[NDArray[np.int64], NDArray[np.int64]]


def _week_of(pattern: F64, day: Bool, within: Bool | None = None) -> _Week:
    """Return the levels of a pattern, of all hours or of those ``within``."""
    parts = (day, ~day) if within is None else (day & within, ~day & within)
    values, hours = zip(*(np.unique(pattern[part], return_counts=True) for part in parts), strict=True)
    return _Week(values, hours)


class _Shared(NamedTuple):
    """A pool that shares the common level, the ranks that count, and the presence (168,) that is not the level's."""

    pool: Pool
    ranks: list[int]
    fixed: F64  # NaN where the common level decides

    @property
    def free(self) -> Bool:
        """The hours that the common level decides."""
        return np.isnan(self.fixed)

    def part(self, pattern: F64, day: Bool, within: Bool | None = None) -> _Part:
        """Return the pool in the hours that the common level decides, of those ``within``."""
        free = self.free if within is None else self.free & within
        return self.pool, self.ranks, _week_of(pattern, day, free)


_Part = tuple[Pool, list[int], _Week]


def _on_call_ranks(pool: Pool, fleet: Fleet) -> list[int]:
    return [i for i, key in enumerate(pool.pumps) if fleet[key].crewing == "on_call"]


def _fixed(scenario: Scenario, pool: Pool, ranks: list[int]) -> F64:
    """Return the presence (168,) of a pool's people where its hours are stated, NaN elsewhere.

    Raises ScenarioError if the people there cannot give what is stated.
    """
    fixed = np.full(HOURS_OF_WEEK, np.nan)
    if pool.hours is None:
        return fixed
    day = day_crew_hours(scenario)
    for part, in_day in ((day, True), (~day, False)):
        theirs = [r for r in range(len(pool.minima)) if not (in_day and r in pool.day_crewed)]
        counted = [position for position, r in enumerate(theirs) if r in ranks or not ranks]
        hours = part & np.isfinite(pool.hours)
        if not counted or not hours.any():
            continue
        shares = np.minimum(1.0, pool.hours[hours] / _working(scenario))
        minima = [pool.minima[r] for r in theirs]
        fixed[hours] = presence_for(pool.skill, minima, pool.ba_needed, counted, shares)
        if np.isnan(fixed[hours]).any():
            most = float(pool.hours[hours].max())
            name = f"on_call_hours.{pool.plan.station}"
            raise unreachable(scenario, name, most, "is more than the station's people can give in some hour")
    return fixed


def _expected(pool: Pool, ranks: list[int], week: _Week, level: float) -> float:
    """Return the mean number on the run, over the week, of the pool's pumps of these ranks.

    While the day crews are on duty, the on-call people crew only the pumps that have no day crew. Of a part of
    the week, what it gives to the mean over the whole.
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


def _level(parts: list[_Part], wanted: float) -> float | None:
    """Return the common level at which the pools' pumps on the run add up to ``wanted``; None if out of reach."""

    def reached(level: float) -> float:
        return sum(_expected(*part, level) for part in parts)

    lowest = [v.min() for _, ranks, week in parts if ranks for v in week.values if len(v)]
    if not lowest:
        return 1.0
    high = float(1.0 / max(1e-9, min(lowest)))
    if not 0.0 <= wanted <= reached(high) + 1e-9:
        return None
    return _bisected(reached, wanted, high)


def _bisected(reached: Callable[[float], float], wanted: float, high: float) -> float:
    low = 0.0
    for _ in range(_BISECTIONS):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if reached(middle) < wanted else (low, middle)
    return high
