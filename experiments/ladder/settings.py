"""What a ladder is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from experiments.ladder.removals import ORDERS


@dataclass(frozen=True, slots=True)
class Settings:
    """What the user asked for; ``rungs`` empty: the usual ones."""

    base: str = "baseline"
    rungs: tuple[int, ...] = ()
    by: tuple[str, ...] = ORDERS
    orders: int = 3
    leave_one_out: bool = True
    replications: int = 5
    days: int = 28
    seed: int = 1
    workers: int = 1
    out: Path | None = None
