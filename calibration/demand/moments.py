"""Dates, times of day and timestamps of records, in the forms that services write them.

A moment written with its offset from UTC, and seconds since 1970, are turned into the service's local time; what is
written without one is local time already.
"""

from __future__ import annotations

import math
import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

EPOCH = date(1970, 1, 1)
_OFFSET = re.compile(r"(?:Z|z|[+-]\d\d:?\d\d)$")
_AMERICAN = {"dd/mm/yyyy": "mm/dd/yyyy", "mm/dd/yyyy": "dd/mm/yyyy"}


def parse_date(text: str, form: str, zone: ZoneInfo) -> date:
    """Return the local day that a text names; a month (``yyyy-mm``) is its first day. ValueError if it names none.

    Epoch seconds are read as UTC: they stand for midnight of a day, not for a moment.
    """
    if form == "iso":
        if len(text) > 10 and _OFFSET.search(text):
            return parse_timestamp(text, "iso", zone).date()
        return date.fromisoformat(text[:10])
    if form == "yyyy-mm":
        return date.fromisoformat(f"{text[:7]}-01")
    if form == "epoch_seconds":
        return EPOCH + timedelta(days=math.floor(_seconds(text) / 86_400))
    if form in _AMERICAN:
        parts = [int(part) for part in text.split(" ", maxsplit=1)[0].split("/")]
        if len(parts) != 3:
            raise ValueError(f"not a date: {text!r}")
        day, month = (parts[0], parts[1]) if form == "dd/mm/yyyy" else (parts[1], parts[0])
        return date(parts[2], month, day)
    return _local(datetime.strptime(text, form), zone).date()


def other_order(text: str, form: str) -> str:
    """Return the form with day and month the other way round if a text is a date by that alone; else ""."""
    if form not in _AMERICAN:
        return ""
    try:
        parse_date(text, _AMERICAN[form], ZoneInfo("UTC"))
    except (ValueError, OverflowError):
        return ""
    return _AMERICAN[form]


def parse_hour(text: str, form: str) -> tuple[int, bool]:
    """Return the hour 0 to 23 of a time of day, and whether it is exactly midnight. ValueError if it is none."""
    hour, minute, second = _clock(text, form)
    return hour, not (hour or minute or second)


def minutes_past(text: str, form: str) -> float:
    """Return the minutes past the hour of a time of day. ValueError if it is none."""
    _, minute, second = _clock(text, form)
    return minute + second / 60.0


def minute_of(moment: datetime) -> float:
    """Return the minutes after midnight of a moment."""
    return 60.0 * moment.hour + moment.minute + (moment.second + moment.microsecond / 1e6) / 60.0


def _clock(text: str, form: str) -> tuple[int, int, int]:
    if form == "hhmm":
        digits = text.removesuffix(".0").zfill(4)
        parts = [int(digits[:-2]), int(digits[-2:])]
    else:
        parts = [int(part) for part in text.split(".", maxsplit=1)[0].split(":")]
    if not (2 <= len(parts) <= 3 and 0 <= parts[0] < 24 and all(0 <= part < 60 for part in parts[1:])):
        raise ValueError(f"not a time of day: {text!r}")
    return parts[0], parts[1], parts[2] if len(parts) > 2 else 0


def moment_of(day: date, time: str, zone: ZoneInfo) -> datetime | None:
    """Return the local moment of a day and a time of day written with its offset; None if it has no offset.

    ValueError if it has one and is no time of day.
    """
    if not _OFFSET.search(time):
        return None
    return _local(datetime.fromisoformat(f"{day.isoformat()}T{time.strip()}"), zone)


def parse_whole_hour(text: str) -> int:
    """Return the hour 0 to 23 that a number names. ValueError if it names none."""
    value = float(text)
    if value != int(value) or not 0 <= value < 24:
        raise ValueError(f"not an hour: {text!r}")
    return int(value)


def parse_timestamp(text: str, form: str, zone: ZoneInfo) -> datetime:
    """Return the local moment that a text names, without its zone. ValueError if it names none."""
    return _local(_moment(text, form), zone)


def minutes_between(first: str, second: str, form: str, zone: ZoneInfo) -> float:
    """Return the minutes that pass from one moment to another. ValueError if a text names none.

    Times of day (``hh:mm:ss``, ``hhmm``) without a date lie less than a day apart: midnight may be between them. An
    hour that the clocks show twice is the later one where the minutes would be below zero otherwise.
    """
    if form in ("hh:mm:ss", "hhmm"):
        begin, end = (
            (3600 * h + 60 * m + s) / 60.0 for h, m, s in (_clock(first, form), _clock(second, form))
        )
        return (end - begin) % 1440.0
    one, other = (_aware(_moment(text, form), zone) for text in (first, second))
    minutes = (other.astimezone(UTC) - one.astimezone(UTC)).total_seconds() / 60.0
    if minutes < 0.0:
        later = (other.replace(fold=1).astimezone(UTC) - one.astimezone(UTC)).total_seconds() / 60.0
        minutes = later if later >= 0.0 else minutes
    return minutes


def _moment(text: str, form: str) -> datetime:
    if form == "epoch_seconds":
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=_seconds(text))
    if form == "iso":
        return datetime.fromisoformat(text)
    return datetime.strptime(text, form)


def _local(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment if moment.tzinfo is None else moment.astimezone(zone).replace(tzinfo=None)


def _aware(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)


def _seconds(text: str) -> float:
    value = float(text)
    limit = datetime(2200, 1, 1, tzinfo=UTC).timestamp()
    if not -limit < value < limit:
        raise ValueError(f"not seconds since 1970: {text!r}")
    return value
