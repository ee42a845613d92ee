"""Everything random of the police response, drawn before the run and keyed by incident, unit, shift.

Grade, officers, delay, time at scene, custody and hospital each have a uniform of their own by incident, so that a
change of one share changes only the incidents that it must.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.draws.incidents import Incidents
from sim.draws.keys import normals, stream, uniforms
from sim.draws.police.calls import draw_calls
from sim.draws.police_duty import waiting_sites, within_hours
from sim.draws.roster import Roster
from sim.world.fire import SLOT_MIN, World
from sim.world.police import Police

F64 = NDArray[np.float64]
I8 = NDArray[np.int8]
I16 = NDArray[np.int16]
Bool = NDArray[np.bool_]

PARTS = 2
"""Most units asked for at an incident: two officers may come in two cars."""


@dataclass(frozen=True, slots=True, eq=False)
class PoliceDraws:
    """By row of the incidents (n,), NaN and −1 where the police do not attend; the last by slot and unit."""

    grade: I8
    officers: I8
    open_min: F64  # graded, delayed, and within the grade's hours
    scene_min: F64  # (n, PARTS) of the first unit's part and the second's
    tied_up: I8  # 0 no, 1 at custody, 2 at a hospital
    tied_up_min: F64  # there, without the way
    timed: Bool
    received_min: F64  # when the call began to ring
    waiting_site: I16  # (T, U)


def draw_police(
    world: World, police: Police, incidents: Incidents, roster: Roster, seed: int, replication: int
) -> tuple[Incidents, PoliceDraws, dict[str, NDArray[Any]] | None]:
    """Return the incidents in the order in which their calls are answered, their draws, and the calls' table."""
    grade = draw_grades(world, police, incidents, seed, replication)
    received, table = incidents.time_min, None
    if police.lines is not None:
        calls = draw_calls(world, incidents, grade, seed, replication)
        order = np.lexsort((incidents.key, calls.answered_min))
        incidents = _in_order(replace(incidents, time_min=calls.answered_min), order)
        grade, received, table = grade[order], calls.received_min[order], calls.table
    waiting = waiting_sites(world, police, seed, replication, roster.mode)
    return incidents, _draws(world, police, incidents, grade, received, waiting, seed, replication), table


def draw_grades(world: World, police: Police, incidents: Incidents, seed: int, replication: int) -> I8:
    """Return each incident's grade (n,), −1 where the police do not attend.

    The shares of the type and of the period that the call's day is in, from the most urgent grade on.
    """
    demand, kind = police.demand, incidents.type
    slot = np.minimum(incidents.time_min / SLOT_MIN, world.calendar.day.size - 1).astype(np.intp)
    period = demand.grade_from_day.searchsorted(world.calendar.day[slot], side="right") - 1
    running = np.cumsum(demand.grade_share, axis=2)
    u = uniforms(stream(seed, replication, "police grade"), incidents.key)
    at_most = running[period, kind] / np.maximum(running[period, kind, -1:], 1e-300)
    grade = np.minimum((u[:, None] >= at_most).sum(axis=1), demand.grade_share.shape[2] - 1)
    comes = uniforms(stream(seed, replication, "police attend"), incidents.key) < demand.attended_share[kind]
    return np.where(demand.attends[kind] & comes, grade, -1).astype(np.int8)


def _draws(
    world: World,
    police: Police,
    incidents: Incidents,
    grade: I8,
    received_min: F64,
    waiting_site: I16,
    seed: int,
    replication: int,
) -> PoliceDraws:
    demand, grades = police.demand, police.grades
    rows = np.flatnonzero(grade >= 0)
    kind, level, key = incidents.type[rows].astype(np.intp), grade[rows].astype(np.intp), incidents.key[rows]

    def uniform(purpose: str) -> F64:
        return uniforms(stream(seed, replication, f"police {purpose}"), key)

    def normal(purpose: str) -> F64:
        return normals(stream(seed, replication, f"police {purpose}"), key)

    def on_rows(values: NDArray[Any], otherwise: float | int, dtype: str) -> NDArray[Any]:
        table = np.full((len(grade), *values.shape[1:]), otherwise, dtype=dtype)
        table[rows] = values
        return table

    delay = grades.delay_median_min[level] * demand.delay_factor[kind, level]
    delay *= np.exp(grades.delay_sigma[level] * normal("delay"))
    graded = incidents.time_min[rows] + incidents.handling_min[rows] + delay
    tied = _tied_up(demand.tied_up_share[kind], uniform("tied up"))
    where = np.maximum(tied - 1, 0)
    rules = police.rules
    tied_min = rules.tied_up_median_min[where] * np.exp(rules.tied_up_sigma[where] * normal("tied up for"))
    scene_z = np.column_stack([normal(f"scene of unit {part}") for part in range(PARTS)])
    scene_z = (scene_z + incidents.scene_z[rows, None]) * np.sqrt(0.5)  # half the variance is the incident's
    scene = demand.scene_median_min[kind, level][:, None] * np.exp(
        demand.scene_sigma[kind][:, None] * scene_z
    )
    return PoliceDraws(
        grade=grade,
        officers=on_rows(1 + (uniform("officers") < demand.officers[kind, level] - 1.0), 0, "int8"),
        open_min=on_rows(_within_hours(world, police, graded, level), np.nan, "float64"),
        scene_min=on_rows(scene, np.nan, "float64"),
        tied_up=on_rows(tied, 0, "int8"),
        tied_up_min=on_rows(np.where(tied > 0, tied_min, 0.0), 0.0, "float64"),
        timed=on_rows(uniform("timed") < demand.timed_share[kind], 0, "bool"),
        received_min=received_min,
        waiting_site=waiting_site,
    )


def _tied_up(share: F64, u: F64) -> I8:
    """Custody below the first share, hospital from there to the sum of both."""
    return np.where(u < share[:, 0], 1, np.where(u < share.sum(axis=1), 2, 0)).astype(np.int8)


def open_hours(world: World, police: Police) -> Bool:
    """Return in which slots work of a grade is assigned, (G, T + 48): after the horizon the last day again."""
    hour = world.calendar.hour
    hour = np.concatenate((hour, hour[-48:]))
    return np.array([within_hours(hour, int(first), int(end)) for first, end in police.grades.hours])


def _within_hours(world: World, police: Police, at_min: F64, level: NDArray[np.intp]) -> F64:
    """Return the first moment at or after ``at_min`` in the grade's hours."""
    answer = at_min.copy()
    hours = open_hours(world, police)
    last = hours.shape[1] - 1
    for grade in range(hours.shape[0]):
        if hours[grade].all():
            continue
        rows = np.flatnonzero(level == grade)
        slot = np.minimum(at_min[rows] / SLOT_MIN, last).astype(np.intp)
        opens = np.append(np.flatnonzero(hours[grade]), last)
        next_open = opens[np.minimum(opens.searchsorted(slot), opens.size - 1)]
        answer[rows] = np.maximum(at_min[rows], next_open * SLOT_MIN)
    return answer


def _in_order(incidents: Incidents, order: NDArray[np.intp]) -> Incidents:
    moved: dict[str, Any] = {
        one.name: value[order]
        for one in fields(incidents)
        if (value := getattr(incidents, one.name)) is not None
    }
    return Incidents(**moved)
