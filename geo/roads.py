"""The road graph: nodes, directed edges with length and class, from any source.

A graph is built from written-down roads (`geo.network`) or from tables of nodes and edges such as OSMnx
exports (`graph_from_edges`). Index letters: N nodes, E directed edges.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from geo.errors import Fault, GeoDataError
from geo.grid import to_grid

if TYPE_CHECKING:
    import pandas as pd

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

OSM_CLASSES: dict[str, str] = {
    "motorway": "motorway",
    "motorway_link": "motorway",
    "trunk": "dual_a",
    "trunk_link": "dual_a",
    "primary": "urban_a",
    "primary_link": "urban_a",
    "secondary": "urban_a",
    "secondary_link": "urban_a",
    "tertiary": "urban_minor",
    "tertiary_link": "urban_minor",
}
"""Class of an OpenStreetMap `highway` value; every other value is `urban_minor` (assumption). Of several
values (`['unclassified', 'tertiary']`, where OSMnx joined ways) the first that is listed counts."""

MIN_EDGE_M = 1.0
"""Shortest edge, metres: sparse graphs read a length of zero as no edge."""


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


def graph_from_edges(
    nodes: pd.DataFrame, edges: pd.DataFrame, *, classes: dict[str, str] | None = None
) -> RoadGraph:
    """A RoadGraph from tables as OSMnx exports them, kept to its largest strongly connected part.

    `nodes`: `node`, `lat`, `lon` (WGS84 degrees). `edges`: `u`, `v` (values of `node`), `length` (metres),
    `highway`, `oneway` (true: from u to v only). `classes` maps `highway` to a road class (default:
    OSM_CLASSES). Raises GeoDataError with every fault found.
    """
    _check_columns("nodes", nodes, ("node", "lat", "lon"))
    _check_columns("edges", edges, ("u", "v", "length", "highway", "oneway"))
    index = {key: i for i, key in enumerate(nodes["node"].tolist())}
    u, v = (np.array([index.get(k, -1) for k in edges[c].tolist()], dtype=np.int32) for c in ("u", "v"))
    length = edges["length"].to_numpy(dtype=np.float64)
    faults = [
        Fault(f"edges row {i + 1}", c, str(edges[c].iloc[i]), "not in the nodes table; add the node")
        for c, ends in (("u", u), ("v", v))
        for i in np.flatnonzero(ends < 0)
    ]
    faults += [
        Fault(f"edges row {i + 1}", "length", str(length[i]), "give metres, 0 or more")
        for i in np.flatnonzero(~(np.isfinite(length) & (length >= 0)))
    ]
    if faults:
        raise GeoDataError("road tables", faults)
    table = OSM_CLASSES if classes is None else classes
    cls = np.array([_class_of(str(h), table) for h in edges["highway"]], dtype=np.int8)
    two_way = np.array([str(x).strip().lower() not in {"true", "yes", "1", "-1"} for x in edges["oneway"]])
    easting, northing = to_grid(nodes["lat"].to_numpy(dtype=float), nodes["lon"].to_numpy(dtype=float))
    graph = make_graph(
        easting,
        northing,
        np.ones(len(nodes), dtype=bool),
        tuple(str(k) for k in nodes["node"]),
        (
            np.concatenate([u, v[two_way]]),
            np.concatenate([v, u[two_way]]),
            np.concatenate([length, length[two_way]]),
            np.concatenate([cls, cls[two_way]]),
        ),
    )
    return graph.subset(graph.largest_component())


def _class_of(highway: str, table: dict[str, str]) -> int:
    """Class index of a `highway` value, which may be the text of a list."""
    listed = [table[word] for word in re.findall(r"\w+", highway) if word in table]
    return CLASS_INDEX[listed[0] if listed else "urban_minor"]


def _check_columns(what: str, table: pd.DataFrame, wanted: tuple[str, ...]) -> None:
    missing = [c for c in wanted if c not in table.columns]
    if missing:
        have = ", ".join(str(c) for c in table.columns)
        faults = [Fault("header", c, "", f"column is missing; it has {have}") for c in missing]
        raise GeoDataError(f"{what} table", faults)
