"""Where a fit of demand is written."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Written:
    """Where the files of a fit are, and the scenario that it was fitted to."""

    folder: Path
    scenario: str

    @property
    def overlay(self) -> Path:
        """The scenario file that extends the base."""
        return self.folder / "overlay.toml"

    @property
    def report(self) -> Path:
        """The report."""
        return self.folder / "report.md"

    @property
    def rejected(self) -> Path:
        """Rows and values that could not be used."""
        return self.folder / "rejected.csv"

    @property
    def fitted(self) -> Path:
        """Every fitted figure."""
        return self.folder / "fitted.csv"
