"""A model of no meaning that takes no time: what the experiments need of engine and measures, for their tests."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from experiments.execution.store import RunFolder
from experiments.execution.workers import Job
from sim.log.tables import Log
from sim.world.log_schema import TABLES

UNITS = {"fire.all.within_15": "share", "fire.plt.mean_s": "s"}


@dataclass(frozen=True)
class FakeMeasures:
    values: dict[str, float]
    tables: dict[str, dict[str, Any]]


def fake_log(*, seed: int = 1, replication: int = 0, incidents: int = 12) -> Log:
    rng = np.random.default_rng([seed, replication])

    def table(name: str, rows: int) -> dict[str, Any]:
        return {column: (rng.random(rows) * 100).astype(dtype) for column, dtype, _, _ in TABLES[name]}

    return Log(
        replication=replication,
        seed=seed,
        horizon_min=1440.0,
        incidents=table("incidents", incidents),
        responses=table("responses", 2 * incidents),
        standby=table("standby", 0),
        roster=table("roster", 3),
        scenario_digest="ab12",
    )


def simulate(world: Any, *, seed: int, replication: int) -> Log:
    if world == "slow":
        for _ in range(
            2 if replication == 0 else 6000
        ):  # a signal that comes just before one long sleep ends none
            time.sleep(0.1)
    if world == "steady":
        time.sleep(0.02)
    if world == "dies" and replication == 2:
        import os

        os._exit(9)
    return fake_log(seed=seed, replication=replication)


def measure(world: Any, log: Log, standards: Any) -> FakeMeasures:
    rng = np.random.default_rng([log.seed, log.replication, 7])
    values = {
        "fire.all.within_15": 0.86 + 0.01 * rng.standard_normal(),
        "fire.plt.mean_s": 600 + rng.normal(),
    }
    group = np.array(["Basildon", "Tendring"])
    return FakeMeasures(
        values, {"by_district": {"group": group, "mean_s": rng.random(2), "within_15": rng.random(2)}}
    )


def fake_job(path: Path, *, world: Any = "quick", seed: int = 1) -> Job:
    return Job(world, (), seed, RunFolder(path), simulate, measure, UNITS)


def open_folder(path: Path, **changes: Any) -> RunFolder:
    folder = RunFolder(path)
    identity = {"scenario": "fake", "seed": 1, "days": 1, **changes}
    folder.check(identity)
    folder.make(identity, {"scenario.json": "{}"})
    return folder
