"""Deploying police units during a run: what decisions do to the units and to the log.

Decisions themselves are pure functions (``sim.decisions.police_dispatch``); what happens in which order is told in
``sim.engine.police.processes``; here stand the effects.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.decisions.police_dispatch import ROUNDING_MIN, may_be_sent_from, worth_diverting
from sim.draws.police.incidents import PARTS, open_hours
from sim.engine.police import processes
from sim.engine.police.queue import Part, Queue
from sim.engine.police.units import PoliceFleet
from sim.log.responses import Job
from sim.world.codes import Mode, Origin, Outcome, Reason

if TYPE_CHECKING:
    from simpy import Process

    from sim.decisions.positions import Leg
    from sim.draws.replication import Draws
    from sim.engine.control import Control
    from sim.log.police_incidents import PoliceColumns

F32 = NDArray[np.float32]
_INF = math.inf
_NAN = math.nan
# Looking a member up in an enumeration is slow enough to show in the hot path.
_PATROL, _EN_ROUTE, _AT_SCENE = Origin.PATROL, Origin.EN_ROUTE, Origin.AT_SCENE
_QUICKEST, _QUEUED, _DIVERTED, _BACKUP = Reason.QUICKEST, Reason.QUEUED, Reason.DIVERTED, Reason.BACKUP
_ATTENDED, _CALLED_OFF = int(Outcome.ATTENDED), int(Outcome.DIVERTED)

_SERVED_FOR_MIN = 14 * 1440.0
"""How long after the horizon units that come on duty are still given what waits."""


@dataclass(slots=True, eq=False, kw_only=True)
class Assignment(Job):
    """A police unit's part in an incident."""

    part: Part
    cell: int
    road_min: float  # the way there as in ``World.travel``
    band: int
    end_place: int = -1  # where it becomes free
    free_until_min: float = _NAN  # when it will be at its waiting place again
    way: Leg | None = None


