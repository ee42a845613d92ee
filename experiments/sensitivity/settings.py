"""What a sensitivity study is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settings:
    """What the user asked for.

    ``samples`` are Sobol' base samples (0: no indices), ``rank_samples`` those of the ranking. An assumption
    survives the screening if its effect may reach ``share`` of the largest; at most ``most`` do.
    """

    base: str = "baseline"
    options: tuple[str, ...] = ()
    measure: str = "fire.all.within_15"
    trajectories: int = 6
    samples: int = 32
    rank_samples: int = 40
    replications: int = 3
    days: int = 28
    seed: int = 1
    workers: int = 1
    share: float = 0.1
    most: int = 6
    ranges: Path | None = None
    only: tuple[str, ...] = ()
    out: Path | None = None
