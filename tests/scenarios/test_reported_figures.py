"""The reported figures: those of the issue, and a reader that names what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from calibration.reported import FILE, REPORTED, read_reported, reported
from scenarios.loading.faults import ScenarioError


def test_the_figures_of_the_baselines_year() -> None:
    expected = {
        "fire.all.within_15": 0.86,
        "fire.plt.mean_s": 623.0,
        "fire.primary.mean_s": 584.0,
        "fire.availability.overall": 0.85,
        "fire.availability.wholetime": 0.986,
        "fire.availability.on_call": 0.792,
        "fire.gauge.months_met": 0.0,
        "fire.mobilising_failures": 27.0,
        "fire.incidents": 14339.0,
    }
    assert {name: REPORTED[name] for name in expected} == expected


def test_rounding_gives_the_range_that_would_be_reported_so() -> None:
    figure = reported()["fire.all.within_15"]
    assert (figure.lowest, figure.highest) == pytest.approx((0.855, 0.865))


def test_other_periods_are_kept_apart() -> None:
    assert reported("2017/18")["fire.plt.mean_s"].value == 637.0
    assert reported("1066") == {}


def test_faults_name_the_row(tmp_path: Path) -> None:
    lines = FILE.read_text(encoding="utf-8").splitlines()
    path = tmp_path / "fire.csv"
    path.write_text("\n".join([*lines[:3], lines[1], "fire.x,ten,s,1,2020/21,test,high,"]), encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        read_reported(path)
    assert [fault.where for fault in caught.value.faults] == ["row 4", "row 5"]
