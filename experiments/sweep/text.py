"""What a sweep prints: how far it is, what came out by lever, and all of it as CSV or JSON."""

from __future__ import annotations

import math
import sys
from pathlib import Path

import pyarrow as pa
from rich.console import Console
from rich.table import Table

from experiments.execution import model
from experiments.execution.documents import Document, Value
from experiments.execution.lock import at_work
from experiments.execution.results_folder import latest
from experiments.presentation.as_json import as_text
from experiments.presentation.formatting import figure, span
from experiments.presentation.report import HEADLINE
from experiments.presentation.spreadsheet import csv_table
from experiments.presentation.terminal import console, new_table
from experiments.statistics.intervals import LEVEL, t_interval, within_range
from experiments.sweep.folder import SWEEP
from experiments.sweep.reading import SweepIdentity, read_sweep, read_table
from experiments.sweep.result import Swept

MOST_ERRORS = 10


def columns_of(table: pa.Table, role: str) -> list[str]:
    """Return the names of the columns of a role: lever, uncertainty or outcome."""
    wanted = role.encode()
    return [column.name for column in table.schema if (column.metadata or {}).get(b"role") == wanted]


def print_swept(swept: Swept) -> None:
    """Print what came of a sweep that has just ended."""
    print_summary(swept.folder)
    if swept.failed:
        noun = "point" if swept.failed == 1 else "points"
        sys.stderr.write(
            f"{swept.failed} {noun} failed: `turnout sweep status {swept.folder}` tells why, "
            "--retry-failed does them again.\n"
        )
    sys.stdout.write(f"Written to {swept.folder}\n")


def print_table(folder: Path | None, *, form: str) -> None:
    """Print the results of a sweep: ``form`` is table (a summary by lever), csv or json (every replication)."""
    folder = folder or latest(SWEEP)
    identity = read_sweep(folder)
    table = read_table(folder)
    done = len(set(table["point"].to_pylist())) if table.num_rows else 0
    if done < identity["points"]:
        sys.stderr.write(f"Not finished: {done} of {identity['points']} points.\n")
    if form == "table":
        print_summary(folder)
    elif form == "csv":
        rows = zip(*(table[name].to_pylist() for name in table.column_names), strict=True)
        sys.stdout.write(csv_table(table.column_names, rows) if table.num_columns else "")
    else:
        sys.stdout.write(as_text(_document(identity, table)))


def _document(identity: SweepIdentity, table: pa.Table) -> Document:
    return {
        "sweep": identity["sweep"],
        "points": identity["points"],
        "replications": identity["replications"],
        "seed": identity["seed"],
        "levers": columns_of(table, "lever"),
        "uncertainties": columns_of(table, "uncertainty"),
        "outcomes": identity["outcomes"],
        "rows": table.to_pylist(),
    }


def print_summary(folder: Path) -> None:
    """Print a table for each outcome: its mean by lever, with what the uncertainties make of it."""
    identity = read_sweep(folder)
    table = read_table(folder)
    to = console()
    samples = len(set(table["sample"].to_pylist())) if table.num_rows else 0
    to.print(f"Sweep {identity['sweep']}", style="bold", markup=False)
    noun = "sample" if samples == 1 else "samples"
    told = f"{identity['points']} points, {samples} {noun} of the uncertainties"
    to.print(f"{told}, {identity['replications']} replications of {identity['days']} days each.")
    if not table.num_rows:
        to.print("No point is finished yet.")
        return
    levers = columns_of(table, "lever")
    units = model.units_of_names(identity["outcomes"])
    rows = [row for row in table.to_pylist() if row["error"] is None]
    for outcome in identity["outcomes"]:
        to.print()
        to.print(_outcome_table(rows, levers, outcome, units.get(outcome, ""), samples))
    to.print()
    to.print(_note(samples))


def _outcome_table(rows: list[Document], levers: list[str], outcome: str, unit: str, samples: int) -> Table:
    table = new_table()
    for lever in levers:
        table.add_column(lever, overflow="fold")
    table.add_column(HEADLINE.get(outcome, outcome), justify="right", overflow="fold")
    spread = f"{LEVEL:.0%} interval" if samples == 1 else "Lowest to highest sample"
    table.add_column(spread, justify="right")
    by_choice: dict[tuple[Value, ...], dict[int, list[float]]] = {}
    for row in rows:
        choice = tuple(row[lever] for lever in levers)
        value = math.nan if row[outcome] is None else row[outcome]
        by_choice.setdefault(choice, {}).setdefault(row["sample"], []).append(value)
    for choice, by_sample in by_choice.items():
        intervals = [t_interval(values) for values in by_sample.values()]
        means = [one.value for one in intervals if not math.isnan(one.value)]
        mean = math.fsum(means) / len(means) if means else math.nan
        only = within_range(intervals[0], unit)
        ends = (only.low, only.high) if samples == 1 else _ends(means)
        table.add_row(*map(str, choice), figure(mean, unit), span(*ends, unit))
    return table


def _ends(means: list[float]) -> tuple[float, float]:
    return (min(means), max(means)) if means else (math.nan, math.nan)


def _note(samples: int) -> str:
    if samples == 1:
        return "Intervals: t over the replications, the model's own chance only."
    return (
        "Means over the samples; lowest and highest mean of a sample. Every row met the same samples and the same "
        "incidents, so rows differ by their levers only."
    )


def print_status(folder: Path | None, *, as_json: bool) -> None:
    """Print how far a sweep is, who is at work on it, and the errors of failed points."""
    folder = folder or latest(SWEEP)
    identity = read_sweep(folder)
    table = read_table(folder)
    points = set(table["point"].to_pylist()) if table.num_rows else set()
    errors = [row for row in table.to_pylist() if row["error"] is not None] if table.num_rows else []
    holder = at_work(folder)
    if as_json:
        document = {
            "sweep": identity["sweep"],
            "folder": str(folder),
            "points": identity["points"],
            "done": len(points) - len(errors),
            "failed": len(errors),
            "left": identity["points"] - len(points),
            "at_work": holder,
            "errors": [
                {"point": row["point"], "number": row["number"], "error": row["error"]} for row in errors
            ],
        }
        sys.stdout.write(as_text(document))
        return
    to = console()
    to.print(f"Sweep {identity['sweep']} in {folder}", markup=False, soft_wrap=True)
    left = identity["points"] - len(points)
    to.print(
        f"{identity['points']} points: {len(points) - len(errors)} done, {len(errors)} failed, {left} left."
    )
    to.print(f"At work: {holder or 'nobody'}.", markup=False, soft_wrap=True)
    _print_errors(to, errors)


def _print_errors(to: Console, errors: list[Document]) -> None:
    for row in errors[:MOST_ERRORS]:
        to.print(f"Point {row['number']} ({row['point']}): {row['error']}", markup=False, soft_wrap=True)
    if len(errors) > MOST_ERRORS:
        to.print(f"… and {len(errors) - MOST_ERRORS} more: `turnout sweep table --format csv` has them all.")
