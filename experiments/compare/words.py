"""Differences and verdicts as a planner reads them."""

from __future__ import annotations

import math

from experiments.statistics.paired import Verdict

SHORT_VERDICT = {
    Verdict.NONE: "no difference",
    Verdict.TOO_FEW: "too few",
    Verdict.UNDEFINED: "not defined",
}


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


def short_verdict(verdict: Verdict, *, slight: bool = False, needed: int | None = None) -> str:
    """Return the verdict in a few words; the notes under the tables explain them."""
    text = SHORT_VERDICT.get(verdict, str(verdict))
    if verdict is Verdict.TOO_FEW and needed:
        return f"{text}: {needed:,}"
    return f"{text}, slight" if slight else text


def thousands(value: float) -> str:
    """Format a difference in thousands of pounds with its sign."""
    text = f"{value:+,.1f}" if abs(value) < 100 else f"{value:+,.0f}"
    return text if any(digit in text for digit in "123456789") else "0"


def pounds(value: float) -> str:
    """Format pounds to three significant figures: more is not known."""
    rounded = round(value, 2 - math.floor(math.log10(abs(value)))) if value else 0.0
    return f"£{rounded:,.0f}" if abs(value) >= 100 else f"£{rounded:,.2f}"
