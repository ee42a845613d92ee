"""Functional: the same sweep on Dask: a LocalCluster, and a real scheduler one of whose workers is killed."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.experiments.sweep.sweeping import CACHE, call, design_file, environment, start

distributed = pytest.importorskip("distributed")


def parts(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((folder / "points").glob("*"))}


def test_a_local_cluster_writes_the_same_bytes(
    undisturbed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TURNOUT_CACHE", str(CACHE))
    design_file(tmp_path)
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None, silence_logs="CRITICAL"
    ) as cluster:
        done = call(tmp_path, "small.toml", "--scheduler", cluster.scheduler_address, "--out", "run")
    assert done.returncode == 0, done.stderr
    assert parts(tmp_path / "run") == parts(undisturbed / "whole")
    assert (tmp_path / "run/table.parquet").read_bytes() == (undisturbed / "whole/table.parquet").read_bytes()


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def dask(folder: Path, *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "dask", *arguments],
        cwd=folder,
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """Start a scheduler and two workers, each a process of its own, on loopback; give address and processes."""
    address = f"tcp://127.0.0.1:{free_port()}"
    port = address.rpartition(":")[2]
    own = ("--no-dashboard",)
    processes = [dask(tmp_path, "scheduler", "--host", "127.0.0.1", "--port", port, *own)]
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", int(port))) == 0:
                    break
            time.sleep(0.2)
        nobody_nurses_them = ("--nthreads", "1", "--no-nanny")  # a killed worker stays dead
        processes += [
            dask(tmp_path, "worker", address, "--host", "127.0.0.1", *nobody_nurses_them, *own)
            for _ in range(2)
        ]
        yield address, processes
    finally:
        for process in processes[::-1]:
            process.kill()
            process.wait(30)


@pytest.mark.long
@pytest.mark.skipif(sys.platform == "win32", reason="processes are killed as POSIX kills them")
def test_a_worker_killed_half_way_costs_nothing(
    undisturbed: Path, tmp_path: Path, cluster: tuple[str, list[subprocess.Popen[bytes]]]
) -> None:
    address, (_, *workers) = cluster
    design_file(tmp_path)
    sweep = start(tmp_path, "small.toml", "--scheduler", address, "--out", "run")
    try:
        deadline = time.monotonic() + 240
        while not list((tmp_path / "run" / "points").glob("*")) and time.monotonic() < deadline:
            assert sweep.poll() is None, sweep.communicate()
            time.sleep(0.05)
        os.kill(workers[0].pid, 9)
        _, err = sweep.communicate(timeout=240)
    finally:
        sweep.kill()
    assert sweep.returncode == 0, err
    assert "Traceback" not in err
    assert parts(tmp_path / "run") == parts(undisturbed / "whole")
    assert (tmp_path / "run/table.parquet").read_bytes() == (undisturbed / "whole/table.parquet").read_bytes()


@pytest.mark.long
@pytest.mark.skipif(sys.platform == "win32", reason="processes are killed as POSIX kills them")
def test_a_scheduler_that_goes_away_is_one_message_and_the_sweep_ends_without_it(
    undisturbed: Path, tmp_path: Path, cluster: tuple[str, list[subprocess.Popen[bytes]]]
) -> None:
    address, (scheduler, *_) = cluster
    design_file(tmp_path)
    sweep = start(tmp_path, "small.toml", "--scheduler", address, "--out", "run")
    try:
        deadline = time.monotonic() + 240
        while not list((tmp_path / "run" / "points").glob("*")) and time.monotonic() < deadline:
            assert sweep.poll() is None, sweep.communicate()
            time.sleep(0.05)
        scheduler.kill()
        _, err = sweep.communicate(timeout=120)
    finally:
        sweep.kill()
    assert sweep.returncode == 2, err
    assert "went away" in err
    assert "Traceback" not in err
    assert call(tmp_path, "small.toml", "--out", "run").returncode == 0
    assert parts(tmp_path / "run") == parts(undisturbed / "whole")
