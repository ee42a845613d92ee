"""Every scenario of the library, as long as it is, at two seeds: both engines write the same log. Long."""

from __future__ import annotations

from pathlib import Path

import pytest

from scenarios.building.world import build_world
from scenarios.loading.load import load_scenario
from tests.sim.compiled.same_log import check_world

LIBRARY = Path(__file__).resolve().parents[3] / "scenarios" / "library"
NAMES = sorted(path.stem for path in LIBRARY.glob("*.toml"))


@pytest.mark.long
@pytest.mark.parametrize("name", NAMES)
def test_a_scenario_of_the_library(name: str) -> None:
    world = build_world(load_scenario(name))
    for seed in (1, 2):
        check_world(world, seed=seed)


@pytest.mark.parametrize("name", ["baseline", "refinery-fire", "moving-people", "joint"])
def test_some_days_of_a_scenario(name: str) -> None:
    scenario = load_scenario(name)
    calendar = scenario.calendar.model_copy(update={"days": 10})
    check_world(build_world(scenario.model_copy(update={"calendar": calendar})), seed=3)
