"""A calibration on a stand-in for the simulation: what it finds, writes and says, and how it is resumed."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from calibration.fit import Calibration
from calibration.posterior_file import read_posterior
from experiments.calibrate import simulator
from experiments.calibrate.plan import fewest_points, kept_plan, plan_for_budget, plan_of
from experiments.calibrate.report import verdict_lines
from experiments.calibrate.result import Calibrated
from experiments.calibrate.settings import Settings, load_subject
from experiments.calibrate.simulator import Block
from experiments.calibrate.study import calibrate
from experiments.calibrate.text import document, text
from experiments.calibrate.write import write_calibrated
from experiments.errors import Stopped, UserError
from scenarios.loading.load import load_scenario


@pytest.fixture
def settings(tables: tuple[Path, Path], tmp_path: Path) -> Settings:
    """One wave and few replications: quick."""
    parameters, targets = tables
    out = tmp_path / "out"
    return Settings(parameters=parameters, targets=targets, points=16, waves=1, draws=50, anchor=4, out=out)


@pytest.fixture(scope="module")
def found(
    tables: tuple[Path, Path], stand_in: list[Block], tmp_path_factory: pytest.TempPathFactory
) -> Calibrated:
    """One calibration of two waves, with its files."""
    out = tmp_path_factory.mktemp("calibrated")
    asked = Settings(parameters=tables[0], targets=tables[1], points=30, waves=2, draws=50, out=out / "out")
    found = calibrate(asked)
    write_calibrated(found)
    return found


def test_the_fit_meets_the_figures_on_seeds_it_has_not_met(found: Calibrated, stand_in: list[Block]) -> None:
    assert all(each.within for each in found.compared)
    assert not found.best.at_bound
    assert verdict_lines(found) == ["Every reported figure is met, and no value is at a bound."]
    of_fit = {(block.seed, block.first) for block in stand_in if block.values != tuple(found.values)}
    of_check = {(block.seed, block.first) for block in stand_in if block.values == tuple(found.values)}
    assert not of_fit & of_check
    assert found.identification.verdict("failures") == "stays at its prior"


def test_what_is_written_can_be_used(found: Calibrated) -> None:
    settings = found.settings
    assert settings.out is not None
    fitted = load_scenario(settings.out / "overlay.toml")
    plain = load_scenario("uncalibrated")
    speed, muster, failures = found.values
    assert fitted.travel.class_factor == {"urban_a": speed, "minor": speed}
    assert fitted.on_call.muster_median_s == pytest.approx(muster * plain.on_call.muster_median_s)
    assert fitted.on_call.turnout_estimate_s == pytest.approx(muster * plain.on_call.turnout_estimate_s)
    assert fitted.control.mobilising_failures_per_year == failures
    sample = read_posterior(settings.out / "posterior.csv")
    assert sample.keys == ("speed", "muster", "failures")
    np.testing.assert_array_equal(sample.fitted, found.values)
    assert len(sample.values) == settings.draws
    report = (settings.out / "report.md").read_text(encoding="utf-8")
    for name in ("fit.csv", "parameters.csv", "points.csv", "posterior_pairs.png", "identifiability.png"):
        assert (settings.out / name).stat().st_size > 0, name
    assert "posterior_pairs.png" in report
    assert "stays at its prior" in report
    with (settings.out / "points.csv").open(encoding="utf-8") as file:
        assert len(list(csv.DictReader(file))) == sum(found.wave_sizes)
    assert max(map(len, text(found).splitlines())) <= 100
    assert document(found)["points"] == sum(found.wave_sizes)


def test_an_impossible_figure_ends_in_its_verdict_not_in_absurd_values(
    settings: Settings, stand_in: list[Block], tmp_path: Path
) -> None:
    found = calibrate(
        replace(settings, targets=changed(settings, tmp_path, "within_15,0.86", "within_15,0.99"))
    )
    told = " ".join(verdict_lines(found))
    assert "fire.all.within_15 99.0%: cannot be reached: closest is " in told
    assert not found.best.at_bound
    assert found.compared[1].within  # the other figure is met all the same


def test_a_stopped_fit_goes_on_and_ends_as_if_it_had_not_been(
    settings: Settings, stand_in: list[Block], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = len(stand_in)
    whole = calibrate(settings)
    plain = simulator.evaluate
    count = 0

    def stopping(each: object, block: Block) -> object:
        nonlocal count
        count += 1
        if count == 9:
            raise KeyboardInterrupt
        return plain(each, block)  # type: ignore[arg-type]

    monkeypatch.setattr(simulator, "evaluate", stopping)
    again = replace(settings, out=tmp_path / "again")
    with pytest.raises(Stopped, match="Repeat the same command"):
        calibrate(again)
    monkeypatch.setattr(simulator, "evaluate", plain)
    begun = len(stand_in)
    resumed = calibrate(again)
    np.testing.assert_array_equal(resumed.values, whole.values)
    np.testing.assert_array_equal(resumed.posterior.values, whole.posterior.values)
    assert len(stand_in) - first == 2 * len(whole.fit.runs.points) + 2 * 2  # nothing was done twice
    assert begun - first == len(whole.fit.runs.points) + 2 + 8


def test_a_budget_is_planned_from_timed_points_and_kept(settings: Settings, stand_in: list[Block]) -> None:
    budget = replace(settings, points=None, budget_min=1.4, check=4)
    found = calibrate(budget)
    assert found.plan.point_s == 2.0
    fixed = 8 * 1.0 + 25.0
    assert found.plan.points == int((1.4 * 60 * 0.9 - fixed) / 2.0)
    assert budget.out is not None
    assert kept_plan(budget.out) == found.plan
    assert found.fit.runs is not None


def test_a_budget_too_small_names_the_smallest() -> None:
    with pytest.raises(UserError, match="Give at least 4 minutes"):
        plan_for_budget(Settings(budget_min=0.5, workers=2), 18, 5.0)


@pytest.mark.parametrize(("points", "waves"), [(9, 3), (12, 3), (30, 3), (400, 3), (400, 1)])
def test_a_plan_shares_all_points(points: int, waves: int) -> None:
    plan = plan_of(points, 3, waves)
    assert points - plan.waves < plan.points <= points
    assert plan.first >= fewest_points(3)
    assert plan.waves == 1 or plan.later >= 2


def test_the_points_that_are_timed_are_the_first_of_the_first_wave(tables: tuple[Path, Path]) -> None:
    subject = load_subject(Settings(parameters=tables[0], targets=tables[1]))
    few = Calibration(subject.parameters, subject.figures, 1).next_points(5)
    many = Calibration(subject.parameters, subject.figures, 1).next_points(100)
    np.testing.assert_array_equal(few, many[:5])


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"service": "ambulance"}, "there is fire and police"),
        ({"targets": Path("nowhere.csv")}, "no such table"),
        ({"points": 3}, "Give more --points"),
    ],
)
def test_what_cannot_be_done_is_told(settings: Settings, change: dict[str, object], told: str) -> None:
    with pytest.raises(UserError, match=told):
        calibrate(replace(settings, **change))  # type: ignore[arg-type]


def test_a_figure_that_no_run_gives_is_told_with_the_nearest(settings: Settings, tmp_path: Path) -> None:
    wrong = changed(settings, tmp_path, "fire.all.within_15", "fire.all.within15")
    with pytest.raises(UserError, match=r"within15 \(the nearest is fire\.all\.within_15\)"):
        calibrate(replace(settings, targets=wrong))


def changed(settings: Settings, folder: Path, before: str, after: str) -> Path:
    """Write the table of figures with one thing changed."""
    assert settings.targets is not None
    path = folder / "changed.csv"
    path.write_text(settings.targets.read_text(encoding="utf-8").replace(before, after), encoding="utf-8")
    return path
