"""What the cover desk makes of the policies, in small worlds."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.decisions.cover.people import spare_crew
from sim.decisions.cover.policies import POLICIES
from sim.decisions.cover.view import End, Why
from sim.decisions.crew_choice import pump_need
from sim.draws.replication import Draws, draw
from sim.engine.cover.standby import Standby
from sim.engine.run import Engine, run
from sim.log.tables import Log
from sim.world.codes import ON_THE_RUN, Mode, Origin
from sim.world.fire import SLOT_MIN, World
from tests.sim.worlds import Kind, Station, tiny_world

PARAMETERS = {"reach_min": 8.0, "delay_min": 10.0, "longest_move_min": 30.0, "least_gain": 0.01}
QUIET = (Kind(per_year=0.0),)
PER_NODE_MIN = 2.0  # of the tiny world, on blue lights


# -- the desk, in quiet worlds ------------------------------------------------------------------------------


def world_of(cover: str, stations: list[Station], **more: Any) -> World:
    parameters = PARAMETERS | more.pop("parameters", {})
    rules = {"cover": cover, "cover_parameters": parameters}
    return tiny_world(
        columns=9, stations=stations, kinds=more.pop("kinds", QUIET), days=2, rules=rules, **more
    )


def off_the_run(world: World, draws: Draws, unit: int, slots: slice) -> Draws:
    """Nobody of the appliance's pool is available in these slots."""
    mode, present = draws.roster.mode.copy(), draws.roster.present.copy()
    mode[slots, unit] = Mode.NO_CREW
    present[slots, int(world.units.pool[unit])] = 0
    return replace(draws, roster=replace(draws.roster, mode=mode, present=present))


def play(world: World, unit: int = 2, slots: slice = slice(4, 12)) -> Log:
    return run(world, off_the_run(world, draw(world, 1, 0), unit, slots), seed=1, replication=0)


TWO_AND_ONE = [
    Station(node=0, pumps=2, core=True),
    Station(node=5, crewing="on_call", people=8, core=True),
]


def test_none_moves_nothing() -> None:
    assert len(play(world_of("none", TWO_AND_ONE)).standby["unit"]) == 0


def test_a_pump_stands_by_while_a_core_station_has_no_crew() -> None:
    world = world_of("core_stations", TWO_AND_ONE)
    rows = play(world).standby
    assert rows["unit"].tolist() == [0]
    assert (rows["from_site"][0], rows["to_site"][0], bool(rows["people"][0])) == (0, 1, False)
    travel = 5 * PER_NODE_MIN * world.timings.return_factor
    assert rows["decided_min"][0] == 4 * SLOT_MIN + 10.0
    assert rows["travel_min"][0] == pytest.approx(travel)
    assert rows["arrived_min"][0] == pytest.approx(130.0 + 1.5 + travel)
    assert rows["ended_min"][0] == 12 * SLOT_MIN
    assert rows["home_min"][0] == pytest.approx(12 * SLOT_MIN + travel)
    assert rows["end_reason"][0] == End.RESTORED


def test_a_short_gap_is_not_covered() -> None:
    """Own crew is booked back in 20 minutes; a move of more than 10 is not worthwhile."""
    world = world_of("core_stations", TWO_AND_ONE, timings={"return_factor": 1.3})
    assert len(play(world, slots=slice(4, 5)).standby["unit"]) == 0
    assert len(play(world, slots=slice(4, 6)).standby["unit"]) == 1


def test_a_single_core_pump_stays_at_home() -> None:
    stations = [replace(TWO_AND_ONE[0], pumps=1), TWO_AND_ONE[1]]
    assert len(play(world_of("core_stations", stations), unit=1).standby["unit"]) == 0


def test_a_crew_goes_home_when_it_goes_off_duty_and_the_next_watch_relieves_it() -> None:
    world = world_of("core_stations", TWO_AND_ONE)
    rows = play(world, slots=slice(4, 60)).standby
    assert rows["end_reason"][0] == End.OWN_CREW_NEEDED
    assert rows["ended_min"][0] % (60.0) == 0.0, "watches change on the hour"
    assert len(rows["unit"]) > 1
    assert rows["end_reason"][-1] == End.RESTORED


