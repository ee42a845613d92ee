"""Moments with a zone, clocks that change, times of day without a date, and dates the other way round."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calibration.demand.clean import clean
from calibration.demand.moments import minutes_between, moment_of, other_order, parse_date, parse_timestamp
from calibration.demand.read_mapping import MappingError, parse_mapping
from calibration.demand.table import read_table

LONDON = ZoneInfo("Europe/London")
MAPPING = """
[records]
identifier = "id"
[time]
date = "date"
date_format = "dd/mm/yyyy"
time = "time"
[[kinds]]
type = "dwelling_fire"
when = {}
"""


@pytest.mark.parametrize(
    ("text", "form", "local"),
    [
        ("2023-07-01T23:30:00Z", "iso", datetime(2023, 7, 2, 0, 30)),
        ("2023-07-01T23:30:00", "iso", datetime(2023, 7, 1, 23, 30)),
        ("2023-01-01T00:10:00+01:00", "iso", datetime(2022, 12, 31, 23, 10)),
        ("2023-07-01 23:30:00+0000", "%Y-%m-%d %H:%M:%S%z", datetime(2023, 7, 2, 0, 30)),
        ("1688254200", "epoch_seconds", datetime(2023, 7, 2, 0, 30)),
        ("1672531800", "epoch_seconds", datetime(2023, 1, 1, 0, 10)),
    ],
)
def test_a_moment_is_local_time(text: str, form: str, local: datetime) -> None:
    assert parse_timestamp(text, form, LONDON) == local
    if form == "iso":
        assert parse_date(text, form, LONDON) == local.date()


@given(st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)).map(lambda at: at.replace(microsecond=0)))
def test_offset_and_epoch_say_the_same(at: datetime) -> None:
    moment = at.replace(tzinfo=UTC)
    local = moment.astimezone(LONDON).replace(tzinfo=None)
    for zone in (UTC, LONDON, ZoneInfo("America/New_York")):
        assert parse_timestamp(moment.astimezone(zone).isoformat(), "iso", LONDON) == local
    assert parse_timestamp(str(int(moment.timestamp())), "epoch_seconds", LONDON) == local


@pytest.mark.parametrize(
    ("arrived", "left", "form", "minutes"),
    [
        ("2023-10-29T01:50:00+01:00", "2023-10-29T01:10:00+00:00", "iso", 20.0),
        ("2023-10-29T01:50:00", "2023-10-29T01:10:00", "iso", 20.0),
        ("2023-10-29T00:50:00", "2023-10-29T02:10:00", "iso", 140.0),
        ("2023-03-26T00:50:00", "2023-03-26T02:10:00", "iso", 20.0),
        ("2023-07-01T10:00:00", "2023-07-01T09:30:00", "iso", -30.0),
        ("23:50:00", "00:20:00", "hh:mm:ss", 30.0),
        ("2350", "20", "hhmm", 30.0),
    ],
)
def test_minutes_pass_by_the_clock_of_the_world(arrived: str, left: str, form: str, minutes: float) -> None:
    assert minutes_between(arrived, left, form, LONDON) == pytest.approx(minutes)


@given(st.datetimes(datetime(2023, 10, 28), datetime(2023, 10, 30)), st.integers(0, 300))
def test_a_stay_has_its_length_on_any_night(at: datetime, minutes: int) -> None:
    begin = at.replace(tzinfo=UTC)
    texts = [(begin + timedelta(minutes=m)).astimezone(LONDON).isoformat() for m in (0, minutes)]
    assert minutes_between(*texts, "iso", LONDON) == pytest.approx(minutes)


def test_a_time_of_day_with_an_offset_may_be_of_the_next_day() -> None:
    assert moment_of(date(2023, 7, 1), "23:30:00Z", LONDON) == datetime(2023, 7, 2, 0, 30)
    assert moment_of(date(2023, 7, 1), "23:30:00", LONDON) is None


def test_the_order_of_day_and_month() -> None:
    assert other_order("07/25/2023", "dd/mm/yyyy") == "mm/dd/yyyy"
    assert other_order("25/07/2023", "mm/dd/yyyy") == "dd/mm/yyyy"
    assert other_order("32/07/2023", "dd/mm/yyyy") == ""


def records(tmp_path, rows: list[str]):
    file = tmp_path / "records.csv"
    file.write_text("id,date,time\n" + "\n".join(rows) + "\n", encoding="utf-8")
    mapping = parse_mapping(MAPPING, "mapping.toml")
    return clean(read_table(file, mapping.records), mapping)


def test_month_first_is_said_before_half_the_rows_are_used_wrongly(tmp_path) -> None:
    rows = [f"{k},{k % 12 + 1:02d}/{k % 28 + 1:02d}/2023,10:00:00" for k in range(60)]
    with pytest.raises(MappingError, match="looks like month first"):
        records(tmp_path, rows)


def test_one_wrong_date_among_right_ones_is_only_rejected(tmp_path) -> None:
    rows = [f"{k},{k % 28 + 1:02d}/{k % 12 + 1:02d}/2023,10:00:00" for k in range(60)] + [
        "99,02/17/2023,10:00:00"
    ]
    found, rejected = records(tmp_path, rows)
    assert len(found) == 60
    assert [each.reason for each in rejected] == ["day: not of the form dd/mm/yyyy, looks like mm/dd/yyyy"]


def test_numbers_that_begin_anew_each_year_are_other_incidents(tmp_path) -> None:
    rows = [f"{k},{k % 28 + 1:02d}/03/{year},10:00:00" for year in (2022, 2023) for k in range(30)]
    rows.append("5,06/03/2022,10:05:00")
    found, rejected = records(tmp_path, rows)
    assert (len(found), found.numbered_again) == (60, 30)
    assert [each.reason for each in rejected] == ["duplicate"]
