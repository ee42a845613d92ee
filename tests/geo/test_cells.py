"""Cells: hand-made places with known answers, the embedded tables' promises, and files with faults."""

from __future__ import annotations

import csv
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from geo.cells import Cells, grid_cells
from geo.errors import GeoDataError
from geo.settlements import (
    DistrictTotals,
    Outline,
    Settlements,
    read_district_totals,
    read_outline,
    read_settlements,
)

ESSEX = Path(__file__).resolve().parents[2] / "scenarios" / "data" / "essex"
Place = tuple[str, float, float, float, str, float, bool, bool]


def settle(*places: Place) -> Settlements:
    name, e, n, people, district, radius, urban, inside = zip(*places, strict=True)
    return Settlements(
        name,
        np.array(e, dtype=float),
        np.array(n, dtype=float),
        np.array(people, dtype=float),
        district,
        np.array(radius, dtype=float),
        np.array(urban, dtype=bool),
        np.array(inside, dtype=bool),
    )


def oblong(west: float, south: float, east: float, north: float) -> Outline:
    return Outline((np.array([[west, south], [east, south], [east, north], [west, north]], dtype=float),))


TWO = settle(
    ("West", 505_500, 205_500, 9_000, "A", 1_500, True, True),
    ("East", 514_500, 205_500, 4_000, "B", 800, False, True),
    ("Over", 523_000, 205_500, 7_000, "C", 1_000, True, False),
)
TOTALS = DistrictTotals(("A", "B"), np.array([10_000.0, 5_000.0]))
LAND = oblong(500_000, 200_000, 520_000, 211_000)


@pytest.fixture(scope="module")
def essex() -> Cells:
    return grid_cells(
        read_settlements(ESSEX / "settlements.csv"),
        read_district_totals(ESSEX / "districts.csv"),
        read_outline(ESSEX / "outline.csv"),
    )


def test_districts_have_their_totals() -> None:
    cells = grid_cells(TWO, TOTALS, LAND)
    for k, total in enumerate(TOTALS.population):
        assert cells.population[(cells.district == k) & cells.inside].sum() == pytest.approx(total)


def test_all_land_becomes_cells_once() -> None:
    cells = grid_cells(TWO, TOTALS, LAND)
    assert cells.area_km2[cells.inside].sum() == pytest.approx(20 * 11)


def test_what_the_places_leave_lives_evenly_in_the_countryside() -> None:
    places = settle(("Town", 505_500, 205_500, 6_000, "A", 400, True, True))
    cells = grid_cells(places, DistrictTotals(("A",), np.array([9_300.0])), LAND)
    open_country = cells.built_up_share == 0
    built_km2 = np.pi * 0.4**2
    assert len(np.unique(cells.population[open_country].round(6))) == 1
    assert cells.population[open_country][0] == pytest.approx(3_300 / (220 - built_km2), rel=0.01)


def test_places_are_scaled_when_they_leave_too_few_or_too_many_for_the_countryside() -> None:
    places = settle(("Town", 505_500, 205_500, 6_000, "A", 400, True, True))
    for total, per_km2 in ((6_000.0, 12.0), (60_000.0, 70.0)):
        cells = grid_cells(places, DistrictTotals(("A",), np.array([total])), LAND)
        assert cells.population[cells.built_up_share == 0][0] == pytest.approx(per_km2, rel=0.01)
        assert cells.population.sum() == pytest.approx(total)


def test_a_disc_spreads_over_its_squares_by_area() -> None:
    # a disc of 1.5 km round the middle of a square covers that square whole
    cells = grid_cells(TWO, DistrictTotals(("A", "B"), np.array([9_000 + 12.0, 5_000.0])), LAND)
    middle = np.hypot(cells.easting_m - 505_500, cells.northing_m - 205_500) < 300
    assert middle.sum() == 1
    assert cells.built_up_share[middle][0] == pytest.approx(1.0, abs=0.03)
    listed = cells.population[(cells.district == 0) & (cells.built_up_share > 0.01)].sum()
    assert cells.population[middle][0] / listed == pytest.approx(1 / (np.pi * 1.5**2), rel=0.05)


def test_a_seaside_town_lives_on_its_land() -> None:
    shore = settle(("Pier", 505_500, 200_000, 8_000, "A", 1_000, True, True))
    cells = grid_cells(shore, DistrictTotals(("A",), np.array([11_000.0])), LAND)
    assert cells.northing_m.min() > 200_000
    assert cells.population.sum() == pytest.approx(11_000)


def test_an_outside_place_adds_no_one_inside() -> None:
    near = settle(
        ("West", 505_500, 205_500, 9_000, "A", 1_500, True, True),
        ("Over", 520_300, 205_500, 7_000, "C", 1_000, True, False),
    )
    cells = grid_cells(near, DistrictTotals(("A",), np.array([10_000.0])), LAND)
    assert cells.population[cells.inside].sum() == pytest.approx(10_000)
    assert cells.easting_m[~cells.inside].min() >= 520_000
    assert cells.population[~cells.inside].sum() == pytest.approx(7_000)


def test_the_fringe_keeps_to_its_reach_and_its_number() -> None:
    everyone = grid_cells(TWO, TOTALS, LAND)
    assert (~everyone.inside).sum() > 3
    assert grid_cells(TWO, TOTALS, LAND, fringe_m=1_000.0).inside.all()
    few = grid_cells(TWO, TOTALS, LAND, fringe_cells_max=2)
    assert (~few.inside).sum() == 2
    assert few.easting_m[~few.inside].max() <= np.sort(everyone.easting_m[~everyone.inside])[2] + 1_000


