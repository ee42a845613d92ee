"""One measure in base and option."""

from __future__ import annotations

from dataclasses import dataclass

from experiments.posterior.variance import Spread
from experiments.statistics.intervals import Interval
from experiments.statistics.paired import SHOWN, Verdict


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
