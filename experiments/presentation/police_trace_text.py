"""The story of one police incident as text of at most 80 columns: what happened by the clock, and why."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date
from enum import IntEnum

from experiments.presentation.trace_text import Clock, duration, told_by_the_clock, verdict_lines
from sim.measures.police.missed import PoliceCause
from sim.measures.timeline import State
from sim.traces.police import PoliceSent, PoliceTrace
from sim.world.codes import Origin, Outcome, Reason

CREWS = {1: "single crewed", 2: "double crewed"}
ORIGINS = {
    Origin.HOME: "at its base",
    Origin.PATROL: "on patrol near {place}",
    Origin.RETURNING: "on its way back to patrol, near {place}",
    Origin.EN_ROUTE: "on its way to {work}, near {place}",
    Origin.AT_SCENE: "at the scene of {work}, near {place}",
}
CAUSES: dict[IntEnum, str] = {
    PoliceCause.CONTROL_ROOM_WAIT: "control room: without the wait for an answer it would have been in time",
    PoliceCause.ASSIGNMENT_DELAY: "assignment delay: with the usual handling and delay it would have been in time",
    PoliceCause.QUEUED: "queued: every unit that could be sent was busy",
    PoliceCause.DISTANCE: "distance: no unit on duty would have made it, even free",
    PoliceCause.NONE_ON_DUTY: "none on duty: no unit that suits and may be sent at once",
    PoliceCause.NEARER_UNIT_BUSY: "nearer unit busy: help came from farther off",
    PoliceCause.JOURNEY: "journey: the nearest was free, but turnout or the way cost too much, or it was taken away",
}
DOING = {
    State.HOME: "free",
    State.RETURNING: "on its way back to patrol",
    State.TURNING_OUT: "setting out to another incident",
    State.TRAVELLING: "on its way to another incident",
    State.AT_INCIDENT: "at another incident, or tied up after it",
}


def police_trace_text(trace: PoliceTrace, start: date) -> str:
    """Return the story of one incident; ``start`` is the first day of the scenario."""
    clock = Clock(start, trace)
    lines = told_by_the_clock(_head(trace, clock), clock, _events(trace))
    lines += verdict_lines(trace.verdicts, CAUSES, DOING, "free at its place on patrol")
    return "\n".join(lines) + "\n"


def _words(key: str) -> str:
    return key.replace("_", " ")


def _head(trace: PoliceTrace, clock: Clock) -> list[str]:
    moment = clock.moment(trace.time_min)
    area = "urban" if trace.urban else "rural"
    promised = (
        "" if math.isinf(trace.target_min) else f", to be there within {duration(trace.target_min)} ({area})"
    )
    officers = "1 officer" if trace.officers_asked == 1 else f"{trace.officers_asked} officers"
    graded = f"Graded {_words(trace.grade)}{promised}; {officers} asked for."
    lines = [
        f"Incident {trace.row}: {trace.name}",
        f"{_words(trace.type).capitalize()}, near {trace.place}, {trace.district}.",
        f"{moment:%A} {moment.day} {moment:%B %Y}, {moment:%H:%M}. {graded}",
    ]
    if math.isnan(trace.first_min):
        lines.append("No unit came.")
    else:
        took = trace.first_min - trace.time_min
        judged = (
            "" if math.isinf(trace.target_min) else ", in time" if took <= trace.target_min else ", too late"
        )
        lines.append(f"First unit {duration(took)} after the answer{judged}.")
    return lines


def _events(trace: PoliceTrace) -> Iterator[tuple[float, str]]:
    """Yield what happened, with when."""
    wait = trace.time_min - trace.received_min
    if wait > 0.0:
        yield trace.received_min, "The call begins to ring."
    yield trace.time_min, f"Call answered{f', after {duration(wait)}' if wait > 0.0 else ''}."
    if math.isnan(trace.opened_min):
        return
    after, usual = duration(trace.opened_min - trace.time_min), duration(trace.usual_control_min)
    opened = (
        f"Graded {_words(trace.grade)} and open for assignment, {after} after the answer (usual: {usual})."
    )
    yield trace.opened_min - 1e-9, f"{opened} {_choice(trace)}"
    for number, sent in enumerate(trace.sent):
        yield sent.decided_min, _decision(sent, trace, first=number == 0)
        yield from _response(sent, trace)


def _choice(trace: PoliceTrace) -> str:
    choice = trace.choice
    if not choice.suitable:
        return "No unit on duty suits and may be sent at once."
    busy = choice.suitable - choice.free - choice.less_urgent
    units = "1 unit on duty suits" if choice.suitable == 1 else f"{choice.suitable} units on duty suit"
    parts = [f"{choice.free} free"]
    if choice.less_urgent:
        parts.append(f"{choice.less_urgent} at less urgent work that may be left")
    if busy:
        parts.append(f"{busy} at other work")
    return f"{units} and may be sent at once: {', '.join(parts)}."


def _decision(sent: PoliceSent, trace: PoliceTrace, *, first: bool) -> str:
    work = (
        f"incident {sent.from_incident} ({_words(sent.from_grade)})"
        if sent.from_incident >= 0
        else "other work"
    )
    where = ORIGINS.get(sent.origin, "near {place}").format(place=sent.origin_place, work=work)
    whose = f"{sent.district or 'of the force'}, {CREWS.get(sent.officers, '')}".rstrip(", ")
    waited = sent.decided_min - trace.opened_min
    queue = f" after {duration(waited)} in the queue" if first and waited > 1.0 / 60.0 else ""
    verb = "diverts" if sent.reason == Reason.DIVERTED else "sends"
    why = {
        Reason.DIVERTED: ", the quickest though on less urgent work, which goes back into the queue",
        Reason.QUEUED: ", the first to be free",
        Reason.BACKUP: " as well, to make up the officers asked for",
        Reason.CAPABILITY: ", the quickest that can do what was asked for",
    }.get(sent.reason, ", the quickest free")
    held = "; it was held back for emergencies" if sent.held_back else ""
    return f"Control {verb} {sent.unit} ({whose}){queue}{why}: {duration(sent.estimate_min)}. It is {where}{held}."


def _response(sent: PoliceSent, trace: PoliceTrace) -> Iterator[tuple[float, str]]:
    gone = sent.outcome == Outcome.DIVERTED
    if not math.isnan(sent.arrived_min):
        after = duration(sent.arrived_min - trace.time_min)
        travel = duration(sent.arrived_min - sent.departed_min)
        yield sent.arrived_min, f"{sent.unit} arrives, {after} after the answer (travel {travel})."
    if gone:
        whither = f" for incident {sent.to_incident}" if sent.to_incident >= 0 else ""
        where = "from the scene" if not math.isnan(sent.arrived_min) else "on its way"
        yield sent.released_min, f"{sent.unit} is taken away {where}{whither}, more urgent work."
        return
    tied_up = {1: " for custody", 2: " for hospital"}.get(sent.tied_up, "")
    if not math.isnan(sent.left_scene_min):
        yield sent.left_scene_min, f"{sent.unit} leaves the scene{tied_up}."
    if not math.isnan(sent.released_min) and sent.released_min > sent.left_scene_min:
        yield sent.released_min, f"{sent.unit} is free again."
