"""Unit: a scenario at a parameter set keeps what it sets itself; draws of a sample are even and repeatable."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from experiments.errors import UserError
from experiments.execution import model
from experiments.posterior.evaluate import draws_of
from experiments.posterior.parameter_sets import draw_scenario, not_carried, overruled, reference_of, shifted
from experiments.posterior.sample import Sample, choose, load_sample
from scenarios.changes.apply import apply_texts
from tests.experiments.posterior import samples

SLOWER = [0.9, 0.75, 1.2]


@pytest.fixture(scope="module")
def baseline() -> Any:
    return model.load("baseline")


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory, baseline: Any) -> Sample:
    return samples.sample(tmp_path_factory.mktemp("table"), baseline)


def option(baseline: Any, **changes: dict[str, Any]) -> Any:
    """Return the baseline with fields of its parts changed."""
    parts = {name: getattr(baseline, name).model_copy(update=update) for name, update in changes.items()}
    return baseline.model_copy(update={"name": "option", **parts})


def test_at_the_best_fit_the_baseline_is_itself(baseline: Any, sample: Sample) -> None:
    assert draw_scenario(baseline, baseline, sample, sample.fitted.tolist()) == baseline


def test_the_baseline_takes_every_parameter(baseline: Any, sample: Sample) -> None:
    drawn = draw_scenario(baseline, baseline, sample, SLOWER)
    assert drawn.travel.speed_factor == 0.9
    assert drawn.on_call.availability == 0.75
    assert drawn.control.call_handling_median_s == pytest.approx(
        1.2 * baseline.control.call_handling_median_s
    )


def test_what_an_option_sets_itself_it_keeps(baseline: Any, sample: Sample) -> None:
    better = option(baseline, on_call={"availability": 0.9})
    drawn = draw_scenario(better, baseline, sample, SLOWER)
    assert drawn.on_call.availability == 0.9
    assert drawn.travel.speed_factor == 0.9
    assert drawn.control.call_handling_median_s == pytest.approx(
        1.2 * baseline.control.call_handling_median_s
    )


def test_what_an_option_changes_by_so_much_keeps_the_difference(baseline: Any, sample: Sample) -> None:
    """Five points more are five more than the draw's, where the option says that they are points."""
    level = baseline.on_call.availability
    better = option(baseline, on_call={"availability": level + 0.05})
    better = better.model_copy(update={"relative": ("on_call.availability",)})
    assert draw_scenario(better, baseline, sample, SLOWER).on_call.availability == pytest.approx(0.80)
    assert draw_scenario(better, baseline, sample, [1.0, 0.97, 1.0]).on_call.availability == 1.0
    assert overruled(better, baseline, sample.parameters) == ()
    (found,) = shifted(better, baseline, sample.parameters)
    assert (found.field, found.by) == ("on_call.availability", "+0.05")


def test_the_library_and_what_if_say_which_changes_are_by_so_much(baseline: Any) -> None:
    assert model.load("on-call-plus-5").relative == ("on_call.availability",)
    made = apply_texts(baseline, [("availability", "on_call=+5pt")])
    assert made.relative == ("on_call.availability",)
    assert apply_texts(baseline, [("availability", "on_call=90%")]).relative == ()


def test_what_an_option_does_not_set_is_as_in_the_base(baseline: Any, sample: Sample) -> None:
    """Shared parameters cancel: base and option of one draw differ by nothing but the option."""
    busier = baseline.model_copy(update={"name": "option", "demand_factor": 1.1})
    drawn, base = (draw_scenario(each, baseline, sample, SLOWER) for each in (busier, baseline))
    assert drawn.model_copy(update={"name": base.name, "demand_factor": base.demand_factor}) == base


def test_it_is_told_which_parameters_an_option_overrules(baseline: Any, sample: Sample) -> None:
    assert overruled(baseline, baseline, sample.parameters) == ()
    (found,) = overruled(option(baseline, on_call={"availability": 0.9}), baseline, sample.parameters)
    assert (found.parameter, found.fields, found.wholly) == ("presence", ("on_call.availability",), True)


def test_a_sample_of_another_fit_is_noticed(baseline: Any, sample: Sample) -> None:
    assert not_carried(baseline, sample) == ()
    elsewhere = option(baseline, on_call={"availability": 0.9}, travel={"speed_factor": 1.0})
    assert not_carried(elsewhere, sample) == ("on_call.availability",)


def test_the_reference_of_the_county_is_the_baseline(baseline: Any) -> None:
    assert reference_of(option(baseline, on_call={"availability": 0.9})) == baseline


def test_the_reference_of_another_service_is_its_base(baseline: Any) -> None:
    elsewhere = option(baseline, geography={"tables": "/somewhere/else"})
    assert reference_of(elsewhere) is elsewhere


def test_what_a_scenario_cannot_take_is_told_with_the_values(baseline: Any, sample: Sample) -> None:
    with pytest.raises(UserError, match=r"presence 7"):
        draw_scenario(baseline, baseline, sample, [1.0, 7.0, 1.0])


def test_a_joint_scenario_has_the_samples_of_both_services_row_by_row() -> None:
    joint = model.load("joint")
    both = load_sample(joint)
    fire, police = (load_sample(model.load(name)) for name in ("baseline", "police-baseline"))
    rows = min(len(fire.values), len(police.values))
    assert [each.key for each in both.parameters] == [
        each.key for each in (*fire.parameters, *police.parameters)
    ]
    np.testing.assert_array_equal(both.values, np.hstack([fire.values[:rows], police.values[:rows]]))
    assert not_carried(reference_of(joint), both) == ()
    drawn = draw_scenario(joint, joint, both, both.values[3].tolist())
    assert drawn.on_call.availability != joint.on_call.availability
    assert drawn.police.cars_factor == pytest.approx(police.values[3, 0])


@pytest.mark.parametrize(("rows", "draws"), [(200, 20), (2000, 7), (12, 12), (13, 12), (3, 2)])
def test_draws_are_even_and_none_is_taken_twice(rows: int, draws: int) -> None:
    for seed in range(20):
        taken = choose(rows, draws, seed)
        assert len(set(taken)) == draws
        assert taken == sorted(taken)
        assert taken[0] >= 0
        assert taken[-1] < rows
        gaps = np.diff(taken)
        assert gaps.max() - gaps.min() <= 1
        assert taken == choose(rows, draws, seed)


def test_every_row_is_as_likely_as_any_other() -> None:
    """2,000 seeds, 3 of 12 rows: each 500 times, within four standard errors."""
    times = Counter(row for seed in range(2000) for row in choose(12, 3, seed))
    assert set(times) == set(range(12))
    assert max(abs(count - 500) for count in times.values()) < 4.0 * (2000 * 0.25 * 0.75) ** 0.5


def test_more_draws_than_the_sample_has_are_refused() -> None:
    with pytest.raises(UserError, match=r"--posterior 13: the sample has 12 parameter sets"):
        choose(12, 13, 1)


def test_no_two_rows_share_a_replication_and_none_depends_on_the_others(sample: Sample) -> None:
    few, many = draws_of(sample, [2, 9], 3), draws_of(sample, range(12), 3)
    assert [many[2], many[9]] == list(few)
    numbers = [draw.first + place for draw in many for place in range(draw.count)]
    assert len(set(numbers)) == 36


def test_the_digest_of_a_sample_changes_with_its_values(
    tmp_path: Path, baseline: Any, sample: Sample
) -> None:
    again = samples.sample(tmp_path, baseline)
    assert again.digest == sample.digest
    assert samples.sample(tmp_path, baseline, samples.draws(seed=4)).digest != sample.digest
