"""Travel minutes: towns solved by hand, and what must hold of any map."""

from __future__ import annotations

import csv

import numpy as np
import pytest

from geo.access import AccessRules, Places, access_nodes
from geo.barriers import Barriers
from geo.cells import Cells, grid_cells
from geo.errors import GeoDataError
from geo.grid import to_grid
from geo.roads import CLASS_INDEX, ROAD_CLASSES, RoadGraph, make_graph
from geo.settlements import read_district_totals, read_outline
from geo.speeds import SpeedProfile, flat_profile
from geo.travel import TravelArrays, travel_arrays
from sim.decisions.routes import minutes_between
from tests.geo import essex
from tests.geo.ways import route

# 60 km/h is a kilometre a minute, so metres and minutes can be read off each other.
KM_A_MINUTE = flat_profile(dict.fromkeys(ROAD_CLASSES, 60.0))
PLAIN = AccessRules(detour_urban=1.0, detour_rural=1.0, direct_m=1500.0)


def two_way(xy: list[tuple[float, float]], links: list[tuple[int, int, float, str]]) -> RoadGraph:
    e, n = np.array(xy, dtype=float).T
    f = [a for a, _, _, _ in links] + [b for _, b, _, _ in links]
    t = [b for _, b, _, _ in links] + [a for a, _, _, _ in links]
    metres = [m for _, _, m, _ in links] * 2
    cls = [CLASS_INDEX[c] for _, _, _, c in links] * 2
    return make_graph(e, n, np.ones(len(xy)), tuple("abcdefgh"[: len(xy)]), (f, t, metres, cls))


def point_places(xy: list[tuple[float, float]], n_cells: int, size_m: float = 0.0) -> Places:
    e, n = np.array(xy, dtype=float).T
    size = np.where(np.arange(len(xy)) < n_cells, size_m, 0.0)
    return Places(e, n, n_cells, np.zeros(len(xy)), size)


def triangle() -> RoadGraph:
    """A to C by B is 4 km + 3 km; A to C by the lane is 5 km."""
    return two_way(
        [(0, 0), (4000, 0), (4000, 3000)],
        [(0, 1, 4000, "dual_a"), (1, 2, 3000, "dual_a"), (0, 2, 5000, "minor")],
    )


def test_hand_solved_triangle_takes_the_lane_at_equal_speed_and_the_main_road_when_faster() -> None:
    places = point_places([(4000, 3000), (0, 0)], n_cells=1)
    equal = travel_arrays(triangle(), places, KM_A_MINUTE, Barriers.none(), rules=PLAIN)
    assert equal.site_min[0, 0, 0] == pytest.approx(5.0)
    slow_lanes = flat_profile(dict.fromkeys(ROAD_CLASSES, 60.0) | {"minor": 30.0})
    main = travel_arrays(triangle(), places, slow_lanes, Barriers.none(), rules=PLAIN)
    assert main.site_min[0, 0, 0] == pytest.approx(7.0)
    nodes, minutes = route(main, 0, 1, 0)
    assert nodes.tolist() == [0, 1, 2]
    assert minutes.tolist() == pytest.approx([0.0, 4.0, 7.0])


def test_access_at_both_ends_is_straight_distance_times_detour_over_speed() -> None:
    graph = two_way([(0, 0), (10_000, 0)], [(0, 1, 11_000, "single_a")])
    places = point_places([(10_000, 600), (0, -300)], n_cells=1)
    rules = AccessRules(detour_urban=9.0, detour_rural=1.4, direct_m=1500.0)
    travel = travel_arrays(graph, places, KM_A_MINUTE, Barriers.none(), rules=rules)
    assert travel.site_min[0, 0, 0] == pytest.approx(0.3 * 1.4 + 11.0 + 0.6 * 1.4, rel=1e-5)
    town = Places(places.easting_m, places.northing_m, 1, np.array([0.0, 1.0]), places.size_m)
    urban = travel_arrays(graph, town, KM_A_MINUTE, Barriers.none(), rules=rules)
    assert urban.site_min[0, 0, 0] == pytest.approx(0.3 * 9.0 + 11.0 + 0.6 * 1.4, rel=1e-5)


