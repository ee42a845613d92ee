"""Areas and stations from files, and places put on roads."""

from __future__ import annotations

import warnings
from pathlib import Path

import geopandas
import numpy as np
import pytest
from shapely import LineString, Point, box

from geo.access import Places
from geo.barriers import Barriers
from geo.building.areas import AreaFile, Polygons, read_areas
from geo.building.links import Line, Links, links_of
from geo.building.recipe import Stations
from geo.building.reports import Notes
from geo.building.snapping import join_snapped, snap
from geo.building.stations import read_stations
from geo.building.tables import read_rows
from geo.errors import GeoDataError
from geo.roads import ROAD_CLASSES
from geo.speeds import flat_profile
from geo.travel import network_minutes
from sim.decisions.routes import minutes_between
from tests.geo.building import town

KM_A_MINUTE = flat_profile(dict.fromkeys(ROAD_CLASSES, 60.0))


def areas_csv(tmp_path: Path, text: str = town.AREAS, **more: str) -> AreaFile:
    file = tmp_path / "areas.csv"
    file.write_text(text, encoding="utf-8")
    columns = {
        "code": "code",
        "name": "name",
        "district": "district",
        "urban": "urban",
        "area_km2": "area_km2",
    }
    return AreaFile(file, "population", **{**columns, **more})


def test_areas_of_a_table(tmp_path: Path) -> None:
    areas = read_areas(areas_csv(tmp_path))
    assert areas.code == ("A1", "A2", "A3", "A4", "A5")
    assert areas.cells.population.sum() == 9900.0
    assert areas.cells.district_names == ("Eland", "Over", "Wland")
    assert areas.size_m[0] == pytest.approx(np.sqrt(1.2) * 1000.0)
    assert areas.cells.urban.tolist() == [True, False, False, True, False]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("A2,North", "A1,North", "stands twice"),
        ("5000", "many", "give a number"),
        ("52.6004,-0.7004", "-0.7004,52.6004", "swapped"),
        ("Wland,true,1.2", ",true,1.2", "must not be empty"),
        ("true,1.2", "perhaps,1.2", "write true or false"),
        ("population", "people", "there is no such column"),
        ("5000", "", "give a number"),
    ],
)
def test_faults_of_areas(tmp_path: Path, old: str, new: str, told: str) -> None:
    with pytest.raises(GeoDataError, match=told):
        read_areas(areas_csv(tmp_path, town.AREAS.replace(old, new, 1)))


def test_faults_of_areas_are_told_together(tmp_path: Path) -> None:
    with pytest.raises(GeoDataError) as told:
        read_areas(areas_csv(tmp_path, town.AREAS.replace("5000,Wland,true", "-5,,perhaps")))
    assert [fault.field for fault in told.value.faults] == ["population", "district", "urban"]


def test_areas_in_either_coordinates_are_the_same_and_own_ones_come_first(tmp_path: Path) -> None:
    text = (
        "code,lat,lon,population,district,inside\na,51.73575,0.46958,1500,Out,false\nb,51.8,0.6,900,In,true\n"
    )
    file = tmp_path / "degrees.csv"
    file.write_text(text, encoding="utf-8")
    found = read_areas(AreaFile(file, "population", code="code", district="district", inside="inside")).cells
    assert found.inside.tolist() == [True, False]
    assert found.population.tolist() == [900.0, 1500.0]
    assert [found.district_names[d] for d in found.district.tolist()] == ["In", "Out"]
    at = zip(found.easting_m.tolist(), found.northing_m.tolist(), strict=True)
    grid = tmp_path / "metres.csv"
    grid.write_text(
        "easting,northing,population\n" + "".join(f"{e},{n},1\n" for e, n in at), encoding="utf-8"
    )
    np.testing.assert_allclose(read_areas(AreaFile(grid, "population")).cells.easting_m, found.easting_m)


