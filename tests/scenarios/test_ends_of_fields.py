"""Every number of a scenario at both ends of what it may be: it runs, or is refused in words; no crash, no warning.

The ordinary suite tries some of them, the long one all.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest

from geo.errors import GeoDataError
from scenarios.building.world import build_world
from scenarios.loading.faults import ScenarioError
from scenarios.loading.load import load_scenario
from scenarios.schema.field_table import schema_fields
from sim.engine.run import simulate
from sim.measures import measure
from tests.scenarios.test_odd_values import ENTRIES, POLICE_ENTRIES

BASES = {"scripted_incidents": "refinery-fire", "surges": "spate-day"}
LARGE = 1e300
QUICK = 25
"""Of so many fields one is tried in the ordinary suite, at one of its ends."""


def numbers() -> list[tuple[tuple[str, ...], str]]:
    """Every field that is a number, with real names for the entries, and its range as the table writes it."""
    found = []
    for path, kind, _, span in schema_fields():
        if kind.split(",")[0] not in ("number", "whole number"):
            continue
        parts = path.split(".")
        entries = POLICE_ENTRIES if parts[0] == "police" else ENTRIES
        named = [entries[parts[i - 1]] if part == "*" else part for i, part in enumerate(parts)]
        found.append((tuple(named), span))
    return found


def ends(span: str) -> tuple[float, float]:
    """The least and the most that a range allows; beyond a range without end a very large number."""
    text = span.replace(",", "")
    if " to " in text:
        low, high = text.split(" to ")
        return float(low), float(high)
    if text.startswith("above "):
        low, _, high = span.removeprefix("above ").replace(", at most ", " ").replace(",", "").partition(" ")
        least = float(low)
        return np.nextafter(least, np.inf) if least else 1e-12, float(high or LARGE)
    if text.endswith(" or more"):
        return float(text.removesuffix(" or more")), LARGE
    if text.endswith(" or less"):
        return -LARGE, float(text.removesuffix(" or less"))
    return -LARGE, LARGE


def cases() -> Iterator[tuple[tuple[str, ...], float]]:
    for path, span in numbers():
        for value in ends(span):
            yield path, value


def as_written(path: tuple[str, ...], value: float, whole: bool) -> dict[str, object]:
    base = BASES.get(path[0], "joint")
    content: dict[str, object] = {
        "extends": base,
        "geography": {"cell_size_m": 5000.0},
        "calendar": {"days": 1} if base == "joint" else {},
    }
    inner = content
    for part in path[:-1]:
        inner = inner.setdefault(part, {})  # type: ignore[assignment]
    inner[path[-1]] = int(value) if whole and abs(value) < 1e18 else value
    return content


@lru_cache(maxsize=1)
def wholes() -> frozenset[tuple[str, ...]]:
    every = zip(numbers(), (kind for _, kind, _, _ in schema_fields() if "number" in kind), strict=False)
    return frozenset(path for (path, _), kind in every if kind == "whole number")


def tried(file: Path, path: tuple[str, ...], value: float) -> str:
    """Load, build, simulate and measure; "ran" or what was refused. Warnings are errors."""
    content = as_written(path, value, float(value).is_integer())
    file.write_text(json.dumps(content), encoding="utf-8")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            scenario = load_scenario(file)
            world = build_world(scenario)
        except (ScenarioError, GeoDataError) as refused:
            return str(refused)
        if scenario.calendar.days > 30 or path == ("police", "demand_factor"):
            return "built"  # a hundred years, or half a million incidents a week, take their time
        figures = measure(world, simulate(world, seed=1, replication=0)).values
    assert not any(np.isinf(value) for value in figures.values())
    return "ran"


EVERY = list(cases())


@pytest.mark.parametrize(
    ("path", "value"),
    EVERY[::QUICK],
    ids=lambda each: ".".join(each) if isinstance(each, tuple) else f"{each:g}",
)
def test_some_fields(tmp_path: Path, path: tuple[str, ...], value: float) -> None:
    assert tried(tmp_path / "end.json", path, value)


@pytest.mark.long
@pytest.mark.parametrize(
    ("path", "value"), EVERY, ids=lambda each: ".".join(each) if isinstance(each, tuple) else f"{each:g}"
)
def test_every_field(tmp_path: Path, path: tuple[str, ...], value: float) -> None:
    assert tried(tmp_path / "end.json", path, value)
