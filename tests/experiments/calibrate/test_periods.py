"""Figures of some months: pooled over these months of the run, and told where the run does not reach them."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from experiments.calibrate.periods import counts_of, months_of, months_of_run, value_of_months
from experiments.calibrate.settings import Settings, load_subject
from experiments.errors import UserError

RAPE = "police.met.emergency.rape"
TABLES = {
    "police_appendix1": {
        "crime": np.array(["rape"] * 4 + ["other"] * 4),
        "grade": np.array(["emergency"] * 8),
        "month": np.array(["2021-09", "2021-10", "2021-11", "2021-12"] * 2),
        "met": np.array([1, 2, 4, 0, 10, 20, 30, 40]),
        "not_met": np.array([9, 2, 0, 0, 10, 10, 10, 10]),
    }
}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        (f"{RAPE}@2021-09", 0.1),
        (f"{RAPE}@2021-10..2021-11", 6 / 8),
        (f"{RAPE}@2021-01..2021-10-10", 3 / 14),  # the months of the period that the run has
        ("police.met.emergency.other@2021-12", 0.8),
        (counts_of(f"{RAPE}@2021-09..2021-10")[0], 3.0),
        (counts_of(f"{RAPE}@2021-09..2021-10")[1], 14.0),
    ],
)
def test_a_figure_of_months_is_pooled_over_these_months(name: str, value: float) -> None:
    assert value_of_months(TABLES, name) == pytest.approx(value)


def test_months_without_an_incident_have_no_share_but_counts() -> None:
    assert math.isnan(value_of_months(TABLES, f"{RAPE}@2021-12") or 0.0)
    assert value_of_months(TABLES, f"{RAPE}@2021-12 timed") == 0.0


@pytest.mark.parametrize(
    "name",
    [
        RAPE,
        f"{RAPE}@2021/22",
        "police.met.emergency.arson@2021-09",
        "police.met.emergency.urban@2021-09",
        "police.met.emergency@2021-09",
        "fire.plt.mean_s@2021-09",
    ],
)
def test_other_figures_are_those_of_the_whole_run(name: str) -> None:
    assert value_of_months(TABLES, name) is None


def test_a_period_is_a_month_or_several() -> None:
    assert months_of(RAPE, "2022-03") == ("2022-03", "2022-03")
    assert months_of(RAPE, "2021-01..2022-10-10") == ("2021-01", "2022-10")
    assert months_of(RAPE, "2022-13") is None


def test_the_half_year_is_fitted_on_its_181_days() -> None:
    subject = load_subject(Settings(service="police", days=181))
    assert months_of_run(subject.scenario) == ("2021-09", "2022-02")
    assert {figure.period for figure in subject.figures} >= {"2021-09..2022-02"}


def test_months_that_the_run_does_not_cover_are_told(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text(
        f"measure,value,unit,rounding,period,use\n{RAPE},0.5,share,0.01,2022-03,fit\n", encoding="utf-8"
    )
    with pytest.raises(UserError, match=r"runs from 2021-09 to 2022-02: no month of police\S+rape@2022-03\."):
        load_subject(Settings(service="police", days=181, targets=path))
