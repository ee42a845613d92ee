"""What a run over a sample prints on a terminal: both intervals side by side, in 80 columns."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from experiments.posterior.result import Basis, PosteriorSummary
from experiments.presentation.formatting import figure, length_text, span
from experiments.presentation.headline import headline
from experiments.presentation.report import headline_rows, print_further, verdict_text
from experiments.presentation.summary import Row
from experiments.presentation.terminal import new_table


def print_posterior(found: PosteriorSummary, to: Console, *, every: bool = False) -> None:
    """Print the figures, the causes of the misses, what the intervals are, and where all was written."""
    summary = found.summary
    to.print(summary.title, style="bold", markup=False)
    to.print(
        f"{sets_text(found.basis, summary.days)}, seed {summary.seed}, {summary.incidents:,} incidents. "
        "Means in minutes:seconds.",
        markup=False,
    )
    to.print()
    to.print(
        both_table(found, summary.rows, names=True) if every else both_table(found, headline_rows(summary))
    )
    if not every:
        print_further(summary, to)
    to.print()
    for note in (*definitions_of(found.basis, summary.days), *found.basis.notes):
        to.print(note, markup=False)
    if any(row.standard is not None for row in headline_rows(summary)):
        to.print("Standards are judged by the interval with parameters.")
    to.print(f"Written to {summary.out}", soft_wrap=True, markup=False)


def both_table(found: PosteriorSummary, rows: Sequence[Row], *, names: bool = False) -> Table:
    """Return the table of both intervals; a standard and its verdict stand in one cell, one above the other."""
    table = new_table()
    table.padding = (0, 0)  # six columns on 80
    table.add_column("Measure", overflow="fold")
    for heading in ("Mean", "Parameters\nheld", "With\nparameters"):
        table.add_column(heading, justify="right", no_wrap=True)
    if not names:
        table.add_column("Reported", justify="right", no_wrap=True)
        table.add_column("Standard", justify="right", no_wrap=True)
    titles = headline(row.name for row in rows)
    for row in rows:
        held = found.held(row.name, row.unit)
        standard = f"{figure(row.standard, row.unit)}\n{verdict_text(row)}".strip()
        more = () if names else (figure(row.reported, row.unit), standard)
        table.add_row(
            row.name if names else titles.get(row.name, row.title),
            figure(row.interval.value, row.unit),
            span(held.low, held.high, row.unit),
            span(row.interval.low, row.interval.high, row.unit),
            *more,
            style="bold" if row.standard is not None else None,
        )
    return table


def sets_text(basis: Basis, days: int) -> str:
    """Return "20 of 1,000 parameter sets (posterior_fire.csv) × 2 replications of 1 year"."""
    return (
        f"{basis.draws} of {basis.of:,} parameter sets ({basis.sample}) × {basis.replications} replications of "
        f"{length_text(days)}"
    )


def definitions_of(basis: Basis, days: int) -> tuple[str, str]:
    """Return what the two intervals are, in two sentences with their numbers."""
    count = basis.draws * basis.replications
    held = (
        f"Parameters held: 95%, the chance of {count} simulated periods of {length_text(days)} alone (t, "
        f"{basis.draws * (basis.replications - 1)} degrees of freedom)."
    )
    whole = (
        "With parameters: 95% for the expectation if the true parameters are like one more set of the sample "
        f"(t; variance between {basis.draws} sets net of chance, and that of the mean)."
    )
    return held, whole
