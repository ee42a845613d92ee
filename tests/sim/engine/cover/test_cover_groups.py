"""Cover groups: of stations that cover for each other one is kept covered, not each."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.decisions.cover.view import End
from sim.draws.replication import draw
from sim.engine.run import run
from sim.log.tables import Log
from sim.world.codes import Mode
from sim.world.fire import World
from tests.sim.worlds import Kind, Station, tiny_world

PARAMETERS = {
    "reach_min": 8.0,
    "delay_min": 10.0,
    "group_delay_min": 0.0,
    "longest_move_min": 30.0,
    "least_gain": 0.01,
}
STATIONS = [
    Station(node=0, pumps=2, core=True),
    Station(node=5, crewing="on_call", people=8, core=True),
    Station(node=7, crewing="on_call", people=8, core=True),
]
NEAR, FAR = 1, 2  # sites; their pumps are 2 and 3


def world_of(
    groups: list[int] | None, *, policy: str = "core_stations", group_delay_min: float = 0.0
) -> World:
    parameters = PARAMETERS | {"group_delay_min": group_delay_min}
    world = tiny_world(
        columns=9,
        stations=STATIONS,
        kinds=(Kind(per_year=0.0),),
        days=2,
        rules={"cover": policy, "cover_parameters": parameters},
    )
    if groups is None:
        return world
    return replace(world, sites=replace(world.sites, cover_group=np.array(groups, dtype=np.int16)))


def play(world: World, off: dict[int, slice]) -> Log:
    """Run with nobody of these appliances' pools available in these slots, and everybody at any other time."""
    draws = draw(world, 1, 0)
    mode, present = draws.roster.mode.copy(), draws.roster.present.copy()
    for unit in (2, 3):
        pool = int(world.units.pool[unit])
        people = int(world.people.pool_start[pool + 1] - world.people.pool_start[pool])
        mode[:, unit], present[:, pool] = Mode.ON_CALL, (1 << people) - 1
    for unit, slots in off.items():
        mode[slots, unit] = Mode.NO_CREW
        present[slots, int(world.units.pool[unit])] = 0
    return run(
        world, replace(draws, roster=replace(draws.roster, mode=mode, present=present)), seed=1, replication=0
    )


GROUPED = [-1, 0, 0]


def test_each_by_itself_is_covered_without_a_group() -> None:
    log = play(world_of(None), {2: slice(4, 12)})
    assert log.standby["to_site"].tolist() == [NEAR]
    assert log.standby["decided_min"].tolist() == [130.0]


def test_one_off_is_covered_by_its_mate() -> None:
    assert len(play(world_of(GROUPED), {2: slice(4, 12)}).standby["unit"]) == 0


@pytest.mark.parametrize(("delay_min", "decided_min"), [(0.0, 180.0), (10.0, 190.0)])
def test_both_off_asks_for_one_move_after_the_groups_delay(delay_min: float, decided_min: float) -> None:
    log = play(world_of(GROUPED, group_delay_min=delay_min), {2: slice(4, 12), 3: slice(6, 12)})
    assert log.standby["to_site"].tolist() == [NEAR]  # that which has been empty longest
    assert log.standby["decided_min"].tolist() == [decided_min]


def test_the_stand_by_goes_home_when_any_of_the_group_is_back() -> None:
    log = play(world_of(GROUPED), {2: slice(4, 20), 3: slice(6, 10)})
    assert log.standby["ended_min"].tolist() == [300.0]
    assert log.standby["end_reason"].tolist() == [End.RESTORED]


def test_a_group_of_one_is_an_ordinary_core_station() -> None:
    alone, by_itself = (play(world_of(g), {2: slice(4, 12)}).standby for g in ([-1, 0, 1], None))
    assert {name: column.tolist() for name, column in alone.items()}.keys() == by_itself.keys()
    assert alone["decided_min"].tolist() == by_itself["decided_min"].tolist() == [130.0]


def test_moving_people_keeps_to_groups_too() -> None:
    world = world_of(GROUPED, policy="people")
    assert len(play(world, {2: slice(4, 12)}).standby["unit"]) == 0
    log = play(world, {2: slice(4, 12), 3: slice(6, 12)})
    assert log.standby["people"].tolist() == [True]
