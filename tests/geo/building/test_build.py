"""A geography from a recipe: made whole, once; what its folder holds is what a scenario is simulated on."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from experiments.execution import model
from geo.building.build import Made, build
from geo.building.folder import read_map
from geo.building.manifest import read_manifest
from geo.errors import GeoDataError
from geo.matrices import make, mapped
from geo.speeds import SpeedProfile
from geo.travel import network_minutes
from scenarios.building.built_map import built_network
from scenarios.building.speeds import scaled_speeds
from scenarios.building.world import build_world
from scenarios.loading.datasets import tables_folder
from scenarios.loading.load import check_scenario, digest, load_scenario
from sim.draws.replication import draw
from tests.geo.building import town
from tests.sim.compiled.same_log import check_same


def made(recipe: Path, out: Path) -> Made:
    return build(recipe, out, find=tables_folder, version="test")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("town")
    return made(town.write_town(place), place / "map").folder


@pytest.fixture(scope="module")
def speeds() -> SpeedProfile:
    scenario = load_scenario("uncalibrated")
    return scaled_speeds(tables_folder("essex"), scenario.travel)


def test_a_folder_tells_what_it_is_made_from(folder: Path) -> None:
    manifest = read_manifest(folder)
    assert manifest["counts"]["areas"] == 5
    assert manifest["counts"]["population_inside"] == 9900.0
    assert manifest["counts"]["parts"] == 2
    assert manifest["districts"] == ["Eland", "Over", "Wland"]
    assert {source["part"] for source in manifest["sources"]} == {"roads", "areas"}
    assert manifest["sources"][0]["licence"] == "ODbL 1.0"
    assert any("km of road cannot be reached" in note for note in manifest["notes"])
    assert set(manifest["files"]) == {"nodes.parquet", "edges.parquet", "areas.parquet"}


def test_a_second_build_reads_nothing_again_and_another_source_does(tmp_path: Path) -> None:
    recipe = town.write_town(tmp_path)
    first = made(recipe, tmp_path / "map")
    assert first.anew
    assert not made(recipe, tmp_path / "map").anew
    (tmp_path / "areas.csv").write_text(town.AREAS.replace("5000", "5001"), encoding="utf-8")
    again = made(recipe, tmp_path / "map")
    assert again.anew
    assert again.manifest["digest"] != first.manifest["digest"]


def test_the_same_sources_make_the_same_bytes(tmp_path: Path) -> None:
    recipe = town.write_town(tmp_path)
    for name in ("one", "two"):
        made(recipe, tmp_path / name)
    for file in ("nodes.parquet", "edges.parquet", "areas.parquet", "manifest.json"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    recipe = town.write_town(tmp_path)
    other = tmp_path / "holiday"
    other.mkdir()
    (other / "photo.jpg").write_bytes(b"x")
    with pytest.raises(GeoDataError, match="is not empty and is no geography"):
        made(recipe, other)
    assert [path.name for path in other.iterdir()] == ["photo.jpg"]


def test_a_faulty_source_leaves_nothing_half_written(tmp_path: Path) -> None:
    recipe = town.write_town(tmp_path)
    (tmp_path / "areas.csv").write_text(town.AREAS.replace("5000", "-1"), encoding="utf-8")
    before = sorted(path.name for path in tmp_path.iterdir())
    with pytest.raises(GeoDataError, match="give a number"):
        made(recipe, tmp_path / "map")
    assert sorted(path.name for path in tmp_path.iterdir()) == before


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('kind = "osm"', 'kind = "gps"', "roads.kind is 'gps'"),
        ('code = "code"', 'kode = "code"', r"areas.kode: is not known"),
        ('files = ["town.osm"]', 'files = ["gone.osm"]', "gone.osm.*cannot be read"),
        ("[areas]\n", "[area]\n", "areas: is missing"),
        ('files = ["town.osm"]', "files = [", "is no TOML"),
        ('files = ["town.osm"]', 'files = ["town.osm", "more.osm"]', "more.osm"),
    ],
)
def test_faults_of_recipes(tmp_path: Path, old: str, new: str, told: str) -> None:
    recipe = town.write_town(tmp_path)
    recipe.write_text(recipe.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(GeoDataError, match=f"(?s){told}"):
        made(recipe, tmp_path / "map")


def test_matrices_are_the_same_made_at_once_and_in_parts(
    folder: Path, speeds: SpeedProfile, tmp_path: Path
) -> None:
    none = np.zeros(0)
    network = built_network(read_map(folder), none, none, none, [])
    whole = network_minutes(network, speeds).to_cell_min
    found = make(tmp_path / "m" / "to_cell_min.npy", network, speeds)
    assert np.array_equal(found, whole)
    assert mapped(tmp_path / "m" / "to_cell_min.npy", (9, 9, 9)) is None
    (tmp_path / "m" / "to_cell_min.npy").write_bytes(b"torn")
    assert mapped(tmp_path / "m" / "to_cell_min.npy", found.shape) is None


SCENARIO = """\
extends = "uncalibrated"
title = "On a map of its own"
[geography]
folder = "map"
[calendar]
days = 20
[remove]
incident_types = ["over_border"]
"""


def scenario_on(folder: Path, tmp_path: Path, more: str = "") -> Path:
    """The embedded service's appliances at stations of the town: far more than it needs, but its own roads."""
    shutil.copytree(folder, tmp_path / "map")
    scenario = load_scenario("uncalibrated")
    own = [code for code, each in scenario.stations.items() if each.service == "own"]
    at = {code: (town.LAT + 0.001 * (i % 15), town.LON - 0.001 * (i % 11)) for i, code in enumerate(own)}
    stations = "".join(
        f'[stations.{code}]\nlat = {lat}\nlon = {lon}\ndistrict = "Wland"\n'
        for code, (lat, lon) in at.items()
    )
    neighbours = [code for code, each in scenario.stations.items() if each.service != "own"]
    gone = f"stations = {json.dumps(neighbours)}\n"
    file = tmp_path / "town.toml"
    file.write_text(SCENARIO + gone + stations + more, encoding="utf-8")
    return file


