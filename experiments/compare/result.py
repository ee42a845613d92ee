"""What a comparison says: records only, everything derived when they are made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from experiments.compare.costs import CostDifference
from experiments.compare.difference import MeasureDifference
from experiments.compare.places import Places
from experiments.posterior.result import Basis


@dataclass(frozen=True, slots=True)
class Side:
    """One scenario of a comparison; ``label`` is its name, numbered where two have the same."""

    label: str
    title: str
    folder: str
    log_sha256: str
    reused: int  # replications that its folder already held


@dataclass(frozen=True, slots=True)
class OptionResult:
    """One option against the base."""

    side: Side
    measures: tuple[MeasureDifference, ...]
    same_as_base: bool = False  # equal but for name, title, question and source
    places: Places | None = None  # None where not asked for or not to be had
    costs: CostDifference | None = None  # None without a cost model
    notes: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The option's label."""
        return self.side.label

    def measure(self, name: str) -> MeasureDifference:
        """Return one measure by its stable name; KeyError if the comparison has none of that name."""
        for one in self.measures:
            if one.name == name:
                return one
        raise KeyError(name)


@dataclass(frozen=True, slots=True)
class Comparison:
    """A base and its options over the same replications of one seed."""

    base: Side
    options: tuple[OptionResult, ...]
    replications: int
    seed: int
    days: int
    headline: tuple[str, ...]  # measures whose verdicts are adjusted for the number of options
    smallest: Mapping[str, float] = field(default_factory=dict)  # by unit: smallest difference of interest
    notes: tuple[str, ...] = ()
    basis: Basis | None = None  # the sample of parameters, None where they are held
