"""In which fields two scenarios differ, in a few lines."""

from __future__ import annotations

import math
from collections.abc import Iterator

from experiments.execution.documents import Value
from scenarios.schema.scenario import Scenario

_LONGEST_LISTING = 12
_MANY_CORE = 4


def changed_fields(base: Scenario, option: Scenario) -> list[str]:
    """Return the fields that differ, one a line as ``path: before → after``; the first twelve of them."""
    before, after = base.model_dump(mode="json"), option.model_dump(mode="json")
    core = _core_line(before, after)
    for name in ("name", "title", "question", "source"):
        before.pop(name), after.pop(name)
    lines = [*core, *_differing(before, after, ())]
    rest = len(lines) - _LONGEST_LISTING
    return lines if rest <= 0 else [*lines[:_LONGEST_LISTING], f"… and {rest} more"]


def _core_line(before: Value, after: Value) -> list[str]:
    """Return one line for many core stations that change, and take them out of both."""
    sides = [[key for key, each in side["stations"].items() if each["core"]] for side in (before, after)]
    changed = set(sides[0]) ^ set(sides[1])
    if len(changed) < _MANY_CORE:
        return []
    for side in (before, after):
        for each in side["stations"].values():
            del each["core"]
    names = ", ".join(f"{after['stations'][key]['name']} ({key})" for key in sides[1]) or "none"
    return [f"core stations: {len(sides[0])} → {len(sides[1])}: {names}"]


def _differing(before: Value, after: Value, path: tuple[str, ...]) -> Iterator[str]:
    for key in [*before, *(key for key in after if key not in before)]:
        here = (*path, key)
        shown = ".".join(here)
        if key not in after:
            yield f"{shown}: gone"
        elif key not in before:
            new = after[key]
            told = ", ".join(
                str(new[n]) for n in ("name", "station", "crewing") if isinstance(new, dict) and n in new
            )
            yield f"{shown}: new" + (f" ({told})" if told else "")
        elif isinstance(before[key], dict) and isinstance(after[key], dict):
            yield from _differing(before[key], after[key], here)
        elif before[key] != after[key]:
            yield f"{shown}: {_short(before[key])} → {_short(after[key])}"


def _short(value: Value) -> str:
    return f"{value:.6g}" if isinstance(value, float) and math.isfinite(value) else str(value)
