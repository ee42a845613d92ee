"""A response standard, as the measures see it: data, not code. Other services' standards are rows of a
file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Standard:
    """What a service promises, and how it counts.

    ``incidents`` names a filter (``sim.measures.select.FILTERS``, or an incident type's key).
    ``threshold_s`` is in seconds, of ``share_within``; ``percentile`` is a share, of ``percentile``;
    ``target`` is a share for ``share_within`` and seconds otherwise. ``unit_order`` 1 is the first pump to
    arrive, 2 the second.
    """

    key: str
    title: str
    clock: Literal["call", "mobilisation"] = "call"
    incidents: str = "all"
    home_office_exclusions: bool = False
    area: Literal["all", "urban", "rural"] = "all"
    unit_order: int = 1
    statistic: Literal["share_within", "mean", "percentile"] = "share_within"
    threshold_s: float | None = None
    percentile: float | None = None
    target: float = 0.0
    source: str = ""

    def __post_init__(self) -> None:
        """Refuse a standard that says too little.

        Raises:
            ValueError: the statistic lacks its threshold or its percentile; the text names the standard.
        """
        if self.statistic == "share_within" and not (self.threshold_s and self.threshold_s > 0):
            raise ValueError(
                f"standard {self.key!r}: share_within needs threshold_s above 0, not {self.threshold_s!r}"
            )
        if self.statistic == "percentile" and not (self.percentile and 0 < self.percentile < 1):
            raise ValueError(
                f"standard {self.key!r}: percentile needs a share between 0 and 1, not {self.percentile!r}"
            )

    def met(self, value: float) -> bool:
        """Say whether ``value`` (share, or seconds) meets the target; an undefined value (NaN) does not."""
        return value >= self.target if self.statistic == "share_within" else value <= self.target
