"""Dynamic cover: ``sim.decisions.cover.dynamic``, whose docstrings tell the rules.

Shares of demand are multiples of 2⁻⁴⁰, so that their sums are exact in any order.
"""

from __future__ import annotations

import math

import numpy as np

from sim.compiled import layout as at
from sim.compiled.cover.policies import decide, next_standing
from sim.compiled.fleet import mode_of
from sim.compiled.kernel import kernel
from sim.compiled.memory import (
    Memory,
    code_blocks,
    float_blocks,
    reals,
    sites_at,
    units_at,
    wholes,
)
from sim.decisions.cover.view import Why
from sim.world.codes import Mode

_NOTHING = 1e-9
_IMMEDIATE = int(Mode.IMMEDIATE)
_MARGINAL = int(Why.MARGINAL_COVERAGE)


@kernel
def dynamic(m: Memory) -> None:
    """Make the one move with the best marginal coverage; recall what has lost its gain."""
    units = units_at(m, at.UNITS)
    _count_pumps(m)
    least = max(0.5 * reals(m, at.PARAMETERS)[at.LEAST_GAIN], _NOTHING)
    unit = at.NONE
    while True:
        unit, here = next_standing(m, unit)
        if unit < 0:
            break
        home = units[unit]["site"]
        _add_pumps(m, here, -1)
        _add_pumps(m, home, 1)
        if _gain(m, home, here) < least:
            decide(m, at.RECALL, unit, here, at.NONE)
        else:
            _add_pumps(m, here, 1)
            _add_pumps(m, home, -1)
    _best_move(m)


@kernel
def _count_pumps(m: Memory) -> None:
    """Put into ``COUNTS`` how many pumps are at each station, and keep ``REACHED`` up.

    ``REACHED`` says how many stations with a pump reach each cell that is asked for. From one review to the next few
    stations change; in another band of the week it is counted anew.
    """
    units, sites, ready, now = (
        units_at(m, at.UNITS),
        sites_at(m, at.SITES),
        wholes(m, at.COVERED),
        wholes(m, at.NOW),
    )
    now[:] = 0
    for unit in range(ready.size):
        now[units[unit]["site"]] += ready[unit]
    for site in range(sites.size):
        now[site] += sites[site]["standing"] >= 0
    pumps, band = wholes(m, at.COUNTS), wholes(m, at.BAND)[m[at.SLOT]]
    if m[at.REACHED_BAND] != band:
        m[at.REACHED_BAND] = band
        wholes(m, at.REACHED)[:] = 0
        pumps[:] = 0
    for site in range(sites.size):
        _add_pumps(m, site, now[site] - pumps[site])


@kernel
def _add_pumps(m: Memory, site: int, number: int) -> None:
    """Add pumps at a station, or take them away, and keep ``REACHED`` up."""
    pumps, reached = wholes(m, at.COUNTS), wholes(m, at.REACHED)
    within = code_blocks(m, at.WITHIN)[wholes(m, at.BAND)[m[at.SLOT]]]
    before = pumps[site] > 0
    pumps[site] += number
    change = int(pumps[site] > 0) - int(before)
    if change != 0:
        for cell in range(reached.size):
            reached[cell] += change * within[site, cell]


@kernel
def _cells_reached(m: Memory, times: int, place: int) -> int:
    """Put the cells reached so many times into a list; return how many they are."""
    reached, cells = wholes(m, at.REACHED), wholes(m, place)
    count = 0
    for cell in range(reached.size):
        if reached[cell] == times:
            cells[count] = cell
            count += 1
    return count


@kernel
def _gain(m: Memory, from_site: int, to_site: int) -> float:
    """Return the gain of moving one pump that is at ``from_site``."""
    pumps, reached, weight = wholes(m, at.COUNTS), wholes(m, at.REACHED), reals(m, at.WEIGHT)
    within = code_blocks(m, at.WITHIN)[wholes(m, at.BAND)[m[at.SLOT]]]
    last = pumps[from_site] == 1
    won, lost = 0.0, 0.0
    for cell in range(reached.size):
        others = reached[cell] - (within[from_site, cell] if last else 0)
        if others == 0:
            won += weight[cell] * within[to_site, cell]
            lost += weight[cell] * within[from_site, cell]
    return won - lost if last else won


