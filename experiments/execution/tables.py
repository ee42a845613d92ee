"""Columns in, Parquet out, and back: the log's tables and the breakdowns of the measures.

Every column of a log file carries its unit and meaning (field metadata ``unit`` and ``meaning``), and the
file those of the replication. The bytes depend on the values and on the version of pyarrow only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from experiments.execution.arrays import Array
from experiments.execution.reading import DamagedFile, read_parquet
from sim.log.tables import Log
from sim.world.log_schema import TABLES

Columns = Mapping[str, Array]
COMPRESSION = "zstd"


def write_columns(path: Path, columns: Columns, *, metadata: Mapping[str, str] | None = None) -> None:
    """Write ``columns`` as one Parquet file; ``metadata`` goes into the file's schema."""
    table = pa.table({name: _plain(array) for name, array in columns.items()})
    pq.write_table(
        table.replace_schema_metadata(dict(metadata or {})),
        path,
        compression=COMPRESSION,
        write_page_checksum=True,
    )


def _plain(array: Array) -> pa.Array:
    """Turn NumPy text into what Arrow takes."""
    array = np.asarray(array)
    return pa.array([str(v) for v in array], pa.string()) if array.dtype.kind in "UO" else pa.array(array)


def read_columns(path: Path, needed: Iterable[str] = ()) -> dict[str, Array]:
    """Read a Parquet file back into NumPy columns. Raises DamagedFile if it is none, or lacks one ``needed``."""
    table = read_parquet(path, needed)
    return {name: table.column(name).to_numpy() for name in table.column_names}


def read_measures(path: Path) -> dict[str, float]:
    """Return measure to value from the ``measures.parquet`` of one replication. Raises DamagedFile."""
    columns = read_columns(path, ("name", "value"))
    if columns["value"].dtype.kind != "f":
        raise DamagedFile(path, "its column value holds no numbers")
    return {str(name): float(value) for name, value in zip(columns["name"], columns["value"], strict=True)}


def write_log(folder: Path, log: Log) -> None:
    """Write the tables of ``log`` into ``folder``, a file each, with units and meanings."""
    about = {
        "turnout.replication": str(log.replication),
        "turnout.seed": str(log.seed),
        "turnout.horizon_min": repr(float(log.horizon_min)),
        "turnout.scenario_digest": log.scenario_digest,
        "turnout.times": "simulated minutes from the start of the scenario; NaN: did not happen; -1: none",
    }
    for name, described in TABLES.items():
        columns = log.table(name)
        fields = [
            pa.field(
                column,
                pa.from_numpy_dtype(np.dtype(dtype)),
                metadata={"unit": unit, "meaning": meaning},
            )
            for column, dtype, unit, meaning in described
        ]
        arrays = [pa.array(np.asarray(columns[column], dtype=dtype)) for column, dtype, _, _ in described]
        table = pa.Table.from_arrays(arrays, schema=pa.schema(fields, metadata=about))
        pq.write_table(table, folder / f"{name}.parquet", compression=COMPRESSION, write_page_checksum=True)


def read_log(folder: Path) -> Log:
    """Read back what ``write_log`` wrote. Raises DamagedFile for what is anything else."""
    tables = {name: _read_log_table(folder / f"{name}.parquet", name) for name in TABLES}
    path = folder / "incidents.parquet"
    about = read_parquet(path).schema.metadata or {}
    try:
        replication, seed = int(about[b"turnout.replication"]), int(about[b"turnout.seed"])
        horizon_min = float(about[b"turnout.horizon_min"])
        scenario_digest = about[b"turnout.scenario_digest"].decode()
    except (KeyError, ValueError):
        raise DamagedFile(path, "it does not say of which replication it is") from None
    return Log(
        replication=replication,
        seed=seed,
        horizon_min=horizon_min,
        scenario_digest=scenario_digest,
        incidents=tables["incidents"],
        responses=tables["responses"],
        standby=tables["standby"],
        roster=tables["roster"],
        calls=tables["calls"],
    )


def _read_log_table(path: Path, name: str) -> dict[str, Array]:
    columns = read_columns(path, [column for column, _, _, _ in TABLES[name]])
    for column, dtype, _, _ in TABLES[name]:
        if columns[column].dtype != np.dtype(dtype):
            raise DamagedFile(path, f"its column {column} is {columns[column].dtype}, not {np.dtype(dtype)}")
    return columns


def stack(parts: Iterable[tuple[int, Columns]]) -> dict[str, Array]:
    """Put the same table of several replications under one another, with a column ``replication``.

    Text columns become object arrays, so that lengths need not agree. Returns {} for no parts.
    """
    parts = list(parts)
    if not parts:
        return {}
    lengths = [len(next(iter(columns.values()), ())) for _, columns in parts]
    stacked: dict[str, Array] = {
        "replication": np.repeat(np.array([number for number, _ in parts], dtype=np.int32), lengths)
    }
    for name in parts[0][1]:
        stacked[name] = np.concatenate([np.asarray(columns[name]) for _, columns in parts])
    return stacked