def test_a_cell_is_spread_over_its_square_on_the_way_in_and_within_itself() -> None:
    graph = two_way([(0, 0), (10_000, 0)], [(0, 1, 10_000, "single_a")])
    places = point_places([(10_000, 0), (0, 0), (10_000, 0)], n_cells=1, size_m=1000.0)
    travel = travel_arrays(graph, places, KM_A_MINUTE, Barriers.none(), rules=PLAIN)
    across = 1000 / np.sqrt(12) / 1000
    assert minutes_between(travel, 0, 1, 0) == pytest.approx(10.0 + across, rel=1e-5)
    # A station at the centre of its cell: the road way or straight, whichever is less, and never nothing.
    assert minutes_between(travel, 0, 2, 0) == pytest.approx(min(across, 1000 / np.sqrt(6) / 1000), rel=1e-5)
    assert minutes_between(travel, 0, 2, 0) > 0.2


def test_neighbours_go_straight_across_unless_a_barrier_parts_them() -> None:
    graph = two_way([(0, 0), (0, 5000), (1000, 5000), (1000, 0)], [
        (0, 1, 5000, "single_a"), (1, 2, 1000, "single_a"), (2, 3, 5000, "single_a")
    ])  # fmt: skip
    places = point_places([(0, 0), (1000, 0)], n_cells=1)
    ditch = Barriers(
        ("Ditch",), np.array([[500.0, -9e3]]), np.array([[500.0, 4e3]]), (), np.zeros((0, 2)), np.zeros(0)
    )
    free = travel_arrays(graph, places, KM_A_MINUTE, Barriers.none(), rules=PLAIN)
    parted = travel_arrays(graph, places, KM_A_MINUTE, ditch, rules=PLAIN)
    assert free.site_min[0, 0, 0] == pytest.approx(1.0)
    assert len(route(free, 0, 1, 0)[0]) < 2  # no piece of road is driven
    assert parted.site_min[0, 0, 0] == pytest.approx(11.0)
    assert minutes_between(parted, 0, 1, 0) == pytest.approx(11.0)


def test_access_nodes_lie_in_different_quadrants_and_not_across_a_barrier() -> None:
    xy = [(100, 100), (200, 200), (300, 300), (-2000, 100), (-100, -2500), (900, -3100)]
    links = [(i, i + 1, 6000.0, "minor") for i in range(5)]
    graph = two_way(xy, links)
    places = point_places([(0, 0)], n_cells=1)
    node, metres = access_nodes(graph, places, Barriers.none(), 3000.0)
    assert node[0].tolist() == [0, 3, 4, -1]
    assert metres[0, -1] == np.inf
    wall = Barriers(
        ("Wall",), np.array([[50.0, -9e3]]), np.array([[50.0, 9e3]]), (), np.zeros((0, 2)), np.zeros(0)
    )
    assert access_nodes(graph, places, wall, 3000.0)[0][0].tolist() == [3, 4, -1, -1]


def test_a_lone_far_node_is_still_a_way_in() -> None:
    graph = two_way([(0, 9000), (0, 18_000)], [(0, 1, 9000, "minor")])
    node, metres = access_nodes(graph, point_places([(0, 0)], n_cells=1), Barriers.none(), 3000.0)
    assert node[0].tolist() == [0, -1, -1, -1]
    assert metres[0, 0] == 9000.0


def test_a_place_that_a_barrier_parts_from_every_road_is_named() -> None:
    ring = np.array([[-50.0, -50], [50, -50], [50, 50], [-50, 50], [-50, -50]])
    moat = Barriers(("Moat",) * 4, ring[:-1], ring[1:], (), np.zeros((0, 2)), np.zeros(0))
    graph = two_way([(1000, 0), (2000, 0)], [(0, 1, 1000, "minor")])
    with pytest.raises(GeoDataError, match=r"cell, 0 is '0 E 0 N': a barrier parts it"):
        travel_arrays(graph, point_places([(0, 0)], n_cells=1), KM_A_MINUTE, moat)


def test_bands_have_their_own_minutes() -> None:
    hours = np.zeros(168, dtype=np.int8)
    hours[8] = 1
    factors = np.ones((2, len(ROAD_CLASSES)))
    factors[1] = 0.5
    slow = SpeedProfile("x", np.full(len(ROAD_CLASSES), 60.0), ("free", "slow"), factors, hours)
    places = point_places([(4000, 3000), (0, 0)], n_cells=1)
    travel = travel_arrays(triangle(), places, slow, Barriers.none(), rules=PLAIN)
    assert travel.site_min[1, 0, 0] == pytest.approx(2 * travel.site_min[0, 0, 0])
    assert travel.band_of_hour[8] == 1


