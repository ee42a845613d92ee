"""What an appliance was doing at any minute, from the log alone."""

import numpy as np
import pytest

from sim.measures.timeline import State, Timeline, state_at
from sim.world.codes import Mode
from tests.sim.measures.towns import A1, A2, B1, C1, Book, nan, town


def a_day():
    book = Book()
    book.modes[B1] = [
        (0.0, Mode.NO_CREW),
        (600.0, Mode.ON_CALL),
        (900.0, Mode.MECHANICAL),
    ]
    first = book.incident(598.75)
    book.sent(first, A1, turnout=1.0, travel=4.0, scene=55.0, home=30.0)  # 600 601 605 660 690
    book.failed(first, C1, estimate=5.0)
    book.standby(A2, 1, 610.0, 620.0, 670.0)  # home 680
    book.standby(A2, 1, 700.0, 710.0, 720.0, home_min=nan, end_reason=1)  # sent to an incident at 720
    book.sent(book.incident(718.75), A2, turnout=0.5, travel=4.0, scene=5.0, home=10.0)
    return book


@pytest.mark.parametrize(
    ("unit", "time", "state"),
    [
        (A1, 599.9, State.HOME),
        (A1, 600.0, State.TURNING_OUT),
        (A1, 601.0, State.TRAVELLING),
        (A1, 605.0, State.AT_INCIDENT),
        (A1, 660.0, State.RETURNING),
        (A1, 690.0, State.HOME),
        (A2, 610.0, State.MOVING_TO_STANDBY),
        (A2, 620.0, State.ON_STANDBY),
        (A2, 670.0, State.RETURNING_FROM_STANDBY),
        (A2, 680.0, State.HOME),
        (A2, 719.9, State.ON_STANDBY),
        (A2, 720.0, State.TURNING_OUT),
        (A2, 721.0, State.TRAVELLING),
        (A2, 739.4, State.RETURNING),
        (A2, 739.5, State.HOME),
        (B1, 0.0, State.NO_CREW),
        (B1, 600.0, State.HOME),
        (B1, 900.0, State.MECHANICAL),
        (B1, 5000.0, State.MECHANICAL),
        (C1, 600.5, State.HOME),  # the failed alert occupied nobody
    ],
)
def test_state_at(unit, time, state):
    world = town()
    assert state_at(a_day().log(world), world, unit, time).state == state


def test_before_a_decision_the_appliance_is_still_what_control_saw():
    log = a_day().log(town())
    timeline = Timeline(log)
    assert timeline.at(A1, 600.0, before=True).state == State.HOME
    assert timeline.at(A2, 720.0, before=True).state == State.HOME  # its standby row has ended by then


def test_many_questions_at_once_and_their_rows():
    found = Timeline(a_day().log(town())).at([[A1], [A2]], [650.0, 650.0, 725.0])
    assert found.state.shape == (2, 3)
    assert found.response.tolist() == [[0, 0, -1], [-1, -1, 2]]
    assert found.standby.tolist() == [[-1, -1, -1], [0, 0, -1]]


def test_an_unsorted_roster_reads_the_same():
    log = a_day().log(town())
    rng = np.random.default_rng(5)
    order = rng.permutation(log.roster["unit"].size)
    times = np.arange(0.0, 1000.0, 7.0)
    expected = Timeline(log).mode_at(B1, times)
    for shuffle in (order, np.argsort(log.roster["time_min"], kind="stable")):
        for name in log.roster:
            log.roster[name] = log.roster[name][shuffle]
        assert np.array_equal(Timeline(log).mode_at(B1, times), expected)


def test_a_failed_alert_does_not_end_the_way_home():
    book = Book()
    book.sent(book.incident(598.75), A1, turnout=1.0, travel=4.0, scene=55.0, home=30.0)  # 660 to 690
    book.failed(book.incident(668.75), A1, estimate=5.0)
    assert Timeline(book.log(town())).at(A1, 680.0).state == State.RETURNING


def test_people_moved_leave_the_appliance_at_home():
    book = Book()
    book.standby(A2, 1, 610.0, 620.0, 670.0, people=True)
    assert Timeline(book.log(town())).at(A2, 640.0).state == State.HOME


def test_an_unknown_appliance_is_refused():
    world = town()
    with pytest.raises(ValueError, match="no appliance 9: the World has appliances 0 to 5"):
        state_at(Book().log(world), world, 9, 0.0)
