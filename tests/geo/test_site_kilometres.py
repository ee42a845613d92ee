"""Kilometres of the quickest ways, held against NetworkX on random maps."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest

from geo.distances import node_metres, site_kilometres
from geo.roads import RoadGraph
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


@pytest.mark.parametrize("seed", range(6))
def test_of_random_maps(seed: int) -> None:
    nodes = 30
    graph, of = random_graph(seed, nodes)
    minutes = np.full((nodes, nodes), np.inf, dtype=np.float32)
    before = np.full((nodes, nodes), -1, dtype=np.int32)
    metres = np.full((nodes, nodes), np.nan)
    for row in range(nodes):
        found, paths = nx.single_source_dijkstra(of, row, weight="minutes")
        for column, path in paths.items():
            minutes[row, column] = found[column]
            before[row, column] = path[-2] if len(path) > 1 else -1
            metres[row, column] = nx.path_weight(of, path, "metres")
    some = np.array([3, 7, 11], dtype=np.int32)
    assert node_metres(graph, before, some) == pytest.approx(metres[some], nan_ok=True)

    rng = np.random.default_rng(seed)
    access = rng.integers(0, nodes, (10, 2)).astype(np.int32)  # seven cells, three sites
    access_min = rng.uniform(0.5, 3.0, (10, 2)).astype(np.float32)
    access_m = access_min * 500.0
    none = (
        np.zeros(11, dtype=np.int32),
        np.empty(0, dtype=np.int32),
        np.empty(0, dtype=np.float32),
        np.empty(0),
    )
    got = site_kilometres(graph, before, minutes, access, access_min, access_m, none, 7)
    for place in range(10):
        for site in range(3):
            ways = [
                (
                    access_min[7 + site, a]
                    + minutes[access[7 + site, a], access[place, b]]
                    + access_min[place, b],
                    access_m[7 + site, a]
                    + metres[access[7 + site, a], access[place, b]]
                    + access_m[place, b],
                )
                for a in range(2)
                for b in range(2)
            ]
            least, wanted = min(ways)
            if np.isfinite(least):
                assert got[place, site] == pytest.approx(wanted / 1000.0, rel=1e-4)


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
