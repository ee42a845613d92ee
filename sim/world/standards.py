"""A response standard, as the measures see it: data, not code. Other services' standards are rows of a
file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Standard:
    """What a service promises, and how it counts.

    ``service`` says whose units count: the first pump, or the first police unit. ``clock`` starts when the call
    is answered (``call``), when the first unit is alerted or assigned (``mobilisation``), or when the call
    begins to ring (``received``, which differs from ``call`` only where the control room is modelled).
    ``incidents`` names a filter (``sim.measures.fire.select.FILTERS``, ``sim.measures.police.select`` for the
    police, or an incident type's key). ``threshold_s`` is in seconds, of ``share_within``; ``share_met`` is of
    the police: the share within the own target of their grade, urban or rural. ``percentile`` is a share, of
    ``percentile``; ``target`` is a share for ``share_within`` and ``share_met`` and seconds otherwise.
    ``unit_order`` 1 is the first pump or police unit to arrive, 2 the second.
    """

    key: str
    title: str
    clock: Literal["call", "mobilisation", "received"] = "call"
    incidents: str = "all"
    home_office_exclusions: bool = False
    area: Literal["all", "urban", "rural"] = "all"
    unit_order: int = 1
    statistic: Literal["share_within", "share_met", "mean", "percentile"] = "share_within"
    threshold_s: float | None = None
    percentile: float | None = None
    target: float = 0.0
    source: str = ""
    service: Literal["fire", "police"] = "fire"

    def __post_init__(self) -> None:
        """Refuse a standard that says too little.

        Raises:
            ValueError: the statistic lacks its threshold or its percentile, or is not the service's; the text
                names the standard.
        """
        if self.statistic == "share_within" and not (self.threshold_s and self.threshold_s > 0):
            raise ValueError(
                f"standard {self.key!r}: share_within needs threshold_s above 0, not {self.threshold_s!r}"
            )
        if self.statistic == "percentile" and not (self.percentile and 0 < self.percentile < 1):
            raise ValueError(
                f"standard {self.key!r}: percentile needs a share between 0 and 1, not {self.percentile!r}"
            )
        if self.service != "police" and (self.statistic == "share_met" or self.clock == "received"):
            raise ValueError(
                f"standard {self.key!r}: share_met and the clock received are of the police, not of the "
                f"{self.service} service; give share_within with threshold_s, and the clock call"
            )
        if self.service == "police" and (self.home_office_exclusions or self.unit_order != 1):
            raise ValueError(
                f"standard {self.key!r}: a police standard is of the first unit (unit_order 1, not "
                f"{self.unit_order}) and has no Home Office exclusions"
            )

    @property
    def is_share(self) -> bool:
        """Whether the figure is a share of incidents (and more is better), not a time."""
        return self.statistic in ("share_within", "share_met")

    def met(self, value: float) -> bool:
        """Say whether ``value`` (share, or seconds) meets the target; an undefined value (NaN) does not."""
        return value >= self.target if self.is_share else value <= self.target
