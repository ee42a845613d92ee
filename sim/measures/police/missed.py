"""Why was it missed? One cause for every police incident that misses a standard, by a written rule.

The rule. An incident misses when its first unit comes later than its limit T by the standard's clock, or never.
Its time is made of the wait before the answer (on a clock that starts when the call rings), of control's part c
(handling, grading and the grade's delay until it is open for assignment), of the queue q (open until the first
unit is assigned), and of turnout and travel. C is the usual of c: the median handling and the median delay of its
grade and type. For every unit *v* that is on duty when the incident opens, suits it and may be sent at once, let
A(v) = the wait before the answer + c + the median turnout + the incident's traffic × the travel from the place that
*v* patrols in that half hour: its response had it been free there. G is the set of units with A(v) ≤ T, and the
*nearest* is the one with the least A(v); among equals a free one goes before a busy one. Where the clock starts when
a unit is assigned, wait and c count for nothing. The first of these that holds is the cause:

1. *control room wait*: without the wait before the answer the unit that came would have been within T, or G
   would not have been empty.
2. *assignment delay*: G is empty, but with C in place of a longer c it would not be.
3. *none on duty*: no unit that suits and may be sent at once was on duty.
4. *distance*: G is empty: no unit on duty would have made it, even free.
5. *queued*: no unit came, or without q the unit that came would have been within T: all were busy.
6. *assignment delay*: with C in place of a longer c the unit that came would have been within T.
7. *nearer unit busy*: the nearest was at other work, so that help came from farther off.
8. *journey*: otherwise the nearest was free: turnout, a slower journey, or a unit that was still on its way back to
   patrol, or that was sent and then taken away for more urgent work.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from sim.draws.police_duty import waiting_sites
from sim.measures.causes import causes_table
from sim.measures.grouping import Table
from sim.measures.incidents import slot_of
from sim.measures.police.met import groups
from sim.measures.police.select import PoliceView, standard_scope
from sim.measures.timeline import State, Timeline
from sim.world.codes import Mode
from sim.world.fire import F64, I8, I16, I64, Bool
from sim.world.standards import Standard

AT_WORK = (State.TURNING_OUT, State.TRAVELLING, State.AT_INCIDENT)
JUST_BEFORE_MIN = 1e-6
"""Work is looked at so long before an incident opens: a unit diverted to it has left its work at that very minute."""

_SAME_MIN = 1e-6
_BLOCK = 4096


class PoliceCause(IntEnum):
    """Why a police incident missed its standard, one each."""

    CONTROL_ROOM_WAIT = 0
    ASSIGNMENT_DELAY = 1
    QUEUED = 2
    DISTANCE = 3
    NEARER_UNIT_BUSY = 4
    JOURNEY = 5
    NONE_ON_DUTY = 6


@dataclass(frozen=True, slots=True, eq=False)
class PoliceMisses:
    """The police incidents that miss one standard, a row each, in the order of the log; arrays (m,).

    ``unit`` is the nearest that would have made it, −1 where none would; ``would_be_min`` its response by the
    standard's clock (of the nearest of all where none would, inf where none was on duty); ``state`` what it
    was doing when the incident opened.
    """

    standard: Standard
    counted: int
    row: I64
    cause: I8  # PoliceCause
    response_min: F64  # by the standard's clock; NaN: no unit came
    limit_min: F64
    unit: I64
    would_be_min: F64
    state: I8  # State

    def shares(self) -> dict[str, float]:
        """Return each cause's share of the misses; NaN where there are none."""
        count = np.bincount(self.cause, minlength=len(PoliceCause))
        total = int(count.sum())
        return {c.name.lower(): float(count[c]) / total if total else float("nan") for c in PoliceCause}


def default_standard(seen: PoliceView) -> Standard:
    """Return the standard whose misses are explained where the scenario has none: the most urgent grade's."""
    grade = seen.police.grades.key[0]
    return Standard(
        key=grade, title=f"{grade} in time", service="police", statistic="share_met", incidents=grade
    )


