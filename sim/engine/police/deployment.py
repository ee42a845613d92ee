"""Deploying police units during a run: what decisions do to the units and to the log.

Decisions themselves are pure functions (``sim.decisions.police_dispatch``); what happens in which order is told in
``sim.engine.police.processes``; here stand the effects.
"""

from __future__ import annotations

import math
from heapq import heapify, heappop, heappush

import numpy as np
from numpy.typing import NDArray
from simpy import Process

from sim.decisions.police_dispatch import (
    ROUNDING_MIN,
    first_by_age,
    officers_short,
    reason_of,
)
from sim.draws.police.incidents import PARTS, PoliceDraws, open_hours
from sim.draws.replication import Draws
from sim.engine.clock import Clock
from sim.engine.order import Happening
from sim.engine.police import processes
from sim.engine.police.candidates import Candidates
from sim.engine.police.parts import Parts
from sim.engine.police.queue import Queue
from sim.engine.police.units import PoliceUnits
from sim.log.incidents import IncidentTable
from sim.log.police_incidents import PoliceColumns
from sim.log.responses import Responses
from sim.world.codes import Mode, Origin, Outcome
from sim.world.fire import World
from sim.world.police import Police

_INF = math.inf
_NO_PART = -1
# Looking a member up in an enumeration is slow enough to show in the hot path.
_PATROL, _EN_ROUTE, _AT_SCENE = int(Origin.PATROL), int(Origin.EN_ROUTE), int(Origin.AT_SCENE)
_ATTENDED, _CALLED_OFF = int(Outcome.ATTENDED), int(Outcome.DIVERTED)

SERVED_FOR_MIN = 14 * 1440.0
"""How long after the horizon units that come on duty are still given what waits."""


