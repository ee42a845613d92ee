"""The calls of a replication: those of the incidents and those that bring none, drawn and then answered.

Calls that bring no incident are a non-homogeneous Poisson process by line, drawn day by day as the incidents are:
the number of a line's calls on a day is the Poisson quantile of one keyed uniform, and the k-th call of a day has
its own time, length and patience. An incident's line, length of call and patience belong to its key. So scenarios
stay coupled: with more handlers, or more calls, the callers that were there before are the same.

A caller with an incident to report dials again after giving up; others do not (assumption: they use the web form,
or call another day). Incidents that the fire service attends too are told by its control and do not ring here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.draws.incidents import DAY_BITS, SERIAL_BITS, Incidents, day_starts, poisson_quantile, times_of_day
from sim.draws.keys import stream, streams, uniforms
from sim.draws.police.call_answering import Answers, Redial, Staffing, answer_calls
from sim.world.fire import SLOT_MIN, Calendar, World
from sim.world.log_schema import CALLS
from sim.world.police import Lines, Police

F64 = NDArray[np.float64]
I8 = NDArray[np.int8]
I64 = NDArray[np.int64]
U64 = NDArray[np.uint64]

LINES = ("999", "101")
LAST_MOMENT_MIN = 1e-6
"""An incident whose caller would be answered after the horizon is answered this long before it."""

_COUNTER = np.uint64((1 << (DAY_BITS + SERIAL_BITS)) - 1)


@dataclass(frozen=True, slots=True, eq=False)
class Calls:
    """When each incident's call began and was answered, and the log's table ``calls``.

    ``received_min``, ``answered_min``, ``line`` are by row of the incidents; ``line`` is −1 and both times are the
    incident's own where nobody rings the police. ``attempts`` counts the times the caller dialled.
    """

    received_min: F64
    answered_min: F64
    line: I8
    attempts: I8
    table: dict[str, NDArray[Any]]


@dataclass(frozen=True, slots=True, eq=False)
class Ringing:
    """Calls in the order of ringing; ``incident`` is the row of the incident or −1."""

    received_min: F64
    line: I8
    handle_min: F64
    patience_min: F64
    incident: I64


def draw_calls(world: World, incidents: Incidents, grade: I8, seed: int, replication: int) -> Calls:
    """Draw and answer the calls; ``incidents.time_min`` is when their calls begin to ring.

    ``grade`` (n,) is each incident's police grade, −1 where the police do not attend. ValueError without lines.
    """
    police = world.police
    if police is None or police.lines is None:
        raise ValueError("the world has no telephone lines: set Police.lines")
    lines = police.lines
    ringing = _in_order(
        other_calls(world, lines, seed, replication),
        _incident_calls(world, police, lines, incidents, grade, seed, replication),
    )
    answers = answer_calls(
        ringing.received_min,
        ringing.line,
        ringing.handle_min,
        ringing.patience_min,
        staffing(world.calendar, lines),
        _redial(world, lines, incidents, ringing, seed, replication),
    )
    return _calls(incidents, ringing, answers, lines, world.calendar.horizon_min)


def staffing(calendar: Calendar, lines: Lines) -> Staffing:
    """Return the handlers on duty over the run, as the changes of their number."""
    handlers = lines.handlers[calendar.hour_of_week]
    changes = np.flatnonzero(np.diff(handlers.astype(np.int64), prepend=-1))
    return Staffing(changes.astype(np.float64) * SLOT_MIN, handlers[changes], lines.kept_for_999)


def other_calls(world: World, lines: Lines, seed: int, replication: int) -> Ringing:
    """Draw the calls that bring no incident, line by line, not yet in order of time."""
    calendar = world.calendar
    weights = lines.other_per_hour[:, calendar.hour_of_week] * lines.month[:, calendar.month - 1]
    starts = day_starts(world)
    days = calendar.day[starts].astype(np.int64)
    expected = np.add.reduceat(weights, starts, axis=1) * (SLOT_MIN / 60.0)
    names = streams(seed, replication, "other call count", LINES)
    counts = poisson_quantile(uniforms(names[:, None], days[None, :]), expected)
    if counts.size and counts.max() >= 1 << SERIAL_BITS:
        raise ValueError(f"{counts.max()} calls on one line in one day: lower other_per_hour")
    flat = counts.ravel()
    line = np.repeat(np.repeat(np.arange(len(LINES)), days.size), flat)
    day = np.repeat(np.tile(days, len(LINES)), flat)
    serial = np.arange(line.size) - np.repeat(np.cumsum(flat) - flat, flat)
    counter = (day << SERIAL_BITS | serial).astype(np.uint64)

    def uniform(purpose: str) -> F64:
        return uniforms(streams(seed, replication, f"other call {purpose}", LINES)[line], counter)

    received_min = times_of_day(world, weights, line, day, uniform("time"))
    kept = received_min < calendar.horizon_min
    line = line[kept]
    return Ringing(
        received_min=received_min[kept],
        line=line.astype(np.int8),
        handle_min=_exponential(lines.handle_mean_min[line], uniform("handling")[kept]),
        patience_min=_exponential(lines.patience_mean_min[line], uniform("patience")[kept]),
        incident=np.full(line.size, -1),
    )


def _incident_calls(
    world: World, police: Police, lines: Lines, incidents: Incidents, grade: I8, seed: int, replication: int
) -> Ringing:
    """Calls of the incidents that are the police's alone."""
    kinds = incidents.type.astype(np.int64)
    rows = np.flatnonzero((grade >= 0) & ~police.demand.fire_attends[kinds])
    kind, counter = kinds[rows], incidents.key[rows] & _COUNTER

    def uniform(purpose: str) -> F64:
        names = streams(seed, replication, f"incident call {purpose}", world.demand.key)
        return uniforms(names[kind], counter)

    line = np.where(uniform("line") < police.demand.by_999[kind, grade[rows]], 0, 1)
    return Ringing(
        received_min=incidents.time_min[rows],
        line=line.astype(np.int8),
        handle_min=_exponential(lines.handle_mean_min[line], uniform("handling")),
        patience_min=_exponential(lines.patience_mean_min[line], uniform("patience")),
        incident=rows,
    )


