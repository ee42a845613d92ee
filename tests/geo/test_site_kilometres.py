"""Kilometres of the quickest ways, held against NetworkX on random maps."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from scipy.sparse import csr_array

from geo.distances import site_kilometres, tree_metres
from geo.forward import forward_of
from geo.roads import RoadGraph
from geo.trees import minutes_to_places
from scenarios.building.world import build_world
from scenarios.loading.load import load_scenario


def random_graph(seed: int, nodes: int) -> tuple[RoadGraph, nx.DiGraph]:
    rng = np.random.default_rng(seed)
    at = rng.uniform(0, 20_000, (nodes, 2))
    ways = {(int(a), int(b)) for a, b in rng.integers(0, nodes, (nodes * 3, 2)) if a != b}
    start, end = (np.array(column, dtype=np.int32) for column in zip(*sorted(ways), strict=True))
    length = np.hypot(*(at[start] - at[end]).T) * rng.uniform(1.0, 2.0, start.size)
    pace = rng.uniform(400.0, 1500.0, start.size)
    graph = RoadGraph(
        node_easting_m=at[:, 0],
        node_northing_m=at[:, 1],
        node_access=np.ones(nodes, dtype=np.bool_),
        node_name=tuple(map(str, range(nodes))),
        edge_from=start,
        edge_to=end,
        edge_length_m=length,
        edge_class=np.zeros(start.size, dtype=np.int8),
    )
    of = nx.DiGraph()
    of.add_nodes_from(range(nodes))
    for a, b, metres, v in zip(start.tolist(), end.tolist(), length, pace, strict=True):
        of.add_edge(a, b, metres=metres, minutes=metres / v)
    return graph, of


NO_DIRECT_WAYS = (
    np.zeros(0, dtype=np.int64),
    np.zeros(0, dtype=np.int32),
    np.zeros(0, dtype=np.float32),
    np.zeros(0),
)


@pytest.mark.parametrize("seed", range(6))
def test_of_random_maps(seed: int) -> None:
    nodes, sites = 30, 3
    graph, of = random_graph(seed, nodes)
    rng = np.random.default_rng(seed)
    node = rng.integers(0, nodes, (10, 2)).astype(np.int32)  # of seven cells and three sites
    minutes = rng.uniform(0.5, 3.0, (10, 2)).astype(np.float32)
    driven = minutes * 500.0
    edge_min = np.array(
        [of.edges[a, b]["minutes"] for a, b in zip(*roads(graph), strict=True)], dtype=np.float32
    )
    back = csr_array((edge_min.astype(float), roads(graph)[::-1]), shape=(nodes, nodes))
    to_site_min = minutes_to_places(back, node[7:], minutes[7:])
    to_site_m = tree_metres(forward_of(graph), edge_min, to_site_min, (node[7:], minutes[7:], driven[7:]))
    lengths = {start: nx.single_source_dijkstra(of, start, weight="minutes") for start in range(nodes)}

    def way(start: int, site: int) -> tuple[float, float]:
        """Return the least minutes from a node into a site, and the metres of that way."""
        found, paths = lengths[start]
        ways = [
            (
                found[end] + minutes[7 + site, k],
                nx.path_weight(of, paths[end], "metres") + driven[7 + site, k],
            )
            for k, end in enumerate(node[7 + site].tolist())
            if end in found
        ]
        return min(ways, default=(np.inf, np.nan))

    for start in range(nodes):
        for site in range(sites):
            wanted = way(start, site)
            assert (to_site_min[site, start], to_site_m[site, start]) == pytest.approx(
                wanted, rel=1e-4, nan_ok=True
            )

    got = site_kilometres((node, minutes, driven), to_site_min, to_site_m, NO_DIRECT_WAYS, 7)
    for place in range(10):
        for site in range(sites):
            out = [
                (minutes[place, k] + least, driven[place, k] + metres)
                for k in range(2)
                for least, metres in [way(int(node[place, k]), site)]
            ]
            least, wanted_m = min(out)
            if np.isfinite(least):
                assert got[place, site] == pytest.approx(wanted_m / 1000.0, rel=1e-4)


def roads(graph: RoadGraph) -> tuple[list[int], list[int]]:
    return graph.edge_from.tolist(), graph.edge_to.tolist()


def test_of_essex_speeds_are_those_of_roads() -> None:
    world = build_world(load_scenario("uncalibrated"))
    km, minutes = world.travel.site_km, world.travel.site_min[0]
    assert km is not None
    cells = world.cells.inside.size
    kmh = km[:cells] / minutes * 60.0
    assert np.isfinite(km).all()
    assert 25.0 < kmh.min() < kmh.max() < 115.0
    names = {name: i for i, name in enumerate(world.sites.key)}
    between = km[cells + names["E10"], names["E70"] if "E70" in names else names["E11"]]
    assert 20.0 < between < 60.0
