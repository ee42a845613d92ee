"""What the cover policies decide: ``sim.decisions.cover``, whose docstrings tell the rules."""

from __future__ import annotations

import math

import numpy as np

from sim.compiled import layout as at
from sim.compiled.cover.expected import back_in_min
from sim.compiled.cover.looking import delay_of, on_the_run, own_crew
from sim.compiled.cover.spare import muster_min, spare_crew
from sim.compiled.fleet import keep_base, mode_of
from sim.compiled.kernel import kernel
from sim.compiled.memory import (
    Memory,
    decisions_at,
    float_blocks,
    floats,
    movers_at,
    moves_at,
    pools_at,
    reals,
    sites_at,
    units_at,
    whole_rows,
    wholes,
    words,
)
from sim.decisions.cover import worthwhile
from sim.decisions.cover.view import Why
from sim.world.codes import Mode

_NAN, _INF = math.nan, np.float32(np.inf)
_NOBODY = np.uint64(0)
_IMMEDIATE, _NO_CREW = int(Mode.IMMEDIATE), int(Mode.NO_CREW)
_CORE_UNCOVERED, _CREW_SHORT = int(Why.CORE_UNCOVERED), int(Why.CREW_SHORT)
_ROUNDING_MIN = worthwhile.ROUNDING_MIN

least_stay = kernel(worthwhile.least_stay)


@kernel
def decide(m: Memory, kind: int, unit: int, place: int, why: int) -> None:
    """Add a decision; ``place`` is the station that a pump is sent to, or recalled from."""
    decision = decisions_at(m, at.DECISIONS)[m[at.DECISIONS_HELD]]
    m[at.DECISIONS_HELD] += 1
    decision["kind"], decision["unit"], decision["place"], decision["why"] = kind, unit, place, why


@kernel
def see_ready(m: Memory) -> None:
    """Put into ``COVERED`` which own pumps stand at their own station with a crew to be had."""
    keep_base(m)
    ready, base, units, sites = (
        wholes(m, at.COVERED),
        floats(m, at.BASE),
        units_at(m, at.UNITS),
        sites_at(m, at.SITES),
    )
    for unit in range(ready.size):
        ready[unit] = int(units[unit]["pump"] and units[unit]["own"] and base[unit] < _INF)
    for site in range(sites.size):
        move = sites[site]["standing"]
        if move >= 0 and moves_at(m, at.MOVES)[move]["people"]:
            ready[moves_at(m, at.MOVES)[move]["unit"]] = int(own_crew(m, moves_at(m, at.MOVES)[move]["unit"]))


@kernel
def find_empty(m: Memory, now: float) -> None:
    """Put into ``EMPTY`` for how long each core station that wants cover has been empty; NaN for the others."""
    empty, sites = reals(m, at.EMPTY), sites_at(m, at.SITES)
    mates, start = wholes(m, at.GROUPS), wholes(m, at.GROUP_START)
    for site in range(sites.size):
        empty[site] = _NAN if sites[site]["group"] >= 0 else now - sites[site]["empty_since"]
    for group in range(start.size - 1):
        first, latest = at.NONE, 0.0
        for number in range(start[group], start[group + 1]):
            since = sites[mates[number]]["empty_since"]
            if math.isnan(since):
                first = at.NONE
                break
            if first < 0 or since < sites[first]["empty_since"]:
                first = mates[number]
            latest = since if number == start[group] else max(latest, since)
        if first >= 0:
            empty[first] = now - latest


@kernel
def is_late(m: Memory, site: int) -> bool:
    """Return whether a core station has been empty for the delay."""
    return bool(reals(m, at.EMPTY)[site] >= delay_of(m, site) - _ROUNDING_MIN)


@kernel
def overdue(m: Memory) -> int:
    """Put the core stations empty for the delay into ``OVERDUE``, the longest first; return how many there are."""
    empty, late = reals(m, at.EMPTY), wholes(m, at.OVERDUE)
    count = 0
    for site in range(empty.size):
        if not is_late(m, site):
            continue
        hole = count
        while hole > 0 and empty[late[hole - 1]] < empty[site]:
            late[hole] = late[hole - 1]
            hole -= 1
        late[hole] = site
        count += 1
    return count