def test_a_one_way_street_makes_the_way_back_longer() -> None:
    graph = make_graph(
        [0, 4000, 4000],
        [0, 0, 3000],
        [True] * 3,
        ("a", "b", "c"),
        ([0, 1, 2], [1, 2, 0], [4000, 3000, 5000], [1, 1, 1]),
    )
    travel = travel_arrays(
        graph, point_places([(4000, 0), (0, 0)], n_cells=1), KM_A_MINUTE, Barriers.none(), rules=PLAIN
    )
    assert minutes_between(travel, 0, 1, 0) == pytest.approx(4.0)
    assert minutes_between(travel, 0, 0, 1) == pytest.approx(8.0)


# The embedded map.


def stations() -> tuple[np.ndarray, np.ndarray]:
    lat, lon = [], []
    for name in ("stations.csv", "neighbour_stations.csv"):
        with (essex.FOLDER / name).open(encoding="utf-8", newline="") as handle:
            for row in csv.DictReader(handle):
                lat.append(float(row["lat"]))
                lon.append(float(row["lon"]))
    return to_grid(lat, lon)


@pytest.fixture(scope="module")
def cells() -> Cells:
    f = essex.FOLDER
    totals, outline = read_district_totals(f / "districts.csv"), read_outline(f / "outline.csv")
    return grid_cells(essex.settlements(), totals, outline, size_m=1000.0)


@pytest.fixture(scope="module")
def travel(cells: Cells) -> TravelArrays:
    e, n = stations()
    places = Places(
        np.concatenate([cells.easting_m, e]),
        np.concatenate([cells.northing_m, n]),
        len(cells),
        np.concatenate([cells.built_up_share, np.ones(len(e))]),
        np.concatenate([np.full(len(cells), 1000.0), np.zeros(len(e))]),
    )
    return travel_arrays(essex.graph(), places, essex.speeds()["appliance_blue_light"], essex.barriers())


def test_every_station_and_neighbour_reaches_every_cell(travel: TravelArrays) -> None:
    assert travel.site_min.shape[2] == 50 + 63
    assert np.isfinite(travel.site_min).all()
    assert travel.site_min.min() > 0.2
    assert travel.site_min[1].max() < 200


def test_site_minutes_are_the_formula_for_single_journeys(travel: TravelArrays) -> None:
    n_cells, n_sites = travel.site_min.shape[1:]
    rng = np.random.default_rng(11)
    cell, site = rng.integers(0, n_cells, 300), rng.integers(0, n_sites, 300)
    near = travel.site_min[1].argmin(axis=1)[cell[:100]]
    site[:100] = near  # journeys where the direct way counts
    for band in range(len(travel.site_min)):
        want = travel.site_min[band, cell, site]
        one = [
            minutes_between(travel, band, n_cells + s, c)
            for c, s in zip(cell.tolist(), site.tolist(), strict=True)
        ]
        assert np.allclose(one, want, rtol=1e-5)


def test_no_road_is_a_shorter_way_than_the_tree_says(travel: TravelArrays) -> None:
    tail = np.repeat(np.arange(travel.edge_start.size - 1), np.diff(travel.edge_start))
    for trees in (travel.to_cell_min[:, ::50], travel.to_site_min):
        for band, minutes in enumerate(trees):
            by_road = travel.edge_min[band] + minutes[:, travel.edge_head]
            assert (minutes[:, tail] <= by_road + 1e-3).all()
            # and one of the roads that leave a node is on the tree, but where it leaves the roads
            best = np.minimum.reduceat(by_road, travel.edge_start[:-1], axis=1)
            assert (np.abs(best - minutes) < 1e-3).mean() > 0.99


def test_a_way_back_is_as_long_as_the_way_out_where_every_road_is_two_way(travel: TravelArrays) -> None:
    n_cells = travel.site_min.shape[1]
    for site, cell in ((0, 100), (20, 3000), (70, 1500), (110, 10)):
        out, back = (
            minutes_between(travel, 1, *ends) for ends in ((n_cells + site, cell), (cell, n_cells + site))
        )
        assert out == pytest.approx(back, rel=1e-4)


