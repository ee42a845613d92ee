"""Getting from a place to the road network, and straight to a neighbour."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from geo.barriers import Barriers
from geo.errors import Fault, GeoDataError
from geo.roads import CLASS_INDEX, RoadGraph
from geo.speeds import SpeedProfile

F64 = NDArray[np.float64]
I32 = NDArray[np.int32]
I64 = NDArray[np.int64]

QUADRANTS = 4
_CANDIDATES = 24  # nearest nodes looked at for a place, before the search widens


@dataclass(frozen=True, slots=True)
class AccessRules:
    """How places reach the network. The detours are facts/response_components.csv (model default)."""

    detour_urban: float = 1.30
    detour_rural: float = 1.40
    direct_m: float = 1500.0  # neighbours this near may be reached straight across (assumption)
    reach_m: float = 3000.0  # nodes farther away are used only where there is no nearer one (assumption)


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """P places that journeys start or end at: the cells first, then the sites. Metres of EPSG:27700."""

    easting_m: F64
    northing_m: F64
    n_cells: int
    built_up_share: F64  # (P,) share of the surroundings that is urban, 0..1
    size_m: F64  # (P,) side of the square over which a place is spread; 0 for a site

    @property
    def xy(self) -> F64:
        """Positions (P, 2)."""
        return np.column_stack([self.easting_m, self.northing_m])


def min_per_m(places: Places, speeds: SpeedProfile, rules: AccessRules) -> F64:
    """Minutes (B, P) for each straight metre off the network: detour over speed, urban and rural mixed."""
    v = speeds.m_per_min()
    urban = rules.detour_urban / v[:, CLASS_INDEX["urban_minor"]]
    rural = rules.detour_rural / v[:, CLASS_INDEX["minor"]]
    p = places.built_up_share
    return np.asarray(urban[:, None] * p + rural[:, None] * (1.0 - p))


def detour(places: Places, rules: AccessRules) -> F64:
    """Metres driven (P,) for each straight metre off the network, urban and rural mixed."""
    urban = places.built_up_share
    return np.asarray(rules.detour_urban * urban + rules.detour_rural * (1.0 - urban))


def access_nodes(graph: RoadGraph, places: Places, barriers: Barriers, reach_m: float) -> tuple[I32, F64]:
    """The nearest node in each quadrant round every place that no barrier parts from it.

    Returns nodes (P, K), −1 where there is none within `reach_m`, and straight distances (P, K) in metres,
    inf there; nearest first, and the nearest however far. K is QUADRANTS. Four quadrants rather than the
    four nearest, so that every direction has a way out. Raises GeoDataError naming places that no
    node can be reached from.
    """
    usable = np.flatnonzero(graph.node_access & graph.largest_component())
    node_xy = np.column_stack([graph.node_easting_m, graph.node_northing_m])[usable]
    tree = cKDTree(node_xy)
    n_places = len(places.easting_m)
    nodes = np.full((n_places, QUADRANTS), -1, dtype=np.int32)
    distance = np.full((n_places, QUADRANTS), np.inf)
    todo = np.arange(n_places)
    looked = min(_CANDIDATES, len(usable))
    while len(todo):
        found, gap = _nearest_by_quadrant(places.xy[todo], node_xy, tree, looked, barriers)
        nodes[todo] = np.where(found >= 0, usable[found], -1)
        distance[todo] = gap
        todo = todo[(found < 0).all(axis=1)]
        if looked == len(usable):
            break
        looked = min(looked * 8, len(usable))
    far = distance > reach_m
    far[:, 0] = False
    nodes[far], distance[far] = -1, np.inf
    if len(todo):
        raise GeoDataError(
            "places",
            [
                Fault(
                    "site" if i >= places.n_cells else "cell",
                    str(i - places.n_cells if i >= places.n_cells else i),
                    f"{places.easting_m[i]:.0f} E {places.northing_m[i]:.0f} N",
                    "a barrier parts it from every road node; write a road or a crossing there",
                )
                for i in todo.tolist()
            ],
        )
    return nodes, distance


def _nearest_by_quadrant(
    xy: F64, node_xy: F64, tree: cKDTree, looked: int, barriers: Barriers
) -> tuple[I64, F64]:
    """Of the `looked` nearest nodes, the nearest unblocked one in each quadrant: (T, 4) nodes, metres."""
    gap, node = (np.asarray(a).reshape(len(xy), looked) for a in tree.query(xy, k=looked))
    way = node_xy[node] - xy[:, None, :]
    quadrant = (way[:, :, 0] >= 0).astype(int) * 2 + (way[:, :, 1] >= 0)
    flat = np.repeat(xy, looked, axis=0)
    gap = np.where(barriers.blocks(flat, node_xy[node.ravel()]).reshape(gap.shape), np.inf, gap)
    best = np.full((len(xy), QUADRANTS), -1, dtype=np.int64)
    metres = np.full((len(xy), QUADRANTS), np.inf)
    for q in range(QUADRANTS):
        in_q = np.where(quadrant == q, gap, np.inf)
        first = in_q.argmin(axis=1)
        metres[:, q] = in_q[np.arange(len(xy)), first]
        best[:, q] = np.where(np.isfinite(metres[:, q]), node[np.arange(len(xy)), first], -1)
    order = np.argsort(metres, axis=1, kind="stable")
    return np.take_along_axis(best, order, axis=1), np.take_along_axis(metres, order, axis=1)


def access_metres(distance: F64, size_m: F64) -> F64:
    """Mean metres from a spread-out place to a point `distance` (P, K) from its centre.

    Only the spread across the way counts (variance size²/12); along the way, farther and nearer even out.
    """
    return np.asarray(np.sqrt(distance**2 + size_m[:, None] ** 2 / 12.0))


def direct_neighbours(places: Places, barriers: Barriers, reach_m: float) -> tuple[I32, I32, F64]:
    """Places within `reach_m` with no barrier between, each with itself.

    Returns rows start (P + 1,), place (D,) sorted within a row, and mean metres (D,): the root mean square
    distance over both places' squares, so that a journey within a cell is not nothing.
    """
    xy = places.xy
    n = len(xy)
    pairs = cKDTree(xy).query_pairs(reach_m, output_type="ndarray")
    pairs = pairs[~barriers.blocks(xy[pairs[:, 0]], xy[pairs[:, 1]])]
    own = np.arange(n)
    a = np.concatenate([pairs[:, 0], pairs[:, 1], own])
    b = np.concatenate([pairs[:, 1], pairs[:, 0], own])
    order = np.lexsort((b, a))
    a, b = a[order], b[order]
    spread = places.size_m**2 / 6.0
    # Within one square one end is the centre's stand-in, so its spread counts once.
    both = np.where(a == b, spread[a], spread[a] + spread[b])
    metres = np.sqrt(((xy[a] - xy[b]) ** 2).sum(axis=1) + both)
    start = np.searchsorted(a, np.arange(n + 1))
    return start.astype(np.int32), b.astype(np.int32), metres
