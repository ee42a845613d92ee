"""Faults put into the compiled engine, one at a time: each makes the logs differ from SimPy's.

Each compiles the engine anew, in a process of its own, from a copy of ``sim`` with one line changed (``make long``).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import sim

pytestmark = pytest.mark.long

OF_FIRE, OF_POLICE = "fire", "police"
# what is wrong: whose engine, file, what stands there, what instead
FAULTS: dict[str, tuple[str, str, str, str]] = {
    "a replacement's alert may fail": (
        OF_FIRE, "mobilising.py", "alert_is_lost(reason, True,", "alert_is_lost(0, True,",
    ),
    "the unreached is asked again": (OF_FIRE, "mobilising.py", "if unreached >= 0:", "if unreached >= 1 << 30:"),
    "nothing is brought along": (
        OF_FIRE, "mobilising.py", 'if not is_brought(capabilities[number], one["brought"]):', "if True:",
    ),
    "the earliest stay behind": (
        OF_FIRE, "crews.py", "for place in range(count - 1, -1, -1):", "for place in range(count):",
    ),
    "the scene of the next": (
        OF_FIRE, "mobilising.py", 'one["row"], one["order"])', 'one["row"], one["order"] + 1)',
    ),
    "a make-up of one too few": (
        OF_FIRE, "mobilising.py", 'one["makeup_pumps"], _MAKE_UP_REASON', 'one["makeup_pumps"] - 1, _MAKE_UP_REASON',
    ),
    "sent on, it turns out again": (
        OF_FIRE, "mobilising.py", 'incident["cell"]) - turnout', 'incident["cell"])',
    ),
    "nobody is expected back": (OF_FIRE, "cover/expected.py", "    return soonest", "    return math.inf"),
    "cover asks again half an hour late": (
        OF_FIRE, "cover/listening.py", "(math.floor(now / _RETRY_MIN) + 1.0)", "(math.floor(now / _RETRY_MIN) + 1.5)",
    ),
    "no wider districts": (
        OF_POLICE, "police/deployment.py", "if now < wider_min < math.inf:", "if now > wider_min:",
    ),
    "one car is enough": (OF_POLICE, "police/deployment.py", "if short == 0:", "if short >= 0:"),
    "no paperwork": (
        OF_POLICE, "police/deployment.py", "minutes = reals(m, at.PARAMETERS)[at.PAPERWORK_MIN]", "minutes = 0.0",
    ),
    "calls before what becomes free": (
        OF_FIRE, "events.py", 'calls[number]["rank"] < first["rank"]', 'calls[number]["rank"] >= 0',
    ),
    "the last of equals": (
        OF_FIRE, "nearest.py", "minutes[place] < minutes[best]", "minutes[place] <= minutes[best]",
    ),
    "the newest is served first": (
        OF_FIRE, "waiting.py", 'return 0 if parts[own]["number"] < parts', 'return 0 if parts[own]["number"] > parts',
    ),
    "people of one moment backwards": (
        OF_FIRE, "crews.py", "ready[order[hole - 1]] > ready[person]", "ready[order[hole - 1]] >= ready[person]",
    ),
    "of one minute the later kind": (
        OF_FIRE, "clock.py", 'one["rank"] < other["rank"]', 'one["rank"] > other["rank"]',
    ),
    "the part that was left comes last": (
        OF_POLICE,
        "police/deployment.py",
        "    push(m, assign(m, part, unit, now))\n    push(m, left)",
        "    rest = assign(m, part, unit, now)\n    push(m, left)\n    push(m, rest)",
    ),
}  # fmt: skip

CHECK = """
import sys
from sim.compiled.run import run as with_compiled
from sim.engine.run import run as with_simpy
from tests.sim.compiled.same_log import first_difference
from tests.sim.compiled.test_faults import busy, police, quiet
if sys.argv[1] == "fire":
    cases = quiet(), busy(), busy(every_min=30.0)
else:
    cases = police(), police(cars=25), police(every_min=30.0), police(cars=25, every_min=30.0)
for world, draws in cases:
    print(first_difference(*(run(world, draws, seed=1, replication=0) for run in (with_simpy, with_compiled))))
"""


def differences(folder: Path, service: str) -> list[str]:
    """Return what differs in each case between SimPy's engine and the compiled one of a copy of ``sim``."""
    root = Path(sim.__file__).resolve().parents[1]
    path = os.pathsep.join((str(folder), str(root)))
    names = {**os.environ, "PYTHONPATH": path, "TURNOUT_COMPILED": str(folder / "kept")}
    command = [sys.executable, "-c", CHECK, service]
    done = subprocess.run(command, cwd=folder, env=names, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def copied(folder: Path) -> Path:
    """Copy the sources of ``sim``; return where its compiled engine is now."""
    shutil.copytree(Path(sim.__file__).parent, folder / "sim", ignore=shutil.ignore_patterns("__pycache__"))
    return folder / "sim" / "compiled"


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_told(fault: str, tmp_path: Path) -> None:
    service, name, right, wrong = FAULTS[fault]
    file = copied(tmp_path) / name
    text = file.read_text(encoding="utf-8")
    assert text.count(right) == 1
    file.write_text(text.replace(right, wrong), encoding="utf-8")
    assert any(differences(tmp_path, service))


def test_without_a_fault_nothing_is_told(tmp_path: Path) -> None:
    copied(tmp_path)
    assert not any(differences(tmp_path, OF_FIRE))
