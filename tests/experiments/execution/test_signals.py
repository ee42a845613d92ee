"""Functional: Ctrl-C and termination end a command at any moment, with one message and the status of convention."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from experiments.errors import Stopped
from experiments.execution.signals import stopping

ROOT = Path(__file__).resolve().parents[3]
PROGRAM = (
    "from experiments.commands import start; start.listen(); print('up', flush=True); "
    "start.main(['run', '--years', '1', '--replications', '50', '--out', 'run'])"
)
UNIX = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals to send")


def import_as_a_library_would() -> None:
    with stopping(), suppress(Exception):
        signal.raise_signal(signal.SIGTERM)


def test_no_library_can_swallow_the_end() -> None:
    """Optional imports and destructors catch every Exception: the end of a run must pass through them."""
    with pytest.raises(Stopped) as stopped:
        import_as_a_library_would()
    assert stopped.value.status == 143


def test_what_was_there_before_is_there_after() -> None:
    before = signal.getsignal(signal.SIGINT)
    with stopping():
        assert signal.getsignal(signal.SIGINT) is not before
    assert signal.getsignal(signal.SIGINT) is before


@UNIX
@pytest.mark.parametrize("moment_s", [0.05 * k for k in range(13)])
def test_ctrl_c_ends_a_young_command(tmp_path: Path, moment_s: float) -> None:
    command = subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TURNOUT_CACHE": str(tmp_path / "cache")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert command.stdout is not None
    assert command.stdout.readline() == "up\n"
    time.sleep(moment_s)
    command.send_signal(signal.SIGINT)
    out, err = command.communicate(timeout=20)
    assert command.returncode == 130
    assert out == ""
    assert err.startswith("Stopped"), err
    assert err.count("\n") <= 2, err
