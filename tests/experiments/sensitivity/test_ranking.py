"""The ranking of options against models whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest

from experiments.sensitivity.ranking import rank, wilson


def sampled(*gains: float, noise: float = 0.0) -> np.ndarray:
    return np.array([[gain - noise, gain + noise] for gain in gains])


BASE = sampled(0, 0, 0, 0)


def test_the_better_option_is_counted_sample_by_sample() -> None:
    found = rank(
        "base",
        {"base": [0, 0], "good": [2, 2], "gamble": [3, 3]},
        {"base": BASE, "good": sampled(2, 2, 2, 2), "gamble": sampled(3, -1, 3, -1)},
        higher_is_better=True,
    )
    assert [row.option for row in found.rows] == ["gamble", "good", "base"]
    by_name = {row.option: row for row in found.rows}
    assert by_name["gamble"].first.value == 0.5
    assert by_name["good"].first.value == 0.5
    assert by_name["gamble"].better.value == 0.5
    assert by_name["good"].better.value == 1.0
    assert by_name["base"].better is None
    assert found.same_order.value == 0.5


def test_less_is_better_where_the_measure_says_so() -> None:
    found = rank(
        "base",
        {"base": [600, 600], "quick": [590, 590]},
        {"base": BASE + 600, "quick": sampled(590, 590, 590, 610)},
        higher_is_better=False,
    )
    assert [row.option for row in found.rows] == ["quick", "base"]
    assert found.rows[0].better.value == 0.75
    assert found.rows[0].gain.value == pytest.approx(10.0)


def test_equal_options_share_the_first_place_and_beat_nobody() -> None:
    found = rank(
        "base", {"base": [1, 1], "twin": [1, 1]}, {"base": BASE, "twin": BASE}, higher_is_better=True
    )
    assert [row.first.value for row in found.rows] == [0.5, 0.5]
    assert found.rows[1].better.value == 0.0
    assert found.rows[1].clear.value == 0.0
    assert found.rows[1].gain.value == 0.0


def test_better_beyond_noise_needs_an_interval_above_nought() -> None:
    wide, narrow = sampled(1, 1, 1, 1, noise=5), sampled(1, 1, 1, 1, noise=0.001)
    standing = {"base": [0, 0], "wide": [1, 1], "narrow": [1, 1]}
    found = rank("base", standing, {"base": BASE, "wide": wide, "narrow": narrow}, higher_is_better=True)
    by_name = {row.option: row for row in found.rows}
    assert by_name["wide"].better.value == 1.0
    assert by_name["wide"].clear.value == 0.0
    assert by_name["narrow"].clear.value == 1.0


def test_wilson_interval() -> None:
    """10 of 20: 0.299 to 0.701; 0 of 10: 0 to 0.278 (Newcombe, Statistics in Medicine 17, 1998, method 3)."""
    half = wilson(10, 20)
    assert (half.low, half.high) == (pytest.approx(0.299, abs=5e-4), pytest.approx(0.701, abs=5e-4))
    none = wilson(0, 10)
    assert (none.low, none.high) == (0.0, pytest.approx(0.278, abs=5e-4))
