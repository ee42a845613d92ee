"""A replication lasts so many local days: the clock changes make one of them shorter or longer."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import numpy as np
import pytest

from scenarios.building.calendar import build_calendar
from scenarios.building.events import elapsed_min
from scenarios.loading.load import check_scenario
from scenarios.schema.scenario import CalendarSettings


@pytest.mark.parametrize(
    ("start", "days", "hours"),
    [
        (date(2020, 10, 1), 31, 31 * 24 + 1),
        (date(2021, 3, 1), 31, 31 * 24 - 1),
        (date(2020, 4, 1), 365, 365 * 24),
        (date(2020, 10, 25), 1, 25),
        (date(2021, 3, 28), 1, 23),
    ],
)
def test_days_end_at_local_midnight(start: date, days: int, hours: int) -> None:
    made = build_calendar(CalendarSettings(start=start, days=days))
    assert made.horizon_min == hours * 60.0
    assert made.hour.size == 2 * hours
    assert (made.day[0], made.day[-1]) == (0, days - 1)
    assert (made.hour[0], made.hour[-1]) == (0, 23)
    assert len(np.unique(made.month)) == (12 if days == 365 else 1)


@pytest.mark.parametrize(
    "at", [datetime(2020, 10, 1), datetime(2020, 10, 25, 1, 30), datetime(2020, 10, 31, 23, 59)]
)
def test_every_local_time_of_the_days_lies_within(at: datetime) -> None:
    settings = CalendarSettings(start=date(2020, 10, 1), days=31)
    assert 0.0 <= elapsed_min(settings, at) < build_calendar(settings).horizon_min


def faults(folder: Path, text: str) -> str:
    file = folder / "own.toml"
    file.write_text(f'extends = "baseline"\n{text}', encoding="utf-8")
    return " ".join(" ".join(map(str, check_scenario(str(file)))).split())


SCRIPTED = '[scripted_incidents.one]\ntype = "dwelling_fire"\nlat = 51.7\nlon = 0.5\npumps = 2\n'


@pytest.mark.parametrize(
    ("calendar", "at", "told"),
    [
        ("start = 2020-10-01\ndays = 31", "2020-10-31T23:30:00", ""),
        ("start = 2020-10-01\ndays = 31", "2020-11-01T00:00:00", "not within the simulated days"),
        ("start = 2021-03-01\ndays = 31", "2021-03-28T01:30:00", "no clock shows this time"),
        ("start = 2021-03-01\ndays = 31", "2021-03-28T02:00:00", ""),
        ('start = 2021-03-01\ntimezone = "Europe/Nowhere"', "2021-03-28T01:30:00", "unknown time zone"),
    ],
)
def test_scripted_times(tmp_path: Path, calendar: str, at: str, told: str) -> None:
    text = faults(tmp_path, f"[calendar]\n{calendar}\n{SCRIPTED}at = {at}\n")
    assert (told in text) if told else not text


@pytest.mark.parametrize(
    "start",
    [
        "9999-12-31",
        "1800-01-01",
        "2020-10-01T00:00:00",
        "2020-10-01T10:00:00",
        '"2020-10-01T00:00"',
        "0",
        "true",
    ],
)
def test_what_is_no_plain_day_of_our_time_is_refused(tmp_path: Path, start: str) -> None:
    assert "calendar.start" in faults(tmp_path, f"[calendar]\nstart = {start}\n")
