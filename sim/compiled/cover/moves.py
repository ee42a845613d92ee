"""The cover moves under way: ``sim.engine.cover.standby_moves``."""

from __future__ import annotations

import math

import numpy as np

from sim.compiled import fleet
from sim.compiled import layout as at
from sim.compiled.clock import put
from sim.compiled.cover.looking import look, plan_one
from sim.compiled.cover.spare import muster_min, own_need_slot
from sim.compiled.crews import U64
from sim.compiled.kernel import kernel
from sim.compiled.memory import (
    Memory,
    float_blocks,
    floats,
    moves_at,
    pools_at,
    reals,
    sites_at,
    standbys_at,
    units_at,
    wholes,
    word_rows,
)
from sim.compiled.travel import end_way, place_of, set_out
from sim.decisions.cover.view import End
from sim.engine.order import Happening
from sim.world.codes import Mode, Origin
from sim.world.fire import SLOT_MIN

_NAN = math.nan
_TWO_DAYS_SLOTS = 96
_NOBODY = np.uint64(0)
_ON_CALL = int(Mode.ON_CALL)
_MOVING, _STANDBY = int(Origin.MOVING_TO_STANDBY), int(Origin.STANDBY)
_RETURNING = int(Origin.RETURNING_FROM_STANDBY)
_SENT, _OWN_CREW_NEEDED, _END_OF_RUN = int(End.SENT), int(End.OWN_CREW_NEEDED), int(End.END_OF_RUN)
_DEPARTS, _ARRIVES = int(Happening.STANDBY_DEPARTS), int(Happening.STANDBY_ARRIVES)
_HOME, _RELIEF_DUE = int(Happening.STANDBY_HOME), int(Happening.RELIEF_DUE)
COMES_HOME, PEOPLE_HOME = 0, 1


@kernel
def _new(m: Memory, unit: int, from_site: int, to_site: int, why: int, now: float) -> int:
    number = m[at.MOVES_HELD]
    m[at.MOVES_HELD] += 1
    move = moves_at(m, at.MOVES)[number]
    move["unit"], move["from_site"], move["to_site"], move["why"] = unit, from_site, to_site, why
    move["end"], move["after"], move["decided_min"] = at.NONE, COMES_HOME, now
    move["arrived_min"], move["ended_min"], move["home_min"] = _NAN, _NAN, _NAN
    move["home_travel_min"] = 0.0
    return int(number)


@kernel
def send_appliance(m: Memory, unit: int, to_site: int, why: int, now: float) -> None:
    """Crew an appliance and send it to stand by."""
    slot, one = m[at.SLOT], units_at(m, at.UNITS)[unit]
    band, home = wholes(m, at.BAND)[slot], one["site"]
    pool = fleet.unit_pool(m, slot, unit)
    on_call = fleet.mode_of(m, slot, unit) == _ON_CALL
    if on_call:
        ready, median = floats(m, at.READY), floats(m, at.MUSTER_MEDIAN)
        for person in range(pools_at(m, at.POOLS)[pool]["people"]):
            ready[person] = median[pools_at(m, at.POOLS)[pool]["start"] + person]
    crew, turnout = fleet.choose_crew(m, unit, pool, slot, on_call)
    if not on_call:
        turnout = one["immediate_night"] if wholes(m, at.NIGHT)[slot] else one["immediate_day"]
    number = _new(m, unit, home, to_site, why, now)
    move = moves_at(m, at.MOVES)[number]
    travel = np.float64(float_blocks(m, at.MINUTES)[band, home, to_site])
    move["pool"], move["crew"], move["people"] = pool, crew, 0
    move["turnout_min"], move["travel_min"] = turnout, travel
    fleet.take_crew(m, unit, pool, crew)
    one["move"] = number
    _start(m, number, now)
    blue_min = travel / reals(m, at.PARAMETERS)[at.RETURN_FACTOR]
    there = m[at.CELLS] + to_site
    set_out(m, unit, _MOVING, m[at.CELLS] + home, there, now + turnout, travel, blue_min, band)
    _relieve_at(m, _off_duty_slot(m, pool, crew, slot, slot + _TWO_DAYS_SLOTS), number)


