"""What came of a sweep."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Swept:
    """What came of a sweep."""

    folder: Path
    points: int
    failed: int
    reused: int
