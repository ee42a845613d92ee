"""Car minutes of the embedded network against minutes that others computed.

Ordinary-car speeds, which are assumptions written down before the comparison; nothing here is fitted.
"""

from __future__ import annotations

import csv
import re
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest

from geo.travel import TravelArrays
from sim.decisions.routes import minutes_between
from tests.geo import essex

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"
TIMES = DATA / "travel_times"
OFF_PEAK, PEAK = 1, 2

pytestmark = pytest.mark.skipif(not TIMES.is_dir(), reason=f"travel times are not at {TIMES}")

BEYOND = {"IP332QZ", "ME169QQ", "SG14AB"}
"""Bury St Edmunds, Maidstone, Stevenage: past the neighbours' stations, where few roads are written down."""


@lru_cache(maxsize=1)
def hospitals() -> dict[str, tuple[float, float]]:
    """Easting and northing by postcode; the file's trust names hold commas that are not quoted."""
    found = {}
    for line in (TIMES / "stroke_hospitals_2022.csv").read_text(encoding="utf-8").splitlines()[1:]:
        grid = re.search(r",(\d{6}),(\d{5,6}),(-?\d+\.\d+),(\d+\.\d+),", line)
        if grid:
            found[line.split(",")[0]] = (float(grid[1]), float(grid[2]))
    return found


def hospital_minutes(band: int, *, leave_out: set[str]) -> tuple[np.ndarray, np.ndarray]:
    """Ours and theirs for every ordered pair of hospitals."""
    with (TIMES / "east_anglia_kent_inter_hospital_minutes.csv").open(encoding="utf-8", newline="") as f:
        table = {r["from_postcode"]: r for r in csv.DictReader(f)}
    names = [n for n in table if n in hospitals() and n not in leave_out]
    at = np.array([hospitals()[n] for n in names])
    travel = essex.car_travel(essex.places_at(at[:, 0], at[:, 1], len(at)))
    pairs = [(i, j) for i in range(len(names)) for j in range(len(names)) if i != j]
    ours = np.array([minutes_between(travel, band, i, j) for i, j in pairs])
    return ours, np.array([float(table[names[i]][names[j]]) for i, j in pairs])


def test_hospital_minutes_within_the_network() -> None:
    ours, theirs = hospital_minutes(OFF_PEAK, leave_out=BEYOND)
    error = essex.median_abs_relative_error(ours, theirs)
    print(f"8 hospitals, {len(ours)} journeys: median absolute relative error {error:.3f}")  # noqa: T201
    assert len(ours) == 56
    assert error <= 0.10
    assert np.corrcoef(ours, theirs)[0, 1] >= 0.95


def test_hospital_minutes_with_those_beyond_the_network() -> None:
    ours, theirs = hospital_minutes(OFF_PEAK, leave_out=set())
    error = essex.median_abs_relative_error(ours, theirs)
    print(f"11 hospitals, {len(ours)} journeys: median absolute relative error {error:.3f}")  # noqa: T201
    assert error <= 0.15


# Hospitals that a DfT journey may end at; those without a stroke unit from knowledge (WGS84).
MORE_HOSPITALS = {
    "Harlow Princess Alexandra": (51.7710, 0.0860),
    "Orsett": (51.5090, 0.3640),
    "King George": (51.5805, 0.1120),
    "Whipps Cross": (51.5780, 0.0020),
}


@lru_cache(maxsize=1)
def dft() -> tuple[TravelArrays, np.ndarray, np.ndarray]:
    """Travel from hospitals to LSOA centres, the DfT minutes, and the districts of the LSOA."""
    with (TIMES / "jts_lsoa_subset_essex.csv").open(encoding="utf-8", newline="") as f:
        minutes = {r["LSOA_code"]: float(r["HospCart"]) for r in csv.DictReader(f)}
    with (DATA / "small_area" / "essex_lsoa11.csv").open(encoding="utf-8", newline="") as f:
        rows = [r for r in csv.DictReader(f) if r["LSOA11CD"] in minutes]
    more = essex.points([v[0] for v in MORE_HOSPITALS.values()], [v[1] for v in MORE_HOSPITALS.values()])
    at = np.array([v for k, v in sorted(hospitals().items())])
    essex_box = (at[:, 0] > 535_000) & (at[:, 0] < 625_000) & (at[:, 1] > 170_000) & (at[:, 1] < 260_000)
    at = np.concatenate([at[essex_box], more.xy])
    places = essex.places_at(
        np.concatenate([[float(r["pwc_e"]) for r in rows], at[:, 0]]),
        np.concatenate([[float(r["pwc_n"]) for r in rows], at[:, 1]]),
        len(rows),
    )
    theirs = np.array([minutes[r["LSOA11CD"]] for r in rows])
    return essex.car_travel(places), theirs, np.array([r["lad_name"] for r in rows])


def test_dft_minutes_to_hospital_differ_by_a_constant_and_a_little() -> None:
    """DfT times hold what is not driving: none of the 292, to anything, is below 5 minutes.

    Compared: our driving minutes off peak to the nearest hospital, plus one constant for all LSOA (their
    median difference), against the DfT's weekday morning minutes.
    """
    travel, theirs, _ = dft()
    ours = travel.site_min[OFF_PEAK].min(axis=1)
    constant = float(np.median(theirs - ours))
    error = essex.median_abs_relative_error(ours + constant, theirs)
    raw = essex.median_abs_relative_error(ours, theirs)
    r = np.corrcoef(ours, theirs)[0, 1]
    print(f"292 LSOA: constant {constant:.1f} min, error {error:.3f}, without it {raw:.3f}, r {r:.2f}")  # noqa: T201
    assert len(theirs) == 292
    assert 2.0 <= constant <= 8.0
    assert error <= 0.15
    assert r >= 0.75
