"""Unit: the folder of a run."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from experiments.errors import UserError
from experiments.execution import workers
from experiments.execution.results_folder import latest, read_identity, write_text
from experiments.execution.store import RunFolder
from tests.experiments.fakes import fake_job, open_folder


def test_another_run_is_refused_and_named(tmp_path: Path) -> None:
    open_folder(tmp_path, seed=1)
    with pytest.raises(UserError, match=r"holds a different run \(seed 1 there, 2 asked\)"):
        open_folder(tmp_path, seed=2)


def test_a_folder_of_other_things_is_refused(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    with pytest.raises(UserError, match="not empty and holds no run"):
        open_folder(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_a_file_in_the_way_is_told(tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("")
    with pytest.raises(UserError, match="cannot write to"):
        open_folder(tmp_path / "runs" / "one")


def test_a_full_disk_leaves_nothing_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    open_folder(tmp_path)

    def full(*args: object, **kwargs: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(workers, "write_measures", full)
    with pytest.raises(UserError, match="No space left on device"):
        workers.run_replication(fake_job(tmp_path), 0)
    assert list((tmp_path / "replications").iterdir()) == []


def test_what_a_killed_process_left_is_removed_by_who_comes_next(tmp_path: Path) -> None:
    folder = open_folder(tmp_path)
    folder.replication(0).mkdir()
    for left in (".part-1-0001", ".part-2-0002"):
        (tmp_path / "replications" / left).mkdir()
    (tmp_path / "replications" / ".0003.json.7.part").write_text("{")
    folder.clear_parts()
    assert [path.name for path in (tmp_path / "replications").iterdir()] == ["0000"]


def test_a_text_file_is_whole_or_not_there(tmp_path: Path) -> None:
    with pytest.raises(UnicodeEncodeError):
        write_text(tmp_path / "a.txt", "half \ud800")
    assert list(tmp_path.iterdir()) == []


def test_the_latest_run_is_the_last_one_written(tmp_path: Path) -> None:
    for name in ("b", "a"):
        open_folder(tmp_path / name)
    RunFolder(tmp_path / "b").replication(0).mkdir()
    assert latest(root=tmp_path) == tmp_path / "b"


def test_no_run_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="there is no run in"):
        latest(root=tmp_path)
    with pytest.raises(UserError, match="is not the folder of a run"):
        read_identity(tmp_path)
    (tmp_path / "run.json").write_text("{")
    with pytest.raises(UserError, match=r"run.json is damaged"):
        read_identity(tmp_path)
