"""Golden: what the police engine gave on the day this was written, not what it ought to give.

It tells that something changed, not that something is wrong. After a change that is meant to change runs, look at the
difference and write it anew: ``python -m tests.sim.engine.police.test_golden``.

Two towns of scattered times and places: one with the police alone, short of cars, so that work waits, is diverted and
is shared between cars; one with the fire service. Times are rounded to hundredths of a minute, so that the last bit of
an exponential function, which differs between machines, does not show.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from sim.engine.run import simulate
from sim.log.tables import Log
from sim.world.fire import World
from tests.sim.engine.fire.test_golden import digest
from tests.sim.engine.police.world import Car, Crime, police_world
from tests.sim.worlds import Kind, Station

FILE = Path(__file__).with_name("golden.txt")
SEED, INCIDENTS = 2021, 10
SHIFTS = [[1] * 20 + [2] * 4 + [0] * 24, [0] * 20 + [1] * 24 + [2] * 4]


def _cars() -> list[Car]:
    towns = (7, 12, 22, 27, 33, 41)
    return [
        Car(node=node, district=node % 2, officers=1 + turn, support=node == 41, capability=node in {12, 41},
            patrol=((node, 0.5), (node + 1, 0.3), (node - 6, 0.2)), on_duty=SHIFTS[turn] * 7)
        for node in towns
        for turn in (0, 1)
    ]  # fmt: skip


def _crimes() -> list[Crime]:
    return [
        Crime(key="violence", per_year=11000.0, officers=1.6, scene_min=(55.0, 45.0, 30.0), scene_sigma=0.5,
              tied_up_share=(0.15, 0.1)),
        Crime(key="burglary", per_year=3500.0, grade_share=(0.2, 0.5, 0.3), capability=True, delay_factor=2.0),
    ]  # fmt: skip


def golden_world(*, joint: bool = False) -> World:
    """Eight by six cells in two districts; ``joint``: with four fire stations."""
    return police_world(
        _cars(), _crimes(), columns=8, rows=6, spacing_m=2500.0, days=21, districts=[0, 0, 0, 0, 1, 1, 1, 1] * 6,
        custody=(12,), hospital=(35,),
        fire=[Station(key=f"S{node}", node=node) for node in (9, 14, 33, 38)] if joint else (),
        fire_kinds=[Kind(key="fire", per_year=3000.0, pumps=2)] if joint else (), fire_police_share=0.4,
        grades={
            "eligible_districts": np.array([np.ones((2, 2)), np.eye(2), np.eye(2)], dtype=bool),
            "wider_after_min": np.array([0.0, 25.0, 90.0]), "delay_median_min": np.array([1.0, 4.0, 30.0]),
            "delay_sigma": np.full(3, 0.5), "hours": np.array([[0, 24], [0, 24], [8, 22]], dtype=np.int8),
        },
        rules={"ordinary_factor": 1.4, "blue_factor": 0.9, "turnout_median_min": 1.0, "turnout_sigma": 0.4,
               "divert_gain_min": 2.0, "tied_up_sigma": np.full(2, 0.4), "paperwork_min": 10.0},
    )  # fmt: skip


def text(world: World, log: Log) -> str:
    """The digest, how much of everything happened, then ten incidents spread over the run, with who went."""
    rows = np.flatnonzero(log.incidents["grade"] >= 0)
    diverted, units = int(log.incidents["diversions"].sum()), int(log.incidents["police_units"].sum())
    waits = log.incidents["police_assigned_min"] - log.incidents["police_open_min"]
    waited = int((waits[rows] > 1.0).sum())
    lines = [
        f"digest {digest(log)}",
        f"incidents {rows.size} units {units} waited {waited} diverted {diverted}",
        "minute grade cell opened assigned first sent",
    ]
    for row in rows[np.linspace(0, rows.size - 1, INCIDENTS).astype(int)].tolist():
        one = {name: log.incidents[name][row] for name in log.incidents}
        sent = "+".join(world.units.key[u] for u in log.responses["unit"][log.responses["incident"] == row])
        after = [float(one[f"police_{name}_min"] - one["time_min"]) for name in ("open", "assigned", "first")]
        times = " ".join(f"{minutes:.2f}" for minutes in after)
        lines.append(f"{one['time_min']:.2f} {one['grade']} {one['cell']} {times} {sent}")
    return "\n".join(lines) + "\n"


def golden() -> str:
    worlds = (golden_world(), golden_world(joint=True))
    return "\n".join(text(world, simulate(world, seed=SEED, replication=0)) for world in worlds)


def test_golden_the_police_towns_run_as_they_did() -> None:
    assert golden() == FILE.read_text(encoding="utf-8")


if __name__ == "__main__":
    FILE.write_text(golden(), encoding="utf-8", newline="\n")
    sys.stdout.write(FILE.read_text(encoding="utf-8"))
