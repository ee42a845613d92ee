"""What a run prints on a terminal: tables that fit 80 columns."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from experiments.presentation.formatting import figure, length_text, span
from experiments.presentation.headline import FIRE, headline
from experiments.presentation.police_report import crime_table, missed_table_of_police
from experiments.presentation.summary import Row, Summary
from experiments.presentation.terminal import new_table
from experiments.statistics.intervals import LEVEL

HEADLINE = FIRE
"""Fire's measures of the first table, with titles short enough for it."""

VERDICTS = {True: "met", False: "not met", None: "undecided"}


def verdict_text(row: Row) -> str:
    """Return met, not met or undecided; "" where no standard applies."""
    return "" if row.standard is None else VERDICTS[row.met]


def headline_table(rows: Sequence[Row]) -> Table:
    """Return the table of simulated, reported and standard figures."""
    table = new_table()
    table.add_column("Measure")
    table.add_column("Simulated", justify="right", no_wrap=True)
    table.add_column(f"{LEVEL:.0%} interval", justify="right", no_wrap=True)
    table.add_column("Reported", justify="right", no_wrap=True)
    table.add_column("Standard", justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    titles = headline(row.name for row in rows)
    for row in rows:
        table.add_row(
            titles.get(row.name, row.title),
            figure(row.interval.value, row.unit),
            span(row.interval.low, row.interval.high, row.unit),
            figure(row.reported, row.unit),
            figure(row.standard, row.unit),
            verdict_text(row),
            style="bold" if row.standard is not None else None,
        )
    return table


def headline_rows(summary: Summary) -> list[Row]:
    """Return the measures of the first table: the usual ones, then standards that none of them is."""
    by_name = {row.name: row for row in summary.rows}
    rows = [by_name[name] for name in headline(by_name)]
    shown = {(row.interval.value, row.standard) for row in rows}
    return rows + [
        row
        for row in summary.rows
        if row.name.startswith("standard.") and (row.interval.value, row.standard) not in shown
    ]


def missed_table(summary: Summary) -> Table:
    """Return the table of why incidents missed the attendance standard."""
    table = new_table()
    table.add_column("Why incidents missed 15 minutes")
    table.add_column("Share of misses", justify="right")
    for cause, share in summary.missed.items():
        table.add_row(cause.replace("_", " "), figure(share, "share"))
    return table


def print_summary(summary: Summary, to: Console) -> None:
    """Print a run's figures, the causes of the misses, and where the run was written."""
    noun = "replication" if summary.replications == 1 else "replications"
    to.print(summary.title, style="bold")
    to.print(
        f"{summary.replications} {noun} of {length_text(summary.days)}, seed {summary.seed}, "
        f"{summary.incidents:,} incidents. Means in minutes:seconds."
    )
    to.print()
    to.print(headline_table(headline_rows(summary)))
    print_further(summary, to)
    to.print()
    to.print(_note(summary))
    to.print(f"Written to {summary.out}", soft_wrap=True, markup=False)


def print_further(summary: Summary, to: Console) -> None:
    """Print the tables under the first: why fire's incidents were missed, police crimes, why the police were late."""
    further = (
        missed_table(summary) if summary.missed and _has_fire(summary) else None,
        crime_table(summary.rows),
        missed_table_of_police(summary.rows),
    )
    for table in further:
        if table is not None:
            to.print()
            to.print(table)


def _has_fire(summary: Summary) -> bool:
    return any(row.name.startswith("fire.") for row in summary.rows)


def _note(summary: Summary) -> str:
    if summary.replications == 1:
        return "One replication: no interval; a standard is judged by the value alone."
    note = f"Intervals: t over {summary.replications} replications, the model's own chance only."
    if any(row.standard is not None and row.met is None for row in headline_rows(summary)):
        note += " undecided: the standard lies inside the interval."
    return note
