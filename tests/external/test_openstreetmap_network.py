"""A replaceable network: Cambridge as OSMnx exports it, against NetworkX's shortest paths."""

from __future__ import annotations

from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from geo.barriers import Barriers
from geo.roads import OSM_CLASSES, ROAD_CLASSES, graph_from_edges
from geo.speeds import flat_profile
from geo.travel import travel_arrays
from tests.geo import essex

ROADS = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "roads"

pytestmark = pytest.mark.skipif(
    not (ROADS / "cambridge_edges.csv").is_file(), reason=f"the Cambridge network is not at {ROADS}"
)

KPH = dict(zip(ROAD_CLASSES, (90.0, 75.0, 65.0, 55.0, 42.0, 40.0, 30.0), strict=True))


def tables() -> tuple[pd.DataFrame, pd.DataFrame]:
    return (
        pd.read_csv(ROADS / "cambridge_nodes.csv", low_memory=False),
        pd.read_csv(ROADS / "cambridge_edges.csv", low_memory=False),
    )


def test_minutes_between_nodes_equal_networkx_on_the_same_tables() -> None:
    nodes, edges = tables()
    graph = graph_from_edges(nodes, edges)
    oracle = nx.DiGraph()
    for u, v, metres, highway, oneway in edges[["u", "v", "length", "highway", "oneway"]].itertuples(
        index=False
    ):
        kinds = [k for k in str(highway).strip("[]").replace("'", "").split(", ") if k in OSM_CLASSES]
        kph = KPH[OSM_CLASSES[kinds[0]] if kinds else "urban_minor"]
        minutes = metres / (kph * 1000.0 / 60.0)
        ways = [(u, v)] if str(oneway).lower() in {"true", "-1"} else [(u, v), (v, u)]
        for a, b in ways:
            if not oracle.has_edge(a, b) or oracle[a][b]["minutes"] > minutes:
                oracle.add_edge(a, b, minutes=minutes)
    largest = max(nx.strongly_connected_components(oracle), key=len)
    assert {int(n) for n in graph.node_name} == {int(n) for n in largest}

    keep = np.zeros(graph.n_nodes, dtype=bool)
    keep[:300] = True  # the whole N × N table of a city is large; a connected part of it does
    part = graph.subset(keep)
    part = part.subset(part.largest_component())
    assert part.n_nodes >= 20
    inside = oracle.subgraph([int(n) for n in part.node_name])
    places = essex.places_at(part.node_easting_m[:1], part.node_northing_m[:1], 1)
    travel = travel_arrays(part, places, flat_profile(KPH), Barriers.none())
    for i in range(0, part.n_nodes, 7):
        lengths = nx.single_source_dijkstra_path_length(inside, int(part.node_name[i]), weight="minutes")
        want = [lengths[int(n)] for n in part.node_name]
        assert np.allclose(travel.node_min[0, i], want, rtol=1e-4, atol=1e-3)


def test_a_missing_column_and_an_unknown_node_are_told() -> None:
    nodes, edges = tables()
    with pytest.raises(ValueError, match="length: column is missing"):
        graph_from_edges(nodes, edges.drop(columns="length"))
    with pytest.raises(ValueError, match=r"edges row 1, u is '-5'"):
        graph_from_edges(nodes, edges.assign(u=[-5, *edges["u"].tolist()[1:]]))
