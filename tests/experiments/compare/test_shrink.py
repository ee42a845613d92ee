"""Unit and theory: means of cells that lean on their area."""

from __future__ import annotations

import numpy as np
import pytest

from experiments.statistics.small_area import between_variance, shrunk_means


def test_cells_that_do_not_differ_all_get_the_mean_of_their_area() -> None:
    cell = np.repeat(np.arange(4), 10)
    value = np.tile([-5.0, 5.0], 20) + 7.0
    means = shrunk_means(cell, value, np.zeros(4, dtype=np.int64))
    assert means.raw == pytest.approx([7.0] * 4)
    assert means.mean == pytest.approx([7.0] * 4)
    assert means.lean == pytest.approx([1.0] * 4)


def test_cells_without_scatter_keep_their_own_means() -> None:
    cell = np.repeat(np.arange(3), 20)
    means = shrunk_means(cell, np.repeat([0.0, 0.0, 300.0], 20), np.zeros(3, dtype=np.int64))
    assert means.mean == pytest.approx([0.0, 0.0, 300.0])
    assert means.error == pytest.approx([0.0] * 3)


def test_a_cell_without_incidents_gets_the_mean_of_its_area_and_says_how_unsure() -> None:
    cell = np.repeat([0, 1], 30)
    means = shrunk_means(cell, np.repeat([10.0, 20.0], 30), np.zeros(3, dtype=np.int64))
    assert means.count.tolist() == [30, 30, 0]
    assert means.mean[2] == pytest.approx(15.0)
    assert np.isnan(means.raw[2])
    assert means.error[2] > 5.0 > means.error[0]


def test_nothing_is_said_of_areas_with_too_few_incidents_or_of_no_area() -> None:
    cell = np.repeat([0, 1, 2], [40, 10, 40])
    means = shrunk_means(cell, np.ones(90), np.array([0, 1, -1]), least=30)
    assert np.isnan(means.mean).tolist() == [False, True, True]


def test_spread_between_cells_is_found() -> None:
    rng = np.random.default_rng(2)
    n = rng.integers(5, 60, 3000).astype(np.float64)
    mean = rng.normal(40.0, 15.0, n.size) + rng.normal(0.0, 1.0, n.size) * np.sqrt(900.0 / n)
    assert between_variance(n, mean, 900.0) == pytest.approx(225.0, rel=0.1)


def test_shrunk_means_are_nearer_the_truth_and_their_errors_are_honest() -> None:
    """2,000 cells with 3 to 40 incidents each: truth within 1.96 errors in 95%, and half the squared error."""
    rng = np.random.default_rng(4)
    cells = 2000
    truth = rng.normal(0.0, 20.0, cells)
    count = rng.integers(3, 41, cells)
    cell = np.repeat(np.arange(cells), count)
    value = truth[cell] + rng.normal(0.0, 100.0, cell.size)
    means = shrunk_means(cell, value, np.zeros(cells, dtype=np.int64))
    raw, shrunk = np.mean((means.raw - truth) ** 2), np.mean((means.mean - truth) ** 2)
    assert shrunk < 0.5 * raw
    covered = np.mean(np.abs(means.mean - truth) <= 1.96 * means.error)
    assert covered == pytest.approx(0.95, abs=3 * np.sqrt(0.95 * 0.05 / cells) + 0.005)