class PoliceDesk:
    """The police dispatch of one replication."""

    def __init__(self, control: Control, draws: Draws, columns: PoliceColumns) -> None:
        """Start with every unit free and nothing waiting."""
        world, police_draws = control.world, draws.police
        if world.police is None or police_draws is None:
            raise ValueError(
                "the draws and the world do not both have a police part: draw from the same world"
            )
        self.control, self.world, self.env = control, world, control.env
        self.police, self.rules, self.noise = world.police, world.police.rules, draws.noise
        self.table, self.responses = control.table, control.responses
        self.columns = columns
        self.fleet = PoliceFleet(world, world.police, draws.roster, police_draws)
        grades = world.police.grades
        self.queue = Queue(len(grades.key))
        self.draws, self._mode = police_draws, draws.roster.mode
        self.open_min = police_draws.open_min
        self.last_review_min = world.calendar.horizon_min + _SERVED_FOR_MIN
        self._grade: list[int] = police_draws.grade.tolist()
        self._officers_asked: list[int] = police_draws.officers.tolist()
        self._opened: list[float] = police_draws.open_min.tolist()
        self._scene: list[list[float]] = police_draws.scene_min.tolist()
        self._tied_up: list[int] = police_draws.tied_up.tolist()
        self._tied_up_min: list[float] = police_draws.tied_up_min.tolist()
        self._cell: list[int] = draws.incidents.cell.tolist()
        self._type: list[int] = draws.incidents.type.tolist()
        self._traffic: list[float] = draws.incidents.traffic.tolist()
        self._district: list[int] = world.police.district_of_cell.tolist()
        self._capability: list[list[int]] = world.police.demand.capability.tolist()
        self._diverts: list[bool] = (grades.diverts & self.rules.divert).tolist()
        self._takes_reserved: list[bool] = grades.diverts.tolist()
        self._divertible: list[bool] = grades.divertible.tolist()
        self._factor = np.where(
            grades.blue_lights, self.rules.blue_factor, self.rules.ordinary_factor
        ).tolist()
        self._wider_after: list[float] = grades.wider_after_min.tolist()
        self._officers: list[int] = world.police.units.officers.tolist()
        self._strikes: dict[int, tuple[F32, F32]] = {}  # by kind: at once, after waiting
        self._returning: dict[int, Assignment] = {}  # by unit: done, not yet written
        self._looks: dict[
            int, float
        ] = {}  # by kind: when it will be looked at because a unit can leave its scene
        self._stories: dict[int, Process] = {}

    def attends(self) -> NDArray[np.intp]:
        """Return the incidents (rows) that the police attend."""
        return np.flatnonzero(self.draws.grade >= 0)

    def start(self) -> None:
        """Start the stories of the units, and the reviews of the queue that shifts and hours cause."""
        units = np.flatnonzero(self.police.units.police).tolist()
        self._stories = {unit: self.env.process(processes.answer_assignments(self, unit)) for unit in units}
        self.env.process(processes.review_queue(self, self._review_slots()))

    def _review_slots(self) -> list[int]:
        """Return the slots in which a unit comes on duty, or on for more, or a grade's hours begin."""
        mode = self._mode[:, self.police.units.police]
        level = np.select([mode == Mode.IMMEDIATE, mode == Mode.RESERVED], [2, 1], 0)
        rises = (np.diff(level.astype(np.int8), axis=0) > 0).any(axis=1)
        hours = open_hours(self.world, self.police)[:, : mode.shape[0]]
        rises |= (hours[:, 1:] & ~hours[:, :-1]).any(axis=0)
        return (np.flatnonzero(rises) + 1).tolist()

    # -- dispatch ---------------------------------------------------------------------------------------

    def open(self, row: int) -> None:
        """An incident is graded and open for assignment."""
        self.fleet.turn_to(self.env.now)
        grade = self._grade[row]
        capability = self._capability[self._type[row]][grade]
        self._dispatch(
            Part(
                *(row, 0, grade, self._kind(grade, capability, row), capability),
                *(self._officers_asked[row], self._opened[row], self._scene[row][0]),
            )
        )

    def _kind(self, grade: int, capability: int, row: int) -> int:
        """Return a number for the parts that the same units may be sent to."""
        kind = grade * (len(self.world.capability_names) + 1) + capability + 1
        return kind * (len(self.police.district_names) + 1) + self._district[self._cell[row]] + 1

    def _strike(self, part: Part) -> F32:
        """Return (U,) inf for the units that may not be sent to a part now, 0 for the others."""
        pair = self._strikes.get(part.kind)
        if pair is None:
            pair = self._strikes[part.kind] = self._strikes_of(part)
        at_once, later = pair
        return later if later is not at_once and self._waited(part) else at_once

    def _strikes_of(self, part: Part) -> tuple[F32, F32]:
        grades, units = self.police.grades, self.world.units
        has = (units.capability >> max(part.capability, 0)) & 1 == 1
        near, all_of_them = may_be_sent_from(
            self.police.units,
            grades.reach[part.grade],
            self._district[self._cell[part.row]],
            bool(grades.support_units[part.grade]),
            part.capability,
            has,
        )
        zero, inf = np.float32(0.0), np.float32(np.inf)
        at_once = np.where(near, zero, inf)
        return at_once, at_once if np.array_equal(near, all_of_them) else np.where(all_of_them, zero, inf)

    def _waited(self, part: Part) -> bool:
        """Return whether a part has waited so long that units of any district may be sent."""
        return self.env.now >= part.opened_min + self._wider_after[part.grade] - ROUNDING_MIN

    def _dispatch(self, part: Part) -> None:
        """Send units until the officers asked for are on their way; what cannot be sent waits."""
        rest: Part | None = part
        while rest is not None:
            unit = self._choose(rest) if self.fleet.in_hours[rest.grade] else -1
            if unit < 0:
                self._let_wait(rest)
                return
            rest = self._send(rest, unit)

    def _choose(self, part: Part) -> int:
        """Return the unit to send: the nearest free one, or one on lower work that is so much quicker; −1: none."""
        fleet, now, cell, grade = self.fleet, self.env.now, self._cell[part.row], part.grade
        factor, strike = self._factor[grade], self._strike(part)
        unit, free_min = fleet.quickest_free(now, cell, factor, self._takes_reserved[grade], strike)
        gain_min = self.rules.divert_gain_min
        if not self._diverts[grade] or free_min <= gain_min:
            return unit
        units = fleet.divertible(now, grade, strike)
        if not units.size:
            return unit
        other, other_min = fleet.quickest_divertible(now, cell, factor, units, free_min - gain_min)
        return other if worth_diverting(free_min, other_min, gain_min) else unit

    def _send(self, part: Part, unit: int) -> Part | None:
        """Assign a unit, free or diverted from lower work; return the part that it leaves for another."""
        left = self.fleet.at_work.get(unit)
        job, rest = self._assign(part, unit, left)
        if left is None:
            self.control.alert_of(unit).succeed(job)
        else:
            self.control.heard(unit)
            self._stories[unit].interrupt(job)
            self._put_back(left)
        return rest

    def _assign(self, part: Part, unit: int, left: Assignment | None) -> tuple[Assignment, Part | None]:
        """Give a unit a part from where it is now; ``left`` is the work that it leaves for it."""
        fleet, now, row = self.fleet, self.env.now, part.row
        cell, grade = self._cell[row], part.grade
        if left is None:
            origin = _PATROL
            place, road = fleet.whereabouts_of_free(unit, now, cell)
        else:
            origin = _AT_SCENE if left.arrived_min == left.arrived_min else _EN_ROUTE
            place, road = fleet.place_of_job(left, now), fleet.minutes_of_job(left, now, cell)
        journey, turnout_z = self.noise.one(row, unit)
        median, minutes = self.rules.turnout_median_min, road * self._factor[grade]
        self._end(unit)
        job = Assignment(
            *(
                row,
                unit,
                self.table.next_order(row),
                self._reason(part, left),
                part.capability,
                origin,
                place,
            ),
            *(fleet.mode[unit], -1, 0, now, median + minutes),
            *(
                median * math.exp(self.rules.turnout_sigma * turnout_z),
                minutes * self._traffic[row] * journey,
            ),
            part=part,
            cell=cell,
            road_min=road,
            band=fleet.band,
        )
        self.columns.sent(row, now)
        rest = self._split(part, self._officers[unit])
        fleet.put_to_work(job, self._divertible[grade])
        return job, rest

    def _reason(self, part: Part, left: Assignment | None) -> Reason:
        if left is not None:
            return _DIVERTED
        if self.env.now > part.opened_min + ROUNDING_MIN:
            return _QUEUED
        return _BACKUP if part.number else _QUICKEST

    def _split(self, part: Part, brings: int) -> Part | None:
        """Leave to another unit the officers that one does not bring: any response unit will do."""
        short = part.officers - brings
        if short <= 0:
            return None
        part.officers = brings
        number = min(part.number + 1, PARTS - 1)
        return Part(
            *(part.row, number, part.grade, self._kind(part.grade, -1, part.row), -1),
            *(short, part.opened_min, self._scene[part.row][number]),
        )

    def _put_back(self, left: Assignment) -> None:
        """Put work that its unit has left back: at its grade, its age, and with what remains to be done there."""
        now, part = self.env.now, left.part
        if left.arrived_min == left.arrived_min:
            part.scene_min -= now - left.arrived_min
            left.left_scene_min = now
        left.released_min = now
        self.responses.append(left.log_row(now, _CALLED_OFF))
        self.columns.diverted(part.row)
        self._dispatch(part)

    # -- what waits -------------------------------------------------------------------------------------

    def _let_wait(self, part: Part) -> None:
        """Let a part wait, and look again when its wait lets other units come, or a unit can leave its scene."""
        now = self.env.now
        self.queue.put(part)
        wider_min = part.opened_min + self._wider_after[part.grade]
        if now < wider_min < _INF:
            self._plan(part.grade, part.kind, wider_min)
        self._plan_look(part)

    def _plan_look(self, part: Part) -> None:
        """Plan a look for when the next unit on lower work could be taken."""
        if not self._diverts[part.grade]:
            return
        at_min = self.fleet.divertible_from(self.env.now, part.grade, self._strike(part))
        if at_min < self._looks.get(part.kind, _INF):
            self._looks[part.kind] = at_min
            self._plan(part.grade, part.kind, at_min)

    def _plan(self, grade: int, kind: int, at_min: float) -> None:
        moment = self.env.timeout(max(0.0, at_min - self.env.now))  # one moment, not a story
        moment.callbacks.append(lambda _: self._look(grade, kind))

    def _look(self, grade: int, kind: int) -> None:
        """Send what can be sent now to the oldest parts of a kind."""
        self.fleet.turn_to(self.env.now)
        if self._looks.get(kind, _INF) <= self.env.now + ROUNDING_MIN:
            del self._looks[kind]
        while self._serve_head(grade, kind):
            pass

    def _serve_head(self, grade: int, kind: int) -> bool:
        """Send a unit to the oldest part of a kind; False if none waits or none can be sent."""
        part = self.queue.head(grade, kind)
        if part is None or not self.fleet.in_hours[grade]:
            return False
        unit = self._choose(part)
        if unit < 0:
            self._plan_look(part)
            return False
        self.queue.take(part)
        rest = self._send(part, unit)
        if rest is not None:
            self._dispatch(rest)
        return True

    def serve_queue(self) -> None:
        """Send what can be sent now to all that waits: by grade, then by age."""
        self.fleet.turn_to(self.env.now)
        for grade in range(len(self._factor)):
            if not self.fleet.in_hours[grade]:
                continue
            ages = [(part.age, part.kind) for part in self.queue.heads(grade)]
            heapify(ages)
            while ages:
                _, kind = heappop(ages)
                if self._serve_head(grade, kind):
                    part = self.queue.head(grade, kind)
                    if part is not None:
                        heappush(ages, (part.age, kind))

    def _first_for(self, unit: int) -> Part | None:
        """Return the first part, by grade and age, that a unit just freed may be sent to."""
        for grade, diverts in enumerate(self._takes_reserved):
            if not self.fleet.may_take(unit, diverts) or not self.fleet.in_hours[grade]:
                continue
            heads = [part for part in self.queue.heads(grade) if self._strike(part)[unit] == 0.0]
            if heads:
                return min(heads, key=lambda part: part.age)
        return None

    # -- what becomes of an assignment ------------------------------------------------------------------

    def arrive(self, job: Assignment) -> None:
        """A unit is at the scene."""
        job.arrived_min = self.env.now
        self.fleet.arrived(job.unit, self.env.now)
        self.columns.arrived(job.row, job.unit, self.env.now)

    def leave_scene(self, job: Assignment) -> float:
        """A unit has done its part at the scene; return the minutes until it is free."""
        fleet, now = self.fleet, self.env.now
        fleet.turn_to(now)
        job.left_scene_min = now
        job.end_place = job.cell
        self.table.left(job.row, now)
        fleet.left_scene(job.unit)
        minutes = self.rules.paperwork_min
        where = 0 if job.part.number else self._tied_up[job.row]
        if where:
            sites = self.rules.tied_up_sites[where - 1]
            minutes += self._tied_up_min[job.row]
            if sites.size:
                site, way_min = fleet.nearest_site(job.cell, sites)
                minutes += way_min
                job.end_place = fleet.n_cells + site
            job.tied_up = where
        return minutes

    def free(self, job: Assignment) -> Assignment | None:
        """A unit is free: return its next assignment, or let it go on patrol (or off duty)."""
        fleet, now, unit = self.fleet, self.env.now, job.unit
        fleet.turn_to(now)
        job.released_min = now
        job.free_until_min = fleet.set_free(unit, job.end_place, now)
        self._returning[unit] = job
        part = self._first_for(unit) if self.queue else None
        if part is None:
            return None
        self.queue.take(part)
        following, rest = self._assign(part, unit, None)
        if rest is not None:
            self._dispatch(rest)
        return following

    def _end(self, unit: int) -> None:
        """Write the response that a unit was last free from, if any."""
        job = self._returning.pop(unit, None)
        if job is not None:
            self.responses.append(job.log_row(min(self.env.now, job.free_until_min), _ATTENDED))

    def close(self) -> None:
        """Write the responses of the units that are free when the run has ended."""
        for unit in list(self._returning):
            job = self._returning.pop(unit)
            self.responses.append(job.log_row(job.free_until_min, _ATTENDED))
