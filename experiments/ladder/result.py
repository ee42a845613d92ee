"""What a ladder says: records only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from experiments.ladder.settings import Settings
from experiments.statistics.intervals import Interval


@dataclass(frozen=True, slots=True)
class Rung:
    """So many pumps left: ``on_the_run`` is their mean number crewed. Figures by measure: value and change.

    ``spread`` is the least and the most among the orders by lot, each order's mean over the replications.
    """

    by: str
    pumps: int
    on_the_run: Interval
    values: Mapping[str, Interval]
    changes: Mapping[str, Interval]  # against the whole fleet, paired
    spread: Mapping[str, tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Worth:
    """What the service loses without one pump, by time of day ("day" is all of it); more is worth more.

    ``within``: share within 15 minutes; ``plt_s``: mean of life-threatening incidents, seconds; ``a_year``:
    incidents a year that would no longer be reached within 15 minutes.
    """

    pump: str
    station: str
    within: Mapping[str, Interval]
    plt_s: Mapping[str, Interval]
    a_year: Mapping[str, Interval]


@dataclass(frozen=True, slots=True)
class Found:
    """What a ladder says."""

    scenario: str
    title: str
    fleet: int
    settings: Settings
    rungs: tuple[Rung, ...]
    pumps: tuple[Worth, ...]
    units: Mapping[str, str]
    runs: int
    out: str
