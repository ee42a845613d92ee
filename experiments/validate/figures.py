"""Which figures are predicted, and their comparison: names are read first, values only when predictions are written.

A table of reported figures has the form of ``calibration/targets/fire.csv`` (docs/calibration.md). Rows with ``use``
= ``hold_out`` are predicted; in a table without the column ``use`` every row is.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from calibration.reported import NEEDED, Reported, read_reported
from experiments.calibrate.settings import read_table
from experiments.errors import UserError
from experiments.execution.documents import Document

HIGH_HARM = "high_harm"


@dataclass(frozen=True, slots=True)
class Asked:
    """A figure that is to be predicted: its name and period, not its value.

    ``total``: the sum of others that are predicted, shown and not counted by itself.
    """

    measure: str
    period: str
    total: bool = False

    @property
    def key(self) -> str:
        """Return measure and period as one name."""
        return f"{self.measure}@{self.period}"


def asked_figures(path: Path) -> tuple[Asked, ...]:
    """Return names and periods of the figures to predict. Raises UserError telling what is wrong with the table."""
    from scenarios.loading.csv_tables import csv_records
    from scenarios.loading.faults import ScenarioError

    try:
        columns, lines = csv_records(path, str(path))
    except ScenarioError as fault:
        raise UserError(str(fault).replace("in the scenario", "in the table", 1)) from fault
    missing = [name for name in NEEDED if name not in columns]
    if missing:
        msg = f"{path.name}: no column {', '.join(missing)}. The first line must name {', '.join(NEEDED)}."
        raise UserError(msg)
    rows = [{name: row[name] for name in (*NEEDED, "use") if name in columns} for _, row in lines]
    held = [row for row in rows if row.get("use", "hold_out") == "hold_out"]
    periods = {(row["measure"].rpartition(".")[0], row["period"]) for row in held}
    found = tuple(
        Asked(row["measure"], row["period"], total=row not in held)
        for row in rows
        if row in held or _is_total(row, periods)
    )
    if not found:
        msg = f'{path.name}: no figure is marked "hold_out" in the column use. Mark those to predict.'
        raise UserError(msg)
    return found


def _is_total(row: dict[str, str], periods: set[tuple[str, str]]) -> bool:
    """Say whether a row that is not held out is all high harm of a grade and month whose crimes are."""
    scope, _, crime = row["measure"].rpartition(".")
    return crime == HIGH_HARM and (scope, row["period"]) in periods and row.get("use") == "context"


def reported_figures(path: Path, asked: tuple[Asked, ...]) -> tuple[Reported, ...]:
    """Return the asked figures with their values, in the same order. Raises UserError telling every fault."""
    by_key: Document = {figure.key: figure for figure in read_table(path, read_reported)}
    return tuple(by_key[each.key] for each in asked)
