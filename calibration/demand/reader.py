"""One table being read: its values without nulls, and the growing list of what was rejected."""

from __future__ import annotations

from dataclasses import dataclass

from calibration.demand.mapping import Mapping
from calibration.demand.table import Table


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row, or one value of it, that could not be used."""

    row: int
    lost: str  # "row", or the value: time, place, pumps, first_pumps, scene, first_arrival, second_arrival
    reason: str
    value: str


@dataclass(slots=True)
class Reader:
    """One table being read: its columns as text, and the growing list of what was rejected."""

    table: Table
    mapping: Mapping
    rejected: list[Rejected]
    in_order: int = 0  # dates that are possible only as the mapping says
    reversed: int = 0  # dates that are possible only with day and month the other way round
    numbered_again: int = 0  # incidents whose identifier another incident, of another date, has too

    def text(self, i: int, column: str | None) -> str:
        """Return a value, "" where it is null or the mapping names no column."""
        if column is None:
            return ""
        value = self.table.columns[column][i].strip()
        return "" if value in self.mapping.records.null_words else value

    def lose(self, i: int, lost: str, reason: str, value: str) -> None:
        """List a row, or one value of it, as rejected."""
        self.rejected.append(Rejected(self.table.row[i], lost, reason, value))

    def number(self, i: int, column: str | None, lost: str, low: float, high: float) -> float:
        """Return a number within bounds, NaN (and a rejection, unless null) otherwise."""
        text = self.text(i, column)
        if not text:
            return float("nan")
        try:
            value = float(text)
        except ValueError:
            self.lose(i, lost, f"{lost}: not a number", text)
            return float("nan")
        if not low <= value <= high:
            self.lose(i, lost, f"{lost}: impossible, not within {low:g} to {high:g}", text)
            return float("nan")
        return value
