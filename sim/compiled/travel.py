"""Where a unit under way is, and how long it would take from there: ``sim.decisions.routes`` and ``positions``.

Of a route only the node ahead is kept: who asks where a unit is walks on from there.
"""

from __future__ import annotations

import numpy as np

from sim.compiled import layout as at
from sim.compiled.kernel import kernel
from sim.compiled.memory import (
    Memory,
    float_blocks,
    float_rows,
    index_rows,
    indices,
    units_at,
    wholes,
)
from sim.decisions import positions, routes

_DIRECT_MARGIN_MIN = 1e-4  # as in ``sim.decisions.routes``
_MARGIN = np.float32(_DIRECT_MARGIN_MIN)
_INF = np.float32(np.inf)

share_done = kernel(positions.share_done)
least_on_to = kernel(positions.least_on_to)
share_at = kernel(routes.share_at)


@kernel
def tree_min(m: Memory, band: int, node: int, place: int) -> np.float32:
    """Return the minutes from a road node to a place."""
    if place < m[at.CELLS]:
        return np.float32(float_blocks(m, at.TO_CELL_MIN)[band, place, node])
    return np.float32(float_blocks(m, at.TO_SITE_MIN)[band, place - m[at.CELLS], node])


@kernel
def minutes_between(m: Memory, band: int, start: int, end: int) -> float:
    """Return the minutes between two places: by road, or straight where that is quicker."""
    nodes, leave = index_rows(m, at.LEAVE_NODE), float_blocks(m, at.LEAVE_MIN)
    least = straight_min(m, band, start, end)
    for k in range(nodes.shape[1]):
        if nodes[start, k] >= 0:
            least = min(least, tree_min(m, band, nodes[start, k], end) + leave[band, start, k])
    return np.float64(least)


@kernel
def straight_min(m: Memory, band: int, one: int, other: int) -> np.float32:
    """Return the minutes of the direct way between two places, inf where there is none."""
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
    """Find where the quickest route of a unit's way begins; NONE where the direct way is quicker."""
    one = units_at(m, at.UNITS)[unit]
    nodes, leave = index_rows(m, at.LEAVE_NODE), float_blocks(m, at.LEAVE_MIN)
    band, start, end = one["band"], one["start_place"], one["end_place"]
    least, first = _INF, at.NONE
    for k in range(nodes.shape[1]):
        if nodes[start, k] >= 0:
            way = tree_min(m, band, nodes[start, k], end) + leave[band, start, k]
            if way < least:
                least, first = way, int(nodes[start, k])
    if one["blue_min"] < np.float64(least) - _DIRECT_MARGIN_MIN:
        first = at.NONE
    one["routed"] = 1
    one["node"] = first
    one["route_min"] = np.float64(least)


@kernel
def _share_at(m: Memory, unit: int, node: int) -> float:
    """Return the share of a unit's way that is done at a node of its route."""
    one = units_at(m, at.UNITS)[unit]
    return share_at(one["route_min"], np.float64(tree_min(m, one["band"], node, one["end_place"])))


@kernel
def _node_after(m: Memory, band: int, node: int, place: int) -> int:
    """Return the node after one on the way to a place; NONE where the way leaves the roads."""
    start, head, road = indices(m, at.EDGE_START), indices(m, at.EDGE_HEAD), float_rows(m, at.EDGE_MIN)
    best, here = at.NONE, tree_min(m, band, node, place)
    least = here + _MARGIN
    for edge in range(start[node], start[node + 1]):
        there = tree_min(m, band, head[edge], place)
        if there < here:
            way = road[band, edge] + there
            if way < least:
                best, least = int(head[edge]), way
    return best


@kernel
def node_and_share(m: Memory, unit: int, done: float) -> tuple[int, float]:
    """Return the first node at or ahead of a way of which ``done`` is behind, and its share; NONE and 1 if none is.

    Time does not go back: the nodes behind are forgotten.
    """
    one = units_at(m, at.UNITS)[unit]
    if one["routed"] == 0:
        _find_route(m, unit)
    while one["node"] >= 0:
        share = _share_at(m, unit, one["node"])
        if share >= done:
            return int(one["node"]), share
        one["node"] = _node_after(m, one["band"], one["node"], one["end_place"])
    return at.NONE, 1.0


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
    return np.float64(cab_min + (share - done) * one["blue_min"] + np.float64(tree_min(m, band, node, cell)))


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
