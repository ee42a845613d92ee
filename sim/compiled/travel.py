"""Where a unit under way is, and how long it would take from there: ``sim.decisions.routes`` and ``positions``.

Of a route only its ends are kept: who asks where a unit is walks it from its end.
"""

from __future__ import annotations

import numpy as np

from sim.compiled import layout as at
from sim.compiled.kernel import kernel
from sim.compiled.memory import (
    Memory,
    float_blocks,
    float_rows,
    index_blocks,
    index_rows,
    indices,
    units_at,
    wholes,
)
from sim.decisions import positions

_DIRECT_MARGIN_MIN = 1e-4  # as in ``sim.decisions.routes``
_INF = np.float32(np.inf)

share_done = kernel(positions.share_done)
least_on_to = kernel(positions.least_on_to)


@kernel
def minutes_from_node(m: Memory, band: int, node: int, end: int) -> float:
    """Return the minutes from a road node to a place."""
    nodes, access = index_rows(m, at.ACCESS_NODE), float_blocks(m, at.ACCESS_MIN)
    road = float_blocks(m, at.NODE_MIN)
    least = _INF
    for k in range(nodes.shape[1]):
        if nodes[end, k] >= 0:
            least = min(least, road[band, node, nodes[end, k]] + access[band, end, k])
    return np.float64(least)


@kernel
def minutes_between(m: Memory, band: int, start: int, end: int) -> float:
    """Return the minutes between two places: by road, or straight across where they are neighbours."""
    nodes, access = index_rows(m, at.ACCESS_NODE), float_blocks(m, at.ACCESS_MIN)
    road = float_blocks(m, at.NODE_MIN)
    least = _INF
    for j in range(nodes.shape[1]):
        for k in range(nodes.shape[1]):
            if nodes[start, j] >= 0 and nodes[end, k] >= 0:
                way = (access[band, start, j] + road[band, nodes[start, j], nodes[end, k]]) + access[
                    band, end, k
                ]
                least = min(least, way)
    return np.float64(min(least, straight_min(m, band, start, end)))


@kernel
def straight_min(m: Memory, band: int, one: int, other: int) -> np.float32:
    """Return the minutes straight across between two places, inf where they are no neighbours."""
    start, place = indices(m, at.DIRECT_START), indices(m, at.DIRECT_PLACE)
    for number in range(start[one], start[one + 1]):
        if place[number] == other:
            return np.float32(float_rows(m, at.DIRECT_MIN)[band, number])
    return _INF


# -- ways that units are on -------------------------------------------------------------------------------------


@kernel
def set_out(
    m: Memory,
    unit: int,
    origin: int,
    start: int,
    end: int,
    start_min: float,
    duration_min: float,
    blue_min: float,
    band: int,
) -> None:
    """Let a unit be on a way from now on, in place of the one that it was on."""
    one = units_at(m, at.UNITS)[unit]
    one["origin"] = origin
    one["start_place"] = start
    one["end_place"] = end
    one["start_min"] = start_min
    one["duration_min"] = duration_min
    one["blue_min"] = blue_min
    one["band"] = band
    one["routed"] = 0
    if one["on_road"] < 0 and not one["police"]:
        one["on_road"] = m[at.ON_ROAD_HELD]
        wholes(m, at.ON_ROAD)[m[at.ON_ROAD_HELD]] = unit
        m[at.ON_ROAD_HELD] += 1


@kernel
def end_way(m: Memory, unit: int) -> None:
    """Let a unit be on no way."""
    units, road = units_at(m, at.UNITS), wholes(m, at.ON_ROAD)
    place = units[unit]["on_road"]
    units[unit]["origin"] = at.NONE
    if place >= 0:
        last = road[m[at.ON_ROAD_HELD] - 1]
        road[place] = last
        units[last]["on_road"] = place
        units[unit]["on_road"] = at.NONE
        m[at.ON_ROAD_HELD] -= 1


