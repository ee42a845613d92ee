"""Where a moving appliance is, and how long it would take from there. Pure functions over Travel."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.travel import Travel

_DIRECT_MARGIN_MIN = 1e-4  # below it, a way by road and the quickest way are the same (float32)


def minutes_from_node(travel: Travel, band: int, node: int, end: int) -> float:
    """Return the minutes from a road node to a place."""
    nodes = travel.access_node[end]
    return float((travel.node_min[band, node, nodes] + travel.access_min[band, end]).min())


def minutes_between(travel: Travel, band: int, start: int, end: int) -> float:
    """Return the minutes between two places: by road, or straight across where they are neighbours."""
    return float(minutes_from_places(travel, band, np.array([start]), end)[0])


def minutes_from_places(
    travel: Travel, band: int, starts: NDArray[np.integer], end: int
) -> NDArray[np.float32]:
    """Return the minutes from each of some places to one, (n,).

    Ways straight across are looked up from the end: they are as long back as out.
    """
    nodes, ends = travel.access_node[starts], travel.access_node[end]
    by_road = travel.access_min[band][starts][:, :, None] + travel.node_min[band][nodes[:, :, None], ends]
    minutes: NDArray[np.float32] = (by_road + travel.access_min[band, end]).min(axis=(1, 2))
    first, last = travel.direct_start[end], travel.direct_start[end + 1]
    if last > first:
        neighbours = travel.direct_place[first:last]
        at = np.minimum(neighbours.searchsorted(starts), neighbours.size - 1)
        straight = np.where(
            neighbours[at] == starts, travel.direct_min[band, first:last][at], np.float32(np.inf)
        )
        np.minimum(minutes, straight, out=minutes)
    return minutes


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
    road = travel.node_min[band, starts[:, None], ends[None, :]]
    minutes: NDArray[np.float32] = (
        travel.access_min[band, start][:, None] + road + travel.access_min[band, end][None, :]
    )
    return minutes


@dataclass(frozen=True, slots=True)
class Route:
    """The way from one place to another: road nodes in order and the share of the journey done at each."""

    nodes: list[int]  # empty when the direct way is quicker
    share: list[float]


def find_route(travel: Travel, band: int, start: int, end: int, minutes: float) -> Route:
    """Return the quickest route between two places that are ``minutes`` apart."""
    pairs = _by_road(travel, band, start, end)
    j, k = divmod(int(pairs.argmin()), pairs.shape[1])
    total = float(pairs[j, k])
    if minutes < total - _DIRECT_MARGIN_MIN or not total < np.inf:
        return Route([], [])
    first, last = int(travel.access_node[start, j]), int(travel.access_node[end, k])
    previous = travel.node_prev[band, first]
    node, nodes = last, [last]
    while node != first:
        node = int(previous[node])
        nodes.append(node)
    nodes.reverse()
    at = travel.node_min[band, first, nodes] + travel.access_min[band, start, j]
    share = at / total if total > 0 else np.zeros(len(nodes))
    return Route(nodes, share.tolist())


def next_node(route: Route, done: float) -> tuple[int, float]:
    """Return the first node at or ahead of a journey ``done`` (share 0..1), and the share at that node.

    −1 when no node is left ahead: the journey is as good as over, or has no nodes.
    """
    at = bisect_left(route.share, done)
    if at >= len(route.nodes):
        return -1, 1.0
    return route.nodes[at], route.share[at]
