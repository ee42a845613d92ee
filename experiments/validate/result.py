"""What a validation says."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from experiments.validate.months import is_of_months
from experiments.validate.prediction import (
    Compared,
)
from scenarios.schema.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Validation:
    """What a validation found."""

    scenario: Scenario
    compared: tuple[Compared, ...]
    out: Path

    @property
    def by_month(self) -> tuple[Compared, ...]:
        """Return the figures that were predicted from the counts of their months."""
        return tuple(each for each in self.compared if is_of_months(each.prediction.asked))
