"""How costs grow with the size of what is simulated: prints ratios, asserts nothing about time. ``make bench``."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable

import pytest

from scenarios.building.world import build_world
from scenarios.schema.scenario import Scenario
from sim.draws.roster import draw_roster
from sim.engine.run import simulate
from sim.log.tables import Log
from sim.measures import measure
from tests.benchmarks.baseline import scenario, world

pytestmark = pytest.mark.bench


def median_s(work: Callable[[], object], times: int = 3) -> float:
    """Return the median of some calls after one to warm up."""
    work()
    took = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        took.append(time.perf_counter() - began)
    return statistics.median(took)


def report(capsys: pytest.CaptureFixture[str], text: str) -> None:
    with capsys.disabled():
        sys.stdout.write(f"\n{text}\n")


def with_stations(times: int, days: int, policy: str) -> Scenario:
    """Return the baseline with so many times its own stations and pumps, beside those that there are."""
    base = scenario(days)
    stations, appliances = dict(base.stations), dict(base.appliances)
    for copy in range(1, times):
        for code, station in base.stations.items():
            if station.service == "own":
                stations[f"{code}x{copy}"] = station.model_copy(update={"lat": station.lat + 0.002 * copy})
        for key, each in base.appliances.items():
            if base.stations[each.station].service == "own":
                appliances[f"{key}x{copy}"] = each.model_copy(update={"station": f"{each.station}x{copy}"})
    cover = base.cover.model_copy(update={"policy": policy})
    return base.model_copy(update={"stations": stations, "appliances": appliances, "cover": cover})


def test_cover_moves_by_stations(capsys: pytest.CaptureFixture[str]) -> None:
    for policy in ("none", "core_stations"):
        costs = []
        for times in (1, 4):
            of = build_world(with_stations(times, 120, policy))
            incidents = len(simulate(of, seed=1, replication=0).incidents["key"])
            costs.append(1e6 * median_s(lambda of=of: simulate(of, seed=1, replication=0)) / incidents)
        told = f"{costs[0]:.0f} µs an incident, with four times the stations {costs[1]:.0f}: {costs[1] / costs[0]:.2f}"
        report(capsys, f"cover {policy}: {told}")


def test_measures_by_demand(capsys: pytest.CaptureFixture[str]) -> None:
    costs = []
    for factor in (1.0, 10.0):
        of = build_world(scenario(90).model_copy(update={"demand_factor": factor}))
        log: Log = simulate(of, seed=1, replication=0)
        costs.append(1e6 * median_s(lambda of=of, log=log: measure(of, log)) / len(log.incidents["key"]))
    report(capsys, f"measures: {costs[0]:.1f} µs an incident, at ten times the demand {costs[1]:.1f}")


def test_the_police_roster_by_days(capsys: pytest.CaptureFixture[str]) -> None:
    days = (91, 182, 364)
    took = [
        median_s(lambda of=of: draw_roster(of, 1, 0))
        for of in (world(each, name="police-baseline") for each in days)
    ]
    told = ", ".join(f"{each} days {s:.2f} s" for each, s in zip(days, took, strict=True))
    report(capsys, f"police roster: {told}")
