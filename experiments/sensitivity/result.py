"""What a sensitivity study says: records only."""

from __future__ import annotations

from dataclasses import dataclass

from experiments.execution.documents import Document
from experiments.sensitivity.indices import (
    Index,
    Screened,
)
from experiments.sensitivity.ranking import Ranking
from experiments.sensitivity.settings import Settings
from experiments.statistics.intervals import Interval
from scenarios.uncertainty.ranges import Range


@dataclass(frozen=True, slots=True)
class Swing:
    """The measure with one assumption at the ends of its range, and the paired differences from the base."""

    path: str
    low: Interval
    high: Interval
    low_difference: Interval
    high_difference: Interval

    @property
    def width(self) -> float:
        """How far the measure swings between the ends, or from the base to one of them."""
        ends = (0.0, self.low_difference.value, self.high_difference.value)
        return max(ends) - min(ends)


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """What a study says. ``swings`` and ``screened`` have every assumption, the largest first."""

    scenario: str
    title: str
    measure: str
    measure_title: str
    unit: str
    higher_is_better: bool
    settings: Settings
    ranges: tuple[Range, ...]  # scenarios.uncertainty.ranges.Range
    nominal: Document
    value: Interval
    swings: tuple[Swing, ...]
    screened: tuple[Screened, ...]
    survivors: tuple[str, ...]
    indices: tuple[Index, ...]
    ranking: Ranking | None
    points: int
    out: str
