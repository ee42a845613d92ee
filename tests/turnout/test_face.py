"""The face for Python: the same figures as the commands, the log in words, faults in one message."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import turnout
from experiments.commands.cli import main
from sim.world.log_schema import TABLES

DAYS = 4


def short(name: str, days: int = DAYS) -> turnout.Scenario:
    scenario = turnout.load(name)
    return scenario.model_copy(update={"calendar": scenario.calendar.model_copy(update={"days": days})})


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> turnout.Run:
    return turnout.run(short("baseline"), replications=2, out=tmp_path_factory.mktemp("face") / "run")


def test_everything_public_is_there_and_documented() -> None:
    for name in turnout.__all__:
        assert getattr(turnout, name).__doc__, name
    assert dir(turnout) == turnout.__all__ == sorted(turnout.__all__)
    with pytest.raises(AttributeError, match="no attribute 'simulte'"):
        _ = turnout.simulte


def test_a_run_is_that_of_the_command(
    run: turnout.Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    years = str(DAYS / 365)
    with pytest.raises(SystemExit) as end:
        main(["run", "--years", years, "--replications", "2", "--out", "there", "--format", "json"])
    assert end.value.code == 0
    there = turnout.read("there")
    assert there.summary.log_sha256 == run.summary.log_sha256
    pd.testing.assert_frame_equal(there.measures(), run.measures())


def test_a_frame_says_what_the_log_says(run: turnout.Run) -> None:
    log, frame = run.log(1), run.frame("incidents", replication=1)
    assert len(frame) == len(log.incidents["key"])
    assert frame.incident.is_unique
    assert (frame.type == [run.world.demand.key[kind] for kind in log.incidents["type"]]).all()
    np.testing.assert_array_equal(
        frame.first_pump_response_min, log.incidents["first_pump_min"] - log.incidents["time_min"]
    )
    took = (frame.first_pump_local - frame.call_answered_local).dt.total_seconds() / 60
    np.testing.assert_allclose(took, frame.first_pump_response_min, atol=1e-4)
    assert (frame.first_unit.eq("") == frame.first_pump_response_min.isna()).all()


def test_every_table_has_a_frame_of_its_length(run: turnout.Run) -> None:
    for table in TABLES:
        frame = run.frame(table)
        assert len(frame) == sum(
            len(next(iter(run.log(number).table(table).values()))) for number in range(2)
        )
        assert set(frame.replication.unique()) <= {0, 1}
        for column, dtype in frame.dtypes.items():
            if isinstance(dtype, pd.DatetimeTZDtype):
                assert str(column).endswith("_local")


def test_local_time_has_the_clock_change() -> None:
    october = turnout.load("baseline")
    october = october.model_copy(
        update={
            "calendar": october.calendar.model_copy(
                update={"start": pd.Timestamp("2020-10-24").date(), "days": 3}
            )
        }
    )
    world = turnout.build(october)
    frame = turnout.frame(world, turnout.simulate(world))
    offsets = frame.call_answered_local.map(lambda moment: moment.utcoffset().total_seconds() / 3600)
    assert set(offsets) == {1.0, 0.0}
    slot = (turnout.simulate(world).incidents["time_min"] // 30).astype(int)
    np.testing.assert_array_equal(frame.call_answered_local.dt.hour, world.calendar.hour[slot])


@pytest.mark.parametrize("name", ["police-baseline", "joint"])
def test_police_in_words(name: str) -> None:
    world = turnout.build(short(name, 1))
    log = turnout.simulate(world)
    frame = turnout.frame(world, log)
    attended = frame.police_grade != ""
    assert attended.any()
    assert set(frame.police_grade[attended]) <= set(world.police.grades.key)
    came = frame.police_first_local.notna()
    assert (frame.police_first_unit[came] != "").all()
    assert (frame.police_response_min[came] >= 0).all()
    assert set(turnout.frame(world, log, "responses").crewing) & {"police"}
    calls = turnout.frame(world, log, "calls")
    assert set(calls.line) == {"999", "101"}


def test_measures_are_defined_and_of_one_replication_without_interval(run: turnout.Run) -> None:
    world = turnout.build(run.scenario)
    alone = turnout.measure(world, run.log(0)).set_index("measure")
    table = run.measures().set_index("measure")
    assert (table.definition[[not name.startswith("standard.") for name in table.index]] != "").all()
    assert (table.replications == 2).all()
    other = turnout.measure(world, run.log(1)).set_index("measure")
    both = (alone.value + other.value) / 2
    known = both.dropna().index
    np.testing.assert_allclose(table.value[known], both[known], rtol=1e-12)


def test_what_if_and_compare(tmp_path: Path) -> None:
    base = short("baseline")
    option = turnout.what_if(base, close="Tollesbury", set={"on_call.availability": 0.9}, name="fewer")
    assert option.name == "fewer"
    assert "E45" in base.stations
    assert any("E45: gone" in line for line in turnout.differences(base, option))
    found = turnout.compare(base, option, replications=2, runs=tmp_path)
    table = found.measures()
    assert set(table.option) == {"fewer"}
    row = table.set_index("measure").loc["fire.all.mean_s"]
    assert math.isclose(row.difference, row.value - row.base, abs_tol=1e-9)
    runs = found.runs()
    values = [each.measures().set_index("measure").value["fire.all.mean_s"] for each in runs]
    assert values == pytest.approx([row.base, row.value])
    assert list(found.districts().option.unique()) == ["fewer"]


def test_saved_and_loaded_again(tmp_path: Path) -> None:
    base = turnout.load("baseline")
    option = turnout.what_if(base, close="Tollesbury", name="closed")
    file = turnout.save(option, tmp_path / "closed.toml")
    assert turnout.load(file) == option
    with pytest.raises(turnout.UserError, match="exists already"):
        turnout.save(option, file)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (lambda: turnout.load("nowhere"), "nowhere"),
        (lambda: turnout.what_if(turnout.load("baseline")), "nothing is changed"),
        (lambda: turnout.what_if(turnout.load("baseline"), clos="E45"), "--close"),
        (lambda: turnout.what_if(turnout.load("baseline"), close=["Nowhere", "E45"]), "Nowhere"),
        (lambda: turnout.read("nowhere"), "not the folder of a run"),
        (lambda: turnout.run("baseline", years=0.001), "less than one day"),
        (lambda: turnout.compare("baseline", []), "two scenarios"),
    ],
)
def test_faults_are_told(wrong: object, told: str) -> None:
    assert callable(wrong)
    with pytest.raises(turnout.UserError, match=told):
        wrong()


def test_faults_of_a_run_are_told(run: turnout.Run) -> None:
    with pytest.raises(turnout.UserError, match="it has 0 to 1"):
        run.frame("incidents", replication=2)
    with pytest.raises(turnout.UserError, match="incidents, responses"):
        run.frame("incident")
    with pytest.raises(turnout.UserError, match="no such breakdown"):
        run.breakdown("dstrict")
    assert "First pump" in run.trace("worst")
    with pytest.raises(turnout.UserError, match="no incident"):
        run.trace("dwelling_fire-9999-01")
