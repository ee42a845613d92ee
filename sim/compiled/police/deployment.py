"""Deploying police units: ``sim.engine.police.deployment``."""

from __future__ import annotations

import math

import numpy as np

from sim.compiled import chance, responses
from sim.compiled import layout as at
from sim.compiled.clock import put
from sim.compiled.kernel import kernel
from sim.compiled.memory import (
    Memory,
    codes,
    float_blocks,
    kinds_at,
    parts_at,
    real_rows,
    reals,
    rows_at,
    units_at,
    whole_rows,
    wholes,
)
from sim.compiled.police import units as cars
from sim.compiled.police.candidates import (
    DIVERTIBLE,
    DIVERTS,
    FACTOR,
    WIDER_AFTER,
    ask,
    choose,
    grade_of,
    stage,
)
from sim.compiled.police.queue import PARTS, put_in_queue
from sim.decisions import police_dispatch
from sim.engine.order import Happening
from sim.world.codes import Origin, Outcome

_ARRIVES, _LEAVES = int(Happening.POLICE_ARRIVES), int(Happening.POLICE_LEAVES)
_FREE, _LOOK = int(Happening.POLICE_FREE), int(Happening.POLICE_LOOK)
_PATROL, _EN_ROUTE, _AT_SCENE = int(Origin.PATROL), int(Origin.EN_ROUTE), int(Origin.AT_SCENE)
_ATTENDED, _CALLED_OFF = int(Outcome.ATTENDED), int(Outcome.DIVERTED)
_ANY_RESPONSE = police_dispatch.ANY_RESPONSE

officers_short = kernel(police_dispatch.officers_short)
reason_of = kernel(police_dispatch.reason_of)


# -- dispatch -------------------------------------------------------------------------------------------


@kernel
def open_incident(m: Memory, row: int, now: float) -> None:
    """An incident is graded and open for assignment."""
    cars.turn_to(m, now)
    incident = rows_at(m, at.ROWS)[row]
    ask(m, row * PARTS, whole_rows(m, at.ASKED)[incident["type"], incident["grade"]])
    push(m, row * PARTS)
    dispatch(m, now)


@kernel
def push(m: Memory, part: int) -> None:
    """Put a part on top of those to be dispatched."""
    if part >= 0:
        wholes(m, at.STACK)[m[at.STACK_HELD]] = part
        m[at.STACK_HELD] += 1


@kernel
def dispatch(m: Memory, now: float) -> None:
    """Send a unit to every part on the stack, the topmost first; what cannot be sent to waits."""
    stack = wholes(m, at.STACK)
    while m[at.STACK_HELD] > 0:
        m[at.STACK_HELD] -= 1
        part = stack[m[at.STACK_HELD]]
        unit = choose(m, part, now) if cars.in_hours(m, grade_of(m, part)) else at.NONE
        if unit < 0:
            _let_wait(m, part, now)
        else:
            send(m, part, unit, now)


@kernel
def send(m: Memory, part: int, unit: int, now: float) -> None:
    """Assign a unit; the part that it leaves, then the officers that it does not bring, are to be dispatched next."""
    one = units_at(m, at.UNITS)[unit]
    left = one["part"] if one["busy"] else at.NONE
    push(m, assign(m, part, unit, now))
    push(m, left)


@kernel
def assign(m: Memory, part: int, unit: int, now: float) -> int:
    """Give a unit a part from where it is now, whatever it is at; return the part that it leaves for another."""
    row, one = part // PARTS, units_at(m, at.UNITS)[unit]
    incident, grades, grade = rows_at(m, at.ROWS)[row], real_rows(m, at.GRADE), grade_of(m, part)
    diverted = one["busy"] != 0
    if diverted:
        origin = _AT_SCENE if cars.at_scene(m, unit) else _EN_ROUTE
        place = cars.place_at_work(m, unit, now)
        road_min = cars.minutes_at_work(m, unit, now, incident["cell"])
        _break_off(m, unit, now)
    else:
        origin, place = _PATROL, cars.place_of_free(m, unit, now)
        road_min = cars.minutes_of_free(m, unit, now, incident["cell"])
        if one["row"] >= 0:
            responses.end(m, unit, min(now, one["free_until_min"]), _ATTENDED)
    journey, turnout_factor = chance.factors(m, row, unit)
    median_min, minutes = reals(m, at.PARAMETERS)[at.POLICE_TURNOUT_MIN], road_min * grades[grade, FACTOR]
    reason = reason_of(diverted, now, incident["open_min"], part % PARTS).value
    capability = parts_at(m, at.PARTS)[part]["capability"]
    responses.begin(m, unit, row, reason, capability, now, median_min + minutes)
    one["from_origin"], one["from_place"] = origin, place
    one["mode"] = codes(m, at.ROSTER)[m[at.POLICE_SLOT], unit]
    one["crew_pool"], one["crew"] = at.NONE, np.uint64(0)
    one["turnout_min"] = median_min * turnout_factor
    one["travel_min"] = minutes * incident["traffic"] * journey
    one["part"] = part
    if incident["units"] == 0:
        incident["assigned_min"] = now
    incident["units"] += 1
    may_leave = grades[grade, DIVERTIBLE] != 0.0
    cars.put_to_work(m, unit, place, incident["cell"], grade if may_leave else at.NONE, road_min)
    one["event"] = put(m, now + responses.journey_min(m, unit), _ARRIVES, unit, unit)
    return _split(m, part, one["officers_aboard"])


