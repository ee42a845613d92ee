"""Which figures are predicted, and their comparison: names are read first, values only when predictions are written.

A table of reported figures has the form of ``calibration/targets/fire.csv`` (docs/calibration.md). Rows with ``use``
= ``hold_out`` are predicted; in a table without the column ``use`` every row is.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from calibration.reported import NEEDED, Reported, read_reported
from experiments.calibrate.settings import read_table
from experiments.errors import UserError


@dataclass(frozen=True, slots=True)
class Asked:
    """A figure that is to be predicted: its name and period, not its value."""

    measure: str
    period: str

    @property
    def key(self) -> str:
        """Return measure and period as one name."""
        return f"{self.measure}@{self.period}"


def asked_figures(path: Path) -> tuple[Asked, ...]:
    """Return names and periods of the figures to predict. Raises UserError telling what is wrong with the table."""
    from scenarios.faults import ScenarioError
    from scenarios.files import read_text

    if not path.is_file():
        msg = f"{path}: there is no such table."
        raise UserError(msg)
    try:
        reader = csv.DictReader(io.StringIO(read_text(path, path.name), newline=""))
    except ScenarioError as fault:
        raise UserError(str(fault).replace("in the scenario", "in the table", 1)) from fault
    columns = reader.fieldnames or ()
    missing = [name for name in NEEDED if name not in columns]
    if missing:
        msg = f"{path.name}: no column {', '.join(missing)}. The first line must name {', '.join(NEEDED)}."
        raise UserError(msg)
    found = tuple(
        Asked((row["measure"] or "").strip(), (row["period"] or "").strip())
        for row in reader
        if "use" not in columns or (row["use"] or "").strip() == "hold_out"
    )
    if not found:
        msg = f'{path.name}: no figure is marked "hold_out" in the column use. Mark those to predict.'
        raise UserError(msg)
    return found


def reported_figures(path: Path, asked: tuple[Asked, ...]) -> tuple[Reported, ...]:
    """Return the asked figures with their values, in the same order. Raises UserError telling every fault."""
    by_key: dict[str, Any] = {figure.key: figure for figure in read_table(path, read_reported)}
    return tuple(by_key[each.key] for each in asked)