def _exponential(mean: F64, u: F64) -> F64:
    waits: F64 = -mean * np.log(u)
    return waits


def _in_order(others: Ringing, own: Ringing) -> Ringing:
    received_min = np.concatenate((own.received_min, others.received_min))
    order = np.argsort(received_min, kind="stable")
    return Ringing(
        received_min=received_min[order],
        line=np.concatenate((own.line, others.line))[order],
        handle_min=np.concatenate((own.handle_min, others.handle_min))[order],
        patience_min=np.concatenate((own.patience_min, others.patience_min))[order],
        incident=np.concatenate((own.incident, others.incident))[order],
    )


def _redial(
    world: World, lines: Lines, incidents: Incidents, ringing: Ringing, seed: int, replication: int
) -> Redial:
    """Callers with an incident dial again, with a new patience keyed by the incident and the attempt."""

    def patience_min(call: int, attempt: int) -> float:
        row = int(ringing.incident[call])
        name = stream(
            seed, replication, f"incident call patience {attempt}", world.demand.key[int(incidents.type[row])]
        )
        mean = lines.patience_mean_min[ringing.line[[call]]]
        return float(_exponential(mean, uniforms(name, incidents.key[[row]] & _COUNTER))[0])

    return Redial(ringing.incident >= 0, lines.redial_min, patience_min)


def _calls(
    incidents: Incidents, ringing: Ringing, answers: Answers, lines: Lines, horizon_min: float
) -> Calls:
    line = np.full(len(incidents), -1, dtype=np.int8)
    answered_min = incidents.time_min.astype(np.float64)
    attempts = np.zeros(len(incidents), dtype=np.int8)
    own = np.flatnonzero(ringing.incident >= 0)
    rows = ringing.incident[own]
    line[rows] = ringing.line[own]
    answered_min[rows] = np.minimum(
        answers.answered_min[own], np.maximum(answered_min[rows], horizon_min - LAST_MOMENT_MIN)
    )
    tries = 1 + np.bincount(answers.early_call, minlength=ringing.line.size)[own]
    attempts[rows] = np.minimum(tries, np.iinfo(np.int8).max)
    return Calls(
        incidents.time_min, answered_min, line, attempts, calls_table(ringing, answers, lines, horizon_min)
    )


def calls_table(
    ringing: Ringing, answers: Answers, lines: Lines, horizon_min: float
) -> dict[str, NDArray[Any]]:
    """Return the log's table ``calls``: a row for each line and hour, every attempt to call counted by itself."""
    hours = int(np.ceil(horizon_min / 60.0))
    early = answers.early_call
    line = np.concatenate((ringing.line, ringing.line[early])).astype(np.int64)
    dialled_min = np.concatenate((answers.dialled_min, answers.early_dialled_min))
    wait_min = np.concatenate((answers.answered_min, np.full(early.size, np.nan))) - dialled_min
    redial = np.concatenate((answers.dialled_min > ringing.received_min, np.zeros(early.size, dtype=bool)))
    again = np.flatnonzero(answers.early_dialled_min > ringing.received_min[early]) + ringing.line.size
    redial[again] = True
    talk_min = np.concatenate((ringing.handle_min, np.zeros(early.size)))
    answered = ~np.isnan(wait_min)
    place = line * hours + np.minimum(dialled_min // 60.0, hours).astype(np.int64)
    in_time = dialled_min < horizon_min

    def count(which: NDArray[np.bool_], weights: F64 | None = None) -> NDArray[Any]:
        rows = in_time & which
        return np.bincount(
            place[rows], None if weights is None else weights[rows], minlength=len(LINES) * hours
        )

    values = {
        "line": np.repeat(np.arange(len(LINES)), hours),
        "from_min": np.tile(np.arange(hours) * 60.0, len(LINES)),
        "calls": count(np.ones_like(answered)),
        "in_target": count(answered & (wait_min * 60.0 <= lines.answer_target_s[line])),
        "abandoned": count(~answered),
        "redials": count(redial),
        "wait_min": count(answered, wait_min),
        "talk_min": count(answered, talk_min),
    }
    return {name: np.asarray(values[name], dtype=dtype) for name, dtype, _, _ in CALLS}
