"""The roads that leave each node, row by row: what one needs to follow a way along a tree of minutes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.roads import RoadGraph

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
I8 = NDArray[np.int8]
I32 = NDArray[np.int32]

MARGIN_MIN = 1e-4
"""Ways that differ by less are the same (float32)."""


@dataclass(frozen=True, slots=True, eq=False)
class Forward:
    """Roads by the node that they leave (E of them; of those between the same two nodes every one)."""

    start: I32  # (N + 1,) rows of the others
    head: I32  # (E,)
    length_m: F64  # (E,)
    road_class: I8  # (E,)

    def minutes(self, m_per_min: F64) -> F32:
        """Return the minutes of each road (B, E) at speeds (B, classes)."""
        return np.asarray(self.length_m / m_per_min[:, self.road_class], dtype=np.float32)

    def next_on_tree(self, edge_min: F32, tree: F32) -> tuple[I32, F64]:
        """Return the node after each on its way along a tree, and the metres there; −1 where the way leaves the roads.

        ``edge_min`` (E,), ``tree`` (N,): minutes from every node to the place. The rule is that of
        ``sim.decisions.routes``.
        """
        tail = np.repeat(np.arange(self.start.size - 1), np.diff(self.start))
        way = edge_min + tree[self.head]
        on_it = (tree[self.head] < tree[tail]) & (way < tree[tail] + np.float32(MARGIN_MIN))
        edge = np.flatnonzero(on_it)
        edge = edge[np.lexsort((edge, way[edge], tail[edge]))]
        first = np.ones(edge.size, dtype=bool)
        first[1:] = tail[edge][1:] != tail[edge][:-1]
        chosen = edge[first]
        step = np.full(tree.size, -1, dtype=np.int32)
        metres = np.full(tree.size, np.nan)
        step[tail[chosen]] = self.head[chosen]
        metres[tail[chosen]] = self.length_m[chosen]
        return step, metres


def forward_of(graph: RoadGraph) -> Forward:
    """Return the roads of a graph by the node that they leave, in the order of their ends and lengths."""
    order = np.lexsort((graph.edge_length_m, graph.edge_to, graph.edge_from))
    start = np.searchsorted(graph.edge_from[order], np.arange(graph.n_nodes + 1))
    return Forward(
        start.astype(np.int32),
        graph.edge_to[order].astype(np.int32),
        graph.edge_length_m[order],
        graph.edge_class[order],
    )
