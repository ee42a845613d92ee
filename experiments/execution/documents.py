"""Types of what has no narrower one, each with its reason: values of files, objects of libraries without types."""

from __future__ import annotations

from typing import Any

Value = Any  # type: ignore[explicit-any] # what TOML or JSON can hold; checked against a schema where it is read
Document = dict[str, Any]  # type: ignore[explicit-any] # a JSON object
Untyped = Any  # type: ignore[explicit-any] # an object of a library that has no types (Dask, Typer's options)
