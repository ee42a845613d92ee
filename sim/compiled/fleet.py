"""Where every appliance is, who is aboard, and how soon it could be anywhere: ``sim.engine.appliances``.

``BASE`` is control's turnout estimate of each appliance for the present slot, inf while it cannot be sent from home:
it is away, has no crew, or too few people are left in its pool. It is kept up as people and appliances come and go.
"""

from __future__ import annotations

import numpy as np

from sim.compiled import layout as at
from sim.compiled.crews import U64, enough, pick_crew, plus
from sim.compiled.kernel import kernel
from sim.compiled.memory import (
    Memory,
    codes,
    float_blocks,
    floats,
    pools_at,
    reals,
    units_at,
    whole_rows,
    wholes,
    word_rows,
)
from sim.compiled.nearest import first_least
from sim.compiled.travel import end_way, least_to_cell, minutes_to_cell
from sim.world.codes import Mode
from sim.world.fire import SLOT_MIN

_INF = np.float32(np.inf)
_NOBODY = np.uint64(0)
_MECHANICAL = int(Mode.MECHANICAL)


@kernel
def slot_of(m: Memory, time_min: float) -> int:
    """Return the roster slot of a time; the last one goes on after the horizon."""
    return min(int(time_min / SLOT_MIN), m[at.LAST_SLOT])


@kernel
def unit_pool(m: Memory, slot: int, unit: int) -> int:
    """Return the pool that crews an appliance in a slot, NONE for a neighbour's."""
    one = units_at(m, at.UNITS)[unit]
    if one["fallback"] >= 0 and codes(m, at.USES_FALLBACK)[wholes(m, at.HOUR)[slot], unit]:
        return int(one["fallback"])
    return int(one["pool"])


@kernel
def crewed_from(m: Memory, slot: int, unit: int, pool: int) -> bool:
    """Return whether an appliance that a pool may crew is the pool's in a slot."""
    one = units_at(m, at.UNITS)[unit]
    alone = one["pool"] < 0 or one["fallback"] < 0 or one["pool"] == one["fallback"]
    return alone or unit_pool(m, slot, unit) == pool


@kernel
def need_of(m: Memory, unit: int) -> tuple[int, int, int, int]:
    """Return what an appliance's crew must have: people, officers, drivers, wearers."""
    one = units_at(m, at.UNITS)[unit]
    return (one["minimum"], one["officers"], one["drivers"], one["wearers"])


@kernel
def mode_of(m: Memory, slot: int, unit: int) -> int:
    """Return the rostered mode of an appliance."""
    return int(codes(m, at.ROSTER)[slot, unit])


@kernel
def left_in(m: Memory, pool: int, slot: int) -> U64:
    """Return the mask of people on duty or available, and not away with an appliance."""
    return word_rows(m, at.PRESENT)[slot, pool] & ~pools_at(m, at.POOLS)[pool]["out"]


@kernel
def stands_by_for(m: Memory, slot: int, unit: int, pool: int) -> bool:
    """Return whether an appliance stands at home, works, and is the pool's to crew."""
    if units_at(m, at.UNITS)[unit]["away"] or codes(m, at.ROSTER)[slot, unit] == _MECHANICAL:
        return False
    return crewed_from(m, slot, unit, pool)


# -- the estimate at home ----------------------------------------------------------------------------------------


@kernel
def turn_to(m: Memory, now: float) -> None:
    """Make the slot of a time the present one."""
    m[at.SLOT] = slot_of(m, now)


@kernel
def keep_base(m: Memory) -> None:
    """Work ``BASE`` out for the present slot, unless that has been done."""
    slot = m[at.SLOT]
    if m[at.BASE_SLOT] == slot:
        return
    m[at.BASE_SLOT] = slot
    units, base, pools = units_at(m, at.UNITS), floats(m, at.BASE), pools_at(m, at.POOLS)
    delay = float_blocks(m, at.DELAY)[wholes(m, at.NIGHT)[slot]]
    mode = codes(m, at.ROSTER)[slot]
    for unit in range(base.size):
        base[unit] = _INF if units[unit]["away"] else delay[mode[unit], unit]
    for pool in range(pools.size):
        if pools[pool]["out"] != _NOBODY:
            _strike(m, pool)


