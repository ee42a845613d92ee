"""The calendar of a scenario as tables over the roster's slots."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from scenarios.schema.local_time import midnight
from scenarios.schema.scenario import CalendarSettings
from sim.world.fire import SLOT_MIN, Calendar

_MONDAY = 4  # 1970-01-01 was a Thursday: days since then plus 3, modulo 7, is 0 on Monday


def build_calendar(settings: CalendarSettings) -> Calendar:
    """Return local time of every slot from local midnight of the start date.

    A replication lasts ``settings.days`` local days, from midnight to midnight: one with the spring change is an hour
    shorter, one with the autumn change an hour longer. Offsets from UTC are looked up hour by hour, so a clock change
    falls where it does; bank holidays read as Sundays in ``hour_of_week``.
    """
    zone = ZoneInfo(settings.timezone)
    begin = midnight(settings.start, zone)
    hours = round(
        (midnight(settings.start + timedelta(days=settings.days), zone) - begin) / timedelta(hours=1)
    )
    offset_min = np.array(
        [_offset_min(begin + timedelta(hours=h), zone) for h in range(hours)], dtype=np.int64
    )
    per_hour = int(60 / SLOT_MIN)
    elapsed = np.arange(hours * per_hour, dtype=np.int64) * int(SLOT_MIN)
    local_min = int(begin.timestamp() // 60) + elapsed + np.repeat(offset_min, per_hour)
    day_number = local_min // 1440
    hour = (local_min % 1440) // 60
    weekday = (day_number + _MONDAY - 1) % 7
    epoch = datetime(1970, 1, 1, tzinfo=UTC).date()
    holidays = np.array([(d - epoch).days for d in settings.bank_holidays], dtype=np.int64)
    weekday[np.isin(day_number, holidays)] = 6
    month = day_number.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12 + 1
    return Calendar(
        start=settings.start.isoformat(),
        horizon_min=float(hours * 60),
        hour_of_week=(weekday * 24 + hour).astype(np.int16),
        month=month.astype(np.int8),
        day=(day_number - (settings.start - epoch).days).astype(np.int32),
        hour=hour.astype(np.int8),
        timezone=settings.timezone,
    )


def _offset_min(moment: datetime, zone: ZoneInfo) -> int:
    offset = moment.astimezone(zone).utcoffset()
    return 0 if offset is None else int(offset.total_seconds() // 60)
