"""Cover policies by hand, without SimPy."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.decisions.cover.core_stations import core_stations, most_suitable
from sim.decisions.cover.dynamic import dynamic
from sim.decisions.cover.people import people, spare_crew
from sim.decisions.cover.view import Coverage, End, Move, MovePeople, PeopleView, Recall, View, Why
from sim.decisions.crew_choice import pump_need

PARAMETERS = {"reach_min": 8.0, "delay_min": 10.0, "longest_move_min": 30.0, "least_gain": 0.01}


def line_view(
    site: list[int],
    *,
    ready: list[int],
    core: list[int],
    empty: dict[int, float] | None = None,
    on_call: tuple[int, ...] = (),
    **more: Any,
) -> View:
    """Appliances at sites on a line, six minutes apart; every one of them may move anywhere."""
    n_sites = max(*site, *core) + 1
    minutes = 6.0 * np.abs(np.arange(n_sites)[:, None] - np.arange(n_sites)).astype(np.float32)
    units = range(len(site))
    movers = [
        sorted((float(minutes[site[u], to]), u) for u in units if site[u] != to) for to in range(n_sites)
    ]
    fields: dict[str, Any] = {
        "site": np.array(site, dtype=np.int32),
        "pumps_at": [[u for u in units if site[u] == s] for s in range(n_sites)],
        "core": np.isin(np.arange(n_sites), core),
        "ready": np.isin(np.arange(len(site)), ready),
        "immediate": ~np.isin(np.arange(len(site)), on_call),
        "stands": {},
        "empty_min": empty or {},
        "back_in_min": {},
        "minutes": minutes,
        "movers": movers,
    }
    return View(**(fields | more))


def test_a_core_station_is_served_only_after_the_delay() -> None:
    waiting = line_view([0, 0, 1], ready=[0, 1], core=[0, 1], empty={1: 9.0})
    assert core_stations(waiting, PARAMETERS) == []
    assert core_stations(replace(waiting, empty_min={1: 10.0}), PARAMETERS) == [
        Move(0, 1, Why.CORE_UNCOVERED)
    ]


def test_no_core_station_is_emptied_for_another() -> None:
    view = line_view([0, 0, 1, 2], ready=[0, 1], core=[0, 1, 2], empty={1: 20.0, 2: 30.0})
    assert core_stations(view, PARAMETERS) == [Move(0, 2, Why.CORE_UNCOVERED)], "one stays at station 0"


def test_the_longest_empty_is_served_first_and_ties_go_to_the_first_listed() -> None:
    view = line_view([0, 1, 2], ready=[1], core=[0, 2], empty={2: 30.0, 0: 30.0})
    assert core_stations(view, PARAMETERS) == [Move(1, 0, Why.CORE_UNCOVERED)]
    assert core_stations(replace(view, empty_min={0: 30.0, 2: 31.0}), PARAMETERS)[0] == Move(
        1, 2, Why.CORE_UNCOVERED
    )


@pytest.mark.parametrize(
    ("site", "on_call", "expected", "rule"),
    [
        ([0, 1, 3], (1,), 2, "crew on station before on-call, though farther"),
        ([0, 1, 3, 3], (), 2, "from a station that keeps another pump, though farther"),
        ([0, 2, 1], (), 2, "the nearest"),
        ([0, 1, 1], (), 1, "the first listed"),
        ([0, 6], (), -1, "nobody within the longest move"),
    ],
)
def test_the_most_suitable_pump(site: list[int], on_call: tuple[int, ...], expected: int, rule: str) -> None:
    view = line_view(site, ready=list(range(1, len(site))), core=[0], empty={0: 60.0}, on_call=on_call)
    assert most_suitable(view, 0, 30.0) == expected, rule


def test_no_pump_is_sent_out_to_meet_one_that_is_coming_home() -> None:
    view = line_view([0, 1], ready=[1], core=[0], empty={0: 60.0})
    assert most_suitable(replace(view, back_in_min={0: 11.9}), 0, 30.0) == -1
    assert most_suitable(replace(view, back_in_min={0: 12.0}), 0, 30.0) == 1


def test_a_standby_is_recalled_when_the_stations_own_pump_is_ready() -> None:
    view = line_view([0, 1, 1], ready=[1], core=[0], stands={2: 0})
    assert core_stations(view, PARAMETERS) == []
    home = replace(view, ready=np.array([True, True, False]))
    assert core_stations(home, PARAMETERS) == [Recall(2, End.RESTORED)]
    assert people(home, PARAMETERS) == [Recall(2, End.RESTORED)]


def test_dynamic_makes_the_move_with_the_best_gain_net_of_what_it_uncovers() -> None:
    # Four cells; a pump reaches the cell of its own site only. Demand 0.4, 0.1, 0.2, 0.3.
    coverage = Coverage(np.eye(4, dtype=np.float32), np.array([0.4, 0.1, 0.2, 0.3], dtype=np.float32))
    view = line_view([0, 0, 1, 2, 3], ready=[0, 1, 2], core=[3], coverage=coverage)
    assert dynamic(view, PARAMETERS) == [Move(0, 3, Why.MARGINAL_COVERAGE)], (
        "the spare pump, to the most demand"
    )
    only_one = replace(view, ready=np.array([True, False, False, False, False]))
    assert dynamic(only_one, PARAMETERS) == [], "leaving 0.4 for 0.3 is no gain"
    assert dynamic(view, PARAMETERS | {"least_gain": 0.31}) == []
    single = replace(view, ready=np.array([False, False, True, False, False]))
    assert dynamic(single, PARAMETERS | {"least_gain": 0.29}) == [Move(2, 0, Why.MARGINAL_COVERAGE)]


def test_dynamic_counts_what_the_target_reaches_too_as_not_lost() -> None:
    within = np.array(
        [[1, 1, 0], [1, 1, 1]], dtype=np.float32
    )  # site 1 reaches all that site 0 does, and more
    coverage = Coverage(within, np.array([0.5, 0.45, 0.05], dtype=np.float32))
    view = line_view([0, 1], ready=[0], core=[1], coverage=coverage)
    assert dynamic(view, PARAMETERS) == [Move(0, 1, Why.MARGINAL_COVERAGE)]


def test_dynamic_recalls_when_the_gain_has_gone() -> None:
    coverage = Coverage(np.eye(2, dtype=np.float32), np.array([0.5, 0.5], dtype=np.float32))
    view = line_view([0, 0, 1], ready=[0], core=[1], stands={1: 1}, coverage=coverage)
    assert dynamic(view, PARAMETERS) == []
    assert dynamic(replace(view, ready=np.array([True, False, True])), PARAMETERS) == [
        Recall(1, End.RESTORED)
    ]


def people_of(view: View, spare: tuple[int, ...], ready_min: tuple[float, ...]) -> View:
    rank = np.zeros(len(view.site), dtype=np.int8)
    seen = PeopleView(
        np.array([True, False, False]), rank, np.array([0, 1, 2], dtype=np.int32), np.array(ready_min), spare
    )
    return replace(view, people=seen)


def test_people_come_from_the_pool_that_is_soonest_there() -> None:
    view = line_view([0, 1, 2], ready=[1, 2], core=[0], empty={0: 15.0})
    nearest = people_of(view, (0, 0b1111, 0b11110), (0.0, 0.0, 0.0))
    assert people(nearest, PARAMETERS) == [MovePeople(0, 1, 0b1111)]
    slow_muster = people_of(view, (0, 0b1111, 0b11110), (0.0, 7.0, 0.0))
    assert people(slow_muster, PARAMETERS) == [MovePeople(0, 2, 0b11110)], "7 + 6 minutes is later than 12"
    assert people(people_of(view, (0, 0, 0), (0.0, 0.0, 0.0)), PARAMETERS) == [], (
        "nobody to spare: no move at all"
    )


def test_a_pool_lends_only_what_its_own_pump_does_not_need() -> None:
    skills = np.full(8, 7, dtype=np.int8)
    need = pump_need(4)
    assert spare_crew(skills, 0b1111_1110, need, (need,), ()) == 0, "seven people are one crew and three"
    crew = spare_crew(skills, 0b1111_1111, need, (need,), ())
    assert crew.bit_count() == 4
    drivers = np.array([7, 7, 5, 5, 5, 5, 5, 5], dtype=np.int8)
    assert spare_crew(drivers, 0xFF, need, (need,), ()).bit_count() == 4
    drivers[1] = 5
    assert spare_crew(drivers, 0xFF, need, (need,), ()) == 0, (
        "the only driver stays with the station's own pump"
    )


@settings(max_examples=10, deadline=None)
@given(
    n=st.integers(3, 8),
    data=st.data(),
)
def test_core_stations_never_names_an_appliance_twice_or_empties_a_core_station(
    n: int, data: st.DataObject
) -> None:
    site = data.draw(st.lists(st.integers(0, 4), min_size=n, max_size=n))
    ready = data.draw(st.lists(st.integers(0, n - 1), unique=True))
    core = data.draw(st.lists(st.integers(0, 4), min_size=1, unique=True))
    own = {site[u] for u in ready}
    empty = {s: data.draw(st.floats(0.0, 100.0)) for s in core if s not in own}
    view = line_view(site, ready=ready, core=[*core, 4], empty=empty)
    moves = [d for d in core_stations(view, PARAMETERS) if isinstance(d, Move)]
    units = [move.unit for move in moves]
    assert len(units) == len(set(units))
    assert len({move.to_site for move in moves}) == len(moves)
    assert set(units) <= set(ready)
    for s in {site[u] for u in units} & {*core, 4}:
        assert any(site[u] == s and u not in units for u in ready)
