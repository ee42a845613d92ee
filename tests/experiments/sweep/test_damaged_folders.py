"""The folder of a sweep, spoilt in every way: a point that is not whole is done again; the rest is told by name."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from experiments.calibrate.plan import Plan, keep_plan, kept_plan
from experiments.commands.cli import main
from experiments.sweep.reading import read_table
from tests.experiments.execution.test_reading import (
    JSON,
    SPOIL,
    a_folder,
    garbage,
    gone,
    half,
    of_another_type,
    without_columns,
)

SWEEP = """
name = "small"
base = "uncalibrated"
replications = 1
years = 0.003
outcomes = ["fire.all.within_15"]

[levers]
"on_call.availability" = [0.7, 0.8]
"""


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sweeps")
    (folder / "small.toml").write_text(SWEEP, encoding="utf-8")
    with pytest.raises(SystemExit) as ended:
        main(["sweep", str(folder / "small.toml"), "--out", str(folder / "swept")])
    assert not ended.value.code
    return folder / "swept"


@pytest.fixture
def sweep(swept: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(swept, tmp_path / "swept"))


def said(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    capsys.readouterr()
    with pytest.raises(SystemExit) as ended:
        main(list(words))
    return int(ended.value.code or 0), capsys.readouterr().err


@pytest.mark.parametrize("command", ["table", "status"])
@pytest.mark.parametrize("content", JSON.values(), ids=JSON)
def test_what_a_sweep_says_that_it_is(
    sweep: Path, capsys: pytest.CaptureFixture[str], command: str, content: bytes
) -> None:
    (sweep / "sweep.json").write_bytes(content)
    status, err = said(capsys, "sweep", command, str(sweep))
    assert status == 2
    assert "sweep.json" in err
    assert "fault of the program" not in err


@pytest.mark.parametrize("spoil", SPOIL)
def test_a_point(sweep: Path, capsys: pytest.CaptureFixture[str], spoil: Callable[[Path], None]) -> None:
    rows = read_table(sweep).num_rows
    path = sorted((sweep / "points").glob("*.parquet"))[1]
    spoil(path)
    status, err = said(capsys, "sweep", "table", str(sweep))
    if spoil in (garbage, half, a_folder, gone):  # not whole: as if it had not been done yet
        assert status == 0
        assert "Not finished" in err
        assert read_table(sweep).num_rows == rows - 1
        return
    if status:
        assert path.name in err
    else:
        assert spoil is not without_columns
        assert spoil is not of_another_type
    assert "fault of the program" not in err


def test_a_point_of_another_sweep(sweep: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = sorted((sweep / "points").glob("*.parquet"))[1]
    table = pq.read_table(path)
    pq.write_table(table.append_column("more", [[1.0] * table.num_rows]), path)
    status, err = said(capsys, "sweep", "table", str(sweep))
    assert status == 2
    assert path.name in err
    assert "not those of the other points" in " ".join(err.split())


@pytest.mark.parametrize("content", JSON.values(), ids=JSON)
def test_a_spoilt_plan_is_made_anew(tmp_path: Path, content: bytes) -> None:
    plan = Plan(3, 2, 2, None, 20.0)
    keep_plan(tmp_path, plan)
    assert kept_plan(tmp_path) == plan
    (tmp_path / "plan.json").write_bytes(content)
    assert kept_plan(tmp_path) is None


@pytest.mark.parametrize("content", JSON.values(), ids=JSON)
def test_the_scenario_of_a_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes, run_of_a_day: Path
) -> None:
    run = Path(shutil.copytree(run_of_a_day, tmp_path / "run"))
    (run / "scenario.json").write_bytes(content)
    status, err = said(capsys, "trace", "--run", str(run))
    assert status == 2
    assert "scenario.json" in err
    assert "fault of the program" not in err


@pytest.fixture(scope="module")
def run_of_a_day(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("runs") / "run"
    with pytest.raises(SystemExit):
        main(["run", "uncalibrated", "--days", "1", "--replications", "1", "--out", str(out)])
    return out
