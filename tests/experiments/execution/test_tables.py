"""Unit: log tables to Parquet and back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from experiments.execution.tables import read_columns, read_log, stack, write_columns, write_log
from sim.world.log_schema import TABLES
from tests.experiments.fakes import fake_log


def test_a_log_comes_back_with_the_same_digest(tmp_path: Path) -> None:
    log = fake_log(seed=3, replication=4)
    write_log(tmp_path, log)
    again = read_log(tmp_path)
    assert again.sha256() == log.sha256()
    assert (again.seed, again.replication, again.horizon_min, again.scenario_digest) == (3, 4, 1440.0, "ab12")


def test_every_column_tells_its_unit_and_meaning(tmp_path: Path) -> None:
    write_log(tmp_path, fake_log())
    for name, columns in TABLES.items():
        schema = pq.read_schema(tmp_path / f"{name}.parquet")
        assert schema.names == [column for column, _, _, _ in columns]
        for column, _, unit, meaning in columns:
            metadata = schema.field(column).metadata
            assert (metadata[b"unit"].decode(), metadata[b"meaning"].decode()) == (unit, meaning)


def test_the_same_log_makes_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        write_log(tmp_path / name, fake_log())
    for table in TABLES:
        first, second = (tmp_path / name / f"{table}.parquet" for name in ("a", "b"))
        assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize("names", [np.array(["a", "Ärö"]), np.array(["a", "Ärö"], dtype=object)])
def test_text_columns_come_back_as_text(tmp_path: Path, names: np.ndarray) -> None:
    write_columns(tmp_path / "t.parquet", {"group": names, "value": np.array([1.0, np.nan])})
    again = read_columns(tmp_path / "t.parquet")
    assert list(again["group"]) == ["a", "Ärö"]
    assert np.isnan(again["value"][1])


def test_stacked_tables_name_their_replication() -> None:
    parts = [(k, {"group": np.array(["x"] * k, dtype=object), "value": np.arange(k)}) for k in (1, 2)]
    stacked = stack(parts)
    assert list(stacked["replication"]) == [1, 2, 2]
    assert list(stacked["value"]) == [0, 0, 1]
    assert stack([]) == {}
