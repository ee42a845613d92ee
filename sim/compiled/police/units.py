"""Where the police units are, what they are doing, and how soon they could be anywhere: ``sim.engine.police.units``."""

from __future__ import annotations

import math

import numpy as np

from sim.compiled import layout as at
from sim.compiled.kernel import kernel
from sim.compiled.memory import (
    Memory,
    code_blocks,
    codes,
    float_blocks,
    floats,
    reals,
    units_at,
    whole_rows,
    wholes,
)
from sim.compiled.nearest import first_least
from sim.compiled.travel import (
    minutes_between,
    node_and_share,
    place_of,
    set_out,
    share_done,
    tree_min,
)
from sim.decisions import police_dispatch, positions
from sim.world.codes import Mode, Origin
from sim.world.fire import SLOT_MIN

_INF = np.float32(np.inf)
_DAY_SLOTS = 48
_IMMEDIATE, _RESERVED = int(Mode.IMMEDIATE), int(Mode.RESERVED)
_PATROL = int(Origin.PATROL)
_ROUNDING_MIN = police_dispatch.ROUNDING_MIN
_WAY_BACK = positions.WAY_BACK


@kernel
def turn_to(m: Memory, now: float) -> None:
    """Make the slot of a time the present one; after the horizon the last day comes again."""
    parameters = reals(m, at.PARAMETERS)
    if now < parameters[at.SLOT_END_MIN]:
        return
    slot, slots = int(now / SLOT_MIN), m[at.LAST_SLOT] + 1
    parameters[at.SLOT_END_MIN] = (slot + 1) * SLOT_MIN
    if slot >= slots:
        slot = max(slots - _DAY_SLOTS, 0) + (slot - slots) % min(_DAY_SLOTS, slots)
    m[at.POLICE_SLOT], m[at.POLICE_BAND] = slot, wholes(m, at.BAND)[slot]
    units, sites = units_at(m, at.UNITS), whole_rows(m, at.WAITING_SITE)
    for unit in range(units.size):
        if not units[unit]["way_end_min"] > now:
            units[unit]["site_now"] = sites[slot, unit]


@kernel
def in_hours(m: Memory, grade: int) -> bool:
    """Return whether work of a grade is assigned at this hour."""
    return codes(m, at.HOURS)[grade, m[at.POLICE_SLOT]] != 0


@kernel
def may_take(m: Memory, unit: int, diverts: bool) -> bool:
    """Return whether a unit is on duty for a grade that diverts, or for one that does not."""
    mode = codes(m, at.ROSTER)[m[at.POLICE_SLOT], unit]
    return mode == _IMMEDIATE or (diverts and mode == _RESERVED)


@kernel
def _way_back(m: Memory, unit: int, now: float) -> float:
    """Return what to take off the minutes from the end of a unit's way to have a bound below those from here."""
    one = units_at(m, at.UNITS)[unit]
    return np.float64(max(one["way_end_min"] - now, 0.0) * one["way_rate"])


# -- minutes --------------------------------------------------------------------------------------------------------


@kernel
def minutes_from(m: Memory, place: int, cell: int) -> float:
    """Return the minutes from a place to a cell."""
    band = m[at.POLICE_BAND]
    if place >= m[at.CELLS]:
        return np.float64(float_blocks(m, at.SITE_MIN)[band, cell, place - m[at.CELLS]])
    return minutes_between(m, band, place, cell)


@kernel
def _from_leg(m: Memory, unit: int, now: float, cell: int) -> float:
    """Return minutes to a cell of a unit on its way; one that has not moved yet may take any way."""
    one = units_at(m, at.UNITS)[unit]
    if now <= one["start_min"]:
        return minutes_from(m, one["start_place"], cell)
    done = share_done(one["start_min"], one["duration_min"], now)
    node, share = node_and_share(m, unit, done)
    ahead_min = (share - done) * one["blue_min"]
    if node < 0:
        return max(0.0, ahead_min) + minutes_from(m, one["end_place"], cell)
    return ahead_min + np.float64(tree_min(m, m[at.POLICE_BAND], node, cell))


