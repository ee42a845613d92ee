"""Functional: workers that are killed or stopped at any moment. The run ends, and what was whole is whole."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from experiments.errors import Stopped, UserError
from experiments.execution.replicate import Replications, Wanted, replicate
from tests.experiments.fakes import fake_job, open_folder

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals to send")
COUNT, ENDS_S = 30, 10.0
MOMENTS_S = [0.04 * k for k in range(20)]
"""After the first worker is there: while it starts, while it reads what all share, while it works, while it writes."""


def run(path: Path, *, workers: int, world: str = "steady", count: int = COUNT) -> Replications:
    folder = open_folder(path)
    job = fake_job(path, world=world)
    return replicate(
        job,
        Wanted(count=count),
        finished=folder.finished(),
        folder_of=folder.replication,
        workers=workers,
    )


def workers() -> list[int]:
    return [child.pid for child in multiprocessing.active_children() if child.pid]


def none_is_left() -> bool:
    """Say whether all workers are gone, or go in a moment: whichever thread comes first reaps a killed one."""
    until = time.monotonic() + 2.0
    while workers() and time.monotonic() < until:
        time.sleep(0.02)
    return not workers()


def send(processes: list[int], which: signal.Signals) -> None:
    for process in processes:
        with suppress(ProcessLookupError):
            os.kill(process, which)


def when_there_are(count: int, then: Callable[[], None]) -> threading.Thread:
    """Call ``then`` in a thread, once there are so many workers."""

    def watch() -> None:
        until = time.monotonic() + ENDS_S
        while len(workers()) < count and time.monotonic() < until:
            time.sleep(0.002)
        then()

    thread = threading.Thread(target=watch)
    thread.start()
    return thread


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> str:
    return run(tmp_path_factory.mktemp("undisturbed"), workers=1).log_sha256


@pytest.mark.parametrize(
    ("moment_s", "all_of_them"),
    [*((moment, True) for moment in MOMENTS_S), *((moment, False) for moment in MOMENTS_S[::4])],
)
def test_a_kill_at_any_moment(tmp_path: Path, moment_s: float, all_of_them: bool, undisturbed: str) -> None:
    def kill() -> None:
        time.sleep(moment_s)
        send(workers() if all_of_them else workers()[:1], signal.SIGKILL)

    killer = when_there_are(1, kill)
    began = time.monotonic()
    with suppress(UserError):
        run(tmp_path, workers=2)
    assert time.monotonic() - began < ENDS_S
    killer.join()
    assert none_is_left()
    place = tmp_path / "replications"
    assert all(len(path.name) == 4 for path in place.iterdir())  # no part is left
    whole = {path: path.stat().st_mtime_ns for path in place.glob("*/done.json")}
    again = run(tmp_path, workers=1)
    assert again.log_sha256 == undisturbed
    assert again.reused == len(whole)
    assert all(path.stat().st_mtime_ns == moment for path, moment in whole.items())


@pytest.mark.parametrize("count", [1, 4])
def test_workers_that_are_stopped_do_not_keep_ctrl_c_from_ending(tmp_path: Path, count: int) -> None:
    folder = open_folder(tmp_path)

    def stop() -> None:
        while not folder.finished():
            time.sleep(0.01)
        send(workers()[:count], signal.SIGSTOP)
        os.kill(os.getpid(), signal.SIGINT)

    stopper = when_there_are(4, stop)
    began = time.monotonic()
    with pytest.raises(Stopped) as stopped:
        run(tmp_path, workers=4, world="slow")
    assert time.monotonic() - began < ENDS_S
    stopper.join()
    assert stopped.value.status == 130
    assert none_is_left()
    assert [path.name for path in (tmp_path / "replications").iterdir()] == ["0000"]
