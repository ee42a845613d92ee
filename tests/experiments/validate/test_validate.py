"""Validation on a stand-in for the simulation: predictions first, then the comparison."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from calibration.parameters import FOLDER, apply, read_parameters
from calibration.reported import Reported
from experiments.calibrate import simulator
from experiments.calibrate.simulator import Block, Simulator
from experiments.errors import UserError
from experiments.execution import model
from experiments.validate.by_month import summaries
from experiments.validate.figures import Asked
from experiments.validate.fitted_values import has_values_before
from experiments.validate.months import compare_month, predict_months
from experiments.validate.prediction import predict
from experiments.validate.settings import Settings
from experiments.validate.study import chosen_draws, validate
from experiments.validate.text import document, text

TABLE = """measure,value,unit,rounding,period,use
fire.all.within_15,0.86,share,0.01,2018,hold_out
fire.plt.mean_s,648,s,1,2018,hold_out
fire.plt.mean_s,637,s,1,2017/18,hold_out
fire.primary.mean_s,584,s,1,2020/21,fit
"""


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> list[Simulator]:
    asked: list[Simulator] = []

    def evaluate(each: Simulator, block: Block) -> dict[str, object]:
        asked.append(each)
        years = np.arange(block.first, block.first + block.count, dtype=float)
        values = {
            "fire.all.within_15": 0.85 + 0.002 * years,
            "fire.plt.mean_s": 640.0 * block.values[0] + years,
        }
        return {"measures": {name: values[name].tolist() for name in each.outputs}}

    monkeypatch.setattr(simulator, "evaluate", evaluate)
    return asked


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "mine.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


def test_figures_held_out_are_predicted_and_compared(
    stand_in: list[Simulator], table: Path, tmp_path: Path
) -> None:
    found = validate(Settings(targets=table, draws=4, out=tmp_path / "out"))
    assert [each.figure.key for each in found.compared] == [
        "fire.all.within_15@2018",
        "fire.plt.mean_s@2018",
        "fire.plt.mean_s@2017/18",
    ]
    assert stand_in[0].scenario.name == "essex-2018"
    assert stand_in[0].carried is not None
    with (tmp_path / "out" / "predictions.csv").open(encoding="utf-8") as file:
        predictions = list(csv.DictReader(file))
    assert "reported" not in predictions[0]
    assert len(predictions) == 3
    assert "nine years in ten" in text(found)
    assert document(found)["scenario"] == "essex-2018"


def test_predictions_are_written_before_a_value_is_read(
    stand_in: list[Simulator], table: Path, tmp_path: Path
) -> None:
    table.write_text(TABLE.replace("648", "about 648"), encoding="utf-8")
    with pytest.raises(UserError, match="about 648"):
        validate(Settings(targets=table, draws=4, out=tmp_path / "out"))
    assert (tmp_path / "out" / "predictions.csv").exists()
    assert not (tmp_path / "out" / "comparison.csv").exists()


def test_a_table_without_a_column_of_uses_is_predicted_whole(
    stand_in: list[Simulator], table: Path, tmp_path: Path
) -> None:
    table.write_text("measure,value,unit,rounding,period\nfire.plt.mean_s,648,s,1,mine\n", encoding="utf-8")
    found = validate(Settings(targets=table, draws=4, out=tmp_path / "out"))
    assert [each.figure.period for each in found.compared] == ["mine"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("measure,value\nfire.plt.mean_s,1\n", "no column unit, rounding, period"),
        (TABLE.replace("hold_out", "context"), "hold_out"),
        (TABLE.replace("fire.plt.mean_s", "fire.plt.means_s"), "the nearest is fire.plt.mean_s"),
        ("", "empty"),
    ],
)
def test_a_faulty_table_is_told_before_anything_is_simulated(
    stand_in: list[Simulator], tmp_path: Path, content: str, told: str
) -> None:
    path = tmp_path / "faulty.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(UserError, match=told):
        validate(Settings(targets=path, draws=4, out=tmp_path / "out"))
    assert not stand_in


def test_errors_of_a_prediction_hold_parameters_year_and_replications() -> None:
    rng = np.random.default_rng(3)
    draws, years = rng.normal(0.0, 5.0, (400, 1)), rng.normal(0.0, 3.0, (1, 40))
    found = predict(Asked("a", "b"), 600.0 + draws + years)
    assert found.parameters_sd == pytest.approx(5.0, rel=0.15)
    assert found.year_sd == pytest.approx(3.0, rel=0.3)
    assert found.mc_se == pytest.approx(found.year_sd / np.sqrt(40), rel=0.01)
    assert found.low < found.mean < found.high


def test_draws_are_spread_over_the_sample() -> None:
    values = np.arange(100.0)[:, None]
    assert chosen_draws(values, 4)[:, 0].tolist() == [12.0, 37.0, 62.0, 87.0]
    with pytest.raises(UserError, match="has 100"):
        chosen_draws(values, 101)


MONTHS = """measure,value,unit,rounding,period,met,not_met,use
police.met.emergency.robbery,0.5,share,0,2022-03,20,20,hold_out
police.met.emergency.robbery,0.5,share,0,2022-04,10,10,hold_out
police.met.emergency.rape,0.9,share,0,2022-03,9,1,hold_out
police.met.emergency.high_harm,0.58,share,0,2022-03,29,21,context
police.met.emergency.high_harm,0.99,share,0,2022-02,99,1,context
police.met.emergency.robbery,0.99,share,0,2021-09..2022-02,99,1,fit
"""


@pytest.fixture
def by_month(monkeypatch: pytest.MonkeyPatch) -> list[Block]:
    """Put a stand-in in place of the police: 30 of 40 robberies met, 10 of 10 rapes."""
    blocks: list[Block] = []

    def evaluate(each: Simulator, block: Block) -> dict[str, object]:
        blocks.append(block)
        by_crime = {"robbery": (30, 40), "rape": (10, 10), "high_harm": (40, 50)}
        found = {}
        for name in each.outputs:
            counts = next(value for crime, value in by_crime.items() if crime in name)
            found[name] = [float(counts[name.endswith(" timed")])] * block.count
        return {"measures": found}

    monkeypatch.setattr(simulator, "evaluate", evaluate)
    return blocks


def test_months_are_predicted_from_their_counts_each_parameter_set_in_years_of_its_own(
    by_month: list[Block], tmp_path: Path
) -> None:
    path = tmp_path / "police.csv"
    path.write_text(MONTHS, encoding="utf-8")
    found = validate(Settings("police-baseline", targets=path, out=tmp_path / "out"))
    assert [(block.first, block.count) for block in by_month] == [(0, 1), (1, 1), (2, 1), (3, 1)]
    assert [each.prediction.asked.total for each in found.compared] == [False, False, False, True]
    robbery, _, rape, _ = found.compared
    assert robbery.prediction.mean == 0.75
    assert rape.prediction.mean == 1.0
    assert robbery.errors == pytest.approx(0.25 / np.hypot(0.068, 0.068 / 2), rel=0.02)
    assert abs(rape.errors) < 3.0  # 9 of 10 is no miracle where 100% is predicted of ten
    *grades, whole = summaries(found.by_month)
    assert [each["grade"] for each in grades] == ["emergency"]
    assert whole["figures"] == 3
    told = text(found)
    assert "Mar 22" in told
    assert max(map(len, told.splitlines())) <= 80
    assert document(found)["by_grade"]


def test_months_that_the_scenario_does_not_reach_are_told(by_month: list[Block], tmp_path: Path) -> None:
    path = tmp_path / "police.csv"
    path.write_text(MONTHS, encoding="utf-8")
    with pytest.raises(UserError, match=r"runs from 2021-09 to 2021-09: no month of .*2022-03"):
        validate(Settings("police-baseline", targets=path, days=10, out=tmp_path / "out"))
    assert not by_month


def test_errors_of_months_are_of_size_one_where_the_model_is_right() -> None:
    """240 months, 4 sets that differ, 25 incidents a month: the root mean square of the errors is near 1."""
    rng = np.random.default_rng(5)
    asked = [Asked("police.met.priority.rape", f"{2000 + i // 12}-{i % 12 + 1:02d}") for i in range(240)]
    sets = 0.6 + 0.08 * rng.standard_normal((60, 5))
    errors = []
    for row in sets:
        counts = {
            each.key: (rng.binomial(25, row[:4, None]).astype(float), np.full((4, 1), 25.0)) for each in asked
        }
        for prediction in predict_months(asked, counts)[:2]:
            met = int(rng.binomial(25, row[4]))
            figure = Reported("m", met / 25, "share", 0.0, "p", met=met, not_met=25 - met)
            errors.append(compare_month(prediction, figure).errors)
    assert np.sqrt(np.mean(np.square(errors))) == pytest.approx(1.0, abs=0.25)


def test_one_replication_is_too_few_for_figures_of_years(
    stand_in: list[Simulator], table: Path, tmp_path: Path
) -> None:
    with pytest.raises(UserError, match="--replications 1"):
        validate(Settings(targets=table, replications=1, out=tmp_path / "out"))


def test_a_scenario_without_the_fitted_values_is_refused() -> None:
    plain = model.load("uncalibrated")
    parameters = tuple(read_parameters(FOLDER / "fire.csv"))
    values = [0.3 * each.low + 0.7 * each.high for each in parameters]
    fitted = apply(plain, parameters, values)
    busier = {"demand_factor": 1.2}
    assert has_values_before(plain.model_copy(update=busier), plain, fitted, parameters)
    assert not has_values_before(fitted.model_copy(update=busier), plain, fitted, parameters)
    own = fitted.model_copy(update={"on_call": plain.on_call})
    assert not has_values_before(own, plain, fitted, parameters)


def test_both_services_at_once_are_refused() -> None:
    with pytest.raises(UserError, match="one service at a time"):
        validate(Settings("joint"))
