"""What must hold of every police run, whatever the world: each check names what it found.

``watched(world, draws)`` runs event by event and looks, whenever the clock is about to move on, whether anything waits
that could be answered; ``check_log`` reads the log alone. Both work from the rules, not from the engine's arrays.
"""

from __future__ import annotations

import math
from collections import defaultdict
from typing import Any

import numpy as np

from sim.draws.police.incidents import PARTS
from sim.draws.replication import Draws
from sim.engine.run import Engine
from sim.log.tables import Log
from sim.world.codes import Mode, Origin, Outcome, Reason
from sim.world.fire import World

SAME_MIN = 1e-6
ROUNDING_MIN = 2e-3  # single precision travel


class Watch:
    """A police deployment looked at from outside."""

    def __init__(self, engine: Engine) -> None:
        """Look at a run that has not begun."""
        assert engine.police is not None
        self.clock, self.deployment, self.parts = engine.clock, engine.police, engine.police.parts
        self.responses, self.units = engine.responses, engine.police.units
        self.world, self.police = engine.police.world, engine.police.police
        self.looks = 0

    def on_duty(self, unit: int) -> int:
        """Return the mode now."""
        return int(self.deployment._mode[self.units.slot(self.clock.now_min), unit])

    def may_be_sent(self, unit: int, part: int, *, spare_min: float = 0.0) -> bool:
        """Whether the rules let a unit go to a part, wherever it is and whatever it does."""
        grades, units, now = self.police.grades, self.police.units, self.clock.now_min
        row = part // PARTS
        grade, capability = self.parts.grade[row], self.parts.capability[part]
        mode = self.on_duty(unit)
        if mode != Mode.IMMEDIATE and not (mode == Mode.RESERVED and grades.diverts[grade]):
            return False
        if capability >= 0:
            if not self.world.units.capability[unit] >> capability & 1:
                return False
        elif units.support[unit] and not grades.support_units[grade]:
            return False
        home = int(self.police.district_of_cell[self.parts.cell[row]])
        away = int(units.district[unit])
        waited = now - self.parts.opened_min[row] >= grades.wider_after_min[grade] + spare_min
        return bool(waited or home < 0 or away < 0 or grades.eligible_districts[grade, home, away])

    def may_leave(self, unit: int, part: int, *, spare_min: float = 0.0) -> bool:
        """Whether a unit at work may leave it for a part."""
        grades, rules, responses = self.police.grades, self.police.rules, self.responses
        grade = self.parts.grade[part // PARTS]
        work_grade = self.parts.grade[responses.row[unit]]
        if not (rules.divert and grades.diverts[grade]) or work_grade <= grade:
            return False
        if not grades.divertible[work_grade] or not math.isnan(responses.left_scene_min[unit]):
            return False
        if math.isnan(responses.arrived_min[unit]):
            return True
        return self.clock.now_min >= responses.arrived_min[unit] + rules.committed_min + spare_min

    def in_hours(self, part: int) -> bool:
        """Whether a part's grade is assigned at this hour."""
        first, end = self.police.grades.hours[self.parts.grade[part // PARTS]].tolist()
        return bool(first <= self.world.calendar.hour[self.units.slot(self.clock.now_min)] < end)

    def nothing_waits_in_vain(self) -> None:
        """Nothing waits for which a free unit, or one on lower work that may be left, could be sent."""
        self.looks += 1
        oldest: dict[int, int] = {}  # of those that the same units may be sent to
        for part in sorted(self.deployment.queue, key=self.parts.age):
            oldest.setdefault(self.parts.kind[part], part)
        now = self.clock.now_min
        for part in oldest.values():
            if not self.in_hours(part):
                continue
            for unit in np.flatnonzero(self.police.units.police).tolist():
                if not self.may_be_sent(unit, part, spare_min=SAME_MIN):
                    continue
                assert self.units.at_work(unit), f"{part} waits at {now} and unit {unit} is free"
                assert not self.may_leave(unit, part, spare_min=SAME_MIN), (
                    f"{part} waits at {now} and unit {unit} is on lower work that it may leave"
                )

    def the_choice_is_right(self, part: int, chosen: int) -> None:
        """The nearest free unit was chosen, or one on lower work that is quicker by more than the gain."""
        units, now, row = self.units, self.clock.now_min, part // PARTS
        cell, factor = self.parts.cell[row], self.deployment.candidates.factor[self.parts.grade[row]]
        free, lower = {}, {}
        for unit in np.flatnonzero(self.police.units.police).tolist():
            if not self.may_be_sent(unit, part, spare_min=-SAME_MIN):
                continue
            if not units.at_work(unit):
                free[unit] = units.whereabouts_of_free(unit, now, cell)[1] * factor
            elif self.may_leave(unit, part, spare_min=-SAME_MIN):
                lower[unit] = units.minutes_at_work(unit, now, cell) * factor
        best_free, best_lower = min(free.values(), default=math.inf), min(lower.values(), default=math.inf)
        if chosen < 0:
            assert not free
            assert not lower
        elif chosen in free:
            assert free[chosen] <= best_free + ROUNDING_MIN
            assert best_free - best_lower <= self.police.rules.divert_gain_min + ROUNDING_MIN
        else:
            assert lower[chosen] <= best_lower + ROUNDING_MIN
            assert best_free - best_lower > self.police.rules.divert_gain_min - ROUNDING_MIN

    def nobody_older_is_passed_over(self, unit: int) -> None:
        """A unit just freed has taken the first by grade and age of all that it may be sent to."""
        taken = self.deployment.part[unit]
        place = (self.parts.grade[taken // PARTS], self.parts.age(taken))
        for other in self.deployment.queue:
            if self.in_hours(other) and self.may_be_sent(unit, other, spare_min=SAME_MIN):
                assert place <= (self.parts.grade[other // PARTS], self.parts.age(other)), (
                    f"{other} passed over for {taken}"
                )


def watched(world: World, draws: Draws) -> tuple[Log, int]:
    """Run event by event under watch; return the log and how often the deployment was looked at."""
    engine = Engine(world, draws)
    deployment = engine.police
    assert deployment is not None
    watch = Watch(engine)
    choose, free = deployment.candidates.choose, deployment.free

    def checked_choose(part: int, now_min: float) -> int:
        unit = choose(part, now_min)
        watch.the_choice_is_right(part, unit)
        return unit

    def checked_free(unit: int, now_min: float) -> bool:
        following = free(unit, now_min)
        if following:
            watch.nobody_older_is_passed_over(unit)
        return following

    deployment.candidates.choose = checked_choose  # type: ignore[method-assign]
    deployment.free = checked_free  # type: ignore[method-assign]
    engine.start()
    while (next_min := engine.clock.step()) < math.inf:
        if next_min > engine.clock.now_min + SAME_MIN:
            watch.nothing_waits_in_vain()
    engine.close()
    tables = engine.tables()
    log = Log(
        replication=0, seed=1, horizon_min=world.calendar.horizon_min, incidents=tables["incidents"],
        responses=tables["responses"], standby=tables["standby"], roster={},
    )  # fmt: skip
    return log, watch.looks


def check_log(world: World, draws: Draws, log: Log) -> None:
    """Check everything that the log alone can tell."""
    police_rows = np.flatnonzero(world.police.units.police[log.responses["unit"]])  # type: ignore[union-attr]
    sent = {name: values[police_rows] for name, values in log.responses.items()}
    times_are_in_order(sent)
    nobody_is_in_two_places(sent)
    no_work_is_lost(world, draws, log, sent)
    reserved_units_take_emergencies_alone(world, log, sent)
    incidents_agree_with_responses(log, sent)


def times_are_in_order(sent: dict[str, Any]) -> None:
    """Decided, departed, arrived, left, released, ended; those called off end when they are."""
    came = ~np.isnan(sent["arrived_min"])
    done = sent["outcome"] == Outcome.ATTENDED
    assert came[done].all()
    assert np.isin(sent["outcome"], (Outcome.ATTENDED, Outcome.DIVERTED)).all()
    for earlier, later in (
        ("decided_min", "departed_min"), ("departed_min", "arrived_min"), ("arrived_min", "left_scene_min"),
        ("left_scene_min", "released_min"), ("released_min", "ended_min"),
    ):  # fmt: skip
        known = ~np.isnan(sent[earlier]) & ~np.isnan(sent[later])
        assert (sent[later][known] >= sent[earlier][known] - SAME_MIN).all(), (earlier, later)
    assert np.array_equal(sent["ended_min"][~done], sent["released_min"][~done])
    assert (sent["tied_up"][~done] == 0).all()


def nobody_is_in_two_places(sent: dict[str, Any]) -> None:
    """A unit's responses follow each other; it sets out for the next when it has ended the one before."""
    order = np.lexsort((sent["ended_min"], sent["decided_min"], sent["unit"]))
    unit, decided, ended = (sent[name][order] for name in ("unit", "decided_min", "ended_min"))
    same = unit[1:] == unit[:-1]
    assert (decided[1:][same] >= ended[:-1][same] - SAME_MIN).all()
    called_off = sent["outcome"][order][:-1] == Outcome.DIVERTED
    diverted = np.isin(sent["origin"][order][1:], (Origin.EN_ROUTE, Origin.AT_SCENE))
    assert np.array_equal(called_off[same], diverted[same]), "who is called off is sent on at once"
    assert np.array_equal(decided[1:][same & called_off], ended[:-1][same & called_off])
    assert np.array_equal(sent["reason"] == Reason.DIVERTED, np.isin(sent["origin"], (6, 7)))


def no_work_is_lost(world: World, draws: Draws, log: Log, sent: dict[str, Any]) -> None:
    """All that was asked for was done: minutes at the scene are those drawn, whoever spent them; grades are kept."""
    assert draws.police is not None
    incidents, officers = log.incidents, world.police.units.officers  # type: ignore[union-attr]
    assert np.array_equal(incidents["grade"], draws.police.grade)
    at_scene: dict[int, float] = defaultdict(float)
    stayed = np.nan_to_num(sent["left_scene_min"] - sent["arrived_min"])
    for row, minutes in zip(sent["incident"].tolist(), stayed.tolist(), strict=True):
        at_scene[row] += minutes
    finished = defaultdict(list)
    for row, unit, outcome in zip(*(sent[n].tolist() for n in ("incident", "unit", "outcome")), strict=True):
        if outcome == Outcome.ATTENDED:
            finished[row].append(unit)
    for row in np.flatnonzero(incidents["grade"] >= 0).tolist():
        asked = int(incidents["officers_asked"][row])
        assert 1 <= len(finished[row]) <= asked, f"incident {row}"
        assert sum(int(officers[unit]) for unit in finished[row]) >= asked, f"incident {row} lacks officers"
        drawn = draws.police.scene_min[row, : len(finished[row])].sum()
        assert abs(at_scene[row] - drawn) < SAME_MIN, f"incident {row}: {at_scene[row]} of {drawn} minutes"


def reserved_units_take_emergencies_alone(world: World, log: Log, sent: dict[str, Any]) -> None:
    """Units off duty take nothing; those on for emergencies only take only grades that divert."""
    diverts = world.police.grades.diverts[log.incidents["grade"][sent["incident"]]]  # type: ignore[union-attr]
    assert np.isin(sent["mode"], (Mode.IMMEDIATE, Mode.RESERVED)).all()
    assert diverts[sent["mode"] == Mode.RESERVED].all()


def incidents_agree_with_responses(log: Log, sent: dict[str, Any]) -> None:
    """The columns of the incident are those of its responses."""
    incidents, n = log.incidents, len(log.incidents["key"])
    of = sent["incident"]
    assert np.array_equal(np.bincount(of, minlength=n), incidents["police_units"])
    called_off = (sent["outcome"] == Outcome.DIVERTED).astype(float)
    assert np.array_equal(np.bincount(of, called_off, minlength=n), incidents["diversions"])
    first = np.full(n, np.inf)
    np.fmin.at(first, of, sent["arrived_min"])
    assert np.array_equal(
        np.where(np.isinf(first), np.nan, first), incidents["police_first_min"], equal_nan=True
    )
    assigned = np.full(n, np.inf)
    np.fmin.at(assigned, of, sent["decided_min"])
    known = np.isfinite(assigned)
    assert np.array_equal(assigned[known], incidents["police_assigned_min"][known])
    assert (assigned[known] >= incidents["police_open_min"][known] - SAME_MIN).all()
    assert (incidents["received_min"] <= incidents["time_min"]).all()
