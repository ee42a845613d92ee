"""The whole study: on a model whose answer is known, on the simulation, and from the command line."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from experiments.commands.cli import main
from experiments.execution import model
from experiments.execution.tasks import StudyFolder
from experiments.presentation.terminal import console
from experiments.sensitivity import points
from experiments.sensitivity.points import MAP_STEPS, Point, Study, point, values_of
from experiments.sensitivity.result import Sensitivity
from experiments.sensitivity.settings import Settings
from experiments.sensitivity.study import study_sensitivity, with_days
from experiments.sensitivity.text import print_sensitivity
from experiments.sensitivity.write import write_sensitivity
from sim.engine.run import simulate
from sim.measures import measure
from tests.experiments.sensitivity import fakes

ONLY = (*fakes.EFFECTS, "on_call.block_h")
QUESTION = Settings(only=ONLY, trajectories=4, samples=64, rank_samples=16, days=1)


def run_sensitivity(settings: Settings) -> None:
    """Study, write and print, as the command does."""
    found = study_sensitivity(settings)
    write_sensitivity(found)
    print_sensitivity(found, console(), every=False)


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answer by a formula; options are the baseline by another name."""
    monkeypatch.setattr(points, "evaluate", fakes.linear)
    load = model.load

    def loaded(name: str) -> object:
        return load("baseline").model_copy(update={"name": name}) if name in fakes.OPTIONS else load(name)

    monkeypatch.setattr(model, "load", loaded)


def found(path: Path, **changes: object) -> Sensitivity:
    return study_sensitivity(replace(QUESTION, out=path, **changes))


def test_the_study_finds_what_drives_a_known_answer(known: None, tmp_path: Path) -> None:
    result = found(tmp_path / "s")
    assert [each.path for each in result.swings] == [*fakes.EFFECTS, "on_call.block_h"]
    speed = result.swings[0]
    assert speed.low.value == pytest.approx(result.value.value - 0.05)
    assert speed.high_difference.value == pytest.approx(0.05)
    assert speed.high_difference.half_width == pytest.approx(
        0.0, abs=1e-12
    )  # the noise is common: it cancels
    assert speed.high.half_width > 0.001
    assert result.screened[0].mu == pytest.approx(0.10)
    assert result.screened[-1].mu_star == pytest.approx(0.0, abs=1e-12)
    assert result.survivors == ("travel.speed_factor", "on_call.availability", "demand_factor")
    variance = sum(size**2 for size in fakes.EFFECTS.values())
    for row in result.indices:
        share = fakes.EFFECTS[row.path] ** 2 / variance
        # the speeds stand on 13 steps, the ends for half as much, as 13 × 13 / (12 × 14) of an even spread do not
        assert row.total == pytest.approx(share, abs=max(0.03, 1.5 * row.total_half_width))


def test_the_ranking_says_which_first_place_survives(known: None, tmp_path: Path) -> None:
    result = found(tmp_path / "s", options=("better", "worse", "gamble"), samples=0)
    assert result.ranking is not None
    rows = {row.option: row for row in result.ranking.rows}
    assert [row.option for row in result.ranking.rows] == ["better", "gamble", "base", "worse"]
    assert rows["better"].better.value == 1.0
    assert rows["worse"].better.value == 0.0
    # gamble is worth 0.005 + 0.02 (u − ½): better than the base for u > ¼, than "better" for u > ¾, on 16 even strata
    assert rows["gamble"].better.value == 0.75
    assert rows["gamble"].first.value == 0.25
    assert rows["gamble"].gain_low < 0 < rows["gamble"].gain_high


def results(folder: Path) -> dict[str, bytes]:
    return {
        each.relative_to(folder).as_posix(): each.read_bytes().replace(str(folder).encode(), b"")
        for each in sorted(folder.rglob("*"))
        if each.is_file()
    }


