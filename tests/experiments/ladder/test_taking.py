"""Pumps taken off the run: what changes, and what must not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from experiments.execution.tasks import StudyFolder
from experiments.ladder.blocks import BLOCKS, attendance, block_sums
from experiments.ladder.removals import (
    minutes_from_demand,
    never_matters,
    on_call_pumps,
    order_of_going,
    own_pumps,
    weekday_day,
    without,
)
from experiments.ladder.runs import Ladder, Taken, simulate_removal
from sim.draws.replication import draw
from sim.draws.roster import draw_roster
from sim.engine.run import run
from sim.log.tables import Log
from sim.world.codes import Mode
from sim.world.fire import World
from tests.sim.engine.fire.county import county as whole_county
from tests.sim.worlds import Kind, Station, change, tiny_world

NEAR = Kind(per_year=800.0, cell_share=[1.0, 0.0, 0.0, 0.0, 0.0])
RARE = Kind(per_year=100.0, cell_share=[1.0, 0.0, 0.0, 0.0, 0.0], scene_median_min=1.0)


def town(**options: Any) -> World:
    """Two stations 40 minutes apart; everything happens at the first one's door."""
    stations = options.pop("stations", [Station(node=0), Station(node=4)])
    return tiny_world(stations=stations, kinds=options.pop("kinds", [NEAR]), spacing_m=10_000.0, **options)


def played(world: World, gone: list[int], *, replication: int = 0, hours: Any = None) -> Log:
    draws = draw(world, 1, replication)
    taken = without(world, draws, gone, hours=hours)
    return run(world, taken, seed=1, replication=replication)


def test_nobody_taken_is_the_run_itself() -> None:
    world = town()
    draws = draw(world, 1, 0)
    assert without(world, draws, []) is draws


def test_incidents_and_the_other_pumps_crews_stay_as_they_are() -> None:
    world = town(stations=[Station(node=0, presence=0.8), Station(node=4, presence=0.8, crewing="on_call")])
    draws = draw(world, 1, 0)
    taken = without(world, draws, [0])
    assert taken.incidents is draws.incidents
    assert taken.response_times is draws.response_times
    assert np.array_equal(taken.roster.present, draws.roster.present)
    assert np.array_equal(taken.roster.mode[:, 1], draws.roster.mode[:, 1])
    assert (taken.roster.mode[:, 0] == Mode.MECHANICAL).all()


def test_the_crew_of_a_pump_that_goes_crews_the_second() -> None:
    world = town(stations=[Station(node=0, pumps=2, people=5, preferred_crew=4)])
    draws = draw(world, 1, 0)
    assert (draws.roster.mode[:, 1] == Mode.NO_CREW).all()  # five people: one crew
    taken = without(world, draws, [0])
    assert (taken.roster.mode[:, 1] == Mode.IMMEDIATE).all()
    log = run(world, taken, seed=1, replication=0)
    assert set(log.responses["unit"]) == {1}


@pytest.mark.parametrize("crewing", ["wholetime", "on_call", "day_crewed", "mixed"])
def test_the_others_are_crewed_as_if_it_had_never_been(crewing: str) -> None:
    world = whole_county(crewing=crewing)
    draws = draw(world, 3, 0)
    for gone in range(len(world.units.key)):
        pool, fallback = world.units.pool.copy(), world.units.fallback_pool.copy()
        pool[gone] = fallback[gone] = -1
        expected = draw_roster(change(world, "units", pool=pool, fallback_pool=fallback), 3, 0).mode
        expected[:, gone] = Mode.MECHANICAL
        assert np.array_equal(without(world, draws, [gone]).roster.mode, expected)


def test_a_pump_taken_by_day_is_back_at_night_and_at_weekends() -> None:
    world = town(stations=[Station(node=0, crewing="on_call"), Station(node=4)], days=14)
    draws = draw(world, 1, 0)
    mode = without(world, draws, [0], hours=weekday_day()).roster.mode[:, 0]
    hour_of_week = world.calendar.hour_of_week
    gone = (hour_of_week < 120) & (hour_of_week % 24 >= 7) & (hour_of_week % 24 < 18)
    assert gone.any()
    assert (mode[gone] == Mode.MECHANICAL).all()
    assert np.array_equal(mode[~gone], draws.roster.mode[~gone, 0])


def test_hand_solved_worth_of_a_pump() -> None:
    """At the door: 1 min handling, 1.5 min turnout. From the other station it is 40 min more.

    Only a call that finds the other pump still on its way home is reached sooner, or one that has to wait later.
    """
    world = town()
    logs = played(world, []), played(world, [0])
    first = [float(log.incidents["first_pump_min"][0] - log.incidents["time_min"][0]) for log in logs]
    assert first == pytest.approx([2.5, 42.5], abs=1e-4)
    whole, alone = (block_sums(world, log) for log in logs)
    assert attendance(whole, "day").within > 0.9
    assert attendance(alone, "day").within < 0.1
    for block in BLOCKS:
        assert attendance(whole, block).within > attendance(alone, block).within + 0.75


