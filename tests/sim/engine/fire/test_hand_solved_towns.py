"""Towns small enough to solve with a pencil: every time is worked out in the test and must come out to the digit.

Unless a test says otherwise: five places on a line, two minutes apart; call handling 1, turnout 1.5 minutes, 30 minutes
at the scene, no scatter. Minute 0 is Thursday 1 April 2021, 00:00; 600 is 10:00, in the day.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.world.codes import Mode, Origin, Outcome, Reason, Skill
from tests.sim.engine.fire.hand import Call, attendance_min, of, play, sent
from tests.sim.worlds import Kind, Station, change, tiny_world

DAY_MIN = 1440.0
DIGIT = 1e-5  # minutes; travel and estimates are float32


def exactly(*values: float) -> Any:
    return pytest.approx(list(values), abs=DIGIT, rel=0.0, nan_ok=True)


def test_the_nearest_station_goes() -> None:
    world = tiny_world(stations=[Station(node=0), Station(node=4)])
    log = play(world, [Call(at_min=600, cell=1), Call(at_min=700, cell=3), Call(at_min=800, cell=2)])
    assert [sent(log, row) for row in range(3)] == [[0], [1], [0]]  # the middle is a tie: first in the list
    assert attendance_min(log) == exactly(1 + 1.5 + 2, 1 + 1.5 + 2, 1 + 1.5 + 4)
    assert of(log, 0, "estimate_min") == exactly(1.5 + 2)
    assert of(log, 0, "ended_min") == exactly(600 + 4.5 + 30 + 2)
    assert log.incidents["closed_min"].tolist() == exactly(634.5, 734.5, 836.5)


def test_a_second_pump_comes_from_the_next_station() -> None:
    world = tiny_world(stations=[Station(node=0), Station(node=4)], kinds=[Kind(pumps=2)])
    log = play(world, [Call(at_min=600, cell=1)])
    assert sent(log, 0) == [0, 1]
    assert attendance_min(log) == exactly(4.5)
    assert (log.incidents["second_pump_min"] - 600).tolist() == exactly(1 + 1.5 + 6)
    assert log.incidents["closed_min"].tolist() == exactly(600 + 8.5 + 30)


def test_a_station_with_two_pumps_sends_both() -> None:
    world = tiny_world(stations=[Station(node=0, pumps=2), Station(node=4)], kinds=[Kind(pumps=2)])
    log = play(world, [Call(at_min=600, cell=1)])
    assert sent(log, 0) == [0, 1]
    assert (log.incidents["second_pump_min"] - 600).tolist() == exactly(4.5)


def test_a_second_pump_stays_when_the_people_are_too_few_for_two() -> None:
    for people, units in ((8, [0, 1]), (7, [0, 2])):
        stations = [Station(node=0, pumps=2, people=people), Station(node=4)]
        log = play(tiny_world(stations=stations, kinds=[Kind(pumps=2)]), [Call(at_min=600, cell=1)])
        assert sent(log, 0) == units


def test_the_night_turnout_holds_when_the_alert_falls_in_the_night() -> None:
    world = tiny_world()
    night = np.array([[1.0, 2.25]], dtype=np.float32)
    world = change(world, "units", immediate_turnout_min=night)
    day_ends = 23 * 60
    calls = [
        Call(at_min=600, cell=0),
        Call(at_min=day_ends - 1.5, cell=2),
        Call(at_min=1440 + day_ends - 0.5, cell=2),
    ]
    log = play(world, calls)
    assert attendance_min(log) == exactly(1 + 1 + 4, 1 + 1, 1 + 2.25)


def test_two_bands_of_speed() -> None:
    """Half the speed on weekdays from 07 to 19."""
    world = tiny_world(stations=[Station(node=0)], band_factors=(0.5, 1.0))
    times = [600.0, 20 * 60.0, 2 * DAY_MIN + 600.0]  # Thursday 10:00 and 20:00, Saturday 10:00
    log = play(world, [Call(at_min=time, cell=3) for time in times])
    assert attendance_min(log) == exactly(2.5 + 12, 2.5 + 6, 2.5 + 6)


def test_traffic_and_journey_stretch_the_travel_and_nothing_else() -> None:
    world = tiny_world(stations=[Station(node=0)])
    log = play(world, [Call(at_min=600, cell=3, traffic=1.5)], journey={(0, 0): 1.25})
    assert attendance_min(log) == exactly(2.5 + 6 * 1.5 * 1.25)
    assert of(log, 0, "estimate_min") == exactly(1.5 + 6)
    assert of(log, 0, "ended_min") == exactly(600 + 2.5 + 11.25 + 30 + 6)


MUSTER = (2.0, 3.0, 5.0, 7.0, 9.0, 11.0)
RIDER, ALL = int(Skill.BREATHING_APPARATUS), 7


@pytest.mark.parametrize(
    ("skills", "turnout", "crew"),
    [
        pytest.param((ALL,) * 6, 7.0, 0b001111, id="the fourth is in"),
        pytest.param((RIDER | 2,) * 4 + (ALL, ALL), 9.0, 0b011111, id="the officer is fifth"),
        pytest.param((RIDER | 1,) * 5 + (ALL,), 11.0, 0b101111, id="the driver is sixth: the fifth stays"),
        pytest.param((1, 2, RIDER, 0, 0, RIDER), 11.0, 0b101111, id="the second wearer is sixth"),
        pytest.param((3, 0, RIDER, RIDER, 2, 1), 9.0, 0b011111, id="one person cannot be officer and driver"),
    ],
)
def test_an_on_call_crew_leaves_when_four_with_the_skills_are_in(
    skills: tuple[int, ...], turnout: float, crew: int
) -> None:
    stations = [Station(node=0, crewing="on_call", people=6, muster_min=MUSTER, skills=skills)]
    log = play(tiny_world(stations=stations), [Call(at_min=600, cell=2)])
    assert attendance_min(log) == exactly(1 + turnout + 4)
    assert of(log, 0, "mode") == [Mode.ON_CALL]
    assert [int(value) for value in of(log, 0, "crew")] == [crew]
    assert of(log, 0, "estimate_min") == exactly(5 + 4)  # control reckons with 5 minutes


def test_control_prefers_a_crew_on_station_to_a_nearer_one_that_must_muster() -> None:
    stations = [Station(node=2, crewing="on_call"), Station(node=0)]
    log = play(tiny_world(stations=stations), [Call(at_min=600, cell=2), Call(at_min=700, cell=3)])
    assert [sent(log, row) for row in range(2)] == [[0], [0]]  # 5 + 0 against 1.5 + 4, 5 + 2 against 1.5 + 6
    assert attendance_min(log) == exactly(1 + 4 + 0, 1 + 4 + 2)
    log = play(tiny_world(stations=stations), [Call(at_min=600, cell=1)])  # 5 + 2 against 1.5 + 2
    assert sent(log, 0) == [1]
    assert attendance_min(log) == exactly(1 + 1.5 + 2)


def test_a_day_crewed_station_turns_out_at_once_by_day_and_musters_otherwise() -> None:
    world = tiny_world(stations=[Station(node=2, crewing="day_crewed", muster_min=6.0)])
    times = [12 * 60.0, 20 * 60.0, 2 * DAY_MIN + 720.0]  # Thursday 12:00 and 20:00, Saturday 12:00
    log = play(world, [Call(at_min=time, cell=3) for time in times])
    assert attendance_min(log) == exactly(1 + 1.5 + 2, 1 + 6 + 2, 1 + 6 + 2)
    assert log.responses["mode"].tolist() == [Mode.IMMEDIATE, Mode.ON_CALL, Mode.ON_CALL]
    assert log.responses["pool"].tolist() == [0, 1, 1]


@pytest.mark.parametrize(
    ("factor", "cell", "minutes"),
    [
        # 2.5 minutes of 8 done: half a minute past node 3, 1.5 minutes short of node 2
        pytest.param(1.0, 2, 1.5, id="ahead"),
        pytest.param(1.0, 0, 1.5 + 4, id="beyond"),
        pytest.param(1.0, 4, 1.5 + 4, id="behind: on to the next node, then back"),
        # at half the speed: 1.25 minutes of 8 done, 0.75 short of node 3
        pytest.param(2.0, 2, 0.75 + 2, id="without blue lights it has not come as far"),
    ],
)
def test_a_returning_appliance_is_sent_again_from_where_it_is(
    factor: float, cell: int, minutes: float
) -> None:
    world = tiny_world(stations=[Station(node=0)], timings={"return_factor": factor})
    # the first: decided 601, there 610.5, released 640.5; the second: decided 643
    log = play(world, [Call(at_min=600, cell=4), Call(at_min=642, cell=cell)])
    assert attendance_min(log)[1:] == exactly(1 + 0.5 + minutes)  # half a minute to turn round
    assert of(log, 1, "origin") == [Origin.RETURNING]
    assert of(log, 1, "origin_place") == [2 if factor == 1.0 else 3]
    assert of(log, 0, "ended_min") == exactly(643)


def test_an_appliance_at_home_goes_before_one_that_would_have_to_turn_round() -> None:
    world = tiny_world(stations=[Station(node=0), Station(node=4)])
    # unit 0 attends cell 1, released 634.5, near home at 635; cell 3 is 2 from node 4 and 4 or more from unit 0
    log = play(world, [Call(at_min=600, cell=1), Call(at_min=634, cell=3)])
    assert sent(log, 1) == [1]


def test_an_incident_waits_for_the_only_pump_and_gets_it_at_the_scene_of_another() -> None:
    world = tiny_world()
    # the first: decided 601, there 602.5, released 632.5; the second: decided 611
    log = play(world, [Call(at_min=600, cell=2), Call(at_min=610, cell=3)])
    assert attendance_min(log) == exactly(2.5, 632.5 + 0.5 + 2 - 610)
    assert of(log, 1, "reason") == [Reason.QUEUED]
    assert of(log, 1, "origin") == [Origin.RETURNING]
    assert log.incidents["queued_min"].tolist() == exactly(0, 21.5)


def test_those_that_wait_are_served_oldest_first() -> None:
    world = tiny_world()
    log = play(world, [Call(at_min=600, cell=2), Call(at_min=605, cell=2), Call(at_min=606, cell=2)])
    assert log.incidents["first_alert_min"].tolist() == exactly(601, 632.5, 632.5 + 0.5 + 30)


def test_an_incident_waits_until_a_crew_comes_on() -> None:
    world = tiny_world()
    log = play(world, [Call(at_min=610, cell=2)], off_the_run={0: (600, 660)})
    assert attendance_min(log) == exactly(660 + 1.5 - 610)
    assert log.incidents["queued_min"].tolist() == exactly(49)


def test_an_incident_that_finds_nothing_is_lost_where_nothing_is_waited_for() -> None:
    world = tiny_world(rules={"queue_when_none": False}, kinds=[Kind(pumps=2)])
    log = play(world, [Call(at_min=600, cell=2), Call(at_min=610, cell=2)])
    assert log.incidents["pumps_lost"].tolist() == [1, 2]
    assert log.incidents["pumps_sent"].tolist() == [1, 0]
    assert attendance_min(log) == exactly(2.5, np.nan)


def test_an_appliance_at_workshops_is_passed_over() -> None:
    world = tiny_world(stations=[Station(node=0), Station(node=4)])
    calls = [Call(at_min=600, cell=1), Call(at_min=721, cell=1)]
    log = play(world, calls, off_the_run={0: (540, 720)})
    assert [sent(log, row) for row in range(2)] == [[1], [0]]
    assert attendance_min(log) == exactly(1 + 1.5 + 6, 1 + 1.5 + 2)


def test_a_mobilising_failure_sends_another_when_it_is_found_out() -> None:
    world = tiny_world(stations=[Station(node=0), Station(node=4)], timings={"failure_found_min": 4.0})
    log = play(world, [Call(at_min=600, cell=1)], failing=[(0, 0)])
    assert sent(log, 0) == [0, 1]
    assert of(log, 0, "outcome") == [Outcome.NOT_ALERTED, Outcome.ATTENDED]
    assert of(log, 0, "reason") == [Reason.QUICKEST, Reason.REPLACEMENT]
    assert of(log, 0, "alerted_min") == exactly(np.nan, 605)
    assert attendance_min(log) == exactly(1 + 4 + 1.5 + 6)
    assert log.incidents["failures"].tolist() == [1]


def test_the_only_appliance_is_alerted_again_after_a_failure() -> None:
    log = play(tiny_world(), [Call(at_min=600, cell=2)], failing=[(0, 0)])
    assert sent(log, 0) == [0, 0]
    assert attendance_min(log) == exactly(1 + 4 + 1.5)


def test_make_ups_come_after_the_first_pump() -> None:
    world = tiny_world(stations=[Station(node=0), Station(node=4, pumps=2), Station(node=1)])
    log = play(world, [Call(at_min=600, cell=0, makeup_pumps=2, makeup_after_min=8)])
    assert sent(log, 0) == [0, 2 + 1, 1]  # units: S0; S1, S1; S2
    assert of(log, 0, "reason") == [Reason.QUICKEST, Reason.MAKE_UP, Reason.MAKE_UP]
    assert of(log, 0, "decided_min") == exactly(601, 610.5, 610.5)
    assert of(log, 0, "arrived_min") == exactly(602.5, 610.5 + 1.5 + 2, 610.5 + 1.5 + 8)
    assert log.incidents["pumps_sent"].tolist() == [3]


def test_a_special_is_sent_for_what_the_pumps_do_not_bring() -> None:
    stations = [Station(node=0), Station(node=4, specials=["ladder"])]
    world = tiny_world(stations=stations, kinds=[Kind(capabilities=["ladder"])])
    log = play(world, [Call(at_min=600, cell=1)])
    assert sent(log, 0) == [0, 2]
    assert of(log, 0, "reason") == [Reason.QUICKEST, Reason.CAPABILITY]
    assert of(log, 0, "arrived_min") == exactly(604.5, 601 + 1.5 + 6)
    pump_with_ladder = change(world, "units", capability=np.array([1, 0, 1], dtype=np.int64))
    assert sent(play(pump_with_ladder, [Call(at_min=600, cell=1)]), 0) == [0]


def test_a_special_that_is_not_to_be_had_is_gone_without() -> None:
    log = play(tiny_world(kinds=[Kind(capabilities=["ladder"])]), [Call(at_min=600, cell=2)])
    assert log.incidents["capabilities_unmet"].tolist() == [1]
    assert attendance_min(log) == exactly(2.5)


def test_a_special_takes_the_crew_of_its_stations_pump() -> None:
    """Five people: two ride the ladder, three are no crew for the pump until they are back."""
    stations = [Station(node=0, specials=["ladder"], people=5), Station(node=4)]
    kinds = [Kind(), Kind(key="height", pumps=0, capabilities=["ladder"])]
    world = tiny_world(stations=stations, kinds=kinds)
    # the ladder: decided 601, there 602.5, released 632.5 at home
    calls = [Call(at_min=600, cell=0, kind=1), Call(at_min=610, cell=1), Call(at_min=700, cell=1)]
    log = play(world, calls)
    assert [sent(log, row) for row in range(3)] == [[1], [2], [0]]
    assert attendance_min(log) == exactly(np.nan, 1 + 1.5 + 6, 1 + 1.5 + 2)
    # with six, the pump keeps four
    roomy = tiny_world(stations=[Station(node=0, specials=["ladder"], people=6), stations[1]], kinds=kinds)
    assert sent(play(roomy, calls), 1) == [0]


def neighbourhood(**options: Any) -> Any:
    """An own station at one end, a neighbour's at the other."""
    stations = [Station(node=0), Station(node=4, crewing="neighbour")]
    return tiny_world(stations=stations, kinds=[Kind(), Kind(key="theirs", over_border=True)], **options)


