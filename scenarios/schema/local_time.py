"""Local time: where days begin, and which times clocks show."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def find_zone(name: str) -> ZoneInfo | None:
    """Return a zone of the time zone database, None if it has none of that name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """Return local midnight at the beginning of a day, in UTC."""
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)


def exists(moment: datetime, timezone: str) -> bool:
    """Return whether a local time is one that clocks show: an hour of spring is not. True for an unknown zone."""
    zone = find_zone(timezone)
    if zone is None:  # told of the zone itself
        return True
    local = moment.replace(tzinfo=zone)
    return local.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == moment.replace(tzinfo=None)