@kernel
def send_people(m: Memory, unit: int, pool: int, crew: U64, why: int, now: float) -> None:
    """Send people by car to crew an appliance of another station; they are away from their pool from now on."""
    slot = m[at.SLOT]
    home, to_site = pools_at(m, at.POOLS)[pool]["site"], units_at(m, at.UNITS)[unit]["site"]
    number = _new(m, unit, home, to_site, why, now)
    move = moves_at(m, at.MOVES)[number]
    move["pool"], move["crew"], move["people"] = pool, crew, 1
    move["turnout_min"] = muster_min(m, pool, crew)
    move["travel_min"] = np.float64(float_blocks(m, at.MINUTES)[wholes(m, at.BAND)[slot], home, to_site])
    fleet.people_out(m, pool, crew)
    _start(m, number, now)
    last = _off_duty_slot(m, pool, crew, slot, slot + _TWO_DAYS_SLOTS)
    _relieve_at(m, own_need_slot(m, pool, crew, slot, last), number)


@kernel
def _start(m: Memory, number: int, now: float) -> None:
    move = moves_at(m, at.MOVES)[number]
    sites_at(m, at.SITES)[move["to_site"]]["standing"] = number
    move["event"] = put(m, now + move["turnout_min"], _DEPARTS, move["unit"], number)


@kernel
def _off_duty_slot(m: Memory, pool: int, crew: U64, slot: int, last: int) -> int:
    """Return the first slot after ``slot`` in which not all of a crew are on duty; ``last`` if none before it."""
    present = word_rows(m, at.PRESENT)
    for later in range(slot + 1, min(last, present.shape[0])):
        if (present[later, pool] & crew) != crew:
            return later
    return last


@kernel
def _relieve_at(m: Memory, slot: int, number: int) -> None:
    if slot * SLOT_MIN < reals(m, at.PARAMETERS)[at.HORIZON_MIN]:
        put(m, slot * SLOT_MIN, _RELIEF_DUE, moves_at(m, at.MOVES)[number]["unit"], number)


# -- while it lasts ----------------------------------------------------------------------------------------------


@kernel
def depart(m: Memory, number: int, now: float) -> None:
    """Those who are to stand by have turned out."""
    move = moves_at(m, at.MOVES)[number]
    move["event"] = put(m, now + move["travel_min"], _ARRIVES, move["unit"], number)


@kernel
def arrive(m: Memory, number: int, now: float) -> None:
    """An appliance is at the station that it covers, or people are at the appliance that they crew."""
    move = moves_at(m, at.MOVES)[number]
    unit = move["unit"]
    move["arrived_min"] = now
    move["event"] = at.NONE
    if move["people"]:
        if units_at(m, at.UNITS)[unit]["away"]:  # its own crew took it out this very minute
            return
        units_at(m, at.UNITS)[unit]["move"] = number
        fleet.leave(m, unit)
        fleet.put_aboard(m, unit, move["pool"], move["crew"])
    place = m[at.CELLS] + move["to_site"]
    set_out(m, unit, _STANDBY, place, place, now, 0.0, 0.0, 0)


@kernel
def off_duty(m: Memory, number: int, now: float) -> None:
    """Some of a crew go off duty, or their own station needs them: recall them if they still stand by."""
    if moves_at(m, at.MOVES)[number]["end"] < 0:
        recall(m, number, _OWN_CREW_NEEDED, now)


@kernel
def sent_on(m: Memory, unit: int, now: float) -> None:
    """An appliance on a cover move, or on its way home from one, has been sent to an incident."""
    one = units_at(m, at.UNITS)[unit]
    number = one["move"]
    if number < 0:
        return
    one["move"] = at.NONE
    move = moves_at(m, at.MOVES)[number]
    if move["people"]:
        one["attending"] = number
    if move["end"] < 0:
        _stop(m, number, _SENT, now)
    _write(m, number)
    move["event"] = at.NONE


# -- going home --------------------------------------------------------------------------------------------------


@kernel
def recall(m: Memory, number: int, end: int, now: float) -> None:
    """Send an appliance home, or people."""
    move = moves_at(m, at.MOVES)[number]
    unit = move["unit"]
    departs_min = move["decided_min"] + move["turnout_min"]
    if not move["people"]:
        _turn_round(m, number, now)
    else:
        move["home_travel_min"] = min(max(0.0, now - departs_min), move["travel_min"])
        if units_at(m, at.UNITS)[unit]["move"] == number:  # they have crewed it
            units_at(m, at.UNITS)[unit]["move"] = at.NONE
            end_way(m, unit)
            fleet.stay(m, unit)
            fleet.put_aboard(m, unit, at.NONE, _NOBODY)
    _stop(m, number, end, now)
    move["event"] = put(m, now + move["home_travel_min"], _HOME, unit, number)


