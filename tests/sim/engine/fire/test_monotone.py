"""What gets better, or not worse, when a pump is added; what gets worse when something is taken away.

"Adding a pump never makes anyone wait longer" is **not** true of a service that sends the quickest appliance and sends
appliances again on their way home; two counterexamples stand at the end, solved by hand. What is true is proved and
tested here:

1. *One decision.* The quickest of more candidates is at least as quick: a minimum over a larger set.
2. *Calls that do not overlap*, crews on station, no scatter: control's estimate is then the time it takes, everyone
   is at home at each call, and the k-th pump to arrive is the k-th smallest of a larger set.
3. *A ground of its own.* Where a station's pumps serve their ground alone, waiting incidents are served in order of
   call, and a service time (turnout, travel, scene; home at once) belongs to the incident whichever pump serves it,
   the station is a G/G/c queue. Kiefer and Wolfowitz (1955): let W be the vector of the times at which the servers
   become free, in order. An incident starts at max(its alert, W₁) and replaces W₁ by start + service. By induction
   over incidents, with c + 1 servers the i-th smallest free time is never later than with c, because replacing the
   least and sorting keeps that order: so no incident starts later. In the same way nobody starts earlier when
   incidents are added, or when service takes longer.
4. *The same without waiting.* By induction over events, the incidents under way with c pumps are among those with
   c + 1, and of the latter at most one is not among the former: an incident that finds one of c pumps free then finds
   one of c + 1 free. So nothing is lost that was not lost before. (More demand is not ordered in this way: one call
   more may be served in place of another.)
5. *On average* over many runs of a county with everything in it.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from sim.decisions.fire_dispatch import quickest
from sim.engine.run import simulate
from sim.log.tables import Log
from sim.world.fire import World
from tests.sim.engine.fire.county import CREWINGS, county
from tests.sim.engine.fire.hand import Call, attendance_min, play, sent
from tests.sim.engine.fire.invariants import run_and_check
from tests.sim.worlds import Kind, Station, change, tiny_world

QUICK = settings(
    max_examples=50, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None
)
ROUNDING_MIN = 1e-3
COLUMNS, ROWS, HORIZON_DAYS = 4, 3, 3
NODES = st.integers(0, COLUMNS * ROWS - 1)

# -- 1: one decision --------------------------------------------------------------------------------------

MINUTES = st.one_of(st.floats(0.0, 90.0, width=32), st.just(math.inf))


@QUICK
@given(minutes=st.lists(MINUTES, min_size=1, max_size=12), added=MINUTES)
def test_a_choice_of_more_appliances_is_never_slower(minutes: list[float], added: float) -> None:
    def chosen(candidates: list[float]) -> float:
        unit = quickest(np.array(candidates, dtype=np.float32))
        return candidates[unit] if unit >= 0 else math.inf

    assert chosen(minutes) == min(minutes)
    assert chosen([*minutes, added]) <= chosen(minutes)


# -- 2: calls that do not overlap -------------------------------------------------------------------------


@st.composite
def quiet_towns(draw: st.DrawFn) -> dict[str, Any]:
    """Options of a world whose crews are on station and whose times have no scatter, and which stations it has."""
    wholetime = st.builds(Station, node=NODES, pumps=st.integers(1, 2))
    return {
        "stations": draw(st.lists(wholetime, min_size=1, max_size=4)),
        "kinds": [Kind(pumps=draw(st.integers(1, 3)), scene_median_min=draw(st.floats(1.0, 60.0)))],
        "turnout_min": draw(st.floats(0.5, 3.0)),
        "speed_kph": draw(st.floats(30.0, 90.0)),
    }


def quiet_times(options: dict[str, Any], cells: list[int]) -> NDArray[np.float64]:
    """Return minutes to first and second pump, (2, n) with inf for none, of calls six hours apart."""
    world = tiny_world(columns=COLUMNS, rows=ROWS, rules={"queue_when_none": False}, **options)
    log = play(world, [Call(at_min=10.0 + 360.0 * i, cell=cell) for i, cell in enumerate(cells)])
    times = np.stack([log.incidents["first_pump_min"], log.incidents["second_pump_min"]])
    return np.nan_to_num(times - log.incidents["time_min"], nan=np.inf)


CELLS = st.lists(NODES, min_size=1, max_size=8)


def no_later(before: NDArray[np.float64], after: NDArray[np.float64]) -> bool:
    return bool(np.all(after <= before + ROUNDING_MIN))


@QUICK
@given(options=quiet_towns(), cells=CELLS, node=NODES)
def test_another_station_makes_no_quiet_call_later(
    options: dict[str, Any], cells: list[int], node: int
) -> None:
    more = {**options, "stations": [*options["stations"], Station(node=node)]}
    assert no_later(quiet_times(options, cells), quiet_times(more, cells))


@QUICK
@given(options=quiet_towns(), cells=CELLS)
def test_another_pump_makes_no_quiet_call_later(options: dict[str, Any], cells: list[int]) -> None:
    first = options["stations"][0]
    more = {
        **options,
        "stations": [replace(first, pumps=first.pumps + 1, people=15), *options["stations"][1:]],
    }
    assert no_later(quiet_times(options, cells), quiet_times(more, cells))


@QUICK
@given(options=quiet_towns(), cells=CELLS, factor=st.floats(1.0, 3.0))
def test_slower_roads_and_longer_turnouts_make_no_quiet_call_earlier(
    options: dict[str, Any], cells: list[int], factor: float
) -> None:
    times = quiet_times(options, cells)
    assert no_later(quiet_times({**options, "speed_kph": options["speed_kph"] / factor}, cells), times)
    assert no_later(quiet_times({**options, "turnout_min": options["turnout_min"] * factor}, cells), times)


# -- 3 and 4: a ground of its own ------------------------------------------------------------------------


@st.composite
def own_grounds(draw: st.DrawFn) -> dict[str, Any]:
    """One to three stations whose pumps reach their own ground only; home at once; one or two pumps each."""
    nodes = draw(st.lists(NODES, min_size=1, max_size=3, unique=True))
    return {
        "stations": [Station(node=node, pumps=draw(st.integers(1, 2)), people=15) for node in nodes],
        "kinds": [
            Kind(
                per_year=draw(st.integers(20, 150)) * 365.0 / HORIZON_DAYS,
                scene_median_min=draw(st.floats(5.0, 120.0)),
                scene_sigma=draw(st.floats(0.0, 1.0)),
            )
        ],
    }


def ground_of(world: World) -> NDArray[np.intp]:
    """Return the nearest station of each cell, the first listed of equally near ones."""
    nearest: NDArray[np.intp] = world.travel.site_min[0].argmin(axis=1)
    return nearest


def alone(options: dict[str, Any], *, queue: bool) -> World:
    """Build the world: to each station, the others' cells have no road."""
    world = tiny_world(
        columns=COLUMNS,
        rows=ROWS,
        days=HORIZON_DAYS,
        turnout_min=1.5,
        timings={
            "handling_sigma": 0.4,
            "traffic_sigma": 0.3,
            "return_factor": 0.0,
            "standby_turnout_min": 1.5,
        },
        rules={"queue_when_none": queue},
        **options,
    )
    reach = ground_of(world)[:, None] == np.arange(len(world.sites.key))
    return change(world, "travel", site_min=np.where(reach[None], world.travel.site_min, np.float32(np.inf)))


