"""Was the time met? Shares by grade, harm and crime; and response, queue and travel times by grade."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from sim.measures.grouping import (
    WEEKDAYS,
    Table,
    group_mean,
    mean,
    quantile,
    ratio,
)
from sim.measures.police.select import HIGH_HARM, OTHER, PoliceView
from sim.world.fire import F64, I64, Bool

PARTS = ("response", "control", "queue", "travel")


def _share(part: Bool, whole: Bool) -> float:
    size = int(np.count_nonzero(whole))
    return float(np.count_nonzero(part & whole)) / size if size else float("nan")


def met_values(seen: PoliceView) -> dict[str, float]:
    """Return ``police.met.<grade>`` and its parts: all incidents, and of the timed ones by harm and crime."""
    values: dict[str, float] = {}
    published = seen.due & seen.timed
    for place, grade in enumerate(seen.police.grades.key):
        name, of_grade = f"police.met.{grade}", seen.grade == place
        values[name] = _share(seen.met, seen.due & of_grade)
        if place == 0:
            values[f"{name}.urban"] = _share(seen.met, seen.due & of_grade & seen.urban)
            values[f"{name}.rural"] = _share(seen.met, seen.due & of_grade & ~seen.urban)
        values[f"{name}.{HIGH_HARM}"] = _share(seen.met, published & of_grade & seen.high_harm)
        values[f"{name}.{OTHER}"] = _share(seen.met, published & of_grade & ~seen.high_harm)
        for number, crime in enumerate(seen.crimes):
            values[f"{name}.{crime}"] = _share(seen.met, published & of_grade & (seen.crime == number))
    return values


def part_minutes(seen: PoliceView) -> dict[str, F64]:
    """Return the times (n,) that are told by grade, minutes."""
    return {
        "response": seen.response_min,
        "control": seen.control_min,
        "queue": seen.queue_min,
        "travel": seen.travel_min,
    }


def time_values(seen: PoliceView) -> dict[str, float]:
    """Return ``police.<part>.<grade>.mean_s``, ``.median_s`` and ``.p90_s`` of the incidents a unit reached."""
    values: dict[str, float] = {}
    scope = seen.timeable() & ~np.isnan(seen.response_min)
    parts = part_minutes(seen)
    for place, grade in enumerate(seen.police.grades.key):
        chosen = scope & (seen.grade == place)
        for part in PARTS:
            minutes = parts[part][chosen]
            values[f"police.{part}.{grade}.mean_s"] = 60.0 * mean(minutes)
            values[f"police.{part}.{grade}.median_s"] = 60.0 * quantile(minutes, 0.5)
            values[f"police.{part}.{grade}.p90_s"] = 60.0 * quantile(minutes, 0.9)
        values[f"police.queued.{grade}"] = _share(seen.queue_min > 0.0, chosen)
    return values


def volume_values(seen: PoliceView) -> dict[str, float]:
    """Return how many incidents there are, by grade, and how many nobody reached."""
    per_year = 1.0 / max(seen.years, 1e-12)
    total = float(np.count_nonzero(seen.counted))
    days = seen.log.horizon_min / 1440.0
    values = {"police.incidents": total * per_year, "police.incidents.per_day": total / days}
    for place, grade in enumerate(seen.police.grades.key):
        of_grade = seen.counted & (seen.grade == place)
        values[f"police.incidents.{grade}.per_day"] = float(np.count_nonzero(of_grade)) / days
    high_harm = float(np.count_nonzero(seen.counted & seen.high_harm))
    values[f"police.incidents.{HIGH_HARM}.per_day"] = high_harm / days
    never = seen.due & np.isnan(seen.response_min)
    values["police.no_attendance.count"] = float(np.count_nonzero(never)) * per_year
    return values


def groups(seen: PoliceView) -> Mapping[str, tuple[I64, Sequence[str]]]:
    """Return for each breakdown the group (n,) of every incident, −1 for none, and the groups' names."""
    calendar = seen.world.calendar
    return {
        "by_district": (seen.district, seen.police.district_names),
        "by_type": (seen.kind, seen.world.demand.key),
        "by_hour": (calendar.hour[seen.slot].astype(np.int64), [f"{hour:02d}" for hour in range(24)]),
        "by_weekday": (calendar.hour_of_week[seen.slot].astype(np.int64) // 24, WEEKDAYS),
        "by_month": (
            calendar.month[seen.slot].astype(np.int64) - 1,
            [f"{month:02d}" for month in range(1, 13)],
        ),
        "by_urban_rural": (np.where(seen.urban, 0, 1).astype(np.int64), ("urban", "rural")),
    }


def _quantiles_of_sorted(group: I64, values: F64, shares: Sequence[float], groups: int) -> list[F64]:
    """Return quantiles by group (groups,) of ascending ``values``, as ``group_quantiles`` does of any."""
    order = np.argsort(group.astype(np.int16 if groups < 2**15 else np.int64), kind="stable")
    ordered = values[order]
    count = np.bincount(group, minlength=groups)
    start = np.cumsum(count) - count
    results = []
    for share in shares:
        result = np.full(groups, np.nan)
        some = count > 0
        position = (count[some] - 1) * share
        low = position.astype(np.int64)
        high = np.minimum(low + 1, count[some] - 1)
        below, above = ordered[start[some] + low], ordered[start[some] + high]
        result[some] = below + (above - below) * (position - low)
        results.append(result)
    return results


def quickest_first(seen: PoliceView) -> I64:
    """Return the rows of the incidents over which times are taken and that a unit reached, quickest first."""
    rows = np.flatnonzero(seen.timeable() & ~np.isnan(seen.response_min))
    return rows[np.argsort(seen.response_min[rows], kind="stable")]


def breakdown(seen: PoliceView, group: I64, names: Sequence[str], reached: I64) -> Table:
    """Return a row for every grade of each group that has incidents. Times in seconds, shares as fractions.

    ``met`` is of the incidents that are due (NaN without any), times of those that a unit reached: ``reached`` is
    ``quickest_first``.
    """
    grades = seen.police.grades.key
    size = len(names) * len(grades)
    index = group * len(grades) + seen.grade
    counted = seen.counted & (group >= 0)
    due = seen.due & counted
    reached = reached[group[reached] >= 0]
    incidents = np.bincount(index[counted], minlength=size)
    some = incidents.reshape(len(names), len(grades)).sum(axis=1) > 0
    rows = np.flatnonzero(np.repeat(some, len(grades)))
    of = index[reached]
    median, p90 = _quantiles_of_sorted(of, seen.response_min[reached], (0.5, 0.9), size)
    met = ratio(np.bincount(index[due & seen.met], minlength=size), np.bincount(index[due], minlength=size))
    columns = {
        "incidents": incidents,
        "met": met,
        "mean_s": 60.0 * group_mean(of, seen.response_min[reached], size),
        "median_s": 60.0 * median,
        "p90_s": 60.0 * p90,
        "queue_mean_s": 60.0 * group_mean(of, seen.queue_min[reached], size),
        "travel_mean_s": 60.0 * group_mean(of, seen.travel_min[reached], size),
    }
    table: Table = {
        "group": np.array([names[int(row) // len(grades)] for row in rows], dtype=np.str_),
        "grade": np.array([grades[int(row) % len(grades)] for row in rows], dtype=np.str_),
    }
    return table | {name: column[rows] for name, column in columns.items()}


def breakdown_tables(seen: PoliceView) -> dict[str, Table]:
    """Return ``police_by_district``, ``police_by_type`` …: every breakdown by its name."""
    reached = quickest_first(seen)
    return {
        f"police_{name}": breakdown(seen, group, names, reached)
        for name, (group, names) in groups(seen).items()
    }