@kernel
def _place_on_leg(m: Memory, unit: int, now: float) -> int:
    one = units_at(m, at.UNITS)[unit]
    return int(one["start_place"]) if now <= one["start_min"] else place_of(m, unit, now)


# -- free units -----------------------------------------------------------------------------------------------------


@kernel
def quickest_free(
    m: Memory, now: float, cell: int, factor: float, diverts: bool, kind: int, wider: int
) -> tuple[int, float]:
    """Return the free unit nearest to a cell and its minutes; NONE and inf if none can be sent."""
    units, estimate = units_at(m, at.UNITS), floats(m, at.ESTIMATE)
    may, mode = code_blocks(m, at.MAY)[kind, wider], codes(m, at.ROSTER)[m[at.POLICE_SLOT]]
    site_min = float_blocks(m, at.SITE_MIN)[m[at.POLICE_BAND], cell]
    for unit in range(units.size):
        estimate[unit] = _INF
        if not may[unit] or units[unit]["busy"]:
            continue
        if mode[unit] == _IMMEDIATE or (diverts and mode[unit] == _RESERVED):
            there = np.float64(site_min[units[unit]["site_now"]])
            estimate[unit] = np.float32(there - _way_back(m, unit, now))
    while True:
        best = first_least(estimate, units.size)
        if not estimate[best] < _INF:
            return at.NONE, math.inf
        if not units[best]["way_end_min"] > now:
            break
        exact = np.float32(_from_leg(m, best, now, cell))
        was_exact = not estimate[best] < exact
        estimate[best] = exact
        if was_exact:
            break
    return best, np.float64(estimate[best]) * factor


@kernel
def minutes_of_free(m: Memory, unit: int, now: float, cell: int) -> float:
    """Return a free unit's minutes to a cell."""
    one = units_at(m, at.UNITS)[unit]
    if one["way_end_min"] <= now:
        return np.float64(float_blocks(m, at.SITE_MIN)[m[at.POLICE_BAND], cell, one["site_now"]])
    return _from_leg(m, unit, now, cell)


@kernel
def place_of_free(m: Memory, unit: int, now: float) -> int:
    """Return the place (cell, or C + site) that a free unit is at or about to reach."""
    one = units_at(m, at.UNITS)[unit]
    if one["way_end_min"] <= now:
        return int(m[at.CELLS] + one["site_now"])
    return _place_on_leg(m, unit, now)


# -- units at work --------------------------------------------------------------------------------------------------


@kernel
def at_scene(m: Memory, unit: int) -> bool:
    """Return whether the unit of a response has arrived."""
    return not math.isnan(units_at(m, at.UNITS)[unit]["arrived_min"])


@kernel
def find_divertible(m: Memory, now: float, grade: int, kind: int, wider: int) -> int:
    """Put the units on lower work that may be taken off it into ``AT_WORK``, ascending; return how many there are."""
    units, found, may = units_at(m, at.UNITS), wholes(m, at.AT_WORK), code_blocks(m, at.MAY)[kind, wider]
    count = 0
    for unit in range(units.size):
        one = units[unit]
        if one["work_grade"] <= grade or not may[unit] or not may_take(m, unit, True):
            continue
        if one["leave_from_min"] <= now + _ROUNDING_MIN:
            found[count] = unit
            count += 1
    return count


@kernel
def divertible_from(m: Memory, now: float, grade: int, kind: int, wider: int) -> float:
    """Return when the next unit at the scene of lower work will have been there long enough; inf if none."""
    units, may = units_at(m, at.UNITS), code_blocks(m, at.MAY)[kind, wider]
    soonest = math.inf
    for unit in range(units.size):
        one = units[unit]
        if one["work_grade"] <= grade or not may[unit] or not may_take(m, unit, True):
            continue
        if now + _ROUNDING_MIN < one["leave_from_min"] < soonest:
            soonest = one["leave_from_min"]
    return soonest


