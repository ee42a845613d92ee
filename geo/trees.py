"""Shortest-path trees towards places: minutes from every road node to each of them.

One reverse tree a place, from the nodes by which it is entered. No table of predecessors is kept: whoever is at a
node goes by the road that is on the tree, which the minutes tell (``sim.decisions.routes``).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from geo.roads import RoadGraph

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
I32 = NDArray[np.int32]

MOST_AT_ONCE = 8_000_000
"""Numbers that one call of Dijkstra's algorithm may return: 64 MB."""
LEAST_MIN = 1e-6
"""Shortest way into a place, minutes: sparse graphs read a weight of zero as no edge."""


def backwards(graph: RoadGraph, m_per_min: F64) -> csr_array:
    """Return the graph (N, N) with every road turned round, by minutes at speeds (classes,)."""
    return csr_array(graph.matrix(graph.edge_length_m / m_per_min[graph.edge_class]).T.tocsr())


def minutes_to_places(reverse: csr_array, node: I32, minutes: F32, *, out: F32 | None = None) -> F32:
    """Return the minutes (P, N) from every node to each place, inf where there is no way.

    ``node`` (P, K), −1 padded, and ``minutes`` (P, K): the ways into each place. ``reverse``: ``backwards``.
    ``out``: where to put them, for instance a mapped file.
    """
    n_places, n_nodes = node.shape[0], int(reverse.shape[0])
    found = np.empty((n_places, n_nodes), dtype=np.float32) if out is None else out
    entered = np.unique(node[node >= 0])
    if entered.size <= n_places:  # few nodes serve many places: a tree a node
        return _by_nodes(reverse, entered, node, minutes, found)
    return _by_places(reverse, node, minutes, found)


def _by_nodes(reverse: csr_array, entered: I32, node: I32, minutes: F32, found: F32) -> F32:
    trees = np.empty((entered.size, found.shape[1]), dtype=np.float32)
    step = _step(found.shape[1])
    for first in range(0, entered.size, step):
        trees[first : first + step] = dijkstra(reverse, indices=entered[first : first + step])
    at = np.searchsorted(entered, np.where(node >= 0, node, entered[0] if entered.size else 0))
    found[:] = np.inf
    for k in range(node.shape[1]):
        for first in range(0, node.shape[0], step):
            rows = slice(first, first + step)
            way = trees[at[rows, k]]
            way += np.where(node[rows, k] >= 0, minutes[rows, k], np.float32(np.inf))[:, None]
            np.minimum(found[rows], way, out=found[rows])
    return found


def _by_places(reverse: csr_array, node: I32, minutes: F32, found: F32) -> F32:
    """Each place is a node of its own, which only it is left by: nobody drives through a place."""
    n_nodes = found.shape[1]
    step = _step(n_nodes)
    for first in range(0, node.shape[0], step):
        rows = slice(first, min(first + step, node.shape[0]))
        places = np.arange(rows.start, rows.stop) - first
        more = _ways_into(places.size, node[rows], minutes[rows], n_nodes)
        grown = _below(reverse, more)
        found[rows] = dijkstra(grown, indices=n_nodes + places)[:, :n_nodes]
    return found


def _ways_into(count: int, node: I32, minutes: F32, n_nodes: int) -> csr_array:
    """Return the graph (places, N) of the quickest way into each place by each node."""
    known = node >= 0
    place, end = np.repeat(np.arange(count), known.sum(axis=1)), node[known]
    weight = np.maximum(minutes[known].astype(np.float64), LEAST_MIN)
    order = np.lexsort((weight, end, place))
    place, end, weight = place[order], end[order], weight[order]
    first = np.ones(place.size, dtype=bool)  # of both ends of a loop the nearer
    first[1:] = (place[1:] != place[:-1]) | (end[1:] != end[:-1])
    return csr_array((weight[first], (place[first], end[first])), shape=(count, n_nodes))


def _below(reverse: csr_array, more: csr_array) -> csr_array:
    """Return a square graph with rows of ``more`` below those of ``reverse``."""
    size = reverse.shape[0] + more.shape[0]
    return csr_array(
        (
            np.concatenate([reverse.data, more.data]),
            np.concatenate([reverse.indices, more.indices]),
            np.concatenate([reverse.indptr, reverse.indptr[-1] + more.indptr[1:]]),
        ),
        shape=(size, size),
    )


def _step(n_nodes: int) -> int:
    return max(1, MOST_AT_ONCE // max(1, n_nodes))