def test_areas_in_latin_1_and_without_people_are_told(tmp_path: Path) -> None:
    source = areas_csv(tmp_path)
    source.file.write_bytes(town.AREAS.replace("Middle", "Mittélhäm").encode("latin-1"))
    with pytest.raises(GeoDataError, match="line 2: is not UTF-8"):
        read_areas(source)
    rows = [line.split(",") for line in town.AREAS.splitlines()]
    empty = "\n".join(
        ",".join(cell if i != 4 or row is rows[0] else "0" for i, cell in enumerate(row)) for row in rows
    )
    with pytest.raises(GeoDataError, match="nobody lives"):
        read_areas(areas_csv(tmp_path, empty + "\n"))


def polygons(tmp_path: Path) -> Path:
    file = tmp_path / "areas.gpkg"
    shapes = [box(480000, 300000, 482000, 301000), box(482000, 300000, 482500, 301000)]
    geopandas.GeoDataFrame({"id": ["P", "Q"], "people": [400, 900]}, geometry=shapes, crs=27700).to_file(file)
    return file


def test_polygons_have_their_land_and_are_joined_to_what_holds_them(tmp_path: Path) -> None:
    districts = tmp_path / "districts.geojson"
    shapes = [box(479000, 299000, 481900, 302000), box(481900, 299000, 485000, 302000)]
    geopandas.GeoDataFrame({"n": ["West", "East"]}, geometry=shapes, crs=27700).to_crs(4326).to_file(
        districts
    )
    areas = read_areas(AreaFile(polygons(tmp_path), "people", code="id", districts=Polygons(districts, "n")))
    assert areas.cells.area_km2.tolist() == pytest.approx([2.0, 0.5])
    names = [areas.cells.district_names[i] for i in areas.cells.district.tolist()]
    assert names == ["West", "East"]
    assert areas.cells.urban.tolist() == [False, True]  # by density, as nothing tells
    assert areas.urban_at(np.array([480100.0, 482400.0]), np.array([300100.0, 300500.0])).tolist() == [
        False,
        True,
    ]


def test_polygons_without_a_coordinate_system_are_told(tmp_path: Path) -> None:
    file = tmp_path / "areas.gpkg"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        geopandas.GeoDataFrame({"people": [1]}, geometry=[box(0, 0, 1, 1)]).to_file(file)
    with pytest.raises(GeoDataError, match="has no coordinate system"):
        read_areas(AreaFile(file, "people"))


def test_a_wrong_coordinate_system_is_told(tmp_path: Path) -> None:
    file = tmp_path / "areas.geojson"
    frame = geopandas.GeoDataFrame({"people": [1]}, geometry=[box(480000, 300000, 481000, 301000)], crs=4326)
    frame.to_file(file)
    with pytest.raises(GeoDataError, match=r"do not lie in Great Britain|National Grid"):
        read_areas(AreaFile(file, "people"))


STATIONS = Stations(file="stations.csv", code="code", service_column="brigade", service="Town", within_km=5.0)
TABLE = """\
code,name,brigade,easting,northing
S1,Middle,Town,488100,301400
S2,East,Town,491000,301400
N1,Near,Other,494000,301400
N2,Far,Other,588000,301400
S3,Lost,Town,,
"""


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_stations_of_a_service_and_its_neighbours(tmp_path: Path, kind: str) -> None:
    file = tmp_path / f"stations.{kind}"
    if kind == "csv":
        file.write_text(TABLE)
    else:
        openpyxl = pytest.importorskip("openpyxl")
        book = openpyxl.Workbook()
        book.active.append(["Published 2024"])
        for line in TABLE.splitlines():
            book.active.append([int(cell) if cell.isdigit() else cell or None for cell in line.split(",")])
        book.save(file)
    notes = Notes()
    found = read_stations(STATIONS, read_rows(file, header="name"), np.array([[490000.0, 301000.0]]), notes)
    assert found.code == ("S1", "S2", "N1")
    assert found.own.tolist() == [True, True, False]
    assert any("Lost" in line for line in notes.lines())
    assert any(line.startswith("1 stations of other services") for line in notes.lines())


def test_a_service_without_stations_is_told(tmp_path: Path) -> None:
    file = tmp_path / "stations.csv"
    file.write_text(TABLE)
    source = STATIONS.model_copy(update={"service": "Nobody"})
    with pytest.raises(GeoDataError, match="has no station; the file has Other, Town"):
        read_stations(source, read_rows(file), np.zeros((1, 2)), Notes())


