"""The emulator: exact where the world is quadratic, honest about its error where it is not."""

from __future__ import annotations

import numpy as np
import pytest

from calibration.emulator import fit_emulator
from calibration.parameters import Parameter
from calibration.prior import from_unit, plausible_box, sobol, to_unit
from calibration.simulated_runs import Runs
from tests.calibration import county

TWO = tuple(Parameter(name, (name,), 0.0, 1.0, "linear", 0.5, 0.2) for name in "ab")


def runs_of(points: np.ndarray, *columns: np.ndarray) -> Runs:
    values = np.stack(columns, axis=-1)[:, None, :]
    return Runs(points, values, tuple(f"o{j}" for j in range(len(columns))), ((1, 0),))


def test_a_quadratic_world_is_met_exactly_on_its_scale() -> None:
    points = sobol(40, 2, 1)
    a, b = points.T
    surface = 0.4 + a - 0.5 * b + 0.3 * a * b - 0.2 * b**2
    share, time = 1.0 / (1.0 + np.exp(-surface)), 600.0 + 50.0 * surface
    emulator = fit_emulator(TWO, runs_of(points, share, time, np.exp(3.0 * surface)))
    new = sobol(64, 2, 2)
    a, b = new.T
    surface = 0.4 + a - 0.5 * b + 0.3 * a * b - 0.2 * b**2
    mean, _ = emulator.predict(new)
    assert emulator.scales == ("odds", "plain", "log")
    assert mean[:, 0] == pytest.approx(1.0 / (1.0 + np.exp(-surface)), abs=1e-4)
    assert mean[:, 1] == pytest.approx(600.0 + 50.0 * surface, abs=0.02)
    assert mean[:, 2] == pytest.approx(np.exp(3.0 * surface), rel=1e-3)


def test_shares_stay_shares_and_errors_grow_away_from_the_points() -> None:
    points = 0.4 + 0.2 * sobol(40, 2, 1)
    noise = 0.001 * np.random.default_rng(1).standard_normal(40)
    share = 0.98 + 0.1 * (points[:, 0] - 0.5) + noise
    emulator = fit_emulator(TWO, runs_of(points, share, 600.0 + 100.0 * (points[:, 0] + 5.0 * noise)))
    mean, sd = emulator.predict(np.array([[0.5, 0.5], [1.0, 1.0]]))
    assert np.all((mean[:, 0] > 0.0) & (mean[:, 0] < 1.0))
    assert sd[1, 1] > 3.0 * sd[0, 1]


def test_the_error_of_leaving_one_out_is_that_of_new_points_of_a_county() -> None:
    parameters = county.parameters()
    low, high = plausible_box(parameters)
    design, new = (
        county.simulate(from_unit(parameters, low + sobol(n, len(low), seed) * (high - low)))
        for n, seed in ((120, 3), (60, 99))
    )
    emulator = fit_emulator(parameters, design)
    mean, sd = emulator.at(new.points)
    error = mean - new.mean
    root = np.sqrt((error**2).mean(axis=0))
    assert root / emulator.cv_error == pytest.approx(np.ones(len(county.NAMES)), abs=0.5)
    assert (error / sd).std(axis=0) == pytest.approx(np.ones(len(county.NAMES)), abs=0.5)
    assert root[0] < 0.0015  # of a share that is rounded to 0.01
    assert root[1] < 1.0  # of a mean with a year's chance of 4 s
    assert np.all(emulator.explained > 0.99)


def test_too_few_points_are_refused() -> None:
    with pytest.raises(ValueError, match="simulate at least 4"):
        fit_emulator(TWO, runs_of(sobol(3, 2, 1), np.arange(3.0)))


def test_weights_bring_the_surface_nearer_to_the_points_that_count() -> None:
    points = sobol(60, 2, 1)
    cubic = (points[:, 0] - 0.1) ** 3 * 40.0
    near = points[:, 0] < 0.4
    even = fit_emulator(TWO, runs_of(points, cubic))
    weighted = fit_emulator(TWO, runs_of(points, cubic), np.where(near, 1.0, 0.02))
    unit = to_unit(TWO, points[near])
    gaps = [np.abs(each.predict(unit)[0][:, 0] - cubic[near]).mean() for each in (even, weighted)]
    assert gaps[1] < 0.5 * gaps[0]
