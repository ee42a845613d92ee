"""Unit and theory: the t interval over replications."""

from __future__ import annotations

import math

import numpy as np
import pytest

from experiments.statistics.intervals import t_interval, t_quantile


@pytest.mark.parametrize(
    ("degrees", "quantile"),
    [(1, 12.706), (2, 4.303), (4, 2.776), (9, 2.262), (29, 2.045), (120, 1.980)],  # any printed table of t
)
def test_quantiles_are_those_of_the_printed_table(degrees: int, quantile: float) -> None:
    assert t_quantile(0.975, degrees) == pytest.approx(quantile, abs=5e-4)


def test_interval_worked_by_hand() -> None:
    interval = t_interval([1.0, 2.0, 3.0])  # mean 2, standard deviation 1, 4.303 / √3
    assert interval.value == 2.0
    assert interval.half_width == pytest.approx(4.30265 / math.sqrt(3), abs=1e-4)
    assert interval.low == pytest.approx(2.0 - interval.half_width)


def test_equal_values_have_no_width() -> None:
    interval = t_interval([0.8] * 4)
    assert (interval.low, interval.high) == pytest.approx((0.8, 0.8))


def test_one_replication_has_a_value_and_no_limits() -> None:
    interval = t_interval([0.86])
    assert interval.value == 0.86
    assert math.isnan(interval.low)
    assert math.isnan(interval.half_width)


def test_nan_is_left_out_and_not_counted() -> None:
    assert t_interval([1.0, math.nan, 3.0]) == t_interval([1.0, 3.0])
    assert t_interval([math.nan]).n == 0
    assert math.isnan(t_interval([]).value)


def test_coverage_is_the_nominal_one() -> None:
    """Of 4,000 intervals of five normal values, 95% hold the mean, within 4 standard errors."""
    samples = np.random.default_rng(11).normal(10.0, 3.0, (4000, 5))
    intervals = [t_interval(row) for row in samples]
    share = np.mean([interval.low <= 10.0 <= interval.high for interval in intervals])
    assert share == pytest.approx(0.95, abs=4 * math.sqrt(0.95 * 0.05 / 4000))
