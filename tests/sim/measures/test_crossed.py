"""Breakdowns by several things together agree with those by one, and the names of tables are those that there are."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from scenarios.building.world import build_world
from scenarios.loading.load import load_scenario
from sim.engine.run import simulate
from sim.log.tables import Log
from sim.measures import measure
from sim.measures.crossed import FIRE, POLICE, crossed, crossed_names
from sim.measures.definitions import table_names
from sim.world.fire import World
from sim.world.standards import Standard


@pytest.fixture(scope="module")
def joint() -> tuple[World, Log]:
    scenario = load_scenario("joint")
    calendar = scenario.calendar.model_copy(update={"days": 10})
    world = build_world(scenario.model_copy(update={"calendar": calendar}))
    return world, simulate(world, seed=2, replication=0)


@pytest.mark.parametrize("names", [*list(combinations(FIRE, 2))[::3], ("district", "weekday", "hour")])
def test_of_fire_the_parts_add_up(joint: tuple[World, Log], names: tuple[str, ...]) -> None:
    world, log = joint
    table = crossed(world, log, names)
    one = measure(world, log).tables[f"by_{names[0]}"]
    for group, count, within in zip(one["group"], one["incidents"], one["within_15"], strict=True):
        mine = table[names[0]] == group
        assert table["incidents"][mine].sum() == count
        met = (table["incidents"][mine] * table["within_15"][mine]).sum()
        assert met == pytest.approx(count * within)


@pytest.mark.parametrize("names", list(combinations(POLICE, 2))[::3])
def test_of_the_police_the_parts_add_up(joint: tuple[World, Log], names: tuple[str, ...]) -> None:
    world, log = joint
    table = crossed(world, log, [f"police_{name}" for name in names])
    one = measure(world, log).tables[f"police_by_{names[1]}"]
    for group, grade, count in zip(one["group"], one["grade"], one["incidents"], strict=True):
        mine = (table[names[1]] == group) & (table["grade"] == grade)
        assert table["incidents"][mine].sum() == count


def test_the_names_of_tables_are_those_that_there_are(joint: tuple[World, Log]) -> None:
    world, log = joint
    main = Standard(key="s", title="", threshold_s=600.0, target=0.9)
    assert set(measure(world, log, [main]).tables) == set(table_names(fire=True, police=True))
    assert set(crossed_names(fire=True, police=True)) == {*FIRE, *(f"police_{name}" for name in POLICE)}


def test_every_primary_fire_is_counted_or_left_out_for_one_reason(joint: tuple[World, Log]) -> None:
    world, log = joint
    values = measure(world, log).values
    years = log.horizon_min / 1440.0 / world.calendar.year_days
    primary = world.demand.primary_fire[log.incidents["type"]] & (log.incidents["pumps_asked"] > 0)
    own = (
        primary & ~world.demand.over_border[log.incidents["type"]] & world.cells.inside[log.incidents["cell"]]
    )
    own &= log.incidents["time_min"] < log.horizon_min
    told = values["fire.primary.counted"] + sum(
        value for name, value in values.items() if name.startswith("fire.primary.left_out.")
    )
    assert told * years == pytest.approx(np.count_nonzero(own))
