"""The story of one incident: who was sent, who was quicker but was not, and why."""

import numpy as np
import pytest

from sim.draws.incidents import key_of
from sim.measures.timeline import State
from sim.traces.fire import trace_incident
from sim.traces.places import incident_name
from sim.traces.records import NotSent
from sim.world.codes import Cause, Mode, Origin, Outcome, Reason
from sim.world.standards import Standard
from tests.sim.measures.towns import A1, A2, B1, B2, BORDER, C1, N1, Book, nan, town

TEN = Standard(key="ten", title="10 minutes", threshold_s=600.0, target=0.9)


def story(book, row, *standards, **world):
    made = town(**world)
    return trace_incident(made, book.log(made), row, standards=standards)


def test_facts_and_clock_of_a_met_incident():
    book = Book()
    book.sent(book.incident(600.0, plt=True, pumps_asked=2), A1, turnout=1.0, travel=2.0, crew=0b10111)
    told = story(book, 0, TEN)
    assert (told.type, told.group, told.place, told.district, told.ground) == (
        "dwelling_fire", "fire", "Town", "North", "Alpha",
    )  # fmt: skip
    assert (told.hour, told.weekday, told.month, told.urban, told.plt) == (10, 2, 4, True, True)
    assert told.attendance == "house"
    (sent,) = told.sent
    assert (sent.appliance, sent.station, sent.reason, sent.origin) == (
        "a1",
        "Alpha",
        Reason.QUICKEST,
        Origin.HOME,
    )
    assert (sent.crew, sent.arrived_min, sent.outcome) == (4, 604.25, Outcome.ATTENDED)
    assert sent.passed_over == ()
    (verdict,) = told.verdicts
    assert verdict.met
    assert verdict.cause is None
    assert verdict.response_min == pytest.approx(4.25)


def test_who_was_quicker_and_why_it_was_not_sent():
    book = Book()
    earlier = book.incident(570.0)
    book.sent(earlier, A1, turnout=1.0, travel=2.0, scene=60.0)
    book.standby(A2, 2, 500.0, 520.0, 800.0)
    book.modes[B1] = [(0.0, Mode.NO_CREW)]
    late = book.incident(600.0)
    book.sent(late, C1, turnout=1.0, travel=20.0)
    told = story(book, late, TEN)
    over = {passed.appliance: passed for passed in told.sent[0].passed_over}
    assert [passed.appliance for passed in told.sent[0].passed_over] == ["a1", "a2", "b1"]
    assert (over["a1"].why, over["a1"].incident) == (NotSent.COMMITTED, earlier)
    assert over["a1"].home_min == pytest.approx(3.0)
    assert (over["a2"].why, over["a2"].standby_at) == (NotSent.ON_STANDBY, "Charlie")
    assert over["b1"].why == NotSent.NO_CREW
    assert told.verdicts[0].cause == Cause.BUSY
    assert told.verdicts[0].would_have == "a1"
    assert told.verdicts[0].doing == State.AT_INCIDENT


def test_second_decision_knows_the_first_and_a_failed_alert():
    book = Book()
    row = book.incident(600.0, pumps_asked=2)
    book.failed(row, A1, estimate=3.0)
    book.sent(row, A2, turnout=1.0, travel=2.0)
    book.sent(row, B1, turnout=5.0, travel=8.0, decided=605.25, reason=Reason.REPLACEMENT)
    told = story(book, row)
    assert told.failures == 1
    assert told.sent[0].outcome == Outcome.NOT_ALERTED
    assert np.isnan(told.sent[0].arrived_min)
    assert [(p.appliance, p.why) for p in told.sent[2].passed_over] == [
        ("a1", NotSent.NOT_REACHED),
        ("a2", NotSent.ALREADY_SENT),
    ]


def test_crew_out_with_another_appliance_and_a_returning_one():
    book = Book()
    rescue = book.incident(500.0, cell=1)
    book.sent(rescue, B2, turnout=5.0, travel=2.0, scene=300.0, capability=0)
    away = book.incident(560.0, cell=1)
    book.sent(away, A1, turnout=1.0, travel=8.0, scene=20.0, home=60.0)  # returning from 590.25
    row = book.incident(600.0, cell=1)
    book.sent(row, C1, turnout=1.0, travel=12.0)
    told = story(book, row)
    assert [(p.appliance, p.why, p.incident) for p in told.sent[0].passed_over] == [
        ("b1", NotSent.CREW_OUT, rescue),
        ("a1", NotSent.RETURNING, away),
        ("a2", NotSent.CREW_OUT, away),  # by the log it cannot be told who rode a1
    ]


def test_a_capability_names_the_quickest_that_lack_it():
    book = Book()
    row = book.incident(600.0)
    book.sent(row, B2, turnout=5.0, travel=8.0, reason=Reason.CAPABILITY, capability=0)
    told = story(book, row)
    assert told.sent[0].capability == "rescue"
    assert [(p.appliance, p.why) for p in told.sent[0].passed_over] == [
        ("a1", NotSent.LACKS_CAPABILITY),
        ("a2", NotSent.LACKS_CAPABILITY),
    ]


def test_a_special_whose_crew_has_just_gone_with_the_pump():
    book = Book()
    row = book.incident(600.0, cell=1)
    book.sent(row, B1, turnout=5.0, travel=2.0)
    book.sent(row, A1, turnout=5.0, travel=8.0, reason=Reason.CAPABILITY, capability=0)
    over = story(book, row).sent[1].passed_over
    assert [(p.appliance, p.why, p.incident) for p in over] == [
        ("b2", NotSent.CREW_OUT, row),
        ("a2", NotSent.LACKS_CAPABILITY, -1),
    ]


def test_neighbours_are_not_asked_to_their_own_incident():
    book = Book()
    row = book.incident(600.0, type=BORDER, cell=3)
    book.sent(row, C1, turnout=1.0, travel=25.0)
    told = story(book, row, TEN)
    assert told.sent[0].passed_over == ()
    assert not told.verdicts[0].counted
    assert told.verdicts[0].cause is None
    inside = Book()
    row = inside.incident(600.0, cell=2)
    inside.modes[C1] = inside.modes[N1] = [(0.0, Mode.NO_CREW)]
    inside.sent(row, A1, turnout=1.0, travel=20.0)
    assert [p.appliance for p in story(inside, row).sent[0].passed_over][:2] == ["c1", "n1"]
    alone = story(inside, row, help_from_neighbours=False)
    assert [p.appliance for p in alone.sent[0].passed_over] == ["c1", "b1"]


def test_nothing_sent_and_an_unknown_row():
    book = Book()
    book.incident(600.0)
    told = story(book, 0, TEN)
    assert told.sent == ()
    assert told.verdicts[0].cause == Cause.BUSY
    assert told.verdicts[0].response_min != told.verdicts[0].response_min
    assert told.first_pump_min != told.first_pump_min
    with pytest.raises(ValueError, match="no incident 7: the log has incidents 0 to 0"):
        story(book, 7)


def test_the_name_is_the_one_that_finds_the_incident():
    book = Book()
    key = key_of("dwelling_fire-0001-03")
    book.incident(1600.0, key=int(key), first_pump_min=nan)
    world = town()
    assert incident_name(world, book.log(world), 0) == "dwelling_fire-0001-03"
