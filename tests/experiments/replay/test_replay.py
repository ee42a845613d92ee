"""Replaying: a run's own incidents give its own log; what is wrong with records by so much is found to be so much."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments.errors import UserError
from experiments.execution import model
from experiments.export.study import Settings as ExportSettings
from experiments.export.study import export
from experiments.new_service.write import write_service
from experiments.replay.settings import Settings
from experiments.replay.study import replay
from experiments.replay.text import write_replay
from experiments.run.settings import Settings as RunSettings
from experiments.run.study import run_loaded
from experiments.run.trace import read_replication

MAPPING = """\
[records]
identifier = "incident"
[time]
timestamp = "called"
[[kinds]]
type = "house_fire"
when = { type = "house_fire" }
[[kinds]]
type = "outdoor_fire"
when = { type = "outdoor_fire" }
[[kinds]]
type = "alarm"
when = { type = "alarm" }
[[kinds]]
type = "other_help"
when = { type = "other_*" }
[[kinds]]
leave_out = "not replayed here"
when = { type = "collision" }
[[place]]
easting = "easting_m"
northing = "northing_m"
[attendance]
pumps = "pumps_sent"
first_arrival_s = "first_s"
second_arrival_s = "second_s"
[fit]
others = "keep"
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("replay")
    scenario = model.load(str(write_service("northshire", folder / "service")))
    calendar = scenario.calendar.model_copy(update={"days": 200})
    run_loaded(
        scenario.model_copy(update={"calendar": calendar}), RunSettings(out=folder / "run", replications=2)
    )
    return folder


def records(place: Path, tmp_path: Path, *, late_s: float = 0.0, where: str = "") -> Path:
    """The run's incidents as a service would have recorded them; those of a ground so many seconds late."""
    export(ExportSettings(place / "run", csv=place / "csv"))
    table = pd.read_csv(place / "csv" / "incidents.csv")
    table["called"] = table["call_answered_local"]
    late = late_s * (table["station_ground"] == where if where else 1.0)
    table["first_s"] = np.round(60.0 * table["first_pump_response_min"] + late)
    table["second_s"] = np.round(60.0 * table["second_pump_response_min"] + late)
    file = tmp_path / "records.csv"
    table.to_csv(file, index=False)
    (tmp_path / "mapping.toml").write_text(MAPPING, encoding="utf-8")
    return file


@pytest.mark.parametrize("replication", [0, 1])
def test_a_runs_own_incidents_give_its_own_log(place: Path, replication: int) -> None:
    found, source = replay(Settings(place / "run", replication=replication, replications=replication + 1))
    _, log = read_replication(place / "run", replication)
    assert found.log_sha256[replication] == log.sha256()
    assert found.incidents == len(log.incidents["key"])
    assert np.allclose(
        source.happened.first_s,
        60.0 * (log.incidents["first_pump_min"] - log.incidents["time_min"]),
        equal_nan=True,
    )


def test_chance_alone_is_no_bias(place: Path) -> None:
    found, _ = replay(Settings(place / "run", replications=12, seed=99))
    whole = found.differences[0]
    assert whole.low < 0.0 < whole.high
    assert whole.spread_s > 0.0
    assert whole.chance_s > 0.0


def test_records_that_are_late_are_found_to_be_late(place: Path, tmp_path: Path) -> None:
    scenario = str(place / "service" / "northshire.toml")
    settings = Settings(records(place, tmp_path), tmp_path / "mapping.toml", scenario, replications=6, seed=5)
    plain, _ = replay(settings)
    records(place, tmp_path, late_s=90.0)
    late, _ = replay(settings)
    assert late.differences[0].bias_s == pytest.approx(plain.differences[0].bias_s - 90.0, abs=0.6)
    records(place, tmp_path, late_s=240.0, where="Oldtown")
    some, _ = replay(settings)
    bias = {each.name: each.bias_s for each in some.differences if each.group == "station ground"}
    before = {each.name: each.bias_s for each in plain.differences if each.group == "station ground"}
    assert bias["Oldtown"] == pytest.approx(before["Oldtown"] - 240.0, abs=0.6)
    assert all(bias[name] == pytest.approx(before[name], abs=0.6) for name in bias if name != "Oldtown")


def test_records_keep_their_place_type_and_minute(place: Path, tmp_path: Path) -> None:
    scenario = str(place / "service" / "northshire.toml")
    file = records(place, tmp_path)
    found, source = replay(Settings(file, tmp_path / "mapping.toml", scenario, replications=1))
    table = pd.read_csv(file)
    left = int((table["type"] == "collision").sum())
    assert found.left_out == {"kind: left out, not replayed here": left}
    assert found.incidents == len(table) - left
    _, log = read_replication(place / "run", 0)
    row = source.happened.row - 2  # the first below the header is 2
    assert np.array_equal(source.happened.recorded.cell, log.incidents["cell"][row])
    first = log.incidents["time_min"][row][0] - source.happened.recorded.time_min[0]
    shift = log.incidents["time_min"][row] - source.happened.recorded.time_min
    assert np.allclose(shift, first, atol=0.01)  # the calendar begins with the first record
    write_replay(found, source, tmp_path / "out")
    assert (
        len(pd.read_csv(tmp_path / "out" / "incidents.csv")) == found.first.row.size + found.second.row.size
    )
    assert "in replication 0" in (tmp_path / "out" / "biggest_differences.txt").read_text(encoding="utf-8")


def test_faults(place: Path, tmp_path: Path) -> None:
    file = records(place, tmp_path)
    scenario = str(place / "service" / "northshire.toml")
    with pytest.raises(UserError, match="--mapping"):
        replay(Settings(file))
    mapping = tmp_path / "mapping.toml"
    mapping.write_text(MAPPING.replace('first_arrival_s = "first_s"\n', ""), encoding="utf-8")
    with pytest.raises(UserError, match="first_arrival_s"):
        replay(Settings(file, mapping, scenario, replications=1))
    mapping.write_text(MAPPING.replace('"easting_m"', '"nowhere"'), encoding="utf-8")
    with pytest.raises(UserError, match="nowhere"):
        replay(Settings(file, mapping, scenario))
    mapping.write_text(MAPPING.replace("house_fire", "castle_fire"), encoding="utf-8")
    with pytest.raises(UserError, match="castle_fire"):
        replay(Settings(file, mapping, scenario))
