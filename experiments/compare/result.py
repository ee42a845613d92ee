"""What a comparison says: records only, everything derived when they are made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from experiments.statistics.intervals import Interval
from experiments.statistics.paired import SHOWN, Verdict

if TYPE_CHECKING:
    from experiments.compare.costs import CostDifference
    from experiments.compare.places import Places
    from experiments.posterior.summary import Basis
    from experiments.posterior.variance import Spread


@dataclass(frozen=True, slots=True)
class MeasureDifference:
    """One measure in base and option, in the measure's unit; ``interval`` is of option − base.

    ``p`` is two-sided for no difference, ``p_adjusted`` after Holm over the options (the same for measures that
    are not adjusted). ``needed`` is the number of replications that would decide, None where decided or not
    to be told. ``slight`` marks a difference that is shown but certainly under ``smallest``, the smallest
    difference of interest. ``variance_ratio`` is what the pairing is worth (``statistics.Paired``).
    """

    name: str
    title: str
    unit: str
    base: float
    option: float
    interval: Interval
    verdict: Verdict
    slight: bool
    smallest: float
    needed: int | None
    p: float
    p_adjusted: float
    adjusted: bool
    variance_ratio: float
    spread: Spread | None = None  # over a sample of parameters, which ``interval`` then includes

    @property
    def difference(self) -> float:
        """Mean of option − base."""
        return self.interval.value

    @property
    def shown(self) -> bool:
        """Whether a difference is shown."""
        return self.verdict in SHOWN


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
