"""Unit and theory: when to stop replicating."""

from __future__ import annotations

import numpy as np
import pytest

from experiments.errors import UserError
from experiments.statistics.intervals import t_interval
from experiments.statistics.precision import FLOOR, Precision, forecast, parse_precision, replications_needed

UNITS = {"fire.all.within_15": "share", "fire.plt.mean_s": "s"}


def test_shares_are_asked_in_points_and_times_in_seconds() -> None:
    assert parse_precision("within_15=0.5, fire.plt.mean_s=10", UNITS) == (
        Precision("fire.all.within_15", 0.005),
        Precision("fire.plt.mean_s", 10.0),
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("within_15", '"within_15" is not measure=half-width'),
        ("=0.5", "is not measure=half-width"),
        ("within_51=0.5", "Did you mean within_15?"),
        ("within_15=half", 'must be a number above 0, not "half"'),
        ("within_15=0", 'must be a number above 0, not "0"'),
        ("within_15=-1", 'not "-1"'),
        ("within_15=nan", 'not "nan"'),
        ("within_15=inf", 'not "inf"'),
    ],
)
def test_a_wrong_precision_is_told(text: str, told: str) -> None:
    with pytest.raises(UserError) as fault:
        parse_precision(text, UNITS)
    assert told in str(fault.value)


def test_stops_at_the_first_n_that_is_narrow_enough() -> None:
    values = list(np.random.default_rng(5).normal(600.0, 20.0, 80))
    wanted = (Precision("fire.plt.mean_s", 8.0),)
    n = replications_needed(wanted, {"fire.plt.mean_s": values})
    assert n is not None
    assert t_interval(values[:n]).half_width <= 8.0
    assert all(t_interval(values[:k]).half_width > 8.0 for k in range(FLOOR, n))


def test_never_stops_below_the_floor() -> None:
    wanted = (Precision("fire.plt.mean_s", 1.0),)
    assert replications_needed(wanted, {"fire.plt.mean_s": [600.0] * (FLOOR - 1)}) is None
    assert replications_needed(wanted, {"fire.plt.mean_s": [600.0] * 50}) == FLOOR


def test_every_precision_must_hold() -> None:
    narrow, wide = [0.86] * 20, list(np.random.default_rng(6).normal(600.0, 20.0, 20))
    wanted = (Precision("fire.all.within_15", 0.005), Precision("fire.plt.mean_s", 1.0))
    assert replications_needed(wanted, {"fire.all.within_15": narrow, "fire.plt.mean_s": wide}) is None


def test_looking_after_each_replication_costs_little_coverage() -> None:
    """The caveat of the module, measured: nominal 95% stays above 90% from a floor of five."""
    draws = np.random.default_rng(7).normal(0.0, 1.0, (1000, 120))
    wanted = (Precision("m", 0.5),)
    held = 0
    for values in draws:
        n = replications_needed(wanted, {"m": values})
        assert n is not None
        interval = t_interval(values[:n])
        held += interval.low <= 0.0 <= interval.high
    assert 0.90 <= held / len(draws) <= 0.96


def test_forecast_grows_with_the_spread_and_keeps_to_the_ceiling() -> None:
    wanted = (Precision("m", 1.0),)
    quiet = forecast(wanted, {"m": [9.0, 10.0, 11.0]})
    loud = forecast(wanted, {"m": [0.0, 10.0, 20.0]})
    assert FLOOR <= quiet < loud
    assert forecast(wanted, {"m": [0.0, 1e6]}, ceiling=50) == 50
    assert forecast(wanted, {}) == FLOOR
