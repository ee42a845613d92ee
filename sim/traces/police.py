"""The story of one police incident from the log alone: answered, graded, opened, who was free, who was sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.log.tables import Log
from sim.measures.police.missed import (
    AT_WORK,
    JUST_BEFORE_MIN,
    Duty,
    PoliceCause,
    classify_police,
    could_be_sent,
    default_standard,
    duty_of,
    opened_min,
    usual_control_min,
)
from sim.measures.police.select import PoliceView, police_view, standard_scope
from sim.measures.police.work import mode_by_slot
from sim.measures.timeline import State, Timeline, sorted_roster
from sim.traces.places import cell_name, place_name
from sim.traces.records import Verdict
from sim.world.codes import Mode, Origin, Outcome, Reason
from sim.world.fire import World
from sim.world.standards import Standard


@dataclass(frozen=True, slots=True)
class Choice:
    """How many units control could choose from when the incident opened.

    ``suitable``: on duty, able, within reach. Of them ``free``: patrolling or on the way back; ``less_urgent``:
    at work of a lower grade that may be left for this grade; the rest is at work that may not.
    """

    suitable: int
    free: int
    less_urgent: int


@dataclass(frozen=True, slots=True)
class PoliceSent:
    """One assignment of a unit, and the clock of the response that it began; minutes, NaN where it never was."""

    order: int
    unit: str
    base: str
    district: str  # "" for a car of the force
    officers: int
    reason: Reason
    origin: Origin
    origin_place: str
    held_back: bool  # on duty for emergencies only
    from_incident: int  # row of the work that it was diverted from, −1 for none
    from_grade: str
    to_incident: int  # row of the work that it was taken away for, −1 for none
    decided_min: float
    estimate_min: float
    departed_min: float
    arrived_min: float
    left_scene_min: float
    released_min: float
    tied_up: int  # 0 no, 1 custody, 2 hospital
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class PoliceTrace:
    """Everything that the log knows of one incident of the police."""

    row: int
    name: str
    type: str
    crime: str
    grade: str
    target_min: float
    time_min: float
    hour: int
    place: str
    district: str
    urban: bool
    timed: bool
    officers_asked: int
    received_min: float
    handling_min: float
    opened_min: float
    usual_control_min: float  # usual minutes from answer to open
    assigned_min: float
    first_min: float
    diversions: int
    choice: Choice
    sent: tuple[PoliceSent, ...]
    verdicts: tuple[Verdict, ...]


@dataclass(frozen=True, slots=True, eq=False)
class PoliceTraces:
    """What is needed to tell of any incident of one log; build it once."""

    seen: PoliceView
    timeline: Timeline
    duty: Duty


def prepare(world: World, log: Log) -> PoliceTraces:
    """Prepare to tell of incidents of ``log``.

    Raises:
        ValueError: the World has no police.
    """
    roster = sorted_roster(log)
    seen = police_view(world, log)
    return PoliceTraces(seen, Timeline(log, roster), duty_of(seen, mode_by_slot(world, roster)))


def trace_police(known: PoliceTraces, row: int, name: str, standards: Sequence[Standard] = ()) -> PoliceTrace:
    """Return the story of the incident in ``row``.

    Police standards are judged, and the time of the incident's own grade where none of them is of all grades.

    Raises:
        ValueError: the log has no such row, or the police do not attend it.
    """
    seen, log = known.seen, known.seen.log
    size = log.incidents["time_min"].size
    if not 0 <= row < size:
        raise ValueError(f"no incident {row}: the log has incidents 0 to {size - 1}")
    incident = {key: column[row].item() for key, column in log.incidents.items()}
    if incident["grade"] < 0:
        raise ValueError(f"incident {row} has no police grade: the police do not attend it")
    at = np.array([row])
    world, kind = seen.world, int(seen.kind[row])
    district, opened = int(seen.district[row]), incident["police_open_min"]
    return PoliceTrace(
        row=row,
        name=name,
        type=world.demand.key[kind],
        crime=seen.crimes[seen.crime[row]] if seen.crime[row] >= 0 else "",
        grade=seen.police.grades.key[incident["grade"]],
        target_min=float(seen.target_min[row]),
        time_min=incident["time_min"],
        hour=int(world.calendar.hour[seen.slot[row]]),
        place=cell_name(world, incident["cell"]),
        district=seen.police.district_names[district] if district >= 0 else "",
        urban=bool(seen.urban[row]),
        timed=bool(seen.timed[row]),
        officers_asked=incident["officers_asked"],
        received_min=incident["received_min"],
        handling_min=incident["handling_min"],
        opened_min=opened,
        usual_control_min=float(usual_control_min(seen, at)[0]),
        assigned_min=incident["police_assigned_min"],
        first_min=incident["police_first_min"],
        diversions=incident["diversions"],
        choice=_choice(known, row),
        sent=_sent(known, row),
        verdicts=tuple(_verdict(known, row, standard) for standard in _judged(seen, row, standards)),
    )


def _judged(seen: PoliceView, row: int, standards: Sequence[Standard]) -> list[Standard]:
    """Return the police standards that count the incident; its own grade's time where none does."""
    found = [s for s in standards if s.service == "police" and standard_scope(seen, s)[0][row]]
    grade = seen.police.grades.key[int(seen.grade[row])]
    if found or not np.isfinite(seen.target_min[row]):
        return found
    if seen.grade[row] == 0:
        return [default_standard(seen)]
    return [Standard(grade, f"{grade} in time", service="police", statistic="share_met", incidents=grade)]