def with_another_pump(options: dict[str, Any]) -> dict[str, Any]:
    first = options["stations"][0]
    return {**options, "stations": [replace(first, pumps=first.pumps + 1), *options["stations"][1:]]}


def first_pump(log: Log) -> NDArray[np.float64]:
    times: NDArray[np.float64] = log.incidents["first_pump_min"]
    return times


@QUICK
@given(options=own_grounds(), seed=st.integers(0, 99))
def test_another_pump_makes_nobody_of_its_own_ground_wait_longer(options: dict[str, Any], seed: int) -> None:
    before = simulate(alone(options, queue=True), seed=seed, replication=0)
    after = simulate(alone(with_another_pump(options), queue=True), seed=seed, replication=0)
    assert np.isfinite(first_pump(before)).all()
    assert no_later(first_pump(before), first_pump(after))


@QUICK
@given(options=own_grounds(), seed=st.integers(0, 99))
def test_another_pump_loses_nothing_that_was_not_lost(options: dict[str, Any], seed: int) -> None:
    before = simulate(alone(options, queue=False), seed=seed, replication=0)
    after = simulate(alone(with_another_pump(options), queue=False), seed=seed, replication=0)
    assert not (np.isnan(first_pump(after)) & ~np.isnan(first_pump(before))).any()
    assert no_later(
        np.nan_to_num(first_pump(before), nan=np.inf), np.nan_to_num(first_pump(after), nan=np.inf)
    )


