"""Kilometres of the quickest ways between places and sites, at free-flowing speeds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from geo.roads import RoadGraph

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
I32 = NDArray[np.int32]


def node_metres(graph: RoadGraph, before: I32, nodes: I32) -> F64:
    """Return the metres (R, N) of the quickest way from each of some ``nodes`` (R,) to every node.

    ``before`` (N, N) is the node before the column on the way from the row. NaN where there is no way. Ways are
    followed by doubling: after k rounds 2^k roads of each are added up.
    """
    edge = graph.matrix(graph.edge_length_m).toarray()
    columns = np.arange(graph.n_nodes)[None, :]
    before = before[nodes]
    jump = np.where(before >= 0, before, columns).astype(np.int32)
    metres = np.where(before >= 0, edge[jump, columns], 0.0)
    rows = np.arange(nodes.size)[:, None]
    while True:
        further = jump[rows, jump]
        if (further == jump).all():
            return np.where(jump == nodes[:, None], metres, np.nan)
        metres = metres + metres[rows, jump]
        jump = further


def site_kilometres(
    graph: RoadGraph,
    before: I32,
    node_min: F32,
    access_node: I32,
    access_min: F32,
    access_m: F64,
    straight: tuple[I32, I32, F32, F64],
    n_cells: int,
) -> F32:
    """Return the kilometres (P, S) of the quickest way between every place and every site, in one band.

    ``before`` and ``node_min`` (N, N) are predecessors and minutes from row to column.
    ``access_m`` (P, K) are driven metres; ``straight`` has start, place, minutes and metres of the direct ways.
    """
    places = access_node.shape[0]
    site_node, site_min, site_m = access_node[n_cells:], access_min[n_cells:], access_m[n_cells:]
    ways = site_min[:, :, None] + node_min[site_node]  # (S, K, N)
    first = ways.argmin(axis=1)
    rows = np.arange(site_node.shape[0])[:, None]
    nodes = np.arange(node_min.shape[0])[None, :]
    to_node_min = ways[rows, first, nodes]
    used, place = np.unique(site_node, return_inverse=True)
    metres = node_metres(graph, before, used)
    to_node_m = site_m[rows, first] + metres[place.reshape(site_node.shape)[rows, first], nodes]
    best = np.full((places, rows.size), np.inf, dtype=np.float32)
    found = np.zeros((places, rows.size))
    for k in range(access_node.shape[1]):
        node = access_node[:, k]
        minutes = to_node_min[:, node].T + access_min[:, k, None]
        better = minutes < best
        best = np.where(better, minutes, best)
        found = np.where(better, to_node_m[:, node].T + access_m[:, k, None], found)
    start, other, direct_min, direct_m = straight
    row = np.repeat(np.arange(places), np.diff(start))
    near = np.flatnonzero(row >= n_cells)
    near = near[direct_min[near] < best[other[near], row[near] - n_cells]]
    found[other[near], row[near] - n_cells] = direct_m[near]
    return np.asarray(found / 1000.0, dtype=np.float32)
