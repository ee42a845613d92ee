"""Functional: the command as a user meets it, killed and started again, in processes of its own."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from tests.experiments.sweep.sweeping import SMALL, call, design_file, start

posix = pytest.mark.skipif(sys.platform == "win32", reason="signals are sent as POSIX sends them")


def parts(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((folder / "points").glob("*"))}


def table_of(folder: Path, name: str) -> str:
    done = call(folder, "table", name, "--format", "csv")
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_readers_see_the_folder_as_one_typed_table(undisturbed: Path) -> None:
    points = undisturbed / "whole" / "points"
    frame = pd.read_parquet(points)
    assert len(frame) == 12
    assert list(frame.columns) == [
        "point", "number", "sample", "cover.policy", "demand_factor", "on_call.availability",
        "replication", "fire.all.within_15", "fire.plt.mean_s", "error",
    ]  # fmt: skip
    assert frame["demand_factor"].between(0.9, 1.1).all()
    assert frame["error"].isna().all()
    assert set(frame.groupby("cover.policy")["fire.all.within_15"].count()) == {6}
    whole = pq.read_table(undisturbed / "whole" / "table.parquet")
    assert whole["number"].to_pylist() == [n for n in range(6) for _ in range(2)]
    assert whole.schema.field("demand_factor").metadata[b"role"] == b"uncertainty"
    assert whole.schema.field("fire.plt.mean_s").metadata[b"unit"] == b"s"


def test_duckdb_reads_the_folder(undisturbed: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    query = f"""select "cover.policy", count(*), avg("fire.plt.mean_s")
        from '{undisturbed.as_posix()}/whole/points/*.parquet' group by 1 order by 1"""
    rows = duckdb.sql(query).fetchall()
    assert [row[:2] for row in rows] == [("core_stations", 6), ("none", 6)]
    frame = pd.read_parquet(undisturbed / "whole" / "points")
    means = frame.groupby("cover.policy")["fire.plt.mean_s"].mean()
    assert [row[2] for row in rows] == pytest.approx(list(means))


def test_polars_reads_the_folder(undisturbed: Path) -> None:
    polars = pytest.importorskip("polars")
    frame = polars.scan_parquet(undisturbed / "whole" / "points").collect()
    assert frame.shape == (12, 10)
    assert frame.schema["demand_factor"] == polars.Float64
    assert frame.schema["replication"] == polars.Int32


def test_table_and_status_print_in_80_columns(undisturbed: Path) -> None:
    table = call(undisturbed, "table", "whole")
    assert max(map(len, table.stdout.splitlines())) <= 80
    assert "core_stations" in table.stdout
    assert table.stderr == ""
    document = json.loads(call(undisturbed, "table", "whole", "--format", "json").stdout)
    assert (document["levers"], len(document["rows"])) == (["cover.policy"], 12)
    status = json.loads(call(undisturbed, "status", "whole", "--format", "json").stdout)
    assert (status["done"], status["failed"], status["left"], status["at_work"]) == (6, 0, 0, "")


def test_two_workers_write_the_same_bytes(undisturbed: Path, tmp_path: Path) -> None:
    design_file(tmp_path)
    done = call(tmp_path, "small.toml", "--workers", "2", "--out", "two")
    assert done.returncode == 0, done.stderr
    assert parts(tmp_path / "two") == parts(undisturbed / "whole")
    assert (tmp_path / "two/table.parquet").read_bytes() == (undisturbed / "whole/table.parquet").read_bytes()


def kill_and_resume(folder: Path, *, kills: int, seed: int) -> None:
    """Kill the sweep at random moments of its work, then let it end.

    One that ends before it can be killed loses half of its points, so that there is work for the next.
    """
    design_file(folder)
    rng = np.random.default_rng(seed)
    points = folder / "killed" / "points"
    before: set[str] = set()
    while kills:
        process = start(folder, "small.toml", "--workers", str(rng.integers(1, 3)), "--out", "killed")
        try:
            process.wait(float(rng.uniform(1.5, 9.0)))
        except subprocess.TimeoutExpired:
            process.kill()
            kills -= 1
        process.communicate(timeout=60)
        there = {path.name for path in points.glob("*")}
        assert before <= there  # nothing that was whole is lost
        if process.returncode == 0:
            for name in rng.choice(sorted(there), len(there) // 2, replace=False):
                (points / str(name)).unlink()
        before = {path.name for path in points.glob("*")}
    done = call(folder, "small.toml", "--workers", "2", "--out", "killed")
    assert done.returncode == 0, done.stderr


@posix
@pytest.mark.parametrize(
    "kills",
    [pytest.param(2, id="two", marks=pytest.mark.long), pytest.param(10, id="ten", marks=pytest.mark.long)],
)
def test_killed_at_random_moments_the_same_command_ends_with_the_same_bytes(
    undisturbed: Path, tmp_path: Path, kills: int
) -> None:
    kill_and_resume(tmp_path, kills=kills, seed=kills)
    assert parts(tmp_path / "killed") == parts(undisturbed / "whole")
    there = (tmp_path / "killed/table.parquet").read_bytes()
    assert there == (undisturbed / "whole/table.parquet").read_bytes()
    assert table_of(tmp_path, "killed") == table_of(undisturbed, "whole")
    assert sorted(path.name for path in (tmp_path / "killed").iterdir()) == [
        "at-work.lock", "points", "sweep.json", "sweep.toml", "table.parquet",
    ]  # fmt: skip


@posix
def test_ctrl_c_is_one_message_and_a_second_sweep_meanwhile_another(tmp_path: Path) -> None:
    design_file(tmp_path, SMALL.replace("replications = 2", "replications = 200"))
    process = start(tmp_path, "small.toml", "--out", "run")
    try:
        deadline = time.monotonic() + 120
        while "process" not in call(tmp_path, "status", "run").stdout and time.monotonic() < deadline:
            time.sleep(0.2)
        second = call(tmp_path, "small.toml", "--out", "run")
        assert second.returncode == 2
        assert f"process {process.pid} on" in " ".join(second.stderr.split())
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 130
    assert out == ""
    assert "Stopped: " in err
    assert "same command" in " ".join(err.split())
    assert "Traceback" not in err
    other = design_file(tmp_path)
    refused = call(tmp_path, other.name, "--out", "run")
    assert refused.returncode == 2
    assert "replications 200 there, 2 asked" in " ".join(refused.stderr.split())


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """Mount a file system of 96 kB."""
    place = tmp_path / "tiny"
    place.mkdir()
    mount = shutil.which("mount")
    if mount is None or sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("mounting a small file system needs root on Linux")
    done = subprocess.run(
        [mount, "-t", "tmpfs", "-o", "size=96k", "tmpfs", str(place)], check=False, capture_output=True
    )
    if done.returncode:
        pytest.skip("this system lets nobody mount")
    yield place
    subprocess.run(["umount", str(place)], check=True)


@pytest.mark.long
def test_a_full_disk_is_one_message_and_nothing_is_lost(
    undisturbed: Path, tmp_path: Path, tiny_disk: Path
) -> None:
    design_file(tmp_path)
    (tiny_disk / "ballast").write_bytes(b"x" * 56_000)
    full = call(tmp_path, "small.toml", "--out", "tiny/run")
    assert full.returncode == 2
    assert "No space left on device" in " ".join(full.stderr.split())
    assert "Traceback" not in full.stderr
    kept = parts(tiny_disk / "run")
    assert 0 < len(kept) < 7
    assert all(parts(undisturbed / "whole")[name] == content for name, content in kept.items())
    (tiny_disk / "ballast").unlink()
    done = call(tmp_path, "small.toml", "--out", "tiny/run")
    assert done.returncode == 0, done.stderr
    assert (tiny_disk / "run/table.parquet").read_bytes() == (
        undisturbed / "whole/table.parquet"
    ).read_bytes()


def test_a_point_that_cannot_be_run_is_told_and_the_rest_is_done(tmp_path: Path) -> None:
    text = """
        name = "small"
        days = 2
        replications = 1
        outcomes = ["fire.plt.mean_s"]
        [levers.calls]
        options.as_now = {}
        options.countless = { demand_factor = 100.0, "incident_types.dwelling_fire.per_year" = 1e6 }
    """
    design_file(tmp_path, text)
    done = call(tmp_path, "small.toml", "--out", "run")
    assert done.returncode == 1
    assert "1 point failed" in done.stderr
    assert "ValueError: incident type 'dwelling_fire'" in call(tmp_path, "status", "run").stdout
    before = parts(tmp_path / "run")
    assert call(tmp_path, "small.toml", "--out", "run").returncode == 1
    assert call(tmp_path, "small.toml", "--out", "run", "--retry-failed").returncode == 1
    assert parts(tmp_path / "run") == before


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("127.0.0.1:9", "no Dask scheduler answers at 127.0.0.1:9"),
        ("nonsense", "is no address of a scheduler"),
    ],
)
def test_a_scheduler_that_is_not_there_is_one_message(tmp_path: Path, address: str, told: str) -> None:
    design_file(tmp_path)
    done = call(tmp_path, "small.toml", "--scheduler", address, "--out", "run")
    assert done.returncode == 2
    assert told in " ".join(done.stderr.split())
    assert not (tmp_path / "run").exists()


def test_a_bad_file_leaves_nothing_behind(tmp_path: Path) -> None:
    design_file(tmp_path, 'name = "small"\n[levers]\n"cover.policy" = ["nun"]\n')
    done = call(tmp_path, "small.toml", "--out", "run")
    assert done.returncode == 2
    assert "the nearest is none" in done.stderr
    assert not (tmp_path / "run").exists()
    missing = call(tmp_path, "nowhere.toml")
    assert (missing.returncode, "nowhere.toml" in missing.stderr) == (2, True)
