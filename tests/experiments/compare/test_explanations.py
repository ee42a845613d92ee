"""What a reader of a comparison would ask next: another fleet, more cover moves, one value for a whole ground."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from experiments.compare.costs import cost_of_gain
from experiments.compare.cover_moves import pumps_within
from experiments.compare.difference import MeasureDifference
from experiments.compare.fleets import of_other_pumps, own_pumps
from experiments.compare.places import CellChange, told_as_one
from experiments.compare.result import Comparison
from experiments.compare.settings import CompareSettings
from experiments.compare.study import compare_scenarios
from experiments.statistics.intervals import Interval
from experiments.statistics.paired import SHOWN, Verdict
from experiments.statistics.small_area import CellMeans
from scenarios.building.world import build_world
from scenarios.changes import apply_texts
from scenarios.loading.load import load_scenario
from scenarios.schema.scenario import Scenario

BASE = load_scenario("baseline")
OF_PUMPS = ("fire.availability.overall", "fire.off_the_run.no_crew", "fire.off_the_run.mechanical")


def changed(*options: tuple[str, str]) -> Scenario:
    return apply_texts(BASE, options)


def compared(runs: Path, option: Scenario) -> Comparison:
    return compare_scenarios(BASE, [option], CompareSettings(replications=5, days=14, runs=runs))


@pytest.mark.parametrize(
    ("options", "other"),
    [
        ([("close", "E44")], {"fire.availability.on_call", *OF_PUMPS}),
        ([("remove-pump", "W52P2")], {"fire.availability.wholetime", *OF_PUMPS}),
        ([("add-pump", "E44:wholetime")], {"fire.availability.wholetime", *OF_PUMPS}),
        ([("crewing", "E44=wholetime")], {"fire.availability.on_call", "fire.availability.wholetime"}),
        ([("availability", "on_call=+5pt")], set()),
        ([("move", "E44=Southminster")], set()),
    ],
)
def test_a_share_of_other_pumps_is_known(options: list[tuple[str, str]], other: set[str]) -> None:
    option = changed(*options)
    names = {*OF_PUMPS, *(f"fire.availability.{name}" for name in ("wholetime", "on_call", "day_crewed"))}
    assert {name for name in names if of_other_pumps(name, BASE, option)} == other
    assert not of_other_pumps("fire.all.within_15", BASE, option)


def test_a_smaller_fleet_is_no_better_for_having_a_larger_share(tmp_path: Path) -> None:
    (option,) = compared(tmp_path, changed(("close", "E44"), ("close", "E46"))).options
    overall = option.measure("fire.availability.overall")
    assert overall.difference > 0.0
    assert overall.verdict in {Verdict.HIGHER, Verdict.NONE, Verdict.TOO_FEW}
    (note,) = (note for note in option.notes if note.startswith("Availability"))
    fleet = len(own_pumps(BASE))
    assert f"{fleet} in the base and {fleet - 3} here" in note
    assert "0.00 points" in note  # nobody else's crews change


def test_better_crews_are_better(tmp_path: Path) -> None:
    (option,) = compared(tmp_path, changed(("availability", "on_call=+10pt"))).options
    assert option.measure("fire.availability.overall").verdict is Verdict.BETTER
    assert not [note for note in option.notes if note.startswith("Availability")]


def test_more_cover_moves_are_traced_to_the_station_and_what_changed(tmp_path: Path) -> None:
    moved = changed(("move", "E44=Chelmsford"))
    assert BASE.stations["E44"].core
    option = compared(tmp_path, moved).options[0]
    moves = option.measure("fire.standby.moves")
    notes = [note for note in option.notes if note.startswith("Standby moves")]
    assert bool(notes) == (moves.verdict in SHOWN and abs(moves.difference) >= 12.0)
    before, after = (pumps_within(build_world(scenario), "E44", 30.0) for scenario in (BASE, moved))
    assert after > before
    if notes:
        assert f"{after} pumps of other stations" in notes[0]


def ground(means: list[float], error: float) -> CellChange:
    n = len(means)
    values = np.array(means)
    filled = CellMeans(np.full(n, 40), values, values, np.full(n, error), np.zeros(n))
    some = np.full(n, 1.0)
    names = ("x",) * n
    return CellChange(
        np.arange(n), some, some, names, names, ("E1",) * n, some * 100.0, some, some, filled, 1000.0
    )


@pytest.mark.parametrize(
    ("means", "error", "told"),
    [
        ([40.0, 42.0, 44.0], 6.0, True),  # within their errors
        ([-40.0, -42.0, -44.0], 6.0, True),
        ([10.0, 12.0, 14.0], 6.0, False),  # nothing of it is counted
        ([40.0, 60.0, 90.0], 6.0, False),  # they do differ
        ([40.0, 300.0], 400.0, False),  # nothing is known, which is another thing
        ([40.0], 6.0, False),
    ],
)
def test_a_ground_that_is_drawn_to_one_value_is_told(means: list[float], error: float, told: bool) -> None:
    found = told_as_one(ground(means, error))
    assert bool(found) == told
    if told:
        assert (found[0].cells, found[0].people) == (len(means), 100.0 * len(means))


def measure(low: float, high: float, verdict: Verdict) -> MeasureDifference:
    value = (low + high) / 2.0
    interval = Interval(value, low, high, 5)
    return MeasureDifference(
        "fire.plt.mean_s",
        "x",
        "s",
        600.0,
        600.0 + value,
        interval,
        verdict,
        False,
        1.0,
        None,
        0.01,
        0.01,
        False,
        2.0,
    )


@pytest.mark.parametrize(
    ("cost", "gain", "verdict", "priced"),
    [
        ((-200.0, -100.0), (1.0, 3.0), Verdict.WORSE, True),
        ((100.0, 200.0), (-3.0, -1.0), Verdict.BETTER, True),
        ((-200.0, 100.0), (1.0, 3.0), Verdict.WORSE, False),
        ((-200.0, -100.0), (-1.0, 3.0), Verdict.WORSE, False),
        ((-200.0, -100.0), (1.0, 3.0), Verdict.TOO_FEW, False),
    ],
)
def test_a_second_has_a_price_only_where_both_are_sure(
    cost: tuple[float, float], gain: tuple[float, float], verdict: Verdict, priced: bool
) -> None:
    of = Interval(sum(cost) / 2.0, *cost, 5)
    found = cost_of_gain(of, measure(*gain, verdict))
    assert (found is not None) == priced
    if found is not None:
        assert found.gbp is not None
        assert found.low is not None
        assert found.high is not None
        assert found.low <= found.gbp <= found.high