@kernel
def quickest_divertible(
    m: Memory, now: float, cell: int, factor: float, count: int, within_min: float
) -> tuple[int, float]:
    """Return the nearest of the units in ``AT_WORK`` and its minutes, or a lower bound if over ``within_min``."""
    units, found, minutes = units_at(m, at.UNITS), wholes(m, at.AT_WORK), floats(m, at.BOUNDS)
    for number in range(count):
        unit = found[number]
        there = minutes_between(m, m[at.POLICE_BAND], units[unit]["work_cell"], cell)
        minutes[number] = np.float32(there - _way_back(m, unit, now))
    while True:
        best = first_least(minutes, count)
        if not minutes[best] < _INF:
            return at.NONE, math.inf
        unit = found[best]
        if units[unit]["way_end_min"] <= now or np.float64(minutes[best]) * factor > within_min:
            break
        exact = np.float32(minutes_at_work(m, unit, now, cell))
        was_exact = not minutes[best] < exact
        minutes[best] = exact
        if was_exact:
            break
    return found[best], np.float64(minutes[best]) * factor


@kernel
def minutes_at_work(m: Memory, unit: int, now: float, cell: int) -> float:
    """Return the minutes to a cell of a unit on the way to, or at the scene of, an incident."""
    one = units_at(m, at.UNITS)[unit]
    if at_scene(m, unit):
        return minutes_from(m, one["work_cell"], cell)
    return _from_leg(m, unit, max(now, one["start_min"]), cell)


@kernel
def place_at_work(m: Memory, unit: int, now: float) -> int:
    """Return the place that a unit with an assignment is at or about to reach."""
    one = units_at(m, at.UNITS)[unit]
    if at_scene(m, unit):
        return int(one["work_cell"])
    return _place_on_leg(m, unit, max(now, one["start_min"]))


# -- changes --------------------------------------------------------------------------------------------------------


@kernel
def put_to_work(m: Memory, unit: int, place: int, cell: int, work_grade: int, road_min: float) -> None:
    """Let a unit set out from a place for its response, which is begun, at a cell; the grade if it may leave it."""
    one = units_at(m, at.UNITS)[unit]
    departed_min, travel_min = one["decided_min"] + one["turnout_min"], one["travel_min"]
    set_out(m, unit, _PATROL, place, cell, departed_min, travel_min, road_min, m[at.POLICE_BAND])
    one["busy"] = 1
    _set_way(m, unit, departed_min + travel_min, travel_min, road_min)
    one["work_grade"] = work_grade
    one["work_cell"] = cell
    one["leave_from_min"] = -math.inf


@kernel
def _set_way(m: Memory, unit: int, end_min: float, minutes: float, road_min: float) -> None:
    one = units_at(m, at.UNITS)[unit]
    one["way_end_min"] = end_min
    one["way_rate"] = _WAY_BACK * road_min / minutes if minutes > 0.0 else 0.0


@kernel
def set_free(m: Memory, unit: int, place: int, now: float) -> float:
    """Let a unit drive from a place to its waiting place; return when it will be there."""
    one, band = units_at(m, at.UNITS)[unit], m[at.POLICE_BAND]
    one["busy"] = 0
    site = whole_rows(m, at.WAITING_SITE)[m[at.POLICE_SLOT], unit]
    one["site_now"] = site
    road = minutes_between(m, band, place, m[at.CELLS] + site)
    if place >= m[at.CELLS]:
        road = float(float_blocks(m, at.APART)[band, place - m[at.CELLS], site])
    minutes = road * reals(m, at.PARAMETERS)[at.ORDINARY_FACTOR]
    set_out(m, unit, _PATROL, place, m[at.CELLS] + site, now, minutes, road, band)
    _set_way(m, unit, now + minutes, minutes, road)
    return now + minutes