def test_a_neighbour_goes_where_it_is_quicker() -> None:
    log = play(neighbourhood(), [Call(at_min=600, cell=3), Call(at_min=700, cell=1)])
    assert [sent(log, row) for row in range(2)] == [[1], [0]]
    assert attendance_min(log) == exactly(4.5, 4.5)
    assert of(log, 0, "pool") == [-1]


def test_a_closed_border_leaves_it_to_the_own_station() -> None:
    log = play(neighbourhood(rules={"neighbours_help": False}), [Call(at_min=600, cell=3)])
    assert sent(log, 0) == [0]
    assert attendance_min(log) == exactly(1 + 1.5 + 6)


def test_an_incident_over_the_border_takes_only_an_own_appliance() -> None:
    log = play(neighbourhood(), [Call(at_min=600, cell=4, kind=1)])
    assert sent(log, 0) == [0]
    assert attendance_min(log) == exactly(1 + 1.5 + 8)


def test_a_crew_goes_off_duty_only_when_it_is_back() -> None:
    """The watch changes at 09:00 while the pump is out; the next crew is another watch's."""
    log = play(tiny_world(), [Call(at_min=530, cell=2), Call(at_min=600, cell=2)])
    crews = [int(value) for value in log.responses["crew"]]
    assert log.responses["released_min"][0] == pytest.approx(562.5)
    assert crews[0].bit_count() == crews[1].bit_count() == 5
    assert crews[0] & crews[1] == 0


def test_calls_after_each_other_keep_the_order_of_the_log() -> None:
    world = tiny_world(stations=[Station(node=0, pumps=2), Station(node=4)], kinds=[Kind(pumps=2)])
    log = play(world, [Call(at_min=600, cell=1), Call(at_min=601, cell=3)])
    incident: NDArray[np.int32] = log.responses["incident"]
    assert incident.tolist() == sorted(incident.tolist())
    assert of(log, 0, "order") == [0, 1]


def test_an_appliance_that_an_alert_did_not_reach_is_reached_by_the_next() -> None:
    """The alert that fails is to an incident that waited; another takes the pump before the failure is found."""
    calls = [Call(at_min=600, cell=2), Call(at_min=605, cell=2), Call(at_min=606, cell=2)]
    log = play(tiny_world(timings={"failure_found_min": 4.0}), calls, failing=[(1, 0)])
    # 632.5 free, alert to the second fails, the third gets it until 663; found 636.5, waits, sent at 663
    assert log.incidents["first_alert_min"].tolist() == exactly(601, 663, 632.5)
    assert log.incidents["failures"].tolist() == [0, 1, 0]
