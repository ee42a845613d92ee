"""The road graph: building it, what it refuses, and what holds of the embedded one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from geo.barriers import Barriers
from geo.errors import GeoDataError
from geo.links import gabriel_pairs
from geo.network import SINUOSITY, RoadPart, RoadTable, build_graph
from geo.road_tables import read_barriers, read_roads, read_speeds
from geo.roads import CLASS_INDEX, ROAD_CLASSES, make_graph
from geo.settlements import Settlements
from tests.geo import essex

NO_SETTLEMENTS = Settlements((), *(np.zeros(0),) * 3, (), np.zeros(0), np.zeros(0, bool), np.zeros(0, bool))
RIVER = Barriers(
    ("River",), np.array([[5000.0, -9e4]]), np.array([[5000.0, 9e4]]), (), np.zeros((0, 2)), np.zeros(0)
)


def table(xy: list[tuple[float, float]], *parts: RoadPart) -> RoadTable:
    e, n = np.array(xy, dtype=float).T
    names = tuple("ABCDEFGH"[: len(xy)])
    return RoadTable(names, e, n, np.ones(len(xy), dtype=bool), parts)


def town(name: str, easting: float, northing: float, radius: float, *, urban: bool) -> Settlements:
    one = np.array([1.0])
    return Settlements(
        (name,),
        easting * one,
        northing * one,
        one,
        ("D",),
        radius * one,
        np.array([urban]),
        np.array([True]),
    )


def test_a_road_has_its_straight_length_times_its_class_sinuosity_both_ways() -> None:
    g = build_graph(
        table([(0, 0), (10_000, 0)], RoadPart("A1", "", "dual_a", (0, 1))), NO_SETTLEMENTS, Barriers.none()
    )
    assert g.edge_length_m.tolist() == pytest.approx([10_000 * SINUOSITY["dual_a"]] * 2)
    assert list(zip(g.edge_from.tolist(), g.edge_to.tolist(), strict=True)) == [(0, 1), (1, 0)]


def test_a_road_with_frontage_is_cut_into_pieces_of_the_same_total_length() -> None:
    g = build_graph(
        table([(0, 0), (10_000, 0)], RoadPart("A1", "", "single_a", (0, 1))), NO_SETTLEMENTS, Barriers.none()
    )
    assert g.n_nodes == 5
    assert g.edge_length_m.sum() / 2 == pytest.approx(10_000 * SINUOSITY["single_a"])
    assert "A1 between A and B" in g.node_name


def test_a_one_way_road_is_driven_one_way_and_its_dead_end_is_named() -> None:
    far = RoadPart("A1", "", "dual_a", (0, 1), oneway=True)
    with pytest.raises(GeoDataError, match="not joined"):
        build_graph(table([(0, 0), (10_000, 0)], far), NO_SETTLEMENTS, Barriers.none())


def test_a_node_that_nothing_joins_is_named() -> None:
    roads = table([(0, 0), (10_000, 0), (0, 50_000)], RoadPart("A1", "", "dual_a", (0, 1)))
    with pytest.raises(GeoDataError, match="node, C: not joined"):
        build_graph(roads, NO_SETTLEMENTS, Barriers.none())


def test_a_road_across_a_barrier_needs_a_crossing_where_it_crosses() -> None:
    roads = table([(0, 0), (10_000, 0)], RoadPart("A1", "", "dual_a", (0, 1)))
    with pytest.raises(GeoDataError, match=r"road A1 .*River at 5000 E 0 N.*add a crossing"):
        build_graph(roads, NO_SETTLEMENTS, RIVER)
    bridge = replace(
        RIVER,
        crossing_name=("Bridge",),
        crossing_m=np.array([[5000.0, 300.0]]),
        crossing_radius_m=np.array([500.0]),
    )
    assert build_graph(roads, NO_SETTLEMENTS, bridge).n_nodes == 2
    elsewhere = replace(bridge, crossing_m=np.array([[5000.0, 3000.0]]))
    with pytest.raises(GeoDataError, match="no crossing"):
        build_graph(roads, NO_SETTLEMENTS, elsewhere)


def test_minor_links_join_neighbours_but_not_across_a_barrier() -> None:
    xy = [(4000, 0), (6000, 0), (0, 40_000), (10_000, 40_000)]
    parts = [RoadPart("A1", "", "dual_a", p) for p in ((0, 2), (1, 3), (2, 3))]
    bridge = replace(
        RIVER,
        crossing_name=("Bridge",),
        crossing_m=np.array([[5000.0, 40_000.0]]),
        crossing_radius_m=np.array([500.0]),
    )
    parted = build_graph(table(xy, *parts), NO_SETTLEMENTS, bridge)
    free = build_graph(table(xy, *parts), NO_SETTLEMENTS, Barriers.none())
    assert CLASS_INDEX["minor"] not in parted.edge_class
    minor = free.edge_class == CLASS_INDEX["minor"]
    assert free.edge_length_m[minor].tolist() == pytest.approx([2000 * SINUOSITY["minor"]] * 2)


def test_roads_in_built_up_areas_take_the_urban_class_and_dual_roads_do_not() -> None:
    xy = [(0, 0), (3000, 0), (0, 100), (3000, 100)]
    parts = (RoadPart("A1", "", "single_a", (0, 1)), RoadPart("A2", "", "dual_a", (2, 3)))
    g = build_graph(table(xy, *parts), town("T", 1500, 0, 900, urban=True), Barriers.none())
    assert {ROAD_CLASSES[c] for c in g.edge_class} == {"urban_a", "dual_a", "minor", "urban_minor"}
    village = build_graph(table(xy, *parts), town("V", 1500, 0, 900, urban=False), Barriers.none())
    assert "single_a" in {ROAD_CLASSES[c] for c in village.edge_class}


def test_gabriel_links_are_those_whose_circle_is_empty() -> None:
    rng = np.random.default_rng(5)
    xy = rng.uniform(0, 10_000, (40, 2))
    got = {tuple(p) for p in gabriel_pairs(xy[:, 0], xy[:, 1], 1e9).tolist()}
    want = set()
    for i in range(40):
        for j in range(i + 1, 40):
            middle, radius = (xy[i] + xy[j]) / 2, np.hypot(*(xy[i] - xy[j])) / 2
            others = [k for k in range(40) if k not in (i, j)]
            if (np.hypot(*(xy[others] - middle).T) >= radius).all():
                want.add((i, j))
    assert got == want


def test_the_digest_changes_with_any_edge_and_not_with_names() -> None:
    g = make_graph([0, 1], [0, 0], [True, True], ("a", "b"), ([0, 1], [1, 0], [5.0, 5.0], [0, 0]))
    assert replace(g, node_name=("x", "y")).digest() == g.digest()
    assert replace(g, edge_length_m=np.array([5.0, 6.0])).digest() != g.digest()
    assert replace(g, edge_class=np.array([0, 1], dtype=np.int8)).digest() != g.digest()


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_every_fault_of_the_road_table_is_told_with_line_and_value(tmp_path: Path) -> None:
    points = write(tmp_path, "p.csv", "point,lat,lon,access\nA,51.7,0.4,true\nB,51.8,0.4,true\n")
    roads = write(
        tmp_path,
        "r.csv",
        "road,part,class,oneway,points\nA1,x,single_a,false,A > Nowhere\nA2,x,highway,false,A > B\n",
    )
    with pytest.raises(GeoDataError) as caught:
        read_roads(points, roads)
    text = str(caught.value)
    assert "r.csv: 2 faults" in text
    assert "line 2, points is 'Nowhere'" in text
    assert "line 3, class is 'highway': choose one of motorway" in text


def test_points_listed_twice_and_positions_abroad_are_told(tmp_path: Path) -> None:
    points = write(tmp_path, "p.csv", "point,lat,lon,access\nA,51.7,0.4,true\nA,0.4,51.8,maybe\n")
    with pytest.raises(GeoDataError, match=r"(?s)4 faults.*lat is '0.4'.*access is 'maybe'.*listed twice"):
        read_roads(points, points)


def test_a_profile_without_a_class_and_a_week_with_a_gap_are_told(tmp_path: Path) -> None:
    bands = write(tmp_path, "b.csv", "band,first_day,last_day,from_hour,to_hour\nall,Mon,Sun,0,24\n")
    gap = write(tmp_path, "g.csv", "band,first_day,last_day,from_hour,to_hour\nall,Mon,Fri,0,24\n")
    speeds = write(tmp_path, "s.csv", "profile,class,kph,all_factor\ncar,motorway,100,1\n")
    with pytest.raises(GeoDataError, match="profile, car: has no row for dual_a, single_a"):
        read_speeds(speeds, bands)
    with pytest.raises(GeoDataError, match="no band for Sat 0:00"):
        read_speeds(speeds, gap)


def test_a_barrier_of_one_vertex_is_told(tmp_path: Path) -> None:
    barriers = write(tmp_path, "b.csv", "barrier,lat,lon\nThames,51.5,0.4\n")
    with pytest.raises(GeoDataError, match="at least two vertices"):
        read_barriers(barriers, barriers)


def test_embedded_network_is_connected_and_of_a_size_that_builds_in_time() -> None:
    g = essex.graph()
    assert g.isolated() == ()
    assert 800 <= g.n_nodes <= 1500


def test_embedded_roads_cross_barriers_at_written_down_crossings_only() -> None:
    g, barriers = essex.graph(), essex.barriers()
    xy = np.column_stack([g.node_easting_m, g.node_northing_m])
    assert barriers.unlicensed(xy[g.edge_from], xy[g.edge_to]) == []
    minor = np.isin(g.edge_class, [CLASS_INDEX["minor"], CLASS_INDEX["urban_minor"]])
    assert not barriers.blocks(xy[g.edge_from[minor]], xy[g.edge_to[minor]]).any()


def test_every_embedded_crossing_is_used_by_a_road() -> None:
    g, barriers = essex.graph(), essex.barriers()
    xy = np.column_stack([g.node_easting_m, g.node_northing_m])
    for name, at, radius in zip(
        barriers.crossing_name, barriers.crossing_m, barriers.crossing_radius_m, strict=True
    ):
        only = replace(
            barriers,
            crossing_name=(),
            crossing_m=np.zeros((0, 2)),
            crossing_radius_m=np.zeros(0),
        )
        met = only.unlicensed(xy[g.edge_from], xy[g.edge_to])
        assert any(np.hypot(x - at[0], y - at[1]) <= radius for _, _, x, y in met), name


@pytest.mark.parametrize(
    ("island", "without"),
    [
        ("Canvey town", ("Canvey Way", "Benfleet Bridge")),
        ("West Mersea", ("The Strood",)),
        ("Churchend", ("Havengore Bridge",)),
    ],
)
def test_an_island_without_its_crossings_cannot_be_reached(island: str, without: tuple[str, ...]) -> None:
    roads, barriers = essex.roads(), essex.barriers()
    gone = [i for i, name in enumerate(barriers.crossing_name) if name in without]
    xy = np.column_stack([roads.point_easting_m, roads.point_northing_m])

    def uses(part: RoadPart) -> bool:
        a, b = list(part.points[:-1]), list(part.points[1:])
        left = replace(
            barriers,
            crossing_name=tuple(n for n in barriers.crossing_name if n not in without),
            crossing_m=np.delete(barriers.crossing_m, gone, axis=0),
            crossing_radius_m=np.delete(barriers.crossing_radius_m, gone),
        )
        return bool(left.unlicensed(xy[a], xy[b]))

    kept = replace(roads, parts=tuple(p for p in roads.parts if not uses(p)))
    with pytest.raises(GeoDataError, match=island):
        build_graph(kept, essex.settlements(), barriers)


def test_embedded_road_pieces_are_of_plausible_length() -> None:
    roads = essex.roads()
    for part in roads.parts:
        p = list(part.points)
        steps = np.hypot(np.diff(roads.point_easting_m[p]), np.diff(roads.point_northing_m[p]))
        far = 20_000 if part.road_class == "motorway" else 16_000
        assert ((steps > 150) & (steps < far)).all(), (part.road, part.part, steps.round())
