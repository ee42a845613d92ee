"""Local time: where days begin, and which times clocks show."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """Return local midnight at the beginning of a day, in UTC."""
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)


def exists(moment: datetime, timezone: str) -> bool:
    """Return whether a local time is one that clocks show: an hour of spring is not. True for an unknown zone."""
    try:
        zone = ZoneInfo(timezone)
    except (ValueError, OSError, KeyError):  # told of the zone itself
        return True
    local = moment.replace(tzinfo=zone)
    return local.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == moment.replace(tzinfo=None)
