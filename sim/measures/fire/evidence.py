"""What the log and the World say about each missed incident: the facts that the rule in ``missed`` weighs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.log.tables import Log
from sim.measures.fire.counterfactual import home_attendance, sent_turnout
from sim.measures.fire.select import View, standard_scope
from sim.measures.timeline import AWAY, State, Timeline
from sim.world.codes import Origin, Outcome, Reason
from sim.world.fire import F64, I8, I64, Bool, World
from sim.world.standards import Standard

_SAME_MIN = 1e-6  # pumps of one station and crewing are equally quick


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """Facts on the m incidents that miss a standard; arrays (m,), minutes by the standard's clock.

    ``unit`` is the quickest pump of those that would have made it at home and fully crewed (−1 for none),
    ``state`` what it was doing at the decision. What the pump that came first lost, against the typical, is
    0 where none came.
    """

    limit_min: float
    row: I64
    late_min: F64  # NaN: never
    came: Bool
    failed: Bool  # a failed alert is what made it miss
    best_min: F64  # attendance of the quickest pump of the fleet, fully crewed and at home
    reachable: Bool  # some pump would have made it
    unit: I64
    state: I8  # State
    crew_out: Bool  # ``unit`` was not sent while another appliance of its pool was out
    handling_excess_min: F64
    turnout_excess_min: F64
    journey_excess_min: F64


@dataclass(frozen=True, slots=True, eq=False)
class _Case:
    """The missed incidents, and the response rows of the pumps that came first (0 where none came)."""

    world: World
    log: Log
    timeline: Timeline
    limit_min: float
    row: I64
    late_min: F64
    start_min: F64  # when the standard's clock starts
    decision_min: F64  # when the call has been handled
    came: Bool
    first_row: I64


_BLOCK = 8192  # misses weighed at once: a table of misses by appliances stays under 10 MB a column


def gather(seen: View, standard: Standard, timeline: Timeline) -> list[Evidence]:
    """Return the evidence on every incident that misses ``standard``, in blocks in the order of the log."""
    scope, minutes = standard_scope(seen, standard)
    row = np.flatnonzero(scope & ~(minutes <= float(standard.threshold_s or 0.0) / 60.0))
    starts = range(0, max(row.size, 1), _BLOCK)
    return [_weigh(seen, standard, timeline, row[start : start + _BLOCK], minutes) for start in starts]


def _weigh(seen: View, standard: Standard, timeline: Timeline, row: I64, minutes: F64) -> Evidence:
    """Return the evidence on the incidents in ``row``."""
    world, log, incidents = seen.world, seen.log, seen.log.incidents
    limit = float(standard.threshold_s or 0.0) / 60.0
    from_call = standard.clock == "call"
    call, alert = incidents["time_min"][row], incidents["first_alert_min"][row]
    handling = incidents["handling_min"][row].astype(np.float64)
    usual = world.timings.handling_median(incidents["type"][row])
    case = _Case(
        world=world,
        log=log,
        timeline=timeline,
        limit_min=limit,
        row=row,
        late_min=minutes[row],
        start_min=call if from_call else np.where(np.isnan(alert), call + handling, alert),
        decision_min=call + handling,
        came=seen.first_row[row] >= 0,
        first_row=np.maximum(seen.first_row[row], 0),
    )
    counts = handling if from_call else np.zeros(row.size)
    made = home_attendance(world, row_cells(log, row), case.decision_min, row_traffic(log, row))
    made += counts[:, None]
    best = made.min(axis=1, initial=np.inf)
    reachable = best <= limit
    unit, state = _quickest(case, made)
    turnout, journey = _lost(case)
    return Evidence(
        limit_min=limit,
        row=row,
        late_min=case.late_min,
        came=case.came,
        failed=_failed(case),
        best_min=best,
        reachable=reachable,
        unit=np.where(reachable, unit, -1),
        state=np.where(reachable, state, np.int8(State.HOME)).astype(np.int8),
        crew_out=_crew_out(case, unit),
        handling_excess_min=np.maximum(handling - usual, 0.0) * from_call,
        turnout_excess_min=turnout,
        journey_excess_min=journey,
    )


def row_cells(log: Log, row: I64) -> I64:
    """Return the cells (m,) of incident rows."""
    return log.incidents["cell"][row].astype(np.int64)


def row_traffic(log: Log, row: I64) -> F64:
    """Return the traffic factors (m,) of incident rows."""
    return log.incidents["traffic"][row].astype(np.float64)


def _lost(case: _Case) -> tuple[F64, F64]:
    """Return what the first pump lost: on turnout against the typical, on its journey against control's."""
    responses = case.log.responses
    if not responses["unit"].size:
        return np.zeros(case.row.size), np.zeros(case.row.size)
    row = case.first_row
    unit = responses["unit"][row].astype(np.int64)
    alerted = np.where(case.came, responses["alerted_min"][row], 0.0)
    typical = sent_turnout(case.world, unit, responses["mode"][row], responses["origin"][row], alerted)
    turnout = responses["departed_min"][row] - alerted - typical
    travel = responses["arrived_min"][row] - responses["departed_min"][row]
    journey = travel - np.maximum(responses["estimate_min"][row] - typical, 0.0)
    return (
        np.where(case.came, np.maximum(turnout, 0.0), 0.0),
        np.where(case.came, np.maximum(journey, 0.0), 0.0),
    )


