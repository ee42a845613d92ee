"""Show a finished run: its summary, a breakdown, or every measure with its definition."""

from __future__ import annotations

import sys
from pathlib import Path

from experiments.execution.results_folder import read_identity
from experiments.presentation.as_json import (
    as_text,
    number,
    summary_document,
)
from experiments.presentation.breakdown import cell, shown_columns, station_names
from experiments.presentation.formatting import figure, span
from experiments.presentation.police_report import appendix_text, wide
from experiments.presentation.report import print_summary, verdict_text
from experiments.presentation.spreadsheet import csv_table
from experiments.presentation.summary import Summary
from experiments.presentation.terminal import console, new_table
from experiments.run.breakdowns import columns_by
from experiments.run.result import read_run


def print_run(summary: Summary, *, by: str | None, as_json: bool) -> None:
    """Print what ``turnout run`` prints at its end."""
    if summary.note:
        sys.stderr.write(f"{summary.note}\n")
    if as_json:
        sys.stdout.write(as_text(summary_document(summary)))
        return
    print_summary(summary, console())
    if by is not None:
        print_breakdown(Path(summary.out), by)


def show_run(run: Path, *, by: str | None, every: bool, form: str = "table", appendix: bool = False) -> None:
    """Print a finished run again, as a table, ``json`` or ``csv``.

    ``appendix``: the police's tables of time met by crime, grade and month.
    """
    if appendix:
        by = "police_appendix1"
    read_identity(run)
    if by is not None:
        _show_breakdown(run, by, form=form, appendix=appendix)
        return
    document, summary = read_run(run)
    if form == "json":
        sys.stdout.write(as_text(document))
    elif form == "csv":
        sys.stdout.write(summary_csv(summary))
    elif every:
        print_every(summary)
    else:
        print_summary(summary, console())


def summary_csv(summary: Summary) -> str:
    """Return every measure of a run as CSV: shares as fractions, times in seconds, empty where not known."""
    rows = (
        (
            row.name,
            row.title,
            row.unit,
            *map(
                number, (row.interval.value, row.interval.low, row.interval.high, row.reported, row.standard)
            ),
            verdict_text(row),
        )
        for row in summary.rows
    )
    head = ("name", "title", "unit", "value", "low", "high", "reported", "standard", "verdict")
    return csv_table(head, rows)


def _show_breakdown(run: Path, by: str, *, form: str, appendix: bool) -> None:
    if form == "table":
        if appendix:
            sys.stdout.write(appendix_text(columns_by(run, by)))
        else:
            print_breakdown(run, by)
        return
    columns = columns_by(run, by)
    cells = [
        [value if isinstance(value, str | bool | int) else number(value) for value in row]
        for row in zip(*columns.values(), strict=True)
    ]
    if form == "csv":
        sys.stdout.write(csv_table(columns, cells))
        return
    rows = [dict(zip(columns, row, strict=True)) for row in cells]
    sys.stdout.write(as_text({"by": by, "run": str(run), "rows": rows}))


def print_breakdown(run: Path, by: str) -> None:
    """Print one breakdown: the columns that a terminal has room for."""
    columns = columns_by(run, by)
    if "grade" in columns and "group" in columns:
        columns = wide(columns)
    shown = shown_columns(columns)
    stations = {} if "name" in columns else station_names(run)
    table = new_table()
    for name, heading in shown.items():
        text = bool(columns[name]) and isinstance(columns[name][0], str)
        table.add_column(heading, justify="left" if text else "right", no_wrap=not text)
    for row in zip(*(columns[name] for name in shown), strict=True):
        table.add_row(*(cell(name, value, stations) for name, value in zip(shown, row, strict=True)))
    to = console()
    to.print()
    to.print(table)
    more = "" if len(shown) == len(columns) else " --format csv or json gives every column."
    to.print(f"Means over the replications; times in minutes:seconds.{more}")


def print_every(summary: Summary) -> None:
    """Print every measure with its stable name."""
    table = new_table()
    table.add_column("Measure", overflow="fold")
    table.add_column("Simulated", justify="right", no_wrap=True)
    table.add_column("95% interval", justify="right", no_wrap=True)
    table.add_column("Unit", no_wrap=True)
    for row in summary.rows:
        table.add_row(
            row.name,
            figure(row.interval.value, row.unit),
            span(row.interval.low, row.interval.high, row.unit),
            {"s": "min:s"}.get(row.unit, row.unit),
        )
    console().print(table)
