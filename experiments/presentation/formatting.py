"""Figures as a planner reads them: percentages, minutes and seconds, counts."""

from __future__ import annotations

import math


def figure(value: float | None, unit: str) -> str:
    """Format one value of a measure: shares as percentages, seconds as minutes:seconds; "" if not known."""
    if value is None or not math.isfinite(value):
        return ""
    if unit == "share":
        return f"{100.0 * value:.1f}%"
    if unit == "s":
        return minutes_seconds(value)
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:,.1f}"


def minutes_seconds(seconds: float) -> str:
    """Format seconds as minutes:seconds, such as 10:23."""
    whole = round(abs(seconds))
    sign = "-" if seconds < 0 and whole else ""
    return f"{sign}{whole // 60}:{whole % 60:02d}"


def span(low: float, high: float, unit: str) -> str:
    """Format an interval, such as "85.1 to 86.0"; "" where there is none."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return ""
    return f"{figure(low, unit).removesuffix('%')} to {figure(high, unit).removesuffix('%')}"


def length_text(days: int) -> str:
    """Return the length of a replication as a planner says it: years, or days where it is less."""
    years = days / 365.25
    return f"{years:.0f} year{'s' if round(years) != 1 else ''}" if years > 0.99 else f"{days} days"