@kernel
def worth_asking(m: Memory, late: int, now: float) -> bool:
    """Return whether a core policy can have a move to make for those that are late (``OVERDUE``)."""
    if m[at.POLICY] == at.PEOPLE:
        return late > 0
    movers, start = movers_at(m, at.MOVERS), whole_rows(m, at.MOVERS_START)
    sites, units, band = wholes(m, at.OVERDUE), units_at(m, at.UNITS), wholes(m, at.BAND)[m[at.SLOT]]
    for place in range(late):
        back = back_in_min(m, sites[place], now)
        for number in range(start[band, sites[place]], start[band, sites[place] + 1]):
            if least_stay(movers[number]["minutes"]) > back:
                break
            unit = movers[number]["unit"]
            if not units[unit]["away"] and on_the_run(m, unit):
                return True
    return False


@kernel
def next_standing(m: Memory, after: int) -> tuple[int, int]:
    """Return the next appliance that stands by, and where; NONE after the last."""
    sites, best, where = sites_at(m, at.SITES), at.NONE, at.NONE
    for site in range(sites.size):
        if sites[site]["standing"] >= 0:
            unit = moves_at(m, at.MOVES)[sites[site]["standing"]]["unit"]
            if unit > after and (best < 0 or unit < best):
                best, where = unit, site
    return best, where


@kernel
def recalls(m: Memory) -> None:
    """Decide on the recall of every stand-by whose station (or its group) has a ready pump of its own, by appliance."""
    unit, site = next_standing(m, at.NONE)
    while unit >= 0:
        if _group_ready(m, site):
            decide(m, at.RECALL, unit, site, at.NONE)
        unit, site = next_standing(m, unit)


@kernel
def _group_ready(m: Memory, site: int) -> bool:
    sites, mates, start = sites_at(m, at.SITES), wholes(m, at.GROUPS), wholes(m, at.GROUP_START)
    group = sites[site]["group"]
    if group < 0:
        return _pumps_ready(m, site, at.NONE)
    for number in range(start[group], start[group + 1]):
        if _pumps_ready(m, mates[number], at.NONE):
            return True
    return False


@kernel
def _pumps_ready(m: Memory, site: int, but: int) -> bool:
    """Return whether a station has a ready pump of its own, besides one."""
    one, pumps, ready = sites_at(m, at.SITES)[site], wholes(m, at.PUMPS_AT), wholes(m, at.COVERED)
    for number in range(one["first_pump"], one["first_pump"] + one["pumps"]):
        if pumps[number] != but and ready[pumps[number]]:
            return True
    return False


@kernel
def core_stations(m: Memory, now: float) -> None:
    """Stand a pump by at each core station that has had none for longer than the delay."""
    recalls(m)
    late, ready = wholes(m, at.OVERDUE), wholes(m, at.COVERED)
    for place in range(overdue(m)):
        unit = _most_suitable(m, late[place], now)
        if unit >= 0:
            ready[unit] = 0
            decide(m, at.MOVE_APPLIANCE, unit, late[place], _CORE_UNCOVERED)


@kernel
def _most_suitable(m: Memory, to_site: int, now: float) -> int:
    """Return the pump to stand by at a station, NONE if none will do."""
    movers, start = movers_at(m, at.MOVERS), whole_rows(m, at.MOVERS_START)
    units, sites, ready = units_at(m, at.UNITS), sites_at(m, at.SITES), wholes(m, at.COVERED)
    slot, back = m[at.SLOT], back_in_min(m, to_site, now)
    band, longest_min = wholes(m, at.BAND)[slot], reals(m, at.PARAMETERS)[at.LONGEST_MOVE_MIN]
    best, best_order, best_minutes = at.NONE, 4, 0.0
    for number in range(start[band, to_site], start[band, to_site + 1]):
        minutes, unit = movers[number]["minutes"], movers[number]["unit"]
        if minutes > longest_min or least_stay(minutes) > back:
            break
        home = units[unit]["site"]
        if not ready[unit] or home == to_site:
            continue
        empties = not _pumps_ready(m, home, unit)
        if empties and sites[home]["core"]:
            continue
        order = 2 * int(mode_of(m, slot, unit) != _IMMEDIATE) + int(empties)
        if order < best_order or (
            order == best_order and (minutes < best_minutes or (minutes == best_minutes and unit < best))
        ):
            best, best_order, best_minutes = unit, order, minutes
    return best


