"""The sampler against densities whose moments are known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import truncnorm

from calibration.posterior import draw_sample, effective_size, r_hat
from calibration.prior import sobol

F = np.ndarray


def inside(unit: F, height: F) -> F:
    return np.where(np.all((unit >= 0.0) & (unit <= 1.0), axis=1), height, -np.inf)


def test_a_narrow_ridge_is_sampled_with_its_mean_and_covariance() -> None:
    mean = np.array([0.5, 0.45, 0.55, 0.5])
    root = np.array([[0.06, 0, 0, 0], [0.058, 0.01, 0, 0], [0.0, 0.02, 0.03, 0], [0.01, 0.0, 0.0, 0.08]])
    precision = np.linalg.inv(root @ root.T)

    def density(unit: F) -> F:
        return inside(unit, -0.5 * np.einsum("ci,ij,cj->c", unit - mean, precision, unit - mean))

    sample = draw_sample(density, sobol(64, 4, 1), 4000, seed=1)
    sd = np.sqrt(np.diagonal(root @ root.T))
    assert np.all(sample.effective > 4000)
    assert np.all(sample.r_hat < 1.01)
    assert sample.unit.mean(axis=0) == pytest.approx(mean, abs=4 * sd.max() / np.sqrt(4000))
    assert np.cov(sample.unit.T) == pytest.approx(root @ root.T, abs=0.12 * sd.max() ** 2)


def test_a_density_cut_off_at_a_bound_is_sampled_up_to_it() -> None:
    def density(unit: F) -> F:
        return inside(unit, -0.5 * np.sum(((unit - 0.05) / 0.1) ** 2, axis=1))

    sample = draw_sample(density, sobol(32, 2, 1), 4000, seed=2)
    want = truncnorm(-0.5, 9.5, loc=0.05, scale=0.1)
    assert sample.unit.mean(axis=0) == pytest.approx([want.mean()] * 2, abs=4 * want.std() / np.sqrt(4000))
    assert sample.unit.std(axis=0) == pytest.approx([want.std()] * 2, rel=0.06)
    assert sample.unit.min() > 0.0


def test_two_modes_keep_their_shares() -> None:
    def density(unit: F) -> F:
        left, right = (-0.5 * np.sum(((unit - at) / 0.04) ** 2, axis=1) for at in (0.25, 0.75))
        return inside(unit, np.logaddexp(left + np.log(0.3), right + np.log(0.7)))

    sample = draw_sample(density, sobol(64, 2, 1), 4000, seed=3)
    assert (sample.unit[:, 0] > 0.5).mean() == pytest.approx(0.7, abs=0.05)


def test_the_same_seed_gives_the_same_sample() -> None:
    def density(unit: F) -> F:
        return inside(unit, -50.0 * np.sum((unit - 0.5) ** 2, axis=1))

    one, again, other = (
        draw_sample(density, sobol(16, 2, 1), 50, seed, steps=50, warm_up=50) for seed in (1, 1, 2)
    )
    assert np.array_equal(one.unit, again.unit)
    assert not np.array_equal(one.unit, other.unit)


def test_effective_size_is_that_of_an_autoregression() -> None:
    rng = np.random.default_rng(1)
    steps, chains, rho = 4000, 20, 0.8
    x = np.empty((steps, chains, 1))
    x[0] = rng.standard_normal((chains, 1))
    for t in range(1, steps):
        x[t] = rho * x[t - 1] + np.sqrt(1 - rho**2) * rng.standard_normal((chains, 1))
    assert effective_size(x)[0] == pytest.approx(steps * chains * (1 - rho) / (1 + rho), rel=0.1)
    assert r_hat(x)[0] < 1.01
    assert r_hat(x + np.arange(chains)[None, :, None])[0] > 2.0
