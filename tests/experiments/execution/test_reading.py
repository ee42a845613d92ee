"""Functional: every file of a results folder spoilt in every way. One message names the file, and nothing crashes."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from experiments.errors import UserError
from experiments.execution.reading import DamagedFile, read_parquet
from experiments.execution.replicate import Wanted, replicate
from experiments.execution.store import RunFolder
from experiments.execution.tables import read_log, read_measures, write_columns
from experiments.presentation.as_json import as_text, summary_document
from experiments.presentation.breakdown import read_breakdown, station_names
from experiments.presentation.summary import Summary
from experiments.run.text import show_run
from sim.world.log_schema import TABLES
from tests.experiments.fakes import fake_job, open_folder

JSON = {
    "empty": b"",
    "null": b"null",
    "a list": b"[]",
    "a number": b"7",
    "text": b'"run"',
    "another object": b'{"a": 1}',
    "half": b'{"scenario": "fake", "repl',
    "deep": b"[" * 100_000,
    "deep objects": b'{"a":' * 100_000,
    "binary": bytes(range(256)),
    "a field of another type": b'{"stations": 3, "measures": [1], "scenario": null}',
    "a field of another type within": b'{"stations": {"A": null}, "measures": {"a": []}}',
}


def garbage(path: Path) -> None:
    path.write_bytes(bytes(7 + i % 99 for i in range(path.stat().st_size)))


def half(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def spoilt_in_the_middle(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[4:60] = b"\xff" * 56
    path.write_bytes(bytes(content))


def a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def gone(path: Path) -> None:
    path.unlink()


def without_columns(path: Path) -> None:
    table = pq.read_table(path)
    pq.write_table(pa.table({"other": [1.0] * table.num_rows}), path)


def of_another_type(path: Path) -> None:
    table = pq.read_table(path)
    pq.write_table(pa.table({name: pa.array(["x"] * table.num_rows) for name in table.column_names}), path)


SPOIL = [garbage, half, spoilt_in_the_middle, a_folder, gone, without_columns, of_another_type]


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run of the model of no meaning."""
    path = tmp_path_factory.mktemp("runs") / "run"
    folder = open_folder(path)
    replicate(fake_job(path), Wanted(count=1), finished={}, folder_of=folder.replication)
    (path / "scenario.json").write_text('{"stations": {"A": {"name": "Ashingdon"}}}', encoding="utf-8")
    summary = Summary("fake", "fake", 1, 1, 1, 12, "ab", (), {}, str(path))
    (path / "summary.json").write_text(as_text(summary_document(summary)), encoding="utf-8")
    (path / "tables").mkdir()
    columns = {"replication": np.zeros(2, dtype=np.int32), "group": np.array(["a", "b"], dtype=object)}
    write_columns(path / "tables" / "by_district.parquet", {**columns, "mean_s": np.array([1.0, 2.0])})
    show_run(path, by=None, every=False, form="json")
    return path


@pytest.fixture
def run(finished: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(finished, tmp_path / "run"))


def told(read: Callable[[], object], path: Path) -> None:
    """Reading must end with one message that names the file and says what to do."""
    with pytest.raises(UserError) as fault:
        read()
    assert path.name in str(fault.value)
    assert len(str(fault.value)) < 600
    assert any(word in str(fault.value) for word in ("Remove", "repeat", "turnout run"))


@pytest.mark.parametrize("content", JSON.values(), ids=JSON)
def test_every_json_file(run: Path, content: bytes) -> None:
    (run / "summary.json").write_bytes(content)
    told(lambda: show_run(run, by=None, every=False), run / "summary.json")
    (run / "scenario.json").write_bytes(content)
    told(lambda: station_names(run), run / "scenario.json")


def test_a_folder_in_place_of_a_json_file(run: Path) -> None:
    a_folder(run / "summary.json")
    told(lambda: show_run(run, by=None, every=False, form="json"), run / "summary.json")


@pytest.mark.parametrize("content", JSON.values(), ids=JSON)
def test_a_replication_whose_own_file_is_spoilt_does_not_count(run: Path, content: bytes) -> None:
    (run / "replications" / "0000" / "done.json").write_bytes(content)
    assert RunFolder(run).finished() == {}


@pytest.mark.parametrize("spoil", SPOIL)
@pytest.mark.parametrize("name", TABLES)
def test_every_table_of_a_log(run: Path, name: str, spoil: Callable[[Path], None]) -> None:
    path = run / "replications" / "0000" / f"{name}.parquet"
    rows, digest = pq.read_metadata(path).num_rows, read_log(path.parent).sha256()
    spoil(path)
    if spoil is spoilt_in_the_middle and not rows:  # nothing stands in the middle of a table without rows
        assert read_log(path.parent).sha256() == digest
    else:
        told(lambda: read_log(path.parent), path)


def test_no_spoilt_byte_changes_a_figure_in_silence(run: Path) -> None:
    path = run / "replications" / "0000" / "incidents.parquet"
    content, digest = path.read_bytes(), read_log(path.parent).sha256()
    damaged = 0
    for place in range(0, len(content), 23):
        path.write_bytes(content[:place] + bytes([content[place] ^ 0x55]) + content[place + 1 :])
        try:
            assert read_log(path.parent).sha256() == digest, place
        except DamagedFile:
            damaged += 1
    assert damaged > 20


def test_a_log_that_does_not_say_what_it_is(run: Path) -> None:
    path = run / "replications" / "0000" / "incidents.parquet"
    pq.write_table(pq.read_table(path).replace_schema_metadata(None), path)
    told(lambda: read_log(path.parent), path)


@pytest.mark.parametrize("spoil", SPOIL)
def test_the_measures_of_a_replication(run: Path, spoil: Callable[[Path], None]) -> None:
    path = run / "replications" / "0000" / "measures.parquet"
    spoil(path)
    told(lambda: read_measures(path), path)


@pytest.mark.parametrize("spoil", [each for each in SPOIL if each not in (gone, of_another_type)])
def test_a_breakdown(run: Path, spoil: Callable[[Path], None]) -> None:
    path = run / "tables" / "by_district.parquet"
    spoil(path)
    told(lambda: read_breakdown(run, "district"), path)


def test_a_file_that_is_whole_is_read(run: Path) -> None:
    assert read_breakdown(run, "district") == {"group": ["a", "b"], "mean_s": [1.0, 2.0]}
    assert station_names(run) == {"A": "Ashingdon"}
    with pytest.raises(DamagedFile, match="no column other"):
        read_parquet(run / "tables" / "by_district.parquet", ["other"])
    assert json.loads((run / "summary.json").read_text(encoding="utf-8"))["replications"] == 1
