"""The memory of a run: made and grown in Python, looked into by kernels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.compiled import layout as at
from sim.compiled.kernel import view

Memory = NDArray[np.int64]
"""What every kernel is given (``sim.compiled.layout``)."""

Array = NDArray[Any]


class Arena:
    """The arrays of a run, and the memory that says where they lie. They live as long as it does."""

    def __init__(self, shared: Arena | None = None) -> None:
        """Start empty, or with the arrays of another, which are not changed by the run."""
        self.memory: Memory = np.zeros(at.SIZE, dtype=np.int64) if shared is None else shared.memory.copy()
        self.arrays: dict[int, Array] = {} if shared is None else dict(shared.arrays)

    def put(self, place: int, array: Array, dtype: Any) -> None:
        """Put an array at its place, as the type that kernels take it for."""
        held = np.ascontiguousarray(array, dtype=dtype)
        self.arrays[place] = held
        self.memory[place] = held.__array_interface__["data"][0]
        self.memory[place + 1 : place + 1 + held.ndim] = held.shape

    def put_all(self, arrays: Mapping[int, tuple[Array, Any]]) -> None:
        """Put several arrays at their places."""
        for place, (array, dtype) in arrays.items():
            self.put(place, array, dtype)

    def make_room(self, place: int, rows: int) -> None:
        """Let an array have at least so many rows; what is in it stays."""
        held = self.arrays[place]
        if held.shape[0] >= rows:
            return
        larger = np.zeros((max(rows, 2 * held.shape[0]), *held.shape[1:]), dtype=held.dtype)
        larger[: held.shape[0]] = held
        self.put(place, larger, held.dtype)


# Arrays as kernels see them, given the memory and a place: of records ...
units_at = view(at.UNIT)
rows_at = view(at.ROW)
pools_at = view(at.POOL)
sites_at = view(at.SITE)
moves_at = view(at.MOVE)
events_at = view(at.EVENT)
calls_at = view(at.CALL)
waiting_at = view(at.WAITING)
fails_at = view(at.FAIL)
movers_at = view(at.MOVER)
changes_at = view(at.CHANGE)
decisions_at = view(at.DECISION)
parts_at = view(at.PART)
kinds_at = view(at.KIND)
responses_at = view(at.RESPONSE)
standbys_at = view(at.STANDBY)
# ... and of numbers, of one axis, rows (two), and blocks (three).
reals, real_rows = view(np.float64), view(np.float64, 2)
floats, float_rows, float_blocks = view(np.float32), view(np.float32, 2), view(np.float32, 3)
wholes, whole_rows = view(np.int64), view(np.int64, 2)
indices, index_rows = view(np.int32), view(np.int32, 2)
codes, code_blocks = view(np.uint8, 2), view(np.uint8, 3)
words, word_rows = view(np.uint64), view(np.uint64, 2)