def usual_control_min(seen: PoliceView, row: I64) -> F64:
    """Return the usual minutes (m,) from answer to open: median handling and delay of grade and type.

    A grade that is assigned in some hours only waits for them by design: that wait is usual.
    """
    grades, demand = seen.police.grades, seen.police.demand
    kind, grade = seen.kind[row], seen.grade[row]
    handling = seen.world.timings.handling_median(kind)
    usual: F64 = handling + grades.delay_median_min[grade] * demand.delay_factor[kind, grade]
    part_day = (grades.hours[grade, 0] > 0) | (grades.hours[grade, 1] < 24)
    return np.where(part_day, np.maximum(usual, seen.control_min[row]), usual)


def could_be_sent(seen: PoliceView, row: I64, modes: I8) -> Bool:
    """Return (m, U) the units on duty that suit each incident and may be sent when it opens.

    ``modes`` is ``work.mode_by_slot``. An incident that never opened is looked at when it was answered.
    """
    world, police = seen.world, seen.police
    grades, units, grade = police.grades, police.units, seen.grade[row]
    opened = opened_min(seen, row)
    mode = modes[slot_of(world, opened)]
    on_duty = (mode == Mode.IMMEDIATE) | ((mode == Mode.RESERVED) & grades.diverts[grade][:, None])
    suits = units.police & (~units.support | grades.support_units[grade][:, None])
    asked = police.demand.capability[seen.kind[row], grade].astype(np.int64)
    special = np.flatnonzero(asked >= 0)
    district = seen.district[row]
    near = grades.eligible_districts[
        grade[:, None], np.maximum(district, 0)[:, None], np.maximum(units.district, 0)
    ]
    near = near | (units.district < 0) | (district < 0)[:, None]
    chosen: Bool = on_duty & suits & near
    chosen[special] &= (world.units.capability >> asked[special][:, None]) & 1 == 1
    return chosen


def opened_min(seen: PoliceView, row: I64) -> F64:
    """Return when each incident opened for assignment (m,), absolute minutes; its answer if it never did."""
    opened = seen.log.incidents["police_open_min"][row]
    answered: F64 = seen.log.incidents["time_min"][row]
    return np.where(np.isnan(opened), answered, opened)


def patrol_travel_min(seen: PoliceView, row: I64, places: I16) -> F64:
    """Return travel minutes (m, U) from where each unit is to patrol, at the grade's speed, in the incident's traffic.

    ``places`` (T, U) is ``sim.draws.police_duty.waiting_sites``: by the draws of the run itself.
    """
    world, rules = seen.world, seen.police.rules
    slot = slot_of(world, opened_min(seen, row))
    band = world.travel.band_of_hour[world.calendar.hour_of_week[slot]].astype(np.int64)
    cell = seen.log.incidents["cell"][row].astype(np.int64)
    blue = seen.police.grades.blue_lights[seen.grade[row]]
    factor = np.where(blue, rules.blue_factor, rules.ordinary_factor) * seen.log.incidents["traffic"][row]
    travel: F64 = world.travel.site_min[band[:, None], cell[:, None], places[slot]] * factor[:, None]
    return travel


@dataclass(frozen=True, slots=True, eq=False)
class Duty:
    """How every unit is rostered in every slot, and where it is to patrol; both (T, U)."""

    modes: I8  # Mode
    places: I16  # site


def duty_of(seen: PoliceView, modes: I8) -> Duty:
    """Return duty and places; ``modes`` is ``work.mode_by_slot``. The places are those that the run drew."""
    log = seen.log
    places = waiting_sites(seen.world, seen.police, log.seed, log.replication, modes.astype(np.uint8))
    return Duty(modes, places)


def classify_police(seen: PoliceView, standard: Standard, timeline: Timeline, duty: Duty) -> PoliceMisses:
    """Give every incident that misses ``standard`` its one cause.

    Raises:
        ValueError: the standard is not a share; only such a standard can be missed by an incident on its own.
    """
    if not standard.is_share:
        raise ValueError(
            f"standard {standard.key!r} is a {standard.statistic}: causes are given for a share of police "
            "incidents within a time; choose such a standard"
        )
    scope, response, limit = standard_scope(seen, standard)
    row = np.flatnonzero(scope & ~(response <= limit))
    blocks = [
        _weigh(seen, standard, timeline, duty, row[start : start + _BLOCK], response, limit)
        for start in range(0, max(row.size, 1), _BLOCK)
    ]
    cause, unit, would_be, state = (np.concatenate(parts) for parts in zip(*blocks, strict=True))
    return PoliceMisses(
        standard=standard,
        counted=int(np.count_nonzero(scope)),
        row=row,
        cause=cause.astype(np.int8),
        response_min=response[row],
        limit_min=limit[row],
        unit=unit.astype(np.int64),
        would_be_min=would_be.astype(np.float64),
        state=state.astype(np.int8),
    )


