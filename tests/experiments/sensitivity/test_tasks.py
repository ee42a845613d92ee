"""Pieces of work: kept whole, resumed, the same on any number of processes."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

import pytest

from experiments.errors import Stopped, UserError
from experiments.execution.tasks import StudyFolder, Task, do_all
from tests.experiments.sensitivity.fakes import dies, squared

TASKS = [Task(f"n{n}", n) for n in range(8)]


def opened(path: Path, **identity: Any) -> StudyFolder:
    folder = StudyFolder(path)
    identity = {"study": "squares", "seed": 1, **identity}
    with folder.opened(identity):
        pass
    return folder


def contents(path: Path) -> dict[str, bytes]:
    return {each.name: each.read_bytes() for each in sorted(path.rglob("*")) if each.is_file()}


def test_two_processes_write_the_same_bytes_as_one(tmp_path: Path) -> None:
    one = do_all(TASKS, squared, 5, opened(tmp_path / "one"))
    two = do_all(TASKS, squared, 5, opened(tmp_path / "two"), workers=2)
    assert one == two
    assert contents(tmp_path / "one") == contents(tmp_path / "two")
    assert one["n3"] == {"square": 14}


def test_what_is_done_is_not_done_again_and_what_is_torn_is(tmp_path: Path) -> None:
    folder = opened(tmp_path)
    do_all(TASKS, squared, 5, folder)
    (tmp_path / "points" / "n2.json").write_text('{"square": 9', encoding="utf-8")
    (tmp_path / "points" / ".n4.json.123.part").write_text("{", encoding="utf-8")
    asked: list[int] = []

    def work(context: int, payload: int) -> dict[str, Any]:
        asked.append(payload)
        return squared(context, payload)

    heard: list[tuple[int, int]] = []
    do_all(TASKS, work, 5, opened(tmp_path), progress=lambda done, total: heard.append((done, total)))
    assert asked == [2]
    assert heard == [(7, 8), (8, 8)]
    assert not list(tmp_path.rglob("*.part"))


def test_a_stop_keeps_what_is_whole(tmp_path: Path) -> None:
    def work(context: int, payload: int) -> dict[str, Any]:
        if payload == 3:
            os.kill(os.getpid(), signal.SIGTERM)
        return squared(context, payload)

    with pytest.raises(Stopped, match="3 of 8 points are whole") as caught:
        do_all(TASKS, work, 5, opened(tmp_path))
    assert caught.value.status == 143
    assert len(list((tmp_path / "points").iterdir())) == 3
    assert do_all(TASKS, squared, 5, opened(tmp_path)) == do_all(TASKS, squared, 5, opened(tmp_path / "x"))


def test_a_worker_that_dies_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="a worker process ended unexpectedly"):
        do_all(TASKS, dies, 5, opened(tmp_path), workers=2)


def test_another_study_in_the_folder_is_refused(tmp_path: Path) -> None:
    opened(tmp_path)
    opened(tmp_path)
    with pytest.raises(UserError, match=r"holds a different study \(seed 1 there, 2 asked"):
        opened(tmp_path, seed=2)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "letter.txt").write_text("dear", encoding="utf-8")
    with pytest.raises(UserError, match="is not empty"):
        opened(tmp_path / "other")