@kernel
def _turn_round(m: Memory, number: int, now: float) -> None:
    """Start an appliance home: from where it stands, or back along the road that it has come."""
    move = moves_at(m, at.MOVES)[number]
    unit = move["unit"]
    band, place = wholes(m, at.BAND)[m[at.SLOT]], place_of(m, unit, now)
    if not math.isnan(move["arrived_min"]):
        way_min = np.float64(float_blocks(m, at.MINUTES)[band, move["to_site"], move["from_site"]])
    else:
        way_min = max(0.0, now - (move["decided_min"] + move["turnout_min"]))
    move["home_travel_min"] = way_min
    home = m[at.CELLS] + move["from_site"]
    blue_min = way_min / reals(m, at.PARAMETERS)[at.RETURN_FACTOR]
    set_out(m, unit, _RETURNING, place, home, now, way_min, blue_min, band)


@kernel
def appliance_home(m: Memory, unit: int, now: float) -> None:
    """An appliance is back from an incident: if people of another station crewed it, they set off home."""
    number = units_at(m, at.UNITS)[unit]["attending"]
    if number < 0:
        return
    units_at(m, at.UNITS)[unit]["attending"] = at.NONE
    move = moves_at(m, at.MOVES)[number]
    fleet.people_out(m, move["pool"], move["crew"])
    move["after"] = PEOPLE_HOME
    move["event"] = put(m, now + move["travel_min"], _HOME, unit, number)


@kernel
def _stop(m: Memory, number: int, end: int, now: float) -> None:
    move = moves_at(m, at.MOVES)[number]
    move["ended_min"] = now
    move["end"] = end
    sites_at(m, at.SITES)[move["to_site"]]["standing"] = at.NONE
    if m[at.POLICY] == at.DYNAMIC:
        plan_one(m, now)
    else:
        look(m, move["to_site"], now)


# -- the log ---------------------------------------------------------------------------------------------------


@kernel
def come_home(m: Memory, number: int, now: float) -> None:
    """An appliance moved, or people moved, are back where they belong; who listens is for the caller to tell."""
    move = moves_at(m, at.MOVES)[number]
    if move["after"] == PEOPLE_HOME:
        fleet.people_back(m, move["pool"], move["crew"])
        return
    move["home_min"] = now
    _write(m, number)
    if move["people"]:
        fleet.people_back(m, move["pool"], move["crew"])
    else:
        units_at(m, at.UNITS)[move["unit"]]["move"] = at.NONE
        fleet.bring_home(m, move["unit"])


@kernel
def _write(m: Memory, number: int) -> None:
    """Write a move; what still stood by at the horizon ended there."""
    move, horizon_min = moves_at(m, at.MOVES)[number], reals(m, at.PARAMETERS)[at.HORIZON_MIN]
    out = standbys_at(m, at.STANDBYS)[m[at.STANDBYS_HELD]]
    m[at.STANDBYS_HELD] += 1
    arrived, ended, end = move["arrived_min"], move["ended_min"], move["end"]
    if end < 0 or ended > horizon_min:
        ended, end = horizon_min, _END_OF_RUN
    if arrived > ended:
        arrived = _NAN
    out["unit"], out["from_site"], out["to_site"] = move["unit"], move["from_site"], move["to_site"]
    out["people"] = move["people"] != 0
    out["decided_min"], out["arrived_min"], out["ended_min"] = move["decided_min"], arrived, ended
    out["home_min"], out["travel_min"] = move["home_min"], move["travel_min"]
    out["reason"], out["end_reason"] = move["why"], end


@kernel
def close(m: Memory) -> None:
    """Write the moves that still stand by when the run has ended."""
    sites = sites_at(m, at.SITES)
    for site in range(sites.size):
        if sites[site]["standing"] >= 0:
            _write(m, sites[site]["standing"])
            sites[site]["standing"] = at.NONE
