"""Roads from files: what is driven, which way, of what class; and that dropping nodes changes no journey."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse.csgraph import dijkstra

from geo.building import osm_tags
from geo.building.links import Line, Links, links_of, with_urban
from geo.building.reports import Notes
from geo.building.roads_open import read_open_roads
from geo.building.roads_osm import read_osm
from geo.building.roads_tables import read_graphml, read_tables
from geo.building.simplify import contract, largest_part
from geo.errors import GeoDataError
from geo.roads import ROAD_CLASSES
from tests.geo.building import town


def class_of(links: Links, way: str) -> set[str]:
    return {ROAD_CLASSES[i] for i in links.road_class[links.source == way].tolist()}


@pytest.fixture
def notes() -> Notes:
    return Notes()


@pytest.fixture
def links(tmp_path: Path, notes: Notes) -> Links:
    file = tmp_path / "town.osm"
    file.write_text(town.osm(), encoding="utf-8")
    return read_osm([file], notes)


def test_ways_are_driven_by_what_they_are_for(links: Links, notes: Notes) -> None:
    assert set(links.source.tolist()) == {"100", "101", "102", "103", "104", "105", "108", "109", "111"}
    assert "1 ways left out: highway=dragway is not known" in notes.lines()
    assert class_of(links, "100") == {"b_road"}
    assert class_of(links, "101") == class_of(links, "102") == {"minor"}
    assert class_of(links, "108") == {"dual_a"}
    assert np.nanmax(links.limit_kph) == pytest.approx(96.56, abs=0.01)


def test_one_way_streets_are_driven_as_they_are_drawn(links: Links) -> None:
    one_way = np.isin(links.source, ["105", "108"])
    assert links.forward.all()
    assert not links.backward[one_way].any()
    assert links.backward[~one_way].all()


def test_what_stands_in_the_road_parts_it(links: Links, notes: Notes) -> None:
    assert "1 nodes at which something in the road stops an appliance" in notes.lines()
    blocked = [name for name in links.node_id.tolist() if name.startswith("10 ")]
    assert len(set(blocked)) == len(blocked) == 2


def test_slip_roads_are_no_place_to_start_from(links: Links) -> None:
    assert not links.access[links.source == "109"].any()
    assert links.access[links.source == "100"].all()


@pytest.mark.parametrize(
    ("tags", "driven", "ways"),
    [
        ({"highway": "residential", "access": "private"}, True, (True, True)),
        ({"highway": "residential", "motor_vehicle": "no"}, True, (True, True)),
        ({"highway": "residential", "emergency": "no"}, False, (True, True)),
        ({"highway": "service"}, False, (True, True)),
        ({"highway": "service", "emergency": "yes"}, True, (True, True)),
        ({"highway": "track", "emergency": "designated"}, True, (True, True)),
        ({"highway": "cycleway", "emergency": "yes"}, False, (True, True)),
        ({"highway": "bus_guideway"}, False, (True, True)),
        ({"highway": "motorway"}, True, (True, False)),
        ({"highway": "primary", "junction": "roundabout"}, True, (True, False)),
        ({"highway": "residential", "oneway": "-1"}, True, (False, True)),
        ({"highway": "residential", "oneway": "yes", "oneway:emergency": "no"}, True, (True, True)),
        ({"highway": "hyperloop"}, None, (True, True)),
    ],
)
def test_tags(tags: dict[str, str], driven: bool | None, ways: tuple[bool, bool]) -> None:
    assert osm_tags.is_driven(tags, service=False) is driven
    assert osm_tags.directions(tags) == ways


def test_service_roads_are_driven_if_asked_for(tmp_path: Path, notes: Notes) -> None:
    file = tmp_path / "town.osm"
    file.write_text(town.osm(), encoding="utf-8")
    assert "106" in read_osm([file], notes, service=True).source.tolist()


def test_urban_classes_are_those_of_built_up_areas(links: Links) -> None:
    built = np.isin(links.source, ["100", "101", "108"])
    urban = with_urban(links, built)
    assert class_of(urban, "100") == {"urban_a"}
    assert class_of(urban, "101") == {"urban_minor"}
    assert class_of(urban, "108") == {"dual_a"}
    assert class_of(urban, "104") == {"minor"}


def test_what_is_not_connected_is_told_with_its_length(links: Links) -> None:
    kept, parts = largest_part(links)
    assert parts.kept_m + parts.left_m == pytest.approx(links.length_m.sum())
    assert parts.count == 2
    assert parts.left_m == pytest.approx(links.length_m[links.source == "111"].sum())
    assert parts.largest_left[0][1] == "18"
    assert "111" not in kept.source


@pytest.mark.parametrize("content", [b"", b"<osm", b"\x00\x01\x02not a map", b"<osm version='0.6'></osm>"])
@pytest.mark.parametrize("suffix", [".osm", ".osm.pbf"])
def test_spoilt_files_are_one_message(tmp_path: Path, content: bytes, suffix: str, notes: Notes) -> None:
    file = tmp_path / f"town{suffix}"
    file.write_bytes(content)
    with pytest.raises(GeoDataError) as told:
        read_osm([file], notes)
    assert len(told.value.faults) == 1
    assert file.name in str(told.value)


def random_links(seed: int) -> Links:
    """Roads with long chains between junctions, one-way and two-way, of several classes."""
    rng = np.random.default_rng(seed)
    n = 14
    xy = [tuple(p) for p in rng.uniform(0, 10_000, (n, 2)).tolist()]
    lines = []
    for number in range(int(rng.integers(16, 26))):
        a, b = rng.integers(0, n, 2).tolist()
        nodes = [a]
        for part in range(int(rng.integers(0, 5))):
            share = (part + 1) / 6
            x = xy[a][0] * (1 - share) + xy[b][0] * share + rng.normal(0, 50)
            y = xy[a][1] * (1 - share) + xy[b][1] * share + rng.normal(0, 50)
            xy.append((float(x), float(y)))
            nodes.append(len(xy) - 1)
        nodes.append(b)
        if len(nodes) < 3 and a == b:
            continue
        forward, backward = [(True, True), (True, False), (False, True)][int(rng.integers(3))]
        kind = ("minor", "b_road")[int(rng.integers(2))]
        lines.append(Line(tuple(nodes), forward, backward, kind, True, float("nan"), str(number)))
    return links_of(np.array(xy), [str(i) for i in range(len(xy))], lines)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6))
def test_dropping_nodes_of_degree_two_changes_no_journey_and_no_length(seed: int) -> None:
    links = random_links(seed)
    less = contract(links)
    assert less.length_m.sum() == pytest.approx(links.length_m.sum())
    assert len(less) <= len(links)
    of = {name: i for i, name in enumerate(links.node_id.tolist())}
    at = [of[name] for name in less.node_id.tolist()]
    whole = dijkstra(links.graph().matrix(links.graph().edge_length_m), indices=at)[:, at]
    part = dijkstra(less.graph().matrix(less.graph().edge_length_m))
    assert np.allclose(part, whole, rtol=1e-6, atol=1.0)
    for end, which in ((less.start, less.first[:-1]), (less.end, less.first[1:] - 1)):
        assert np.allclose(less.x[which], less.node_easting_m[end])
        assert np.allclose(less.y[which], less.node_northing_m[end])
    again = contract(less)
    assert len(again) == len(less)


NODES = "node,lat,lon\na,52.600,-0.700\nb,52.610,-0.700\nc,52.610,-0.690\nd,52.600,-0.690\n"
EDGES = """\
u,v,length,highway,oneway,maxspeed
a,b,1113,residential,False,30 mph
b,a,1113,residential,False,30 mph
b,c,680,primary,True,
c,d,1113,"['tertiary', 'residential']",False,
d,a,680,b_road,False,
"""


def test_tables_of_nodes_and_edges(tmp_path: Path, notes: Notes) -> None:
    (tmp_path / "nodes.csv").write_text(NODES)
    (tmp_path / "edges.csv").write_text(EDGES)
    links = read_tables(tmp_path / "nodes.csv", tmp_path / "edges.csv", notes)
    assert len(links) == 4  # a road listed in both directions is one
    assert links.length_m.tolist() == [1113.0, 680.0, 1113.0, 680.0]
    assert [ROAD_CLASSES[i] for i in links.road_class.tolist()] == ["minor", "dual_a", "minor", "b_road"]
    assert links.backward.tolist() == [True, False, True, True]


def test_faults_of_tables_are_told_together(tmp_path: Path, notes: Notes) -> None:
    (tmp_path / "nodes.csv").write_text(NODES)
    (tmp_path / "edges.csv").write_text(EDGES.replace("c,d,1113", "c,z,-4").replace("d,a,680", "q,a,x"))
    with pytest.raises(GeoDataError) as told:
        read_tables(tmp_path / "nodes.csv", tmp_path / "edges.csv", notes)
    assert len(told.value.faults) == 4


def test_graphml_is_what_the_tables_are(tmp_path: Path, notes: Notes) -> None:
    import networkx as nx

    graph = nx.MultiDiGraph()
    for name, lat, lon in (line.split(",") for line in NODES.splitlines()[1:]):
        graph.add_node(name, y=float(lat), x=float(lon))
    graph.add_edge("a", "b", length=1113.0, highway="residential", oneway=False, osmid=1)
    graph.add_edge("b", "a", length=1113.0, highway="residential", oneway=False, osmid=1)
    graph.add_edge("b", "c", length=680.0, highway="primary", oneway=True, osmid=2)
    nx.write_graphml(graph, tmp_path / "town.graphml")
    links = read_graphml(tmp_path / "town.graphml", notes)
    assert links.length_m.tolist() == [1113.0, 680.0]
    assert links.backward.tolist() == [True, False]
    (tmp_path / "town.graphml").write_text("<graphml><node></graphml>")
    with pytest.raises(GeoDataError, match="cannot be read as GraphML"):
        read_graphml(tmp_path / "town.graphml", notes)


def open_roads(tmp_path: Path, **change: str) -> Path:
    import geopandas
    from shapely import LineString

    about = [
        {"class": "A Road", "formOfWay": "Dual Carriageway", "startNode": "a", "endNode": "b"},
        {"class": "Unclassified", "formOfWay": "Single Carriageway", "startNode": "b", "endNode": "c"},
        {"class": "Unclassified", "formOfWay": "Guided Busway", "startNode": "c", "endNode": "a"},
    ]
    about[1] |= change
    lines = [LineString([(480000 + 1000 * i, 300000), (481000 + 1000 * i, 300000)]) for i in range(3)]
    file = tmp_path / "roads.gpkg"
    geopandas.GeoDataFrame(about, geometry=lines, crs=27700).to_file(file, layer="road_link")
    return file


def test_open_roads(tmp_path: Path, notes: Notes) -> None:
    links = read_open_roads(open_roads(tmp_path), notes)
    assert [ROAD_CLASSES[i] for i in links.road_class.tolist()] == ["dual_a", "minor"]
    assert links.end[0] == links.start[1]
    assert links.length_m.tolist() == [1000.0, 1000.0]


def test_an_unknown_class_of_open_roads_is_told(tmp_path: Path, notes: Notes) -> None:
    with pytest.raises(GeoDataError, match="is no class of OS Open Roads"):
        read_open_roads(open_roads(tmp_path, **{"class": "Skyway"}), notes)
