"""The type of a table's column, which may be of numbers, text or truth."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

Array = NDArray[Any]  # type: ignore[explicit-any] # what a column holds is known when its file is read
