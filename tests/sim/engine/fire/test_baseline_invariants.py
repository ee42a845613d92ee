"""The embedded service, a fortnight at a time, under the same watch as the generated worlds.

Its roads are no grid: ways differ by direction and band, places have several ways in, and pools share specials.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.world.fire import World
from tests.benchmarks.baseline import world
from tests.sim.engine.fire.generated import COVER
from tests.sim.engine.fire.invariants import run_and_check
from tests.sim.worlds import change

DAYS = 14


@pytest.fixture(scope="module")
def baseline(tmp_path_factory: pytest.TempPathFactory) -> World:
    folder: Path = tmp_path_factory.mktemp("map")
    return world(DAYS, folder)


@pytest.mark.parametrize(
    "times",
    [pytest.param(1.0, id="as it is"), pytest.param(8.0, id="eight times the calls", marks=pytest.mark.long)],
)
@pytest.mark.parametrize("cover", ["none", "core_stations", "dynamic", "people"])
def test_a_fortnight_of_the_baseline_keeps_every_rule(baseline: World, cover: str, times: float) -> None:
    busy = change(baseline, "demand", per_year=baseline.demand.per_year * times)
    log = run_and_check(change(busy, "rules", cover=cover, cover_parameters=COVER), seed=11)
    assert len(log.incidents["key"]) > 350 * times