@kernel
def _find_route(m: Memory, unit: int) -> None:
    """Find the ends of the quickest route of a unit's way; ``last`` is NONE where the direct way is quicker."""
    one = units_at(m, at.UNITS)[unit]
    nodes, access = index_rows(m, at.ACCESS_NODE), float_blocks(m, at.ACCESS_MIN)
    road = float_blocks(m, at.NODE_MIN)
    band, start, end = one["band"], one["start_place"], one["end_place"]
    least, first, last, access_min = _INF, at.NONE, at.NONE, np.float32(0.0)
    for j in range(nodes.shape[1]):
        for k in range(nodes.shape[1]):
            if nodes[start, j] < 0 or nodes[end, k] < 0:
                continue
            way = (access[band, start, j] + road[band, nodes[start, j], nodes[end, k]]) + access[band, end, k]
            if way < least:
                least, access_min = way, access[band, start, j]
                first, last = int(nodes[start, j]), int(nodes[end, k])
    if one["blue_min"] < np.float64(least) - _DIRECT_MARGIN_MIN:
        last = at.NONE
    one["routed"] = 1
    one["first"] = first
    one["last"] = last
    one["route_min"] = np.float64(least)
    one["access_min"] = np.float64(access_min)


@kernel
def _share_at(m: Memory, unit: int, node: int) -> float:
    """Return the share of a unit's way that is done at a node of its route."""
    one = units_at(m, at.UNITS)[unit]
    if one["route_min"] <= 0.0:
        return 0.0
    way = float_blocks(m, at.NODE_MIN)[one["band"], one["first"], node] + np.float32(one["access_min"])
    return np.float64(way / np.float32(one["route_min"]))


@kernel
def node_and_share(m: Memory, unit: int, done: float) -> tuple[int, float]:
    """Return the first node at or ahead of a way of which ``done`` is behind, and its share; NONE and 1 if none is."""
    one = units_at(m, at.UNITS)[unit]
    if one["routed"] == 0:
        _find_route(m, unit)
    node = one["last"]
    if node < 0:
        return at.NONE, 1.0
    share = _share_at(m, unit, node)
    if share < done:
        return at.NONE, 1.0
    previous = index_blocks(m, at.NODE_PREV)
    while node != one["first"]:
        before = int(previous[one["band"], one["first"], node])
        share_before = _share_at(m, unit, before)
        if share_before < done:
            break
        node, share = before, share_before
    return node, share


@kernel
def minutes_to_cell(m: Memory, unit: int, now: float, band: int, cell: int, cab_min: float) -> float:
    """Return ``cab_min`` and the minutes on blue lights to a cell from where a unit is, on its way to a site."""
    one = units_at(m, at.UNITS)[unit]
    site_min = float_blocks(m, at.SITE_MIN)
    site = one["end_place"] - m[at.CELLS]
    if one["duration_min"] <= 0.0:
        return cab_min + np.float64(site_min[band, cell, site])
    done = share_done(one["start_min"], one["duration_min"], now)
    node, share = node_and_share(m, unit, done)
    if node < 0:
        rest = max(0.0, 1.0 - done) * one["blue_min"]
        return np.float64(cab_min + rest + np.float64(site_min[band, cell, site]))
    return np.float64(cab_min + (share - done) * one["blue_min"] + minutes_from_node(m, band, node, cell))


@kernel
def least_to_cell(m: Memory, unit: int, now: float, band: int, cell: int) -> float:
    """Return a bound below ``minutes_to_cell`` without time in the cab, for which no route is needed."""
    one = units_at(m, at.UNITS)[unit]
    from_end_min = np.float64(float_blocks(m, at.SITE_MIN)[band, cell, one["end_place"] - m[at.CELLS]])
    if one["duration_min"] <= 0.0:
        return from_end_min
    done = share_done(one["start_min"], one["duration_min"], now)
    return least_on_to(done, one["blue_min"], from_end_min)


@kernel
def place_of(m: Memory, unit: int, now: float) -> int:
    """Return the place (cell, or C + site) that a unit on a way is at or about to reach."""
    one = units_at(m, at.UNITS)[unit]
    if one["duration_min"] <= 0.0:
        return int(one["end_place"])
    node, _ = node_and_share(m, unit, share_done(one["start_min"], one["duration_min"], now))
    return int(one["end_place"]) if node < 0 else int(indices(m, at.NODE_CELL)[node])
