"""Functional: replications in order, on any number of workers, taken up again, and stopped."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path

import pytest

from experiments.errors import Stopped, UserError
from experiments.execution.replicate import Replications, Wanted, replicate
from experiments.execution.store import RunFolder
from experiments.statistics.precision import Precision, replications_needed
from tests.experiments.fakes import fake_job, fake_log, open_folder


def run(path: Path, wanted: Wanted, *, workers: int = 1, world: str = "quick") -> Replications:
    folder = open_folder(path)
    return replicate(
        fake_job(path, world=world),
        wanted,
        finished=folder.finished(),
        folder_of=folder.replication,
        workers=workers,
    )


def test_as_many_as_asked_in_their_order(tmp_path: Path) -> None:
    done = run(tmp_path, Wanted(count=3))
    assert done.count == 3
    assert [one["log_sha256"] for one in done.done] == [fake_log(replication=k).sha256() for k in range(3)]
    assert len(done.values["fire.plt.mean_s"]) == 3
    assert done.incidents == 36


def test_two_worker_processes_give_what_one_gives(tmp_path: Path) -> None:
    alone, together = run(tmp_path / "a", Wanted(count=5)), run(tmp_path / "b", Wanted(count=5), workers=2)
    assert together.log_sha256 == alone.log_sha256
    assert together.values == alone.values
    for name in ("incidents", "responses", "measures", "tables/by_district"):
        first, second = (tmp_path / x / "replications" / "0004" / f"{name}.parquet" for x in "ab")
        assert first.read_bytes() == second.read_bytes()


def test_precision_stops_at_the_same_n_for_any_workers(tmp_path: Path) -> None:
    wanted = Wanted(precisions=(Precision("fire.all.within_15", 0.006),))
    alone, together = run(tmp_path / "a", wanted), run(tmp_path / "b", wanted, workers=3)
    assert alone.count == together.count == replications_needed(wanted.precisions, alone.values)
    assert alone.log_sha256 == together.log_sha256
    assert run(tmp_path / "c", Wanted(count=alone.count)).values == alone.values


def test_precision_gives_up_at_the_ceiling(tmp_path: Path) -> None:
    wanted = Wanted(precisions=(Precision("fire.all.within_15", 1e-9),), ceiling=7)
    assert run(tmp_path / "a", wanted).count == 7
    assert run(tmp_path / "b", wanted, workers=2).count == 7


def test_a_repeated_run_does_only_the_rest(tmp_path: Path) -> None:
    run(tmp_path, Wanted(count=2))
    before = (tmp_path / "replications" / "0000" / "done.json").stat().st_mtime_ns
    more = run(tmp_path, Wanted(count=4))
    assert more.reused == 2
    assert (tmp_path / "replications" / "0000" / "done.json").stat().st_mtime_ns == before
    assert more.values == run(tmp_path / "anew", Wanted(count=4)).values


def test_fewer_than_the_folder_holds_are_the_first_ones(tmp_path: Path) -> None:
    five = run(tmp_path, Wanted(count=5))
    two = run(tmp_path, Wanted(count=2))
    assert two.values == {name: series[:2] for name, series in five.values.items()}


def test_a_hole_in_the_series_is_filled(tmp_path: Path) -> None:
    whole = run(tmp_path, Wanted(count=4))
    (tmp_path / "replications" / "0001").rename(tmp_path / "elsewhere")
    assert run(tmp_path, Wanted(count=4), workers=2).log_sha256 == whole.log_sha256


@pytest.mark.parametrize("spoilt", ["done.json", "incidents.parquet"])
def test_a_replication_cut_short_is_done_again(tmp_path: Path, spoilt: str) -> None:
    whole = run(tmp_path, Wanted(count=2))
    (tmp_path / "replications" / "0001" / spoilt).write_bytes(b"")
    assert set(RunFolder(tmp_path).finished()) == {0}
    again = run(tmp_path, Wanted(count=2))
    assert (again.reused, again.log_sha256) == (1, whole.log_sha256)
    assert set(RunFolder(tmp_path).finished()) == {0, 1}


@pytest.mark.parametrize(("which", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
@pytest.mark.parametrize("workers", [1, 2])
def test_a_signal_keeps_what_is_whole(
    tmp_path: Path, which: signal.Signals, status: int, workers: int
) -> None:
    folder, before = open_folder(tmp_path), signal.getsignal(which)

    def stop_after_the_first() -> None:
        while not folder.finished():
            pass
        os.kill(os.getpid(), which)

    watcher = threading.Thread(target=stop_after_the_first)
    watcher.start()
    with pytest.raises(Stopped) as stopped:
        run(tmp_path, Wanted(count=3), workers=workers, world="slow")
    watcher.join()
    assert stopped.value.status == status
    assert sorted(path.name for path in (tmp_path / "replications").iterdir()) == ["0000"]
    assert signal.getsignal(which) is before


def test_a_worker_that_dies_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="worker process ended unexpectedly"):
        run(tmp_path, Wanted(count=6), workers=2, world="dies")
    assert RunFolder(tmp_path).finished()
