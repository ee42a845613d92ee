"""Functional: ``--posterior`` as a planner meets it, on a few days of the embedded county and a sample of its own."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import calibration.parameters
from experiments.commands.cli import main
from experiments.execution import model
from tests.experiments.posterior import samples

DAYS = ("--years", "0.01")
SETS = ("--posterior", "3", "--posterior-file", "sample.csv")
Turnout = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder to work in, with a table of parameters and a sample."""
    folder = tmp_path_factory.mktemp("posterior")
    samples.write_parameters(folder)
    samples.write_sample(folder / "sample.csv", model.load("baseline"))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setattr(calibration.parameters, "FOLDER", folder)
        patch.setenv("TURNOUT_CACHE", str(folder / "cache"))
        patch.setenv("COLUMNS", "80")
        yield folder


@pytest.fixture
def turnout(place: Path, capsys: pytest.CaptureFixture[str]) -> Turnout:
    def call(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            main(list(arguments))
        told = capsys.readouterr()
        return int(end.value.code or 0), told.out, told.err

    return call


@pytest.fixture
def finished(turnout: Turnout) -> dict[str, Any]:
    """A run over three parameter sets; after the first time it only reads what is there."""
    status, out, err = turnout("run", *DAYS, *SETS, "--format", "json")
    assert status == 0, err
    document: dict[str, Any] = json.loads(out)
    return document


def stamps(place: Path) -> dict[str, int]:
    return {str(path): path.stat().st_mtime_ns for path in place.glob("runs/posterior-*/points/*.json")}


def test_the_document_tells_both_intervals_and_what_they_rest_on(finished: dict[str, Any]) -> None:
    basis = finished["posterior"]
    assert (basis["parameter_sets"], basis["of"], basis["replications"]) == (3, 12, 2)
    assert basis["parameters"] == ["speed", "presence", "handling"]
    assert "parameters held" in basis["held"]
    assert "with parameters" in basis["with_parameters"]
    assert len(finished["measures"]) > 60
    for each in finished["measures"]:
        if each["low"] is not None and each["held_low"] is not None:
            assert each["low"] <= each["held_low"] <= each["held_high"] <= each["high"], each["name"]
    by_name = {each["name"]: each for each in finished["measures"]}
    mean = by_name["fire.plt.mean_s"]
    assert mean["low"] < mean["value"] < mean["high"]
    assert by_name["fire.availability.on_call"]["parameter_sd"] > 0.01, "the sample's own spread is 0.03"


def test_shares_and_counts_stay_within_their_range(finished: dict[str, Any]) -> None:
    for each in finished["measures"]:
        for limit in ("low", "high", "held_low", "held_high"):
            if each[limit] is not None:
                assert each[limit] >= 0.0, each["name"]
                assert each["unit"] != "share" or each[limit] <= 1.0, each["name"]


def test_no_map_of_a_draw_is_left_in_the_cache(finished: dict[str, Any], place: Path) -> None:
    kept = (
        [path for path in (place / "cache").rglob("*") if path.is_file()]
        if (place / "cache").exists()
        else []
    )
    assert len(kept) <= 1, "the map of the scenario itself at most"


@pytest.mark.long
def test_any_number_of_workers_gives_the_same_files(
    turnout: Turnout, finished: dict[str, Any], place: Path
) -> None:
    status, out, err = turnout("run", *DAYS, *SETS, "--workers", "2", "--out", "two", "--format", "json")
    assert status == 0, err
    assert {**json.loads(out), "out": ""} == {**finished, "out": ""}
    first, second = Path(finished["out"]), Path("two")
    names = {path.relative_to(first) for path in first.rglob("*") if path.is_file()}
    assert names == {path.relative_to(second) for path in second.rglob("*") if path.is_file()}
    for name in names - {Path("posterior.json")}:  # which names its folder
        assert (first / name).read_bytes() == (second / name).read_bytes(), name


def test_what_is_missing_is_done_and_nothing_else(
    turnout: Turnout, finished: dict[str, Any], place: Path
) -> None:
    folder = Path(finished["out"])
    before = {path: path.stat().st_mtime_ns for path in folder.glob("points/*.json")}
    lost = min(before)
    text = lost.read_bytes()
    lost.unlink()
    whole = (folder / "posterior.json").read_bytes()
    assert turnout("run", *DAYS, *SETS)[0] == 0
    assert lost.read_bytes() == text
    assert (folder / "posterior.json").read_bytes() == whole
    assert all(path.stat().st_mtime_ns == stamp for path, stamp in before.items() if path != lost)


def test_show_prints_the_run_again(turnout: Turnout, finished: dict[str, Any]) -> None:
    status, out, err = turnout("show", finished["out"], "--format", "json")
    assert status == 0, err
    assert json.loads(out) == finished
    _, latest, _ = turnout("show")
    _, again, _ = turnout("run", *DAYS, *SETS)
    assert latest == again
    assert "Parameters held:" in latest
    assert "3 of 12 parameter sets (sample.csv)" in latest
    assert max(len(line) for line in latest.splitlines()[:30]) <= 80
    _, every, _ = turnout("show", finished["out"], "--all")
    assert "fire.utilisation.mean" in every
    assert turnout("show", finished["out"], "--by", "district")[0] == 2


def test_a_comparison_pairs_the_draws_and_reuses_the_runs(
    turnout: Turnout, finished: dict[str, Any], place: Path
) -> None:
    before = stamps(place)
    arguments = ("compare", "baseline", "close-billericay", "baseline", *DAYS, *SETS)
    status, out, err = turnout(*arguments, "--format", "json")
    assert status == 0, err
    after = stamps(place)
    assert {path: after[path] for path in before} == before
    assert len(after) == len(before) + 3
    document = json.loads(out)
    assert document["posterior"]["parameter_sets"] == 3
    closed, same = document["options"]
    assert all(each["difference"] in (0.0, None) for each in same["measures"])
    for each in closed["measures"]:
        if each["held_low"] is not None:
            assert each["low"] <= each["held_low"] <= each["held_high"] <= each["high"]
    by_name = {each["name"]: each for each in closed["measures"]}
    alone = {each["name"]: each for each in finished["measures"]}
    paired = by_name["fire.plt.mean_s"]
    assert paired["base"] == pytest.approx(alone["fire.plt.mean_s"]["value"])
    width = alone["fire.plt.mean_s"]["high"] - alone["fire.plt.mean_s"]["low"]
    assert paired["high"] - paired["low"] < 0.5 * width, "what the parameters do to both cancels"
    status, table, _ = turnout(*arguments)
    assert status == 0
    assert "Every\nparameter set" in table or "Every parameter set" in table
    assert max(len(line) for line in table.splitlines()[:25]) <= 80
    assert (Path(document["out"]) / "measures.csv").read_text().splitlines()[0].endswith("chance_sd")


def test_an_option_that_sets_a_parameter_itself_is_told(turnout: Turnout, finished: dict[str, Any]) -> None:
    Path("ninety.toml").write_text('extends = "baseline"\n[on_call]\navailability = 0.9\n', encoding="utf-8")
    status, out, err = turnout("run", "ninety.toml", *DAYS, *SETS, "--format", "json")
    assert status == 0, err
    document = json.loads(out)
    (note,) = document["posterior"]["notes"]
    assert "ninety sets on_call.availability itself" in note
    spread = {each["name"]: each["parameter_sd"] for each in document["measures"]}
    free = {each["name"]: each["parameter_sd"] for each in finished["measures"]}
    assert spread["fire.availability.on_call"] < 0.5 * free["fire.availability.on_call"]


FAULTS = {
    "more than the sample": (
        ("--posterior", "13", "--posterior-file", "sample.csv"),
        "has 12 parameter sets",
    ),
    "a file alone": (("--posterior-file", "sample.csv"), "how many parameter sets"),
    "no such file": (("--posterior", "3", "--posterior-file", "none.csv"), "none.csv"),
    "another column": (("--posterior", "3", "--posterior-file", "columns.csv"), "sped"),
    "no number": (("--posterior", "3", "--posterior-file", "words.csv"), "row 4, column presence"),
    "out of bounds": (("--posterior", "3", "--posterior-file", "far.csv"), "from 0.7 to 1.3"),
    "one replication": ((*SETS, "--replications", "1"), "--replications 2 or more"),
    "precision": ((*SETS, "--precision", "within_15=1"), "--posterior and --precision"),
    "a breakdown": ((*SETS, "--by", "district"), "--posterior and --by"),
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("command", [("run",), ("compare", "baseline", "close-billericay")])
def test_bad_input_is_one_clear_message(
    turnout: Turnout, place: Path, command: tuple[str, ...], fault: str
) -> None:
    text = (place / "sample.csv").read_text(encoding="utf-8")
    (place / "columns.csv").write_text(text.replace("speed", "sped", 1), encoding="utf-8")
    lines = text.splitlines()
    draw, speed, _, handling = lines[3].split(",")
    words = [*lines[:3], f"{draw},{speed},often,{handling}", *lines[4:]]
    (place / "words.csv").write_text("\n".join(words) + "\n", encoding="utf-8")
    far = [*lines[:3], lines[3].replace(speed, "3.5"), *lines[4:]]
    (place / "far.csv").write_text("\n".join(far) + "\n", encoding="utf-8")
    arguments, expected = FAULTS[fault]
    status, out, err = turnout(*command, *DAYS, *arguments)
    assert status == 2
    assert out == ""
    assert expected in " ".join(err.split())
    assert "Traceback" not in err


def test_without_a_shipped_sample_it_says_what_to_do(
    turnout: Turnout, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import scenarios.loading.datasets

    monkeypatch.setattr(scenarios.loading.datasets, "geography_folder", lambda scenario: place)
    status, _, err = turnout("run", *DAYS, "--posterior", "3")
    assert status == 2
    assert re.search(r"no posterior sample is shipped.*--posterior-file", " ".join(err.split()))
