"""Breakdowns of a run: by district, type, hour … each figure the mean over the replications."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from experiments.errors import UserError
from experiments.figures import figure
from experiments.store import TABLES_FOLDER
from experiments.tables import read_columns

ALIASES = {"crewing": "first_crewing", "urban": "urban_rural", "rural": "urban_rural", "pump": "appliance"}
"""Other words for a breakdown."""


def breakdown_names(run: Path) -> list[str]:
    """Return the breakdowns that a run holds, without their ``by_``."""
    names = (path.stem for path in (run / TABLES_FOLDER).glob("*.parquet"))
    return sorted(name.removeprefix("by_") for name in names)


def read_breakdown(run: Path, by: str) -> dict[str, list[Any]]:
    """Return one breakdown averaged over replications: text columns as they are, then the mean figures.

    Rows are matched by their text columns, in their order of first appearance. Raises UserError if the run
    has no such breakdown.
    """
    names = breakdown_names(run)
    by = ALIASES.get(by, by)
    if by not in names:
        told = ", ".join(names) or "none"
        msg = f'--by "{by}": this run has no such breakdown. It has: {told}.'
        raise UserError(msg)
    folder = run / TABLES_FOLDER
    path = folder / f"by_{by}.parquet"
    return average(read_columns(path if path.exists() else folder / f"{by}.parquet"))


def average(columns: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Average the figures of rows that agree in every text column; NaN is left out of a mean."""
    keys = [name for name, array in columns.items() if array.dtype.kind in "OU"]
    figures = [name for name in columns if name not in keys and name != "replication"]
    groups: dict[tuple[str, ...], list[int]] = {}
    length = len(next(iter(columns.values()), ()))
    for i in range(length):
        groups.setdefault(tuple(str(columns[name][i]) for name in keys), []).append(i)
    averaged: dict[str, list[Any]] = {name: [key[k] for key in groups] for k, name in enumerate(keys)}
    for name in figures:
        averaged[name] = [_mean([float(columns[name][i]) for i in rows]) for rows in groups.values()]
    return averaged


def _mean(values: list[float]) -> float:
    known = [v for v in values if not math.isnan(v)]
    return math.fsum(known) / len(known) if known else math.nan


def unit_of(column: str) -> str:
    """Tell the unit of a breakdown's column from its name."""
    if column.endswith("_s"):
        return "s"
    if column.startswith(("within_", "share", "availability")) or column.endswith(("share", "_within")):
        return "share"
    return ""


def cell(column: str, value: Any) -> str:
    """Format one cell of a breakdown."""
    return value if isinstance(value, str) else figure(value, unit_of(column))
