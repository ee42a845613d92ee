"""The tables of reported figures: consistent in themselves, and refused when they are not."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from calibration.reported import (
    FILE,
    POLICE_FILE,
    Reported,
    figures_for,
    names_of,
    read_reported,
    reported,
)
from scenarios.loading.faults import ScenarioError

CRIMES = ("residential_burglary", "robbery", "violence_with_injury", "rape", "serious_sexual")
GRADES = ("emergency", "priority", "routine")
MONTHS = tuple(f"2021-{m:02d}" for m in range(9, 13)) + tuple(f"2022-{m:02d}" for m in range(1, 10))


def test_fitted_fire_figures_are_those_of_the_baselines_year_with_their_chance() -> None:
    fitted = {figure.measure: figure for figure in figures_for("fit", path=FILE)}
    assert {figure.period for figure in fitted.values()} == {"2020/21"}
    assert fitted["fire.all.within_15"].sampling_sd == pytest.approx(math.sqrt(0.86 * 0.14 / 14339), rel=0.1)
    assert fitted["fire.plt.mean_s"].sampling_sd == pytest.approx(290.0 / math.sqrt(0.294 * 14339), rel=0.1)
    assert fitted["fire.mobilising_failures"].sampling_sd == pytest.approx(math.sqrt(27.0))
    assert all(figure.definition and figure.source_line for figure in fitted.values())


def test_the_earlier_years_are_held_out() -> None:
    held = {figure.key for figure in figures_for("hold_out", path=FILE)}
    assert {"fire.plt.mean_s@2018-04..2018-12", "fire.plt.mean_s@2017/18", "fire.all.within_15@2018"} <= held


@pytest.mark.parametrize("grade", GRADES)
@pytest.mark.parametrize("month", MONTHS)
def test_crimes_of_a_month_add_up_to_all_high_harm(grade: str, month: str) -> None:
    figures = reported(month, path=POLICE_FILE)
    both = [(figures[f"police.met.{grade}.{crime}"]) for crime in CRIMES]
    whole = figures[f"police.met.{grade}.high_harm"]
    assert sum(each.met or 0 for each in both) == whole.met
    assert sum(each.not_met or 0 for each in both) == whole.not_met


def test_the_first_half_year_is_fitted_and_the_rest_held_out_and_nothing_counts_twice() -> None:
    figures = read_reported(POLICE_FILE)
    monthly = [each for each in figures if each.period in MONTHS and each.measure.split(".")[-1] in CRIMES]
    assert len(monthly) == len(CRIMES) * len(GRADES) * len(MONTHS)
    assert all(each.use == ("context" if each.period < "2022-03" else "hold_out") for each in monthly)
    half = [each for each in figures if each.period == "2021-09..2022-02"]
    assert {each.measure for each in half if each.use == "fit"} == {
        f"police.met.{grade}.{crime}" for grade in GRADES for crime in CRIMES
    }
    sums = [
        each for each in figures if each.measure.endswith(".high_harm") and each.measure[:10] == "police.met"
    ]
    assert {each.use for each in sums} == {"context"}


def test_a_share_of_counts_has_binomial_chance_also_where_all_were_met() -> None:
    figure = reported("2021-10", path=POLICE_FILE)["police.met.routine.robbery"]
    assert (figure.met, figure.not_met, figure.value) == (5, 0, 1.0)
    share = 5.5 / 6.0
    assert figure.sampling_sd == pytest.approx(math.sqrt(share * (1.0 - share) / 6.0))


def test_names_tell_periods_apart_only_where_needed() -> None:
    one, two = (Reported("m", 0.5, "share", 0.01, period) for period in ("2020", "2021"))
    other = Reported("n", 0.5, "share", 0.01, "2020")
    assert names_of((one, other)) == ("m", "n")
    assert names_of((one, two, other)) == ("m@2020", "m@2021", "n")


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("m,86,share,0.01,2020,,", "a share is from 0 to 1"),
        ("m,0.86,share,-1,2020,,", "a step is 0 or more"),
        ("m,nan,share,0.01,2020,,", "must be finite"),
        ("m,0.86,share,0.01,2020,7,", "stand together"),
        ("m,0.86,share,0.01,2020,7,7", "do not make 0.86"),
        ("m,0.86,share,0.01,2020,x,7", "not a whole number"),
    ],
)
def test_a_wrong_row_is_named(tmp_path: Path, row: str, problem: str) -> None:
    path = tmp_path / "own.csv"
    path.write_text(f"measure,value,unit,rounding,period,met,not_met\n{row}\n", encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"own\.csv: row 2") as caught:
        read_reported(path)
    assert problem in caught.value.faults[0].problem


def test_a_table_of_a_services_own_needs_five_columns_only(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text(
        "measure,value,unit,rounding,period\nfire.all.within_15,0.9,share,0.01,2024/25\n", encoding="utf-8"
    )
    [figure] = read_reported(path)
    assert (figure.lowest, figure.highest, figure.use) == (
        pytest.approx(0.895),
        pytest.approx(0.905),
        "context",
    )
    path.write_text("measure,value\nx,1\n", encoding="utf-8")
    with pytest.raises(ScenarioError, match="no column unit, rounding or period"):
        read_reported(path)
