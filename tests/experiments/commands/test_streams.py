"""Where output goes nowhere, and arguments that no run could serve: one line, a stated status, never a traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from experiments.commands.cli import main

TURNOUT = [sys.executable, "-m", "experiments.commands.start"]
WHAT = (["scenario", "list"], ["scenario", "schema"], ["assumptions"], ["--help"])
HUGE = "9" * 23


def shell(line: str, **more: str) -> subprocess.CompletedProcess[str]:
    command = line.replace("turnout", " ".join(TURNOUT))
    return subprocess.run(
        ["bash", "-c", command],
        check=False,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        env={**os.environ, **more},
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("words", WHAT, ids=" ".join)
def test_a_full_disk_is_told(words: list[str]) -> None:
    done = shell(f"turnout {' '.join(words)} > /dev/full")
    assert done.returncode == 2
    assert "cannot be printed: No space left" in " ".join(done.stderr.split())
    assert len(done.stderr.splitlines()) <= 2


@pytest.mark.skipif(os.name != "posix", reason="a shell of POSIX")
@pytest.mark.parametrize(
    ("line", "status"),
    [
        ("turnout run nosuch 2>&-", 2),
        ("turnout scenario list >&-", 0),
        ("turnout scenario list >&- 2>&-", 0),
        ("turnout assumptions 2>&- | head -n 1", 0),
        ("set -o pipefail; turnout assumptions | head -n 1", 0),
    ],
)
def test_closed_streams_and_pipes_end_quietly(line: str, status: int) -> None:
    done = shell(line)
    assert done.returncode == status
    assert "Traceback" not in done.stderr
    assert "fault of the program" not in done.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="limits memory as Linux does")
def test_too_little_memory_is_told(tmp_path: Path) -> None:
    done = shell(f"ulimit -v 900000; turnout run --days 14600 --replications 1 --out {tmp_path / 'out'}")
    assert done.returncode == 2
    assert "there is not enough memory" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "words",
    [
        ["run", "--replications", HUGE],
        ["run", "--replications", "0"],
        ["run", "--days", HUGE],
        ["run", "--years", "1e300"],
        ["run", "--seed", HUGE],
        ["run", "--workers", HUGE],
        ["run", "--precision", "plt=5", "--most", HUGE],
        ["run", "--posterior", HUGE],
        ["compare", "baseline", "joint", "--replications", HUGE],
        ["what-if", "--close", "E44", "--replications", HUGE],
        ["ladder", "--replications", HUGE],
        ["ladder", "police-baseline"],
        ["sensitivity", "--samples", HUGE],
        ["sensitivity", "--trajectories", HUGE],
        ["calibrate", "--points", HUGE],
        ["validate", "--draws", HUGE],
        ["trace", "--replication", HUGE],
    ],
    ids=" ".join,
)
def test_what_no_run_could_serve_is_refused_at_once(
    words: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        main(words)
    told = capsys.readouterr()
    assert (ended.value.code, told.out) == (2, "")
    assert told.err
    assert "fault of the program" not in told.err
    assert list(tmp_path.iterdir()) == []


def test_an_option_is_not_saved_over_its_base_nor_under_a_foreign_ending(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    base = tmp_path / "base.toml"
    base.write_text('extends = "uncalibrated"\n', encoding="utf-8")
    for words in (["--save", str(base), "--force"], ["--save", str(tmp_path / "option.json")]):
        with pytest.raises(SystemExit) as ended:
            main(["what-if", str(base), "--close", "E44", "--no-simulate", *words])
        assert ended.value.code == 2
        assert "Remedy" in capsys.readouterr().err
    assert base.read_text(encoding="utf-8") == 'extends = "uncalibrated"\n'
    assert [path.name for path in tmp_path.iterdir()] == ["base.toml"]
