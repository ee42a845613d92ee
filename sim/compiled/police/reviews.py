"""What waits for a police unit, and who looks at it: ``sim.engine.police.deployment``."""

from __future__ import annotations

import math

from sim.compiled import layout as at
from sim.compiled.clock import put
from sim.compiled.kernel import kernel
from sim.compiled.memory import Memory, code_blocks, kinds_at, parts_at, real_rows, reals, units_at, wholes
from sim.compiled.police import units as cars
from sim.compiled.police.candidates import TAKES_RESERVED, choose, stage
from sim.compiled.police.deployment import assign, dispatch, plan_look, push, send
from sim.compiled.police.queue import older, take_oldest
from sim.decisions import police_dispatch
from sim.engine.order import Happening
from sim.world.fire import SLOT_MIN

_REVIEW = int(Happening.POLICE_REVIEW)
_ROUNDING_MIN = police_dispatch.ROUNDING_MIN


@kernel
def look(m: Memory, kind: int, now: float) -> None:
    """Send what can be sent now to the oldest parts of a kind."""
    cars.turn_to(m, now)
    one = kinds_at(m, at.KINDS)[kind]
    if one["look_min"] <= now + _ROUNDING_MIN:
        one["look_min"] = math.inf
    while _serve_head(m, kind, now):
        pass


@kernel
def _serve_head(m: Memory, kind: int, now: float) -> bool:
    """Send a unit to the oldest part of a kind; False if none waits or none can be sent."""
    part = kinds_at(m, at.KINDS)[kind]["root"]
    if part < 0 or not cars.in_hours(m, kind // m[at.KINDS_OF_GRADE]):
        return False
    unit = choose(m, part, now)
    if unit < 0:
        plan_look(m, part, now)
        return False
    take_oldest(m, kind)
    send(m, part, unit, now)
    dispatch(m, now)
    return True


@kernel
def review(m: Memory, now: float) -> None:
    """Look at what waits as units come on duty or a grade's hours begin; after the horizon at every slot."""
    slots, parameters = wholes(m, at.REVIEW_SLOTS), reals(m, at.PARAMETERS)
    number = m[at.NEXT_REVIEW]
    if number < slots.size:
        _serve_queue(m, now)
    elif m[at.POLICE_WAITING] == 0 or not now < parameters[at.LAST_REVIEW_MIN]:
        return
    else:
        _serve_queue(m, now)
    m[at.NEXT_REVIEW] = number + 1
    plan_review(m, now)


@kernel
def plan_review(m: Memory, now: float) -> None:
    """Plan the next look at what waits."""
    slots, horizon_min = wholes(m, at.REVIEW_SLOTS), reals(m, at.PARAMETERS)[at.HORIZON_MIN]
    number = m[at.NEXT_REVIEW]
    if number < slots.size:
        put(m, slots[number] * SLOT_MIN, _REVIEW, slots[number], 0)
        return
    slot = int(horizon_min // SLOT_MIN) + number - slots.size
    at_min = horizon_min if number == slots.size else slot * SLOT_MIN
    put(m, max(now, at_min), _REVIEW, slot, 0)


@kernel
def _serve_queue(m: Memory, now: float) -> None:
    """Send what can be sent now to all that waits: by grade, then by age."""
    cars.turn_to(m, now)
    kinds, of_grade = kinds_at(m, at.KINDS), m[at.KINDS_OF_GRADE]
    for grade in range(m[at.GRADES]):
        if not cars.in_hours(m, grade):
            continue
        for kind in range(grade * of_grade, (grade + 1) * of_grade):
            kinds[kind]["in_round"] = kinds[kind]["root"]
        while True:
            kind = _first_in_round(m, grade)
            if kind < 0:
                break
            served = _serve_head(m, kind, now)
            kinds[kind]["in_round"] = kinds[kind]["root"] if served else at.NONE


@kernel
def _first_in_round(m: Memory, grade: int) -> int:
    """Return the kind of a grade whose part (``in_round``) is the oldest, NONE if none is left."""
    kinds, of_grade, first = kinds_at(m, at.KINDS), m[at.KINDS_OF_GRADE], at.NONE
    for kind in range(grade * of_grade, (grade + 1) * of_grade):
        part = kinds[kind]["in_round"]
        if part >= 0 and (first < 0 or older(m, part, kinds[first]["in_round"])):
            first = kind
    return first


@kernel
def _first_for(m: Memory, unit: int, now: float) -> int:
    """Return the first part, by grade and age, that a unit just freed may be sent to; NONE if there is none."""
    kinds, of_grade, may = kinds_at(m, at.KINDS), m[at.KINDS_OF_GRADE], code_blocks(m, at.MAY)
    for grade in range(m[at.GRADES]):
        reserved = real_rows(m, at.GRADE)[grade, TAKES_RESERVED] != 0.0
        if not cars.may_take(m, unit, reserved) or not cars.in_hours(m, grade):
            continue
        first = at.NONE
        for kind in range(grade * of_grade, (grade + 1) * of_grade):
            part = kinds[kind]["root"]
            if part < 0 or not may[kind, stage(m, part, now), unit]:
                continue
            if first < 0 or older(m, part, first):
                first = part
        if first >= 0:
            return first
    return at.NONE


@kernel
def free(m: Memory, unit: int, now: float) -> None:
    """A unit is free: give it what waits, or let it go on patrol, or off."""
    one = units_at(m, at.UNITS)[unit]
    cars.turn_to(m, now)
    one["released_min"] = now
    one["free_until_min"] = cars.set_free(m, unit, one["end_cell"], now)
    part = _first_for(m, unit, now) if m[at.POLICE_WAITING] > 0 else at.NONE
    if part < 0:
        return
    take_oldest(m, parts_at(m, at.PARTS)[part]["kind"])
    push(m, assign(m, part, unit, now))
    dispatch(m, now)
