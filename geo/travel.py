"""Travel minutes between places (cells, then sites) by band of the week, as plain arrays.

A journey between two places is the least of (a) access + road + access over the K × K pairs of their access
nodes and (b) the direct way, where the two are neighbours with no barrier between. Index letters: B bands,
N nodes, C cells, S sites, P = C + S places, K access nodes of a place, D direct pairs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree

from geo.access import AccessRules, Places, access_metres, access_nodes, direct_neighbours, min_per_m
from geo.barriers import Barriers
from geo.distances import site_kilometres
from geo.roads import RoadGraph
from geo.speeds import SpeedProfile

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
I8 = NDArray[np.int8]
I32 = NDArray[np.int32]
I64 = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class TravelArrays:
    """What the simulation asks about travel; the questions are those of ``sim.decisions.routes``."""

    band_of_hour: I8  # (168,) Monday 00:00 first
    access_node: I32  # (P, K), −1 padded
    access_min: F32  # (B, P, K), inf padded
    node_min: F32  # (B, N, N), from row to column
    node_prev: I32  # (B, N, N) node before the column on the way from the row, −1 at the start
    node_cell: I32  # (N,) nearest cell
    site_min: F32  # (B, C, S) minutes from site to cell
    direct_start: I32  # (P + 1,) rows of the two below
    direct_place: I32  # (D,) sorted within a row
    direct_min: F32  # (B, D)
    site_km: F32  # (P, S) kilometres of the quickest way in the first band


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """Places joined to a road graph: all of a map's travel that does not depend on speeds."""

    graph: RoadGraph
    places: Places
    rules: AccessRules
    access_node: I32  # (P, K), −1 padded
    access_m: F64  # (P, K) straight metres, inf padded
    direct_start: I32  # (P + 1,) rows of the two below
    direct_place: I32  # (D,) sorted within a row
    direct_m: F64  # (D,)
    node_cell: I32  # (N,) nearest cell


def join_network(
    graph: RoadGraph, places: Places, barriers: Barriers, *, rules: AccessRules | None = None
) -> Network:
    """Find every place's ways to the road and straight to its neighbours.

    Raises GeoDataError naming places that a barrier parts from every road.
    """
    r = rules or AccessRules()
    node, metres = access_nodes(graph, places, barriers, r.reach_m)
    start, other, apart = direct_neighbours(places, barriers, r.direct_m)
    nearest_cell = cKDTree(places.xy[: places.n_cells]).query(
        np.column_stack([graph.node_easting_m, graph.node_northing_m])
    )[1]
    cell = np.asarray(nearest_cell, dtype=np.int32)
    return Network(graph, places, r, node, metres, start, other, apart, cell)


def network_minutes(network: Network, speeds: SpeedProfile) -> TravelArrays:
    """Shortest travel minutes between all nodes, and from every site to every cell, at the given speeds."""
    places, start, other = network.places, network.direct_start, network.direct_place
    pace = min_per_m(places, speeds, network.rules)
    access = (access_metres(network.access_m, places.size_m) * pace[:, :, None]).astype(np.float32)
    row = np.repeat(np.arange(len(places.easting_m)), np.diff(start))
    direct = (network.direct_m * (pace[:, row] + pace[:, other]) / 2.0).astype(np.float32)
    node_min, node_prev = _shortest(network.graph, speeds)
    site_min = _site_minutes(places.n_cells, network.access_node, access, node_min, (start, other, direct))
    detour = _detour(places, network.rules)
    site_km = site_kilometres(
        network.graph,
        node_prev[0],
        node_min[0],
        network.access_node,
        access[0],
        access_metres(network.access_m, places.size_m) * detour[:, None],
        (start, other, direct[0], network.direct_m * (detour[row] + detour[other]) / 2.0),
        places.n_cells,
    )
    return TravelArrays(
        speeds.band_of_hour,
        network.access_node,
        access,
        node_min,
        node_prev,
        network.node_cell,
        site_min,
        start,
        other,
        direct,
        site_km,
    )


def _detour(places: Places, rules: AccessRules) -> F64:
    """Return the metres driven (P,) for each straight metre off the network."""
    urban = places.built_up_share
    return np.asarray(rules.detour_urban * urban + rules.detour_rural * (1.0 - urban))


def travel_arrays(
    graph: RoadGraph,
    places: Places,
    speeds: SpeedProfile,
    barriers: Barriers,
    *,
    rules: AccessRules | None = None,
) -> TravelArrays:
    """Shortest travel minutes between all nodes, and from every site to every cell.

    Raises GeoDataError naming places that a barrier parts from every road.
    """
    return network_minutes(join_network(graph, places, barriers, rules=rules), speeds)


def _shortest(graph: RoadGraph, speeds: SpeedProfile) -> tuple[F32, I32]:
    """Shortest minutes (B, N, N) and predecessors (B, N, N), −1 where there is none."""
    n = graph.n_nodes
    pace = speeds.m_per_min()
    minutes = np.empty((len(pace), n, n), dtype=np.float32)
    before = np.empty((len(pace), n, n), dtype=np.int32)
    for b, v in enumerate(pace):
        weight = graph.edge_length_m / v[graph.edge_class]
        d, p = dijkstra(graph.matrix(weight), directed=True, return_predecessors=True)
        minutes[b] = d
        np.maximum(p, -1, out=before[b])
    return minutes, before


def _site_minutes(n_cells: int, node: I32, access: F32, node_min: F32, direct: tuple[I32, I32, F32]) -> F32:
    """Minutes (B, C, S) from every site to every cell."""
    bands, n_places, _ = access.shape
    out = np.empty((bands, n_cells, n_places - n_cells), dtype=np.float32)
    sites = slice(n_cells, n_places)
    start, other, straight = direct
    row = np.repeat(np.arange(n_places), np.diff(start))
    near = np.flatnonzero((row >= n_cells) & (other < n_cells))
    for b in range(bands):
        # Site to every node first: (N, S); then from the nodes round each cell.
        reach = (access[b, sites, :, None] + node_min[b][node[sites]]).min(axis=1).T
        reach = np.ascontiguousarray(reach)
        best = reach[node[:n_cells, 0]] + access[b, :n_cells, 0, None]
        for k in range(1, node.shape[1]):
            np.minimum(best, reach[node[:n_cells, k]] + access[b, :n_cells, k, None], out=best)
        out[b] = best
        where = (b, other[near], row[near] - n_cells)
        out[where] = np.minimum(out[where], straight[b, near])
    return out
