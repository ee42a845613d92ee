"""What the service reported: figures by measure name, with unit, rounding, period and source.

Shares are fractions, times seconds. The names are those of the measures that a run gives, where it gives them.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from scenarios.faults import ScenarioError, ScenarioFault

FILE = Path(__file__).parent / "targets" / "fire.csv"
BASELINE_PERIOD = "2020/21"


@dataclass(frozen=True, slots=True)
class Reported:
    """One reported figure. ``rounding`` is the step to which it was rounded, in its unit."""

    measure: str
    value: float
    unit: str
    rounding: float
    period: str
    source: str
    confidence: str
    note: str

    @property
    def lowest(self) -> float:
        """The smallest figure that would have been reported so."""
        return self.value - self.rounding / 2.0

    @property
    def highest(self) -> float:
        """The largest figure that would have been reported so."""
        return self.value + self.rounding / 2.0


def read_reported(path: Path = FILE) -> tuple[Reported, ...]:
    """Return every reported figure, of all periods.

    Raises:
        ScenarioError: a number that is none, or one figure twice; file and row are named.

    """
    figures: list[Reported] = []
    faults: list[ScenarioFault] = []
    seen: dict[tuple[str, str], int] = {}
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        for row in reader:
            where = f"row {reader.line_num}"
            key = (row["measure"], row["period"])
            if key in seen:
                problem = f"the same figure as row {seen[key]}: {key[0]} of {key[1]}"
                faults.append(ScenarioFault(path.name, where, "", problem, "delete one of the two rows"))
            seen[key] = reader.line_num
            try:
                figures.append(_figure(row))
            except ValueError as error:
                problem = str(error)
                faults.append(ScenarioFault(path.name, where, row["value"], problem, "write plain numbers"))
    if faults:
        raise ScenarioError(faults)
    return tuple(figures)


def _figure(row: dict[str, str]) -> Reported:
    return Reported(
        measure=row["measure"],
        value=float(row["value"]),
        unit=row["unit"],
        rounding=float(row["rounding"]),
        period=row["period"],
        source=row["source"],
        confidence=row["confidence"],
        note=row["note"],
    )


def reported(period: str = BASELINE_PERIOD, *, path: Path = FILE) -> dict[str, Reported]:
    """Return the figures of one period by measure name; an unknown period has none."""
    return {figure.measure: figure for figure in read_reported(path) if figure.period == period}


REPORTED: Mapping[str, float] = MappingProxyType({name: each.value for name, each in reported().items()})
"""The values of the baseline's year by measure name."""