def test_workers_and_resuming_change_no_byte(
    known: None, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    question = replace(QUESTION, options=("better",), samples=4, trajectories=2)
    run_sensitivity(replace(question, out=tmp_path / "one"))
    run_sensitivity(replace(question, out=tmp_path / "two", workers=2))
    one, two = results(tmp_path / "one"), results(tmp_path / "two")
    assert {"sensitivity.json", "assumptions.csv", "ranking.csv", "study.json"} <= set(one)
    assert one == two
    for path in sorted((tmp_path / "two" / "points").iterdir())[::3]:
        path.unlink()
    (tmp_path / "two" / "sensitivity.json").unlink()
    run_sensitivity(replace(question, out=tmp_path / "two"))
    assert results(tmp_path / "two") == one
    assert max(map(len, capsys.readouterr().out.replace(str(tmp_path), "").splitlines())) <= 80


def test_the_document_has_every_assumption_with_its_reason(known: None, tmp_path: Path) -> None:
    run_sensitivity(replace(QUESTION, out=tmp_path / "s", options=("better",), samples=4))
    document = json.loads((tmp_path / "s" / "sensitivity.json").read_text(encoding="utf-8"))
    assert {each["path"] for each in document["assumptions"]} == set(ONLY)
    assert all(each["source"] and each["confidence"] for each in document["assumptions"])
    assert document["ranking"]["options"][0]["option"] == "better"


def test_a_point_is_the_simulation_of_the_moved_scenario(tmp_path: Path) -> None:
    base = with_days(model.load("baseline"), 2)
    ranges = {each.path: each for each in _ranges(base)}
    folder = StudyFolder(tmp_path)
    folder.make({})
    study = Study({"": base}, ranges, 3, 2, folder)
    plain = points.evaluate(study, Point())
    log = simulate(model.build(base), seed=3, replication=1)
    expected = measure(model.build(base), log, model.standards(base)).values
    assert plain["measures"]["fire.all.within_15"][1] == expected["fire.all.within_15"]
    moved = points.evaluate(study, Point("", (("control.call_handling_median_s", 1.0),)))
    slower = moved["measures"]["fire.handling.mean_s"][1] - plain["measures"]["fire.handling.mean_s"][1]
    assert 5.0 < slower < 30.0  # the median goes from 75 s to 95 s, the 90th centile stays


def _ranges(base: object) -> tuple:
    from scenarios.uncertainty.ranges import load_ranges

    return load_ranges(base)


def test_speeds_are_taken_on_steps_so_that_maps_are_few() -> None:
    made = point("", ("travel.speed_factor", "demand_factor"), (0.3, 0.3))
    assert made.values == (
        ("travel.speed_factor", round(0.3 * MAP_STEPS) / MAP_STEPS),
        ("demand_factor", 0.3),
    )
    assert made.map_values == made.values[:1]


def test_a_measure_that_a_point_lacks_is_told(tmp_path: Path) -> None:
    documents = {Point(): {"measures": {"fire.plt.mean_s": [600.0, None]}}}
    with pytest.raises(points.UserError, match="Raise --days"):
        values_of(documents, [Point()], "fire.plt.mean_s")


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--only", "travel.speed_facto"], "nearest known is travel.speed_factor"),
        (["--measure", "fire.all.within_16"], "nearest is fire.all.within_1"),
        (["--samples", "10"], "powers of 2"),
        (["--options", "no-such-scenario"], "there is no scenario of this name"),
        (["--options", "heatwave,heatwave"], "twice"),
        (["--ranges", "nowhere.csv"], "there is no table of ranges of this name"),
        (["no-such-base"], "there is no scenario of this name"),
    ],
)
def test_bad_input_is_one_message_and_status_2(
    options: list[str], told: str, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    with pytest.raises(SystemExit) as end:
        main(["sensitivity", *options, "--days", "1", "--out", str(tmp_path / "s")])
    assert end.value.code == 2
    assert told in " ".join(capsys.readouterr().err.split())
    assert not (tmp_path / "s").exists()