def test_blocks_add_up_to_the_day() -> None:
    world = town(days=60)
    log = played(world, [])
    sums = block_sums(world, log)
    assert sum(each["incidents"] for each in sums.values()) == len(log.incidents["key"])
    assert {start for start, _ in BLOCKS.values()} == {0, 6, 12, 18}


def identical(first: Log, second: Log) -> bool:
    pairs = [
        (getattr(first, table)[name], getattr(second, table)[name])
        for table in ("incidents", "responses", "standby")
        for name in getattr(first, table)
    ]
    return all(np.array_equal(a, b, equal_nan=a.dtype.kind == "f") for a, b in pairs)


def test_a_pump_that_never_answers_is_worth_exactly_nothing() -> None:
    world = town(kinds=[RARE], days=10)
    whole = played(world, [])
    assert 1 not in whole.responses["unit"]
    assert never_matters(world, whole, 1)
    assert not never_matters(world, whole, 0)
    assert identical(whole, played(world, [1]))


@pytest.mark.parametrize("seed", range(6))
def test_the_shortcut_gives_what_the_plain_way_gives(seed: int, tmp_path: Path) -> None:
    """A street of ten stations, most of them too far from anything to be sent: with and without the shortcut."""
    stations = [
        Station(node=node, crewing="on_call" if node % 3 else "wholetime", presence=0.9) for node in range(10)
    ]
    kinds = [Kind(per_year=700.0, pumps=2, cell_share=[0.5, 0.3, 0.2, *[0.0] * 7])]
    world = tiny_world(stations=stations, kinds=kinds, columns=10, spacing_m=8000.0, days=4)
    documents = []
    for shortcut in (True, False):
        ladder = Ladder(world, (), seed, StudyFolder(tmp_path), shortcut)
        documents.append([simulate_removal(ladder, Taken((key,), False, 0)) for key in world.units.key])
    whole = run(world, draw(world, seed, 0), seed=seed, replication=0)
    skipped = [unit for unit in own_pumps(world) if never_matters(world, whole, unit)]
    assert 0 < len(skipped) < len(stations)
    shown = [str(each) for each in documents]  # NaN is None, so equal texts are equal figures
    assert shown[0] == shown[1]


def test_the_shortcut_is_not_taken_where_its_proof_does_not_hold() -> None:
    world = town(kinds=[RARE], days=10)
    log = played(world, [])
    idle = [unit for unit in own_pumps(world) if unit not in log.responses["unit"]]
    assert idle == [1]
    assert never_matters(world, log, 1)
    assert not never_matters(change(world, "rules", cover="core_stations"), log, 1)
    shared = town(stations=[Station(node=0), Station(node=4, pumps=2)], kinds=[RARE], days=10)
    assert not any(never_matters(shared, played(shared, []), unit) for unit in (1, 2))


def county(seed: int) -> World:
    del seed
    crewing = ["wholetime", "on_call", "day_crewed", "on_call"]
    stations = [
        Station(node=3 * i, crewing=crewing[i % 4], pumps=1 + (i % 2), presence=0.9) for i in range(6)
    ]
    return tiny_world(
        stations=stations,
        kinds=[Kind(per_year=6000.0, pumps=2)],
        columns=6,
        rows=3,
        spacing_m=6000.0,
        days=20,
    )


@pytest.mark.parametrize("by", ["random", "farthest"])
def test_fewer_pumps_are_not_better_on_average(by: str) -> None:
    world = county(0)
    shares: list[float] = []
    seconds: list[float] = []
    for left in (9, 7, 5, 3, 1):
        gone = order_of_going(world, by, 0, 1)[: 9 - left]
        found = [attendance(block_sums(world, played(world, gone, replication=r)), "day") for r in range(3)]
        shares.append(float(np.mean([each.within for each in found])))
        seconds.append(float(np.mean([each.plt_s for each in found])))
    assert shares == sorted(shares, reverse=True)
    assert seconds == sorted(seconds)
    assert shares[0] > shares[-1] + 0.1


def test_orders_are_by_lot_keyed_and_nested() -> None:
    world = county(0)
    orders = [order_of_going(world, "random", number, 1) for number in range(4)]
    assert all(sorted(order) == own_pumps(world) for order in orders)
    assert len({tuple(order) for order in orders}) > 1
    assert order_of_going(world, "random", 2, 1) == orders[2]
    assert order_of_going(world, "random", 2, 7) != orders[2]
    assert sorted(order_of_going(world, "on_call_by_day", 0, 1)) == on_call_pumps(world)


def test_the_farthest_goes_first_and_the_last_crewed_before_it() -> None:
    world = tiny_world(
        stations=[Station(node=0), Station(node=4, pumps=2), Station(node=2)],
        kinds=[Kind(cell_share=[0.7, 0.1, 0.1, 0.1, 0.0])],
    )
    away = minutes_from_demand(world)
    assert away == pytest.approx(
        [0.1 * 2 + 0.1 * 4 + 0.1 * 6, 0.7 * 8 + 0.6 + 0.4 + 0.2, 0.7 * 4 + 0.2 + 0 + 0.2]
    )
    assert [world.units.key[unit] for unit in order_of_going(world, "farthest", 0, 1)] == [
        "S1P2",
        "S1P1",
        "S2P1",
        "S0P1",
    ]