@kernel
def _best_move(m: Memory) -> None:
    """Decide on the best move that is worth making."""
    pumps, loose, weight = wholes(m, at.COUNTS), wholes(m, at.LOOSE), reals(m, at.WEIGHT)
    new, sites = reals(m, at.NEWLY), sites_at(m, at.SITES)
    within = code_blocks(m, at.WITHIN)[wholes(m, at.BAND)[m[at.SLOT]]]
    least = max(reals(m, at.PARAMETERS)[at.LEAST_GAIN], _NOTHING)
    count, any_target = _cells_reached(m, 0, at.LOOSE), False
    for site in range(sites.size):
        new[site] = 0.0
        if pumps[site] == 0:
            for number in range(count):
                new[site] += weight[loose[number]] * within[site, loose[number]]
            any_target = any_target or new[site] >= least
    once = _cells_reached(m, 1, at.ONCE)
    best, where, gain, minutes = at.NONE, at.NONE, 0.0, np.float32(0.0)
    for home in range(sites.size if any_target else 0):
        unit = _first_mover(m, home)
        if unit < 0:
            continue
        target, won, way = _best_target(m, home, max(least, gain), once)
        if target < 0:
            continue
        if best < 0 or won > gain or (won == gain and (way < minutes or (way == minutes and unit < best))):
            best, where, gain, minutes = unit, target, won, way
    if best >= 0:
        decide(m, at.MOVE_APPLIANCE, best, where, _MARGINAL)


@kernel
def _first_mover(m: Memory, home: int) -> int:
    """Return the first pump of a station that may leave: crew on station, and a core station not emptied; or NONE."""
    units, ready = units_at(m, at.UNITS), wholes(m, at.COVERED)
    at_home, first = 0, at.NONE
    for unit in range(ready.size):
        if units[unit]["site"] == home and ready[unit]:
            at_home += 1
            if first < 0 and mode_of(m, m[at.SLOT], unit) == _IMMEDIATE:
                first = unit
    return first if at_home > 1 or not sites_at(m, at.SITES)[home]["core"] else at.NONE


@kernel
def _best_target(m: Memory, home: int, least: float, once: int) -> tuple[int, float, np.float32]:
    """Return where a pump of a station gains most, that gain and the road minutes; NONE if nowhere is worth it."""
    pumps, reached_once, weight = wholes(m, at.COUNTS), wholes(m, at.ONCE), reals(m, at.WEIGHT)
    new, only = reals(m, at.NEWLY), wholes(m, at.ONLY)
    band = wholes(m, at.BAND)[m[at.SLOT]]
    within, minutes = code_blocks(m, at.WITHIN)[band], float_blocks(m, at.MINUTES)[band, home]
    longest_min = np.float32(reals(m, at.PARAMETERS)[at.LONGEST_MOVE_MIN])
    count, all_lost = 0, 0.0
    if (
        pumps[home] == 1
    ):  # where nothing is left, what only this station reaches is lost, unless the target reaches it
        for number in range(once):
            cell = reached_once[number]
            if within[home, cell]:
                only[count] = cell
                count += 1
                all_lost += weight[cell]
    best, most, way = at.NONE, -math.inf, np.float32(0.0)
    for target in range(new.size):
        if pumps[target] != 0 or new[target] < least or minutes[target] > longest_min:
            continue
        gain = new[target]
        for number in range(count):
            gain += weight[only[number]] * within[target, only[number]]
        gain -= all_lost
        if gain >= least and (gain > most or (gain == most and minutes[target] < way)):
            best, most, way = target, gain, minutes[target]
    return best, most, way
