"""Road distances of the embedded network against distances between towns that are known.

The table was written down before the network; see its history. A distance of the network is that of the
quickest way by ordinary car outside the peaks, as distances between towns are usually given.
"""

from __future__ import annotations

import csv
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest

from tests.geo import essex
from tests.geo.ways import quickest_edge_m, way_m

TABLE = Path(__file__).with_name("town_distances.csv")
OFF_PEAK = 1


@lru_cache(maxsize=1)
def rows() -> list[dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


@lru_cache(maxsize=1)
def measured_km() -> np.ndarray:
    table = rows()
    lat = [float(r["from_lat"]) for r in table] + [float(r["to_lat"]) for r in table]
    lon = [float(r["from_lon"]) for r in table] + [float(r["to_lon"]) for r in table]
    places = essex.points(lat, lon)
    travel = essex.car_travel(places)
    edge_m = quickest_edge_m(essex.graph(), essex.speeds()["car"], OFF_PEAK)
    n = len(table)
    ways = [way_m(travel, edge_m, essex.graph(), places, (OFF_PEAK, i, n + i)) for i in range(n)]
    return np.array(ways) / 1000.0


@lru_cache(maxsize=1)
def known_km() -> np.ndarray:
    return np.array([float(r["km"]) for r in rows()])


def test_the_table_holds_at_least_sixty_pairs_and_names_its_confidence() -> None:
    assert len(rows()) >= 60
    assert {r["confidence"] for r in rows()} <= {"high", "medium", "low"}


def test_no_known_distance_is_shorter_than_the_straight_line() -> None:
    for r in rows():
        places = essex.points(
            [float(r["from_lat"]), float(r["to_lat"])], [float(r["from_lon"]), float(r["to_lon"])]
        )
        straight_km = np.hypot(np.diff(places.easting_m), np.diff(places.northing_m))[0] / 1000.0
        assert float(r["km"]) > straight_km, (r["from"], r["to"])


def test_median_absolute_relative_error_of_distance_is_within_eight_per_cent() -> None:
    error = essex.median_abs_relative_error(measured_km(), known_km())
    assert error <= 0.08


def test_the_network_is_neither_long_nor_short_on_the_whole() -> None:
    assert abs(np.median(measured_km() / known_km()) - 1.0) <= 0.03


@pytest.mark.parametrize("index", [i for i, r in enumerate(rows()) if r["kind"] == "estuary"])
def test_no_pair_across_an_estuary_is_short_by_more_than_fifteen_per_cent(index: int) -> None:
    r = rows()[index]
    assert measured_km()[index] >= 0.85 * float(r["km"]), f"{r['from']} to {r['to']}"
