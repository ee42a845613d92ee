"""Paths of ranges: which fields of a scenario they name, and reading and writing them in its plain content."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast, get_args

from scenarios.loading.datasets import geography_folder
from scenarios.loading.map_facts import band_names
from scenarios.schema.field_table import read_fields
from scenarios.schema.scenario import IncidentGroup, RoadClass, Scenario

Place = tuple[str, ...]
_FACTORS = (("travel", "class_factor"), ("travel", "band_factor"), ("control", "handling_factor"))
"""Tables in which a name that is not there means a factor of 1."""


def places(scenario: Scenario, path: str) -> tuple[Place, ...]:
    """Return every number, text or truth value of the scenario that the path names, in the scenario's order."""
    parts = tuple(path.split("."))
    found = tuple(_walk(scenario.model_dump(mode="python"), parts, ()))
    if parts[:-1] in _FACTORS and parts[-1] != "*":  # named here or not: every name that the table may hold
        names = parts[-1].split("|")
        return tuple((*parts[:-1], name) for name in names) if set(names) <= _known(scenario, parts) else ()
    return found


def _known(scenario: Scenario, parts: Place) -> set[str]:
    """Return the names that may stand in a table of factors."""
    if parts[1] == "handling_factor":
        return set(get_args(IncidentGroup))
    if parts[1] == "band_factor":
        return set(band_names(geography_folder(scenario)))
    return set(get_args(RoadClass))


def _walk(content: Any, parts: Place, done: Place) -> Iterator[Place]:
    if not parts:
        if isinstance(content, (bool, int, float, str)):
            yield done
        return
    if not isinstance(content, dict):
        return
    names = content if parts[0] == "*" else [name for name in parts[0].split("|") if name in content]
    for name in names:
        yield from _walk(content[name], parts[1:], (*done, str(name)))


def known_paths(scenario: Scenario) -> list[str]:
    """Return the paths that can be named: of the field table, and of the scenario's own entries."""
    content = scenario.model_dump(mode="python")
    return [*read_fields(), *(".".join(place) for place in _leaves(content, ()))]


def _leaves(content: Any, done: Place) -> Iterator[Place]:
    if isinstance(content, dict):
        for name, value in content.items():
            yield from _leaves(value, (*done, str(name)))
    elif isinstance(content, (bool, int, float, str)):
        yield done


def schema_range(path: str) -> str:
    """Return the bounds of a field in words ("0 to 1"), "" if it has none."""
    parts = path.split(".")
    for pattern, row in read_fields().items():
        known = pattern.split(".")
        same = len(known) == len(parts) and all(
            k in ("*", p) or k in p.split("|") for k, p in zip(known, parts, strict=True)
        )
        inside = known == parts[:-1] and row.type.startswith("table")
        if same or inside:
            return row.range
    return ""


def at(content: dict[str, Any], place: Place) -> Any:
    """Return the value at a place, 1 for a name without a factor."""
    table: Any = content
    for name in place[:-1]:
        table = table[name]
    return table.get(place[-1], 1.0) if place[:-1] in _FACTORS else table[place[-1]]


def put(content: dict[str, Any], place: Place, value: object) -> None:
    """Write the value at a place."""
    table = content
    for name in place[:-1]:
        table = cast("dict[str, Any]", table[name])
    table[place[-1]] = value
