"""The table of fields, ``fields.csv``: of everything a scenario may say its type, unit, range, meaning and source.

The schema gives path, type, default and range; people write unit, meaning, source and confidence. A test holds
the two together.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, NaiveDatetime
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from scenarios.schema.annotations import as_model, plain, value_of_table
from scenarios.schema.scenario import Scenario

FILE = Path(__file__).with_name("fields.csv")
_NAMES = {
    float: "number",
    int: "whole number",
    str: "text",
    bool: "true or false",
    date: "date",
    NaiveDatetime: "date and time",
}


@dataclass(frozen=True, slots=True)
class Field:
    """One row of the table. ``path`` has ``*`` for the name of an entry; ``default`` is "required" if there is none."""

    path: str
    type: str
    unit: str
    default: str
    range: str
    meaning: str
    source: str
    confidence: str


@lru_cache(maxsize=1)
def read_fields() -> dict[str, Field]:
    """Return the rows of ``fields.csv`` by path."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return {row["path"]: Field(**row) for row in csv.DictReader(file)}


def schema_fields() -> Iterator[tuple[str, str, str, str]]:
    """Yield path, type, default and range of every field of the schema, records and tables opened up."""
    yield from _walk(Scenario, ())


def describe_field(path: tuple[str, ...]) -> str:
    """Return a field's meaning, unit and range as one phrase for a remedy; "" if the table lacks it."""
    for end in range(len(path), 0, -1):
        row = _matching(path[:end])
        if row is not None:
            bounds = ", ".join(part for part in (row.type, row.unit, row.range) if part)
            return f"{row.meaning} ({bounds})"
    return ""


def _matching(path: tuple[str, ...]) -> Field | None:
    for pattern, row in read_fields().items():
        parts = pattern.split(".")
        if len(parts) == len(path) and all(
            part in ("*", name) for part, name in zip(parts, path, strict=True)
        ):
            return row
    return None


def _walk(model: type[BaseModel], at: tuple[str, ...]) -> Iterator[tuple[str, str, str, str]]:
    for name, info in model.model_fields.items():
        path = (*at, name)
        record = as_model(info.annotation)
        entry = value_of_table(info.annotation)
        entry_record = as_model(entry) if entry is not None else None
        if record is not None:
            yield from _walk(record, path)
        elif entry_record is not None:
            yield from _walk(entry_record, (*path, "*"))
        else:
            yield ".".join(path), _type(info.annotation), _default(info), _range(info)


def _type(annotation: Any) -> str:
    bare = plain(annotation)
    origin = get_origin(bare)
    if origin is Literal:
        return "one of " + " | ".join(map(str, get_args(bare)))
    if origin is tuple:
        return f"list of {_type(get_args(bare)[0])}s"
    if origin is dict:
        return f"table of {_type(get_args(bare)[1])}s"
    return _NAMES[bare]


def _default(info: FieldInfo) -> str:
    value = info.default_factory() if info.default_factory is not None else info.default  # type: ignore[call-arg]
    if value is PydanticUndefined:
        return "required"
    if value is None:
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return "[" + ", ".join(map(str, value)) + "]"
    return f"{value:g}" if isinstance(value, float) else str(value) or '""' if value != {} else "{}"


def _range(info: FieldInfo) -> str:
    """Return the bounds in words: of the value, or of the values in a list or table."""
    found: dict[str, float | date] = {}
    _bounds(info.annotation, found)
    _take(info.metadata, found)
    bounds = {name: _bound(value) for name, value in found.items()}
    words = ""
    if "ge" in bounds:
        words = f"{bounds['ge']} to {bounds['le']}" if "le" in bounds else f"{bounds['ge']} or more"
    elif "gt" in bounds:
        words = f"above {bounds['gt']}" + (f", at most {bounds['le']}" if "le" in bounds else "")
    if "min_length" in bounds:
        words = f"{bounds['min_length']} values" + (f", {words}" if words else "")
    return words


def _bound(value: float | date) -> str:
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:,.0f}" if value >= 1e4 else f"{value:g}"


def _bounds(annotation: Any, found: dict[str, float | date]) -> None:
    origin = get_origin(annotation)
    if origin is Annotated:
        inner, *marks = get_args(annotation)
        _bounds(inner, found)
        _take(marks, found)
    elif origin in (Union, UnionType, tuple):
        _bounds(get_args(annotation)[0], found)
    elif origin is dict:
        _bounds(get_args(annotation)[1], found)


def _take(marks: Any, found: dict[str, float | date]) -> None:
    for mark in marks:
        if isinstance(mark, FieldInfo):
            _take(mark.metadata, found)
        for name in ("ge", "gt", "le", "min_length"):
            value = getattr(mark, name, None)
            if value is not None:
                found[name] = value