def test_what_stands_by_at_the_horizon_ends_there() -> None:
    world = world_of("core_stations", TWO_AND_ONE)
    rows = play(world, slots=slice(80, 96)).standby
    horizon = world.calendar.horizon_min
    last = int(rows["decided_min"].argmax())
    assert rows["end_reason"][last] == End.END_OF_RUN
    assert rows["ended_min"][last] == horizon
    assert math.isnan(rows["home_min"][last])


def test_people_crew_the_appliance_of_another_station_and_go_home_again() -> None:
    stations = [Station(node=2, people=8, core=True), Station(node=5, crewing="on_call", people=8, core=True)]
    world = world_of("people", stations)
    rows = play(world, unit=1).standby
    travel = 3 * PER_NODE_MIN * world.timings.return_factor
    assert rows["unit"].tolist() == [1]
    assert rows["people"].tolist() == [True]
    assert (rows["from_site"][0], rows["to_site"][0]) == (0, 1)
    assert rows["arrived_min"][0] == pytest.approx(130.0 + travel)
    assert rows["ended_min"][0] == 12 * SLOT_MIN
    assert rows["home_min"][0] == pytest.approx(12 * SLOT_MIN + travel)
    assert rows["reason"][0] == Why.CREW_SHORT
    none_to_spare = world_of("people", [replace(stations[0], people=7), stations[1]])
    assert len(play(none_to_spare, unit=1).standby["unit"]) == 0


def test_people_go_home_when_their_own_station_needs_them() -> None:
    """Two of the four who stayed behind leave at 04:00: the lender's own pump would have two people."""
    lender = Station(node=2, crewing="on_call", people=8, core=True)
    world = world_of("people", [lender, Station(node=5, crewing="on_call", people=8, core=True)])
    draws = off_the_run(world, draw(world, 1, 0), 1, slice(4, 12))
    pool = int(world.units.pool[0])
    lent = spare_crew(np.full(8, 7, dtype=np.int8), 0xFF, pump_need(4), (pump_need(4),), ())
    stay = [i for i in range(8) if not lent >> i & 1]
    draws.roster.present[8:, pool] = lent | 1 << stay[0] | 1 << stay[1]
    rows = run(world, draws, seed=1, replication=0).standby
    assert rows["end_reason"][0] == End.OWN_CREW_NEEDED
    assert rows["ended_min"][0] == 8 * SLOT_MIN
    assert rows["arrived_min"][0] == pytest.approx(130.0 + 4.0 + rows["travel_min"][0]), "they muster first"


def test_control_expects_a_job_that_overran_to_last_as_long_again() -> None:
    world = world_of("core_stations", TWO_AND_ONE, kinds=(Kind(per_year=500.0, scene_median_min=30.0),))
    engine = Engine(world, draw(world, 1, 0))
    expected, site, unit = engine.cover.expected, 1, 2
    engine.appliances.take_crew(unit, int(world.units.pool[unit]), 0b1111)
    expected.sent(unit, 0, 0.0)
    road = PER_NODE_MIN * abs(5 - int(engine.incidents.cell[0]))
    reckoned = 30.0 + road * (1.0 + world.timings.return_factor)
    assert expected.back_in_min(site, 0.0) == pytest.approx(reckoned)
    assert expected.back_in_min(site, reckoned - 7.0) == pytest.approx(7.0)
    assert expected.back_in_min(site, reckoned + 20.0) == pytest.approx(20.0)
    engine.appliances.bring_home(unit)
    expected.home(unit)
    assert expected.back_in_min(site, reckoned + 20.0) == math.inf, "nothing is away: unknown"


