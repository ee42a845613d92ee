"""How the report writes tables, dates and figures."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def day_text(day: date) -> str:
    """Return a date as a reader writes it, the month by name."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(cell.replace("|", "/") for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def number(value: float, digits: int = 0) -> str:
    """Return a number with thousands, "" where there is none."""
    return f"{value:,.{digits}f}" if math.isfinite(value) else ""


def percent(value: float, error: float | None = None) -> str:
    """Return a share in percent, with its standard error."""
    return f"{100 * value:.1f}%" + ("" if error is None else f" ± {100 * error:.1f}")


def minutes(seconds: float) -> str:
    """Return seconds as minutes:seconds."""
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02d}"
