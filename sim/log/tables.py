"""The log of one replication: columnar tables, the only thing that leaves a run (``sim.world.log_schema``)."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.world.log_schema import CALLS, TABLES, Column


class TableWriter:
    """Rows in, typed columns out; a row is packed as it comes, which is quicker and smaller than keeping tuples."""

    def __init__(self, columns: Sequence[Column]) -> None:
        """Start an empty table of ``columns``."""
        self._record = np.dtype([(name, np.dtype(dtype).newbyteorder("<")) for name, dtype, _, _ in columns])
        self._pack = struct.Struct("<" + "".join(_packed_as(dtype) for _, dtype, _, _ in columns)).pack
        self._rows = bytearray()

    def append(self, row: tuple[Any, ...]) -> None:
        """Add one row, in the order of the columns."""
        self._rows += self._pack(*row)

    def columns(self) -> dict[str, NDArray[Any]]:
        """Return the table so far, column name to array."""
        table = np.frombuffer(self._rows, dtype=self._record)
        return {
            name: table[name].astype(self._record[name].newbyteorder("="))
            for name in self._record.names or ()
        }


def _packed_as(dtype: str) -> str:
    """Return the letter of ``struct`` for a type: the same on every machine, where NumPy's may not be."""
    return {"l": "q", "L": "Q"}.get(letter := np.dtype(dtype).char, letter)


def no_calls() -> dict[str, NDArray[Any]]:
    """Return the table ``calls`` of a run without telephone lines: no rows."""
    return {name: np.empty(0, dtype) for name, dtype, _, _ in CALLS}


@dataclass(frozen=True, slots=True, eq=False)
class Log:
    """What happened in one replication."""

    replication: int
    seed: int
    horizon_min: float
    incidents: dict[str, NDArray[Any]]
    responses: dict[str, NDArray[Any]]
    standby: dict[str, NDArray[Any]]
    roster: dict[str, NDArray[Any]]
    scenario_digest: str = ""
    calls: dict[str, NDArray[Any]] = field(default_factory=no_calls)

    def table(self, name: str) -> dict[str, NDArray[Any]]:
        """Return a table by its name in ``TABLES``."""
        tables = {
            "incidents": self.incidents,
            "responses": self.responses,
            "standby": self.standby,
            "roster": self.roster,
            "calls": self.calls,
        }
        return tables[name]

    def sha256(self) -> str:
        """Digest of every value of every table, byte for byte, in a fixed order."""
        digest = hashlib.sha256()
        for name, columns in TABLES.items():
            table = self.table(name)
            for column, dtype, _, _ in columns:
                array = np.ascontiguousarray(table[column], dtype=dtype)
                digest.update(f"{name}.{column}:{array.size};".encode())
                digest.update(array.astype(np.dtype(dtype).newbyteorder("<"), copy=False).tobytes())
        return digest.hexdigest()