@QUICK
@given(options=own_grounds(), seed=st.integers(0, 99), factor=st.floats(1.0, 3.0))
def test_more_demand_makes_nobody_wait_less(options: dict[str, Any], seed: int, factor: float) -> None:
    """The incidents of the lower rate are among those of the higher one: the draws are coupled."""
    kind = options["kinds"][0]
    more = {**options, "kinds": [replace(kind, per_year=kind.per_year * factor)]}
    before = simulate(alone(options, queue=True), seed=seed, replication=0)
    after = simulate(alone(more, queue=True), seed=seed, replication=0)
    same = np.searchsorted(np.sort(after.incidents["key"]), before.incidents["key"])
    row = np.argsort(after.incidents["key"])[same]
    assert np.array_equal(after.incidents["key"][row], before.incidents["key"])
    assert no_later(first_pump(after)[row], first_pump(before))


@QUICK
@given(options=own_grounds(), seed=st.integers(0, 99), factor=st.floats(1.0, 2.0))
def test_longer_scenes_and_slower_roads_make_nobody_wait_less(
    options: dict[str, Any], seed: int, factor: float
) -> None:
    kind = options["kinds"][0]
    longer = {**options, "kinds": [replace(kind, scene_median_min=kind.scene_median_min * factor)]}
    before = first_pump(simulate(alone(options, queue=True), seed=seed, replication=0))
    for worse in (longer, {**options, "speed_kph": 60.0 / factor}):
        assert no_later(first_pump(simulate(alone(worse, queue=True), seed=seed, replication=0)), before)


# -- 5: on average, with everything in it -----------------------------------------------------------------

REPLICATIONS = 8


def mean_on_ground(world: World, cells: NDArray[np.bool_], replication: int) -> float:
    log = simulate(world, seed=17, replication=replication)
    mine = cells[log.incidents["cell"]] & ~world.demand.over_border[log.incidents["type"]]
    return float(np.nanmean((first_pump(log) - log.incidents["time_min"])[mine]))


@pytest.mark.parametrize("crewing", sorted(CREWINGS))
def test_on_average_another_pump_is_sooner_on_its_own_ground(crewing: str) -> None:
    before = county(crewing=crewing, cover="none")
    home = CREWINGS[crewing][0].node
    after = county(crewing=crewing, cover="none", more=(Station(key="Extra", node=home),))
    cells = ground_of(before) == 0
    gain = [mean_on_ground(before, cells, i) - mean_on_ground(after, cells, i) for i in range(REPLICATIONS)]
    assert np.mean(gain) > 3.0 * np.std(gain, ddof=1) / math.sqrt(REPLICATIONS)


