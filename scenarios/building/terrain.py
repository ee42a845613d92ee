"""Making a map from its tables: cells, road graph, travel minutes. Slow; ``build_geography`` keeps what it makes."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from geo.access import Places
from geo.cells import Cells, grid_cells
from geo.network import build_graph
from geo.positions import check_points, check_settlements
from geo.road_tables import read_barriers, read_roads, read_speeds
from geo.roads import ROAD_CLASSES, RoadGraph
from geo.settlements import read_district_totals, read_outline, read_settlements
from geo.speeds import SpeedProfile
from geo.travel import Network, TravelArrays, join_network, network_minutes
from scenarios.building.map import Geography
from scenarios.schema.scenario import Scenario, TravelSettings
from sim.world.travel import Travel

_ROAD_STEP_M = 250.0  # roads are spread over cells by points this far apart
_BLUE_LIGHT = "appliance_blue_light"

F64 = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Terrain:
    """A map before any speed: what is shared by all scenarios that differ in speeds only."""

    cells: Cells
    main_road_m: F64  # (C,)
    network: Network
    speeds: SpeedProfile  # of the table, without the scenario's factors


def make_geography(scenario: Scenario, folder: Path, easting: F64, northing: F64) -> Geography:
    """Return the map, with the scenario's stations at the given positions (metres, EPSG:27700)."""
    return geography_on(make_terrain(scenario, folder, easting, northing), scenario)


def geography_on(terrain: Terrain, scenario: Scenario) -> Geography:
    """Return the map with the scenario's speeds; its stations must stand where the terrain has them."""
    arrays = network_minutes(terrain.network, _scaled(terrain.speeds, scenario.travel))
    return Geography(terrain.cells, terrain.main_road_m, _travel(arrays))


def make_terrain(scenario: Scenario, folder: Path, easting: F64, northing: F64) -> Terrain:
    """Return the map without speeds, with the scenario's stations at the given positions."""
    settlements = read_settlements(folder / "settlements.csv")
    outline = read_outline(folder / "outline.csv")
    check_settlements(settlements, outline, "settlements.csv")
    size_m = scenario.geography.cell_size_m
    cells = grid_cells(
        settlements,
        read_district_totals(folder / "districts.csv"),
        outline,
        size_m=size_m,
    )
    barriers = read_barriers(folder / "barriers.csv", folder / "crossings.csv")
    roads = read_roads(folder / "road_points.csv", folder / "roads.csv")
    check_points(roads.point_name, roads.point_easting_m, roads.point_northing_m, outline, "road_points.csv")
    check_points(
        barriers.crossing_name, barriers.crossing_m[:, 0], barriers.crossing_m[:, 1], outline, "crossings.csv"
    )
    starts = barriers.piece_start_m
    check_points(barriers.piece_name, starts[:, 0], starts[:, 1], outline, "barriers.csv")
    graph = build_graph(roads, settlements, barriers)
    speeds = read_speeds(folder / "speeds.csv", folder / "bands.csv")[_BLUE_LIGHT]
    places = Places(
        np.concatenate([cells.easting_m, easting]),
        np.concatenate([cells.northing_m, northing]),
        len(cells),
        np.concatenate([cells.built_up_share, _share_round(cells, easting, northing)]),
        np.concatenate([np.full(len(cells), size_m), np.zeros(len(easting))]),
    )
    return Terrain(cells, _main_road_m(graph, cells), join_network(graph, places, barriers), speeds)


def _travel(arrays: TravelArrays) -> Travel:
    return Travel(**{f.name: getattr(arrays, f.name) for f in fields(Travel)})


def _scaled(profile: SpeedProfile, travel: TravelSettings) -> SpeedProfile:
    by_class = {str(name): factor for name, factor in travel.class_factor.items()}
    kph = profile.kph * travel.speed_factor * np.array([by_class.get(c, 1.0) for c in ROAD_CLASSES])
    band = np.array([travel.band_factor.get(name, 1.0) for name in profile.band_names])
    factors = profile.band_factors * band[:, None]
    return SpeedProfile(profile.name, kph, profile.band_names, factors, profile.band_of_hour)


def _share_round(cells: Cells, easting: F64, northing: F64) -> F64:
    """Return the built-up share of the cell nearest to each position."""
    near = _nearest(cells, easting, northing)
    share: F64 = cells.built_up_share[near]
    return share


def _nearest(cells: Cells, easting: F64, northing: F64) -> NDArray[np.int64]:
    tree = cKDTree(np.column_stack([cells.easting_m, cells.northing_m]))
    return np.asarray(tree.query(np.column_stack([easting, northing]))[1], dtype=np.int64)


def _main_road_m(graph: RoadGraph, cells: Cells) -> F64:
    """Return the metres of main road nearest to each cell (C,)."""
    minor = [ROAD_CLASSES.index("minor"), ROAD_CLASSES.index("urban_minor")]
    use = ~np.isin(graph.edge_class, minor) & (graph.edge_from < graph.edge_to)
    start, end, length = graph.edge_from[use], graph.edge_to[use], graph.edge_length_m[use]
    pieces = np.maximum(1, np.rint(length / _ROAD_STEP_M)).astype(np.int64)
    edge = np.repeat(np.arange(len(pieces)), pieces)
    first = np.repeat(np.cumsum(pieces) - pieces, pieces)
    along = (np.arange(len(edge)) - first + 0.5) / pieces[edge]
    position = [
        xy[start][edge] * (1 - along) + xy[end][edge] * along
        for xy in (graph.node_easting_m, graph.node_northing_m)
    ]
    near = _nearest(cells, *position)
    return np.bincount(near, weights=(length / pieces)[edge], minlength=len(cells)).astype(np.float64)
