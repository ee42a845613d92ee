"""Dotted names of a scenario's fields: looked up in the schema and in the base's tables."""

from __future__ import annotations

from datetime import date
from typing import Literal, get_args, get_origin

from experiments.execution.documents import Value
from experiments.sweep.factors import FieldPath, Kind
from scenarios.loading.faults import nearest_remedy
from scenarios.loading.layers import TABLES
from scenarios.loading.load import ABOUT
from scenarios.schema.annotations import annotation_at, as_model, known_names, plain, value_of_table
from scenarios.schema.scenario import Scenario


class PathError(Exception):
    """A path that leads to no field."""

    def __init__(self, problem: str, remedy: str) -> None:
        """Keep what is wrong and what to do."""
        super().__init__(problem)
        self.problem = problem
        self.remedy = remedy


def field_at(base: Scenario, path: FieldPath) -> Value:
    """Return the annotation of the field at a path of the base. Raises PathError."""
    for end, part in enumerate(path):
        _step(base, path, end, part)
    annotation = annotation_at(Scenario, path)
    if path[0] in ABOUT:
        raise PathError(f"{path[0]} tells of the scenario and changes no figure", "vary another field")
    inner = known_names(Scenario, path)
    if inner or value_of_table(annotation) is not None:
        what = f"one of {', '.join(inner[:4])} …" if inner else "an entry of it"
        raise PathError(f"{'.'.join(path)} is a table, not one value", f"name {what}")
    return annotation


def _step(base: Scenario, path: FieldPath, end: int, part: str) -> None:
    """Check that ``part`` is known where ``path[:end]`` leads."""
    at = path[:end]
    inside = annotation_at(Scenario, at) if at else Scenario
    if as_model(inside) is None and value_of_table(inside) is None:
        raise PathError(f"{'.'.join(at)} is one value and has nothing in it", "shorten the path")
    entries = _entries_of(base, at)
    known = entries if entries is not None else known_names(Scenario, at)
    if known and part not in known:
        problem = f"there is no field {'.'.join(path)}: unknown {part}"
        raise PathError(problem, nearest_remedy(part, known))


def _entries_of(base: Scenario, path: FieldPath) -> tuple[str, ...] | None:
    """Return the names in a table of the base, None for a record (or a table without fixed names)."""
    if len(path) == 1 and path[0] in TABLES:
        return tuple(getattr(base, path[0]))
    if len(path) == 3 and path[0] == "incident_types" and path[2] == "attendance":
        return tuple(base.incident_types[path[1]].attendance)
    return None


def kind_of(annotation: Value) -> Kind:
    """Return the type of column for a field."""
    bare = plain(annotation)
    if get_origin(bare) is Literal:
        return "whole" if isinstance(get_args(bare)[0], int) else "text"
    kinds: dict[Value, Kind] = {float: "number", int: "whole", bool: "flag", str: "text", date: "date"}
    return "json" if get_origin(bare) is not None else kinds.get(bare, "json")
