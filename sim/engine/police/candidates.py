"""Which police unit is sent to a part: who may be, and who is quickest."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sim.decisions.police_dispatch import has_waited, may_be_sent_from, worth_a_look, worth_diverting
from sim.draws.police.incidents import PARTS
from sim.engine.police.parts import Parts
from sim.engine.police.units import PoliceUnits
from sim.world.fire import World
from sim.world.police import Police

F32 = NDArray[np.float32]
_INF = math.inf


class Candidates:
    """Who may be sent to a part, and the choice among them."""

    def __init__(self, world: World, police: Police, parts: Parts, units: PoliceUnits) -> None:
        """Keep what a grade allows in lists: they are asked at every decision."""
        self._world, self._police, self._parts, self._units = world, police, parts, units
        grades, rules = police.grades, police.rules
        self._gain_min = rules.divert_gain_min
        self.diverts: list[bool] = (grades.diverts & rules.divert).tolist()  # by grade
        self.takes_reserved: list[bool] = grades.diverts.tolist()  # by grade: units on for emergencies only
        self.wider_after: list[float] = grades.wider_after_min.tolist()  # by grade
        factor = np.where(grades.blue_lights, rules.blue_factor, rules.ordinary_factor)
        self.factor: list[float] = factor.tolist()  # by grade, on the road minutes
        self._strikes: dict[int, tuple[F32, F32]] = {}  # by kind: at once, after waiting

    def grade(self, part: int) -> int:
        """Return the grade of a part."""
        return self._parts.grade[part // PARTS]

    def strike(self, part: int, now_min: float) -> F32:
        """Return (U,) inf for the units that may not be sent to a part now, 0 for the others."""
        kind = self._parts.kind[part]
        pair = self._strikes.get(kind)
        if pair is None:
            pair = self._strikes[kind] = self._strikes_of(part)
        at_once, later = pair
        if later is at_once:
            return at_once
        opened_min = self._parts.opened_min[part // PARTS]
        return later if has_waited(now_min, opened_min, self.wider_after[self.grade(part)]) else at_once

    def _strikes_of(self, part: int) -> tuple[F32, F32]:
        grades, units, grade = self._police.grades, self._world.units, self.grade(part)
        capability = self._parts.capability[part]
        near, all_of_them = may_be_sent_from(
            self._police.units,
            grades.eligible_districts[grade],
            self._parts.district(part // PARTS),
            bool(grades.support_units[grade]),
            capability,
            (units.capability >> max(capability, 0)) & 1 == 1,
        )
        zero, inf = np.float32(0.0), np.float32(np.inf)
        at_once = np.where(near, zero, inf)
        return at_once, at_once if np.array_equal(near, all_of_them) else np.where(all_of_them, zero, inf)

    def choose(self, part: int, now_min: float) -> int:
        """Return the unit to send: the nearest free one, or one on lower work that is so much quicker; −1: none."""
        units, cell, grade = self._units, self._parts.cell[part // PARTS], self.grade(part)
        factor, strike = self.factor[grade], self.strike(part, now_min)
        unit, free_min = units.quickest_free(now_min, cell, factor, self.takes_reserved[grade], strike)
        if not worth_a_look(self.diverts[grade], free_min, self._gain_min):
            return unit
        at_work = units.divertible(now_min, grade, strike)
        if not at_work.size:
            return unit
        other, other_min = units.quickest_divertible(
            now_min, cell, factor, at_work, free_min - self._gain_min
        )
        return other if worth_diverting(free_min, other_min, self._gain_min) else unit

    def divertible_from(self, part: int, now_min: float) -> float:
        """Return when the next unit on lower work could be taken for a part; inf where none can."""
        grade = self.grade(part)
        if not self.diverts[grade]:
            return _INF
        return self._units.divertible_from(now_min, grade, self.strike(part, now_min))
