"""The roster: shares of time exactly as declared, blocks, watches, and nobody moved by strangers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.decisions.crew_choice import crewable_units, pump_need, special_need
from sim.decisions.pool_availability import availability_by_pump, solve_on_call_level
from sim.draws.keys import stream
from sim.draws.roster import Roster, draw_mechanical, draw_roster, pool_units
from sim.draws.skills import assign_skills
from sim.draws.watches import shifts
from sim.world.codes import Mode
from sim.world.fire import World
from tests.sim.worlds import Station, change, tiny_world

YEAR = 365
ON_CALL = Station(node=1, crewing="on_call", people=13, presence=0.6, block_h=6.0)


def availability(roster: Roster) -> NDArray[Any]:
    return np.isin(roster.mode, (Mode.IMMEDIATE, Mode.ON_CALL)).mean(axis=0)


def person_bits(roster: Roster, pool: int, people: int) -> NDArray[Any]:
    return (roster.present[:, pool, None] >> np.arange(people, dtype=np.uint64) & np.uint64(1)).astype(float)


def test_presence_of_each_person_is_as_declared() -> None:
    world = tiny_world(stations=[ON_CALL], days=10 * YEAR)
    share = np.tile(np.linspace(0.1, 0.9, 24), 7)
    world = change(world, "people", presence=np.tile(share, (13, 1)).astype(np.float32))
    here = person_bits(draw_roster(world, 1, 0), 0, 13)
    for hour in (0, 6, 12, 23):
        rows = world.calendar.hour == hour
        # 13 people × 3650 days, blocks of 6 h: days are independent (two slots of one hour are not)
        error = np.sqrt(share[hour] * (1 - share[hour]) / (13 * 3650))
        assert abs(here[rows].mean() - share[hour]) < 4.0 * error


def test_blocks_are_as_long_as_declared() -> None:
    """Correlation between slots t apart is (1 − slot / block)^t."""
    for block_h in (2.0, 6.0):
        world = tiny_world(stations=[replace(ON_CALL, block_h=block_h)], days=10 * YEAR)
        here = person_bits(draw_roster(world, 1, 0), 0, 13) - 0.6
        for lag in (1, 4, 12, 96):
            correlation = (here[:-lag] * here[lag:]).mean() / (0.6 * 0.4)
            expected = (1.0 - 0.5 / block_h) ** lag
            # 2 block_h slots a block: about 13 × T / (2 × 2 block_h) independent pairs
            error = 1.0 / np.sqrt(13 * here.shape[0] / (4.0 * block_h))
            assert abs(correlation - expected) < 4.0 * error


def test_people_are_independent_of_each_other() -> None:
    here = person_bits(draw_roster(tiny_world(stations=[ON_CALL], days=10 * YEAR), 1, 0), 0, 13)
    off_diagonal = np.corrcoef(here.T)[~np.eye(13, dtype=bool)]
    blocks = 10 * YEAR * 24 / 6
    assert np.abs(off_diagonal).max() < 4.5 / np.sqrt(blocks)


def test_availability_of_pumps_is_the_exact_one() -> None:
    skills = assign_skills(stream(0, 0, "skills", "A"), 20, 0.4, 0.5, 0.85, crews=2)
    level = solve_on_call_level(skills, np.full(168, 1.0), 2, 0.75)
    station = replace(ON_CALL, pumps=2, people=20, skills=skills.tolist(), presence=level)
    world = tiny_world(stations=[station], days=YEAR)
    exact = availability_by_pump(skills, np.array([level]), 2)[0]
    assert exact.mean() == pytest.approx(0.75, abs=1e-9)
    years = np.array([availability(draw_roster(world, 1, replication)) for replication in range(30)])
    error = years.std(axis=0, ddof=1) / np.sqrt(len(years))
    assert np.all(np.abs(years.mean(axis=0) - exact) < 4.0 * error)
    assert error.max() < 0.005  # the test can tell half a point


def test_availability_of_wholetime_watches_is_the_exact_one() -> None:
    world = tiny_world(stations=[Station(node=1, people=7, presence=0.8)], days=YEAR)
    exact = availability_by_pump(np.full(7, 7, dtype=np.int8), np.array([0.8]), 1)[0, 0]
    years = np.array([availability(draw_roster(world, 1, replication))[0] for replication in range(30)])
    assert abs(years.mean() - exact) < 4.0 * years.std(ddof=1) / np.sqrt(len(years))


def test_modes_follow_the_crewing_rule_slot_by_slot() -> None:
    skills = [7, 4, 5, 6, 4, 7, 0, 4, 6, 5, 4, 4, 7, 2]
    station = Station(
        node=1,
        crewing="on_call",
        pumps=3,
        specials=("boat", "water"),
        people=14,
        skills=skills,
        presence=0.7,
        mechanical_per_year=80.0,
    )
    world = tiny_world(stations=[station], days=60)
    world = change(world, "units", minimum_crew=np.array([4, 5, 4, 2, 3], dtype=np.int8))
    roster = draw_roster(world, 3, 0)
    mechanical = draw_mechanical(world, 3, 0)
    codes = np.array(skills, dtype=np.int8)
    needs = [pump_need(4), pump_need(5), pump_need(4), special_need(2), special_need(3)]
    for slot in range(0, roster.mode.shape[0], 3):
        usable = [unit for unit in range(5) if not mechanical[unit, slot]]
        pumps, specials = [u for u in usable if u < 3], [u for u in usable if u >= 3]
        crewable = crewable_units(
            codes,
            int(roster.present[slot, 0]),
            tuple(needs[u] for u in pumps),
            tuple(needs[u] for u in specials),
        )
        expected = [Mode.MECHANICAL] * 5
        for position, unit in enumerate(pumps + specials):
            expected[unit] = Mode.ON_CALL if crewable >> position & 1 else Mode.NO_CREW
        assert roster.mode[slot].tolist() == expected
    assert {Mode.MECHANICAL, Mode.ON_CALL, Mode.NO_CREW} <= set(roster.mode[:, 1].tolist())


def test_wearers_needed_come_from_the_world() -> None:
    station = replace(ON_CALL, skills=[7, 7, 4, 0, 0, 0], people=6, presence=1.0)
    world = tiny_world(stations=[station])
    assert availability(draw_roster(world, 1, 0))[0] == 0.0  # officer, driver and one wearer only
    assert availability(draw_roster(change(world, "people", ba_needed=1), 1, 0))[0] == 1.0


def test_watches_work_two_days_two_nights_four_off() -> None:
    world = tiny_world(days=64)
    shift, watch = shifts(world.calendar)
    hour, day = world.calendar.hour, world.calendar.day
    assert np.all(np.diff(shift) >= 0)
    for which in range(4):
        worked = np.array(
            [
                "D" if watch[(day == d) & (hour == 12)][0] == which
                else "N" if watch[(day == d) & (hour == 20)][0] == which
                else "-"
                for d in range(64)
            ]
        )  # fmt: skip
        rota = "".join(worked)
        assert any(rota == ("DDNN----" * 9)[offset : offset + 64] for offset in range(8))
    night = (day == 10) & (hour >= 18) | (day == 11) & (hour < 9)
    assert len(set(watch[night].tolist())) == 1
    assert len(set(shift[night].tolist())) == 1


def test_the_rota_is_tied_to_the_date() -> None:
    early, late = tiny_world(start="2021-04-01", days=30), tiny_world(start="2021-04-08", days=23)
    watch_early, watch_late = shifts(early.calendar)[1], shifts(late.calendar)[1]
    assert np.array_equal(watch_early[7 * 48 :], watch_late)


def test_only_the_watch_on_duty_is_present_and_for_whole_shifts() -> None:
    world = tiny_world(stations=[Station(node=1, people=7, presence=0.8)], days=60)
    roster = draw_roster(world, 1, 0)
    shift, watch = shifts(world.calendar)
    off_watch = np.array([0x7F << 7 * w for w in range(4)], dtype=np.uint64)
    assert not np.any(roster.present[:, 0] & ~off_watch[watch])
    same_shift = shift[1:] == shift[:-1]
    assert np.array_equal(roster.present[1:, 0][same_shift], roster.present[:-1, 0][same_shift])
    assert np.unique(roster.present[:, 0]).size > 20


def test_day_crew_works_office_hours_and_the_on_call_pool_the_rest() -> None:
    world = tiny_world(stations=[Station(node=1, crewing="day_crewed", people=6)], days=14)
    roster = draw_roster(world, 1, 0)
    how = world.calendar.hour_of_week
    office = (how // 24 < 5) & (how % 24 >= 9) & (how % 24 < 18)
    assert np.array_equal(roster.mode[:, 0] == Mode.IMMEDIATE, office)
    assert np.array_equal(roster.mode[:, 0] == Mode.ON_CALL, ~office)
    assert [roster.unit_pool(slot, 0) for slot in range(how.size)] == np.where(office, 0, 1).tolist()
    assert np.all((roster.present[:, 0] == 0) == ~office)


def test_a_day_crew_is_drawn_by_the_day_and_not_replaced_from_on_call() -> None:
    world = tiny_world(stations=[Station(node=1, crewing="day_crewed", people=5, presence=0.7)], days=200)
    roster = draw_roster(world, 1, 0)
    how, day = world.calendar.hour_of_week, world.calendar.day
    office = (how // 24 < 5) & (how % 24 >= 9) & (how % 24 < 18)
    for one in np.unique(day[office]):
        assert len(set(roster.present[office & (day == one), 0].tolist())) == 1
    assert set(roster.mode[office, 0].tolist()) == {Mode.IMMEDIATE, Mode.NO_CREW}


def test_a_bank_holiday_reads_as_a_sunday() -> None:
    world = tiny_world(stations=[Station(node=1, crewing="day_crewed")], days=7, start="2021-04-05")
    how = world.calendar.hour_of_week.copy()
    how[:48] += 6 * 24
    roster = draw_roster(change(world, "calendar", hour_of_week=how), 1, 0)
    assert set(roster.mode[:48, 0].tolist()) == {Mode.ON_CALL}
    assert Mode.IMMEDIATE in roster.mode[48:96, 0]


def test_mechanical_time_off_is_the_expected_share() -> None:
    world = tiny_world(stations=[Station(node=1, mechanical_per_year=40.0)], days=YEAR)
    shares = np.array([draw_mechanical(world, 1, replication).mean() for replication in range(60)])
    # M/G/∞: off unless no changeover is in progress; 40 a year of 4 h on average
    expected = 1.0 - np.exp(-40.0 * 240.0 / (365.0 * 1440.0))
    assert abs(shares.mean() - expected) < 4.0 * shares.std(ddof=1) / np.sqrt(len(shares))
    off = draw_mechanical(world, 1, 0)[0]
    lengths = np.diff(np.flatnonzero(np.diff(np.concatenate(([0], off.astype(int), [0])))))[::2]
    assert lengths.min() >= 6  # three hours
    assert np.array_equal(draw_roster(world, 1, 0).mode[:, 0] == Mode.MECHANICAL, off)


def test_mechanical_time_is_as_likely_at_the_very_start() -> None:
    world = tiny_world(stations=[Station(node=1, mechanical_per_year=400.0)], days=1)
    off = np.mean([draw_mechanical(world, 1, replication)[0, 0] for replication in range(2000)])
    expected = 1.0 - np.exp(-400.0 * 240.0 / (365.0 * 1440.0))
    assert abs(off - expected) < 4.0 * np.sqrt(expected * (1 - expected) / 2000)


def test_neighbours_lend_their_share_of_time_in_blocks() -> None:
    stations = [Station(node=i, crewing="neighbour", presence=0.6) for i in range(5)]
    world = tiny_world(stations=stations, days=10 * YEAR)
    kind = np.array([True, False, True, False, True])
    roster = draw_roster(change(world, "units", neighbour_immediate=kind), 1, 0)
    lent = roster.mode != Mode.NO_CREW
    error = np.sqrt(0.6 * 0.4 / (5 * 10 * YEAR * 24 / 4.0) * 2.0)  # blocks of 4 h, geometric
    assert abs(lent.mean() - 0.6) < 4.0 * error
    assert set(roster.mode[:, 0].tolist()) == {Mode.NO_CREW, Mode.IMMEDIATE}
    assert set(roster.mode[:, 1].tolist()) == {Mode.NO_CREW, Mode.ON_CALL}
    switches = (lent[1:] != lent[:-1]).mean()
    assert switches == pytest.approx(0.5 / 4.0 * 2 * 0.6 * 0.4, rel=0.05)
    assert roster.unit_pool(0, 0) == -1


def test_a_new_station_moves_nobody() -> None:
    stations = [
        ON_CALL,
        Station(node=2, presence=0.8, mechanical_per_year=20.0),
        Station(node=3, crewing="neighbour", presence=0.5),
    ]
    named = [replace(station, key=f"K{i}") for i, station in enumerate(stations)]
    new = Station(node=4, crewing="day_crewed", presence=0.7, key="NEW")
    before, after = tiny_world(stations=named), tiny_world(stations=[named[0], new, *named[1:]])
    old, now = draw_roster(before, 1, 0), draw_roster(after, 1, 0)
    for unit, key in enumerate(before.units.key):
        assert np.array_equal(old.mode[:, unit], now.mode[:, after.units.key.index(key)])
    for pool, key in enumerate(before.people.pool_key):
        assert np.array_equal(old.present[:, pool], now.present[:, after.people.pool_key.index(key)])


def test_one_more_person_moves_nobody_else() -> None:
    before = person_bits(draw_roster(tiny_world(stations=[ON_CALL]), 1, 0), 0, 13)
    after = person_bits(draw_roster(tiny_world(stations=[replace(ON_CALL, people=14)]), 1, 0), 0, 14)
    assert np.array_equal(after[:, :13], before)


def test_more_presence_only_adds_people() -> None:
    less = draw_roster(tiny_world(stations=[ON_CALL]), 1, 0).present
    more = draw_roster(tiny_world(stations=[replace(ON_CALL, presence=0.7)]), 1, 0).present
    assert not np.any(less & ~more)
    assert np.any(more & ~less)


def test_a_longer_horizon_continues_the_shorter() -> None:
    stations = [ON_CALL, Station(node=2, presence=0.8, mechanical_per_year=20.0)]
    short = draw_roster(tiny_world(stations=stations, days=28), 1, 0)
    long = draw_roster(tiny_world(stations=stations, days=90), 1, 0)
    assert np.array_equal(long.mode[: 28 * 48], short.mode)
    assert np.array_equal(long.present[: 28 * 48], short.present)


def test_replications_differ() -> None:
    world = tiny_world(stations=[ON_CALL])
    rosters = {draw_roster(world, *pair).present.tobytes() for pair in ((1, 0), (1, 1), (2, 0))}
    assert len(rosters) == 3


@pytest.mark.parametrize(("presence", "mode"), [(1.0, Mode.ON_CALL), (0.0, Mode.NO_CREW)])
def test_certain_presence_is_certain(presence: float, mode: Mode) -> None:
    roster = draw_roster(tiny_world(stations=[replace(ON_CALL, presence=presence)], days=YEAR), 1, 0)
    assert set(roster.mode[:, 0].tolist()) == {mode}


def test_blocks_as_short_as_a_slot() -> None:
    world = tiny_world(stations=[replace(ON_CALL, block_h=0.1)], days=YEAR)
    here = person_bits(draw_roster(world, 1, 0), 0, 13) - 0.6
    assert abs((here[1:] * here[:-1]).mean() / 0.24) < 4.0 / np.sqrt(here.size)


def test_pumps_come_before_specials() -> None:
    station = replace(ON_CALL, pumps=2, specials=("boat",), people=12)
    world = tiny_world(stations=[station])
    world = change(world, "units", rank=np.array([2, 1, 0], dtype=np.int8))
    assert pool_units(world, 0) == [1, 0, 2]


def test_a_pool_too_large_for_a_machine_word_is_told() -> None:
    world: World = tiny_world(stations=[replace(ON_CALL, people=65)])
    with pytest.raises(ValueError, match=r"pool 'S0/ON_CALL': 65 people; at most 64"):
        draw_roster(world, 1, 0)


def test_a_pool_of_64_uses_every_bit() -> None:
    roster = draw_roster(tiny_world(stations=[replace(ON_CALL, people=64, presence=1.0)], days=1), 1, 0)
    assert set(roster.present[:, 0].tolist()) == {2**64 - 1}


def test_types_and_shapes() -> None:
    world = tiny_world(stations=[ON_CALL, Station(node=2)], days=2)
    roster = draw_roster(world, 1, 0)
    assert roster.mode.shape == (96, 2)
    assert roster.mode.dtype == np.uint8
    assert roster.present.shape == (96, 2)
    assert roster.present.dtype == np.uint64
