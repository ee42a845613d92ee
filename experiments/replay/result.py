"""How the model's times differ from recorded ones: bias, spread, by group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]

FEWEST = 20
"""Incidents of a group below which nothing is said of it."""
NOISE_FLOOR_S = 95.0
"""About what is left of single incidents in London's records when distance is taken into account (docs/replay.md)."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Model less record over the incidents of a group, seconds; ``chance_s``: the model's own scatter of one."""

    group: str
    name: str
    count: int
    recorded_s: float
    model_s: float
    bias_s: float
    error_s: float  # standard error of the bias
    spread_s: float  # of single incidents about the bias
    chance_s: float

    @property
    def low(self) -> float:
        """Lower end of the 95% interval of the bias."""
        return self.bias_s - 1.96 * self.error_s

    @property
    def high(self) -> float:
        """Upper end."""
        return self.bias_s + 1.96 * self.error_s


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """n incidents of which both a record and the model tell when a pump came: seconds."""

    row: I64  # of the incidents
    recorded_s: F64
    model_s: F64  # mean over the replications
    chance_s: F64  # standard deviation over them

    def difference(self, group: str, name: str, chosen: NDArray[np.bool_]) -> Difference | None:
        """Return the difference of some of them, None if they are too few."""
        count = int(chosen.sum())
        if count < FEWEST:
            return None
        gap = self.model_s[chosen] - self.recorded_s[chosen]
        scatter = self.chance_s[chosen]
        scatter = scatter[~np.isnan(scatter)]
        chance = float(np.sqrt((scatter**2).mean())) if scatter.size else float("nan")
        return Difference(
            group,
            name,
            count,
            float(self.recorded_s[chosen].mean()),
            float(self.model_s[chosen].mean()),
            float(gap.mean()),
            float(gap.std(ddof=1) / np.sqrt(count)),
            float(gap.std(ddof=1)),
            chance,
        )

    def by(self, group: str, index: I64, names: Sequence[str]) -> list[Difference]:
        """Return the differences by what each incident belongs to, the largest group first."""
        mine = index[self.row]
        found = [self.difference(group, name, mine == i) for i, name in enumerate(names)]
        return sorted((each for each in found if each is not None), key=lambda each: -each.count)


def compared(recorded_s: F64, model_s: F64) -> Compared:
    """Return incidents with both; ``model_s`` (R, n) by replication, NaN where no pump came."""
    with np.errstate(invalid="ignore"):
        there = ~np.isnan(recorded_s) & (recorded_s > 0.0) & ~np.isnan(model_s).all(axis=0)
    rows = np.flatnonzero(there)
    some = model_s[:, rows]
    count = (~np.isnan(some)).sum(axis=0)
    mean = np.nansum(some, axis=0) / count
    squares = np.nansum((some - mean) ** 2, axis=0)
    chance = np.where(count > 1, np.sqrt(squares / np.maximum(count - 1, 1)), np.nan)
    return Compared(rows, recorded_s[rows], mean, chance)


@dataclass(frozen=True, slots=True, eq=False)
class Replay:
    """What a replay found."""

    scenario: str
    replications: int
    seed: int
    rows: int
    incidents: int
    left_out: Mapping[str, int]
    first: Compared
    second: Compared
    differences: tuple[Difference, ...]
    worst: tuple[str, ...]  # the biggest differences, told
    log_sha256: tuple[str, ...]
