"""What a run prints on a terminal: tables that fit 80 columns."""

from __future__ import annotations

import math
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

LEFT_OUT = {
    "late_call": "late calls",
    "no_pump_came": "that no pump reached",
    "under_1_min": "under a minute",
    "over_60_min": "over an hour",
}
"""What Home Office response times leave out, in words."""

VERDICTS = {True: "met", False: "not met", None: "undecided"}


def verdict_text(row: Row) -> str:
    """Return met, not met, undecided, or that there is nothing to judge; "" where no standard applies."""
    if row.standard is None:
        return ""
    return "no data" if math.isnan(row.interval.value) else VERDICTS[row.met]


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
    """Return the measures of the first table: the usual ones, then standards that none of them is.

    A service that reads no gauge has none to show.
    """
    by_name = {row.name: row for row in summary.rows if not _is_no_gauge(row)}
    rows = [by_name[name] for name in headline(by_name)]
    shown = {(row.interval.value, row.standard) for row in rows}
    return rows + [
        row
        for row in summary.rows
        if row.name.startswith("standard.") and (row.interval.value, row.standard) not in shown
    ]


def _is_no_gauge(row: Row) -> bool:
    return row.name.startswith("fire.gauge.") and row.interval.value != row.interval.value


def left_out_text(rows: Sequence[Row]) -> str:
    """Return how many primary fires their response times leave out, and why; "" where they leave out none."""
    by_name = {row.name: row.interval.value for row in rows}
    start = "fire.primary.left_out."
    found = {name.removeprefix(start): by_name[name] for name in by_name if name.startswith(start)}
    left_out = math.fsum(found.values())
    if not left_out > 0.0:
        return ""
    every = left_out + by_name["fire.primary.counted"]
    reasons = ", ".join(f"{value:,.3g} {LEFT_OUT[name]}" for name, value in found.items() if value > 0.0)
    return (
        f"Primary fires: {left_out:,.3g} of {every:,.0f} a year are left out of their times, as the Home Office does: "
        f"{reasons}."
    )


def missed_table(summary: Summary) -> Table:
    """Return the table of why incidents missed the attendance standard."""
    table = new_table()
    table.add_column("Why incidents missed the standard")
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
    left_out = left_out_text(summary.rows)
    if left_out:
        to.print()
        to.print(left_out)
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
    told = {verdict_text(row) for row in headline_rows(summary)}
    if "undecided" in told:
        note += " undecided: the standard lies inside the interval."
    if "no data" in told:
        note += " no data: nothing happened that the standard could be judged by."
    return note
