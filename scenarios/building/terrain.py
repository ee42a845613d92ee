"""Making a map from its tables: cells, road graph, travel minutes. Slow; ``build_geography`` keeps what it makes."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from geo.access import Places
from geo.barriers import Barriers
from geo.building.folder import read_map
from geo.cells import Cells, grid_cells
from geo.joining import Network, join_network
from geo.network import build_graph
from geo.positions import check_points, check_settlements
from geo.road_tables import read_barriers, read_roads, read_speeds
from geo.roads import ROAD_CLASSES, RoadGraph
from geo.settlements import Outline, read_district_totals, read_outline, read_settlements
from geo.speeds import SpeedProfile
from geo.travel import TravelArrays, network_minutes
from scenarios.building.built_map import built_network
from scenarios.building.map import Geography
from scenarios.building.police.sites import police_places
from scenarios.building.speeds import BLUE_LIGHT, scaled
from scenarios.loading.datasets import map_folder
from scenarios.schema.scenario import Scenario
from sim.world.travel import Travel

_ROAD_STEP_M = 250.0  # roads are spread over cells by points this far apart

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Terrain:
    """A map before any speed: what is shared by all scenarios that differ in speeds only."""

    cells: Cells
    main_road_m: F64  # (C,)
    network: Network
    speeds: SpeedProfile  # of the table, without the scenario's factors


def geography_on(terrain: Terrain, scenario: Scenario, *, to_cell_min: F32 | None = None) -> Geography:
    """Return the map with the scenario's speeds; its stations must stand where the terrain has them.

    ``to_cell_min`` (B, C, N): minutes from nodes to cells at these speeds, where they are known.
    """
    speeds = scaled(terrain.speeds, scenario.travel)
    arrays = network_minutes(terrain.network, speeds, to_cell_min=to_cell_min)
    return Geography(terrain.cells, terrain.main_road_m, _travel(arrays))


def make_terrain(scenario: Scenario, folder: Path, easting: F64, northing: F64) -> Terrain:
    """Return the map without speeds, with the scenario's stations at the given positions."""
    own = map_folder(scenario)
    if own is not None:
        return _built_terrain(scenario, folder, own, easting, northing)
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
    roads = written_roads(folder, outline)
    speeds = read_speeds(folder / "speeds.csv", folder / "bands.csv")[BLUE_LIGHT]
    places = Places(
        np.concatenate([cells.easting_m, easting]),
        np.concatenate([cells.northing_m, northing]),
        len(cells),
        np.concatenate([cells.built_up_share, _share_round(cells, easting, northing)]),
        np.concatenate([np.full(len(cells), size_m), np.zeros(len(easting))]),
    )
    return Terrain(cells, _main_road_m(roads.graph, cells), roads.joined(places), speeds)


@dataclass(frozen=True, slots=True, eq=False)
class WrittenRoads:
    """The roads of a folder of tables, and what no straight way crosses."""

    graph: RoadGraph
    barriers: Barriers

    def joined(self, places: Places) -> Network:
        """Return places joined to the roads. Raises GeoDataError."""
        return join_network(self.graph, places, self.barriers)


def written_roads(folder: Path, outline: Outline | None = None) -> WrittenRoads:
    """Return the roads of a folder of tables, held against the outline of the ground. Raises GeoDataError."""
    ground = outline or read_outline(folder / "outline.csv")
    settlements = read_settlements(folder / "settlements.csv")
    barriers = read_barriers(folder / "barriers.csv", folder / "crossings.csv")
    roads = read_roads(folder / "road_points.csv", folder / "roads.csv")
    check_points(roads.point_name, roads.point_easting_m, roads.point_northing_m, ground, "road_points.csv")
    crossings, starts = barriers.crossing_m, barriers.piece_start_m
    check_points(barriers.crossing_name, crossings[:, 0], crossings[:, 1], ground, "crossings.csv")
    check_points(barriers.piece_name, starts[:, 0], starts[:, 1], ground, "barriers.csv")
    return WrittenRoads(build_graph(roads, settlements, barriers), barriers)


def _built_terrain(scenario: Scenario, tables: Path, folder: Path, easting: F64, northing: F64) -> Terrain:
    """Return a map that was built from files."""
    built = read_map(folder)
    share = _share_round(built.cells, easting, northing)
    names = [*scenario.stations, *police_places(scenario)]
    network = built_network(built, easting, northing, share, names)
    speeds = read_speeds(tables / "speeds.csv", tables / "bands.csv")[BLUE_LIGHT]
    return Terrain(built.cells, built.main_road_m, network, speeds)


def _travel(arrays: TravelArrays) -> Travel:
    return Travel(**{f.name: getattr(arrays, f.name) for f in fields(Travel)})


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
