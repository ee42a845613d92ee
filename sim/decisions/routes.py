"""How long it takes to a place, and by which way. Pure functions over Travel.

Kept are the minutes from every road node to every place: its tree. A unit at a node goes by the road whose minutes and
those from its end are the least, as long as they are what the tree says; where none are, it leaves the roads there.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.world.travel import Travel

F32 = NDArray[np.float32]

_MARGIN_MIN = 1e-4  # ways that differ by less are the same (float32)
_MARGIN = np.float32(_MARGIN_MIN)


def tree_of(travel: Travel, band: int, place: int) -> F32:
    """Return the minutes from every node to a place (N,)."""
    n_cells = travel.to_cell_min.shape[1]
    tree: F32 = (
        travel.to_cell_min[band, place] if place < n_cells else travel.to_site_min[band, place - n_cells]
    )
    return tree


def minutes_between(travel: Travel, band: int, start: int, end: int) -> float:
    """Return the minutes between two places: by road, or straight where that is quicker."""
    ways = tree_of(travel, band, end).take(travel.leave_node[start]) + travel.leave_min[band, start]
    by_road = float(ways.min())
    return min(by_road, straight_min(travel, band, start, end))


def minutes_from_each(travel: Travel, band: int, starts: NDArray[np.integer], end: int) -> F32:
    """Return the minutes to a place from each of some places, (n,)."""
    ways = tree_of(travel, band, end).take(travel.leave_node.take(starts, axis=0))
    ways += travel.leave_min[band].take(starts, axis=0)
    minutes: F32 = np.minimum.reduce(ways, axis=1)
    near = travel.direct_place[int(travel.direct_start[end]) : int(travel.direct_start[end + 1])].tolist()
    for i, start in enumerate(starts.tolist()):
        if start in near:  # who is near is so both ways
            minutes[i] = min(minutes[i], straight_min(travel, band, start, end))
    return minutes


def straight_min(travel: Travel, band: int, start: int, end: int) -> float:
    """Return the minutes of the direct way between two places, inf where there is none."""
    first, last = int(travel.direct_start[start]), int(travel.direct_start[start + 1])
    if last > first:
        at = first + int(travel.direct_place[first:last].searchsorted(end))
        if at < last and travel.direct_place[at] == end:
            return float(travel.direct_min[band, at])
    return float("inf")


def site_to_site(travel: Travel, band: int, n_cells: int) -> F32:
    """Return minutes by road between all sites, shape (S, S), row to column; sites are the places after the cells."""
    nodes, leave = travel.leave_node[n_cells:], travel.leave_min[band, n_cells:]
    trees = travel.to_site_min[band]
    best: F32 = trees[:, nodes[:, 0]].T + leave[:, 0, None]
    for k in range(1, nodes.shape[1]):
        np.minimum(best, trees[:, nodes[:, k]].T + leave[:, k, None], out=best)
    np.fill_diagonal(best, 0.0)
    return best


Route = tuple[list[int], list[float]]
"""Road nodes in order, and the share of the way that is done at each; both empty when the direct way is quicker."""


def find_route(travel: Travel, band: int, start: int, end: int, minutes: float) -> Route:
    """Return the quickest route between two places that are ``minutes`` apart."""
    tree, first = tree_of(travel, band, end), travel.leave_node[start]
    ways = tree.take(first) + travel.leave_min[band, start]
    k = int(ways.argmin())
    total = float(ways[k])
    if minutes < total - _MARGIN_MIN or not total < np.inf:
        return [], []
    node, nodes, shares = int(first[k]), [], []
    while node >= 0:
        nodes.append(node)
        shares.append(share_at(total, float(tree[node])))
        node = node_after(travel, band, tree, node)
    return nodes, shares


def share_at(total_min: float, rest_min: float) -> float:
    """Return the share of a way that is done where so many minutes of it are left."""
    return 1.0 - rest_min / total_min if total_min > 0.0 else 0.0


def node_after(travel: Travel, band: int, tree: F32, node: int) -> int:
    """Return the node after one on the way along a tree; −1 where the way leaves the roads."""
    best, here = -1, tree[node]
    least = here + _MARGIN
    for edge in range(int(travel.edge_start[node]), int(travel.edge_start[node + 1])):
        head = int(travel.edge_head[edge])
        if tree[head] < here:
            way = travel.edge_min[band, edge] + tree[head]
            if way < least:
                best, least = head, way
    return best


def next_node(nodes: Sequence[int], shares: Sequence[float], done: float) -> tuple[int, float]:
    """Return the first node at or ahead of a journey ``done`` (share 0..1), and the share at that node.

    −1 when no node is left ahead: the journey is as good as over, or has no nodes.
    """
    at = bisect_left(shares, done)
    if at >= len(nodes):
        return -1, 1.0
    return nodes[at], shares[at]
