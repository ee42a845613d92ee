"""Where a moving appliance is, and how long it would take from there. Pure functions over Travel."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.world.travel import Travel

_DIRECT_MARGIN_MIN = 1e-4  # below it, a way by road and the quickest way are the same (float32)


def minutes_from_node(travel: Travel, band: int, node: int, end: int) -> float:
    """Return the minutes from a road node to a place."""
    nodes = travel.access_node[end]
    least: float = min((travel.node_min[band, node].take(nodes) + travel.access_min[band, end]).tolist())
    return least


def minutes_between(travel: Travel, band: int, start: int, end: int) -> float:
    """Return the minutes between two places: by road, or straight across where they are neighbours."""
    minutes = float(_by_road(travel, band, start, end).min())
    first, last = int(travel.direct_start[start]), int(travel.direct_start[start + 1])
    if last > first:
        at = first + int(travel.direct_place[first:last].searchsorted(end))
        if at < last and travel.direct_place[at] == end:
            return min(minutes, float(travel.direct_min[band, at]))
    return minutes


class Destination:
    """The ways to one cell in one band, for all that may set out for it."""

    __slots__ = ("_access_min", "_band", "_cell", "_end_min", "_ends", "_to_node_min", "_travel")

    def __init__(self, travel: Travel, band: int, to_node_min: NDArray[np.float32], cell: int) -> None:
        """``to_node_min`` (N, N) is ``travel.node_min[band]`` the other way round: row to, column from."""
        self._travel, self._band, self._cell = travel, band, cell
        self._to_node_min = to_node_min
        self._ends = travel.access_node[cell][:, None]
        self._end_min = travel.access_min[band, cell][:, None]
        self._access_min = travel.access_min[band]

    def minutes_from(self, place: int) -> float:
        """Return the minutes from a place: by road, or straight across where it is a neighbour."""
        return float(self.minutes_from_each(np.array([place]))[0])

    def minutes_from_each(self, starts: NDArray[np.integer]) -> NDArray[np.float32]:
        """Return the minutes from each of some places, (n,).

        Ways straight across are looked up from the cell: they are as long out as back.
        """
        nodes = self._travel.access_node.take(starts, axis=0)
        ways = self._to_node_min[self._ends, nodes.ravel()]
        ways += self._end_min
        by_road = np.minimum.reduce(ways).reshape(nodes.shape)
        by_road += self._access_min.take(starts, axis=0)
        minutes: NDArray[np.float32] = np.minimum.reduce(by_road, axis=1)
        self._go_straight(starts.tolist(), minutes)
        return minutes

    def _go_straight(self, starts: list[int], minutes: NDArray[np.float32]) -> None:
        """Put in the ways straight across that are quicker."""
        travel = self._travel
        first, last = int(travel.direct_start[self._cell]), int(travel.direct_start[self._cell + 1])
        places = travel.direct_place[first:last].tolist()
        for i, start in enumerate(starts):
            if start in places:
                straight = travel.direct_min[self._band, first + places.index(start)]
                minutes[i] = min(minutes[i], straight)


def site_to_site(travel: Travel, band: int, n_cells: int) -> NDArray[np.float32]:
    """Return minutes between all sites, shape (S, S), row to column; sites are the places after the cells."""
    nodes = travel.access_node[n_cells:]
    access = travel.access_min[band, n_cells:]
    n_sites = nodes.shape[0]
    best = np.full((n_sites, n_sites), np.inf, dtype=np.float32)
    for j in range(nodes.shape[1]):
        for k in range(nodes.shape[1]):
            road = travel.node_min[band][np.ix_(nodes[:, j], nodes[:, k])]
            np.minimum(best, access[:, j, None] + road + access[None, :, k], out=best)
    np.fill_diagonal(best, 0.0)
    return best


def _by_road(travel: Travel, band: int, start: int, end: int) -> NDArray[np.float32]:
    """Return minutes by each pair of access nodes, shape (K, K)."""
    starts, ends = travel.access_node[start], travel.access_node[end]
    road = travel.node_min[band][starts[:, None], ends]
    minutes: NDArray[np.float32] = (
        travel.access_min[band, start][:, None] + road + travel.access_min[band, end][None, :]
    )
    return minutes


Route = tuple[list[int], list[float]]
"""Road nodes in order, and the share of the way that is done at each; both empty when the direct way is quicker."""


def find_route(travel: Travel, band: int, start: int, end: int, minutes: float) -> Route:
    """Return the quickest route between two places that are ``minutes`` apart."""
    pairs = _by_road(travel, band, start, end)
    j, k = divmod(int(pairs.argmin()), pairs.shape[1])
    total = float(pairs[j, k])
    if minutes < total - _DIRECT_MARGIN_MIN or not total < np.inf:
        return [], []
    first, last = int(travel.access_node[start, j]), int(travel.access_node[end, k])
    previous = travel.node_prev[band, first].item  # quicker by a half than indexing
    node, nodes = last, [last]
    while node != first:
        node = previous(node)
        nodes.append(node)
    nodes.reverse()
    at = travel.node_min[band, first].take(nodes) + travel.access_min[band, start, j]
    share = at / total if total > 0 else np.zeros(len(nodes))
    return nodes, share.tolist()


def next_node(nodes: Sequence[int], shares: Sequence[float], done: float) -> tuple[int, float]:
    """Return the first node at or ahead of a journey ``done`` (share 0..1), and the share at that node.

    −1 when no node is left ahead: the journey is as good as over, or has no nodes.
    """
    at = bisect_left(shares, done)
    if at >= len(nodes):
        return -1, 1.0
    return nodes[at], shares[at]
