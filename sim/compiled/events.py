"""The loop: what happens next, in the written order, until nothing is left to happen."""

from __future__ import annotations

from collections.abc import Callable

from sim.compiled import layout as at
from sim.compiled import mobilising, waiting
from sim.compiled.clock import drop_first
from sim.compiled.cover import listening, moves
from sim.compiled.fleet import turn_to
from sim.compiled.kernel import kernel
from sim.compiled.memory import (
    Memory,
    calls_at,
    events_at,
    moves_at,
    units_at,
)
from sim.compiled.police import deployment, reviews
from sim.engine.order import ENTITY_BITS, Happening

_CREWS_CHANGE = int(Happening.CREWS_CHANGE)
_ARRIVES, _LEAVES = int(Happening.APPLIANCE_ARRIVES), int(Happening.APPLIANCE_LEAVES)
_HOME = int(Happening.APPLIANCE_HOME)
_STANDBY_DEPARTS, _STANDBY_ARRIVES = int(Happening.STANDBY_DEPARTS), int(Happening.STANDBY_ARRIVES)
_STANDBY_HOME, _RELIEF_DUE = int(Happening.STANDBY_HOME), int(Happening.RELIEF_DUE)
_WAITING_LOOK, _FAILURE_FOUND = int(Happening.WAITING_LOOK), int(Happening.FAILURE_FOUND)
_MAKE_UP, _CALL_DECIDED = int(Happening.MAKE_UP), int(Happening.CALL_DECIDED)
_COVER_REVIEW = int(Happening.COVER_REVIEW)
_POLICE_ARRIVES, _POLICE_LEAVES = int(Happening.POLICE_ARRIVES), int(Happening.POLICE_LEAVES)
_POLICE_REVIEW, _POLICE_LOOK = int(Happening.POLICE_REVIEW), int(Happening.POLICE_LOOK)
_POLICE_OPENED = int(Happening.POLICE_OPENED)

DONE, NEEDS_ROOM = 0, 1


def loop(*, police: bool) -> Callable[[Memory], int]:
    """Return what lets everything happen that is to happen; it returns early if an array is nearly full.

    Without police it is compiled without them, which takes half as long.
    """

    def play(m: Memory) -> int:
        calls, events = calls_at(m, at.CALLS), events_at(m, at.EVENTS)
        while True:
            if not _has_room(m):
                return NEEDS_ROOM
            if _call_is_next(m):
                call = calls[m[at.NEXT_CALL]]
                now, happening = call["at_min"], call["rank"] >> ENTITY_BITS
                number, what = at.NONE, call["row"]
                m[at.NEXT_CALL] += 1
            elif m[at.EVENTS_HELD] > 0:
                now, happening = events[0]["at_min"], events[0]["rank"] >> ENTITY_BITS
                number, what = events[0]["number"], events[0]["what"]
                drop_first(m)
            else:
                break
            turn_to(m, now)
            if happening < _POLICE_ARRIVES:
                _fire(m, happening, number, what, now)
            elif police:
                _police(m, happening, number, what, now)
        waiting.close(m)
        moves.close(m)
        if police:
            deployment.close(m)
        return DONE

    return kernel(play)


@kernel
def _fire(m: Memory, happening: int, number: int, what: int, now: float) -> None:
    """What happens in the fire service."""
    if happening == _CALL_DECIDED:
        mobilising.open_incident(m, what, now)
    elif happening > _HOME or happening == _CREWS_CHANGE:
        _other(m, happening, number, what, now)
    elif units_at(m, at.UNITS)[what]["event"] == number:
        _appliance(m, happening, what, now)


@kernel
def _call_is_next(m: Memory) -> bool:
    """Return whether a call comes before the first event."""
    calls, first = calls_at(m, at.CALLS), events_at(m, at.EVENTS)[0]
    number = m[at.NEXT_CALL]
    if number >= calls.size:
        return False
    at_min = calls[number]["at_min"]
    if m[at.EVENTS_HELD] == 0 or at_min < first["at_min"]:
        return True
    return at_min == first["at_min"] and calls[number]["rank"] < first["rank"]


@kernel
def _has_room(m: Memory) -> bool:
    """Return whether every array has room for what one event can add."""
    slack = 4 * (m[at.GRADES] + 1) * m[at.UNITS + 1] + 4 * m[at.SITES + 1] + m[at.WAITING_MADE] + 512
    return bool(
        m[at.EVENTS_HELD] + slack < m[at.EVENTS + 1]
        and m[at.RESPONSES_HELD] + slack < m[at.RESPONSES + 1]
        and m[at.FAILS_HELD] + slack < m[at.FAILS + 1]
        and m[at.STANDBYS_HELD] + slack < m[at.STANDBYS + 1]
        and m[at.MOVES_HELD] + slack < m[at.MOVES + 1]
        and m[at.PLANNED_HELD] + slack < m[at.PLANNED + 1]
        and m[at.WAITING_MADE] + slack < m[at.WAITING_PARTS + 1]
    )


@kernel
def _appliance(m: Memory, happening: int, unit: int, now: float) -> None:
    """What happens to an appliance at an incident or on its way."""
    if happening == _ARRIVES:
        mobilising.arrive(m, unit, now)
    elif happening == _LEAVES:
        mobilising.release(m, unit, now)
    else:
        mobilising.come_home(m, unit, now)


@kernel
def _other(m: Memory, happening: int, number: int, what: int, now: float) -> None:
    """What happens in the control room, and on cover moves."""
    if happening == _MAKE_UP:
        mobilising.make_up(m, what, now)
    elif happening == _FAILURE_FOUND:
        mobilising.replace(m, what, now)
    elif happening == _WAITING_LOOK:
        mobilising.serve(m, now)
        waiting.watch(m, now)
    elif happening == _CREWS_CHANGE:
        listening.crews_change(m, what, now)
    elif happening == _COVER_REVIEW:
        listening.review(m, now)
    elif happening == _RELIEF_DUE:
        moves.off_duty(m, what, now)
    elif moves_at(m, at.MOVES)[what]["event"] == number:
        _standby(m, happening, what, now)


@kernel
def _standby(m: Memory, happening: int, move: int, now: float) -> None:
    """What happens to a cover move."""
    if happening == _STANDBY_DEPARTS:
        moves.depart(m, move, now)
    elif happening == _STANDBY_ARRIVES:
        moves.arrive(m, move, now)
    else:
        listening.standby_home(m, move, now)
        mobilising.serve(m, now)


@kernel
def _police(m: Memory, happening: int, number: int, what: int, now: float) -> None:
    """What happens to a police unit, and to what waits for one."""
    if happening == _POLICE_OPENED:
        deployment.open_incident(m, what, now)
    elif happening == _POLICE_REVIEW:
        reviews.review(m, now)
    elif happening == _POLICE_LOOK:
        reviews.look(m, what, now)
    elif units_at(m, at.UNITS)[what]["event"] == number:
        if happening == _POLICE_ARRIVES:
            deployment.arrive(m, what, now)
        elif happening == _POLICE_LEAVES:
            deployment.leave_scene(m, what, now)
        else:
            reviews.free(m, what, now)
