"""What the force reported beside a run: the months of the run where every one was reported, else the longer window."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

WINDOW = "2021-01..2022-10-10"
"""The period of the force's figures that are not by month."""


def months_covered(start: date, days: int) -> tuple[str, ...]:
    """Return the months (2021-09) that a run of so many days from ``start`` covers whole."""
    end = start + timedelta(days=days)
    found = []
    month = start if start.day == 1 else _next_month(start)
    while _next_month(month) <= end:
        found.append(f"{month:%Y-%m}")
        month = _next_month(month)
    return tuple(found)


def _next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def reported_by_police(start: date, days: int) -> dict[str, float]:
    """Return the force's figures by measure name.

    A share whose counts were reported for every whole month of the run is met / (met + not met) over them;
    any other is that of the longer window, where there is one.
    """
    from calibration.reported import POLICE_FILE, read_reported

    months = months_covered(start, days)
    counts: dict[str, dict[str, tuple[int, int]]] = defaultdict(dict)
    found: dict[str, float] = {}
    for each in read_reported(POLICE_FILE):
        if each.period == WINDOW and each.unit == "share":
            found[each.measure] = each.value
        elif each.met is not None and each.not_met is not None:
            counts[each.measure][each.period] = (each.met, each.not_met)
    for measure, by_month in counts.items():
        if months and all(month in by_month for month in months):
            met = sum(by_month[month][0] for month in months)
            whole = sum(sum(by_month[month]) for month in months)
            if whole:
                found[measure] = met / whole
    return found
