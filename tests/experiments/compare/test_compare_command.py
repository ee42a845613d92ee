"""Functional: ``turnout compare`` as a user meets it, on a few days of the embedded county."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]
DAYS = ("--years", "0.01")
VERDICTS = {"better", "worse", "higher", "lower", "no difference shown", "too few replications to say"}

Turnout = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("compare")


@pytest.fixture(scope="module")
def turnout(place: Path) -> Turnout:
    """Call the command, always in the same folder."""
    env = {**os.environ, "PYTHONPATH": str(ROOT), "TURNOUT_CACHE": str(place / "cache"), "COLUMNS": "80"}

    def call(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "experiments.commands.cli", *arguments]
        return subprocess.run(
            command,
            cwd=place,
            env=env,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            timeout=300,
        )

    return call


@pytest.fixture(scope="module")
def finished(turnout: Turnout) -> dict[str, Any]:
    done = turnout(
        "compare", "baseline", "day-crews-to-on-call", *DAYS, "--replications", "3", "--format", "json"
    )
    assert done.returncode == 0, done.stderr
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def test_the_document_has_the_agreed_form(finished: dict[str, Any]) -> None:
    assert finished["base"] == "baseline"
    (option,) = finished["options"]
    assert option["name"] == "day-crews-to-on-call"
    assert len(option["measures"]) > 60
    for measure in option["measures"]:
        assert measure.keys() >= {"name", "base", "option", "difference", "low", "high", "verdict"}
        assert measure["verdict"] in VERDICTS | {"not defined in both"}
    by_name = {measure["name"]: measure for measure in option["measures"]}
    overall = by_name["fire.availability.overall"]
    assert overall["difference"] == pytest.approx(overall["option"] - overall["base"])
    assert overall["low"] < overall["difference"] < overall["high"] < 0.0
    assert overall["verdict"] == "worse"
    assert len(option["places"]["districts"]) == 14
    assert option["cost"]["lines"][-1]["difference"] < -1e6


def test_every_scenario_is_an_ordinary_run(turnout: Turnout, finished: dict[str, Any], place: Path) -> None:
    shown = turnout("show", finished["base_run"], "--format", "json")
    assert shown.returncode == 0, shown.stderr
    document = json.loads(shown.stdout)
    within = {m["name"]: m["value"] for m in document["measures"]}["fire.all.within_15"]
    first = {m["name"]: m["base"] for m in finished["options"][0]["measures"]}["fire.all.within_15"]
    assert within == pytest.approx(first)
    assert document["log_sha256"] == finished["base_log_sha256"]


def test_nothing_is_simulated_twice(turnout: Turnout, finished: dict[str, Any], place: Path) -> None:
    def stamps() -> dict[Path, int]:
        return {path: path.stat().st_mtime_ns for path in place.glob("runs/*/replications/*/done.json")}

    before = stamps()
    again = turnout(
        "compare", "baseline", "day-crews-to-on-call", *DAYS, "--replications", "3", "--format", "json"
    )
    assert json.loads(again.stdout) == finished
    assert stamps() == before
    more = turnout(
        "compare", "baseline", "day-crews-to-on-call", *DAYS, "--replications", "4", "--format", "json"
    )
    assert json.loads(more.stdout)["replications"] == 4
    assert {path: stamp for path, stamp in stamps().items() if path in before} == before
    assert len(stamps()) == len(before) + 2


def test_the_folder_holds_tables_and_a_map(turnout: Turnout, place: Path) -> None:
    done = turnout(
        "compare",
        "baseline",
        "day-crews-to-on-call",
        *DAYS,
        "--replications",
        "3",
        "--by",
        "cell",
        "--out",
        "written",
    )
    assert done.returncode == 0, done.stderr
    assert "Written to written" in done.stdout
    folder = place / "written"
    with (folder / "cells-day-crews-to-on-call.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    people = sum(float(row["people"]) for row in rows)
    assert people == pytest.approx(1_860_000, rel=0.05)  # Essex, Southend and Thurrock, census of 2021
    features = json.loads((folder / "cells-day-crews-to-on-call.geojson").read_text(encoding="utf-8"))[
        "features"
    ]
    assert len(features) == len(rows)
    ring = features[0]["geometry"]["coordinates"][0]
    lon, lat = float(rows[0]["lon"]), float(rows[0]["lat"])
    assert min(p[0] for p in ring) <= lon <= max(p[0] for p in ring)
    assert min(p[1] for p in ring) <= lat <= max(p[1] for p in ring)
    assert json.loads((folder / "comparison.json").read_text(encoding="utf-8"))["base"] == "baseline"
    assert (folder / "districts.csv").read_text(encoding="utf-8").count("\n") == 15


@pytest.mark.parametrize("by", ["district", "cell"])
def test_tables_fit_80_columns(turnout: Turnout, finished: dict[str, Any], by: str) -> None:
    done = turnout(
        "compare", "baseline", "day-crews-to-on-call", "baseline", *DAYS, "--replications", "3", "--by", by
    )
    assert done.returncode == 0, done.stderr
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert "Traceback" not in done.stderr
    assert "…" not in done.stdout
    assert "adjusted for 2 options" in " ".join(done.stdout.split())
    assert "the same scenario as the base" in done.stdout.lower()


def test_a_scenario_against_itself_says_so_and_differs_nowhere(
    turnout: Turnout, finished: dict[str, Any]
) -> None:
    done = turnout("compare", "baseline", "baseline", *DAYS, "--replications", "3", "--format", "json")
    (option,) = json.loads(done.stdout)["options"]
    assert option["name"] == "baseline (2)"
    assert option["same_as_base"]
    assert {m["difference"] for m in option["measures"]} <= {0.0, None}
    assert {m["verdict"] for m in option["measures"]} <= {"no difference shown", "not defined in both"}


@pytest.mark.long
def test_precision_of_the_difference_decides_the_number(turnout: Turnout, finished: dict[str, Any]) -> None:
    asked = ("compare", "baseline", "day-crews-to-on-call", *DAYS, "--format", "json")
    done = turnout(*asked, "--precision", "availability=0.2")
    document = json.loads(done.stdout)
    overall = {m["name"]: m for m in document["options"][0]["measures"]}["fire.availability.overall"]
    assert overall["high"] - overall["low"] <= 2 * 0.002
    assert document["notes"] == []
    short = turnout(*asked, "--precision", "plt=0.01", "--most", "6")
    assert json.loads(short.stdout)["replications"] == 6
    assert json.loads(short.stdout)["notes"] == [
        "The precision was not reached in 6 replications: raise --most."
    ]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "needs two scenarios or more"),
        (("baseline",), "1 given"),
        (("baseline", "basline"), "basline"),
        (("baseline", "heatwave"), "starts on another day"),
        (
            ("baseline", "day-crews-to-on-call", "day-crews-to-on-call"),
            'two options have one name: "day-crews-to-on-call"',
        ),
        (("baseline", "baseline", "--by", "town"), "by district or by cell"),
        (("baseline", "baseline", "--interest", "s=0"), '"s=0"'),
        (("baseline", "baseline", "--precision", "within_16=1"), "within_16"),
        (("baseline", "baseline", "--precision", "plt=1", "--replications", "3"), "exclude each other"),
        (("baseline", "baseline", "--out", "taken"), "holds no comparison"),
    ],
)
def test_each_mistake_gets_one_message(
    turnout: Turnout, place: Path, arguments: tuple[str, ...], told: str
) -> None:
    (place / "taken").mkdir(exist_ok=True)
    (place / "taken" / "letter.txt").write_text("mine", encoding="utf-8")
    done = turnout("compare", *arguments)
    assert done.returncode == 2
    assert told in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