@kernel
def _split(m: Memory, part: int, brings: int) -> int:
    """Leave to another unit the officers that one does not bring; return its part, NONE if there is none."""
    parts = parts_at(m, at.PARTS)
    short = officers_short(parts[part]["officers"], brings)
    if short == 0:
        return at.NONE
    parts[part]["officers"] = brings
    following = part // PARTS * PARTS + min(part % PARTS + 1, PARTS - 1)
    ask(m, following, _ANY_RESPONSE)
    parts[following]["officers"] = short
    return following


@kernel
def _break_off(m: Memory, unit: int, now: float) -> None:
    """Take a unit off its work, which keeps its grade, its age, and what remains to be done there."""
    one = units_at(m, at.UNITS)[unit]
    if cars.at_scene(m, unit):
        parts_at(m, at.PARTS)[one["part"]]["scene_min"] -= now - one["arrived_min"]
        one["left_scene_min"] = now
    one["released_min"] = now
    responses.end(m, unit, now, _CALLED_OFF)
    rows_at(m, at.ROWS)[one["part"] // PARTS]["diversions"] += 1


# -- what waits -----------------------------------------------------------------------------------------


@kernel
def _let_wait(m: Memory, part: int, now: float) -> None:
    """Let a part wait, and look again when its wait lets other units come, or a unit can leave its scene."""
    kind = parts_at(m, at.PARTS)[part]["kind"]
    put_in_queue(m, kind, part)
    opened = rows_at(m, at.ROWS)[part // PARTS]["open_min"]
    wider_min = opened + real_rows(m, at.GRADE)[grade_of(m, part), WIDER_AFTER]
    if now < wider_min < math.inf:
        put(m, wider_min, _LOOK, kind, kind)
    plan_look(m, part, now)


@kernel
def plan_look(m: Memory, part: int, now: float) -> None:
    """Plan a look for when the next unit on lower work could be taken."""
    grade, kind = grade_of(m, part), parts_at(m, at.PARTS)[part]["kind"]
    if real_rows(m, at.GRADE)[grade, DIVERTS] == 0.0:
        return
    at_min = cars.divertible_from(m, now, grade, kind, stage(m, part, now))
    one = kinds_at(m, at.KINDS)[kind]
    if at_min < one["look_min"]:
        one["look_min"] = at_min
        put(m, max(now, at_min), _LOOK, kind, kind)


# -- what becomes of an assignment ----------------------------------------------------------------------


@kernel
def arrive(m: Memory, unit: int, now: float) -> None:
    """A unit is at the scene."""
    one = units_at(m, at.UNITS)[unit]
    incident = rows_at(m, at.ROWS)[one["row"]]
    one["arrived_min"] = now
    one["way_end_min"] = -math.inf
    one["leave_from_min"] = now + reals(m, at.PARAMETERS)[at.COMMITTED_MIN]
    if incident["police_unit"] < 0:
        incident["police_unit"] = unit
        incident["first_police_min"] = now
    stays_min = parts_at(m, at.PARTS)[one["part"]]["scene_min"]
    one["event"] = put(m, now + stays_min, _LEAVES, unit, unit)


@kernel
def leave_scene(m: Memory, unit: int, now: float) -> None:
    """A unit has done its part at the scene; it is free after its paperwork, and after custody or hospital."""
    one = units_at(m, at.UNITS)[unit]
    incident = rows_at(m, at.ROWS)[one["row"]]
    cars.turn_to(m, now)
    one["left_scene_min"] = now
    one["end_cell"] = incident["cell"]
    incident["closed_min"] = now
    one["work_grade"] = at.NONE
    minutes = reals(m, at.PARAMETERS)[at.PAPERWORK_MIN]
    where = 0 if one["part"] % PARTS else incident["tied_up"]
    if where > 0:
        minutes += incident["tied_up_min"]
        site = _nearest_site(m, where - 1, incident["cell"])
        if site >= 0:
            road = np.float64(float_blocks(m, at.SITE_MIN)[m[at.POLICE_BAND], incident["cell"], site])
            minutes += road * reals(m, at.PARAMETERS)[at.ORDINARY_FACTOR]
            one["end_cell"] = m[at.CELLS] + site
        one["tied_up"] = where
    one["event"] = put(m, now + minutes, _FREE, unit, unit)


@kernel
def _nearest_site(m: Memory, where: int, cell: int) -> int:
    """Return the custody suite (0) or hospital (1) nearest to a cell, NONE if there is none."""
    start, sites = wholes(m, at.TIED_UP_START), wholes(m, at.TIED_UP_SITES)
    site_min, nearest = float_blocks(m, at.SITE_MIN)[m[at.POLICE_BAND], cell], at.NONE
    for number in range(start[where], start[where + 1]):
        if nearest < 0 or site_min[sites[number]] < site_min[nearest]:
            nearest = sites[number]
    return nearest


@kernel
def close(m: Memory) -> None:
    """Write the responses of the units that are free when the run has ended."""
    units = units_at(m, at.UNITS)
    for unit in range(units.size):
        if units[unit]["police"] and units[unit]["row"] >= 0:
            responses.end(m, unit, units[unit]["free_until_min"], _ATTENDED)
