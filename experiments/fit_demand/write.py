"""The files of a fit, written whole."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from calibration.demand.reader import Rejected
from experiments.execution.results_folder import write_text


def write_rejected(path: Path, rejected: Iterable[Rejected]) -> None:
    """Write the rows and values that could not be used: row, what was lost, why, and the value."""
    write_csv(
        path,
        [{"row": r.row, "lost": r.lost, "reason": r.reason, "value": r.value} for r in rejected],
        header=("row", "lost", "reason", "value"),
    )


def write_csv(path: Path, rows: Sequence[Mapping[str, object]], header: Sequence[str] | None = None) -> None:
    """Write rows as CSV, whole."""
    text = io.StringIO()
    names = list(header) if header is not None else list(rows[0]) if rows else []
    writer = csv.DictWriter(text, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    write_text(path, text.getvalue())
