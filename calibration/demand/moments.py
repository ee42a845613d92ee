"""Dates, times of day and timestamps of records, in the forms that services write them."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta

EPOCH = date(1970, 1, 1)


def parse_date(text: str, form: str) -> date:
    """Return the day that a text names; a month (``yyyy-mm``) is its first day. ValueError if it names none.

    Epoch seconds are read as UTC: they stand for midnight of a day, not for a moment.
    """
    if form == "iso":
        return date.fromisoformat(text[:10])
    if form == "yyyy-mm":
        return date.fromisoformat(f"{text[:7]}-01")
    if form == "epoch_seconds":
        return EPOCH + timedelta(days=math.floor(_seconds(text) / 86_400))
    if form in ("dd/mm/yyyy", "mm/dd/yyyy"):
        parts = [int(part) for part in text.split(" ", maxsplit=1)[0].split("/")]
        if len(parts) != 3:
            raise ValueError(f"not a date: {text!r}")
        day, month = (parts[0], parts[1]) if form == "dd/mm/yyyy" else (parts[1], parts[0])
        return date(parts[2], month, day)
    return datetime.strptime(text, form).date()


def parse_hour(text: str, form: str) -> tuple[int, bool]:
    """Return the hour 0 to 23 of a time of day, and whether it is exactly midnight. ValueError if it is none."""
    if form == "hhmm":
        digits = text.removesuffix(".0").zfill(4)
        parts = [int(digits[:-2]), int(digits[-2:])]
    else:
        parts = [int(part) for part in text.split(".", maxsplit=1)[0].split(":")]
    if not (2 <= len(parts) <= 3 and 0 <= parts[0] < 24 and all(0 <= part < 60 for part in parts[1:])):
        raise ValueError(f"not a time of day: {text!r}")
    return parts[0], not any(parts)


def parse_whole_hour(text: str) -> int:
    """Return the hour 0 to 23 that a number names. ValueError if it names none."""
    value = float(text)
    if value != int(value) or not 0 <= value < 24:
        raise ValueError(f"not an hour: {text!r}")
    return int(value)


def parse_timestamp(text: str, form: str) -> datetime:
    """Return the moment that a text names, as written (local time); epoch seconds are read as UTC.

    ValueError if it names none.
    """
    if form == "epoch_seconds":
        return datetime(1970, 1, 1) + timedelta(seconds=_seconds(text))
    if form == "iso":
        return datetime.fromisoformat(text).replace(tzinfo=None)
    return datetime.strptime(text, form)


def _seconds(text: str) -> float:
    value = float(text)
    limit = datetime(2200, 1, 1, tzinfo=UTC).timestamp()
    if not -limit < value < limit:
        raise ValueError(f"not seconds since 1970: {text!r}")
    return value
