"""How long measuring takes: printed, never judged (`pytest -m bench tests/sim/measures`)."""

import pytest

from sim.measures import measure
from sim.world.standards import Standard
from tests.sim.measures.synthetic import synthetic_log, synthetic_world

STANDARDS = [Standard(key="all", title="15 minutes", threshold_s=900.0, target=0.9)]


@pytest.mark.bench
@pytest.mark.parametrize("years", [1, 10])
def test_measure(benchmark, years):
    """14,340 incidents, 20,000 responses and 200,000 rows of roster a year."""
    world = synthetic_world(years=years)
    log = synthetic_log(world, incidents=14340 * years, changes=200_000 * years)
    found = benchmark.pedantic(measure, (world, log, STANDARDS), rounds=3, warmup_rounds=1)
    assert found.values["fire.incidents"] > 0