def test_a_scenario_is_simulated_on_it_by_both_engines(folder: Path, tmp_path: Path) -> None:
    file = scenario_on(folder, tmp_path)
    assert check_scenario(file) == []
    scenario = load_scenario(file)
    world = build_world(scenario, cache_dir=tmp_path / "cache")
    assert len(world.cells.population) == 5
    log = check_same(world, draw(world, 1, 0))
    assert len(log.incidents["key"]) > 300
    waited = log.incidents["first_pump_min"] - log.incidents["time_min"]
    assert 4.0 < np.nanmean(waited) < 15.0
    again = build_world(scenario, cache_dir=tmp_path / "cache")
    assert isinstance(again.travel.to_cell_min.base, np.memmap)
    for name in ("site_min", "to_cell_min", "leave_min", "site_km"):
        assert np.array_equal(getattr(again.travel, name), getattr(world.travel, name))


def test_a_run_says_whose_data_its_map_is_made_from(folder: Path, tmp_path: Path) -> None:
    scenario = load_scenario(scenario_on(folder, tmp_path))
    assert model.map_attribution(scenario) == "Map: © OpenStreetMap contributors, ODbL 1.0."
    assert model.map_attribution(load_scenario("uncalibrated")) == ""


def test_the_map_is_part_of_what_a_scenario_is(folder: Path, tmp_path: Path) -> None:
    scenario = load_scenario(scenario_on(folder, tmp_path))
    manifest = tmp_path / "map" / "manifest.json"
    before = digest(scenario)
    manifest.write_text(
        manifest.read_text(encoding="utf-8").replace('"digest": "', '"digest": "0'), encoding="utf-8"
    )
    assert digest(scenario) != before


def test_checks_know_the_map(folder: Path, tmp_path: Path) -> None:
    file = scenario_on(
        folder, tmp_path, '[stations.X1]\nname = "X"\nlat = 51.8\nlon = 0.6\ndistrict = "Nowhere"\n'
    )
    told = "\n".join(str(fault) for fault in check_scenario(file))
    assert "Nowhere" in told
    assert "not on the ground of the map" in told


def test_a_map_that_is_gone_is_told(folder: Path, tmp_path: Path) -> None:
    file = scenario_on(folder, tmp_path)
    shutil.rmtree(tmp_path / "map")
    told = "\n".join(str(fault) for fault in check_scenario(file))
    assert "geography.folder" in told
    assert "`turnout geo build" in " ".join(told.split())
