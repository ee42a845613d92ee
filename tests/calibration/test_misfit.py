"""The misfit against numerical integration, and its limits."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import multivariate_normal, norm

from calibration.misfit import Errors, as_targets, compare, implausibility, log_likelihood, standard_errors
from calibration.reported import Reported


def figure(value: float, rounding: float, sampling_sd: float, name: str = "m") -> Reported:
    return Reported(name, value, "s", rounding, "y", sampling_sd=sampling_sd, use="fit")


@pytest.mark.parametrize("mean", [0.86, 0.8651, 0.84, 0.9])
@pytest.mark.parametrize("sd", [0.0005, 0.003, 0.02])
def test_likelihood_is_the_normal_error_integrated_over_the_rounding_interval(mean: float, sd: float) -> None:
    targets = as_targets([figure(0.86, 0.01, 0.0)])
    got = float(log_likelihood([mean], [sd], targets)[0])
    if (abs(mean - 0.86) - 0.005) / sd < 6.0:
        near = [min(max(mean, 0.855), 0.865)]
        area, _ = quad(lambda x: norm.pdf(x, mean, sd), 0.855, 0.865, points=near, epsabs=1e-14)
        assert got == pytest.approx(np.log(area), abs=1e-6)
    else:
        assert got == pytest.approx(norm.logsf(abs(mean - 0.86) - 0.005, scale=sd), abs=1e-3)


def test_far_away_it_stays_finite_and_falls() -> None:
    targets = as_targets([figure(600.0, 1.0, 0.0)])
    got = log_likelihood(np.array([[600.0], [700.0], [5000.0], [50000.0]]), np.array([1.0]), targets)[:, 0]
    assert np.isfinite(got).all()
    assert np.all(np.diff(got) < 0)


def test_without_rounding_it_is_the_density() -> None:
    targets = as_targets([figure(10.0, 0.0, 0.0)])
    got = log_likelihood(np.array([[10.0], [13.0]]), np.array([2.0]), targets)[:, 0]
    want = norm.logpdf([10.0, 13.0], 10.0, 2.0)
    assert np.diff(got) == pytest.approx(np.diff(want))


def test_errors_add_in_squares_and_many_replications_leave_the_years_chance() -> None:
    targets = as_targets([figure(600.0, 0.0, 5.0)])
    assert Errors(targets, 1).with_sampling == pytest.approx([5.0 * np.sqrt(2.0)])
    assert Errors(targets, 25).mc_sd == pytest.approx([1.0])
    assert Errors(targets, 10**8).with_sampling == pytest.approx([5.0], rel=1e-6)
    unknown = as_targets([figure(600.0, 0.0, 0.0)])
    assert Errors(unknown, 4, np.array([6.0])).mc_sd == pytest.approx([3.0])


def test_figures_of_one_year_go_together() -> None:
    targets = as_targets([figure(600.0, 0.0, 5.0, "a"), figure(580.0, 0.0, 6.0, "b")])
    correlation = np.array([[1.0, 0.7], [0.7, 1.0]])
    errors = Errors(targets, 10**8, None, correlation)
    means = np.array([[600.0, 580.0], [605.0, 586.0], [605.0, 574.0]])
    got = errors.log_density(means, np.zeros(2))
    covariance = correlation * np.outer([5.0, 6.0], [5.0, 6.0])
    want = multivariate_normal([600.0, 580.0], covariance).logpdf(means)
    assert got - got[0] == pytest.approx(want - want[0], abs=1e-5)


def test_distances_count_from_the_interval_or_from_the_figure() -> None:
    targets = as_targets([figure(0.86, 0.01, 0.0)])
    assert standard_errors([[0.862], [0.875]], [0.005], targets)[:, 0] == pytest.approx([0.0, 2.0])
    total = np.hypot(0.01 / np.sqrt(12.0), 0.004)
    assert implausibility([0.87], [0.004], targets) == pytest.approx(0.01 / total)


def test_within_means_inside_the_rounding_and_two_monte_carlo_errors() -> None:
    targets = as_targets([figure(0.86, 0.01, 0.003)])
    [inside] = compare(targets, [0.8690], [0.002])
    [outside] = compare(targets, [0.8691], [0.002])
    assert (inside.within, outside.within) == (True, False)
    assert inside.errors_mc == pytest.approx(2.0)
    assert inside.errors_all == pytest.approx(0.004 / np.hypot(0.002, 0.003))


def test_leaving_targets_out_keeps_names_and_errors_in_step() -> None:
    targets = as_targets([figure(1.0, 0.0, 1.0, "a"), figure(2.0, 0.0, 2.0, "b"), figure(3.0, 0.0, 3.0, "c")])
    left = Errors(targets, 4, np.array([7.0, 8.0, 9.0]), np.eye(3)).without(("b",))
    assert left.targets.names == ("a", "c")
    assert left.mc_sd == pytest.approx([0.5, 1.5])
    assert left.correlation is not None
    assert left.correlation.shape == (2, 2)
