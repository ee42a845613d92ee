"""The folder of a sweep: one Parquet file a point, whole or not there, that read together as one table.

::

    sweep.json        what the sweep is: base, levers, uncertainties, seed, digests (written first)
    sweep.toml        the file that it was made from
    points/ID.parquet a point: a row a replication, or one row with its error
    table.parquet     all points in the order of the design, once every one is there
    at-work.lock      who is at work

A part is written under ``unfinished/`` and renamed, so that a reader of ``points/`` never sees half of one.
"""

from __future__ import annotations

import io
import os
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from experiments.execution.documents import Untyped
from experiments.execution.results_folder import FolderType, Identity, ResultsFolder, writing
from experiments.execution.tables import COMPRESSION
from experiments.sweep.design import Design
from experiments.sweep.points import Point, as_column

SWEEP_FILE = "sweep.json"
TABLE_FILE = "table.parquet"
POINTS = "points"
UNFINISHED = "unfinished"
SWEEP = FolderType(
    "sweep", SWEEP_FILE, POINTS, "turnout sweep FILE", "name its folder", ("base_sha256", "points_sha256")
)
FAILED = b"turnout.failed"
_TYPES = {
    "number": pa.float64(),
    "whole": pa.int64(),
    "flag": pa.bool_(),
    "text": pa.string(),
    "date": pa.string(),
    "json": pa.string(),
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a point: rows of outcomes by replication, or the replication that failed, and why."""

    rows: Sequence[Sequence[float | None]] = ()
    failed: int = 0
    error: str = ""


def schema_of(design: Design, units: Mapping[str, str]) -> pa.Schema:
    """Return the columns of every part: the point, its levers and uncertainties, its outcomes, its error."""

    def column(name: str, kind: Untyped, role: str, unit: str = "") -> Untyped:
        return pa.field(name, kind, metadata={"role": role, "unit": unit})

    return pa.schema(
        [
            column("point", pa.string(), "id"),
            column("number", pa.int32(), "place in the design"),
            column("sample", pa.int32(), "sample of the uncertainties"),
            *(column(factor.name, _TYPES[factor.kind], factor.role) for factor in design.factors),
            column("replication", pa.int32(), "replication"),
            *(column(name, pa.float64(), "outcome", units.get(name, "")) for name in design.outcomes),
            column("error", pa.string(), "error"),
        ]
    )


def part_of(schema: pa.Schema, design: Design, point: Point, outcome: Outcome) -> pa.Table:
    """Return the rows of one point."""
    fixed = {
        "point": point.id,
        "number": point.number,
        "sample": point.sample,
        **{factor.name: as_column(value) for factor, value in zip(design.factors, point.values, strict=True)},
    }
    if outcome.error:
        rows = [{**fixed, "replication": outcome.failed, "error": outcome.error}]
    else:
        rows = [
            {**fixed, "replication": number, **dict(zip(design.outcomes, row, strict=True))}
            for number, row in enumerate(outcome.rows)
        ]
    about = {FAILED: b"true" if outcome.error else b"false"}
    return pa.Table.from_pylist(rows, schema=schema.with_metadata(about))


@dataclass(frozen=True, slots=True)
class SweepFolder(ResultsFolder):
    """Where a sweep lives."""

    @property
    def type(self) -> FolderType:
        """A sweep."""
        return SWEEP

    def begin(self, identity: Identity, text: str) -> None:
        """Make the folder if it is not there, and clear what killed processes left unfinished."""
        self.make(identity, {"sweep.toml": text})
        with writing(self.path):
            shutil.rmtree(self.path / UNFINISHED, ignore_errors=True)
            (self.path / UNFINISHED).mkdir()

    def tidy(self) -> None:
        """Take the folder of unfinished parts away."""
        shutil.rmtree(self.path / UNFINISHED, ignore_errors=True)

    def found(self, ids: Iterable[str]) -> dict[str, bool]:
        """Return which of the points are there whole, and whether they failed."""
        there = {}
        for name in ids:
            failed = failed_part(self.part(name))
            if failed is not None:
                there[name] = failed
        return there

    def part(self, name: str) -> Path:
        """Return the file of a point."""
        return self.pieces / f"{name}.parquet"

    def write_part(self, name: str, table: pa.Table) -> None:
        """Write a point whole. Raises UserError if that cannot be done; what was there stays."""
        self._write(self.part(name), table)

    def write_table(self, table: pa.Table) -> None:
        """Write the rows of all points, in the order of the design, as one file."""
        self._write(self.path / TABLE_FILE, table)

    def _write(self, place: Path, table: pa.Table) -> None:
        """Write to one side, make sure that it is on the disk, and rename: Python's own writing tells a full disk."""
        buffer = io.BytesIO()
        pq.write_table(table, buffer, compression=COMPRESSION)
        part = self.path / UNFINISHED / place.name
        with writing(self.path):
            try:
                with part.open("wb") as file:
                    file.write(buffer.getbuffer())
                    file.flush()
                    os.fsync(file.fileno())
                part.replace(place)
            finally:
                part.unlink(missing_ok=True)


def failed_part(path: Path) -> bool | None:
    """Return whether the point of a part failed; None if the part is not there, or not whole."""
    try:
        metadata = pq.read_metadata(path).metadata or {}
    except (OSError, pa.ArrowException):
        return None
    return bool(metadata.get(FAILED) == b"true")
