"""What mobilising and the roster tell the cover desk, and its reviews: ``sim.engine.cover.reviews``."""

from __future__ import annotations

import math

import numpy as np

from sim.compiled import layout as at
from sim.compiled.clock import put
from sim.compiled.cover import moves
from sim.compiled.cover.dynamic import dynamic
from sim.compiled.cover.looking import look, plan, plan_one, take_planned
from sim.compiled.cover.policies import core_stations, find_empty, overdue, people, see_ready, worth_asking
from sim.compiled.fleet import turn_to
from sim.compiled.kernel import kernel
from sim.compiled.memory import Memory, changes_at, decisions_at, moves_at, reals, sites_at, units_at, wholes
from sim.decisions.cover.view import End
from sim.engine.order import Happening
from sim.world.fire import SLOT_MIN

_RETRY_MIN = 60.0
_RESTORED = int(End.RESTORED)
_CREWS_CHANGE = int(Happening.CREWS_CHANGE)


@kernel
def start(m: Memory) -> None:
    """Look at every core station, and plan what the roster causes."""
    if not m[at.LISTENS]:
        return
    turn_to(m, 0.0)
    sites = sites_at(m, at.SITES)
    if m[at.POLICY] == at.DYNAMIC:
        plan(m, reals(m, at.PARAMETERS)[at.COVER_DELAY_MIN])
    else:
        for site in range(sites.size):
            if sites[site]["core"]:
                look(m, site, 0.0)
    _plan_change(m)


@kernel
def _plan_change(m: Memory) -> None:
    """Plan a look at the stations whose crews change next."""
    changes = changes_at(m, at.CHANGES)
    if m[at.NEXT_CHANGE] < changes.size:
        slot = changes[m[at.NEXT_CHANGE]]["slot"]
        put(m, slot * SLOT_MIN, _CREWS_CHANGE, slot, slot)


@kernel
def crews_change(m: Memory, slot: int, now: float) -> None:
    """The roster changes at some stations (−1 − station: it has crews before and after)."""
    changes = changes_at(m, at.CHANGES)
    if m[at.POLICY] == at.DYNAMIC:
        plan_one(m, now)
    while m[at.NEXT_CHANGE] < changes.size and changes[m[at.NEXT_CHANGE]]["slot"] == slot:
        site = changes[m[at.NEXT_CHANGE]]["site"]
        m[at.NEXT_CHANGE] += 1
        if m[at.POLICY] == at.DYNAMIC:
            continue
        if site >= 0:
            look(m, site, now)
        elif _any_away(m, -1 - site):
            look(m, -1 - site, now)
    _plan_change(m)


@kernel
def _any_away(m: Memory, site: int) -> bool:
    one, pumps, units = sites_at(m, at.SITES)[site], wholes(m, at.PUMPS_AT), units_at(m, at.UNITS)
    for number in range(one["first_pump"], one["first_pump"] + one["pumps"]):
        if units[pumps[number]]["away"]:
            return True
    return False


@kernel
def left_home(m: Memory, unit: int, row: int, now: float) -> None:
    """An appliance has left its station for an incident."""
    one = units_at(m, at.UNITS)[unit]
    site = sites_at(m, at.SITES)[one["site"]]
    if site["core"]:
        one["out_row"], one["out_since"] = row, now
    if m[at.POLICY] == at.DYNAMIC:
        plan_one(m, now)
    elif site["core"] and math.isnan(site["empty_since"]) and site["standing"] < 0:
        look(m, one["site"], now)


@kernel
def came_home(m: Memory, unit: int, now: float) -> None:
    """An appliance is back at its station, its crew in their pool."""
    one = units_at(m, at.UNITS)[unit]
    site = sites_at(m, at.SITES)[one["site"]]
    if site["core"]:
        one["out_row"] = at.NONE
        moves.appliance_home(m, unit, now)
    if m[at.POLICY] == at.DYNAMIC:
        plan_one(m, now)
    elif not math.isnan(site["empty_since"]) or site["standing"] >= 0:
        look(m, one["site"], now)


@kernel
def sent_on(m: Memory, unit: int, row: int, now: float) -> None:
    """An appliance under way or standing by has been sent to an incident."""
    one = units_at(m, at.UNITS)[unit]
    if sites_at(m, at.SITES)[one["site"]]["core"]:
        one["out_row"], one["out_since"] = row, now
    moves.sent_on(m, unit, now)


@kernel
def standby_home(m: Memory, number: int, now: float) -> None:
    """An appliance moved, or people moved, are back where they belong."""
    move = moves_at(m, at.MOVES)[number]
    moves.come_home(m, number, now)
    if move["after"] == moves.COMES_HOME and not move["people"]:
        came_home(m, move["unit"], now)


@kernel
def review(m: Memory, now: float) -> None:
    """Ask the policy what to do, and do it; ask again every hour while a station stays without cover."""
    take_planned(m, now)
    find_empty(m, now)
    late = overdue(m)
    policy = m[at.POLICY]
    if policy == at.DYNAMIC or m[at.RESTORED] or worth_asking(m, late, now):
        m[at.RESTORED] = 0
        m[at.DECISIONS_HELD] = 0
        see_ready(m)
        if policy == at.DYNAMIC:
            dynamic(m)
        elif policy == at.PEOPLE:
            people(m, now)
        else:
            core_stations(m, now)
        decisions = decisions_at(m, at.DECISIONS)
        for number in range(m[at.DECISIONS_HELD]):
            _carry_out(m, decisions[number], now)
        find_empty(m, now)
        late = overdue(m)
    if late > 0:
        plan(m, _RETRY_MIN * (math.floor(now / _RETRY_MIN) + 1.0))


@kernel
def _carry_out(m: Memory, decision: np.void, now: float) -> None:
    sites = sites_at(m, at.SITES)
    if decision["kind"] == at.RECALL:
        moves.recall(m, sites[decision["place"]]["standing"], _RESTORED, now)
        return
    if decision["kind"] == at.MOVE_APPLIANCE:
        moves.send_appliance(m, decision["unit"], decision["place"], decision["why"], now)
    else:
        moves.send_people(m, decision["unit"], decision["pool"], decision["crew"], decision["why"], now)
    sites[decision["place"]]["empty_since"] = math.nan