@kernel
def _strike(m: Memory, pool: int) -> None:
    """Strike out the appliances at home whose crew cannot be had from those left in the pool."""
    slot, base, one = m[at.SLOT], floats(m, at.BASE), pools_at(m, at.POOLS)[pool]
    members, left = wholes(m, at.MEMBERS), left_in(m, pool, slot)
    total = (0, 0, 0, 0)
    for number in range(one["first_member"], one["first_member"] + one["members"]):
        unit = members[number]
        if not stands_by_for(m, slot, unit, pool):
            continue
        need = need_of(m, unit)
        if not units_at(m, at.UNITS)[unit]["pump"]:
            if not enough(m, pool, left, need):
                base[unit] = _INF
            continue
        with_it = plus(total, need)
        if enough(m, pool, left, with_it):
            total = with_it
        else:
            base[unit] = _INF


@kernel
def refresh(m: Memory, pool: int) -> None:
    """Work the estimate of a pool's appliances out anew: people or appliances have come or gone."""
    if m[at.BASE_SLOT] != m[at.SLOT]:
        return
    slot, base, one = m[at.SLOT], floats(m, at.BASE), pools_at(m, at.POOLS)[pool]
    delay = float_blocks(m, at.DELAY)[wholes(m, at.NIGHT)[slot]]
    members = wholes(m, at.MEMBERS)
    for number in range(one["first_member"], one["first_member"] + one["members"]):
        unit = members[number]
        if crewed_from(m, slot, unit, pool):
            base[unit] = _INF if units_at(m, at.UNITS)[unit]["away"] else delay[mode_of(m, slot, unit), unit]
    if one["out"] != _NOBODY:
        _strike(m, pool)


@kernel
def _refresh_pools_of(m: Memory, unit: int) -> None:
    one = units_at(m, at.UNITS)[unit]
    if one["pool"] >= 0:
        refresh(m, one["pool"])
    if one["fallback"] >= 0 and one["fallback"] != one["pool"]:
        refresh(m, one["fallback"])


# -- who is where ----------------------------------------------------------------------------------------------


@kernel
def put_aboard(m: Memory, unit: int, pool: int, crew: U64) -> None:
    """Note who rides an appliance: people of a pool; NONE and 0 for nobody."""
    units_at(m, at.UNITS)[unit]["aboard_pool"] = pool
    units_at(m, at.UNITS)[unit]["aboard"] = crew


@kernel
def people_out(m: Memory, pool: int, people: U64) -> None:
    """People are away from their pool."""
    pools_at(m, at.POOLS)[pool]["out"] |= people
    refresh(m, pool)


@kernel
def people_back(m: Memory, pool: int, people: U64) -> None:
    """People are back in their pool."""
    pools_at(m, at.POOLS)[pool]["out"] &= ~people
    refresh(m, pool)


@kernel
def leave(m: Memory, unit: int) -> None:
    """An appliance no longer waits at home."""
    units_at(m, at.UNITS)[unit]["away"] = 1
    floats(m, at.BASE)[unit] = _INF
    _refresh_pools_of(m, unit)


@kernel
def stay(m: Memory, unit: int) -> None:
    """An appliance waits at home again."""
    units_at(m, at.UNITS)[unit]["away"] = 0
    if m[at.BASE_SLOT] == m[at.SLOT]:
        slot = m[at.SLOT]
        delay = float_blocks(m, at.DELAY)
        floats(m, at.BASE)[unit] = delay[wholes(m, at.NIGHT)[slot], mode_of(m, slot, unit), unit]
    _refresh_pools_of(m, unit)


