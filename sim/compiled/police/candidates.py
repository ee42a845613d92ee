"""Which police unit is sent to a part: ``sim.engine.police.candidates`` and ``parts``."""

from __future__ import annotations

from sim.compiled import layout as at
from sim.compiled.kernel import kernel
from sim.compiled.memory import Memory, parts_at, real_rows, reals, rows_at, wholes
from sim.compiled.police import units as cars
from sim.compiled.police.queue import PARTS
from sim.decisions import police_dispatch

FACTOR, WIDER_AFTER, DIVERTS, TAKES_RESERVED, DIVERTIBLE = range(5)
"""Columns of ``GRADE``."""

worth_a_look = kernel(police_dispatch.worth_a_look)
worth_diverting = kernel(police_dispatch.worth_diverting)
has_waited = kernel(police_dispatch.has_waited)


@kernel
def ask(m: Memory, part: int, capability: int) -> None:
    """Open a part; its kind says which units may be sent to it (``police_dispatch.kind_of_part``)."""
    row, one = rows_at(m, at.ROWS)[part // PARTS], parts_at(m, at.PARTS)[part]
    district = wholes(m, at.DISTRICT)[row["cell"]]
    one["capability"] = capability
    kind = row["grade"] * (m[at.CAPABILITIES_HELD] + 1) + capability + 1
    one["kind"] = kind * (m[at.DISTRICTS] + 1) + district + 1


@kernel
def grade_of(m: Memory, part: int) -> int:
    """Return the grade of a part."""
    return int(rows_at(m, at.ROWS)[part // PARTS]["grade"])


@kernel
def stage(m: Memory, part: int, now: float) -> int:
    """Return 1 if a part has waited so long that units of any district may be sent, else 0."""
    opened = rows_at(m, at.ROWS)[part // PARTS]["open_min"]
    return int(has_waited(now, opened, real_rows(m, at.GRADE)[grade_of(m, part), WIDER_AFTER]))


@kernel
def choose(m: Memory, part: int, now: float) -> int:
    """Return the unit to send: the nearest free one, or one on lower work that is so much quicker; NONE: none."""
    grades, gain_min = real_rows(m, at.GRADE), reals(m, at.PARAMETERS)[at.GAIN_MIN]
    grade, kind, wider = grade_of(m, part), parts_at(m, at.PARTS)[part]["kind"], stage(m, part, now)
    cell, factor = rows_at(m, at.ROWS)[part // PARTS]["cell"], grades[grade, FACTOR]
    reserved = grades[grade, TAKES_RESERVED] != 0.0
    unit, free_min = cars.quickest_free(m, now, cell, factor, reserved, kind, wider)
    if not worth_a_look(grades[grade, DIVERTS] != 0.0, free_min, gain_min):
        return unit
    count = cars.find_divertible(m, now, grade, kind, wider)
    if count == 0:
        return unit
    other, other_min = cars.quickest_divertible(m, now, cell, factor, count, free_min - gain_min)
    return other if worth_diverting(free_min, other_min, gain_min) else unit
