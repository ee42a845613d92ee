"""Unit: at which replication the differences of all options are precise enough."""

from __future__ import annotations

import numpy as np
import pytest

from experiments.compare.runs import first_precise
from experiments.compare.settings import CompareSettings, labels, parse_smallest
from experiments.errors import UserError
from experiments.statistics.intervals import t_interval
from experiments.statistics.precision import FLOOR, Precision
from scenarios.loading.load import load_scenario

WANTED = (Precision("mean", 0.8),)


def test_it_is_the_first_number_at_which_every_option_is() -> None:
    rng = np.random.default_rng(6)
    options = [{"mean": rng.normal(0.0, spread, 60).tolist()} for spread in (1.0, 2.0)]
    found = first_precise(WANTED, options, 60)
    reached = [
        n for n in range(FLOOR, 61) if all(t_interval(o["mean"][:n]).half_width <= 0.8 for o in options)
    ]
    assert found == reached[0]


def test_it_does_not_depend_on_how_many_more_there_are() -> None:
    rng = np.random.default_rng(7)
    options = [{"mean": rng.normal(0.0, 1.5, 80).tolist()} for _ in range(3)]
    found = first_precise(WANTED, options, 80)
    assert found is not None
    assert first_precise(WANTED, options, found) == found
    assert first_precise(WANTED, options, found - 1) is None


def test_one_option_precise_and_another_not_is_not_enough() -> None:
    options = [{"mean": [0.0] * 10}, {"mean": [-9.0, 9.0] * 5}]
    assert first_precise(WANTED, options, 10) is None


def test_smallest_differences_of_interest_are_points_and_seconds() -> None:
    settings = CompareSettings(smallest=parse_smallest("points=0.5, s=3"))
    assert settings.smallest_of("share", 0.9) == pytest.approx(0.005)
    assert settings.smallest_of("s", 600.0) == 3.0
    assert settings.smallest_of("pumps", 60.0) == 0.1
    assert settings.smallest_of("per_year", 2000.0) == 20.0
    assert settings.smallest_of("count", 0.0) == 0.0
    with pytest.raises(UserError, match="percent=1"):
        parse_smallest("percent=1")


def test_scenarios_of_one_name_are_told_apart() -> None:
    base = load_scenario("baseline")
    assert labels([base, base, base]) == ["baseline", "baseline (2)", "baseline (3)"]
