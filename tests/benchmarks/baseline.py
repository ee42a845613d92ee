"""The baseline over any number of days; run as a program, the peak memory of simulating it.

``python -m tests.benchmarks.baseline DAYS`` prints the number of incidents, and the peak of resident memory (MB) of
load, build and run.
"""

from __future__ import annotations

import sys
from pathlib import Path

from scenarios.building.world import build_world
from scenarios.loading.load import load_scenario
from scenarios.schema.scenario import Scenario
from sim.engine.run import simulate
from sim.world.fire import World

YEAR_DAYS = 365


def scenario(days: int, name: str = "baseline") -> Scenario:
    """Return a scenario of the library with another horizon."""
    base = load_scenario(name)
    return base.model_copy(update={"calendar": base.calendar.model_copy(update={"days": days})})


def world(days: int, cache_dir: Path | None = None, *, name: str = "baseline") -> World:
    """Return its World; the map comes from the cache folder (None: the user's)."""
    return build_world(scenario(days, name), cache_dir=cache_dir)


def peak_mb() -> float:
    """Return the peak of this process's resident memory; NaN where the system does not tell.

    Linux hands ``ru_maxrss`` on from the parent through fork and exec, so that a small child of a large test run
    would look large: the high-water mark of the process's own memory is read instead.
    """
    status = Path("/proc/self/status")
    if status.exists():
        marks = [line.split()[1] for line in status.read_text().splitlines() if line.startswith("VmHWM:")]
        if marks:
            return int(marks[0]) / 1024.0
    try:
        import resource
    except ImportError:  # Windows
        return float("nan")
    unit = 1024.0 if sys.platform == "darwin" else 1.0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit / 1024.0


if __name__ == "__main__":
    log = simulate(world(int(sys.argv[1])), seed=1, replication=0)
    sys.stdout.write(f"{len(log.incidents['key'])} {peak_mb():.0f}")
