"""What a sweep is asked for, beside its file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class SweepSettings:
    """What the user asked for; None where nothing was said."""

    file: Path
    workers: int = 1
    scheduler: str | None = None
    out: Path | None = None
    retry_failed: bool = False
