"""What a fit of demand is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settings:
    """Incident records (CSV), what their columns mean (TOML), and the scenario whose demand is fitted.

    ``out`` is the folder to write to, None: one under ``runs/``.
    """

    records: Path
    mapping: Path
    scenario: str = "baseline"
    out: Path | None = None