class Deployment:
    """The police dispatch of one replication."""

    def __init__(
        self,
        world: World,
        police: Police,
        draws: Draws,
        police_draws: PoliceDraws,
        *,
        clock: Clock,
        table: IncidentTable,
        columns: PoliceColumns,
        responses: Responses,
    ) -> None:
        """Start with every unit free and nothing waiting."""
        self.clock, self.world, self.police, self.rules = clock, world, police, police.rules
        self.table, self.columns, self.responses = table, columns, responses
        self.times, self.draws, self._mode = draws.response_times, police_draws, draws.roster.mode
        self.units = PoliceUnits(world, police, draws.roster, police_draws, responses)
        self.parts = Parts(world, police, draws.incidents, police_draws)
        self.candidates = Candidates(world, police, self.parts, self.units)
        grades = police.grades
        self.queue = Queue(len(grades.key))
        self.part = [_NO_PART] * len(
            world.units.key
        )  # by unit: what it is at, or was at before it became free
        self.horizon_min = world.calendar.horizon_min
        self.last_review_min = self.horizon_min + SERVED_FOR_MIN
        self._tied_up: list[int] = police_draws.tied_up.tolist()
        self._tied_up_min: list[float] = police_draws.tied_up_min.tolist()
        self._traffic: list[float] = draws.incidents.traffic.tolist()
        self._divertible: list[bool] = grades.divertible.tolist()
        self._officers: list[int] = police.units.officers.tolist()
        self._end_place = [-1] * len(self.part)  # by unit: where it becomes free
        self._free_until_min = [math.nan] * len(
            self.part
        )  # by unit: when it will be at its waiting place again
        self._looks: dict[int, float] = {}  # by kind: when a unit can leave its scene for it
        self._processes: dict[int, Process] = {}

    def attends(self) -> NDArray[np.intp]:
        """Return the incidents (rows) that the police attend."""
        return np.flatnonzero(self.draws.grade >= 0)

    def start(self) -> None:
        """Start the processes of the units, and the reviews of the queue that shifts and hours cause."""
        units = np.flatnonzero(self.police.units.police).tolist()
        clock = self.clock
        self._processes = {
            unit: clock.start(processes.answer_assignments(clock, self, unit)) for unit in units
        }
        slots = review_slots(self.world, self.police, self._mode)
        clock.start(processes.review_queue(clock, self, slots))

    # -- dispatch ---------------------------------------------------------------------------------------

    def open(self, row: int, now_min: float) -> None:
        """An incident is graded and open for assignment."""
        self.units.turn_to(now_min)
        self._dispatch(self.parts.open(row), now_min)

    def _dispatch(self, part: int, now_min: float) -> None:
        """Send units until the officers asked for are on their way; what cannot be sent waits."""
        while part >= 0:
            unit = (
                self.candidates.choose(part, now_min)
                if self.units.in_hours[self.candidates.grade(part)]
                else -1
            )
            if unit < 0:
                self._let_wait(part, now_min)
                return
            part = self._send(part, unit, now_min)

    def _send(self, part: int, unit: int, now_min: float) -> int:
        """Assign a unit, free or diverted from lower work; return the part that it leaves for another, −1 if none."""
        if not self.units.at_work(unit):
            rest = self._assign(part, unit, now_min)
            self.clock.alert(unit)
            return rest
        left = self.part[unit]
        rest = self._assign(part, unit, now_min)
        self.clock.heard(unit)
        self._processes[unit].interrupt()
        self._dispatch(left, now_min)
        return rest

    def _assign(self, part: int, unit: int, now_min: float) -> int:
        """Give a unit a part from where it is now, whatever it is at; return the part that it leaves for another."""
        units, row = self.units, part // PARTS
        cell, grade = self.parts.cell[row], self.candidates.grade(part)
        diverted = units.at_work(unit)
        if diverted:
            origin = _AT_SCENE if self.responses.at_scene(unit) else _EN_ROUTE
            place, road_min = units.place_at_work(unit, now_min), units.minutes_at_work(unit, now_min, cell)
            self._break_off(unit, now_min)
        else:
            origin = _PATROL
            place, road_min = units.whereabouts_of_free(unit, now_min, cell)
            self._end(unit, min(now_min, self._free_until_min[unit]))
        journey, turnout_factor = self.times.of(row, unit)
        median_min, minutes = self.rules.turnout_median_min, road_min * self.candidates.factor[grade]
        self.responses.begin(
            unit,
            row,
            self.table.next_order(row),
            reason=reason_of(diverted, now_min, self.parts.opened_min[row], part % PARTS),
            capability=self.parts.capability[part],
            origin=origin,
            origin_place=place,
            mode=units.mode[unit],
            pool=-1,
            crew=0,
            decided_min=now_min,
            estimate_min=median_min + minutes,
            turnout_min=median_min * turnout_factor,
            travel_min=minutes * self._traffic[row] * journey,
        )
        self.part[unit] = part
        self.columns.sent(row, now_min)
        units.put_to_work(
            unit, place=place, cell=cell, grade=grade, road_min=road_min, divertible=self._divertible[grade]
        )
        return self._split(part, self._officers[unit])

    def _split(self, part: int, brings: int) -> int:
        """Leave to another unit the officers that one does not bring; return its part, −1 if there is none."""
        short = officers_short(self.parts.officers[part], brings)
        if not short:
            return _NO_PART
        self.parts.officers[part] = brings
        return self.parts.following(part, short)

    def _break_off(self, unit: int, now_min: float) -> None:
        """Take a unit off its work, which keeps its grade, its age, and what remains to be done there."""
        responses, part = self.responses, self.part[unit]
        if responses.at_scene(unit):
            self.parts.scene_min[part] -= now_min - responses.arrived_min[unit]
            responses.left_scene_min[unit] = now_min
        responses.released_min[unit] = now_min
        responses.end(unit, now_min, _CALLED_OFF)
        self.columns.diverted(part // PARTS)

    # -- what waits -------------------------------------------------------------------------------------

    def _let_wait(self, part: int, now_min: float) -> None:
        """Let a part wait, and look again when its wait lets other units come, or a unit can leave its scene."""
        grade, kind = self.candidates.grade(part), self.parts.kind[part]
        self.queue.put(grade, kind, self.parts.age(part))
        wider_min = self.parts.opened_min[part // PARTS] + self.candidates.wider_after[grade]
        if now_min < wider_min < _INF:
            self._plan(grade, kind, wider_min)
        self._plan_look(part, now_min)

    def _plan_look(self, part: int, now_min: float) -> None:
        """Plan a look for when the next unit on lower work could be taken."""
        grade, kind = self.candidates.grade(part), self.parts.kind[part]
        at_min = self.candidates.divertible_from(part, now_min)
        if at_min < self._looks.get(kind, _INF):
            self._looks[kind] = at_min
            self._plan(grade, kind, at_min)

    def _plan(self, grade: int, kind: int, at_min: float) -> None:
        self.clock.call_at(
            Happening.POLICE_LOOK, kind, at_min, lambda now_min: self._look(grade, kind, now_min)
        )

    def _look(self, grade: int, kind: int, now_min: float) -> None:
        """Send what can be sent now to the oldest parts of a kind."""
        self.units.turn_to(now_min)
        if self._looks.get(kind, _INF) <= now_min + ROUNDING_MIN:
            del self._looks[kind]
        while self._serve_head(grade, kind, now_min):
            pass

    def _serve_head(self, grade: int, kind: int, now_min: float) -> bool:
        """Send a unit to the oldest part of a kind; False if none waits or none can be sent."""
        age = self.queue.head(grade, kind)
        if age is None or not self.units.in_hours[grade]:
            return False
        part = age[1]
        unit = self.candidates.choose(part, now_min)
        if unit < 0:
            self._plan_look(part, now_min)
            return False
        self.queue.take(grade, kind, age)
        self._dispatch(self._send(part, unit, now_min), now_min)
        return True

    def anything_waits(self) -> bool:
        """Return whether any part waits for a unit."""
        return bool(self.queue)

    def serve_queue(self, now_min: float) -> None:
        """Send what can be sent now to all that waits: by grade, then by age."""
        self.units.turn_to(now_min)
        for grade in range(len(self.candidates.factor)):
            if not self.units.in_hours[grade]:
                continue
            ages = self.queue.heads(grade)
            heapify(ages)
            while ages:
                _, kind = heappop(ages)
                if self._serve_head(grade, kind, now_min):
                    age = self.queue.head(grade, kind)
                    if age is not None:
                        heappush(ages, (age, kind))

    def _first_for(self, unit: int, now_min: float) -> int:
        """Return the first part, by grade and age, that a unit just freed may be sent to; −1 if there is none."""
        for grade, diverts in enumerate(self.candidates.takes_reserved):
            if not self.units.may_take(unit, diverts) or not self.units.in_hours[grade]:
                continue
            first = first_by_age(
                age
                for age, _ in self.queue.heads(grade)
                if self.candidates.strike(age[1], now_min)[unit] == 0.0
            )
            if first is not None:
                return first[1]
        return _NO_PART

    # -- what becomes of an assignment ------------------------------------------------------------------

    def journey_min(self, unit: int) -> float:
        """Return the minutes from a unit's assignment to its arrival."""
        return self.responses.turnout_min[unit] + self.responses.travel_min[unit]

    def scene_min(self, unit: int) -> float:
        """Return the minutes that remain to be spent at a unit's scene."""
        return self.parts.scene_min[self.part[unit]]

    def arrive(self, unit: int, now_min: float) -> None:
        """A unit is at the scene."""
        self.responses.arrived_min[unit] = now_min
        self.units.arrived(unit, now_min)
        self.columns.arrived(self.responses.row[unit], unit, now_min)

    def leave_scene(self, unit: int, now_min: float) -> float:
        """A unit has done its part at the scene; return the minutes until it is free."""
        units, row = self.units, self.responses.row[unit]
        cell = self.parts.cell[row]
        units.turn_to(now_min)
        self.responses.left_scene_min[unit] = now_min
        self._end_place[unit] = cell
        self.table.left(row, now_min)
        units.left_scene(unit)
        minutes = self.rules.paperwork_min
        where = 0 if self.part[unit] % PARTS else self._tied_up[row]
        if where:
            sites = self.rules.tied_up_sites[where - 1]
            minutes += self._tied_up_min[row]
            if sites.size:
                site, way_min = units.nearest_site(cell, sites)
                minutes += way_min
                self._end_place[unit] = units.n_cells + site
            self.responses.tied_up[unit] = where
        return minutes

    def free(self, unit: int, now_min: float) -> bool:
        """A unit is free: give it what waits, and say whether there was anything; or let it go on patrol, or off."""
        self.units.turn_to(now_min)
        self.responses.released_min[unit] = now_min
        self._free_until_min[unit] = self.units.set_free(unit, self._end_place[unit], now_min)
        part = self._first_for(unit, now_min) if self.queue else _NO_PART
        if part < 0:
            return False
        self.queue.take(self.candidates.grade(part), self.parts.kind[part], self.parts.age(part))
        self._dispatch(self._assign(part, unit, now_min), now_min)
        return True

    def _end(self, unit: int, ended_min: float) -> None:
        """Write the response that a unit was last free from, if any."""
        if self.responses.under_way(unit):
            self.responses.end(unit, ended_min, _ATTENDED)

    def close(self) -> None:
        """Write the responses of the units that are free when the run has ended."""
        for unit in self._processes:
            self._end(unit, self._free_until_min[unit])


def review_slots(world: World, police: Police, mode: NDArray[np.uint8]) -> list[int]:
    """Return the slots in which a unit comes on duty, or on for more, or a grade's hours begin; ``mode`` (T, U)."""
    theirs = mode[:, police.units.police]
    level = np.select([theirs == Mode.IMMEDIATE, theirs == Mode.RESERVED], [2, 1], 0)
    rises = (np.diff(level.astype(np.int8), axis=0) > 0).any(axis=1)
    hours = open_hours(world, police)[:, : mode.shape[0]]
    rises |= (hours[:, 1:] & ~hours[:, :-1]).any(axis=0)
    return (np.flatnonzero(rises) + 1).tolist()