def test_on_average_more_demand_is_later() -> None:
    everywhere = np.ones(len(county().cells.population), dtype=np.bool_)
    worlds = [county(cover="none", per_day=per_day) for per_day in (10.0, 25.0, 60.0)]
    means = np.array(
        [[mean_on_ground(world, everywhere, i) for world in worlds] for i in range(REPLICATIONS)]
    )
    for step in np.diff(means, axis=1).T:
        assert step.mean() > 3.0 * step.std(ddof=1) / math.sqrt(REPLICATIONS)


# -- what is not true -------------------------------------------------------------------------------------


def test_counterexample_another_pump_can_be_later_because_a_neighbour_is_no_longer_on_its_way_home() -> None:
    """Seven places on a line, stations A at 0 and B at 6; two minutes a step, 30 minutes at the scene.

    Call 1 at place 0 takes A's pump. Call 2 at place 1 (decided 611): with one pump at A, B's comes (there 622.5, free
    652.5); with two, A's second (there 614.5, free 644.5, home 646.5). Call 3 at place 2, A's ground, decided 652.6:
    B's pump is just leaving place 1 towards it: 0.5 + 1.9 minutes; A's pumps are at home: 1.5 + 4.
    """
    calls = [Call(at_min=600, cell=0), Call(at_min=610, cell=1), Call(at_min=651.6, cell=2)]

    def town(pumps: int) -> Log:
        stations = [Station(node=0, pumps=pumps), Station(node=6)]
        return play(tiny_world(stations=stations, columns=7), calls)

    assert attendance_min(town(1)) == pytest.approx([2.5, 12.5, 1 + 0.5 + 1.9], abs=1e-4)
    assert attendance_min(town(2)) == pytest.approx([2.5, 4.5, 1 + 1.5 + 4], abs=1e-4)


def test_counterexample_another_pump_can_be_later_because_its_crew_musters_late() -> None:
    """Control reckons five minutes for an on-call crew; one that needs nine is still sent before a pump 7.5 away."""
    calls = [Call(at_min=600, cell=4)]
    one = play(tiny_world(stations=[Station(node=1)]), calls)
    two = play(
        tiny_world(stations=[Station(node=1), Station(node=4, crewing="on_call", muster_min=9.0)]), calls
    )
    assert [sent(one, 0), sent(two, 0)] == [[0], [1]]
    assert attendance_min(one) == pytest.approx([1 + 1.5 + 6], abs=1e-4)
    assert attendance_min(two) == pytest.approx([1 + 9], abs=1e-4)


# -- extreme values ---------------------------------------------------------------------------------------


def test_no_demand_is_an_empty_log() -> None:
    log = run_and_check(county(per_day=0.0, cover="none"), seed=1)
    assert len(log.incidents["key"]) == len(log.responses["unit"]) == 0
    assert len(log.roster["unit"]) > 0


@pytest.mark.parametrize("queue", [True, False])
def test_fifty_times_the_demand_comes_to_an_end(queue: bool) -> None:
    log = run_and_check(county(per_day=750.0, cover="none", queue=queue), seed=1)
    assert len(log.incidents["key"]) > 2500
    assert (log.incidents["queued_min"].max() > 60.0) == queue
    assert bool(log.incidents["pumps_lost"].any()) != queue


def nobody_on_duty(world: World) -> World:
    return change(world, "people", presence=np.zeros_like(world.people.presence))


@pytest.mark.parametrize("queue", [True, False])
@pytest.mark.parametrize("neighbours", ["help", "closed", "none"])
def test_everything_off_the_run_leaves_it_to_the_neighbours(neighbours: str, queue: bool) -> None:
    log = run_and_check(nobody_on_duty(county(neighbours=neighbours, queue=queue, cover="none")), seed=1)
    came = ~np.isnan(first_pump(log))
    assert bool(came.any()) == (neighbours == "help")
    theirs = log.incidents["type"] == 2
    assert not came[theirs].any()
    assert (log.incidents["pumps_lost"][theirs] == 1).all()
