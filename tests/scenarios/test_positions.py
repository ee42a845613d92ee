"""Positions are checked against the map, wherever a file states one."""

from __future__ import annotations

from pathlib import Path

import pytest

from scenarios.loading.load import check_scenario, list_library

WRONG = {
    "swapped": (0.58, 51.73, "swapped"),
    "mirrored": (51.57, -0.45, "mirrored"),
    "at sea": (51.60, 1.60, "give the WGS84 degrees"),
    "another county": (53.50, -1.20, "give the WGS84 degrees"),
    "nowhere": (0.0, 0.0, "give the WGS84 degrees"),
}
PLACES = {
    "stations.E45": "",
    "scripted_incidents.one": 'type = "dwelling_fire"\npumps = 1\nat = 2020-04-02T12:00:00\n',
    "police.bases.basildon": "",
    "police.places.wickford": "",
    "police.centres.southend-on-sea": "",
    "police.facilities.custody-basildon": "",
}


@pytest.mark.parametrize("where", list(PLACES))
@pytest.mark.parametrize("how", list(WRONG))
def test_a_wrong_position_is_told_where_it_stands(tmp_path: Path, where: str, how: str) -> None:
    lat, lon, told = WRONG[how]
    base = "police-baseline" if where.startswith("police") else "baseline"
    file = tmp_path / "own.toml"
    file.write_text(
        f'extends = "{base}"\n[{where}]\nlat = {lat}\nlon = {lon}\n{PLACES[where]}', encoding="utf-8"
    )
    (fault,) = check_scenario(str(file))
    assert fault.where == f"{where}.lat"
    assert told in fault.remedy or how == "mirrored"  # beyond the ground a mirrored place may be another's
    assert "own.toml" in fault.file


def test_every_embedded_position_is_right() -> None:
    assert {
        entry.name: check_scenario(entry.name) for entry in list_library() if check_scenario(entry.name)
    } == {}
