"""Ranges of uncertainty: what they say, what they do to a scenario, and what is told of a bad table."""

from __future__ import annotations

from pathlib import Path

import pytest

from experiments.sensitivity.study import with_days
from scenarios.building.world import build_world
from scenarios.loading.faults import ScenarioError
from scenarios.loading.load import load_scenario
from scenarios.schema.scenario import Scenario
from scenarios.uncertainty.ranges import COLUMNS, Range, load_ranges, nominal, value_at, with_values

HEADER = ",".join(COLUMNS) + "\n"


@pytest.fixture(scope="module")
def baseline() -> Scenario:
    return with_days(load_scenario("uncalibrated"), 1)


def made(path: str, low: object, high: object, scale: str = "linear") -> Range:
    return Range(path, low, high, scale, "meaning", "source", "assumption")


def test_every_shipped_range_holds_what_the_baseline_says(baseline: Scenario) -> None:
    for each in load_ranges(baseline):
        value = nominal(each, baseline)
        if each.scale == "choice":
            assert value in (each.low, each.high), each.path
        else:
            assert each.low <= value <= each.high, each.path


@pytest.mark.parametrize("u", [0.0, 1.0])
def test_the_scenario_can_be_built_with_every_assumption_at_one_end(baseline: Scenario, u: float) -> None:
    moved = [(each, u) for each in load_ranges(baseline) if not each.path.startswith("travel.")]
    build_world(with_values(baseline, baseline, moved))


@pytest.mark.parametrize(
    ("scale", "expected"),
    [
        ("linear", [1.0, 2.5, 4.0]),
        ("log", [1.0, 2.0, 4.0]),
        ("whole", [1, 3, 4]),
        ("factor", [1.0, 2.0, 4.0]),
    ],
)
def test_a_scale_is_even_in_its_own_way(scale: str, expected: list[float]) -> None:
    each = made("x", 1, 4, scale)
    assert [value_at(each, u) for u in (0.0, 0.5, 1.0)] == pytest.approx(expected)


def test_whole_numbers_are_equally_likely() -> None:
    each = made("x", 1, 4, "whole")
    found = [value_at(each, (i + 0.5) / 400) for i in range(400)]
    assert [found.count(n) for n in (1, 2, 3, 4)] == [100, 100, 100, 100]


def test_a_choice_is_one_of_two() -> None:
    each = made("cover.policy", "none", "core_stations", "choice")
    assert [value_at(each, u) for u in (0.0, 0.49, 0.5, 1.0)] == [
        "none",
        "none",
        "core_stations",
        "core_stations",
    ]


def test_several_fields_move_by_one_factor(baseline: Scenario) -> None:
    each = made("incident_types.*.scene_median_min", 0.5, 2.0, "factor")
    moved = with_values(baseline, baseline, [(each, 1.0)])
    for key, kind in baseline.incident_types.items():
        assert moved.incident_types[key].scene_median_min == pytest.approx(2.0 * kind.scene_median_min)


def test_road_classes_that_have_no_factor_yet_get_one(baseline: Scenario) -> None:
    each = made("travel.class_factor.urban_a|urban_minor", 0.8, 1.2)
    assert nominal(each, baseline) == 1.0
    moved = with_values(baseline, baseline, [(each, 0.0)])
    assert moved.travel.class_factor == {"urban_a": 0.8, "urban_minor": 0.8}


def test_an_option_keeps_what_it_changes_on_purpose(baseline: Scenario) -> None:
    plan = baseline.on_call.model_copy(update={"availability": baseline.on_call.availability + 0.05})
    option = baseline.model_copy(
        update={"on_call": plan, "cover": baseline.cover.model_copy(update={"policy": "dynamic"})}
    )
    availability = made("on_call.availability", 0.75, 0.83)
    policy = made("cover.policy", "none", "core_stations", "choice")
    moved = with_values(baseline, option, [(availability, 0.0), (policy, 0.0)])
    assert moved.on_call.availability == pytest.approx(0.75 + 0.05)
    assert moved.cover.policy == "dynamic"
    base = with_values(baseline, baseline, [(availability, 0.0), (policy, 0.0)])
    assert base.on_call.availability == 0.75
    assert base.cover.policy == "none"


def test_a_share_stays_a_share(baseline: Scenario) -> None:
    plan = baseline.on_call.model_copy(update={"availability": 0.99})
    option = baseline.model_copy(update={"on_call": plan})
    moved = with_values(baseline, option, [(made("on_call.availability", 0.75, 0.85), 1.0)])
    assert moved.on_call.availability == 1.0


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("travel.sped_factor,0.9,1.1,log,m,s,assumption", ["row 2", "nearest known is travel.speed_factor"]),
        ("travel.speed_factor,1.1,0.9,log,m,s,assumption", ["the range is empty: 1.1 to 0.9", "low be less"]),
        ("travel.speed_factor,0,1.1,log,m,s,assumption", ["a log scale needs ends above 0"]),
        ("travel.speed_factor,0.9,x,log,m,s,assumption", ["column high", "not a number"]),
        ("on_call.availability,0.7,1.3,linear,m,s,assumption", ["column high", "refuses", "0 to 1"]),
        ("travel.speed_factor,0.9,1.1,wide,m,s,assumption", ["unknown scale", "linear, log, whole"]),
        ("travel.speed_factor,0.9,1.1,log,m,,assumption", ["column source", "needs its reason"]),
        ("cover.policy,1,2,linear,m,s,assumption", ["no number", "choice"]),
        ("cover.policy,none,nobody,choice,m,s,assumption", ["column high", "refuses"]),
    ],
)
def test_a_bad_row_is_told_with_its_remedy(
    baseline: Scenario, tmp_path: Path, row: str, told: list[str]
) -> None:
    file = tmp_path / "mine.csv"
    file.write_text(HEADER + row + "\n", encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        load_ranges(baseline, file)
    text = " ".join(str(caught.value).split())
    assert all(part in text for part in told), text


def test_all_faults_of_a_table_are_told_together(baseline: Scenario, tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    rows = [
        "travel.x,0,1,linear,m,s,a",
        "demand_factor,2,1,linear,m,s,a",
        "demand_factor,0.9,1.1,linear,m,s,a",
    ]
    file.write_text(HEADER + "\n".join([*rows, rows[2]]) + "\n", encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        load_ranges(baseline, file)
    assert len(caught.value.faults) == 3


def test_a_table_that_is_not_there_or_lacks_columns_is_told(baseline: Scenario, tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="no table of ranges"):
        load_ranges(baseline, tmp_path / "nowhere.csv")
    file = tmp_path / "short.csv"
    file.write_text("path,low\n", encoding="utf-8")
    with pytest.raises(ScenarioError, match="no column high"):
        load_ranges(baseline, file)
