"""Cells of CSV files that are opened in a spreadsheet: text that would be taken for a formula is marked as text."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from pathlib import Path

from experiments.execution.results_folder import write_text

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def cell(value: object) -> object:
    """Return a cell as it is written: text that begins as a formula does gets an apostrophe before it."""
    if not isinstance(value, str) or not value.startswith(_FORMULA) or _is_number(value):
        return value
    return f"'{value}"


def csv_table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """Return a table as CSV text; None is an empty cell."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([cell(name) for name in head])
    writer.writerows([cell(value) for value in row] for row in rows)
    return text.getvalue()


def write_figures(path: Path, head: Iterable[str], rows: Iterable[Iterable[object]], digits: int) -> None:
    """Write a table as a CSV file, whole, its floats to so many significant figures."""
    shown = ([f"{value:.{digits}g}" if isinstance(value, float) else value for value in row] for row in rows)
    write_text(path, csv_table(head, shown))


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
