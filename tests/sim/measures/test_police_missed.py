"""Why was it missed, of the police: every cause of the rule by one log written for it.

From the bases on blue lights, with half a minute of turnout: c0 1.5 (pa), 4.5 (pb), 10.5 (pc).
An emergency opens 2.25 minutes after its answer.
"""

import numpy as np
import pytest

from sim.measures import measure
from sim.measures.police.missed import PoliceCause
from sim.measures.timeline import State
from sim.world.codes import Mode
from sim.world.standards import Standard
from tests.sim.measures.police_town import PA, PB, PC, ROUTINE, PoliceBook, police_town

FIVE = Standard(key="five", title="", service="police", incidents="emergency", threshold_s=300.0)
RING = Standard(
    key="ring", title="", service="police", incidents="emergency", threshold_s=300.0, clock="received"
)


def misses(book, standard=FIVE):
    return measure(police_town(fire=False), book.log(), [standard]).police_misses


def cause(book, standard=FIVE):
    found = misses(book, standard)
    assert found.row.size == 1
    return PoliceCause(int(found.cause[0]))


def test_distance_when_no_unit_on_duty_would_have_made_it():
    book = PoliceBook()
    book.modes = {PA: [(0.0, Mode.NO_CREW)]}
    book.sent(book.incident(100.0), PB, travel=4.0)
    assert cause(book) is PoliceCause.DISTANCE
    assert misses(book).unit.tolist() == [-1]
    assert misses(book).would_be_min[0] == pytest.approx(6.75)


def test_nobody_on_duty():
    book = PoliceBook()
    book.modes = {unit: [(0.0, Mode.NO_CREW)] for unit in (PA, PB, PC)}
    book.incident(100.0)
    assert cause(book) is PoliceCause.NONE_ON_DUTY
    assert np.isinf(misses(book).would_be_min[0])


def test_queued_when_all_were_busy():
    book = PoliceBook()
    book.sent(book.incident(100.0), PA, travel=1.0, decided=110.0)
    assert cause(book) is PoliceCause.QUEUED


def test_never_attended_is_queued():
    book = PoliceBook()
    book.incident(100.0)
    assert cause(book) is PoliceCause.QUEUED


def test_assignment_delay_of_the_unit_that_came():
    book = PoliceBook()
    book.sent(book.incident(100.0, opened=103.4), PA, travel=2.0)  # would have made it in 4.9, came in 5.9
    assert cause(book) is PoliceCause.ASSIGNMENT_DELAY


def test_assignment_delay_that_left_nobody_who_could_make_it():
    book = PoliceBook()
    book.sent(book.incident(100.0, opened=104.0), PA, travel=30.0)
    assert cause(book) is PoliceCause.ASSIGNMENT_DELAY


def test_a_nearer_unit_was_busy():
    book = PoliceBook()
    job = book.incident(50.0, ROUTINE)
    book.sent(job, PA, travel=2.0, scene=60.0)
    book.sent(book.incident(100.0), PB, travel=4.0)
    found = misses(book)
    assert found.cause.tolist() == [PoliceCause.NEARER_UNIT_BUSY]
    assert found.unit.tolist() == [PA]
    assert found.state.tolist() == [State.AT_INCIDENT]


def test_a_journey_when_the_nearest_was_free():
    book = PoliceBook()
    book.sent(book.incident(100.0), PA, travel=5.0)
    assert cause(book) is PoliceCause.JOURNEY


def test_the_wait_for_an_answer_counts_where_the_clock_says_so():
    book = PoliceBook()
    book.sent(
        book.incident(100.0, received_min=98.0), PA, travel=1.0
    )  # 3.75 from the answer, 5.75 from the ring
    assert cause(book, RING) is PoliceCause.CONTROL_ROOM_WAIT
    assert misses(book, FIVE).row.size == 0


def test_a_wait_that_left_nobody_who_could_make_it():
    book = PoliceBook()
    book.sent(book.incident(100.0, received_min=97.0), PA, travel=20.0)
    assert cause(book, RING) is PoliceCause.CONTROL_ROOM_WAIT


def test_a_clock_from_assignment_knows_no_delay_and_no_queue():
    standard = Standard(
        key="sent", title="", service="police", incidents="emergency", threshold_s=240.0, clock="mobilisation"
    )
    book = PoliceBook()
    book.sent(book.incident(100.0, opened=130.0), PA, travel=5.0, decided=150.0)
    assert cause(book, standard) is PoliceCause.JOURNEY


def test_a_car_held_back_counts_for_emergencies_and_one_of_another_district_by_reach():
    book = PoliceBook()
    book.modes = {PA: [(0.0, Mode.RESERVED)]}
    book.incident(100.0)
    assert misses(book).unit.tolist() == [PA]
    priority = Standard(key="p", title="", service="police", incidents="priority", threshold_s=1200.0)
    book = PoliceBook()
    book.modes = {PA: [(0.0, Mode.RESERVED)], PB: [(0.0, Mode.NO_CREW)]}
    book.incident(100.0, 1)  # pa is held back, pb off, pc of the other district
    assert np.isinf(misses(book, priority).would_be_min[0])


def test_without_a_standard_the_most_urgent_grades_own_time_is_explained():
    book = PoliceBook()
    book.sent(book.incident(100.0), PA, travel=20.0)
    found = measure(police_town(fire=False), book.log())
    assert found.police_misses.limit_min.tolist() == [15.0]
    assert found.values["police.missed.journey"] == 1.0
    assert found.tables["police_missed_by_district"]["missed"].tolist() == [1]


def test_a_mean_has_no_causes():
    from sim.measures.police.missed import classify_police, duty_of
    from sim.measures.police.select import police_view
    from sim.measures.police.work import mode_by_slot
    from sim.measures.timeline import Timeline, sorted_roster

    world, log = police_town(), PoliceBook().log()
    seen = police_view(world, log)
    duty = duty_of(seen, mode_by_slot(world, sorted_roster(log)))
    mean = Standard(key="m", title="", service="police", statistic="mean", target=600.0)
    with pytest.raises(ValueError, match="'m' is a mean"):
        classify_police(seen, mean, Timeline(log), duty)
