"""What `scenario check` passes runs, and what it refuses names the file: spoilt tables, pipes, devices, collapses."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from experiments.commands.library import check_file
from experiments.errors import UserError
from experiments.execution import model
from scenarios.loading.datasets import DATA

Spoil = Callable[[Path], None]


def cell(table: str, column: int, value: str) -> Spoil:
    """Put a value into the third row of a table."""

    def spoil(folder: Path) -> None:
        path = folder / table
        lines = path.read_text(encoding="utf-8-sig").splitlines()
        parts = lines[3].split(",")
        parts[column] = value
        lines[3] = ",".join(parts)
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")

    return spoil


def content(table: str, make: Callable[[bytes], bytes]) -> Spoil:
    def spoil(folder: Path) -> None:
        (folder / table).write_bytes(make((folder / table).read_bytes()))

    return spoil


def instead(table: str, make: Callable[[Path], object]) -> Spoil:
    def spoil(folder: Path) -> None:
        (folder / table).unlink()
        make(folder / table)

    return spoil


SPOILT: dict[str, tuple[str, Spoil]] = {
    "unknown district": ("settlements", cell("settlements.csv", 5, "Nowhere")),
    "population nan": ("settlements.csv", cell("settlements.csv", 3, "nan")),
    "population negative": ("settlements.csv", cell("settlements.csv", 3, "-5")),
    "population infinite": ("settlements.csv", cell("settlements.csv", 3, "inf")),
    "latitude 151": ("settlements.csv", cell("settlements.csv", 1, "151")),
    "speed 0": ("speeds.csv", cell("speeds.csv", 2, "0")),
    "speed negative": ("speeds.csv", cell("speeds.csv", 2, "-30")),
    "superscript": ("speeds.csv", cell("speeds.csv", 2, "²")),
    "unknown point": ("roads.csv", cell("roads.csv", 5, "Nowhere > Elsewhere")),
    "missing": ("roads.csv", instead("roads.csv", lambda path: None)),
    "folder": ("roads.csv", instead("roads.csv", lambda path: path.mkdir())),
    "loop": ("roads.csv", instead("roads.csv", lambda path: path.symlink_to(path.name))),
    "header only": ("settlements.csv", content("settlements.csv", lambda raw: raw.splitlines()[0] + b"\n")),
    "empty": ("districts.csv", content("districts.csv", lambda raw: b"")),
    "zip": ("roads.csv", content("roads.csv", lambda raw: b"PK\x03\x04\xff\xfe" + raw)),
    "open quote": ("bands.csv", content("bands.csv", lambda raw: raw.replace(b"night", b'"night', 1))),
    "large cell": (
        "settlements.csv",
        content("settlements.csv", lambda raw: raw.replace(b"Barstable", b"B" * 140_000, 1)),
    ),
    "no stations": ("stations.csv", instead("stations.csv", lambda path: None)),
}
if hasattr(os, "mkfifo"):
    SPOILT["pipe"] = ("roads.csv", instead("roads.csv", os.mkfifo))


@pytest.mark.parametrize("how", list(SPOILT))
def test_a_spoilt_table_is_refused_by_check_and_by_run_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    monkeypatch.setenv("TURNOUT_CACHE", str(tmp_path / "cache"))
    table, spoil = SPOILT[how]
    folder = tmp_path / "tables"
    shutil.copytree(DATA / "essex", folder)
    spoil(folder)
    file = tmp_path / "own.toml"
    file.write_text(f'extends = "baseline"\n[geography]\ntables = "{folder.as_posix()}"\n', encoding="utf-8")
    with pytest.raises(UserError) as checked:
        check_file(file)
    with pytest.raises(UserError) as run:
        model.build(model.load(str(file)))
    assert str(checked.value) == str(run.value)
    assert table in str(checked.value)


@pytest.mark.parametrize("share", [0.0, 0.01, 0.03, 0.05, 0.3])
def test_a_collapse_of_on_call_cover_can_be_said(tmp_path: Path, share: float) -> None:
    file = tmp_path / "strike.toml"
    file.write_text(f'extends = "baseline"\n[on_call]\navailability = {share}\n', encoding="utf-8")
    check_file(file)
    world = model.build(model.load(str(file)))
    on_call = world.people.pool_duty == 2
    starts = world.people.pool_start
    presence = [
        world.people.presence[starts[q] : starts[q + 1]].max() for q in range(len(on_call)) if on_call[q]
    ]
    assert (max(presence) < 1e-9) == (share == 0.0)


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="there is no /dev/zero here")
def test_a_device_is_refused_at_once() -> None:
    command = [sys.executable, "-m", "turnout", "scenario", "check", "/dev/zero"]
    done = subprocess.run(command, check=False, capture_output=True, encoding="utf-8", timeout=60)
    assert done.returncode == 2
    assert "not a plain file" in done.stderr