def _weigh(
    seen: PoliceView, standard: Standard, timeline: Timeline, duty: Duty, row: I64, response: F64, limit: F64
) -> tuple[I8, I64, F64, I8]:
    """Return cause, nearest unit, its response and its state of the incidents in ``row``."""
    incidents, late, within = seen.log.incidents, response[row], limit[row]
    came, counts = ~np.isnan(late), standard.clock != "mobilisation"
    wait = np.zeros(row.size)
    if standard.clock == "received":
        wait = incidents["time_min"][row] - incidents["received_min"][row]
    control = opened_min(seen, row) - incidents["time_min"][row] if counts else np.zeros(row.size)
    excess = np.maximum(control - usual_control_min(seen, row), 0.0) if counts else np.zeros(row.size)
    queue = np.nan_to_num(seen.queue_min[row]) if counts else np.zeros(row.size)
    travel = patrol_travel_min(seen, row, duty.places) + seen.police.rules.turnout_median_min
    travel[~could_be_sent(seen, row, duty.modes)] = np.inf
    unit, busy, state = _nearest(seen, timeline, row, travel)
    best = travel[np.arange(row.size), unit] + wait + control
    reachable = best <= within
    rule = (
        ((best - wait <= within) & ~reachable, PoliceCause.CONTROL_ROOM_WAIT),
        (came & (late - wait <= within) & (wait > 0.0), PoliceCause.CONTROL_ROOM_WAIT),
        (~reachable & (best - excess <= within), PoliceCause.ASSIGNMENT_DELAY),
        (np.isinf(best), PoliceCause.NONE_ON_DUTY),
        (~reachable, PoliceCause.DISTANCE),
        (~came | (late - queue <= within), PoliceCause.QUEUED),
        (late - excess <= within, PoliceCause.ASSIGNMENT_DELAY),
        (busy, PoliceCause.NEARER_UNIT_BUSY),
    )
    causes = [np.int8(cause) for _, cause in rule]
    cause = np.select([holds for holds, _ in rule], causes, np.int8(PoliceCause.JOURNEY)).astype(np.int8)
    return cause, np.where(reachable, unit, -1), best, np.where(reachable, state, np.int8(State.HOME))


def _nearest(seen: PoliceView, timeline: Timeline, row: I64, travel: F64) -> tuple[I64, Bool, I8]:
    """Return for each incident its nearest unit (m,), whether that was at work, and its state.

    Ties are common (cars of one base patrol the same places), so a free one is sought among the equals.
    """
    if not row.size:
        return row, np.zeros(0, dtype=np.bool_), np.zeros(0, dtype=np.int8)
    least = travel.min(axis=1)
    with np.errstate(invalid="ignore"):
        equal = travel <= (least + _SAME_MIN)[:, None]
    equal[np.isinf(least)] = False
    equal[np.isinf(least), 0] = True
    of, unit = np.nonzero(equal)
    state = timeline.at(unit, opened_min(seen, row)[of] - JUST_BEFORE_MIN).state
    busy = np.isin(state, AT_WORK)
    order = np.lexsort((unit, busy, of))
    first = order[np.concatenate(([True], of[order][1:] != of[order][:-1]))]
    return unit[first].astype(np.int64), busy[first], state[first]


def missed_values(misses: PoliceMisses) -> dict[str, float]:
    """Return ``police.missed.<cause>`` as shares of the misses, and ``police.missed.count``."""
    values = {f"police.missed.{name}": share for name, share in misses.shares().items()}
    return values | {"police.missed.count": float(misses.row.size)}


def missed_tables(seen: PoliceView, misses: PoliceMisses) -> dict[str, Table]:
    """Return misses by cause for each district, type, hour and area that has any."""
    return {
        f"police_missed_{name}": causes_table(PoliceCause, misses.cause, group[misses.row], names)
        for name, (group, names) in groups(seen).items()
        if name != "by_month"
    }
