"""Free parameters: scales, beliefs, and what they do to a scenario."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from calibration.parameters import COLUMNS, Parameter, apply, read_parameters
from calibration.prior import from_unit, log_prior, prior_sd, sample_prior, to_unit
from scenarios.loading.faults import ScenarioError
from scenarios.loading.load import load_scenario

SPEED = Parameter("speed", ("travel.speed_factor",), 0.8, 1.25, "log", 1.0, 0.08)
MUSTER = Parameter("muster", ("on_call.muster_median_s",), 0.8, 1.2, "log", 1.0, 0.05, acts="factor")
LEVEL = Parameter("level", ("on_call.availability",), 0.74, 0.84, "logit", 0.79, 0.05)
PLAIN = Parameter("plain", ("control.call_handling_median_s",), 60.0, 95.0, "linear", 75.0, 6.0)
ALL = (SPEED, MUSTER, LEVEL, PLAIN)


def test_scales_go_there_and_back_and_reach_the_bounds_exactly() -> None:
    values = np.array([[0.9, 1.1, 0.8, 70.0], [1.2, 0.85, 0.75, 94.0]])
    assert from_unit(ALL, to_unit(ALL, values)) == pytest.approx(values, rel=1e-12)
    ends = from_unit(ALL, np.array([np.zeros(4), np.ones(4)]))
    assert ends[0].tolist() == [each.low for each in ALL]
    assert ends[1].tolist() == [each.high for each in ALL]


def test_the_sample_of_beliefs_has_their_centre_and_spread_within_the_bounds() -> None:
    drawn = sample_prior(ALL, 4096, seed=3)
    unit = to_unit(ALL, drawn)
    assert np.all((unit >= 0.0) & (unit <= 1.0))
    assert unit.std(axis=0) == pytest.approx(prior_sd(ALL), rel=0.01)
    assert np.median(drawn, axis=0) == pytest.approx([1.0, 1.0, 0.79, 75.0], rel=0.005)
    assert np.array_equal(drawn, sample_prior(ALL, 4096, seed=3))


def test_belief_falls_by_half_a_square_of_spreads_and_ends_at_the_bounds() -> None:
    centre, one_up, out = np.log(1.0), np.log(1.0) + 0.08, 1.3
    there = to_unit((SPEED,), np.exp([[centre], [one_up]]))
    assert np.diff(log_prior((SPEED,), there)) == pytest.approx(-0.5)
    assert log_prior((SPEED,), to_unit((SPEED,), np.array([out]))) == -np.inf


def test_values_and_factors_act_on_a_scenario() -> None:
    base = load_scenario("uncalibrated")
    moved = apply(base, ALL, [1.1, 0.9, 0.8, 80.0])
    assert moved.travel.speed_factor == pytest.approx(1.1)
    assert moved.on_call.muster_median_s == pytest.approx(0.9 * base.on_call.muster_median_s)
    assert moved.on_call.availability == pytest.approx(0.8)
    assert moved.control.call_handling_median_s == 80.0
    assert apply(base, (), []) == base


def test_what_a_scenario_changes_on_purpose_stays_changed() -> None:
    fitted, draw = np.array([1.05, 0.95, 0.79, 78.0]), np.array([1.1, 1.0, 0.77, 80.0])
    base = apply(load_scenario("uncalibrated"), ALL, fitted)
    assert apply(base, ALL, fitted, carried=fitted) == base
    moved = apply(base, ALL, draw, carried=fitted)
    assert moved.on_call.muster_median_s == pytest.approx(base.on_call.muster_median_s * 1.0 / 0.95)
    option = base.model_copy(update={"on_call": base.on_call.model_copy(update={"availability": 0.9})})
    odds = 0.9 / 0.1 * (0.77 / 0.23) / (0.79 / 0.21)
    there = apply(option, ALL, draw, carried=fitted).on_call.availability
    assert there == pytest.approx(odds / (1.0 + odds))


def test_a_path_that_names_nothing_is_told() -> None:
    wrong = Parameter("x", ("travel.no_such",), 0.5, 2.0, "log", 1.0, 0.1)
    with pytest.raises(ScenarioError, match="no field of the scenario has this path"):
        apply(load_scenario("uncalibrated"), (wrong,), [1.0])


def _table(tmp_path: Path, *rows: str) -> Path:
    path = tmp_path / "own.csv"
    path.write_text("\n".join([",".join(COLUMNS), *rows]) + "\n", encoding="utf-8")
    return path


def test_a_table_is_read_and_its_faults_are_told_together(tmp_path: Path) -> None:
    good = "a,x.y z.*.u,factor,0.5,2,log,1,0.1,,,,meaning,source,low"
    [found] = read_parameters(_table(tmp_path, good))
    assert (found.paths, found.acts, found.upwards) == (("x.y", "z.*.u"), "factor", "higher meaning")
    bad = [
        good,
        "b,x,factor,2,0.5,log,1,0.1,,,,meaning,source,low",
        "c,x,factor,0.5,2,cubic,1,0.1,,,,meaning,source,low",
        "d,x,factor,0.5,2,log,3,0.1,,,,meaning,source,low",
        "e,x,factor,0.5,two,log,1,0.1,,,,meaning,source,low",
        "f,x,factor,0.5,2,log,1,0.1,,,,,source,low",
        good,
    ]
    with pytest.raises(ScenarioError) as caught:
        read_parameters(_table(tmp_path, *bad))
    told = [(fault.where, fault.problem) for fault in caught.value.faults]
    assert [where for where, _ in told] == [f"row {number}" for number in range(3, 9)]
    for (_, problem), word in zip(
        told, ("low", "transform", "prior_centre", "high", "meaning", "already"), strict=True
    ):
        assert word in problem


def test_a_logit_parameter_needs_bounds_between_0_and_1() -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        Parameter("x", ("x",), 0.5, 1.0, "logit", 0.7, 0.1)
