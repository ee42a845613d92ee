"""Travel minutes between places (cells, then sites) by band of the week, as plain arrays.

A journey between two places is the least of (a) out to the network, along roads, and in, over the ways between the
places and the network, and (b) the direct way, where there is one. Kept are the minutes from every road node to every
place (one tree a place), not those between nodes. Index letters: B bands, N nodes, E roads, C cells, S sites,
P = C + S places, K ways between a place and the network, D direct pairs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from geo.access import AccessRules, Places
from geo.barriers import Barriers
from geo.distances import site_kilometres, tree_metres
from geo.forward import Forward, forward_of
from geo.joining import Network, join_network
from geo.roads import RoadGraph
from geo.speeds import SpeedProfile
from geo.trees import backwards, minutes_to_places

F32 = NDArray[np.float32]
I8 = NDArray[np.int8]
I32 = NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class TravelArrays:
    """What the simulation asks about travel; the questions are those of ``sim.decisions.routes``."""

    band_of_hour: I8  # (168,) Monday 00:00 first
    leave_node: I32  # (P, K), −1 padded
    leave_min: F32  # (B, P, K), inf padded
    edge_start: I32  # (N + 1,) rows of the two below: the roads that leave a node
    edge_head: I32  # (E,)
    edge_min: F32  # (B, E)
    node_cell: I32  # (N,) nearest cell
    to_cell_min: F32  # (B, C, N) from a node to a cell
    to_site_min: F32  # (B, S, N) from a node to a site
    site_min: F32  # (B, C, S) minutes from site to cell
    direct_start: I32  # (P + 1,) rows of the two below
    direct_place: I32  # (D,) sorted within a row
    direct_min: F32  # (B, D)
    site_km: F32  # (P, S) kilometres of the quickest way in the first band


def network_minutes(
    network: Network, speeds: SpeedProfile, *, to_cell_min: F32 | None = None
) -> TravelArrays:
    """Return the travel minutes of a network at the given speeds.

    ``to_cell_min`` (B, C, N): that of the same cells, roads and speeds, where it is known; sites have no part in it.
    """
    places, rules, direct = network.places, network.rules, network.direct
    n_cells, m_per_min, forward = places.n_cells, speeds.m_per_min(), forward_of(network.graph)
    leave, arrive = (ways.minutes(places, speeds, rules) for ways in (network.leaving, network.arriving))
    reverse = [backwards(network.graph, pace) for pace in m_per_min]
    if to_cell_min is None:
        to_cell_min = _trees(reverse, network.arriving.node[:n_cells], arrive[:, :n_cells])
    to_site_min = _trees(reverse, network.arriving.node[n_cells:], arrive[:, n_cells:])
    direct_min, edge_min = direct.minutes(places, speeds, rules), forward.minutes(m_per_min)
    site_m = _site_metres(network, forward, edge_min[0], to_site_min[0], arrive[0])
    km = site_kilometres(
        (network.leaving.node, leave[0], network.leaving.metres(places, rules)),
        to_site_min[0],
        site_m,
        (direct.rows(), direct.place, direct_min[0], direct.metres(places, rules)),
        n_cells,
    )
    return TravelArrays(
        band_of_hour=speeds.band_of_hour,
        leave_node=network.leaving.node,
        leave_min=leave,
        edge_start=forward.start,
        edge_head=forward.head,
        edge_min=edge_min,
        node_cell=network.node_cell,
        to_cell_min=to_cell_min,
        to_site_min=to_site_min,
        site_min=_site_minutes(network, leave, to_cell_min, direct_min),
        direct_start=direct.start,
        direct_place=direct.place,
        direct_min=direct_min,
        site_km=km,
    )


def travel_arrays(
    graph: RoadGraph,
    places: Places,
    speeds: SpeedProfile,
    barriers: Barriers,
    *,
    rules: AccessRules | None = None,
) -> TravelArrays:
    """Return the travel minutes of places that reach the roads as ``join_network`` says.

    Raises GeoDataError naming places that a barrier parts from every road.
    """
    return network_minutes(join_network(graph, places, barriers, rules=rules), speeds)


def _trees(reverse: list[csr_array], node: I32, minutes: F32) -> F32:
    """Return the minutes (B, P, N) from every node to places, by band."""
    bands = zip(reverse, minutes, strict=True)
    return np.stack([minutes_to_places(graph, node, each) for graph, each in bands])


def _site_metres(
    network: Network, forward: Forward, edge_min: F32, to_site_min: F32, arrive: F32
) -> NDArray[np.float64]:
    sites = slice(network.places.n_cells, None)
    metres = network.arriving.metres(network.places, network.rules)
    ways = network.arriving.node[sites], arrive[sites], metres[sites]
    return tree_metres(forward, edge_min, to_site_min, ways)


def _site_minutes(network: Network, leave: F32, to_cell_min: F32, direct_min: F32) -> F32:
    """Return the minutes (B, C, S) from every site to every cell."""
    n_cells, direct = network.places.n_cells, network.direct
    node = network.leaving.node[n_cells:]
    row = direct.rows()
    near = np.flatnonzero((row >= n_cells) & (direct.place < n_cells))
    cell, site = direct.place[near], row[near] - n_cells
    found = np.empty((len(leave), n_cells, node.shape[0]), dtype=np.float32)
    for band, minutes in enumerate(leave[:, n_cells:]):
        best = to_cell_min[band][:, node[:, 0]] + minutes[:, 0]
        for k in range(1, node.shape[1]):
            np.minimum(best, to_cell_min[band][:, node[:, k]] + minutes[:, k], out=best)
        best[cell, site] = np.minimum(best[cell, site], direct_min[band, near])
        found[band] = best
    return found
