"""Morris and Sobol against functions whose indices are known on paper."""

from __future__ import annotations

import math

import numpy as np
import pytest

from experiments.sensitivity.indices import (
    Screened,
    elementary_effects,
    jackknife,
    latin_design,
    morris_design,
    morris_indices,
    sobol_design,
    sobol_indices,
    survivors,
)
from experiments.statistics.intervals import t_interval

PATHS = ("x1", "x2", "x3")
A, B = 7.0, 0.1


def ishigami(design: np.ndarray) -> np.ndarray:
    x = -np.pi + 2 * np.pi * design
    return np.sin(x[:, 0]) + A * np.sin(x[:, 1]) ** 2 + B * x[:, 2] ** 4 * np.sin(x[:, 0])


def ishigami_theory() -> tuple[list[float], list[float]]:
    """First and total indices: Ishigami and Homma (1990); variance a²/8 + bπ⁴/5 + b²π⁸/18 + ½."""
    variance = A**2 / 8 + B * math.pi**4 / 5 + B**2 * math.pi**8 / 18 + 0.5
    first = [0.5 * (1 + B * math.pi**4 / 5) ** 2, A**2 / 8, 0.0]
    both = B**2 * math.pi**8 * (1 / 18 - 1 / 50)
    return [v / variance for v in first], [v / variance for v in (first[0] + both, first[1], both)]


def test_sobol_indices_of_ishigami_within_their_own_error() -> None:
    design = sobol_design(PATHS, 1024, 1)
    rows = {row.path: row for row in sobol_indices(PATHS, ishigami(design)[:, None], 1)}
    for i, (first, total) in enumerate(zip(*ishigami_theory(), strict=True)):
        row = rows[PATHS[i]]
        assert abs(row.first - first) < 1.5 * row.first_half_width  # 1.5 × 1.96: three standard errors
        assert abs(row.total - total) < 1.5 * row.total_half_width
        assert row.total_half_width < 0.1  # an error so wide would let anything pass


def test_the_bootstrap_error_shrinks_with_the_samples() -> None:
    widths = []
    for samples in (64, 1024):
        rows = sobol_indices(PATHS, ishigami(sobol_design(PATHS, samples, 1))[:, None], 1)
        widths.append(max(row.total_half_width for row in rows))
    assert widths[1] < widths[0] / 2


def test_noise_of_replications_is_told_and_is_nought_without_noise() -> None:
    design = sobol_design(PATHS, 128, 1)
    plain = np.repeat(ishigami(design)[:, None], 4, axis=1)
    noisy = plain + np.random.default_rng(5).normal(0, 1.0, plain.shape)
    assert all(row.total_noise < 1e-9 for row in sobol_indices(PATHS, plain, 1))
    assert all(row.total_noise > 0.01 for row in sobol_indices(PATHS, noisy, 1))
    assert all(math.isnan(row.total_noise) for row in sobol_indices(PATHS, plain[:, :1], 1))


def test_morris_gives_the_slopes_of_a_plane_exactly() -> None:
    design = morris_design(PATHS, 5, 1)
    values = (3.0 * design[:, 0] - 2.0 * design[:, 1])[:, None]
    rows = {row.path: row for row in morris_indices(PATHS, design, values, 1)}
    assert rows["x1"].mu == pytest.approx(3.0)
    assert rows["x2"].mu == pytest.approx(-2.0)
    assert rows["x2"].mu_star == pytest.approx(2.0)
    assert rows["x3"].mu_star == 0.0
    assert all(row.sigma == pytest.approx(0.0, abs=1e-12) for row in rows.values())


def test_the_effects_of_each_replication_average_to_those_of_salib() -> None:
    design = morris_design(PATHS, 8, 3)
    values = ishigami(design)[:, None] + np.random.default_rng(2).normal(size=(len(design), 3))
    effects = elementary_effects(design, values).mean(axis=2)
    for row in morris_indices(PATHS, design, values, 1):
        i = PATHS.index(row.path)
        assert np.abs(effects[:, i]).mean() == pytest.approx(row.mu_star)
        assert effects[:, i].mean() == pytest.approx(row.mu)


def test_more_trajectories_begin_with_the_same_points() -> None:
    few, many = morris_design(PATHS, 3, 1), morris_design(PATHS, 6, 1)
    assert np.array_equal(few, many[: len(few)])
    assert not np.array_equal(many[:4], many[4:8])


@pytest.mark.parametrize("make", [morris_design, sobol_design, latin_design])
def test_a_design_is_decided_by_its_seed(make) -> None:
    first, again, other = make(PATHS, 8, 1), make(PATHS, 8, 1), make(PATHS, 8, 2)
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    assert first.min() >= 0.0
    assert first.max() <= 1.0


def test_a_constant_answer_has_no_indices() -> None:
    design = sobol_design(PATHS, 16, 1)
    rows = sobol_indices(PATHS, np.full((len(design), 2), 0.5), 1)
    assert [row.total for row in rows] == [0.0, 0.0, 0.0]


def screened(path: str, mu_star: float, error: float = 0.0) -> Screened:
    return Screened(path, mu_star, error, math.nan, mu_star, 0.0)


def test_survivors_get_the_benefit_of_the_doubt() -> None:
    rows = [screened("large", 1.0), screened("unsure", 0.05, 0.06), screened("small", 0.05, 0.01)]
    assert survivors(rows, share=0.1, most=5) == ["large", "unsure"]
    assert survivors(rows, share=0.1, most=1) == ["large"]
    assert survivors([screened("nothing", 0.0)], share=0.1, most=5) == []


def test_the_jackknife_of_a_mean_is_its_t_interval() -> None:
    values = [3.0, 5.0, 4.0, 9.0]
    left_out = [(sum(values) - value) / 3 for value in values]
    assert jackknife(left_out) == pytest.approx(t_interval(values).half_width)
    assert math.isnan(jackknife([1.0]))
