"""Whether a core station is covered, and when a review is due: ``sim.engine.cover.reviews``."""

from __future__ import annotations

import math

import numpy as np

from sim.compiled import layout as at
from sim.compiled.clock import put
from sim.compiled.crews import U64, enough, plus
from sim.compiled.fleet import left_in, mode_of, need_of, unit_pool
from sim.compiled.kernel import kernel
from sim.compiled.memory import Memory, moves_at, pools_at, reals, sites_at, units_at, wholes
from sim.engine.order import Happening
from sim.world.codes import Mode

_NAN = math.nan
_NOBODY, _ONE = np.uint64(0), np.uint64(1)
_COVER_REVIEW = int(Happening.COVER_REVIEW)
_IMMEDIATE, _ON_CALL, _MECHANICAL = int(Mode.IMMEDIATE), int(Mode.ON_CALL), int(Mode.MECHANICAL)


@kernel
def on_the_run(m: Memory, unit: int) -> bool:
    """Return whether an appliance is rostered on the run now."""
    mode = mode_of(m, m[at.SLOT], unit)
    return mode in (_IMMEDIATE, _ON_CALL)


@kernel
def crewable(m: Memory, pool: int, left: U64, count: int) -> U64:
    """Return which of the ``count`` appliances in ``SOME`` those left in a pool can crew; pumps first, by rank."""
    some, units = wholes(m, at.SOME), units_at(m, at.UNITS)
    total, answer = (0, 0, 0, 0), _NOBODY
    for number in range(count):
        need = need_of(m, some[number])
        if units[some[number]]["pump"]:
            with_it = plus(total, need)
            if enough(m, pool, left, with_it):
                total = with_it
                answer |= _ONE << np.uint64(number)
        elif enough(m, pool, left, need):
            answer |= _ONE << np.uint64(number)
    return answer


@kernel
def own_crew(m: Memory, unit: int) -> bool:
    """Return whether an appliance at home has a crew of its own; one that people moved have crewed is at home."""
    if not on_the_run(m, unit):
        return False
    slot, units, some = m[at.SLOT], units_at(m, at.UNITS), wholes(m, at.SOME)
    pool = unit_pool(m, slot, unit)
    if pool < 0 or pools_at(m, at.POOLS)[pool]["out"] == _NOBODY:
        return True
    one, members = pools_at(m, at.POOLS)[pool], wholes(m, at.MEMBERS)
    count, place = 0, 0
    for number in range(one["first_member"], one["first_member"] + one["members"]):
        other = members[number]
        if other == unit:
            place = count
        elif (
            units[other]["away"]
            or mode_of(m, slot, other) == _MECHANICAL
            or unit_pool(m, slot, other) != pool
        ):
            continue
        some[count] = other
        count += 1
    can = crewable(m, pool, left_in(m, pool, slot), count)
    return bool((can >> np.uint64(place)) & _ONE)


@kernel
def own_ready(m: Memory, site: int) -> bool:
    """Return whether a station has a pump at home with a crew of its own to be had."""
    one, pumps, units = sites_at(m, at.SITES)[site], wholes(m, at.PUMPS_AT), units_at(m, at.UNITS)
    for number in range(one["first_pump"], one["first_pump"] + one["pumps"]):
        unit = pumps[number]
        move = units[unit]["move"]
        crewed_by_others = move >= 0 and moves_at(m, at.MOVES)[move]["people"] != 0
        if (not units[unit]["away"] or crewed_by_others) and own_crew(m, unit):
            return True
    return False


@kernel
def delay_of(m: Memory, site: int) -> float:
    """Return for how many minutes a core station, or the group that it stands for, may be empty."""
    parameters = reals(m, at.PARAMETERS)
    return np.float64(
        parameters[at.GROUP_DELAY_MIN if sites_at(m, at.SITES)[site]["group"] >= 0 else at.COVER_DELAY_MIN]
    )


@kernel
def stood_by(m: Memory, site: int) -> bool:
    """Return whether a pump stands by at a station, or at one of its group."""
    sites = sites_at(m, at.SITES)
    group = sites[site]["group"]
    if group < 0:
        return bool(sites[site]["standing"] >= 0)
    mates, start = wholes(m, at.GROUPS), wholes(m, at.GROUP_START)
    for number in range(start[group], start[group + 1]):
        if sites[mates[number]]["standing"] >= 0:
            return True
    return False


@kernel
def look(m: Memory, site: int, now: float) -> None:
    """Note whether a core station is covered; plan a review if that asks for one."""
    one = sites_at(m, at.SITES)[site]
    if own_ready(m, site):
        one["empty_since"] = _NAN
        if stood_by(m, site):
            m[at.RESTORED] = 1
            plan(m, now)
    elif one["standing"] < 0 and math.isnan(one["empty_since"]):
        one["empty_since"] = now
        plan(m, now + delay_of(m, site))


@kernel
def plan(m: Memory, at_min: float) -> None:
    """Plan a review, unless one is planned for that moment; none is at or after the horizon."""
    if not at_min < reals(m, at.PARAMETERS)[at.HORIZON_MIN]:
        return
    planned = reals(m, at.PLANNED)
    for number in range(m[at.PLANNED_HELD]):
        if planned[number] == at_min:
            return
    planned[m[at.PLANNED_HELD]] = at_min
    m[at.PLANNED_HELD] += 1
    put(m, at_min, _COVER_REVIEW, 0, 0)


@kernel
def plan_one(m: Memory, now: float) -> None:
    """Plan a review after the delay, unless any is planned."""
    if m[at.PLANNED_HELD] == 0:
        plan(m, now + reals(m, at.PARAMETERS)[at.COVER_DELAY_MIN])


@kernel
def take_planned(m: Memory, at_min: float) -> None:
    """A review that was planned takes place."""
    planned = reals(m, at.PLANNED)
    for number in range(m[at.PLANNED_HELD]):
        if planned[number] == at_min:
            m[at.PLANNED_HELD] -= 1
            planned[number] = planned[m[at.PLANNED_HELD]]
            return