def test_a_move_that_the_horizon_cuts_ends_there_in_the_log() -> None:
    move = Standby(0, 0, 1, 0, 0b1111, False, Why.CORE_UNCOVERED, 90.0, 1.0, 12.0)
    move.arrived_min, move.ended_min, move.end = 103.0, 105.0, End.SENT
    assert move.log_row(200.0)[4:7] == (90.0, 103.0, 105.0)
    assert move.log_row(200.0)[10] == End.SENT
    cut = move.log_row(100.0)
    assert math.isnan(cut[5]), "it had not arrived by then"
    assert (cut[6], cut[10]) == (100.0, End.END_OF_RUN)


def test_dynamic_goes_where_the_demand_is_out_of_reach_and_comes_back() -> None:
    share = [0.0] * 9
    share[0], share[8] = 0.5, 0.5
    stations = [Station(node=0, pumps=2), Station(node=8, crewing="on_call", people=8)]
    quiet_but_expected = (Kind(per_year=0.01, cell_share=share),)
    rows = play(world_of("dynamic", stations, kinds=quiet_but_expected), slots=slice(4, 12)).standby
    assert rows["to_site"].tolist() == [1]
    assert rows["reason"].tolist() == [Why.MARGINAL_COVERAGE]
    assert rows["ended_min"][0] == 12 * SLOT_MIN + PARAMETERS["delay_min"]


# -- the desk, in busy worlds -------------------------------------------------------------------------------

BUSY = [
    Station(node=0, pumps=2, core=True, people=10),
    Station(node=3, crewing="on_call", people=9, presence=0.5, core=True),
    Station(node=5, crewing="on_call", people=12, presence=0.8),
    Station(node=8, core=True, people=9, mechanical_per_year=100.0),
]
POLICY_NAMES = st.sampled_from([name for name in POLICIES if name != "none"])


def busy_world(cover: str, per_year: float, **parameters: float) -> World:
    rules = {
        "cover": cover,
        "cover_parameters": PARAMETERS | {"delay_min": 5.0} | parameters,
        "queue_when_none": False,
    }
    kinds = (
        Kind(per_year=per_year, scene_sigma=0.6, makeup_share=0.1),
        Kind(key="alarm", per_year=per_year, pumps=2),
    )
    return tiny_world(columns=9, stations=BUSY, kinds=kinds, days=7, rules=rules, muster_sigma=0.2)


def assert_consistent(engine: Engine) -> None:
    """Nobody is aboard two appliances, or in the pool and away; whoever is on a leg is not at home."""
    appliances, aboard = engine.appliances, dict[int, int]()
    for pool, crew in zip(appliances.aboard_pool, appliances.aboard_crew, strict=True):
        if crew:
            assert aboard.get(pool, 0) & crew == 0, "a person aboard two appliances"
            aboard[pool] = aboard.get(pool, 0) | crew
    for pool, crew in aboard.items():
        assert crew & ~appliances.out.get(pool, 0) == 0, "a person aboard, and in the pool as well"
    for unit in appliances.legs.units:
        assert appliances.home_penalty[unit] == np.inf, "an appliance on the road and at home"
    standing = [move.unit for move in engine.cover.moves.standing.values()]
    assert len(standing) == len(set(standing)), "an appliance stands by at two stations"


@settings(max_examples=12, deadline=None)
@given(cover=POLICY_NAMES, seed=st.integers(0, 10_000), per_year=st.sampled_from([500.0, 3000.0, 8000.0]))
def test_no_appliance_and_nobody_is_in_two_places(cover: str, seed: int, per_year: float) -> None:
    world = busy_world(cover, per_year)
    engine = Engine(world, draw(world, seed, 0))
    engine.start()
    while engine.clock.step() < math.inf:
        assert_consistent(engine)
    assert not engine.appliances.out or set(engine.appliances.out) == {
        move.pool for move in engine.cover.moves.standing.values()
    }, "at the end, only those who still stand by are away"


