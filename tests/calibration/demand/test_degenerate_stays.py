"""A few odd stays do not spoil the fit of many, and none brings a warning."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from calibration.demand.clean import _bounds
from calibration.demand.scene import Scene, fit_scene

ORDINARY = np.round(np.exp(np.random.default_rng(1).normal(np.log(60.0), 0.8, 365)))


def fitted(minutes: np.ndarray, rounding: str) -> Scene | str:
    low, high = map(np.array, zip(*(_bounds(float(m), 1.0, rounding, 0.0) for m in minutes), strict=True))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return fit_scene(low, high, np.ones(len(minutes), dtype=np.int64))


@pytest.mark.parametrize("rounding", ["nearest", "up", "down"])
@pytest.mark.parametrize("odd", [[0.0], [0.0, 0.0, 0.0], [20_000.0], [1.0], [60.0] * 50])
def test_odd_stays_move_the_fit_a_little(odd: list[float], rounding: str) -> None:
    plain, with_odd = fitted(ORDINARY, rounding), fitted(np.r_[ORDINARY, odd], rounding)
    assert isinstance(plain, Scene)
    assert isinstance(with_odd, Scene)
    assert with_odd.median_min == pytest.approx(plain.median_min, rel=0.08)
    assert with_odd.sigma == pytest.approx(plain.sigma, rel=0.25)


@pytest.mark.parametrize(
    "minutes", [np.zeros(365), np.full(365, 60.0), np.full(1, 60.0), np.empty(0), np.r_[np.zeros(360), 5.0]]
)
def test_what_tells_nothing_is_said(minutes: np.ndarray) -> None:
    if minutes.size:
        assert isinstance(fitted(minutes, "nearest"), str)
    else:
        assert isinstance(fit_scene(minutes, minutes, np.ones(0, dtype=np.int64)), str)
