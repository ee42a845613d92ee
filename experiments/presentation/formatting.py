"""Figures as a planner reads them: percentages, minutes and seconds, counts, money, dates, differences."""

from __future__ import annotations

import math
from datetime import date

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


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
    if years > 0.99:
        return f"{years:.0f} year{'s' if round(years) != 1 else ''}"
    return f"{days} day{'s' if days != 1 else ''}"


def change(value: float, unit: str) -> str:
    """Format a difference with its sign: points for shares, seconds with a decimal; "" if not known."""
    if not math.isfinite(value):
        return ""
    if unit == "share":
        text = f"{100.0 * value:+.2f}"
    elif unit in ("s", "pumps"):
        text = f"{value:+,.1f}"
    else:
        text = f"{value:+,.0f}" if abs(value) >= 100 else f"{value:+,.1f}"
    return text if any(digit in text for digit in "123456789") else text.lstrip("+-")


def change_span(low: float, high: float, unit: str) -> str:
    """Format the interval of a difference; "" where there is none."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return ""
    return f"{change(low, unit)} to {change(high, unit)}"


def thousands(value: float) -> str:
    """Format a difference in thousands of pounds with its sign."""
    text = f"{value:+,.1f}" if abs(value) < 100 else f"{value:+,.0f}"
    return text if any(digit in text for digit in "123456789") else "0"


def pounds(value: float) -> str:
    """Format pounds to three significant figures: more is not known."""
    rounded = round(value, 2 - math.floor(math.log10(abs(value)))) if value else 0.0
    return f"£{rounded:,.0f}" if abs(value) >= 100 else f"£{rounded:,.2f}"


def day_text(day: date) -> str:
    """Return a date as a reader writes it, the month by name."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def count(value: float, digits: int = 0) -> str:
    """Format a number with thousands; "" if not known."""
    return f"{value:,.{digits}f}" if math.isfinite(value) else ""


def percent(value: float, error: float | None = None) -> str:
    """Format a share in percent, with its standard error."""
    return f"{100 * value:.1f}%" + ("" if error is None else f" ± {100 * error:.1f}")
