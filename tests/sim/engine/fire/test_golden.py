"""Golden: what the engine gave on the day this was written, not what it ought to give.

It tells that something changed, not that something is wrong. After a change that is meant to change runs, look at the
difference and write it anew: ``python -m tests.sim.engine.fire.test_golden``.

The world is the small county without scatter, and times are rounded to hundredths of a minute, so that the last bit of
an exponential function, which differs between machines, does not show.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import numpy as np

from sim.engine.run import simulate
from sim.log.tables import Log
from sim.world.fire import World
from sim.world.log_schema import TABLES
from tests.sim.engine.fire.county import county
from tests.sim.worlds import change

FILE = Path(__file__).with_name("golden.txt")
SEED, INCIDENTS = 2021, 10


def golden_world() -> World:
    """The county with medians only; crews, incidents, failures and make-ups are still drawn."""
    world = county()
    zero = np.zeros_like
    world = change(world, "timings", handling_sigma=0.0, traffic_sigma=0.0, journey_sigma=0.0)
    world = change(world, "units", immediate_sigma=zero(world.units.immediate_sigma))
    world = change(world, "people", muster_sigma=0.0)
    return change(world, "demand", scene_sigma=zero(world.demand.scene_sigma))


def digest(log: Log) -> str:
    """Digest of every column, times rounded to hundredths."""
    made = hashlib.sha256()
    for name, columns in TABLES.items():
        for column, *_ in columns:
            values = log.table(name)[column]
            if values.dtype.kind == "f":
                values = np.where(np.isnan(values), -1.0, np.round(values.astype(np.float64), 2)) + 0.0
            made.update(f"{name}.{column}:{','.join(str(value) for value in values.tolist())}\n".encode())
    return made.hexdigest()


def text(world: World, log: Log) -> str:
    """The digest, then ten incidents spread over the run, with who went."""
    lines = [f"digest {digest(log)}", "minute type cell first_pump second_pump sent"]
    rows = np.linspace(0, len(log.incidents["key"]) - 1, INCIDENTS).astype(int)
    for row in rows.tolist():
        mine = log.responses["incident"] == row
        units = "+".join(world.units.key[unit] for unit in log.responses["unit"][mine].tolist()) or "nobody"
        call, first, second = (
            float(log.incidents[name][row]) for name in ("time_min", "first_pump_min", "second_pump_min")
        )
        kind, cell = world.demand.key[int(log.incidents["type"][row])], int(log.incidents["cell"][row])
        lines.append(f"{call:.2f} {kind} {cell} {first - call:.2f} {second - call:.2f} {units}")
    return "\n".join(lines) + "\n"


def golden() -> str:
    world = golden_world()
    return text(world, simulate(world, seed=SEED, replication=0))


def test_golden_the_small_county_runs_as_it_did() -> None:
    assert golden() == FILE.read_text(encoding="utf-8")


if __name__ == "__main__":
    FILE.write_text(golden(), encoding="utf-8", newline="\n")
    sys.stdout.write(FILE.read_text(encoding="utf-8"))
