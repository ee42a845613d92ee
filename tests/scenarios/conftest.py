from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from scenarios.loading.datasets import tables_folder
from scenarios.loading.faults import ScenarioFault
from scenarios.loading.load import check_scenario


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write a scenario file and give its path."""

    def writer(text: str, *, name: str = "changed.toml") -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return writer


@pytest.fixture
def faults_of(write: Callable[..., Path]) -> Callable[[str], list[ScenarioFault]]:
    """Check a file that extends the baseline."""
    return lambda text: check_scenario(write('extends = "baseline"\n' + text))


@pytest.fixture
def own_tables(tmp_path: Path) -> Path:
    """Give a folder with a copy of the embedded scenario tables, and a scenario that stands on it."""
    folder = tmp_path / "tables"
    shutil.copytree(tables_folder("essex"), folder)
    (tmp_path / "own.toml").write_text(
        'extends = "baseline"\n[geography]\ntables = "tables"\n', encoding="utf-8"
    )
    return folder