@kernel
def people(m: Memory, now: float) -> None:
    """Crew a core station's appliance with people from the nearest station that can spare them."""
    recalls(m)
    if not _see_spare(m):
        return
    late, spare, pools = wholes(m, at.OVERDUE), words(m, at.SPARE), pools_at(m, at.POOLS)
    minutes = float_blocks(m, at.MINUTES)[wholes(m, at.BAND)[m[at.SLOT]]]
    longest_min = reals(m, at.PARAMETERS)[at.LONGEST_MOVE_MIN]
    for place in range(overdue(m)):
        site = late[place]
        unit = _best_short(m, site)
        if unit < 0:
            continue
        back, best, soonest = back_in_min(m, site, now), at.NONE, math.inf
        for pool in range(pools.size):
            drive = np.float64(minutes[pools[pool]["site"], site])
            if spare[pool] == _NOBODY or drive > longest_min or least_stay(drive) > back:
                continue
            there = muster_min(m, pool, spare[pool]) + drive
            if there < soonest:
                best, soonest = pool, there
        if best >= 0:
            decide(m, at.MOVE_PEOPLE, unit, site, _CREW_SHORT)
            decision = decisions_at(m, at.DECISIONS)[m[at.DECISIONS_HELD] - 1]
            decision["pool"], decision["crew"] = best, spare[best]
            spare[best] = _NOBODY


@kernel
def _is_short(m: Memory, unit: int) -> bool:
    """Return whether a pump is at home, in working order, with too few people, at a station that wants cover."""
    one = units_at(m, at.UNITS)[unit]
    if not one["pump"] or not one["own"] or one["away"]:
        return False
    return mode_of(m, m[at.SLOT], unit) == _NO_CREW and not math.isnan(reals(m, at.EMPTY)[one["site"]])


@kernel
def _best_short(m: Memory, site: int) -> int:
    """Return the best-ranked pump of a station that is short of a crew, NONE if none is."""
    units, best = units_at(m, at.UNITS), at.NONE
    for unit in range(units.size):
        if units[unit]["site"] != site or not _is_short(m, unit):
            continue
        if best < 0 or units[unit]["rank"] < units[best]["rank"]:
            best = unit
    return best


@kernel
def _see_spare(m: Memory) -> bool:
    """Put into ``SPARE`` what the pools within the longest move can lend; False if nobody is short."""
    pools, spare, lends = pools_at(m, at.POOLS), words(m, at.SPARE), wholes(m, at.LENDS)
    for pool in range(pools.size):
        spare[pool], lends[pool] = _NOBODY, 1
    hardest = _hardest_short(m)
    if hardest == 0:
        return False
    longest_min = np.float32(reals(m, at.PARAMETERS)[at.LONGEST_MOVE_MIN])
    for pool in range(pools.size):
        if lends[pool] and _nearest_wanting(m, pools[pool]["site"]) <= longest_min:
            spare[pool] = spare_crew(m, pool, hardest)
    return True


@kernel
def _hardest_short(m: Memory) -> int:
    """Return the most people that a pump short of a crew needs, 0 if none is short; its own pools lend nothing."""
    units, lends, hardest = units_at(m, at.UNITS), wholes(m, at.LENDS), 0
    for unit in range(units.size):
        if not _is_short(m, unit):
            continue
        hardest = max(hardest, units[unit]["minimum"])
        if units[unit]["pool"] >= 0:
            lends[units[unit]["pool"]] = 0
        if units[unit]["fallback"] >= 0:
            lends[units[unit]["fallback"]] = 0
    return hardest


@kernel
def _nearest_wanting(m: Memory, site: int) -> np.float32:
    """Return the road minutes from a station to the nearest that wants cover."""
    minutes, empty = float_blocks(m, at.MINUTES)[wholes(m, at.BAND)[m[at.SLOT]]], reals(m, at.EMPTY)
    near = _INF
    for other in range(empty.size):
        if not math.isnan(empty[other]):
            near = min(near, minutes[site, other])
    return near
