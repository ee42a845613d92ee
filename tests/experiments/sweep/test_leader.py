"""Unit: the leader of a sweep with workers that fail, die, and answer in any order; no simulation."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from experiments.errors import UserError
from experiments.execution.executor import Finished
from experiments.execution.lock import LOCK_FILE, at_work, locked
from experiments.presentation.report import HEADLINE
from experiments.sweep import folder as folder_module
from experiments.sweep.design import Design, read_design
from experiments.sweep.evaluate import Answer, Task
from experiments.sweep.folder import SweepFolder
from experiments.sweep.points import Point, make_points
from experiments.sweep.progress import State, duration, line
from experiments.sweep.reading import read_points
from experiments.sweep.study import Leader
from tests.experiments.sweep.sweeping import SMALL, design_file

Work = Callable[[Task], "Answer | None"]


def honest(task: Task) -> Answer:
    """Answer with figures of the point and the replication alone."""
    rows = []
    for number in range(task.first, task.first + task.count):
        word = hashlib.sha256(f"{task.scenario_sha256} {number}".encode()).digest()
        rows.append((word[0] / 256, None if word[1] < 40 else float(word[1])))
    return Answer(task.point, task.first, tuple(rows))


class KilledError(Exception):
    """The end of the process, as far as the test goes."""


class FakeBackend:
    """Does tasks in an order of its own; stops everything after ``stop_after`` answers."""

    deaths_to_fail = 3

    def __init__(
        self, work: Work = honest, *, seed: int = 0, capacity: int = 2, stop_after: int = 10**9
    ) -> None:
        self.work = work
        self.rng = np.random.default_rng(seed)
        self.size = capacity
        self.left = stop_after
        self.running: list[Task] = []
        self.together: list[int] = []

    def capacity(self) -> int:
        return self.size

    def submit(self, task: Task) -> None:
        self.running.append(task)
        self.together.append(len(self.running))

    def wait(self, timeout_s: float) -> list[Finished]:
        if self.left == 0:
            raise KilledError
        self.left -= 1
        task = self.running.pop(int(self.rng.integers(len(self.running))))
        return [Finished(task, self.work(task))]

    def close(self) -> None:
        self.running.clear()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Design, list[Point]]:
    text = SMALL.replace("replications = 2", "replications = 7")
    design = read_design(design_file(tmp_path_factory.mktemp("design"), text), outcomes=tuple(HEADLINE))
    return design, make_points(design, "m")


def lead(
    folder: SweepFolder, made: tuple[Design, list[Point]], backend: FakeBackend, *, retry: bool = False
) -> Leader:
    """Do what is missing in the folder."""
    design, points = made
    folder.begin({"points": len(points)}, design.text)
    there = {
        name: failed for name, failed in folder.found(p.id for p in points).items() if not (retry and failed)
    }
    leader = Leader(folder, design, "m", len(points), there)
    missing = [point for point in points if point.id not in there]
    if missing:
        leader.lead(missing, lambda: backend)
    folder.write_table(read_points(folder.part(point.id) for point in points))
    return leader


def contents(folder: SweepFolder) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.path.rglob("*.parquet"))}


@pytest.mark.parametrize("capacity", [1, 2, 5, 40])
def test_the_files_depend_on_neither_workers_nor_order(
    tmp_path: Path, made: tuple[Design, list[Point]], capacity: int
) -> None:
    plain, other = SweepFolder(tmp_path / "plain"), SweepFolder(tmp_path / "other")
    lead(plain, made, FakeBackend())
    lead(other, made, FakeBackend(seed=9, capacity=capacity))
    assert contents(other) == contents(plain)
    assert len(contents(plain)) == 7


def test_after_any_interruptions_the_files_are_the_same(
    tmp_path: Path, made: tuple[Design, list[Point]]
) -> None:
    plain = SweepFolder(tmp_path / "plain")
    lead(plain, made, FakeBackend())
    rng = np.random.default_rng(4)
    for trial in range(10):
        folder = SweepFolder(tmp_path / f"trial{trial}")
        for _ in range(50):
            try:
                stop_after = int(rng.integers(1, 12))
                lead(
                    folder,
                    made,
                    FakeBackend(seed=trial, capacity=int(rng.integers(1, 5)), stop_after=stop_after),
                )
            except KilledError:
                continue
            break
        assert contents(folder) == contents(plain)


def test_a_failing_point_is_recorded_stops_nothing_and_is_retried_when_asked(
    tmp_path: Path, made: tuple[Design, list[Point]]
) -> None:
    bad = made[1][2].id

    def work(task: Task) -> Answer:
        if task.point == bad and task.first + task.count > 3:
            return Answer(task.point, task.first, failed=max(3, task.first), error="ValueError: no road")
        return honest(task)

    folder = SweepFolder(tmp_path / "s")
    leader = lead(folder, made, FakeBackend(work))
    assert {name for name, failed in leader.there.items() if failed} == {bad}
    rows = pq.read_table(folder.part(bad)).to_pylist()
    assert [(row["replication"], row["error"]) for row in rows] == [(3, "ValueError: no road")]
    assert rows[0]["fire.plt.mean_s"] is None
    again = lead(folder, made, FakeBackend())
    assert again.there[bad] is True  # left alone
    lead(folder, made, FakeBackend(), retry=True)
    plain = SweepFolder(tmp_path / "plain")
    lead(plain, made, FakeBackend())
    assert contents(folder) == contents(plain)


def test_a_point_that_kills_its_worker_is_told_from_those_that_died_with_it(
    tmp_path: Path, made: tuple[Design, list[Point]]
) -> None:
    bad = made[1][0].id
    unlucky = {made[1][1].id: 2}

    def work(task: Task) -> Answer | None:
        if unlucky.get(task.point, 0):
            unlucky[task.point] -= 1
            return None
        return None if task.point == bad else honest(task)

    backend = FakeBackend(work)
    leader = lead(SweepFolder(tmp_path / "s"), made, backend)
    assert [name for name, failed in leader.there.items() if failed] == [bad]
    assert "memory" in pq.read_table(leader._folder.part(bad))["error"][0].as_py()
    assert 1 in backend.together[3:]  # suspects run alone


def test_a_full_disk_is_one_message_and_keeps_what_is_there(
    tmp_path: Path, made: tuple[Design, list[Point]], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = SweepFolder(tmp_path / "s")
    written = 0

    def full(handle: int) -> None:
        nonlocal written
        written += 1
        if written > 3:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(folder_module.os, "fsync", full)
        with pytest.raises(UserError, match=r"cannot write to .*No space left on device.*--out"):
            lead(folder, made, FakeBackend())
    assert len(contents(folder)) == 3
    assert not list((folder.path / "unfinished").iterdir())
    lead(folder, made, FakeBackend())
    plain = SweepFolder(tmp_path / "plain")
    lead(plain, made, FakeBackend())
    assert contents(folder) == contents(plain)


def test_a_part_that_is_cut_short_is_done_again(tmp_path: Path, made: tuple[Design, list[Point]]) -> None:
    folder = SweepFolder(tmp_path / "s")
    lead(folder, made, FakeBackend())
    before = contents(folder)
    for point, length in zip(made[1][:3], (0, 100, -20), strict=True):
        part = folder.part(point.id)
        part.write_bytes(part.read_bytes()[:length])
    lead(folder, made, FakeBackend())
    assert contents(folder) == before


def test_a_worker_with_another_model_stops_the_sweep(
    tmp_path: Path, made: tuple[Design, list[Point]]
) -> None:
    def refuse(task: Task) -> Answer:
        return Answer(task.point, task.first, refused="the worker on x has another version of the model.")

    with pytest.raises(UserError, match=r"another version.*kept"):
        lead(SweepFolder(tmp_path / "s"), made, FakeBackend(refuse))


def test_the_folder_refuses_another_sweep_and_names_the_difference(tmp_path: Path) -> None:
    folder = SweepFolder(tmp_path)
    first = {"sweep": "a", "days": 7, "base_sha256": "1", "lever x": "1 | 2"}
    folder.begin(first, "")
    folder.check(first)
    with pytest.raises(UserError, match=r"\(days 7 there, 8 asked; lever x 1 \| 2 there, nothing asked\)"):
        folder.check({"sweep": "a", "days": 8, "base_sha256": "2"})
    with pytest.raises(UserError, match="base_sha256 1 there, 2 asked"):
        folder.check({**first, "base_sha256": "2"})
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "letter.txt").write_text("dear")
    with pytest.raises(UserError, match="holds no sweep"):
        SweepFolder(tmp_path / "other").check({})


def test_a_second_sweep_is_told_who_holds_the_folder_and_a_stale_lock_is_none(tmp_path: Path) -> None:
    with locked(tmp_path, "sweep"):
        assert f"process {os.getpid()} on " in at_work(tmp_path)
        with (
            pytest.raises(UserError, match=f"another sweep is at work.*process {os.getpid()}"),
            locked(tmp_path, "sweep"),
        ):
            pass
    assert at_work(tmp_path) == ""
    (tmp_path / LOCK_FILE).write_text('{"pid": 1, "host": "elsewhere", "since": "2020"}')
    assert at_work(tmp_path) == ""
    with locked(tmp_path, "sweep"):
        pass


def test_time_left_is_told_at_the_pace_of_this_command() -> None:
    state = State(points=20, done=5, failed=1, replications_done=10, replications_left=70, seconds=60.0)
    assert line(state) == "5 of 20 points, 1 failed, 7:00 left"
    assert line(State(20, 0, 0, 0, 400, 3.0)) == "0 of 20 points"
    assert duration(3723.4) == "1:02:03"