def test_a_route_follows_edges_and_ends_at_the_minutes_of_the_journey(travel: TravelArrays) -> None:
    n_cells = travel.site_min.shape[1]
    edges = set(zip(essex.graph().edge_from.tolist(), essex.graph().edge_to.tolist(), strict=True))
    for site, cell in ((0, 100), (20, 3000), (70, 1500), (110, 10)):
        nodes, at = route(travel, 1, n_cells + site, cell)
        assert set(zip(nodes[:-1].tolist(), nodes[1:].tolist(), strict=True)) <= edges
        assert (np.diff(at) > 0).all()
        last = float(travel.to_cell_min[1, cell, nodes[-1]])
        assert at[-1] + last == pytest.approx(float(travel.site_min[1, cell, site]), rel=1e-4)
        half = len(nodes) // 2
        rest = float(travel.to_cell_min[1, cell, nodes[half]])
        assert at[half] + rest == pytest.approx(float(travel.site_min[1, cell, site]), rel=1e-4)


def test_peak_hours_are_no_quicker_than_the_middle_of_the_day(travel: TravelArrays) -> None:
    night, off_peak, peak = travel.site_min
    assert (peak >= off_peak).all()
    assert (night <= off_peak + 1e-4).all()
    assert travel.band_of_hour[8] == 2
    assert travel.band_of_hour[5 * 24 + 8] == 1
    assert travel.band_of_hour[3] == 0


def test_nodes_lie_in_their_nearest_cell(travel: TravelArrays, cells: Cells) -> None:
    g = essex.graph()
    at = travel.node_cell
    metres = np.hypot(cells.easting_m[at] - g.node_easting_m, cells.northing_m[at] - g.node_northing_m)
    for node in (0, 100, 700):
        every = np.hypot(cells.easting_m - g.node_easting_m[node], cells.northing_m - g.node_northing_m[node])
        assert metres[node] == pytest.approx(every.min())


# Monotonic: on random maps, more road never makes a journey longer, and a barrier never shorter.


def random_roads(
    seed: int, n: int = 40
) -> tuple[list[tuple[float, float]], list[tuple[int, int, float, str]]]:
    rng = np.random.default_rng(seed)
    xy = [tuple(p) for p in rng.uniform(0, 20_000, (n, 2)).tolist()]
    ring = [(i, (i + 1) % n) for i in range(n)]
    more = [tuple(sorted(p)) for p in rng.integers(0, n, (n, 2)).tolist() if p[0] != p[1]]
    links = []
    for a, b in ring + [(int(a), int(b)) for a, b in more]:
        straight = float(np.hypot(xy[a][0] - xy[b][0], xy[a][1] - xy[b][1]))
        links.append((a, b, straight * float(rng.uniform(1.0, 2.0)), ROAD_CLASSES[int(rng.integers(7))]))
    return xy, links


@pytest.mark.parametrize("seed", range(5))
def test_another_road_never_makes_a_journey_longer(seed: int) -> None:
    xy, links = random_roads(seed)
    places = point_places([(x + 300, y) for x, y in xy[:20]], n_cells=15, size_m=1000.0)
    profile = essex.speeds()["appliance_blue_light"]
    before = travel_arrays(two_way(xy, links[:-1]), places, profile, Barriers.none())
    after = travel_arrays(two_way(xy, links), places, profile, Barriers.none())
    assert (after.site_min <= before.site_min + 1e-4).all()


@pytest.mark.parametrize("seed", range(5))
def test_a_barrier_never_makes_a_journey_shorter(seed: int) -> None:
    xy, links = random_roads(seed)
    places = point_places([(x + 300, y) for x, y in xy[:20]], n_cells=15, size_m=1000.0)
    wall = Barriers(
        ("Wall",),
        np.array([[10_050.0, -9e4]]),
        np.array([[10_050.0, 9e4]]),
        (),
        np.zeros((0, 2)),
        np.zeros(0),
    )
    profile = essex.speeds()["appliance_blue_light"]
    # Access to one node a quadrant may change which node that is; with a node at the place it does not.
    free = travel_arrays(two_way(xy, links), places, profile, Barriers.none(), rules=AccessRules(reach_m=0.0))
    parted = travel_arrays(two_way(xy, links), places, profile, wall, rules=AccessRules(reach_m=0.0))
    same = (free.leave_node == parted.leave_node).all(axis=1)
    rows, columns = np.flatnonzero(same[:15]), np.flatnonzero(same[15:])
    assert len(rows) * len(columns) >= 20
    assert (parted.site_min[:, rows][:, :, columns] >= free.site_min[:, rows][:, :, columns] - 1e-4).all()
