"""The fit as a whole: theory where there is one, and a small county."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from calibration.fit import Calibration
from calibration.misfit import compare
from calibration.parameters import Parameter
from calibration.reported import Reported
from calibration.simulated_runs import Runs
from tests.calibration import county

THREE = tuple(Parameter(name, (name,), -6.0, 6.0, "linear", 0.0, 1.0, meaning=name) for name in "abc")
SLOPES = np.array([[1.0, 0.5, 0.0], [0.2, -1.0, 0.0]])
ERROR = np.array([0.5, 0.8])
OBSERVED = np.array([0.9, -0.7])


def straight(points: np.ndarray) -> Runs:
    """Return a world of straight lines without chance, one replication of many (so no Monte-Carlo error)."""
    return Runs(points, (points @ SLOPES.T)[:, None, :], ("x", "y"), ((1, 0),))


def straight_figures() -> tuple[Reported, ...]:
    return tuple(
        Reported(name, value, "", 0.0, "2020", sampling_sd=sd, use="fit")
        for name, value, sd in zip(("x", "y"), OBSERVED, ERROR, strict=True)
    )


def test_in_a_world_of_straight_lines_the_posterior_is_the_normal_one_of_theory() -> None:
    fit = Calibration(THREE, straight_figures())
    fit.learn(straight(fit.next_points(64)))
    sample = fit.posterior(4000, seed=1)
    # One replication: its chance and the reported year's are alike, so that the errors' variance is twice a year's.
    noise = np.diag(1.0 / (2.0 * ERROR**2))
    covariance = np.linalg.inv(np.eye(3) + SLOPES.T @ noise @ SLOPES)
    mean = covariance @ SLOPES.T @ noise @ OBSERVED
    assert sample.values.mean(axis=0) == pytest.approx(mean, abs=0.06)
    assert np.cov(sample.values.T) == pytest.approx(covariance, abs=0.08)
    assert np.all(sample.r_hat < 1.01)
    assert np.array_equal(sample.values, fit.posterior(4000, seed=1).values)


def test_the_best_fit_weighs_figures_against_beliefs() -> None:
    fit = Calibration(THREE, straight_figures())
    fit.learn(straight(fit.next_points(64)))
    noise = np.diag(1.0 / ERROR**2)  # the replication's error, not the reported year's
    want = np.linalg.solve(np.eye(3) + SLOPES.T @ noise @ SLOPES, SLOPES.T @ noise @ OBSERVED)
    assert fit.best().values == pytest.approx(want, abs=1e-3)
    firm = fit.best(tightness=50.0)
    assert firm.predicted == pytest.approx(OBSERVED, abs=0.01)
    assert firm.values[2] == pytest.approx(0.0, abs=1e-3)


@pytest.fixture(scope="module")
def fitted() -> Calibration:
    truth = np.array([[0.93, 1.05, 1.06, 0.97, 1.1, 0.8, 0.98, 33.0, 1.0]])
    year = county.simulate(truth, tuple((99, number) for number in range(40))).mean[0]
    fit = Calibration(county.parameters(), county.report(year))
    while not fit.finished:
        fit.learn(county.simulate(fit.next_points()))
    return fit


def test_waves_close_in_and_stop_when_the_emulator_no_longer_matters(fitted: Calibration) -> None:
    assert 2 <= len(fitted.waves) <= fitted.most_waves
    assert fitted.waves[-1].emulator_error.max() <= 0.5
    assert fitted.runs is not None
    first, later = fitted.runs.points[: fitted.waves[0].points], fitted.runs.points[fitted.waves[0].points :]
    far = [
        np.abs(county.simulate(each).mean[:, 0] - fitted.targets.value[0]).mean() for each in (first, later)
    ]
    assert far[1] < 0.5 * far[0]


def test_the_best_fit_reproduces_the_year_on_new_seeds_after_its_level_is_taken(fitted: Calibration) -> None:
    rough = fitted.best()
    fitted.take_level(county.simulate(rough.values[None], tuple((1, number) for number in range(40))))
    assert fitted.errors.mc_sd[1] == pytest.approx(county.SAMPLING[1] / np.sqrt(40.0))
    best = fitted.best()
    new = county.simulate(best.values[None], tuple((1234, number) for number in range(12)))
    table = compare(fitted.targets, new.mean[0], new.sem[0])
    assert [each.name for each in table if not each.within] == []
    assert best.at_bound == best.unreachable == ()


def test_what_cannot_be_reached_is_said_and_pulls_nothing_to_its_bounds(fitted: Calibration) -> None:
    figures = list(fitted.figures)
    figures[0] = replace(figures[0], value=0.99)
    fit = Calibration(fitted.parameters, tuple(figures))
    assert fitted.runs is not None
    fit.learn(fitted.runs)
    found = {each.name: each for each in fit.attainability()}
    assert found["share_15"].verdict.startswith("cannot be reached: closest is 9")
    assert found["share_15"].alone < 0.97
    assert found["plt_mean_s"].verdict == "can be reached"
    best = fit.best()
    assert best.unreachable == ("share_15",)
    assert best.at_bound == ()
    assert best.values == pytest.approx(fitted.best().values, rel=0.1)
    assert np.all(np.abs(fit.posterior(400, 1).unit.mean(axis=0) - 0.5) < 0.45)


def test_figures_that_exclude_each_other_are_told() -> None:
    both = (*straight_figures(), Reported("z", -30.0, "", 0.0, "2020", sampling_sd=0.1, use="fit"))
    fit = Calibration(
        THREE, (replace(both[0], value=5.0, sampling_sd=0.01), both[1], replace(both[2], value=-5.0))
    )
    points = fit.next_points(64)
    values = np.concatenate([points @ SLOPES.T, points @ SLOPES[:1].T + 0.01], axis=1)
    fit.learn(Runs(points, values[:, None, :], ("x", "y", "z"), ((1, 0),)))
    verdicts = {each.name: each.verdict for each in fit.attainability()}
    assert "together with the others: closest is" in verdicts["x"]
    assert "together with the others: closest is" in verdicts["z"]
    assert verdicts["y"] == "can be reached"
    best = fit.best()
    assert best.unreachable in (("x",), ("z",)), "one of the two is left out, and the other is met"
    assert best.at_bound == ()


def test_points_only_join_with_the_same_replications(fitted: Calibration) -> None:
    with pytest.raises(ValueError, match="same replications"):
        fitted.learn(county.simulate(fitted.next_points(3), ((5, 0), (5, 1), (5, 2))))
    with pytest.raises(KeyError, match="share_15"):
        Calibration(fitted.parameters, fitted.figures).learn(
            Runs(np.ones((1, 9)), np.ones((1, 1, 1)), ("other",), ((1, 0),))
        )
