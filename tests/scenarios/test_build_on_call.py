"""On-call availability by hours, by station and by riders; what a change elsewhere leaves as it was."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pytest
from numpy.typing import NDArray

from scenarios.building.fleet import build_sites, fleet_of, plan_pools
from scenarios.building.on_call import hour_groups
from scenarios.building.people import build_people
from scenarios.changes import apply, parse_all
from scenarios.loading.faults import ScenarioError
from scenarios.loading.load import load_scenario
from scenarios.schema.scenario import Scenario
from sim.decisions.pool_availability import availability_by_pump, mechanical_share
from sim.world.codes import Duty
from sim.world.fire import People

BASE = load_scenario("uncalibrated")
WORKING = 1.0 - mechanical_share(6.0, 180.0, 300.0, 365.0)


def people_of(scenario: Scenario) -> People:
    return build_people(scenario, plan_pools(scenario), tuple(scenario.stations))


@lru_cache(maxsize=1)
def base_people() -> People:
    return people_of(BASE)


def changed(*options: tuple[str, str]) -> Scenario:
    return apply(BASE, parse_all(options))


def presence_by_name(people: People) -> dict[str, bytes]:
    return {key: row.tobytes() for key, row in zip(people.key, people.presence, strict=True)}


def on_the_run(scenario: Scenario, people: People, station: str) -> NDArray[np.float64]:
    """Expected pumps of an on-call station on the run, by hour of the week (168,)."""
    pool = people.pool_key.index(f"{station}/on_call")
    assert people.pool_duty[pool] == Duty.ON_CALL
    rows = slice(people.pool_start[pool], people.pool_start[pool + 1])
    pumps = [a for a in fleet_of(scenario).values() if a.station == station and a.kind == "pump"]
    presence = people.presence[rows].max(axis=0).astype(float)
    return WORKING * availability_by_pump(
        people.skill[rows], presence, [a.minimum_crew for a in pumps], people.ba_needed
    ).sum(axis=1)


ONE_PUMP = ("E17", "E18", "E19", "E20", "E21", "E22", "E23", "E24", "E42", "E43", "E44", "E45", "E47", "E49")


@pytest.mark.parametrize(
    "option",
    [
        ("remove-pump", "W78P2"),
        ("close", "Tollesbury"),
        ("crewing", "W73=on_call"),
        ("add-pump", "Tiptree:on_call"),
        ("new-station", "Hatfield Peverel@51.777,0.600:on_call"),
    ],
)
def test_a_change_of_the_fleet_leaves_other_stations_people_as_they_were(option: tuple[str, str]) -> None:
    before, after = presence_by_name(base_people()), presence_by_name(people_of(changed(option)))
    for key in before.keys() & after.keys():
        assert after[key] == before[key], key


def test_more_people_are_on_the_run_more_often() -> None:
    option = changed(("set", "stations.W71.on_call_people=16"))
    more = on_the_run(option, people_of(option), "W71")
    assert (more > on_the_run(BASE, base_people(), "W71")).all()


def test_weekday_gain_raises_weekday_days_by_so_much_and_nothing_else() -> None:
    option = changed(("set", "on_call.weekday_day_gain=0.05"))
    people = people_of(option)
    days, *others = hour_groups(BASE.on_call)
    every = [station for station in BASE.stations if f"{station}/on_call" in base_people().pool_key]
    counted = [
        s for s in every if all(a.crewing == "on_call" for a in BASE.appliances.values() if a.station == s)
    ]
    assert len(counted) > 25
    gain = np.mean(
        [on_the_run(option, people, s) - on_the_run(BASE, base_people(), s) for s in ONE_PUMP], axis=0
    )
    assert gain[days.hours] == pytest.approx(0.05, abs=0.012)  # those with one pump, of all
    for group in others:
        assert gain[group.hours] == pytest.approx(0.0, abs=1e-9)


def test_station_gain_is_that_stations_alone() -> None:
    option = changed(("set", "stations.W71.availability_gain=0.06"))
    people = people_of(option)
    gain = on_the_run(option, people, "W71") - on_the_run(BASE, base_people(), "W71")
    assert gain.mean() == pytest.approx(0.06, abs=1e-6)
    before, after = presence_by_name(base_people()), presence_by_name(people)
    assert {key.partition("/")[0] for key in before if after[key] != before[key]} == {"W71"}


def test_a_gain_that_people_cannot_give_is_a_fault() -> None:
    with pytest.raises(ScenarioError, match=r"stations\.W71\.availability_gain"):
        people_of(changed(("set", "stations.W71.availability_gain=0.5")))
    with pytest.raises(ScenarioError, match=r"on_call\.weekday_day_gain"):
        people_of(changed(("set", "on_call.weekday_day_gain=0.6")))


def test_day_riders_come_on_top_in_day_crew_hours() -> None:
    option = changed(("set", "stations.W71.day_riders=2"))
    people = people_of(option)
    pool = people.pool_key.index("W71/on_call")
    rows = range(people.pool_start[pool], people.pool_start[pool + 1])
    riders = [row for row in rows if "/day_rider/" in people.key[row]]
    assert len(riders) == 2
    hours = np.flatnonzero(people.presence[riders[0]])
    assert hours.tolist() == [24 * day + hour for day in range(5) for hour in range(9, 18)]
    assert people.muster_min[riders] == pytest.approx(70.0 / 60.0)
    before, after = presence_by_name(base_people()), presence_by_name(people)
    assert {key: after[key] for key in before} == before


def test_day_riders_need_an_on_call_crew() -> None:
    with pytest.raises(ScenarioError, match="no on-call crew to ride with"):
        changed(("set", "stations.E10.day_riders=1"))


def test_a_core_station_without_a_pump_is_not_kept_covered() -> None:
    option = changed(("remove-pump", "E44P1"))
    core = build_sites(option, ()).core
    place = list(option.stations).index("E44")
    assert option.stations["E44"].core
    assert not core[place]
    assert core.sum() == build_sites(BASE, ()).core.sum() - 1


def test_shorter_changeovers_leave_people_as_they_were() -> None:
    option = changed(("set", "mechanical.shortest_h=0.25"), ("set", "mechanical.longest_h=0.5"))
    assert presence_by_name(people_of(option)) == presence_by_name(base_people())
