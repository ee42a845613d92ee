"""The figures of a run, each with interval, reported figure, standard and verdict.

The verdict on a standard: ``met`` if the whole 95% interval is on the right side of the target, ``not met``
if the whole interval is on the wrong side, ``undecided`` (``null`` in JSON) if the target lies inside it:
more replications may decide. A single replication has no interval: its value alone is judged.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from experiments.statistics.intervals import Interval, t_interval, within_range
from sim.measures import Definition

MISSED_PREFIX = "missed."
MISSED_COUNT = "missed.count"


@dataclass(frozen=True, slots=True)
class Row:
    """One measure of a run. ``reported`` and ``standard`` are in the measure's unit, None for none."""

    name: str
    title: str
    unit: str
    interval: Interval
    reported: float | None = None
    standard: float | None = None
    met: bool | None = None


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run says."""

    scenario: str
    title: str
    replications: int
    seed: int
    days: int
    incidents: int
    log_sha256: str
    rows: tuple[Row, ...]
    missed: dict[str, float]  # cause to share of all misses
    out: str
    note: str = ""  # what the user should know beside the figures


def verdict(interval: Interval, target: float, *, higher_is_better: bool) -> bool | None:
    """Say whether ``target`` is met: True, False, or None where the interval holds the target."""
    if math.isnan(interval.value):
        return None
    low = interval.value if math.isnan(interval.low) else interval.low
    high = interval.value if math.isnan(interval.high) else interval.high
    if not higher_is_better:
        low, high, target = -high, -low, -target
    if low >= target:
        return True
    return False if high < target else None


def make_rows(
    values: Mapping[str, Sequence[float]],
    definitions: Mapping[str, Definition],
    *,
    reported: Mapping[str, float],
    targets: Mapping[str, float],
) -> tuple[Row, ...]:
    """Return a row for every measure that has a definition, in the order of the definitions.

    ``definitions[name]`` has title, unit and higher_is_better; ``targets`` are standards by measure name.
    """
    intervals = {name: t_interval(values[name]) for name in definitions if name in values}
    return rows_of(intervals, definitions, reported=reported, targets=targets)


def rows_of(
    intervals: Mapping[str, Interval],
    definitions: Mapping[str, Definition],
    *,
    reported: Mapping[str, float],
    targets: Mapping[str, float],
) -> tuple[Row, ...]:
    """Return the rows of measures whose intervals are known, within the range of their units."""
    rows = []
    for name, definition in definitions.items():
        if name not in intervals:
            continue
        interval = within_range(intervals[name], definition.unit)
        target = targets.get(name)
        met = None
        if target is not None:
            met = verdict(interval, target, higher_is_better=bool(definition.higher_is_better))
        rows.append(Row(name, definition.title, definition.unit, interval, reported.get(name), target, met))
    return tuple(rows)
