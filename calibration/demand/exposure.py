"""Which days the records cover: the period, its gaps, and days by month and by kind of day."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from calibration.demand.clean import NO_DAY, Records
from calibration.demand.mapping import PeriodPart
from calibration.demand.moments import EPOCH

I64 = NDArray[np.int64]

CHANCE_OF_GAP = 0.01
"""A run of empty days that comes by chance less often than this in the period counts as a gap."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Days without any record, both ends included; ``chance`` of such a run somewhere if calls come evenly."""

    first: date
    last: date
    days: int
    chance: float
    excluded: bool
    stated: bool = False  # the mapping excludes it

    @property
    def is_gap(self) -> bool:
        """Whether chance does not explain it."""
        return self.stated or self.chance < CHANCE_OF_GAP


@dataclass(frozen=True, slots=True, eq=False)
class Exposure:
    """The days that count.

    ``days`` are since 1970-01-01, ascending; ``weekend`` tells Saturdays, Sundays and bank holidays (which the model
    reads as Sundays); ``month`` is 1 to 12.
    """

    first: date
    last: date
    stated: bool  # False: the first and last day of the records
    monthly: bool  # the records tell months, not days
    days: I64
    weekend: NDArray[np.bool_]
    month: I64
    gaps: tuple[Gap, ...]

    def days_by_month(self) -> NDArray[np.float64]:
        """Return days that count by calendar month, (12,)."""
        return np.bincount(self.month - 1, minlength=12).astype(np.float64)

    def days_by_kind(self) -> NDArray[np.float64]:
        """Return weekdays and weekend days that count, (2,)."""
        return np.array([(~self.weekend).sum(), self.weekend.sum()], dtype=np.float64)

    def counts(self, day: I64) -> NDArray[np.bool_]:
        """Say which records fall on days that count."""
        return np.isin(day, self.days)

    def is_weekend(self, day: I64) -> NDArray[np.bool_]:
        """Say which of these days, all of which count, are weekends or bank holidays."""
        return self.weekend[np.searchsorted(self.days, day)]


def find_exposure(
    records: Records, part: PeriodPart, bank_holidays: Collection[date], *, monthly: bool
) -> Exposure | None:
    """Return the days that records cover; None if neither they nor the mapping say any."""
    seen = records.day[records.day != NO_DAY]
    first, last = part.first, part.last
    if first is None or last is None:
        if not seen.size:
            return None
        first = first or EPOCH + timedelta(days=int(seen.min()))
        last = last or _end(EPOCH + timedelta(days=int(seen.max())), monthly=monthly)
    begin, end = (first - EPOCH).days, (last - EPOCH).days
    every = np.arange(begin, end + 1, dtype=np.int64)
    gaps = _gaps(every, seen, part, monthly=monthly) if seen.size else ()
    out = np.zeros(every.size, dtype=np.bool_)
    for gap in gaps:
        if gap.excluded:
            out |= (every >= (gap.first - EPOCH).days) & (every <= (gap.last - EPOCH).days)
    days = every[~out]
    holidays = np.array([(day - EPOCH).days for day in bank_holidays], dtype=np.int64)
    stated = part.first is not None and part.last is not None
    return Exposure(
        first,
        last,
        stated,
        monthly,
        days,
        ((days + 3) % 7 >= 5) | np.isin(days, holidays),
        days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12 + 1,
        gaps,
    )


def _end(day: date, *, monthly: bool) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1) if monthly else day


def _gaps(every: I64, seen: I64, part: PeriodPart, *, monthly: bool) -> tuple[Gap, ...]:
    """Return stated exclusions, and runs of empty days (or months) with the chance of such a run."""
    stated = [Gap(a, b, (b - a).days + 1, math.nan, excluded=True, stated=True) for a, b in part.exclude]
    apart = np.zeros(every.size, dtype=np.bool_)
    for gap in stated:
        apart |= (every >= (gap.first - EPOCH).days) & (every <= (gap.last - EPOCH).days)
    month_of = every.astype("datetime64[D]").astype("datetime64[M]")
    if monthly:
        empty = ~np.isin(month_of, seen.astype("datetime64[D]").astype("datetime64[M]")) & ~apart
    else:
        empty = ~np.isin(every, seen) & ~apart
    per_day = seen.size / max(1, int((~apart).sum() - empty.sum()))
    found = []
    for run in np.split(np.flatnonzero(empty), np.flatnonzero(np.diff(np.flatnonzero(empty)) > 1) + 1):
        if run.size:
            chance = min(1.0, every.size * math.exp(-per_day * run.size))
            first, last = (EPOCH + timedelta(days=int(every[i])) for i in (run[0], run[-1]))
            excluded = part.exclude_gaps and chance < CHANCE_OF_GAP
            found.append(Gap(first, last, int(run.size), chance, excluded))
    return tuple(sorted([*stated, *found], key=lambda gap: gap.first))
