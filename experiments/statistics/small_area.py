"""Means of small places, leaning on their surroundings where incidents are few.

A cell of a square kilometre sees a handful of incidents a year, and one incident that meets an engine away from
home may differ by ten minutes. The mean difference of a cell is therefore drawn towards the mean of its area (the
ground of one station), by as much as the cells of that area agree with each other: the normal-normal empirical
Bayes estimate (Efron and Morris 1975; Fay and Herriot 1979), the spread between cells by the method of moments
(DerSimonian and Laird 1986).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.world.fire import F64, I64, Bool


@dataclass(frozen=True, slots=True, eq=False)
class CellMeans:
    """Of each cell (C,): its incidents, the mean of their values, the shrunk mean and its standard error.

    ``lean`` is the weight of the area's mean in the shrunk one, 1 without any incident. All but ``count`` are
    NaN where the whole area has fewer than ``least`` incidents (or the cell belongs to none).
    """

    count: I64
    raw: F64
    mean: F64
    error: F64
    lean: F64

    def of(self, rows: I64) -> CellMeans:
        """Return the means of some cells."""
        return CellMeans(self.count[rows], self.raw[rows], self.mean[rows], self.error[rows], self.lean[rows])


def shrunk_means(cell: I64, value: F64, area: I64, *, least: int = 30) -> CellMeans:
    """Return the means of ``value`` (n,) by ``cell`` (n,), shrunk within ``area`` (C,), −1 for no area."""
    cells = area.size
    count = np.bincount(cell, minlength=cells)
    total: F64 = np.bincount(cell, weights=value, minlength=cells).astype(np.float64)
    square: F64 = np.bincount(cell, weights=value * value, minlength=cells).astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        raw = np.where(count > 0, total / count, np.nan)
    found = CellMeans(count, raw, *(np.full(cells, np.nan) for _ in range(3)))
    for one in np.unique(area[area >= 0]):
        mine = area == one
        if int(count[mine].sum()) >= least:
            _fill(found, mine, total, square)
    return found


def _fill(found: CellMeans, mine: Bool, total: F64, square: F64) -> None:
    """Shrink the cells of one area, in place."""
    n = found.count[mine].astype(np.float64)
    some = n > 0
    whole, k = float(n.sum()), int(some.sum())
    centre = float(total[mine].sum()) / whole
    raw = found.raw[mine]
    within = float((square[mine][some] - n[some] * raw[some] ** 2).sum())
    variance = max(within, 0.0) / max(whole - k, 1.0)  # of one incident about its cell's mean
    between = between_variance(n[some], raw[some], variance)
    noise = np.divide(variance, n, out=np.full(n.size, np.inf), where=some)
    lean = np.ones(n.size)  # no incident, or cells that do not differ: the area's mean
    if between > 0.0:
        lean[some] = noise[some] / (noise[some] + between)
    found.lean[mine] = lean
    found.mean[mine] = lean * centre + (1.0 - lean) * np.where(some, raw, 0.0)
    own = (1.0 - lean) ** 2 * np.where(some, noise, 0.0)
    of_area = lean**2 * (between + (variance + between * float((n**2).sum()) / whole) / whole)
    found.error[mine] = np.sqrt(own + of_area)


def between_variance(n: F64, mean: F64, variance: float) -> float:
    """Return the variance between cells' true means, at least 0 (DerSimonian and Laird, weights ``n``)."""
    if n.size < 2:
        return 0.0
    whole = float(n.sum())
    centre = float((n * mean).sum()) / whole
    seen = float((n * (mean - centre) ** 2).sum())
    return max(0.0, (seen - (n.size - 1) * variance) / (whole - float((n**2).sum()) / whole))
