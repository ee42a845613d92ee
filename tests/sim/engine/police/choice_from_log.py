"""Whether the police sent whom their rules send, told by the log, the World and the draws alone.

Any engine can be held to it. What happened in the very minute of a decision is passed over, and so are units on their
way from one place to another; units at a waiting place and at a scene are looked at.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sim.decisions.routes import minutes_between
from sim.draws.police.incidents import PoliceDraws
from sim.draws.replication import Draws
from sim.log.tables import Log
from sim.world.codes import Mode, Origin, Outcome, Reason
from sim.world.fire import SLOT_MIN, World
from sim.world.police import Police

SAME_MIN = 1e-6
ROUNDING_MIN = 2e-3  # single precision travel
NEVER = math.inf


@dataclass(frozen=True)
class Job:
    """A response of one unit."""

    row: int
    incident: int
    grade: int
    decided: float
    arrived: float
    left: float
    released: float
    ended: float
    called_off: bool


@dataclass
class Looked:
    """How often the choice was looked at, with how many others, and how many waits."""

    choices: int = 0
    free: int = 0
    at_scene: int = 0
    waits: int = 0


class Past:
    """What the log tells of every police unit."""

    def __init__(self, world: World, draws: Draws, log: Log) -> None:
        assert world.police is not None
        assert draws.police is not None
        self.world, self.log = world, log
        self.police: Police = world.police
        self.draws: PoliceDraws = draws.police
        self.mode = draws.roster.mode
        self.units = np.flatnonzero(self.police.units.police).tolist()
        self.jobs: dict[int, list[Job]] = {unit: [] for unit in self.units}
        columns = {name: column.tolist() for name, column in log.responses.items()}
        for row, unit in enumerate(columns["unit"]):
            if unit not in self.jobs:
                continue
            incident = columns["incident"][row]
            self.jobs[unit].append(
                Job(
                    row, incident, int(log.incidents["grade"][incident]), columns["decided_min"][row],
                    columns["arrived_min"][row], columns["left_scene_min"][row], columns["released_min"][row],
                    columns["ended_min"][row], columns["outcome"][row] == Outcome.DIVERTED,
                )
            )  # fmt: skip
        for jobs in self.jobs.values():
            jobs.sort(key=lambda job: (job.decided, job.ended))
        self.begun = {unit: [job.decided for job in jobs] for unit, jobs in self.jobs.items()}
        self.decisions = Counter(minute for begun in self.begun.values() for minute in begun)

    def slot(self, minute: float) -> int:
        """Return the roster slot; after the horizon the last day comes again."""
        slot, slots = int(minute / SLOT_MIN), len(self.mode)
        return slot if slot < slots else max(slots - 48, 0) + (slot - slots) % min(48, slots)

    def may_be_sent(self, unit: int, incident: int, capability: int, minute: float, *, spare: float) -> bool:
        """Whether the rules let a unit go to an incident, wherever it is; ``spare`` is taken off its wait."""
        grades, cars = self.police.grades, self.police.units
        grade = int(self.log.incidents["grade"][incident])
        mode = self.mode[self.slot(minute), unit]
        if mode != Mode.IMMEDIATE and not (mode == Mode.RESERVED and grades.diverts[grade]):
            return False
        if capability >= 0:
            if not self.world.units.capability[unit] >> capability & 1:
                return False
        elif cars.support[unit] and not grades.support_units[grade]:
            return False
        home = int(self.police.district_of_cell[self.log.incidents["cell"][incident]])
        away = int(cars.district[unit])
        waited = minute - float(self.log.incidents["police_open_min"][incident])
        wider = waited >= grades.wider_after_min[grade] + spare
        return bool(wider or home < 0 or away < 0 or grades.eligible_districts[grade, home, away])

    def at(self, unit: int, minute: float) -> tuple[Job | None, bool]:
        """Return the job a unit is at (released included while it drives back), and whether the minute is told."""
        place = bisect_right(self.begun[unit], minute) - 1  # jobs of a unit follow each other
        if place < 0:
            return None, True
        job = self.jobs[unit][place]
        if minute in (job.decided, job.arrived, job.left, job.released, job.ended):
            return job, False
        if minute < job.ended:
            return job, True
        if int(job.ended / SLOT_MIN) == int(minute / SLOT_MIN):
            return None, False  # it is where it was to wait when it became free, until the slot ends
        return None, True

    def in_hours(self, grade: int, minute: float) -> bool:
        first, end = self.police.grades.hours[grade].tolist()
        return bool(first <= self.world.calendar.hour[self.slot(minute)] < end)

    def factor(self, grade: int) -> float:
        rules = self.police.rules
        return rules.blue_factor if self.police.grades.blue_lights[grade] else rules.ordinary_factor

    def minutes(self, place: int, cell: int, minute: float) -> float:
        hour = int(self.world.calendar.hour_of_week[self.slot(minute)])
        return minutes_between(self.world.travel, int(self.world.travel.band_of_hour[hour]), place, cell)

    def left_for(self, job: Job, grade: int, minute: float) -> bool:
        """Whether a unit at a scene may leave it for a grade."""
        grades, rules = self.police.grades, self.police.rules
        if (
            not (rules.divert and grades.diverts[grade])
            or job.grade <= grade
            or not grades.divertible[job.grade]
        ):
            return False
        return minute > job.arrived + rules.committed_min + SAME_MIN


def the_choice_was_right(past: Past, looked: Looked) -> None:
    """The nearest was sent, or one on lower work that was quicker by more than the gain: of those at a place."""
    log, rules, n_cells = past.log, past.police.rules, len(past.world.cells.population)
    for row, unit in enumerate(log.responses["unit"].tolist()):
        if unit not in past.jobs:
            continue
        said = {name: column[row].item() for name, column in log.responses.items()}
        incident, minute, grade = (
            said["incident"],
            said["decided_min"],
            int(log.incidents["grade"][said["incident"]]),
        )
        if said["reason"] in (Reason.QUEUED, Reason.BACKUP) or past.decisions[minute] > 1:
            continue  # a unit just freed takes what waits, however far it is; a dispatch of several is told by none
        looked.choices += 1
        cell, factor = int(log.incidents["cell"][incident]), past.factor(grade)
        took = said["estimate_min"] - rules.turnout_median_min
        diverted = said["origin"] in (Origin.EN_ROUTE, Origin.AT_SCENE)
        for other in past.units:
            may = past.may_be_sent(other, incident, said["capability"], minute, spare=SAME_MIN)
            job, told = past.at(other, minute)
            if other == unit or not may or not told:
                continue
            if job is None:
                looked.free += 1
                site = int(past.draws.waiting_site[past.slot(minute), other])
                would = factor * past.minutes(n_cells + site, cell, minute)
                gain = rules.divert_gain_min if diverted else 0.0
                assert took + gain <= would + ROUNDING_MIN, f"row {row}: unit {other} was free and quicker"
            elif job.arrived < minute < job.left and past.left_for(job, grade, minute):
                looked.at_scene += 1
                would = factor * past.minutes(int(log.incidents["cell"][job.incident]), cell, minute)
                gain = 0.0 if diverted else rules.divert_gain_min
                assert took <= would + gain + ROUNDING_MIN, (
                    f"row {row}: unit {other} was on lower work and quicker"
                )


def _looks(past: Past, opened: float, assigned: float, grade: int) -> Iterator[float]:
    """Give the moments in a wait at which something may have changed, each a little later."""
    later = 1e-4
    marks = {opened, opened + float(past.police.grades.wider_after_min[grade])}
    marks |= {SLOT_MIN * k for k in range(int(opened // SLOT_MIN) + 1, int(assigned // SLOT_MIN) + 1)}
    marks |= {job.released for jobs in past.jobs.values() for job in jobs if opened < job.released < assigned}
    yield from (mark + later for mark in sorted(marks) if mark + 2 * later < assigned)


def nothing_waited_in_vain(past: Past, looked: Looked) -> None:
    """While an incident waited for its first unit, no unit that may be sent was free, or on work that it may leave."""
    incidents = past.log.incidents
    for row in np.flatnonzero(
        (incidents["grade"] >= 0) & np.isfinite(incidents["police_assigned_min"])
    ).tolist():
        opened, assigned = (float(incidents[n][row]) for n in ("police_open_min", "police_assigned_min"))
        if assigned <= opened + SAME_MIN or assigned > past.log.horizon_min:
            continue
        looked.waits += 1
        grade = int(incidents["grade"][row])
        first = int(np.flatnonzero(past.log.responses["incident"] == row)[0])
        capability = int(past.log.responses["capability"][first])
        for minute in _looks(past, opened, assigned, grade):
            if not past.in_hours(grade, minute):
                continue
            for unit in past.units:
                if not past.may_be_sent(unit, row, capability, minute, spare=SAME_MIN):
                    continue
                job, told = past.at(unit, minute)
                at_work = job is not None and minute < job.released
                assert at_work or not told, f"incident {row} waits at {minute} and unit {unit} is free"
                if job is not None and job.arrived < minute < job.left:
                    assert not past.left_for(job, grade, minute - 1e-3), (
                        f"incident {row} waits at {minute} and unit {unit} is on lower work that it may leave"
                    )


def check_choices(world: World, draws: Draws, log: Log) -> Looked:
    """Check what the log tells of who was sent and who waited."""
    past, looked = Past(world, draws, log), Looked()
    the_choice_was_right(past, looked)
    nothing_waited_in_vain(past, looked)
    return looked
