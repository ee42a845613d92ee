"""Every other file that a command reads, spoilt in every way: one message that names it, status 2, nothing written."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from experiments.commands.cli import main
from scenarios.loading.datasets import DATA
from tests.scenarios.test_spoilt_tables import KINDS, spoil

ROOT = Path(__file__).resolve().parents[3]
SCENARIO = 'extends = "baseline"\n[geography]\ncell_size_m = 5000.0\n[calendar]\ndays = 1\n'
FILES = {
    "scenario.toml": ("run", "{}"),
    "ranges.csv": ("sensitivity", "--ranges", "{}", "--days", "1", "--trajectories", "2", "--samples", "0"),
    "posterior.csv": ("run", "--days", "1", "--posterior", "2", "--posterior-file", "{}"),
    "targets.csv": ("calibrate", "--targets", "{}", "--points", "1"),
    "parameters.csv": ("calibrate", "--parameters", "{}", "--points", "1"),
    "predicted.csv": ("validate", "--targets", "{}", "--days", "1"),
    "mapping.toml": ("fit-demand", "{folder}/records.csv", "--mapping", "{}"),
    "records.csv": ("fit-demand", "{}", "--mapping", "{folder}/mapping.toml"),
    "sweep.toml": ("sweep", "{}"),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    targets = ROOT / "calibration" / "targets" / "fire.csv"
    for name, source in {
        "ranges.csv": DATA / "essex" / "ranges.csv",
        "posterior.csv": DATA / "essex" / "posterior_fire.csv",
        "targets.csv": targets,
        "predicted.csv": targets,
        "parameters.csv": ROOT / "calibration" / "parameters" / "fire.csv",
        "mapping.toml": ROOT / "docs" / "mappings" / "london.toml",
        "sweep.toml": ROOT / "docs" / "examples" / "sweep_small.toml",
    }.items():
        shutil.copy(source, tmp_path / name)
    (tmp_path / "records.csv").write_text("IncidentNumber,DateOfCall\n1,2023-01-01\n", encoding="utf-8")
    (tmp_path / "scenario.toml").write_text(SCENARIO, encoding="utf-8")
    return tmp_path


def cases() -> list[tuple[str, str]]:
    """Every file with half of the kinds; one line of a scenario file is a scenario."""
    return [
        (name, kind)
        for place, name in enumerate(FILES)
        for step, kind in enumerate(KINDS)
        if (place + step) % 2 == 0 and (name, kind) != ("scenario.toml", "header")
    ]


@pytest.mark.parametrize(("name", "kind"), cases())
def test_a_spoilt_file_is_named(
    folder: Path, capsys: pytest.CaptureFixture[str], name: str, kind: str
) -> None:
    spoil(folder / name, kind)
    out = folder / "out"
    words = [word.format(folder / name, folder=folder) for word in FILES[name]]
    with pytest.raises(SystemExit) as ended:
        main([*words, "--out", str(out)])
    told = capsys.readouterr()
    assert (ended.value.code, told.out) == (2, "")
    assert name in " ".join(told.err.split())
    assert not out.exists()
