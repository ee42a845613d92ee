"""What a run is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settings:
    """What the user asked for; None where nothing was said."""

    scenario: str = "baseline"
    replications: int = 5
    precision: str | None = None
    ceiling: int = 200
    years: float | None = None
    seed: int = 1
    workers: int = 1
    out: Path | None = None
    days: int | None = None
    by: str | None = None  # a breakdown that will be printed: it is checked before anything is simulated
