"""The command what-if: what it prints, what it keeps, and how it refuses. And which way simple changes go."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from experiments.commands.cli import app
from experiments.errors import UserError
from experiments.presentation.changed_fields import changed_fields
from scenarios.building.world import build_world
from scenarios.changes import apply, parse_all
from scenarios.loading.load import load_scenario
from scenarios.schema.scenario import Scenario
from sim.engine.run import simulate
from sim.log.tables import Log

DAYS = 21


def run(*arguments: str) -> str:
    result = CliRunner().invoke(app, ["what-if", *arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_it_prints_what_is_changed_and_the_comparison(folder: Path) -> None:
    text = run("--remove-pump", "W78P2", "--cover", "people", "--replications", "2", "--years", "0.02")
    assert "appliances.W78P2.removed: False → True" in text
    assert "cover.policy: core_stations → people" in text
    assert "Within 15 min, all" in text


def test_json_is_one_document(folder: Path) -> None:
    text = run("--attend-afa", "50%", "--replications", "2", "--years", "0.02", "--format", "json")
    document = json.loads(text)
    assert len(document["options"]) == 1
    measure = document["options"][0]["measures"][0]
    assert {"name", "base", "option", "difference", "low", "high", "verdict"} <= measure.keys()


def test_save_without_simulating(folder: Path) -> None:
    text = run("--close", "Tollesbury", "--no-simulate", "--save", "closed.toml")
    assert "Saved as closed.toml" in text
    assert "Within 15" not in text
    saved = load_scenario("closed.toml")
    assert saved.name == "closed"
    assert "E45" not in saved.stations
    assert "W68" not in load_scenario(str(_more(folder))).stations


def _more(folder: Path) -> Path:
    run("closed.toml", "--close", "Billericay", "--no-simulate", "--save", "more.toml")
    return folder / "more.toml"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "nothing is changed"),
        (("--close", "Tolesbury"), "the nearest known is Tollesbury"),
        (("--close", "Tolesbury", "--attend-afa", "60"), "2 faults"),
        (("basline", "--close", "Tollesbury"), "baseline"),
        (("--availability", "Ongar=+60pt", "--save", "x.toml"), "more than the station"),
        (
            ("--close", "Tollesbury", "--replications", "3", "--precision", "within_15=1"),
            "exclude each other",
        ),
        (("--close", "Tollesbury", "--save", "no/such.toml", "--no-simulate"), "cannot be written"),
    ],
)
def test_one_clear_message(arguments: tuple[str, ...], told: str, folder: Path) -> None:
    with pytest.raises(UserError, match=told):
        run(*arguments)
    assert list(folder.iterdir()) == []


def test_differences_are_a_dozen_at_most() -> None:
    base = load_scenario("baseline")
    twice = [("demand", "special_service=x2")] * 2
    lines = changed_fields(base, apply(base, parse_all([*twice, ("close", "E10")])))
    assert len(lines) <= 13
    many = [("remove-pump", key) for key in base.appliances if key.startswith("E1") and key.endswith("P1")]
    many.remove(("remove-pump", "E10P1"))
    lines = changed_fields(base, apply(base, parse_all([*many, ("close", "E10"), ("demand", "fire=x2")])))
    assert len(lines) == 13
    assert lines[-1].startswith("… and ")


def test_many_core_stations_are_one_line() -> None:
    base = load_scenario("baseline")
    option = apply(base, parse_all([("core", "Colchester,Clacton"), ("move", "E44=Southminster")]))
    assert changed_fields(base, option) == [
        "core stations: 5 → 2: Colchester (E10), Clacton (E12)",
        "stations.E44.lat: 51.6993 → 51.6623",
        "stations.E44.lon: 0.8805 → 0.82968",
    ]


# -- which way simple changes go ----------------------------------------------------------------------------------


def log_of(*options: tuple[str, str]) -> Log:
    base: Scenario = load_scenario("baseline")
    calendar = base.calendar.model_copy(update={"days": DAYS})
    option = apply(base.model_copy(update={"calendar": calendar}), parse_all(options))
    return simulate(build_world(option), seed=2, replication=0)


def mean_response_min(log: Log) -> float:
    return float(np.nanmean(log.incidents["first_pump_min"] - log.incidents["time_min"]))


@pytest.fixture(scope="module")
def base_log() -> Log:
    return log_of()


@pytest.mark.parametrize(
    "option",
    [
        ("close", "Colchester"),
        ("remove-pump", "E31P1"),
        ("crewing", "Basildon=on_call"),
        ("availability", "on_call=-15pt"),
        ("availability", "wholetime=-10pt"),
        ("demand", "all=x4"),
        ("set", "travel.speed_factor=0.9"),
    ],
    ids=" ".join,
)
def test_taking_away_makes_response_slower(option: tuple[str, str], base_log: Log) -> None:
    assert mean_response_min(log_of(option)) > mean_response_min(base_log)


@pytest.mark.parametrize(
    "option",
    [
        ("crewing", "Witham=wholetime"),
        ("availability", "on_call=+8pt"),
        ("availability", "on_call.weekday_day=+8pt"),
        ("new-station", "Benfleet@South Benfleet:wholetime"),
    ],
    ids=" ".join,
)
def test_giving_makes_response_quicker(option: tuple[str, str], base_log: Log) -> None:
    assert mean_response_min(log_of(option)) < mean_response_min(base_log)


def test_the_same_incidents_meet_base_and_option(base_log: Log) -> None:
    option = log_of(("close", "Colchester"))
    for name in ("time_min", "type", "cell", "plt"):
        assert option.incidents[name].tobytes() == base_log.incidents[name].tobytes()