def test_nearest_place_gives_district_settlement_and_class() -> None:
    cells = grid_cells(TWO, TOTALS, LAND)
    for easting, place in ((505_500, "West"), (514_500, "East")):
        c = int(np.argmin(np.hypot(cells.easting_m - easting, cells.northing_m - 205_500)))
        assert cells.settlement_names[cells.settlement[c]] == place
        assert bool(cells.urban[c]) is (place == "West")
    # the border lies midway between the edges of the discs: (505.5 + 1.5 + 514.5 - 0.8) / 2 = 510.35 km
    row = np.abs(cells.northing_m - 205_500) < 300
    assert cells.easting_m[row & (cells.district == 0)].max() < 510_700
    assert cells.easting_m[row & (cells.district == 1)].min() > 510_000


def test_the_order_of_settlements_does_not_matter() -> None:
    turned = settle(
        *reversed(
            [
                ("West", 505_500, 205_500, 9_000, "A", 1_500, True, True),
                ("East", 514_500, 205_500, 4_000, "B", 800, False, True),
                ("Over", 523_000, 205_500, 7_000, "C", 1_000, True, False),
            ]
        )
    )
    one, other = grid_cells(TWO, TOTALS, LAND), grid_cells(turned, TOTALS, LAND)
    np.testing.assert_allclose(one.population, other.population)
    np.testing.assert_array_equal(one.district, other.district)


def test_same_tables_same_cells() -> None:
    one, other = grid_cells(TWO, TOTALS, LAND), grid_cells(TWO, TOTALS, LAND)
    for field in fields(Cells):
        np.testing.assert_array_equal(getattr(one, field.name), getattr(other, field.name))


def test_district_without_total_or_place_is_named() -> None:
    with pytest.raises(GeoDataError) as caught:
        grid_cells(TWO, DistrictTotals(("A", "D"), np.array([1.0, 1.0])), LAND)
    assert {fault.value for fault in caught.value.faults} == {"B", "D"}


def test_essex_has_the_promised_size_and_totals(essex: Cells) -> None:
    inside = essex.inside
    assert 3_500 <= inside.sum() <= 4_000
    assert (~inside).sum() <= 500
    totals = read_district_totals(ESSEX / "districts.csv")
    sums = np.bincount(essex.district[inside], weights=essex.population[inside])
    np.testing.assert_allclose(sums, totals.population)
    assert inside[: inside.sum()].all()
    assert (essex.population >= 0).all()
    assert ((essex.built_up_share >= 0) & (essex.built_up_share <= 1)).all()
    assert ((essex.area_km2 > 0) & (essex.area_km2 <= 1)).all()


def test_essex_names_its_towns_and_its_sources() -> None:
    with (ESSEX / "settlements.csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    names = {r["name"] for r in rows}
    assert {"Basildon", "Chelmsford", "Colchester", "Harlow", "Southend-on-Sea", "Grays"} <= names
    assert all(r["source"] and r["confidence"] for r in rows)
    assert all(("GeoNames" in r["source"]) == bool(r["geonames_id"]) for r in rows)


def test_essex_places_nearly_add_up_to_their_districts() -> None:
    # a slip of the pen (a nought too many, a part counted twice) would show here
    places, totals = (
        read_settlements(ESSEX / "settlements.csv"),
        read_district_totals(ESSEX / "districts.csv"),
    )
    for name, total in zip(totals.name, totals.population, strict=True):
        listed = sum(
            p
            for p, d, i in zip(places.population, places.district, places.inside, strict=True)
            if i and d == name
        )
        assert 0.85 * total <= listed <= 1.04 * total, name


def test_settlement_faults_are_told_together(tmp_path: Path) -> None:
    file = tmp_path / "places.csv"
    header = "name,lat,lon,population,district,built_up_radius_m,urban,inside\n"
    good = "Town,51.7,0.5,1000,A,400,true,true\n"
    file.write_text(header + good + "Ville,0.5,51.7,many,A,400,yes,true\n" + good, encoding="utf-8")
    with pytest.raises(GeoDataError) as caught:
        read_settlements(file)
    assert [(f.row, f.field) for f in caught.value.faults] == [
        ("line 3", "lat"),
        ("line 3", "lon"),
        ("line 3", "population"),
        ("line 3", "urban"),
        ("line 4", "name"),
    ]
    assert "places.csv" in str(caught.value)
    assert "'many'" in str(caught.value)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "check the path"),
        (b"name,lat\nx,1\n", "column is missing"),
        (b"name,lat,lon,population,district,built_up_radius_m,urban,inside\n", "no rows"),
        ("name,lat\nÉpping,1\n".encode("latin-1"), "not UTF-8"),
    ],
)
def test_unusable_files_say_why(tmp_path: Path, content: bytes | None, says: str) -> None:
    file = tmp_path / "places.csv"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(GeoDataError, match=says):
        read_settlements(file)


def test_a_ring_of_two_vertices_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "outline.csv"
    file.write_text("ring,lat,lon\nland,51.7,0.5\nland,51.8,0.5\n", encoding="utf-8")
    with pytest.raises(GeoDataError, match="three vertices"):
        read_outline(file)
