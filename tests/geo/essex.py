"""The embedded service's map for tests: its tables, read once, and a way to measure journeys on it."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.access import Places
from geo.barriers import Barriers
from geo.grid import to_grid
from geo.network import RoadTable, build_graph
from geo.road_tables import read_barriers, read_roads, read_speeds
from geo.roads import RoadGraph
from geo.settlements import Settlements, read_settlements
from geo.speeds import SpeedProfile
from geo.travel import TravelArrays, travel_arrays

FOLDER = Path(__file__).resolve().parents[2] / "scenarios" / "data" / "essex"


@lru_cache(maxsize=1)
def roads() -> RoadTable:
    return read_roads(FOLDER / "road_points.csv", FOLDER / "roads.csv")


@lru_cache(maxsize=1)
def barriers() -> Barriers:
    return read_barriers(FOLDER / "barriers.csv", FOLDER / "crossings.csv")


@lru_cache(maxsize=1)
def settlements() -> Settlements:
    return read_settlements(FOLDER / "settlements.csv")


@lru_cache(maxsize=1)
def graph() -> RoadGraph:
    return build_graph(roads(), settlements(), barriers())


@lru_cache(maxsize=1)
def speeds() -> dict[str, SpeedProfile]:
    return read_speeds(FOLDER / "speeds.csv", FOLDER / "bands.csv")


def places_at(easting_m: ArrayLike, northing_m: ArrayLike, n_cells: int) -> Places:
    """Places that are points in towns: the first `n_cells` are the cells."""
    e, n = np.asarray(easting_m, dtype=float), np.asarray(northing_m, dtype=float)
    return Places(e, n, n_cells, np.ones(len(e)), np.zeros(len(e)))


def points(lat: list[float], lon: list[float]) -> Places:
    """Places that are points in towns, all of them cells."""
    easting, northing = to_grid(lat, lon)
    return places_at(easting, northing, len(lat))


def car_travel(places: Places) -> TravelArrays:
    return travel_arrays(graph(), places, speeds()["car"], barriers())


def median_abs_relative_error(model: NDArray[np.float64], known: NDArray[np.float64]) -> float:
    return float(np.median(np.abs(model / known - 1.0)))
