"""How fast and how large: prints medians, asserts nothing about time. ``make bench``; deselected otherwise.

Targets, one core: 10,000 incidents a second over a year of baseline, engine and logging; ten years at 90%
or more of the rate of one month; World from cold in 3 s and from the cache in 0.5 s; under 500 MB;
``turnout --help`` in 0.5 s. Measure on a machine that does nothing else.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from sim.draws.replication import draw
from sim.engine.run import run, simulate
from tests.benchmarks.baseline import YEAR_DAYS, world

pytestmark = pytest.mark.bench

ROOT = Path(__file__).resolve().parents[2]
RATES: dict[int, float] = {}  # days: incidents a second, for the last line


def report(capsys: pytest.CaptureFixture[str], text: str) -> None:
    """Print past pytest's capture."""
    with capsys.disabled():
        sys.stdout.write(f"\n{text}\n")


def simulated_rate(benchmark: Any, days: int, rounds: int) -> float:
    """Return incidents a second of draws, engine and log: the median of some rounds after one to warm up."""
    baseline = world(days)
    log = benchmark.pedantic(
        simulate, (baseline,), {"seed": 1, "replication": 0}, rounds=rounds, warmup_rounds=1
    )
    RATES[days] = len(log.incidents["key"]) / benchmark.stats.stats.median
    return RATES[days]


def test_a_year_of_draws_engine_and_log(benchmark: Any, capsys: pytest.CaptureFixture[str]) -> None:
    rate = simulated_rate(benchmark, YEAR_DAYS, 5)
    report(
        capsys, f"a year of baseline, draws, engine and log: {rate:,.0f} incidents a second (target 10,000)"
    )


def test_a_year_of_engine_and_log(benchmark: Any, capsys: pytest.CaptureFixture[str]) -> None:
    baseline = world(YEAR_DAYS)

    def drawn() -> tuple[tuple[Any, ...], dict[str, int]]:
        return (baseline, draw(baseline, 1, 0)), {"seed": 1, "replication": 0}

    log = benchmark.pedantic(run, setup=drawn, rounds=5, warmup_rounds=1)
    rate = len(log.incidents["key"]) / benchmark.stats.stats.median
    report(capsys, f"a year of baseline, engine and log: {rate:,.0f} incidents a second (target 10,000)")


def test_a_month(benchmark: Any, capsys: pytest.CaptureFixture[str]) -> None:
    report(capsys, f"a month of baseline: {simulated_rate(benchmark, 30, 15):,.0f} incidents a second")


def test_ten_years(benchmark: Any, capsys: pytest.CaptureFixture[str]) -> None:
    rate = simulated_rate(benchmark, 10 * YEAR_DAYS, 3)
    text = f"ten years of baseline: {rate:,.0f} incidents a second"
    if 30 in RATES:
        text += f", {rate / RATES[30]:.0%} of the rate of a month (target 90%)"
    report(capsys, text)


@pytest.mark.parametrize(("days", "rounds", "target_s"), [(28, 5, 1.5), (YEAR_DAYS, 2, 20.0)])
def test_the_police(
    benchmark: Any, capsys: pytest.CaptureFixture[str], days: int, rounds: int, target_s: float
) -> None:
    police = world(days, name="police-baseline")
    log = benchmark.pedantic(
        simulate, (police,), {"seed": 1, "replication": 0}, rounds=rounds, warmup_rounds=1
    )
    took_s, incidents = benchmark.stats.stats.median, len(log.incidents["key"])
    report(
        capsys,
        f"{days} days of police, {incidents:,} incidents, draws to log: {took_s:.2f} s (target {target_s:g})",
    )


def test_the_world_from_cold(benchmark: Any, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    cache = tmp_path / "cache"

    def empty() -> None:
        shutil.rmtree(cache, ignore_errors=True)
        cache.mkdir()

    benchmark.pedantic(world, (YEAR_DAYS, cache), setup=empty, rounds=3, warmup_rounds=1)
    report(capsys, f"load and build the World from cold: {benchmark.stats.stats.median:.2f} s (target 3)")


def test_the_world_from_the_cache(benchmark: Any, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    world(YEAR_DAYS, tmp_path)
    benchmark.pedantic(world, (YEAR_DAYS, tmp_path), rounds=7)
    report(
        capsys, f"load and build the World from the cache: {benchmark.stats.stats.median:.2f} s (target 0.5)"
    )


@pytest.mark.parametrize("years", [1, 10])
def test_memory(years: int, capsys: pytest.CaptureFixture[str]) -> None:
    command = [sys.executable, "-m", "tests.benchmarks.baseline", str(years * YEAR_DAYS)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    incidents, peak = done.stdout.split()
    report(capsys, f"peak memory of {years} years ({int(incidents):,} incidents): {peak} MB (target 500)")


def test_help(benchmark: Any, capsys: pytest.CaptureFixture[str]) -> None:
    command = [str(Path(sys.executable).with_name("turnout")), "--help"]
    benchmark.pedantic(
        subprocess.run, (command,), {"capture_output": True, "check": True}, rounds=7, warmup_rounds=1
    )
    report(capsys, f"turnout --help: {benchmark.stats.stats.median:.2f} s (target 0.5)")