def road(*, one_way: bool = False) -> Links:
    """A road of 2 km from west to east, and one back 40 m north of it (a dual carriageway, if one-way)."""
    xy = np.array([[480000.0, 300000.0], [482000.0, 300000.0], [482000.0, 300040.0], [480000.0, 300040.0]])
    lines = [Line((0, 1), True, not one_way, "minor", True, float("nan"), "there")]
    lines += [Line((2, 3), True, not one_way, "minor", True, float("nan"), "back")]
    lines += [Line((1, 2), True, not one_way, "minor", False, float("nan"), "turn")]
    lines += [Line((3, 0), True, not one_way, "minor", False, float("nan"), "turn")]
    return links_of(xy, ["a", "b", "c", "d"], lines)


def travel(links: Links, xy: list[tuple[float, float]], barriers: Barriers | None = None):
    at = np.array(xy)
    places = Places(at[:, 0], at[:, 1], len(at), np.zeros(len(at)), np.zeros(len(at)))
    return network_minutes(
        join_snapped(links, places, snap(links, at, barriers or Barriers.none())), KM_A_MINUTE
    )


def test_places_stand_along_a_road_not_at_its_ends() -> None:
    found = travel(road(), [(480500.0, 300000.0), (481500.0, 300000.0)])
    assert minutes_between(found, 0, 0, 1) == pytest.approx(1.0)
    assert minutes_between(found, 0, 1, 0) == pytest.approx(1.0)


def test_a_dual_carriageway_is_entered_on_the_places_own_side() -> None:
    found = travel(road(one_way=True), [(480500.0, 299990.0), (481500.0, 300050.0)])
    there = 0.5 + 1.0 + 0.04 + 0.5  # on to the end, round, and back
    off = 2 * 0.01 * 1.4
    assert minutes_between(found, 0, 0, 1) == pytest.approx(there + off, abs=1e-3)
    assert minutes_between(found, 0, 1, 0) == pytest.approx(there + off, abs=1e-3)
    ahead = travel(road(one_way=True), [(480500.0, 300000.0), (481500.0, 300000.0)])
    assert minutes_between(ahead, 0, 0, 1) == pytest.approx(1.0)
    assert minutes_between(ahead, 0, 1, 0) == pytest.approx(0.5 + 0.04 + 2.0 + 0.04 + 0.5)


def test_a_barrier_is_not_crossed_on_the_way_to_a_road() -> None:
    start, end = np.array([[479000.0, 300025.0]]), np.array([[483000.0, 300025.0]])
    wall = Barriers(("River",), start, end, (), np.zeros((0, 2)), np.zeros(0))
    at = np.array([[481000.0, 300022.0]])
    assert snap(road(), at, Barriers.none()).off_m[0] == pytest.approx(18.0)
    assert snap(road(), at, wall).off_m[0] == pytest.approx(22.0)


def test_a_place_in_a_moat_is_named() -> None:
    square = np.array([[0.0, 0.0], [10.0, 0.0], [10.0, 10.0], [0.0, 10.0], [0.0, 0.0]])
    ring = square + np.array([481000.0, 300010.0])
    moat = Barriers(("Moat",) * 4, ring[:-1], ring[1:], (), np.zeros((0, 2)), np.zeros(0))
    with pytest.raises(GeoDataError, match="castle, position"):
        snap(road(), np.array([[481005.0, 300015.0]]), moat, what=["castle"])


def test_shapes_of_points_are_read(tmp_path: Path) -> None:
    file = tmp_path / "points.gpkg"
    geopandas.GeoDataFrame({"people": [5]}, geometry=[Point(480000, 300000)], crs=27700).to_file(file)
    assert read_areas(AreaFile(file, "people")).cells.easting_m.tolist() == [480000.0]
    lines = tmp_path / "lines.gpkg"
    geopandas.GeoDataFrame({"a": [5]}, geometry=[LineString([(0, 0), (1, 1)])], crs=27700).to_file(lines)
    with pytest.raises(GeoDataError, match="no such column"):
        read_areas(AreaFile(lines, "people"))
