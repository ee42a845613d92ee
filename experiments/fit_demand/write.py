"""The files of a fit, written whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from calibration.demand.reader import Rejected
from experiments.execution.results_folder import write_text
from experiments.presentation.spreadsheet import csv_table


def write_rejected(path: Path, rejected: Iterable[Rejected]) -> None:
    """Write the rows and values that could not be used: row, what was lost, why, and the value."""
    write_csv(
        path,
        [{"row": r.row, "lost": r.lost, "reason": r.reason, "value": r.value} for r in rejected],
        header=("row", "lost", "reason", "value"),
    )


def write_csv(path: Path, rows: Sequence[Mapping[str, object]], header: Sequence[str] | None = None) -> None:
    """Write rows as CSV, whole."""
    names = list(header) if header is not None else list(rows[0]) if rows else []
    write_text(path, csv_table(names, ([row.get(name, "") for name in names] for row in rows)))
