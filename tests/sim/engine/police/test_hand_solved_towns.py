"""Little towns whose every minute can be worked out by hand: cells two minutes apart on a line, no scatter."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.engine.run import simulate
from sim.world.codes import Mode, Origin, Outcome, Reason
from sim.world.police import Abstraction
from tests.sim.engine.police.hand import Call, hand_draws, of, play, response_min
from tests.sim.engine.police.world import (
    EMERGENCY,
    PRIORITY,
    ROUTINE,
    Car,
    Crime,
    police_world,
    with_grades,
)

APART = 2.0  # minutes from a cell to the next


def close(values: list[float], expected: list[float]) -> bool:
    return bool(np.allclose(values, expected, atol=1e-4, equal_nan=True))


def test_the_nearest_free_car_goes_and_a_tie_goes_to_the_first_listed() -> None:
    world = police_world([Car(node=0), Car(node=4), Car(node=3)])
    log = play(world, [Call(10.0, cell=4), Call(11.0, cell=3), Call(100.0, cell=2, scene_min=1.0)])
    assert [of(log, row, "unit") for row in range(3)] == [[1], [2], [2]]
    assert close(response_min(log), [0.0, 0.0, APART])
    equal = play(police_world([Car(node=1), Car(node=3)]), [Call(10.0)])
    assert of(equal, 0, "unit") == [0]
    assert of(log, 0, "reason") == [Reason.QUICKEST]
    assert of(log, 0, "origin") == [Origin.PATROL]


def test_blue_lights_turnout_journey_and_ordinary_driving() -> None:
    world = police_world(
        [Car(node=0)], rules={"blue_factor": 0.5, "ordinary_factor": 1.5, "turnout_median_min": 1.0}
    )
    log = play(world, [Call(0.0, cell=4), Call(200.0, cell=4, grade=PRIORITY)], journey={(0, 0): 2.0})
    assert close(response_min(log), [1.0 + 8.0 * 0.5 * 2.0, 1.0 + 8.0 * 1.5])
    assert close(of(log, 0, "estimate_min"), [1.0 + 4.0])
    assert close(of(log, 0, "ended_min"), [9.0 + 30.0 + 8.0 * 1.5]), "home without blue lights"


def test_a_car_returning_is_sent_from_the_road() -> None:
    world = police_world([Car(node=0)])
    log = play(world, [Call(0.0, cell=4, scene_min=10.0), Call(22.0, cell=4)])
    # there at 8, leaves at 18; at 22 it is two cells on its way, at cell 2: four minutes back
    assert close(response_min(log), [8.0, 4.0])
    assert of(log, 1, "origin_place") == [2]
    assert close(of(log, 0, "ended_min"), [22.0])


@pytest.mark.parametrize(("gain", "sent"), [(0.0, 1), (3.9, 1), (4.1, 0)])
def test_a_car_on_lower_work_is_diverted_only_if_it_gains_enough(gain: float, sent: int) -> None:
    """The free car is eight minutes away, the one at priority work in cell 2 four: a gain of four."""
    world = police_world([Car(node=4), Car(node=1)], rules={"divert_gain_min": gain, "committed_min": 5.0})
    log = play(world, [Call(0.0, cell=2, grade=PRIORITY), Call(20.0, cell=0)])
    assert of(log, 0, "unit")[0] == 1
    assert of(log, 1, "unit") == [sent]
    assert close(response_min(log)[1:], [4.0 if sent else 8.0])
    if sent:
        assert of(log, 1, "reason") == [Reason.DIVERTED]
        assert of(log, 1, "origin") == [Origin.AT_SCENE]
        # arrived at 2, left at 20: 12 of its 30 minutes remain, and the free car is there at 24
        assert of(log, 0, "unit") == [1, 0]
        assert of(log, 0, "outcome") == [Outcome.DIVERTED, Outcome.ATTENDED]
        assert close(of(log, 0, "left_scene_min"), [20.0, 24.0 + 12.0])
        assert log.incidents["diversions"].tolist() == [1, 0]
        assert log.incidents["police_units"].tolist() == [2, 1]
        assert close(response_min(log)[:1], [2.0]), "attended stays attended"


def test_a_car_just_arrived_stays_until_its_time_and_is_then_taken() -> None:
    world = police_world([Car(node=0)], rules={"committed_min": 10.0})
    log = play(world, [Call(0.0, cell=1, grade=ROUTINE), Call(5.0, cell=0, scene_min=20.0)])
    # at the routine job from 2; may leave at 12; the emergency is two minutes away
    assert close(response_min(log), [2.0, 9.0])
    assert of(log, 1, "reason") == [Reason.DIVERTED]
    # back at 14 + 20 = 34, two minutes' drive; 20 of its 30 minutes were left
    assert close(of(log, 0, "decided_min"), [0.0, 34.0])
    assert close(of(log, 0, "arrived_min"), [2.0, 36.0])
    assert close(of(log, 0, "released_min"), [12.0, 56.0])
    assert of(log, 0, "reason")[1] == Reason.QUEUED


def test_a_car_on_the_way_to_lower_work_is_diverted_from_where_it_is() -> None:
    world = police_world([Car(node=0)])
    log = play(world, [Call(0.0, cell=4, grade=PRIORITY, scene_min=10.0), Call(4.0, cell=1, scene_min=6.0)])
    # at 4 it is at cell 2: two minutes back to cell 1; then, at 12, six minutes to cell 4
    assert close(response_min(log), [18.0, 2.0])
    assert of(log, 1, "origin") == [Origin.EN_ROUTE]
    assert of(log, 1, "origin_place") == [2]
    assert math.isnan(of(log, 0, "arrived_min")[0])
    assert close(of(log, 0, "ended_min")[:1], [4.0])
    assert close(of(log, 0, "arrived_min")[1:], [18.0])


def test_nothing_is_diverted_for_an_equal_grade_nor_when_the_rule_is_off() -> None:
    calls = [Call(0.0, cell=2, grade=PRIORITY), Call(20.0, cell=2, grade=PRIORITY)]
    log = play(police_world(), calls)
    assert close(response_min(log), [0.0, 10.0])
    calls[1] = Call(20.0, cell=2, grade=EMERGENCY)
    off = play(police_world(rules={"divert": False}), calls)
    assert close(response_min(off), [0.0, 10.0])
    stays = with_grades(police_world(), divertible=np.array([False, False, True]))
    assert close(response_min(play(stays, calls)), [0.0, 10.0])


def test_the_queue_goes_by_grade_then_age_and_a_diverted_job_keeps_its_age() -> None:
    world = police_world()
    log = play(
        world,
        [
            Call(0.0, grade=ROUTINE, scene_min=30.0),
            Call(1.0, grade=ROUTINE, scene_min=5.0),
            Call(2.0, grade=PRIORITY, scene_min=5.0),
            Call(3.0, grade=ROUTINE, scene_min=5.0),
            Call(15.0, grade=EMERGENCY, scene_min=10.0),
        ],
    )
    # diverted at 15 with 15 minutes left; at 25 the priority goes first, then the oldest routine: the diverted one
    assert close(of(log, 4, "arrived_min"), [15.0])
    assert close(of(log, 2, "arrived_min"), [25.0])
    assert close(of(log, 0, "arrived_min"), [0.0, 30.0])
    assert close(of(log, 1, "arrived_min"), [45.0])
    assert close(of(log, 3, "arrived_min"), [50.0])


@pytest.mark.parametrize(("tied", "site", "minutes"), [(1, 0, 60.0), (2, 4, 90.0)])
def test_a_car_tied_up_drives_there_and_cannot_be_diverted(tied: int, site: int, minutes: float) -> None:
    world = police_world([Car(node=2)], custody=[0], hospital=[4], rules={"paperwork_min": 5.0})
    log = play(
        world,
        [
            Call(0.0, cell=3, grade=PRIORITY, scene_min=10.0, tied_up=tied, tied_up_min=minutes),
            Call(20.0, cell=2, grade=EMERGENCY),
        ],
    )
    way = APART * abs(site - 3)
    free = 2.0 + 10.0 + way + minutes + 5.0
    assert close(of(log, 0, "left_scene_min"), [12.0])
    assert close(of(log, 0, "released_min"), [free])
    assert of(log, 0, "tied_up") == [tied]
    assert close(of(log, 1, "arrived_min"), [free + APART * abs(site - 2)]), "from custody or the hospital"


def test_only_the_first_unit_is_tied_up() -> None:
    world = police_world([Car(), Car()], custody=[2])
    log = play(world, [Call(0.0, officers=2, second_min=12.0, tied_up=1, tied_up_min=60.0)])
    assert of(log, 0, "tied_up") == [1, 0]
    assert close(of(log, 0, "released_min"), [90.0, 12.0])


def test_two_officers_are_two_single_cars_or_one_double() -> None:
    singles = play(police_world([Car(node=2), Car(node=0)]), [Call(0.0, officers=2)])
    assert of(singles, 0, "unit") == [0, 1]
    assert of(singles, 0, "reason") == [Reason.QUICKEST, Reason.BACKUP]
    assert close(of(singles, 0, "arrived_min"), [0.0, 4.0])
    double = play(police_world([Car(node=2, officers=2), Car(node=0)]), [Call(0.0, officers=2)])
    assert of(double, 0, "unit") == [0]
    near_single = play(police_world([Car(node=2), Car(node=0, officers=2)]), [Call(0.0, officers=2)])
    assert of(near_single, 0, "unit") == [0, 1], "nearest first; the rest is one officer more"


def test_the_second_officer_waits_as_a_part_of_its_own() -> None:
    log = play(police_world(), [Call(0.0, grade=PRIORITY, officers=2, scene_min=20.0, second_min=7.0)])
    assert close(of(log, 0, "arrived_min"), [0.0, 20.0])
    assert close(of(log, 0, "left_scene_min"), [20.0, 27.0])
    assert of(log, 0, "reason") == [Reason.QUICKEST, Reason.QUEUED]
    assert close(response_min(log), [0.0])


def shift(first: int, end: int, value: int = 1) -> list[int]:
    """On from one half hour of the day to another, every day."""
    return [value if first <= half_hour % 48 < end else 0 for half_hour in range(336)]


def test_a_car_whose_shift_ends_at_work_finishes_and_goes_off() -> None:
    world = police_world([Car(on_duty=shift(0, 2)), Car(node=4, on_duty=shift(4, 48))])
    log = play(
        world, [Call(50.0, scene_min=30.0, grade=PRIORITY), Call(55.0, grade=PRIORITY), Call(61.0, cell=0)]
    )
    assert close(of(log, 0, "released_min"), [80.0])
    # the emergency at 61 may not take it off its job, nor the priority wait for it: both wait for 120
    assert of(log, 2, "unit") == [1]
    assert close(of(log, 2, "decided_min"), [120.0])
    assert of(log, 1, "unit") == [1]


def test_a_car_on_for_emergencies_only_takes_no_other_work() -> None:
    meal = [2 if half_hour % 48 < 2 else 1 for half_hour in range(336)]
    log = play(
        police_world([Car(on_duty=meal)]),
        [Call(5.0, grade=PRIORITY, scene_min=5.0), Call(10.0, scene_min=5.0)],
    )
    assert close(of(log, 1, "arrived_min"), [10.0])
    assert of(log, 1, "mode") == [Mode.RESERVED]
    assert close(of(log, 0, "arrived_min"), [60.0]), "when the meal is over"


def test_routine_work_waits_for_its_hours() -> None:
    world = with_grades(police_world(), hours=np.array([[0, 24], [0, 24], [8, 22]], dtype=np.int8))
    log = play(
        world,
        [
            Call(400.0, grade=ROUTINE, scene_min=5.0),
            Call(21.9 * 60, grade=PRIORITY, scene_min=30.0),
            Call(21.95 * 60, grade=ROUTINE, scene_min=5.0),
        ],
    )
    assert close(of(log, 0, "decided_min"), [480.0])
    assert close(of(log, 2, "decided_min"), [(24 + 8) * 60.0]), "the car was free only after hours"


def test_the_draws_open_routine_work_in_its_hours() -> None:
    world = police_world(crimes=[Crime(per_year=20_000.0)], days=14)
    world = with_grades(world, hours=np.array([[0, 24], [0, 24], [8, 22]], dtype=np.int8))
    incidents = simulate(world, seed=3, replication=0).incidents
    hour = incidents["police_open_min"] / 60.0 % 24.0
    routine = incidents["grade"] == ROUTINE
    ready = incidents["time_min"] + incidents["handling_min"]
    assert ((hour[routine] >= 8.0) & (hour[routine] < 22.0)).all()
    assert (hour[routine] == 8.0).any()
    assert np.allclose(incidents["police_open_min"][~routine], ready[~routine])


def test_another_districts_car_comes_after_the_wait_that_widens_it() -> None:
    own = np.repeat(np.eye(2, dtype=bool)[None], 3, axis=0)
    own[EMERGENCY] = True
    world = police_world([Car(node=4, district=1)], districts=[0, 0, 0, 1, 1])
    world = with_grades(world, eligible_districts=own, wider_after_min=np.array([0.0, 30.0, math.inf]))
    log = play(
        world,
        [
            Call(0.0, cell=1, scene_min=5.0),
            Call(100.0, cell=1, grade=PRIORITY, scene_min=5.0),
            Call(200.0, cell=1, grade=ROUTINE),
        ],
    )
    assert close(response_min(log)[:2], [6.0, 30.0 + 6.0])
    assert not of(log, 2, "unit"), "routine work waits for its own district's cars, of which there is none"
    assert math.isnan(log.incidents["police_assigned_min"][2])


def test_a_freed_car_takes_its_own_districts_work_before_older_work_elsewhere() -> None:
    own = np.repeat(np.eye(2, dtype=bool)[None], 3, axis=0)
    world = police_world([Car(node=1)], districts=[0, 0, 0, 1, 1])
    world = with_grades(world, eligible_districts=own, wider_after_min=np.full(3, 50.0))
    log = play(
        world,
        [
            Call(0.0, cell=1, grade=PRIORITY, scene_min=20.0),
            Call(1.0, cell=4, grade=PRIORITY, scene_min=5.0),
            Call(2.0, cell=1, grade=PRIORITY, scene_min=5.0),
        ],
    )
    assert close(of(log, 2, "decided_min"), [20.0])
    assert close(of(log, 1, "decided_min"), [51.0])


def test_support_cars_go_only_where_the_grade_says_and_specialists_where_asked() -> None:
    world = police_world([Car(node=2, support=True, capability=True), Car(node=0)])
    log = play(world, [Call(0.0, scene_min=5.0), Call(100.0, grade=PRIORITY, scene_min=5.0)])
    assert [of(log, row, "unit") for row in range(2)] == [[0], [1]]
    special = police_world(
        [Car(node=2), Car(node=4, support=True, capability=True), Car(node=3)], [Crime(capability=True)]
    )
    sent = play(special, [Call(0.0, grade=PRIORITY, officers=2)])
    assert of(sent, 0, "unit") == [1, 0], "the specialist, then the nearest of any kind"


def test_a_force_wide_car_is_within_reach_everywhere() -> None:
    none = np.zeros((3, 2, 2), dtype=bool)
    world = with_grades(police_world([Car(district=-1)], districts=[0, 0, 0, 1, 1]), eligible_districts=none)
    assert close(response_min(play(world, [Call(0.0, grade=ROUTINE)])), [0.0])


def test_a_car_on_patrol_waits_where_the_shares_say() -> None:
    world = police_world([Car(node=2, patrol=[(0, 0.25), (4, 0.75)])])
    log = play(world, [Call(at * 30.0 + 1.0, scene_min=0.0) for at in range(1, 600)])
    places = log.responses["origin_place"] - 5
    keys = np.array(world.sites.key)[places]
    assert set(keys) == {"N0", "N4"}
    assert np.mean(keys == "N4") == pytest.approx(0.75, abs=0.06)


def test_abstractions_take_cars_away_in_their_windows_alone() -> None:
    cars = [Car(on_duty=shift(16, 36)) for _ in range(400)]
    window = Abstraction("summit", 3, 5, (10, 14), 0.3, ())
    world = police_world(cars, days=14, abstractions=[window])
    modes = hand_draws(world, [Call(0.0)]).roster.mode.reshape(14, 48, 400)
    assert (modes[3:6, 16:20] == Mode.IMMEDIATE).all()
    assert (modes[3:6, 28:36] == Mode.IMMEDIATE).all()
    away = modes[3:6, 20:28] == Mode.NO_CREW
    assert away.mean() == pytest.approx(0.3, abs=0.04)
    assert (away.all(axis=1) | ~away.any(axis=1)).all(), "a car is away for the whole of it or not at all"
    assert (modes[6:, 16:36] == Mode.IMMEDIATE).all()
    sick = police_world([Car(on_duty=shift(16, 36), abstraction_share=0.1) for _ in range(400)], days=14)
    out = hand_draws(sick, [Call(0.0)]).roster.mode.reshape(14, 48, 400)[:, 16:36] == Mode.NO_CREW
    assert out.mean() == pytest.approx(0.1, abs=0.015)
    assert (out.all(axis=1) | ~out.any(axis=1)).all(), "by whole shifts"
