"""What sort of value each field of the schema takes, read from the schema itself."""

from __future__ import annotations

from collections.abc import Callable
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel


def plain(annotation: Any) -> Any:
    """Return an annotation without its bounds and without "or nothing"."""
    while True:
        origin = get_origin(annotation)
        if origin is Annotated:
            annotation = get_args(annotation)[0]
        elif origin in (Union, UnionType):
            rest = [each for each in get_args(annotation) if each is not NoneType]
            if len(rest) != 1:
                return annotation
            annotation = rest[0]
        else:
            return annotation


def as_model(annotation: Any) -> type[BaseModel] | None:
    """Return the record class that an annotation stands for, or None."""
    bare = plain(annotation)
    return bare if isinstance(bare, type) and issubclass(bare, BaseModel) else None


def value_of_table(annotation: Any) -> Any:
    """Return what a ``dict[name, X]`` holds (X), or None for anything else."""
    bare = plain(annotation)
    return get_args(bare)[1] if get_origin(bare) is dict else None


def annotation_at(model: type[BaseModel], path: tuple[str, ...]) -> Any:
    """Return the annotation of the field at a path through records and tables, or None if there is none."""
    annotation: Any = model
    for part in path:
        record = as_model(annotation)
        if record is not None:
            if part not in record.model_fields:
                return None
            annotation = record.model_fields[part].annotation
        else:
            annotation = value_of_table(annotation)
            if annotation is None:
                return None
    return annotation


def known_names(model: type[BaseModel], path: tuple[str, ...]) -> tuple[str, ...]:
    """Return the field names of the record at a path; empty for a table or a value."""
    record = as_model(annotation_at(model, path)) if path else model
    return tuple(record.model_fields) if record is not None else ()


def cell_reader(annotation: Any) -> Callable[[str], object]:
    """Return what makes of a CSV cell its field's value; what does not fit stays text, which the schema refuses."""
    bare = plain(annotation)
    if bare is bool:
        return lambda text: _TRUTHS.get(text.lower(), text)
    if get_origin(bare) is tuple:
        inner = cell_reader(get_args(bare)[0])
        return lambda text: [inner(part.strip()) for part in text.split(";") if part.strip()]
    if bare in (int, float) or (get_origin(bare) is Literal and isinstance(get_args(bare)[0], int)):
        return _number
    return str


_TRUTHS = {"true": True, "yes": True, "false": False, "no": False}


def _number(text: str) -> object:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text
