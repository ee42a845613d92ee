"""What a replay is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settings:
    """Records (CSV with a mapping, or the folder of a run), the scenario, and how often chance is drawn."""

    records: Path
    mapping: Path | None = None
    scenario: str | None = None  # None: the run's own, or "baseline"
    replications: int = 10
    seed: int | None = None  # None: the run's own, or 1
    replication: int = 0  # of a run's folder
    clock: str = "call"  # recorded times count from the call, or from the first alert ("mobilised")
    out: Path | None = None