def _failed(case: _Case) -> Bool:
    """Return (m,) whether a failed alert is what made each incident miss."""
    responses = case.log.responses
    result = np.zeros(case.row.size, dtype=np.bool_)
    not_alerted = responses["outcome"] == Outcome.NOT_ALERTED
    failed = np.flatnonzero(not_alerted & case.world.units.pump[responses["unit"]])
    failed = failed[np.isin(responses["incident"][failed], case.row)]
    if not failed.size:
        return result
    place = np.searchsorted(case.row, responses["incident"][failed])
    decided, first_row, came = responses["decided_min"][failed], case.first_row[place], case.came[place]
    due = decided - case.start_min[place] + responses["estimate_min"][failed]
    replaced = came & (responses["reason"][first_row] == Reason.REPLACEMENT)
    lost = responses["decided_min"][first_row] - decided
    in_time = replaced & (lost >= 0) & (case.late_min[place] - lost <= case.limit_min)
    result[place[(due <= case.limit_min) | in_time]] = True
    return result


def _quickest(case: _Case, made: F64) -> tuple[I64, I8]:
    """Return the quickest pump (m,) of ``made`` (m, U) and its state at the decision.

    Among equals one that was free goes before one committed, that before one off the run, then the first.
    """
    best = made.min(axis=1, initial=np.inf)
    near = (made <= best[:, None] + _SAME_MIN) & np.isfinite(made)
    which, unit = np.nonzero(near)
    state = case.timeline.at(unit, case.decision_min[which], before=True).state
    state = _away_when_sent(case, which, unit, state)
    rank = np.select([state == State.HOME, np.isin(state, AWAY)], [0, 1], 2)
    order = np.lexsort((unit, rank, which))
    first = order[np.unique(which[order], return_index=True)[1]]
    units = np.full(case.row.size, -1, dtype=np.int64)
    states = np.full(case.row.size, State.HOME, dtype=np.int8)
    units[which[first]], states[which[first]] = unit[first], state[first]
    return units, states


def _sent_keys(case: _Case, chosen: Bool | None = None) -> I64:
    """Return incident × U + appliance of the responses, or of the chosen ones: what was sent where."""
    responses = case.log.responses
    keys: I64 = responses["incident"] * np.int64(len(case.world.units.key)) + responses["unit"]
    return keys if chosen is None else keys[chosen]


def _away_when_sent(case: _Case, which: I64, unit: I64, state: I8) -> I8:
    """Mark as returning what was sent to this very incident from elsewhere than home: that ended its last job."""
    sent = _sent_keys(case, case.log.responses["origin"] != Origin.HOME)
    asked = case.row[which] * len(case.world.units.key) + unit
    return np.where(np.isin(asked, sent) & (state == State.HOME), np.int8(State.RETURNING), state)


def pool_mates(world: World) -> Bool:
    """Return (U, U) whether two different appliances may be crewed from one pool of people."""
    units = len(world.units.key)
    pools = (world.units.pool, world.units.fallback_pool)
    mates = np.zeros((units, units), dtype=np.bool_)
    for mine in pools:
        for theirs in pools:
            mates |= (mine[:, None] == theirs[None, :]) & (mine[:, None] >= 0)
    np.fill_diagonal(mates, val=False)
    return mates


def _crew_out(case: _Case, unit: I64) -> Bool:
    """Return (m,) whether ``unit`` was not sent while another appliance of one of its pools was out."""
    mates = pool_mates(case.world)
    result = np.zeros(unit.size, dtype=np.bool_)
    which, mate = np.nonzero(mates[np.maximum(unit, 0)] & (unit >= 0)[:, None])
    out = np.isin(case.timeline.at(mate, case.decision_min[which], before=True).state, AWAY)
    result[which[out]] = True
    sent = np.isin(case.row * len(case.world.units.key) + np.maximum(unit, 0), _sent_keys(case))
    return result & ~sent
