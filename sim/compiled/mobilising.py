"""Mobilising fire appliances: ``sim.engine.fire.mobilising`` and ``turnout``."""

from __future__ import annotations

import numpy as np

from sim.compiled import chance, fleet, responses, waiting
from sim.compiled import layout as at
from sim.compiled.clock import put
from sim.compiled.cover import listening as cover
from sim.compiled.crews import U64
from sim.compiled.kernel import kernel
from sim.compiled.memory import (
    Memory,
    fails_at,
    float_blocks,
    floats,
    pools_at,
    reals,
    rows_at,
    units_at,
    waiting_at,
    whole_rows,
    wholes,
)
from sim.compiled.travel import end_way, minutes_between, place_of, set_out
from sim.decisions import fire_dispatch
from sim.engine.order import Happening
from sim.world.codes import Mode, Origin, Outcome, Reason

_INF = np.float32(np.inf)
_NOBODY = np.uint64(0)
_FAILED, _NONE_CAN_GO = -1, -2
_PUMP = fire_dispatch.PUMP
_IMMEDIATE, _ON_CALL = int(Mode.IMMEDIATE), int(Mode.ON_CALL)
_HOME, _RETURNING = int(Origin.HOME), int(Origin.RETURNING)
_ATTENDED = int(Outcome.ATTENDED)
_QUICKEST, _REPLACEMENT, _QUEUED = int(Reason.QUICKEST), int(Reason.REPLACEMENT), int(Reason.QUEUED)
_MAKE_UP_REASON, _CAPABILITY = int(Reason.MAKE_UP), int(Reason.CAPABILITY)
_ARRIVES, _LEAVES = int(Happening.APPLIANCE_ARRIVES), int(Happening.APPLIANCE_LEAVES)
_COMES_HOME, _MAKE_UP = int(Happening.APPLIANCE_HOME), int(Happening.MAKE_UP)
_FAILURE_FOUND = int(Happening.FAILURE_FOUND)

is_brought = kernel(fire_dispatch.is_brought)
alert_is_lost = kernel(fire_dispatch.alert_is_lost)


# -- sending ---------------------------------------------------------------------------------------------------


@kernel
def open_incident(m: Memory, row: int, now: float) -> None:
    """A call has been handled: send its attendance, and wait for a make-up if there will be one."""
    one = rows_at(m, at.ROWS)[row]
    variants, capabilities = whole_rows(m, at.VARIANTS), wholes(m, at.CAPABILITIES)
    one["awaited"] = int(one["makeup_pumps"] != 0)
    variant = one["variant"]
    _send(m, row, _PUMP, variants[variant, 0], _QUICKEST, now, at.NONE)
    for number in range(variants[variant, 1], variants[variant, 2]):
        if not is_brought(capabilities[number], one["brought"]):
            _send(m, row, capabilities[number], 1, _CAPABILITY, now, at.NONE)


@kernel
def make_up(m: Memory, row: int, now: float) -> None:
    """Send the pumps that the officer at the scene asks for."""
    one = rows_at(m, at.ROWS)[row]
    one["makeup"] += one["makeup_pumps"]
    _send(m, row, _PUMP, one["makeup_pumps"], _MAKE_UP_REASON, now, at.NONE)


@kernel
def replace(m: Memory, number: int, now: float) -> None:
    """Send another in place of one that the alert did not reach; that one again only if there is no other."""
    fail = fails_at(m, at.FAILS)[number]
    _send(m, fail["row"], fail["capability"], 1, _REPLACEMENT, now, fail["unit"])


@kernel
def _send(m: Memory, row: int, capability: int, pumps: int, reason: int, now: float, unreached: int) -> None:
    """Send the quickest so many of a kind; a pump that is not to be had is waited for."""
    _estimate(m, row, capability, now)
    if unreached >= 0:
        _leave_out(m, unreached)
    for left in range(pumps - 1, -1, -1):
        pool = _send_one(m, row, capability, reason, now)
        if pool == _NONE_CAN_GO:
            _do_without(m, row, capability, now)
        elif left > 0 and pool >= 0:
            _strike_from(m, pool)


@kernel
def _estimate(m: Memory, row: int, capability: int, now: float) -> None:
    one = rows_at(m, at.ROWS)[row]
    over_border = wholes(m, at.OVER_BORDER)[one["type"]]
    fleet.estimate_all(m, now, one["cell"], over_border, capability)


@kernel
def _leave_out(m: Memory, unreached: int) -> None:
    """Strike out the appliance that an alert did not reach, unless there is no other."""
    estimate = floats(m, at.ESTIMATE)
    can = 0
    for unit in range(estimate.size):
        can += estimate[unit] < _INF
    if can > 1:
        estimate[unreached] = _INF


