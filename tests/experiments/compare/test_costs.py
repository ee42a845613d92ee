"""Unit: the cost model of a year, and what a second or a point costs."""

from __future__ import annotations

from pathlib import Path

import pytest

from experiments.compare.costs import cost_of_gain
from experiments.compare.difference import MeasureDifference
from experiments.statistics.intervals import Interval
from experiments.statistics.paired import Verdict
from scenarios.loading.costs import KEYS, costs_of
from scenarios.loading.datasets import DATA
from scenarios.loading.faults import ScenarioError
from scenarios.loading.load import load_scenario
from scenarios.schema.scenario import Scenario


@pytest.fixture(scope="module")
def baseline() -> Scenario:
    return load_scenario("baseline")


def test_the_pumps_that_a_budget_pays_cost_the_budget(baseline: Scenario) -> None:
    costs = costs_of(baseline)
    assert costs is not None
    item = {key: costs.items[key].value for key in KEYS}
    assert 18 * costs.crew_year("wholetime") == pytest.approx(39_134_000)
    hours = item["on_call_hours"] * costs.on_call_crew_hour
    assert 48 * costs.crew_year("on_call") + hours == pytest.approx(9_544_000)
    assert costs.standby_move == pytest.approx(350_011 / 2_244)


def test_a_day_crew_costs_its_share_of_the_week(baseline: Scenario) -> None:
    costs = costs_of(baseline)
    assert costs is not None
    share = 45 / 168
    expected = share * costs.crew_year("wholetime") + (1 - share) * costs.crew_year("on_call")
    assert costs.crew_year("day_crewed") == pytest.approx(expected)


def test_standing_costs_follow_pumps_crewing_and_strength(baseline: Scenario) -> None:
    costs = costs_of(baseline)
    assert costs is not None
    before = costs.standing(baseline)
    appliances = dict(baseline.appliances)
    appliances["E10P2"] = appliances["E10P2"].model_copy(update={"removed": True})
    gone = costs.standing(baseline.model_copy(update={"appliances": appliances}))
    assert before["wholetime_crews"] - gone["wholetime_crews"] == pytest.approx(costs.crew_year("wholetime"))
    assert before["appliances"] - gone["appliances"] == pytest.approx(25_000)
    eight = baseline.wholetime.model_copy(update={"riders_per_pump": 8})
    stronger = costs.standing(baseline.model_copy(update={"wholetime": eight}))
    assert stronger["wholetime_crews"] == pytest.approx(before["wholetime_crews"] * 8 / 7)


def test_every_figure_has_a_source_and_assumptions_say_so(baseline: Scenario) -> None:
    costs = costs_of(baseline)
    assert costs is not None
    assert all(item.source and item.unit for item in costs.items.values())
    assert not costs.items["wholetime_budget"].assumed
    assert costs.items["appliance_year"].assumed


def with_table(baseline: Scenario, folder: Path, text: str) -> Scenario:
    (folder / "costs.csv").write_text(text, encoding="utf-8")
    return baseline.model_copy(
        update={"geography": baseline.geography.model_copy(update={"tables": str(folder)})}
    )


def test_all_faults_of_the_table_are_told_at_once(baseline: Scenario, tmp_path: Path) -> None:
    text = (DATA / "essex" / "costs.csv").read_text(encoding="utf-8")
    text = text.replace("39134000", "39 million").replace("standby_moves,2244", "standby_moves,0")
    text = text.replace("appliance_hour,", "aplliance_hour,")
    with pytest.raises(ScenarioError) as caught:
        costs_of(with_table(baseline, tmp_path, text))
    told = str(caught.value)
    assert "39 million" in told
    assert "standby_moves" in told
    assert "nearest known is appliance_hour" in told
    assert "there is no such row" in told
    assert "wholetime_pumps" not in told


def test_a_service_without_the_table_has_no_costs(baseline: Scenario, tmp_path: Path) -> None:
    geography = baseline.geography.model_copy(update={"tables": str(tmp_path)})
    assert costs_of(baseline.model_copy(update={"geography": geography})) is None


def seconds(difference: float, verdict: Verdict, *, unit: str = "s") -> MeasureDifference:
    interval = Interval(difference, difference - 1.0, difference + 1.0, 10)
    if unit == "share":
        interval = Interval(difference, 0.5 * difference, 1.5 * difference, 10)
    return MeasureDifference(
        "fire.plt.mean_s",
        "PLT",
        unit,
        600.0,
        600.0 + difference,
        interval,
        verdict,
        False,
        1.0,
        None,
        0.0,
        0.0,
        False,
        9.0,
    )


DEARER, CHEAPER = Interval(1e6, 0.9e6, 1.1e6, 10), Interval(-1e6, -1.1e6, -0.9e6, 10)


def test_a_gain_that_costs_has_a_price_and_a_loss_that_saves_too() -> None:
    gain = cost_of_gain(DEARER, seconds(-4.0, Verdict.BETTER))
    assert gain is not None
    assert (gain.meaning, gain.gbp, gain.low, gain.high) == (
        "costs",
        250_000.0,
        200_000.0,
        pytest.approx(1e6 / 3),
    )
    saved = cost_of_gain(CHEAPER, seconds(4.0, Verdict.WORSE))
    assert saved is not None
    assert (saved.meaning, saved.gbp) == ("saves", 250_000.0)
    point = cost_of_gain(DEARER, seconds(0.02, Verdict.BETTER, unit="share"))
    assert point is not None
    assert (point.per, point.gbp) == ("point", pytest.approx(500_000.0))


def test_where_both_go_the_same_way_there_is_no_price() -> None:
    better = cost_of_gain(CHEAPER, seconds(-4.0, Verdict.BETTER))
    assert better is not None
    assert (better.meaning, better.gbp) == ("better and cheaper", None)
    worse = cost_of_gain(DEARER, seconds(4.0, Verdict.WORSE))
    assert worse is not None
    assert worse.meaning == "worse and dearer"


@pytest.mark.parametrize("verdict", [Verdict.NONE, Verdict.TOO_FEW, Verdict.HIGHER])
def test_no_price_is_told_of_a_difference_that_is_not_shown(verdict: Verdict) -> None:
    assert cost_of_gain(DEARER, seconds(-4.0, verdict)) is None


def test_no_price_is_told_where_the_costs_may_be_equal() -> None:
    assert cost_of_gain(Interval(10.0, -5.0, 25.0, 10), seconds(-4.0, Verdict.BETTER)) is None
