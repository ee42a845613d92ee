"""From reported figures made with known parameters the fit recovers those that it calls identified."""

from __future__ import annotations

import numpy as np
import pytest

from calibration.fit import Calibration
from calibration.recovery import Recovery, recovery
from calibration.simulated_runs import year_correlation
from tests.calibration import county


def county_recovery(trials: int, points: int, replications: int, years: int) -> Recovery:
    parameters = county.parameters()
    centre = np.array([[each.prior_centre for each in parameters]])
    many = county.simulate(centre, tuple((50, number) for number in range(years)))
    fit = Calibration(parameters, county.report(many.mean[0]), correlation=year_correlation(many))
    design = tuple((1, number) for number in range(replications))
    fit.learn(county.simulate(fit.next_points(points), design), review=False)
    return recovery(fit, county.simulate, trials, seed=7)


@pytest.mark.long
def test_forty_worlds_come_back() -> None:
    found = county_recovery(40, 160, 20, 60)
    assert found.least_coverage == pytest.approx(0.9 - 3 * np.sqrt(0.09 / 40))
    for index, key in enumerate(found.keys):
        assert found.coverage[index] >= found.least_coverage, key
    assert found.covered.mean() == pytest.approx(0.9, abs=0.05)
    identified = [key for key in found.keys if found.usual_verdict(key) == "identified"]
    assert {"on_call_available", "wholetime_available"} <= set(identified)
    for key in identified:
        assert found.root_mean_square_error[found.keys.index(key)] < 0.6
    assert found.usual_verdict("stray") == "stays at its prior"
    # What the interval says is what happens: root mean square error and posterior spread agree.
    assert found.root_mean_square_error == pytest.approx(
        np.sqrt((found.remaining**2).mean(axis=0)), rel=3 / np.sqrt(2 * 40)
    )


@pytest.mark.long
def test_three_worlds_come_back_the_same_each_time() -> None:
    one, again = (county_recovery(3, 40, 3, 20) for _ in range(2))
    assert np.array_equal(one.low, again.low)
    assert one.truths.shape == (3, len(county.parameters()))
    assert np.all(one.low < one.high)
    worst = np.abs(one.error / one.remaining).max()
    assert worst < 4.5
