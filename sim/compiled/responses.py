"""What is written of incidents and responses while they last: ``sim.log.incidents`` and ``sim.log.responses``."""

from __future__ import annotations

import math

import numpy as np

from sim.compiled import layout as at
from sim.compiled.kernel import kernel
from sim.compiled.memory import Memory, responses_at, rows_at, units_at
from sim.world.codes import Outcome

_NAN = math.nan
_DIVERTED, _NOT_ALERTED = int(Outcome.DIVERTED), int(Outcome.NOT_ALERTED)


@kernel
def next_order(m: Memory, row: int) -> int:
    """Return and count the position of the next unit sent to an incident."""
    order = rows_at(m, at.ROWS)[row]["order"]
    rows_at(m, at.ROWS)[row]["order"] = order + 1
    return int(order)


@kernel
def begin(
    m: Memory, unit: int, row: int, reason: int, capability: int, now: float, estimate_min: float
) -> None:
    """A unit is alerted for an incident; where it was, its crew and its journey are for the caller to add."""
    one = units_at(m, at.UNITS)[unit]
    one["row"] = row
    one["order"] = next_order(m, row)
    one["reason"] = reason
    one["capability_asked"] = capability
    one["decided_min"] = now
    one["estimate_min"] = estimate_min
    one["arrived_min"] = _NAN
    one["released_min"] = _NAN
    one["left_scene_min"] = _NAN
    one["tied_up"] = 0


@kernel
def journey_min(m: Memory, unit: int) -> float:
    """Return the minutes from a unit's alert to its arrival."""
    one = units_at(m, at.UNITS)[unit]
    return np.float64(one["turnout_min"] + one["travel_min"])


@kernel
def end(m: Memory, unit: int, ended_min: float, outcome: int) -> None:
    """Write a response. A unit called off before it moved, or before it came, has no such times."""
    one = units_at(m, at.UNITS)[unit]
    out = responses_at(m, at.RESPONSES)[m[at.RESPONSES_HELD]]
    m[at.RESPONSES_HELD] += 1
    departed = one["decided_min"] + one["turnout_min"]
    if outcome == _DIVERTED and ended_min < departed:
        departed = _NAN
    out["incident"] = one["row"]
    out["unit"] = unit
    out["order"] = one["order"]
    out["reason"] = one["reason"]
    out["capability"] = one["capability_asked"]
    out["origin"] = one["from_origin"]
    out["origin_place"] = one["from_place"]
    out["mode"] = one["mode"]
    out["pool"] = one["crew_pool"]
    out["crew"] = one["crew"]
    out["decided_min"] = one["decided_min"]
    out["alerted_min"] = one["decided_min"]
    out["estimate_min"] = one["estimate_min"]
    out["turnout_min"] = one["turnout_min"]
    out["travel_min"] = one["travel_min"]
    out["departed_min"] = departed
    out["arrived_min"] = one["arrived_min"]
    out["released_min"] = one["released_min"]
    out["ended_min"] = ended_min
    out["outcome"] = outcome
    left = one["left_scene_min"]
    out["left_scene_min"] = one["released_min"] if math.isnan(left) else left
    out["tied_up"] = one["tied_up"]
    one["row"] = at.NONE


@kernel
def not_alerted(
    m: Memory,
    unit: int,
    row: int,
    reason: int,
    capability: int,
    origin: int,
    place: int,
    mode: int,
    now: float,
    estimate_min: float,
) -> None:
    """Write an alert that did not reach its unit, which goes on with what it was at."""
    out = responses_at(m, at.RESPONSES)[m[at.RESPONSES_HELD]]
    m[at.RESPONSES_HELD] += 1
    out["incident"] = row
    out["unit"] = unit
    out["order"] = next_order(m, row)
    out["reason"] = reason
    out["capability"] = capability
    out["origin"] = origin
    out["origin_place"] = place
    out["mode"] = mode
    out["pool"] = at.NONE
    out["crew"] = np.uint64(0)
    out["decided_min"] = now
    out["alerted_min"] = _NAN
    out["estimate_min"] = estimate_min
    out["turnout_min"] = _NAN
    out["travel_min"] = _NAN
    out["departed_min"] = _NAN
    out["arrived_min"] = _NAN
    out["released_min"] = _NAN
    out["ended_min"] = now
    out["outcome"] = _NOT_ALERTED
    out["left_scene_min"] = _NAN
    out["tied_up"] = 0


@kernel
def sent(m: Memory, row: int, unit: int, now: float) -> None:
    """Note an appliance alerted."""
    one, sender = rows_at(m, at.ROWS)[row], units_at(m, at.UNITS)[unit]
    if math.isnan(one["first_alert_min"]):
        one["first_alert_min"] = now
    one["pumps_sent"] += sender["pump"]
    one["brought"] |= sender["capability"]


@kernel
def arrived(m: Memory, row: int, unit: int, now: float) -> bool:
    """Note an arrival; True if it is the first pump."""
    one = rows_at(m, at.ROWS)[row]
    if not units_at(m, at.UNITS)[unit]["pump"]:
        return False
    if one["first_unit"] < 0:
        one["first_unit"] = unit
        one["first_pump_min"] = now
        return True
    if math.isnan(one["second_pump_min"]):
        one["second_pump_min"] = now
    return False