@kernel
def take_crew(m: Memory, unit: int, pool: int, crew: U64) -> None:
    """Put people of a pool aboard an appliance; it is away until ``bring_home``."""
    put_aboard(m, unit, pool, crew)
    if crew != _NOBODY:
        pools_at(m, at.POOLS)[pool]["out"] |= crew
    leave(m, unit)


@kernel
def bring_home(m: Memory, unit: int) -> None:
    """Put an appliance back at its station and its people back in their pool."""
    end_way(m, unit)
    pool, crew = units_at(m, at.UNITS)[unit]["aboard_pool"], units_at(m, at.UNITS)[unit]["aboard"]
    put_aboard(m, unit, at.NONE, _NOBODY)
    if crew != _NOBODY:
        pools_at(m, at.POOLS)[pool]["out"] &= ~crew
        refresh(m, pool)
    stay(m, unit)


@kernel
def choose_crew(m: Memory, unit: int, pool: int, slot: int, mustering: bool) -> tuple[U64, float]:
    """Return the people who ride an appliance at home and when they are ready (minutes after the alert).

    They leave the other pumps of the pool at home crewable where that is possible.
    """
    units, needs, members = units_at(m, at.UNITS), whole_rows(m, at.NEEDS), wholes(m, at.MEMBERS)
    one = pools_at(m, at.POOLS)[pool]
    following = 0
    for number in range(one["first_member"], one["first_member"] + one["members"]):
        other = members[number]
        if other != unit and units[other]["pump"] and stands_by_for(m, slot, other, pool):
            need = need_of(m, other)
            needs[following, 0], needs[following, 1] = need[0], need[1]
            needs[following, 2], needs[following, 3] = need[2], need[3]
            following += 1
    preferred = units[unit]["preferred"]
    return pick_crew(m, pool, left_in(m, pool, slot), need_of(m, unit), preferred, mustering, following)


# -- how soon --------------------------------------------------------------------------------------------------


@kernel
def estimate_all(m: Memory, now: float, cell: int, over_border: int, capability: int) -> None:
    """Put control's estimate of the appliances that may be sent to a cell into ``ESTIMATE``, inf for the others.

    Of an appliance on the road it is only the least that it can be, until ``choose`` has looked at its way.
    """
    keep_base(m)
    estimate, base = floats(m, at.ESTIMATE), floats(m, at.BASE)
    strike = float_blocks(m, at.STRIKES)[over_border, capability + 1]
    band = wholes(m, at.BAND)[m[at.SLOT]]
    eta = float_blocks(m, at.HOME_ETA)[band, cell]
    for unit in range(estimate.size):
        estimate[unit] = (base[unit] + eta[unit]) + strike[unit]
    road, cab_min = wholes(m, at.ON_ROAD), reals(m, at.PARAMETERS)[at.CAB_MIN]
    for number in range(m[at.ON_ROAD_HELD]):
        unit = road[number]
        least = np.float32(cab_min + least_to_cell(m, unit, now, band, cell))
        estimate[unit] = least + strike[unit]


@kernel
def minutes_under_way(m: Memory, unit: int, now: float, cell: int) -> float:
    """Return minutes to a cell of an appliance under way or on standby, its crew in the cab."""
    band = wholes(m, at.BAND)[m[at.SLOT]]
    return minutes_to_cell(m, unit, now, band, cell, reals(m, at.PARAMETERS)[at.CAB_MIN])


@kernel
def choose(m: Memory, now: float, cell: int) -> int:
    """Return the appliance with the least estimate, NONE if none can be sent: ``sim.decisions.nearest``."""
    estimate, units = floats(m, at.ESTIMATE), units_at(m, at.UNITS)
    while True:
        unit = first_least(estimate, estimate.size)
        if not estimate[unit] < _INF:
            return at.NONE
        if units[unit]["origin"] < 0:
            return unit
        exact = np.float32(minutes_under_way(m, unit, now, cell))
        was_exact = not estimate[unit] < exact
        estimate[unit] = exact
        if was_exact:
            return unit
