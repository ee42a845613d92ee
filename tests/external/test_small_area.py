"""The embedded cells against census areas: people near each station, district, urban class.

Three independent pictures of the census: output areas of 2011 with households of 2021 (the finest; people =
households times the district's people per household), LSOA of 2011 at population-weighted centroids (people
of 2020), LSOA of 2021 at representative points (not weighted by population, so poor in the countryside).

    python -m tests.external.test_small_area      prints the tables of docs/geography_cells.md
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from geo.cells import Cells, grid_cells
from geo.grid import to_grid
from geo.settlements import read_district_totals, read_outline, read_settlements

ROOT = Path(__file__).resolve().parents[2]
TABLES = ROOT / "scenarios" / "data" / "essex"
SHARED = ROOT.parent / "shared"
AREAS = SHARED / "data" / "small_area"
BOUNDARIES = SHARED / "data" / "boundaries" / "essex_lads_2016.geojson"
STATIONS = SHARED / "facts" / "stations.csv"

pytestmark = pytest.mark.skipif(not AREAS.is_dir(), reason=f"census areas are not at {AREAS}")

SOURCES = ("oa11", "lsoa11", "lsoa21")
RADII_M = (2_000, 4_000, 8_000)
MEDIAN_ERROR_AT_MOST = {2_000: 0.15, 4_000: 0.08, 8_000: 0.05}


class People(NamedTuple):
    easting_m: NDArray[np.float64]
    northing_m: NDArray[np.float64]
    population: NDArray[np.float64]


class Fit(NamedTuple):
    correlation: float
    median_error: float
    ninth_decile_error: float
    stations: int


@lru_cache(maxsize=1)
def cells() -> Cells:
    return grid_cells(
        read_settlements(TABLES / "settlements.csv"),
        read_district_totals(TABLES / "districts.csv"),
        read_outline(TABLES / "outline.csv"),
    )


def embedded() -> People:
    c = cells()
    return People(c.easting_m[c.inside], c.northing_m[c.inside], c.population[c.inside])


@lru_cache(maxsize=3)
def census(source: str) -> People:
    areas = pd.read_csv(AREAS / f"essex_{source}.csv")
    if source == "lsoa21":
        return People(*(areas[c].to_numpy(float) for c in ("pt_e", "pt_n", "population_2021")))
    if source == "lsoa11":
        return People(*(areas[c].to_numpy(float) for c in ("pwc_e", "pwc_n", "pop_2020")))
    # 141 of 5,666 areas have no households of 2021: they get the median
    households = areas["households_2021"].fillna(areas["households_2021"].median())
    newer = pd.read_csv(AREAS / "essex_lsoa21.csv")
    people = newer.groupby("lad_code")["population_2021"].sum()
    each = areas["LAD11CD"].map(people / households.groupby(areas["LAD11CD"]).sum())
    return People(*to_grid(areas["pt_lat"], areas["pt_lon"]), (households * each).to_numpy(float))


def near_stations(people: People, radius_m: float) -> NDArray[np.float64]:
    stations = pd.read_csv(STATIONS)
    near = [
        people.population[np.hypot(people.easting_m - e, people.northing_m - n) <= radius_m].sum()
        for e, n in zip(stations["easting"], stations["northing"], strict=True)
    ]
    return np.array(near)


def fit(one: People, truth: People, radius_m: float) -> Fit:
    a, b = near_stations(one, radius_m), near_stations(truth, radius_m)
    known = b > 0  # a relative error needs someone there by the census's points
    error = np.abs(a[known] / b[known] - 1)
    return Fit(
        float(np.corrcoef(a, b)[0, 1]),
        float(np.median(error)),
        float(np.quantile(error, 0.9)),
        int(known.sum()),
    )


def right_district() -> tuple[float, float]:
    """Share of inside cells, and of their people, that lie in the district they are given."""
    import geopandas as gpd

    c = cells()
    frame = gpd.GeoDataFrame(
        {"given": np.array(c.district_names)[c.district], "people": c.population},
        geometry=gpd.points_from_xy(c.easting_m, c.northing_m),
        crs=27700,
    )[c.inside]
    lads = gpd.read_file(BOUNDARIES).to_crs(27700)[["LAD13NM", "geometry"]]
    joined = gpd.sjoin(frame, lads, predicate="within", how="left")
    joined = joined[~joined.index.duplicated()]
    right = joined["given"] == joined["LAD13NM"]
    return float(right.mean()), float(joined["people"][right].sum() / joined["people"].sum())


def urban_shares() -> tuple[float, float, float]:
    """Share of people who are urban: embedded, census (2011 rule); and people on whom the two agree."""
    c = cells()
    home = c.inside
    areas = pd.read_csv(AREAS / "essex_lsoa11.csv")
    people, urban = areas["pop_2020"].to_numpy(float), (areas["ruc_ukruc-2"] == 0).to_numpy()
    tree = cKDTree(np.column_stack([c.easting_m[home], c.northing_m[home]]))
    near = np.asarray(tree.query(areas[["pwc_e", "pwc_n"]].to_numpy(float))[1])
    agree = c.urban[home][near] == urban
    ours = c.population[home & c.urban].sum() / c.population[home].sum()
    return float(ours), float(people[urban].sum() / people.sum()), float(people[agree].sum() / people.sum())


@pytest.mark.parametrize("radius_m", RADII_M)
@pytest.mark.parametrize("source", SOURCES)
def test_people_near_stations_are_those_of_the_census(source: str, radius_m: int) -> None:
    found = fit(embedded(), census(source), radius_m)
    assert found.correlation > 0.97
    assert found.median_error <= MEDIAN_ERROR_AT_MOST[radius_m]


def test_most_people_are_in_their_own_district() -> None:
    by_cell, by_people = right_district()
    assert by_cell >= 0.90
    assert by_people >= 0.98


def test_as_many_people_are_urban_as_in_the_census() -> None:
    ours, theirs, agree = urban_shares()
    assert ours == pytest.approx(theirs, abs=0.03)
    assert agree >= 0.94


def test_census_areas_make_cells() -> None:
    from geo.building.areas import AreaFile, read_areas

    file = AREAS / "essex_lsoa21.geojson"
    areas = read_areas(
        AreaFile(file, "population_2021", code="LSOA21CD", name="lad_name", district="lad_name")
    )
    assert len(areas.cells) == 1_111
    assert areas.cells.population.sum() == 1_860_271.0
    assert len(areas.cells.district_names) == 14


def test_people_of_an_area_are_spread_as_over_a_square_of_its_land() -> None:
    """What ``Areas.size_m`` assumes: of addresses (unit postcodes) about their middle, against side over root 12."""
    import geopandas

    codes = pd.read_csv(
        SHARED / "data" / "postcodes" / "essex_postcodes.csv", usecols=["easting", "northing"]
    )
    at = geopandas.points_from_xy(codes.easting, codes.northing, crs=27700)
    areas = geopandas.read_file(AREAS / "essex_lsoa21.geojson").to_crs(27700)[
        ["LSOA21CD", "geometry", "area_km2"]
    ]
    within = geopandas.sjoin(geopandas.GeoDataFrame(codes, geometry=at), areas, predicate="within").groupby(
        "LSOA21CD"
    )
    spread = np.sqrt((within.easting.var() + within.northing.var()) / 2.0)
    ratio = (spread / (np.sqrt(within.area_km2.first()) * 1000.0 / np.sqrt(12.0)))[within.size() >= 8]
    assert len(ratio) > 1_000
    assert ratio.median() == pytest.approx(1.0, abs=0.05)
    assert ratio[within.area_km2.first() > 5.0].median() == pytest.approx(1.0, abs=0.1)


def table() -> str:
    lines = [
        "| census picture | radius km | correlation | median error | 90th centile | stations |",
        "|---|---|---|---|---|---|",
    ]
    pictures = [(s, embedded(), census(s)) for s in SOURCES]
    pictures.append(("lsoa21 points against oa11: noise of the yardstick", census("lsoa21"), census("oa11")))
    for name, one, truth in pictures:
        for r in RADII_M:
            f = fit(one, truth, r)
            lines.append(
                f"| {name} | {r // 1000} | {f.correlation:.4f} | {f.median_error:.1%} |"
                f" {f.ninth_decile_error:.1%} | {f.stations} |"
            )
    cell_share, people_share = right_district()
    ours, theirs, agree = urban_shares()
    lines += [
        "",
        f"right district: {cell_share:.1%} of cells, {people_share:.1%} of people",
        f"urban: {ours:.1%} of people embedded, {theirs:.1%} census; agree on {agree:.1%}",
        f"cells: {cells().inside.sum()} inside, {(~cells().inside).sum()} outside",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    print(table())  # noqa: T201
