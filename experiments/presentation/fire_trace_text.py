"""The story of one incident as text of at most 80 columns: what happened by the clock, and why."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date
from enum import IntEnum

from experiments.presentation.trace_text import Clock, duration, told_by_the_clock, verdict_lines, wrapped
from sim.measures.timeline import State
from sim.traces.records import FireTrace, NotSent, PassedOver, Sent
from sim.world.codes import Cause, Mode, Origin, Outcome, Reason

REASONS = {
    Reason.QUICKEST: "the quickest by control's estimate",
    Reason.CAPABILITY: "the quickest that can do what the attendance asks for",
    Reason.MAKE_UP: "asked for from the scene (make-up), the quickest left",
    Reason.REPLACEMENT: "in place of an appliance that the alert did not reach",
    Reason.QUEUED: "nothing was free before",
}
CREWS = {
    Mode.NO_CREW: "no crew",
    Mode.MECHANICAL: "at workshops",
    Mode.IMMEDIATE: "crew on station",
    Mode.ON_CALL: "on-call crew",
}
ORIGINS = {
    Origin.HOME: "at its station",
    Origin.RETURNING: "on its way home, near {place}",
    Origin.STANDBY: "standing by at {place}",
    Origin.MOVING_TO_STANDBY: "on its way to stand by, near {place}",
    Origin.RETURNING_FROM_STANDBY: "on its way home from standing by, near {place}",
}
WHY_NOT = {
    NotSent.NO_CREW: "it had no crew",
    NotSent.MECHANICAL: "it was at workshops",
    NotSent.ALREADY_SENT: "it was already on its way here",
    NotSent.NOT_REACHED: "the alert had not reached it",
    NotSent.COMMITTED: "it was committed to another incident",
    NotSent.RETURNING: "it was on its way home, and farther away",
    NotSent.ON_STANDBY: "it was away, standing by at {place}",
    NotSent.CREW_OUT: "its crew was out with another appliance",
    NotSent.LACKS_CAPABILITY: "it cannot do what was asked for",
    NotSent.SLOWER: "control reckoned it slower at that time",
}
CAUSES: dict[IntEnum, str] = {
    Cause.DISTANCE: "distance: no station could have made it",
    Cause.OFF_THE_RUN: "off the run: the appliance that would have made it had no crew, or was at workshops",
    Cause.BUSY: "busy: the appliance that would have made it was committed or away",
    Cause.TURNOUT: "turnout: with the usual turnout it would have been met",
    Cause.CALL_HANDLING: "call handling: with the usual handling it would have been met",
    Cause.MOBILISING_FAILURE: "mobilising failure: an alert did not get through",
}
DOING = {
    State.NO_CREW: "without a crew",
    State.MECHANICAL: "at workshops",
    State.HOME: "free at its station",
    State.TURNING_OUT: "turning out to another incident",
    State.TRAVELLING: "on its way to another incident",
    State.AT_INCIDENT: "at another incident",
    State.RETURNING: "on its way home",
    State.MOVING_TO_STANDBY: "on its way to stand by elsewhere",
    State.ON_STANDBY: "standing by elsewhere",
    State.RETURNING_FROM_STANDBY: "on its way home from standing by",
}


def fire_trace_text(trace: FireTrace, start: date) -> str:
    """Return the story of one incident; ``start`` is the first day of the scenario."""
    clock = Clock(start, trace)
    lines = told_by_the_clock(_head(trace, clock), clock, _events(trace))
    for sent in trace.sent:
        lines += _passed_over(sent)
    lines += verdict_lines(trace.verdicts, CAUSES, DOING, "crewed and at home")
    return "\n".join(lines) + "\n"


def _head(trace: FireTrace, clock: Clock) -> list[str]:
    moment = clock.moment(trace.time_min)
    what = trace.type.replace("_", " ").capitalize()
    if trace.plt:
        what += ", potentially life-threatening"
    area = "urban" if trace.urban else "rural"
    where = (
        f"near {trace.place}, {trace.district} ({area})"
        if trace.inside
        else f"near {trace.place}, over the border"
    )
    ground = f"; {trace.ground} is the nearest station" if trace.ground else ""
    pumps = "1 pump" if trace.pumps_asked == 1 else f"{trace.pumps_asked} pumps"
    lines = [
        f"Incident {trace.row}: {trace.name}",
        f"{what}, {where}{ground}.",
        f"{moment:%A} {moment.day} {moment:%B %Y}, {moment:%H:%M}. Attendance: {pumps} ({trace.attendance}).",
    ]
    if math.isnan(trace.first_pump_min):
        lines.append("No pump came.")
    else:
        lines.append(f"First pump {duration(trace.first_pump_min - trace.time_min)} after the call.")
    return lines


def _events(trace: FireTrace) -> Iterator[tuple[float, str]]:
    """Yield what happened, with when."""
    yield trace.time_min, "Call answered."
    for sent in trace.sent:
        yield sent.decided_min, _decision(sent, trace)
        name = sent.appliance
        if sent.outcome == Outcome.NOT_ALERTED:
            yield sent.decided_min, f"The alert does not reach {name}; control does not know yet."
            continue
        if not math.isnan(sent.departed_min):
            yield sent.departed_min, f"{name} moves off (turnout {duration(sent.turnout_min)})."
        if not math.isnan(sent.arrived_min):
            after = duration(sent.arrived_min - trace.time_min)
            yield (
                sent.arrived_min,
                f"{name} arrives, {after} after the call (travel {duration(sent.travel_min)}).",
            )
        if not math.isnan(sent.released_min):
            yield sent.released_min, f"{name} leaves the scene."
        if not math.isnan(sent.ended_min) and sent.ended_min > sent.released_min:
            yield sent.ended_min, f"{name} is home, at its standby station, or sent again."
    if trace.makeup_pumps:
        told = "1 more pump" if trace.makeup_pumps == 1 else f"{trace.makeup_pumps} more pumps"
        first = min(
            (s.decided_min for s in trace.sent if s.reason == Reason.MAKE_UP), default=trace.closed_min
        )
        yield first - 1e-9, f"The officer at the scene asks for {told}."


def _decision(sent: Sent, trace: FireTrace) -> str:
    crew = CREWS[sent.mode] + (f" of {sent.crew}" if sent.crew else "")
    where = ORIGINS[sent.origin].format(place=sent.origin_place)
    why = REASONS[sent.reason] + (f" ({sent.capability.replace('_', ' ')})" if sent.capability else "")
    whose = sent.station if sent.own else f"{sent.station}, a neighbour's"
    handling = f" after {duration(trace.handling_min)} of call handling" if sent.order == 0 else ""
    return (
        f"Control sends {sent.appliance} ({whose}){handling}: {why}, {duration(sent.estimate_min)}. "
        f"It is {where}, {crew}."
    )


def _passed_over(sent: Sent) -> list[str]:
    if not sent.passed_over:
        return []
    lines = ["", f"Quicker than {sent.appliance} from their own stations, but not sent"]
    return lines + [wrapped(_why_not(other), indent=4, first=2) for other in sent.passed_over]


def _why_not(other: PassedOver) -> str:
    why = WHY_NOT[other.why].format(place=other.standby_at)
    incident = f" (incident {other.incident})" if other.why in _BY_INCIDENT and other.incident >= 0 else ""
    return f"{other.appliance} ({other.station}), {duration(other.home_min)}: {why}{incident}"


_BY_INCIDENT = (NotSent.COMMITTED, NotSent.CREW_OUT)