@kernel
def _strike_from(m: Memory, pool: int) -> None:
    """Strike out those at home that a pool can no longer crew."""
    fleet.keep_base(m)
    estimate, base = floats(m, at.ESTIMATE), floats(m, at.BASE)
    members, one = wholes(m, at.MEMBERS), pools_at(m, at.POOLS)[pool]
    for number in range(one["first_member"], one["first_member"] + one["members"]):
        unit = members[number]
        if fleet.stands_by_for(m, m[at.SLOT], unit, pool) and not base[unit] < _INF:
            estimate[unit] = _INF


@kernel
def _do_without(m: Memory, row: int, capability: int, now: float) -> None:
    """Nothing is free for a part of an attendance: ``sim.decisions.fire_dispatch.when_none_is_free``."""
    one = rows_at(m, at.ROWS)[row]
    if capability >= 0:
        one["without"] += 1
    elif m[at.QUEUES]:
        waiting.let_wait(m, row, capability, now, wholes(m, at.OVER_BORDER)[one["type"]])
    else:
        one["lost"] += 1


@kernel
def _send_one(m: Memory, row: int, capability: int, reason: int, now: float) -> int:
    """Alert the appliance that is quickest; return the pool of its crew, or that the alert failed, or that none can."""
    estimate = floats(m, at.ESTIMATE)
    unit = fleet.choose(m, now, rows_at(m, at.ROWS)[row]["cell"])
    if unit < 0:
        return _NONE_CAN_GO
    minutes = np.float64(estimate[unit])
    estimate[unit] = _INF
    if chance.failed(m, row, unit) and alert_is_lost(reason, True, _was_unreached(m, row, unit)):
        _fail(m, row, unit, capability, reason, now, minutes)
        return _FAILED
    return _mobilise(m, row, unit, capability, reason, now, minutes)


@kernel
def _was_unreached(m: Memory, row: int, unit: int) -> bool:
    """Return whether an alert to an appliance for an incident has failed before."""
    fails = fails_at(m, at.FAILS)
    number = rows_at(m, at.ROWS)[row]["fails"]
    while number >= 0:
        if fails[number]["unit"] == unit:
            return True
        number = fails[number]["after"]
    return False


@kernel
def _origin_of(m: Memory, unit: int) -> int:
    return max(_HOME, units_at(m, at.UNITS)[unit]["origin"])


@kernel
def _place_of(m: Memory, unit: int, now: float) -> int:
    """Return the place that an appliance is at or about to reach."""
    one = units_at(m, at.UNITS)[unit]
    return int(m[at.CELLS] + one["site"]) if one["origin"] < 0 else place_of(m, unit, now)


@kernel
def _fail(
    m: Memory, row: int, unit: int, capability: int, reason: int, now: float, estimate_min: float
) -> None:
    """Log an alert that did not reach its appliance; control finds out later."""
    one, number = rows_at(m, at.ROWS)[row], m[at.FAILS_HELD]
    fail = fails_at(m, at.FAILS)[number]
    m[at.FAILS_HELD] += 1
    fail["row"], fail["unit"], fail["capability"], fail["after"] = row, unit, capability, one["fails"]
    one["fails"] = number
    one["failures"] += 1
    mode = fleet.mode_of(m, m[at.SLOT], unit)
    origin, place = _origin_of(m, unit), _place_of(m, unit, now)
    responses.not_alerted(m, unit, row, reason, capability, origin, place, mode, now, estimate_min)
    found_min = now + reals(m, at.PARAMETERS)[at.FAILURE_FOUND_MIN]
    put(m, found_min, _FAILURE_FOUND, (row << 16) | unit, number)


@kernel
def _mobilise(
    m: Memory, row: int, unit: int, capability: int, reason: int, now: float, estimate_min: float
) -> int:
    """Alert an appliance with a crew aboard; return the pool of the crew."""
    one, incident = units_at(m, at.UNITS)[unit], rows_at(m, at.ROWS)[row]
    origin, place = _origin_of(m, unit), _place_of(m, unit, now)
    journey, turnout_factor = chance.factors(m, row, unit)
    if origin == _HOME:
        slot = m[at.SLOT]
        mode = fleet.mode_of(m, slot, unit)
        pool, crew, turnout = _crew_up(m, row, unit, slot, mode, turnout_factor)
        fleet.take_crew(m, unit, pool, crew)
        if m[at.LISTENS]:
            cover.left_home(m, unit, row, now)
        road = np.float64(float_blocks(m, at.HOME_ETA)[wholes(m, at.BAND)[slot], incident["cell"], unit])
    else:
        mode = _IMMEDIATE
        pool, crew = one["aboard_pool"], one["aboard"]
        turnout = reals(m, at.PARAMETERS)[at.CAB_MIN]
        road = fleet.minutes_under_way(m, unit, now, incident["cell"]) - turnout
        end_way(m, unit)
        _end(m, unit, now)
        if m[at.LISTENS]:
            cover.sent_on(m, unit, row, now)
    responses.begin(m, unit, row, reason, capability, now, estimate_min)
    one["from_origin"], one["from_place"], one["mode"] = origin, place, mode
    one["crew_pool"], one["crew"] = pool, crew
    one["turnout_min"] = turnout
    one["travel_min"] = road * incident["traffic"] * journey
    responses.sent(m, row, unit, now)
    one["event"] = put(m, now + responses.journey_min(m, unit), _ARRIVES, unit, unit)
    return int(pool)


