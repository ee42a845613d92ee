"""How fast the compiled engine is, beside a bare SimPy loop on the same machine: prints medians. ``make bench``."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable

import pytest
import simpy

from experiments.execution import engines, model
from sim.compiled.run import run as with_compiled
from sim.draws.replication import draw
from sim.engine.run import run as with_simpy
from tests.benchmarks.baseline import YEAR_DAYS, world

pytestmark = pytest.mark.bench


def median_s(work: Callable[[int], object], times: int = 7) -> float:
    """Return the median of some calls, each told its number, after one to warm up."""
    work(0)
    took = []
    for number in range(1, times + 1):
        began = time.perf_counter()
        work(number)
        took.append(time.perf_counter() - began)
    return statistics.median(took)


def yardstick_s() -> float:
    """Return the seconds of 100,000 events of a SimPy loop that does nothing."""

    def idle(env: simpy.Environment) -> object:
        while True:
            yield env.timeout(1.0)

    def loop(_: int) -> None:
        env = simpy.Environment()
        for _ in range(50):
            env.process(idle(env))  # type: ignore[arg-type]
        env.run(until=2000.0)

    return median_s(loop, 3)


@pytest.mark.parametrize(
    "name", ["baseline", "no-cover-moves", "dynamic-cover", "moving-people", "police-baseline"]
)
def test_a_year(name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TURNOUT_ENGINE", "compiled")
    built = world(YEAR_DAYS, name=name)
    draws = [draw(built, 1, number) for number in range(3)]
    incidents = len(draws[1].incidents)

    def played(number: int) -> object:
        return with_compiled(built, draws[number % 3], seed=1, replication=number % 3)

    seed = 100 + len(name)  # that no other scenario has drawn

    def anew(number: int) -> object:
        log = model.simulate(built, seed=seed, replication=number)
        return model.values(built, log)

    def kept(number: int) -> object:
        log = model.play(built, engines.draw(built, seed, number), seed=seed, replication=number)
        return model.values(built, log)

    engine, whole, again = median_s(played), median_s(anew), median_s(kept)
    plain = median_s(lambda _: with_simpy(built, draws[1], seed=1, replication=1), 1)
    with capsys.disabled():
        sys.stdout.write(
            f"\n{name}, a year of {incidents:,} incidents: engine and log {incidents / engine:,.0f} incidents a second"
            f" ({plain / engine:.0f} times SimPy's); draws, engine, figures {incidents / whole:,.0f}; draws kept"
            f" {incidents / again:,.0f}; a bare SimPy loop {1e5 / yardstick_s():,.0f} events a second\n"
        )