@settings(max_examples=12, deadline=None)
@given(cover=POLICY_NAMES, seed=st.integers(0, 10_000))
def test_moves_of_one_appliance_follow_each_other_and_its_responses(cover: str, seed: int) -> None:
    world = busy_world(cover, 3000.0)
    log = run(world, draw(world, seed, 0), seed=seed, replication=0)
    rows, sent = log.standby, log.responses
    until = np.where(np.isnan(rows["home_min"]), rows["ended_min"], rows["home_min"])
    assert (rows["decided_min"] < world.calendar.horizon_min).all()
    assert (rows["ended_min"] >= rows["decided_min"]).all()
    for unit in np.unique(rows["unit"][~rows["people"]]).tolist():
        mine = np.flatnonzero((rows["unit"] == unit) & ~rows["people"])
        mine = mine[np.argsort(rows["decided_min"][mine])]
        assert (until[mine][:-1] <= rows["decided_min"][mine][1:]).all(), "two cover moves at once"
        jobs = np.flatnonzero((sent["unit"] == unit) & np.isfinite(sent["alerted_min"]))
        for i in mine.tolist():
            busy = (sent["alerted_min"][jobs] < until[i]) & (
                sent["released_min"][jobs] > rows["decided_min"][i]
            )
            assert not busy.any() or rows["end_reason"][i] == End.END_OF_RUN, (
                "on a cover move and at an incident"
            )


def test_an_appliance_is_sent_from_where_it_stands_by() -> None:
    world = busy_world("core_stations", 3000.0)
    log = run(world, draw(world, 3, 0), seed=3, replication=0)
    rows, sent = log.standby, log.responses
    from_standby = np.flatnonzero(sent["origin"] == Origin.STANDBY)
    assert len(from_standby) > 5
    n_cells = len(world.cells.population)
    for i in from_standby.tolist():
        ended = (rows["unit"] == sent["unit"][i]) & (rows["ended_min"] == sent["decided_min"][i])
        assert ended.sum() == 1
        assert sent["origin_place"][i] == n_cells + rows["to_site"][ended][0]
        assert rows["end_reason"][ended][0] == End.SENT
        assert math.isnan(rows["home_min"][ended][0])
        assert sent["turnout_min"][i] == pytest.approx(world.timings.standby_turnout_min)


@pytest.mark.parametrize("cover", ["core_stations", "dynamic"])
def test_no_move_leaves_a_core_station_empty(cover: str) -> None:
    """From the log: whoever leaves a core station to stand by leaves a pump that is neither out nor off the run."""
    looked = 0
    for seed in range(5):
        world = busy_world(cover, 3000.0)
        log = run(world, draw(world, seed, 0), seed=seed, replication=0)
        for i in np.flatnonzero(~log.standby["people"]).tolist():
            home, now = int(log.standby["from_site"][i]), float(log.standby["decided_min"][i])
            if not world.sites.core[home]:
                continue
            looked += 1
            mates = np.flatnonzero(world.units.pump & (world.units.site == home))
            rest = [unit for unit in mates.tolist() if unit != log.standby["unit"][i]]
            assert any(at_home_and_crewed(log, unit, now) for unit in rest), (seed, i)
    assert looked > 5


def at_home_and_crewed(log: Log, unit: int, now: float) -> bool:
    """Whether an appliance is on the run, and neither at an incident nor on a cover move, just after a minute."""
    changes = np.flatnonzero((log.roster["unit"] == unit) & (log.roster["time_min"] <= now))
    sent, moved = log.responses, log.standby
    out = (sent["unit"] == unit) & (sent["alerted_min"] <= now) & (now < sent["ended_min"])
    until = np.where(np.isnan(moved["home_min"]), moved["ended_min"], moved["home_min"])
    away = (moved["unit"] == unit) & (moved["decided_min"] <= now) & (now < until)
    return log.roster["mode"][changes[-1]] in ON_THE_RUN and not (out.any() or away.any())


@pytest.mark.parametrize("cover", sorted(POLICIES))
def test_the_same_seed_gives_the_same_log(cover: str) -> None:
    world = busy_world(cover, 3000.0)
    digests = {run(world, draw(world, 5, 0), seed=5, replication=0).sha256() for _ in range(2)}
    assert len(digests) == 1
