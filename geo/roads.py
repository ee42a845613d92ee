"""The road graph: nodes, directed edges with length and class, from any source.

A graph is built from written-down roads (`geo.network`) or from a service's own files (`geo.building`). Index letters:
N nodes, E directed edges.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from geo.errors import Fault, GeoDataError

F64 = NDArray[np.float64]
I32 = NDArray[np.int32]
I8 = NDArray[np.int8]
Bool = NDArray[np.bool_]

ROAD_CLASSES: tuple[str, ...] = (
    "motorway",
    "dual_a",
    "single_a",
    "b_road",
    "minor",
    "urban_a",
    "urban_minor",
)
"""Classes by which speeds are given; an edge stores its class as an index into this tuple."""

CLASS_INDEX: dict[str, int] = {name: i for i, name in enumerate(ROAD_CLASSES)}

MIN_EDGE_M = 0.05
"""Shortest edge, metres: sparse graphs read a length of zero as no edge, and minutes in single precision must tell
that one end of it is nearer than the other."""


@dataclass(frozen=True, slots=True, eq=False)
class RoadGraph:
    """A directed road graph in EPSG:27700; a two-way road is two edges.

    `node_access` says whether journeys may start and end at a node (not at a motorway's bend); `node_name`
    is for messages and may be empty text.
    """

    node_easting_m: F64  # (N,)
    node_northing_m: F64  # (N,)
    node_access: Bool  # (N,)
    node_name: tuple[str, ...]
    edge_from: I32  # (E,)
    edge_to: I32  # (E,)
    edge_length_m: F64  # (E,)
    edge_class: I8  # (E,) index into ROAD_CLASSES

    @property
    def n_nodes(self) -> int:
        """Number of nodes N."""
        return len(self.node_easting_m)

    def digest(self) -> str:
        """SHA-256 of everything that travel minutes depend on (names do not count)."""
        h = hashlib.sha256(b"road graph 1")
        for a in (
            self.node_easting_m,
            self.node_northing_m,
            self.node_access,
            self.edge_from,
            self.edge_to,
            self.edge_length_m,
            self.edge_class,
        ):
            h.update(str((a.dtype.str, a.shape)).encode())
            h.update(np.ascontiguousarray(a).tobytes())
        return h.hexdigest()

    def matrix(self, edge_weight: F64) -> csr_array:
        """Sparse (N, N) matrix of edge weights; of parallel edges the smallest is kept."""
        order = np.lexsort((edge_weight, self.edge_to, self.edge_from))
        f, t, w = self.edge_from[order], self.edge_to[order], edge_weight[order]
        first = np.ones(len(f), dtype=bool)
        first[1:] = (f[1:] != f[:-1]) | (t[1:] != t[:-1])
        n = self.n_nodes
        return csr_array((w[first], (f[first], t[first])), shape=(n, n))

    def largest_component(self) -> Bool:
        """Which nodes (N,) can reach each other both ways, in the largest such set."""
        _, label = connected_components(self.matrix(self.edge_length_m), directed=True, connection="strong")
        return np.asarray(label == np.bincount(label).argmax())

    def isolated(self) -> tuple[str, ...]:
        """Names (or positions) of the nodes outside the largest strongly connected component."""
        out = np.flatnonzero(~self.largest_component())
        return tuple(self.describe(int(i)) for i in out)

    def describe(self, node: int) -> str:
        """Name of a node, or its grid position when it has none."""
        e, n = self.node_easting_m[node], self.node_northing_m[node]
        return self.node_name[node] or f"node {node} at {e:.0f} E {n:.0f} N"

    def subset(self, keep: Bool) -> RoadGraph:
        """The graph of the nodes `keep` (N,) and the edges between them, renumbered in order."""
        new = np.cumsum(keep) - 1
        edge = keep[self.edge_from] & keep[self.edge_to]
        return RoadGraph(
            self.node_easting_m[keep],
            self.node_northing_m[keep],
            self.node_access[keep],
            tuple(n for n, k in zip(self.node_name, keep, strict=True) if k),
            new[self.edge_from[edge]].astype(np.int32),
            new[self.edge_to[edge]].astype(np.int32),
            self.edge_length_m[edge],
            self.edge_class[edge],
        )


def check_connected(graph: RoadGraph, what: str) -> None:
    """Raise GeoDataError naming the nodes that cannot reach, or be reached from, the rest."""
    lost = graph.isolated()
    if lost:
        remedy = "not joined to the rest; write a road or a crossing that joins it, or remove it"
        raise GeoDataError(what, [Fault("node", name, "", remedy) for name in lost])


def make_graph(
    easting_m: ArrayLike,
    northing_m: ArrayLike,
    access: ArrayLike,
    names: tuple[str, ...],
    edges: tuple[ArrayLike, ArrayLike, ArrayLike, ArrayLike],
) -> RoadGraph:
    """A RoadGraph from plain sequences: nodes, then edges as (from, to, length in metres, class index)."""
    f, t, length, cls = edges
    return RoadGraph(
        np.asarray(easting_m, dtype=np.float64),
        np.asarray(northing_m, dtype=np.float64),
        np.asarray(access, dtype=np.bool_),
        names,
        np.asarray(f, dtype=np.int32),
        np.asarray(t, dtype=np.int32),
        np.maximum(np.asarray(length, dtype=np.float64), MIN_EDGE_M),
        np.asarray(cls, dtype=np.int8),
    )
