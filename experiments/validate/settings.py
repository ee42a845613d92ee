"""What a validation is asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from scenarios.loading.datasets import default_of


@dataclass(frozen=True, slots=True)
class Settings:
    """What the user asked for; ``fit`` is the folder of a calibration, None the shipped fit.

    ``draws`` and ``replications`` of each: None for ``USUAL``, or ``USUAL_BY_MONTH`` where figures are of months.
    """

    scenario: str = field(default_factory=lambda: default_of("validate"))
    targets: Path | None = None
    fit: Path | None = None
    draws: int | None = None
    replications: int | None = None
    days: int | None = None
    workers: int = 1
    seed: int = 1
    out: Path | None = None
