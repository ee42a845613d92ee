"""The guide for notebooks says what its lines print; the reference builds without a warning."""

from __future__ import annotations

import runpy
import subprocess
import sys
from pathlib import Path

import turnout

ROOT = Path(__file__).resolve().parents[2]


def test_the_guide_prints_what_it_says() -> None:
    text = (ROOT / "docs/guide_notebook.md").read_text(encoding="utf-8")
    assert runpy.run_path(str(ROOT / "docs/make_guide.py"))["guide"](text) == text, "stale: make docs"


def test_the_reference_builds_and_names_everything(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "sphinx",
        "-W",
        "--keep-going",
        "-q",
        "-b",
        "html",
        "docs/api",
        str(tmp_path),
    ]
    done = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, encoding="utf-8", timeout=300)
    assert (done.returncode, done.stderr) == (0, "")
    page = (ROOT / "docs/api/index.rst").read_text(encoding="utf-8")
    assert [name for name in turnout.__all__ if f"turnout.{name}" not in page] == []
