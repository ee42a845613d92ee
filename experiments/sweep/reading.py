"""The folder of a sweep, read back: what it is, and the rows of its finished points."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
from typing_extensions import TypedDict  # pydantic wants this one before Python 3.12

from experiments.execution.reading import DamagedFile, read_json, read_parquet
from experiments.execution.results_folder import read_identity
from experiments.sweep.folder import POINTS, SWEEP, failed_part

COLUMNS = ("point", "number", "sample", "replication", "error")
"""Columns that every part has, beside its levers and outcomes."""


class SweepIdentity(TypedDict):
    """What the text of a sweep needs of ``sweep.json``."""

    sweep: str
    points: int
    replications: int
    seed: int
    days: int
    outcomes: list[str]


def read_sweep(folder: Path) -> SweepIdentity:
    """Return what a sweep is. Raises UserError where the folder is none of a sweep, or its file is damaged."""
    read_identity(folder, SWEEP)  # tells what is wrong with a folder that is none
    return read_json(folder / SWEEP.file, SweepIdentity)


def read_points(paths: Iterable[Path], outcomes: Iterable[str] = ()) -> pa.Table:
    """Return the rows of some parts, one below the other. Raises DamagedFile naming one that does not fit."""
    tables: list[pa.Table] = []
    for path in paths:
        table = read_parquet(path, (*COLUMNS, *outcomes)).replace_schema_metadata()
        if tables and not table.schema.equals(tables[0].schema):
            raise DamagedFile(path, "its columns are not those of the other points")
        tables.append(table)
    return pa.concat_tables(tables)


def read_table(folder: Path) -> pa.Table:
    """Return every finished point's rows in the order of the design; no rows if none is finished.

    Taken from the parts, so that it is the same during a sweep and after it.
    """
    paths = sorted(path for path in (folder / POINTS).glob("*.parquet") if failed_part(path) is not None)
    if not paths:
        return pa.table({})
    table = read_points(paths, read_sweep(folder)["outcomes"])
    return table.sort_by([("number", "ascending"), ("replication", "ascending")])
