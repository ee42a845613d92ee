"""Means, shares and quantiles by group, over columns. No frames: a table is a dict of equally long arrays."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.world.fire import F64, I64

Table = dict[str, NDArray[Any]]


WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
"""Names of the days of the week, in their order."""


def ratio(part: NDArray[Any], whole: NDArray[Any]) -> F64:
    """Return part / whole, NaN where whole is 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(whole != 0, np.divide(part, whole, dtype=np.float64), np.nan)


def mean(values: NDArray[Any]) -> float:
    """Return the mean of the numbers among ``values``, NaN if there are none."""
    kept = values[~np.isnan(values)]
    return float(kept.mean(dtype=np.float64)) if kept.size else float("nan")


def quantile(values: NDArray[Any], share: float) -> float:
    """Return the quantile (linear between order statistics) of the numbers among ``values``, NaN if none."""
    kept = values[~np.isnan(values)]
    return float(np.quantile(kept, share)) if kept.size else float("nan")


def share_within(values: NDArray[Any], limit: float) -> float:
    """Return the share of ``values`` at or under ``limit``; a NaN (never) is not within. NaN if there are
    none.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return float(np.count_nonzero(values <= limit) / values.size) if values.size else float("nan")


def group_mean(group: I64, values: NDArray[Any], groups: int) -> F64:
    """Return the mean of the numbers among ``values`` by group (groups,), NaN for a group without."""
    kept = ~np.isnan(values)
    totals = np.bincount(group[kept], weights=values[kept], minlength=groups)
    return ratio(totals, np.bincount(group[kept], minlength=groups))


def group_share_within(group: I64, values: NDArray[Any], limit: float, groups: int) -> F64:
    """Return the share of ``values`` within ``limit`` by group (groups,); NaN values count as not within."""
    within = np.bincount(group[values <= limit], minlength=groups)
    return ratio(within, np.bincount(group, minlength=groups))


def group_quantiles(group: I64, values: NDArray[Any], shares: tuple[float, ...], groups: int) -> list[F64]:
    """Return for each of ``shares`` the quantile by group (groups,), linear between order statistics."""
    kept = ~np.isnan(values)
    group, values = group[kept], values[kept]
    ordered = values[np.lexsort((values, group))].astype(np.float64)
    count = np.bincount(group, minlength=groups)
    start = np.concatenate(([0], np.cumsum(count)[:-1]))
    results = []
    for share in shares:
        result = np.full(groups, np.nan)
        some = count > 0
        position = (count[some] - 1) * share
        low = np.floor(position).astype(np.int64)
        high = np.minimum(low + 1, count[some] - 1)
        below, above = ordered[start[some] + low], ordered[start[some] + high]
        result[some] = below + (above - below) * (position - low)
        results.append(result)
    return results
