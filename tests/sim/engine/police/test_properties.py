"""Properties of any police run, on many small random towns and on a force as large as the real one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.draws.replication import draw
from sim.engine.run import run, simulate
from sim.world.fire import World
from tests.sim.engine.police.county import county
from tests.sim.engine.police.invariants import check_log
from tests.sim.engine.police.world import Car, Crime, police_world
from tests.sim.worlds import Kind, Station

ANSWERS_ALL = Car(capability=True, node=0, officers=2, district=-1)
"""So that everything is answered in the end."""


def some_cars(cells: int) -> st.SearchStrategy[list[Car]]:
    """A few cars of all kinds and shifts."""
    node = st.integers(0, cells - 1)
    shifts = st.sampled_from(
        [
            [1] * 336,
            [1 if 16 <= i % 48 < 40 else 0 for i in range(336)],
            [2 if i % 16 < 3 else 1 for i in range(336)],
        ]
    )
    return st.lists(
        st.builds(
            Car, node=node, district=st.integers(-1, 1), officers=st.integers(1, 2),
            support=st.sampled_from([False] * 3 + [True]),
            capability=st.booleans(), on_duty=shifts, abstraction_share=st.sampled_from([0.0, 0.2]),
            patrol=st.lists(st.tuples(node, st.just(1.0)), max_size=3),
        ),
        min_size=1, max_size=6,
    )  # fmt: skip


@st.composite
def towns(pick: st.DrawFn) -> World:
    """A grid of cells in two districts, a few cars of all kinds and shifts, busy."""
    columns, rows = pick(st.integers(1, 4)), pick(st.integers(1, 3))
    cells = columns * rows
    cars = [*pick(some_cars(cells)), ANSWERS_ALL]
    per_car = pick(st.sampled_from([2000.0, 6000.0, 9000.0]))
    crimes = [
        Crime(
            key=f"crime{i}", per_year=per_car * len(cars) / 2.0, capability=pick(st.sampled_from([False, False, True])),
            officers=pick(st.sampled_from([1.0, 1.5, 2.0])), scene_sigma=0.6, tied_up_share=(0.1, 0.1),
        )
        for i in range(2)
    ]  # fmt: skip
    own = np.repeat(np.eye(2, dtype=bool)[None], 3, axis=0)
    own[0] |= pick(st.booleans())
    lower_too = pick(st.booleans())
    return police_world(
        cars, crimes, columns=columns, rows=rows, days=2, custody=[0], hospital=[cells - 1],
        districts=[i % 2 for i in range(cells)],
        timings={"traffic_sigma": 0.2, "journey_sigma": 0.3, "handling_sigma": 0.3},
        grades={
            "eligible_districts": own,
            "wider_after_min": np.array(pick(st.sampled_from([(0.0, 20.0, 60.0), (5.0, 30.0, np.inf)]))),
            "hours": np.array([[0, 24], [0, 24], [8, 22]], dtype=np.int8),
            "delay_median_min": np.array([1.0, 5.0, 20.0]), "delay_sigma": np.full(3, 0.5),
            "diverts": np.array([True, lower_too, False]),
        },
        rules={
            "committed_min": pick(st.sampled_from([0.0, 10.0, 25.0])),
            "divert_gain_min": pick(st.sampled_from([0.0, 3.0])),
            "turnout_median_min": 1.0, "turnout_sigma": 0.4, "paperwork_min": pick(st.sampled_from([0.0, 10.0])),
            "blue_factor": 0.9, "ordinary_factor": 1.4, "tied_up_sigma": np.full(2, 0.5),
        },
    )  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(world=towns(), seed=st.integers(0, 1000))
def test_every_rule_holds_in_random_towns(world: World, seed: int) -> None:
    draws = draw(world, seed, 0)
    check_log(world, draws, run(world, draws, seed=seed, replication=0))


@settings(max_examples=10, deadline=None)
@given(world=towns(), seed=st.integers(0, 1000))
def test_the_same_seed_gives_the_same_log(world: World, seed: int) -> None:
    assert (
        simulate(world, seed=seed, replication=1).sha256()
        == simulate(world, seed=seed, replication=1).sha256()
    )


def test_every_rule_holds_for_a_force_on_the_countys_roads() -> None:
    world = county(3)
    draws = draw(world, 1, 0)
    log = run(world, draws, seed=1, replication=0)
    looked = check_log(world, draws, log)
    assert looked.choices > 500
    assert min(looked.free, looked.at_scene, looked.waits) > 50, looked
    assert log.incidents["diversions"].sum() > 20


def busy(cars: int) -> World:
    """Cars that are busy half of their time, on one line of cells."""
    return police_world(
        [Car(node=i % 5) for i in range(cars)],
        [Crime(per_year=45_000.0, scene_sigma=0.5, officers=1.2)],
        days=7,
    )


@pytest.mark.parametrize("fewer", [5, 7])
def test_one_more_car_never_makes_the_mean_worse(fewer: int) -> None:
    """Paired by common random numbers: over the replications, for every grade."""

    def means(cars: int, replication: int) -> list[float]:
        incidents = simulate(busy(cars), seed=9, replication=replication).incidents
        took = incidents["police_first_min"] - incidents["time_min"]
        return [float(np.nanmean(took[incidents["grade"] == grade])) for grade in range(3)]

    gains = np.array([np.subtract(means(fewer, i), means(fewer + 1, i)) for i in range(5)])
    assert (gains.mean(axis=0) > 0.0).all(), gains.mean(axis=0)


def test_draws_are_keyed_so_that_scenarios_stay_coupled() -> None:
    """Another car, another type, other hours and rules leave what is drawn for an incident as it was."""
    world = busy(4)
    more = police_world(
        [Car(node=i % 5) for i in range(6)],
        [Crime(key="new", per_year=3000.0), Crime(per_year=45_000.0, scene_sigma=0.5, officers=1.2)],
        days=7, rules={"divert": False},
    )  # fmt: skip
    old, new = draw(world, 4, 2), draw(more, 4, 2)
    assert old.police is not None
    assert new.police is not None
    rows = np.searchsorted(new.incidents.key, old.incidents.key, sorter=np.argsort(new.incidents.key))
    rows = np.argsort(new.incidents.key)[rows]
    assert np.array_equal(new.incidents.key[rows], old.incidents.key)
    for name in ("grade", "officers", "open_min", "scene_min", "tied_up", "tied_up_min", "timed"):
        assert np.array_equal(getattr(new.police, name)[rows], getattr(old.police, name), equal_nan=True), (
            name
        )
    assert np.array_equal(new.police.waiting_site[:, :4], old.police.waiting_site)
    some = range(0, len(rows), 50)
    mine, theirs = old.response_times, new.response_times
    assert [mine.of(i, 3) for i in some] == [theirs.of(int(rows[i]), 3) for i in some]


def test_fire_is_answered_the_same_whether_or_not_the_police_are_there() -> None:
    stations = [Station(node=0, pumps=2), Station(node=4)]
    kinds = [Kind(per_year=8000.0, pumps=2), Kind(key="collision", per_year=4000.0, scene_median_min=60.0)]
    joint = police_world(
        [Car(node=i % 5) for i in range(4)], [Crime(per_year=9000.0)], fire=stations, fire_kinds=kinds, days=7
    )
    alone = police_world(
        [Car()], [Crime(per_year=9000.0)], fire=stations, fire_kinds=kinds, days=7, fire_police_share=0.0
    )
    both, fire = (simulate(world, seed=6, replication=0).incidents for world in (joint, alone))
    assert np.array_equal(both["key"], fire["key"])
    for name in ("first_pump_min", "second_pump_min", "first_unit", "pumps_sent", "queued_min"):
        assert np.array_equal(both[name], fire[name], equal_nan=True), name
    assert (both["grade"] >= 0).all()
    assert (both["police_first_min"] > 0.0).mean() > 0.99


def test_calls_that_the_control_room_answers_late_open_late() -> None:
    """With telephone lines, received comes before answered, and rows stay in the order of answers."""
    from sim.world.police import Lines

    world = busy(6)
    assert world.police is not None
    lines = Lines(
        other_per_hour=np.full((2, 168), 20.0), month=np.ones((2, 12)), handlers=np.full(168, 4, dtype=np.int16),
        kept_for_999=1, handle_mean_min=np.array([5.0, 8.0]), patience_mean_min=np.array([5.0, 20.0]),
        redial_min=2.0, answer_target_s=np.array([10.0, 300.0]),
    )  # fmt: skip
    rung = replace(world, police=replace(world.police, lines=lines))
    log = run(rung, draw(rung, 8, 0), seed=8, replication=0)
    waited = log.incidents["time_min"] - log.incidents["received_min"]
    assert (waited >= 0.0).all()
    assert (waited > 0.0).any()
    assert (np.diff(log.incidents["time_min"]) >= 0.0).all()
    assert log.calls["calls"].sum() > 0
    plain = simulate(world, seed=8, replication=0).incidents
    assert set(plain["key"].tolist()) == set(log.incidents["key"].tolist())
    by_key = dict(zip(plain["key"].tolist(), plain["grade"].tolist(), strict=True))
    assert [by_key[key] for key in log.incidents["key"].tolist()] == log.incidents["grade"].tolist()
