"""From text columns to records: what a row says, and what of it had to be rejected, and why.

A row is lost whole if it is a duplicate, its kind is not known or left out, or its day cannot be read or lies outside
the period. Anything else that is impossible costs only that value: the row still counts for the rest. A null value
is no fault; it is missing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
from numpy.typing import NDArray

from calibration.demand.kinds import rules_of
from calibration.demand.mapping import Mapping
from calibration.demand.moments import (
    EPOCH,
    minute_of,
    minutes_between,
    minutes_past,
    moment_of,
    other_order,
    parse_date,
    parse_hour,
    parse_timestamp,
    parse_whole_hour,
)
from calibration.demand.positions import read_places
from calibration.demand.read_mapping import MappingError
from calibration.demand.reader import Reader, Rejected
from calibration.demand.table import Table
from scenarios.loading.faults import ScenarioFault

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
Bool = NDArray[np.bool_]

NO_DAY = np.iinfo(np.int64).min
"""Day of a record without one."""


@dataclass(frozen=True, slots=True, eq=False)
class Records:
    """n usable records.

    ``type`` indexes ``types``; ``day`` is days since 1970-01-01 (``NO_DAY``: none), the first of the month where the
    records tell only months; ``hour`` is -1 where unknown, ``minute`` (after local midnight) NaN. Positions are metres
    of EPSG:27700, NaN where unknown; ``place_name`` is "" where coordinates or nothing say the place. Pumps are 0 where
    unknown. The minutes at scene of ``scene_pumps`` pumps together lie between ``scene_low`` and ``scene_high``; NaN
    where unknown.
    """

    types: tuple[str, ...]
    row: I64
    type: I64
    day: I64
    hour: I64
    at_midnight: Bool
    minute: F64
    easting_m: F64
    northing_m: F64
    place_name: NDArray[np.str_]
    pumps: I64
    first_pumps: I64
    scene_low_min: F64
    scene_high_min: F64
    scene_pumps: I64
    first_arrival_s: F64
    second_arrival_s: F64
    numbered_again: int = 0  # incidents whose identifier another one has too, on another date

    def __len__(self) -> int:
        """Return the number of records."""
        return int(self.row.size)


MONTHS = 12
SAME_CALL_DAYS = 2
"""Rows of one identifier that lie farther apart are incidents of their own: numbers begin anew each year, say."""


def clean(table: Table, mapping: Mapping) -> tuple[Records, tuple[Rejected, ...]]:
    """Return the usable records of a table and what was rejected, in the order of the rows."""
    reader = Reader(table, mapping, [])
    for row, problem in table.malformed:
        reader.rejected.append(Rejected(row, "row", "wrong number of fields", problem))
    types = tuple(dict.fromkeys(kind.type for kind in mapping.kinds if kind.type is not None))
    which = _kinds(reader, types)
    days, hours, midnight, minute = _moments(reader, which)
    kept = np.flatnonzero(_not_twice(reader, which, days))
    easting, northing, names = read_places(reader, kept)
    pumps = _whole(reader, kept, "pumps")
    first_pumps = _whole(reader, kept, "first_pumps")
    low, high, scene_pumps = _scenes(reader, kept)
    records = Records(
        types=types,
        row=np.array(table.row, dtype=np.int64)[kept],
        type=which[kept],
        day=days[kept],
        hour=hours[kept],
        at_midnight=midnight[kept],
        minute=minute[kept],
        easting_m=easting,
        northing_m=northing,
        place_name=names,
        pumps=pumps,
        first_pumps=first_pumps,
        scene_low_min=low,
        scene_high_min=high,
        scene_pumps=scene_pumps,
        first_arrival_s=_arrivals(reader, kept, "first_arrival"),
        second_arrival_s=_arrivals(reader, kept, "second_arrival"),
        numbered_again=reader.numbered_again,
    )
    return records, tuple(sorted(reader.rejected, key=lambda each: (each.row, each.lost)))


def _kinds(reader: Reader, types: tuple[str, ...]) -> I64:
    """Return the type of every row, -1 where none."""
    rules = rules_of(reader.mapping.kinds)
    which = np.full(len(reader.table), -1, dtype=np.int64)
    seen: dict[tuple[str, ...], int | None] = {}
    for i in range(len(reader.table)):
        values = tuple(reader.text(i, column) for column in rules.columns)
        if values not in seen:
            seen[values] = rules.which(values)
        found = seen[values]
        if found is None:
            reader.lose(i, "row", "kind: no rule fits", " | ".join(values))
            continue
        kind = rules.kinds[found]
        if kind.type is None:
            reader.lose(i, "row", f"kind: left out, {kind.leave_out}", " | ".join(values))
        else:
            which[i] = types.index(kind.type)
    return which


def _moments(reader: Reader, which: I64) -> tuple[I64, I64, Bool, F64]:
    """Return day, hour, whether exactly midnight, and minute; rows without a usable day are lost (``which``: -1)."""
    count = len(reader.table)
    days, hours = np.full(count, NO_DAY, dtype=np.int64), np.full(count, -1, dtype=np.int64)
    midnight, minute = np.zeros(count, dtype=np.bool_), np.full(count, np.nan)
    if reader.mapping.time is None:
        return days, hours, midnight, minute
    for i in np.flatnonzero(which >= 0):
        found = _day(reader, int(i))
        if found is None:
            which[i] = -1
            continue
        day, moment = found
        days[i] = (day - EPOCH).days
        if moment is not None:
            hours[i], midnight[i] = moment.hour, moment.time() == datetime.min.time()
            minute[i] = minute_of(moment)
        else:
            days[i], hours[i], midnight[i], minute[i] = _hour(reader, int(i), day)
    _check_order(reader)
    return days, hours, midnight, minute


def _check_order(reader: Reader) -> None:
    """Raise MappingError where every date that tells its order says that day and month are the other way round."""
    part = reader.mapping.time
    assert part is not None
    if not reader.reversed or reader.in_order:
        return
    other = {"dd/mm/yyyy": "mm/dd/yyyy"}.get(part.date_format, "dd/mm/yyyy")
    which = "month" if other.startswith("mm") else "day"
    problem = f"looks like {which} first: {reader.reversed:,} dates are possible only as {other}, none only as stated"
    fault = ScenarioFault("the mapping", "time.date_format", part.date_format, problem, f'say "{other}"')
    raise MappingError([fault])


def _day(reader: Reader, i: int) -> tuple[date, datetime | None] | None:
    part = reader.mapping.time
    assert part is not None
    text = reader.text(i, part.date or part.timestamp)
    if not text:
        reader.lose(i, "row", "day: missing", "")
        return None
    moment: datetime | None = None
    try:
        if part.date is not None:
            day = parse_date(text, part.date_format, reader.mapping.records.zone)
            reader.in_order += day.day > MONTHS
        else:
            moment = parse_timestamp(text, part.timestamp_format, reader.mapping.records.zone)
            day = moment.date()
    except (ValueError, OverflowError):
        form = part.date_format if part.date is not None else part.timestamp_format
        other = other_order(text, form)
        reader.reversed += bool(other)
        reader.lose(
            i, "row", f"day: not of the form {form}" + (f", looks like {other}" if other else ""), text
        )
        return None
    period = reader.mapping.period
    if (period.first is not None and day < _floor(day, period.first, part.date_format)) or (
        period.last is not None and day > period.last
    ):
        reader.lose(i, "row", "day: outside the period", text)
        return None
    return day, moment


def _floor(day: date, first: date, form: str) -> date:
    """Return the first day that counts; a month is written as its first day and counts if the period is in it."""
    return first.replace(day=1) if form == "yyyy-mm" and day.day == 1 else first


def _hour(reader: Reader, i: int, day: date) -> tuple[int, int, bool, float]:
    """Return day, hour, whether exactly midnight, and minute; a time with an offset may be of another local day."""
    number = (day - EPOCH).days
    part = reader.mapping.time
    assert part is not None
    text = reader.text(i, part.time or part.hour)
    if not text:
        return number, -1, False, np.nan
    try:
        if part.time is None:
            return number, parse_whole_hour(text), False, np.nan
        moment = moment_of(day, text, reader.mapping.records.zone)
        if moment is not None:
            midnight = moment.time() == datetime.min.time()
            return (moment.date() - EPOCH).days, moment.hour, midnight, minute_of(moment)
        hour, midnight = parse_hour(text, part.time_format)
        return number, hour, midnight, 60.0 * hour + minutes_past(text, part.time_format)
    except ValueError:
        reader.lose(i, "time", "time: impossible time of day", text)
        return number, -1, False, np.nan


def _not_twice(reader: Reader, which: I64, days: I64) -> Bool:
    """Say which rows to keep: the first of those with one identifier, or of equal rows that tell a time of day."""
    kept: Bool = which >= 0
    days = days if reader.mapping.time is not None else np.zeros_like(days)
    identifier = reader.mapping.records.identifier
    part = reader.mapping.time
    if identifier is None and (part is None or (part.time is None and part.timestamp is None)):
        return kept  # equal rows without a time of day may well be two incidents
    seen: dict[object, int] = {}
    again = 0
    for i in np.flatnonzero(kept):
        key: object = reader.text(int(i), identifier)
        if identifier is None:
            key = tuple(column[i] for column in reader.table.columns.values())
        elif not key:
            continue
        first = seen.setdefault(key, int(i))
        if first != i and identifier is not None and abs(int(days[i] - days[first])) > SAME_CALL_DAYS:
            # numbers that begin anew each year: another incident
            first = seen.setdefault((key, int(days[i])), int(i))
            again += first == i
        if first != i:
            kept[i] = False
            what = str(key) if identifier is not None else "the whole row"
            reader.lose(int(i), "row", "duplicate", f"{what}, as in row {reader.table.row[first]}")
    reader.numbered_again = again
    return kept


def _whole(reader: Reader, kept: I64, name: str) -> I64:
    part = reader.mapping.attendance
    column = None if part is None else getattr(part, name)
    found = np.zeros(kept.size, dtype=np.int64)
    if part is None or column is None:
        return found
    for k, i in enumerate(kept):
        value = reader.number(int(i), column, name, 1, part.most_pumps)
        if np.isfinite(value):
            found[k] = round(value)
    return found


def _arrivals(reader: Reader, kept: I64, name: str) -> F64:
    part = reader.mapping.attendance
    column = None if part is None else getattr(part, f"{name}_s")
    if column is None:
        return np.full(kept.size, np.nan)
    return np.array([reader.number(int(i), column, name, 0.0, 86_400.0) for i in kept], dtype=np.float64)


def _scenes(reader: Reader, kept: I64) -> tuple[F64, F64, I64]:
    """Return between which minutes the time at scene lies, of how many pumps together."""
    low, high = np.full(kept.size, np.nan), np.full(kept.size, np.nan)
    pumps = np.ones(kept.size, dtype=np.int64)
    part = reader.mapping.scene
    if part is None:
        return low, high, pumps
    for k, i in enumerate(kept):
        if part.pump_minutes is not None:
            count = reader.number(int(i), reader.mapping.pumps_of_scene, "scene", 1, 200)
            if not np.isfinite(count):
                continue
            pumps[k] = round(count)
        longest = part.longest_min * float(pumps[k])
        if part.arrived is not None:
            value = _between(reader, int(i), longest)
        else:
            value = reader.number(int(i), part.minutes or part.pump_minutes, "scene", 0.0, longest)
        if np.isfinite(value):
            low[k], high[k] = _bounds(value, part.rounded_to_min, part.rounding, part.at_most_min)
    return low, high, pumps


def _between(reader: Reader, i: int, longest: float) -> float:
    part = reader.mapping.scene
    assert part is not None
    texts = reader.text(i, part.arrived), reader.text(i, part.left)
    if not all(texts):
        return float("nan")
    try:
        minutes = minutes_between(*texts, part.timestamp_format, reader.mapping.records.zone)
    except (ValueError, OverflowError):
        reader.lose(i, "scene", f"scene: not of the form {part.timestamp_format}", " to ".join(texts))
        return float("nan")
    if not 0.0 <= minutes <= longest:
        reader.lose(i, "scene", "scene: left before arriving, or after too long", " to ".join(texts))
        return float("nan")
    return minutes


def _bounds(value: float, step: float, rounding: str, at_most: float) -> tuple[float, float]:
    """Return between which minutes a written value lies."""
    if value <= at_most:  # a stay of no minutes is known only to be shorter than the step
        return 0.0, max(at_most, step)
    below = {"nearest": step / 2.0, "up": step, "down": 0.0}[rounding]
    return max(0.0, value - below), value + step - below
