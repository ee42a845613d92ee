"""What the sweep's tests share: small designs, the command in a process of its own, a folder for travel times."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
CACHE = Path(tempfile.gettempdir()) / "turnout-sweep-tests"
"""Travel times of the county take seconds to make: kept between the tests, their content named by digest."""

SMALL = """
name = "small"
days = 3
replications = 2
outcomes = ["fire.all.within_15", "fire.plt.mean_s"]

[levers]
"cover.policy" = ["none", "core_stations"]

[uncertainties]
demand_factor = { low = 0.9, high = 1.1 }
on_call.availability = { low = 0.7, high = 0.85 }

[sampling]
method = "latin_hypercube"
n = 3
"""


def design_file(folder: Path, text: str = SMALL) -> Path:
    """Write a sweep file."""
    path = folder / "small.toml"
    path.write_text(text, encoding="utf-8")
    return path


def environment() -> dict[str, str]:
    """Return the environment of a command: this checkout, and one cache for all tests."""
    return {**os.environ, "PYTHONPATH": str(ROOT), "TURNOUT_CACHE": str(CACHE), "COLUMNS": "80"}


def start(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    """Start ``turnout sweep`` in a folder."""
    return subprocess.Popen(
        [sys.executable, "-m", "experiments.commands.cli", "sweep", *arguments],
        cwd=folder,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def call(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run ``turnout sweep`` to its end."""
    process = start(folder, *arguments)
    try:
        out, err = process.communicate(timeout=300)
    finally:
        process.kill()
    return subprocess.CompletedProcess(arguments, process.returncode, out, err)
