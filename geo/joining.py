"""Places joined to a road graph: all of a map's travel that does not depend on speeds.

Index letters: N nodes, C cells, S sites, P places, K ways between a place and the network, D direct pairs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from geo.access import AccessRules, Places, access_metres, access_nodes, detour, direct_neighbours, min_per_m
from geo.barriers import Barriers
from geo.roads import RoadGraph
from geo.speeds import SpeedProfile

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
I8 = NDArray[np.int8]
I32 = NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Ways:
    """K ways between each of P places and the network: off the road, then along a part of a road, to a node."""

    node: I32  # (P, K), −1 padded
    off_m: F64  # (P, K) straight metres off the network, inf padded
    along_m: F64  # (P, K) metres along the road on which the place lies
    along_class: I8  # (P, K) class of that road

    def minutes(self, places: Places, speeds: SpeedProfile, rules: AccessRules) -> F32:
        """Return the minutes of each way (B, P, K), inf padded."""
        off = access_metres(self.off_m, places.size_m) * min_per_m(places, speeds, rules)[:, :, None]
        along = self.along_m / speeds.m_per_min()[:, self.along_class]
        return np.asarray(off + along, dtype=np.float32)

    def metres(self, places: Places, rules: AccessRules) -> F64:
        """Return the metres driven on each way (P, K), inf padded."""
        off = access_metres(self.off_m, places.size_m) * detour(places, rules)[:, None]
        return np.asarray(off + self.along_m)


@dataclass(frozen=True, slots=True, eq=False)
class Direct:
    """Pairs of places that are reached straight from each other, not by way of a node. Rows by where one starts."""

    start: I32  # (P + 1,) rows of the others
    place: I32  # (D,) sorted within a row
    off_m: F64  # (D,) mean straight metres off the network
    along_m: F64  # (D,) metres along the road on which both lie
    along_class: I8  # (D,)

    def rows(self) -> NDArray[np.int64]:
        """Return where each pair starts (D,)."""
        return np.repeat(np.arange(self.start.size - 1), np.diff(self.start))

    def minutes(self, places: Places, speeds: SpeedProfile, rules: AccessRules) -> F32:
        """Return the minutes of each pair (B, D): off the network at the mean pace of both ends."""
        pace, row = min_per_m(places, speeds, rules), self.rows()
        off = self.off_m * (pace[:, row] + pace[:, self.place]) / 2.0
        along = self.along_m / speeds.m_per_min()[:, self.along_class]
        return np.asarray(off + along, dtype=np.float32)

    def metres(self, places: Places, rules: AccessRules) -> F64:
        """Return the metres driven of each pair (D,)."""
        longer, row = detour(places, rules), self.rows()
        return np.asarray(self.off_m * (longer[row] + longer[self.place]) / 2.0 + self.along_m)


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """Places, the cells first, joined to a road graph."""

    graph: RoadGraph
    places: Places
    rules: AccessRules
    leaving: Ways
    arriving: Ways
    direct: Direct
    node_cell: I32  # (N,) nearest cell


def join_network(
    graph: RoadGraph, places: Places, barriers: Barriers, *, rules: AccessRules | None = None
) -> Network:
    """Find every place's ways straight to nodes around it, and straight to its neighbours.

    For a graph that is sparser than the places are: a node stands for the roads around it. Raises GeoDataError
    naming places that a barrier parts from every road.
    """
    r = rules or AccessRules()
    node, metres = access_nodes(graph, places, barriers, r.reach_m)
    no_road = np.zeros(node.shape)
    ways = Ways(node, metres, no_road, no_road.astype(np.int8))
    start, other, apart = direct_neighbours(places, barriers, r.direct_m)
    nothing = np.zeros(other.size)
    direct = Direct(start, other, apart, nothing, nothing.astype(np.int8))
    return Network(graph, places, r, ways, ways, direct, nearest_cells(graph, places))


def nearest_cells(graph: RoadGraph, places: Places) -> I32:
    """Return the cell nearest to each node (N,)."""
    at = np.column_stack([graph.node_easting_m, graph.node_northing_m])
    return np.asarray(cKDTree(places.xy[: places.n_cells]).query(at)[1], dtype=np.int32)
