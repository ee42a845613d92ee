"""Maps built from real files: what is driven, how far, and by which way, held against NetworkX and shapefiles."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import networkx as nx
import numpy as np
import pytest

from geo.access import Places
from geo.barriers import Barriers
from geo.building.links import Links
from geo.building.reports import Notes
from geo.building.roads_open import read_open_roads
from geo.building.roads_osm import read_osm
from geo.building.roads_tables import read_tables
from geo.building.simplify import contract, largest_part
from geo.building.snapping import join_snapped, snap
from geo.errors import GeoDataError
from geo.roads import ROAD_CLASSES
from geo.speeds import SpeedProfile, flat_profile
from geo.travel import TravelArrays, network_minutes
from sim.decisions.routes import find_route, minutes_between

ROADS = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "roads"

pytestmark = pytest.mark.skipif(not ROADS.is_dir(), reason=f"the real roads are not at {ROADS}")

KPH = dict(zip(ROAD_CLASSES, (100.0, 80.0, 65.0, 60.0, 45.0, 45.0, 30.0), strict=True))
SPEEDS = flat_profile(KPH)
DRIVEN = {
    "motorway", "trunk", "primary", "secondary", "tertiary", "unclassified", "residential", "living_street",
    "motorway_link", "trunk_link", "primary_link", "secondary_link", "tertiary_link", "unknown",
}  # fmt: skip


@pytest.fixture(scope="module")
def rutland() -> Links:
    return read_osm([ROADS / "rutland_2024.osm.pbf"], Notes())


@pytest.fixture(scope="module")
def cambridge() -> Links:
    links = read_tables(ROADS / "cambridge_nodes.csv", ROADS / "cambridge_edges.csv", Notes())
    return largest_part(links)[0]


def oracle_of(links: Links, speeds: SpeedProfile = SPEEDS) -> nx.DiGraph:
    """The links as NetworkX has them, nodes by their names, minutes as weights."""
    pace = speeds.m_per_min()[0]
    graph = nx.DiGraph()
    minutes = links.length_m / pace[links.road_class]
    for a, b, forward, backward, weight in zip(
        links.node_id[links.start].tolist(), links.node_id[links.end].tolist(), links.forward.tolist(),
        links.backward.tolist(), minutes.tolist(), strict=True,
    ):  # fmt: skip
        for u, v, there in ((a, b, forward), (b, a, backward)):
            if there and (not graph.has_edge(u, v) or graph[u][v]["minutes"] > weight):
                graph.add_edge(u, v, minutes=weight)
    return graph


def travel_at_nodes(links: Links, nodes: np.ndarray) -> TravelArrays:
    """Travel between places that are points of the given nodes: all of them cells."""
    xy = np.column_stack([links.node_easting_m[nodes], links.node_northing_m[nodes]])
    places = Places(xy[:, 0], xy[:, 1], len(nodes), np.zeros(len(nodes)), np.zeros(len(nodes)))
    return network_minutes(join_snapped(links, places, snap(links, xy, Barriers.none())), SPEEDS)


def test_what_is_driven_is_what_the_shapefiles_of_the_same_county_have(rutland: Links) -> None:
    import geopandas

    roads = geopandas.read_file(f"zip://{ROADS / 'rutland_2024_free.shp.zip'}!gis_osm_roads_free_1.shp")
    roads = roads[roads.fclass.isin(DRIVEN)]
    assert set(roads.osm_id) == set(rutland.source.tolist())
    assert len(set(rutland.source.tolist())) == 2285
    assert rutland.length_m.sum() == pytest.approx(roads.to_crs(27700).length.sum(), rel=0.005)


@pytest.mark.parametrize("contracted", [False, True])
def test_random_routes_of_a_county_are_networkxs(rutland: Links, contracted: bool) -> None:
    links, parts = largest_part(rutland)
    assert parts.left_m / (parts.left_m + parts.kept_m) < 0.05
    oracle = oracle_of(links)
    used = contract(links) if contracted else links
    assert used.length_m.sum() == pytest.approx(links.length_m.sum(), rel=1e-9)
    if contracted:
        assert len(used) < len(links) / 4
    rng = np.random.default_rng(8)
    ends = {int(n) for n in np.concatenate([used.start[used.access], used.end[used.access]])}
    nodes = rng.choice(sorted(ends), 40, replace=False)
    travel = travel_at_nodes(used, nodes)
    pairs = [(a, b) for a in range(40) for b in range(40) if a != b]
    chosen = [pairs[i] for i in rng.choice(len(pairs), 300, replace=False).tolist()]
    for a, b in chosen:
        names = (str(used.node_id[nodes[a]]), str(used.node_id[nodes[b]]))
        wanted = nx.shortest_path_length(oracle, *names, weight="minutes")
        assert 60.0 * abs(minutes_between(travel, 0, a, b) - wanted) < 0.01
        route, shares = find_route(travel, 0, a, b, wanted)
        by_node = [str(used.node_id[n]) for n in route]
        for one, other in pairwise(by_node):
            assert contracted or oracle.has_edge(one, other)
        assert shares == sorted(shares)


def test_places_on_nodes_are_as_far_apart_as_the_nodes(cambridge: Links) -> None:
    used = contract(cambridge)
    rng = np.random.default_rng(3)
    ends = {int(n) for n in np.concatenate([used.start[used.access], used.end[used.access]])}
    nodes = rng.choice(sorted(ends), 300, replace=False)
    travel = travel_at_nodes(used, nodes)
    oracle = oracle_of(cambridge)
    worst = 0.0
    for a in range(0, 300, 3):
        lengths = nx.single_source_dijkstra_path_length(oracle, str(used.node_id[nodes[a]]), weight="minutes")
        for b in range(300):
            if a != b:
                gap = minutes_between(travel, 0, a, b) - lengths[str(used.node_id[nodes[b]])]
                worst = max(worst, abs(60.0 * gap))
    assert worst < 10.0


def test_open_roads_are_joined_by_their_nodes_and_their_parts_told() -> None:
    notes = Notes()
    links = read_open_roads(ROADS / "os_roadlink_edinburgh_city.geojson", notes)
    assert len(links) == 1696
    _, parts = largest_part(links)
    oracle = nx.Graph(zip(links.start.tolist(), links.end.tolist(), strict=True))
    assert parts.count == nx.number_connected_components(oracle)
    assert "one-way" in notes.lines()[0]


@pytest.mark.parametrize("name", ["os_openroads_edinburgh_3km.geojson", "essex_bbox_motorways.geojson"])
def test_open_roads_without_attributes_are_one_message(name: str) -> None:
    with pytest.raises(GeoDataError, match="without them no road has a class") as told:
        read_open_roads(ROADS / name, Notes())
    assert len(told.value.faults) == 1


@pytest.mark.parametrize(
    "name", ["newport_2023-06-13.osm.pbf", "whitelion_bristol_uk.osm.pbf", "london_fitzrovia_example.osm"]
)
def test_other_extracts_are_read(name: str) -> None:
    links, _ = largest_part(read_osm([ROADS / name], Notes()))
    assert contract(links).length_m.sum() == pytest.approx(links.length_m.sum())


def test_a_truncated_extract_is_one_message(tmp_path: Path) -> None:
    content = (ROADS / "rutland_2024.osm.pbf").read_bytes()
    for size in (0, 100, len(content) // 2, len(content) - 1000):
        file = tmp_path / f"{size}.osm.pbf"
        file.write_bytes(content[:size])
        with pytest.raises(GeoDataError, match="fetch it again"):
            read_osm([file], Notes())
