"""The four lines of a notebook, alone and beside files of somebody else's that have the names of Turnout's packages."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

LINES = """\
import turnout
scenario = turnout.load("baseline")
run = turnout.run(scenario, years=0.01, replications=2, workers={workers})
print(run.frame("incidents").shape[0] > 0)
"""

ROOT = Path(__file__).resolve().parents[2]


def python(folder: Path, code: str, *, main: bool = False) -> subprocess.CompletedProcess[str]:
    """Run code as a notebook does: its own folder comes first on the path."""
    if main:
        code = "if __name__ == '__main__':\n" + "".join(f"    {line}\n" for line in code.splitlines())
    (folder / "notebook.py").write_text(code, encoding="utf-8")
    return subprocess.run(
        [sys.executable, "notebook.py"],
        cwd=folder,
        check=False,
        env={"PYTHONPATH": str(ROOT), "PATH": "", "SYSTEMROOT": "", "HOME": str(folder.parent)},
        capture_output=True,
        encoding="utf-8",
        timeout=300,
    )


def test_four_lines(tmp_path: Path) -> None:
    done = python(tmp_path, LINES.format(workers=1))
    assert (done.returncode, done.stdout, done.stderr) == (0, "True\n", "")


@pytest.mark.parametrize("workers", [1, 2])
def test_a_foreign_file_beside_is_hidden_and_told(tmp_path: Path, workers: int) -> None:
    (tmp_path / "sim.py").write_text("raise RuntimeError('not mine')\n", encoding="utf-8")
    (tmp_path / "experiments").mkdir()
    (tmp_path / "experiments" / "__init__.py").touch()
    (tmp_path / "geo").mkdir()  # a folder of maps, no package
    done = python(tmp_path, LINES.format(workers=workers), main=workers > 1)
    assert (done.returncode, done.stdout) == (0, "True\n"), done.stderr
    assert "hide " in done.stderr
    assert str(tmp_path / "sim.py") in done.stderr
    assert str(tmp_path / "experiments") in done.stderr


def test_a_foreign_module_that_is_loaded_is_named(tmp_path: Path) -> None:
    (tmp_path / "sim.py").write_text("MINE = 1\n", encoding="utf-8")
    done = python(tmp_path, "import sim\nimport turnout\n")
    assert done.returncode == 1
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith(
        "ImportError: Turnout needs its own package 'sim', but Python has loaded sim from "
    )
    assert str(tmp_path / "sim.py") in last
    assert "Rename" in last


def test_import_is_quick(tmp_path: Path) -> None:
    code = "import sys, turnout\nprint(sorted({'pandas', 'numpy', 'pydantic', 'sim'} & set(sys.modules)))\n"
    done = python(tmp_path, code)
    assert (done.stdout, done.stderr) == ("[]\n", "")
