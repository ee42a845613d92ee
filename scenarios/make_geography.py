"""Making a map from its tables: cells, road graph, travel minutes. Slow; ``build_geography`` keeps what it makes."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from geo.access import Places
from geo.cells import Cells, grid_cells
from geo.network import build_graph
from geo.road_tables import read_barriers, read_roads, read_speeds
from geo.roads import ROAD_CLASSES, RoadGraph
from geo.settlements import read_district_totals, read_outline, read_settlements
from geo.speeds import SpeedProfile
from geo.travel import TravelArrays, travel_arrays
from scenarios.build_geography import Geography
from scenarios.schema import Scenario
from sim.travel import Travel

_ROAD_STEP_M = 250.0  # roads are spread over cells by points this far apart
_BLUE_LIGHT = "appliance_blue_light"

F64 = NDArray[np.float64]


def make_geography(scenario: Scenario, folder: Path, easting: F64, northing: F64) -> Geography:
    """Return the map, with the scenario's stations at the given positions (metres, EPSG:27700)."""
    settlements = read_settlements(folder / "settlements.csv")
    size_m = scenario.geography.cell_size_m
    cells = grid_cells(
        settlements,
        read_district_totals(folder / "districts.csv"),
        read_outline(folder / "outline.csv"),
        size_m=size_m,
    )
    barriers = read_barriers(folder / "barriers.csv", folder / "crossings.csv")
    roads = read_roads(folder / "road_points.csv", folder / "roads.csv")
    graph = build_graph(roads, settlements, barriers)
    speeds = _scaled(
        read_speeds(folder / "speeds.csv", folder / "bands.csv")[_BLUE_LIGHT],
        scenario.travel.speed_factor,
        scenario.travel.class_factor,
    )
    places = Places(
        np.concatenate([cells.easting_m, easting]),
        np.concatenate([cells.northing_m, northing]),
        len(cells),
        np.concatenate([cells.built_up_share, _share_round(cells, easting, northing)]),
        np.concatenate([np.full(len(cells), size_m), np.zeros(len(easting))]),
    )
    arrays = travel_arrays(graph, places, speeds, barriers)
    return Geography(cells, _main_road_m(graph, cells), _travel(arrays))


def _travel(arrays: TravelArrays) -> Travel:
    return Travel(**{f.name: getattr(arrays, f.name) for f in fields(Travel)})


def _scaled(profile: SpeedProfile, factor: float, by_class: dict[str, float]) -> SpeedProfile:
    kph = profile.kph * factor * np.array([by_class.get(c, 1.0) for c in ROAD_CLASSES])
    return SpeedProfile(profile.name, kph, profile.band_names, profile.band_factors, profile.band_of_hour)


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