def _choice(known: PoliceTraces, row: int) -> Choice:
    seen, at = known.seen, np.array([row])
    units = np.flatnonzero(could_be_sent(seen, at, known.duty.modes)[0])
    found = known.timeline.at(units, opened_min(seen, at) - JUST_BEFORE_MIN)
    busy = np.isin(found.state, AT_WORK)
    grades, grade, rules = seen.police.grades, int(seen.grade[row]), seen.police.rules
    less_urgent = 0
    if rules.divert and grades.diverts[grade]:
        responses, now = seen.log.responses, float(opened_min(seen, at)[0]) - JUST_BEFORE_MIN
        for response in found.response[busy].tolist():
            work = int(seen.grade[int(responses["incident"][response])])
            arrived, left = (float(responses[c][response]) for c in ("arrived_min", "left_scene_min"))
            committed = arrived <= now < arrived + rules.committed_min or left <= now
            less_urgent += work > grade and bool(grades.divertible[work]) and not committed
    return Choice(suitable=units.size, free=int(np.count_nonzero(~busy)), less_urgent=less_urgent)


def _sent(known: PoliceTraces, row: int) -> tuple[PoliceSent, ...]:
    seen = known.seen
    responses, world, cars = seen.log.responses, seen.world, seen.police.units
    rows = np.flatnonzero((responses["incident"] == row) & cars.police[responses["unit"]])
    told = []
    for response in rows[np.argsort(responses["decided_min"][rows], kind="stable")].tolist():
        said = {name: column[response].item() for name, column in responses.items()}
        unit, district = said["unit"], int(cars.district[said["unit"]])
        before, after = _neighbours(known, response)
        from_row = (
            int(responses["incident"][before]) if said["reason"] == Reason.DIVERTED and before >= 0 else -1
        )
        gone = said["outcome"] == Outcome.DIVERTED and after >= 0
        told.append(
            PoliceSent(
                order=said["order"],
                unit=world.units.key[unit],
                base=world.sites.name[int(world.units.site[unit])],
                district=seen.police.district_names[district] if district >= 0 else "",
                officers=int(cars.officers[unit]),
                reason=Reason(said["reason"]),
                origin=Origin(said["origin"]),
                origin_place=place_name(world, said["origin_place"]),
                held_back=said["mode"] == Mode.RESERVED,
                from_incident=from_row,
                from_grade=seen.police.grades.key[int(seen.grade[from_row])] if from_row >= 0 else "",
                to_incident=int(responses["incident"][after]) if gone else -1,
                outcome=Outcome(said["outcome"]),
                **{name: said[name] for name in _CLOCK},
            )
        )
    return tuple(told)


_CLOCK = (
    "decided_min", "estimate_min", "departed_min", "arrived_min", "left_scene_min", "released_min", "tied_up",
)  # fmt: skip


def _neighbours(known: PoliceTraces, response: int) -> tuple[int, int]:
    """Return the responses of the same unit before and after one, −1 for none."""
    responses = known.seen.log.responses
    mine = np.flatnonzero(responses["unit"] == responses["unit"][response])
    mine = mine[np.lexsort((mine, responses["decided_min"][mine]))]
    place = int(np.flatnonzero(mine == response)[0])
    before = int(mine[place - 1]) if place > 0 else -1
    return before, int(mine[place + 1]) if place + 1 < mine.size else -1


def _verdict(known: PoliceTraces, row: int, standard: Standard) -> Verdict:
    seen = known.seen
    scope, response, limit = standard_scope(seen, standard)
    met = bool(response[row] <= limit[row])
    took, within = float(response[row]), float(limit[row])
    if met or not scope[row] or not standard.is_share:
        return Verdict(standard, bool(scope[row]), took, within, met)
    misses = classify_police(seen, standard, known.timeline, known.duty)
    place = int(np.searchsorted(misses.row, row))
    unit = int(misses.unit[place])
    return Verdict(
        standard=standard,
        counted=True,
        response_min=took,
        limit_min=within,
        met=False,
        cause=PoliceCause(int(misses.cause[place])),
        would_have=seen.world.units.key[unit] if unit >= 0 else "",
        would_be_min=float(misses.would_be_min[place]),
        doing=State(int(misses.state[place])) if unit >= 0 else None,
    )
