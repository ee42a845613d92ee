"""Positions in the map's own tables: swapped, in the sea, or far away; named together with their file."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from geo.errors import GeoDataError
from scenarios.building.world import build_world
from scenarios.loading.datasets import DATA
from scenarios.loading.faults import ScenarioError
from scenarios.loading.load import load_scenario

WRONG = {
    "settlements.csv": [
        ("51.60", "1.60"),
        ("52.90", "0.60"),
        ("50.20", "0.50"),
    ],  # the sea, Norfolk, the Channel
    "road_points.csv": [("54.00", "0.10"), ("50.20", "1.30")],
    "crossings.csv": [("53.50", "0.80")],
    "barriers.csv": [("53.50", "0.80")],
}


@pytest.mark.parametrize(
    ("table", "position"), [(table, at) for table, every in WRONG.items() for at in every]
)
def test_a_position_off_the_map_is_told(tmp_path: Path, table: str, position: tuple[str, str]) -> None:
    shutil.copytree(DATA / "essex", tmp_path / "service")
    path = tmp_path / "service" / table
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    spoilt = next(row for row in rows if row.get("inside", "true") == "true")
    spoilt["lat"], spoilt["lon"] = position
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    scenario = tmp_path / "x.toml"
    text = 'extends = "uncalibrated"\n[geography]\ntables = "service"\ncell_size_m = 5000.0\n'
    scenario.write_text(text, encoding="utf-8")
    with pytest.raises((GeoDataError, ScenarioError)) as caught:
        build_world(load_scenario(scenario))
    assert table in str(caught.value)
    name = spoilt.get("name") or spoilt.get("point") or spoilt.get("crossing") or spoilt.get("barrier")
    assert str(name) in str(caught.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[gauge]\nhours = [24]", "hours"),
        ('[stations.""]\nname = "x"\nlat = 51.8\nlon = 0.5\ndistrict = "Braintree"', "without a name"),
        ("[on_call]\navailability = " + "9" * 5000, "not TOML"),
        ('[incident_types.""]\nper_year = 5', "incident_types"),
    ],
)
def test_odd_content_is_told(tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "x.toml"
    file.write_text(f'extends = "uncalibrated"\n{text}\n', encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        load_scenario(file)
    assert words in str(caught.value)