@kernel
def _crew_up(
    m: Memory, row: int, unit: int, slot: int, mode: int, turnout_factor: float
) -> tuple[int, U64, float]:
    """Return pool, people aboard and turnout minutes of an appliance alerted at home."""
    one = units_at(m, at.UNITS)[unit]
    pool = fleet.unit_pool(m, slot, unit)
    if mode == _ON_CALL and pool >= 0:
        chance.muster(m, row, pool)
        crew, ready = fleet.choose_crew(m, unit, pool, slot, True)
        return pool, crew, ready
    median = one["on_call"]
    if mode == _IMMEDIATE:
        median = one["immediate_night"] if wholes(m, at.NIGHT)[slot] else one["immediate_day"]
    turnout = median * turnout_factor
    if pool < 0:
        return at.NONE, _NOBODY, turnout
    crew, _ = fleet.choose_crew(m, unit, pool, slot, False)
    return pool, crew, turnout


# -- what becomes of a response -----------------------------------------------------------------------------------


@kernel
def arrive(m: Memory, unit: int, now: float) -> None:
    """An appliance is at the scene; the first pump's officer may ask for more after a while."""
    one = units_at(m, at.UNITS)[unit]
    one["arrived_min"] = now
    incident = rows_at(m, at.ROWS)[one["row"]]
    if responses.arrived(m, one["row"], unit, now) and incident["awaited"]:
        incident["awaited"] = 0
        put(m, now + incident["makeup_after_min"], _MAKE_UP, one["row"], one["row"])
    leaves_min = now + chance.scene_min(m, one["row"], one["order"])
    one["event"] = put(m, leaves_min, _LEAVES, unit, unit)


@kernel
def release(m: Memory, unit: int, now: float) -> None:
    """Free an appliance at the scene and start it home."""
    one = units_at(m, at.UNITS)[unit]
    incident = rows_at(m, at.ROWS)[one["row"]]
    one["released_min"] = now
    incident["closed_min"] = now
    band, home = wholes(m, at.BAND)[m[at.SLOT]], m[at.CELLS] + one["site"]
    blue_min = minutes_between(m, band, incident["cell"], home)
    return_min = blue_min * reals(m, at.PARAMETERS)[at.RETURN_FACTOR]
    set_out(m, unit, _RETURNING, incident["cell"], home, now, return_min, blue_min, band)
    one["event"] = put(m, now + return_min, _COMES_HOME, unit, unit)
    if waiting.anything(m):
        serve(m, now)


@kernel
def come_home(m: Memory, unit: int, now: float) -> None:
    """An appliance is back at its station."""
    _end(m, unit, now)
    fleet.bring_home(m, unit)
    if m[at.LISTENS]:
        cover.came_home(m, unit, now)
    serve(m, now)


@kernel
def _end(m: Memory, unit: int, now: float) -> None:
    """Write the response that an appliance has been returning from, if any."""
    if units_at(m, at.UNITS)[unit]["row"] >= 0:
        responses.end(m, unit, now, _ATTENDED)


# -- waiting incidents --------------------------------------------------------------------------------------------


@kernel
def serve(m: Memory, now: float) -> None:
    """Send whatever is free now to the incidents that wait, oldest first.

    Where none that may go to incidents of a kind (own, over the border) is free, the others of that kind are not
    asked: a long queue costs no more than a short one.
    """
    parts = waiting_at(m, at.WAITING_PARTS)
    before = (at.NONE, at.NONE)
    shut = (False, False)
    while True:
        which = waiting.next_to_ask(m, before, shut)
        if which < 0:
            return
        place = waiting.after(m, before, which)
        _estimate(m, parts[place]["row"], parts[place]["capability"], now)
        row, since_min = parts[place]["row"], parts[place]["since_min"]
        if _send_one(m, row, parts[place]["capability"], _QUEUED, now) != _NONE_CAN_GO:
            waiting.take_out(m, before[which], place, which)
            rows_at(m, at.ROWS)[row]["queued_min"] = max(
                rows_at(m, at.ROWS)[row]["queued_min"], now - since_min
            )
            continue
        if not _any_free(m, 0):
            return
        before = (place, before[1]) if which == 0 else (before[0], place)
        shut = (shut[0], shut[1] or not _any_free(m, 1))


@kernel
def _any_free(m: Memory, over_border: int) -> bool:
    """Return whether any pump could be sent anywhere, to incidents of a kind."""
    fleet.keep_base(m)
    base, strike = floats(m, at.BASE), float_blocks(m, at.STRIKES)[over_border, 0]
    units = units_at(m, at.UNITS)
    for unit in range(base.size):
        if strike[unit] == 0.0 and (base[unit] < _INF or units[unit]["on_road"] >= 0):
            return True
    return False
