"""Why was it missed: one example for every clause of the rule, and exactly one cause for every miss."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.measures import measure, why_missed
from sim.measures.timeline import State
from sim.world.codes import Cause, Mode, Origin, Reason
from sim.world.standards import Standard
from tests.sim.measures.towns import A1, A2, ALARM, B1, B2, BORDER, C1, N1, SITE_OF, Book, town

TEN = Standard(key="ten", title="10 minutes", threshold_s=600.0, target=0.9)


def only_miss(book, standard=TEN, **world):
    made = town(**world)
    misses = why_missed(made, book.log(made), standard)
    assert misses.row.size == 1
    return Cause(int(misses.cause[0])), int(misses.unit[0]), misses


def test_distance_when_no_station_could_have_made_it():
    book = Book()
    book.sent(
        book.incident(600.0, traffic=3.0, cell=2), C1, turnout=1.0, travel=9.0
    )  # 1.25 + 1 + 3 × 3 over 10
    cause, unit, misses = only_miss(book)
    assert (cause, unit) == (Cause.DISTANCE, -1)
    assert misses.would_be_min[0] == pytest.approx(11.25)


def test_call_handling_when_the_median_would_have_let_a_station_make_it():
    book = Book()
    book.sent(book.incident(600.0, handling_min=8.0), A1, turnout=1.0, travel=2.0)  # A: 8 + 1 + 2
    assert only_miss(book)[:2] == (Cause.CALL_HANDLING, -1)


def test_call_handling_when_the_pump_that_came_would_have_made_it():
    book = Book()
    book.sent(book.incident(600.0, handling_min=5.0), A1, turnout=2.0, travel=4.0)  # 11; with 1.25: 7.25
    cause, unit, _ = only_miss(book)
    assert (cause, unit) == (Cause.CALL_HANDLING, A1)


def test_turnout_when_the_typical_one_would_have_made_it():
    book = Book()
    book.sent(book.incident(600.0), A1, turnout=7.0, travel=2.0)
    assert only_miss(book)[0] == Cause.TURNOUT


def test_off_the_run_when_the_quickest_had_no_crew():
    book = Book()
    book.modes[B1] = [(0.0, Mode.NO_CREW)]
    book.sent(book.incident(600.0, cell=1), A1, turnout=1.0, travel=9.0)  # B: 1.25 + 5 + 2; A 11.25
    # a1 from home would take 1.25 + 1 + 8 = 10.25: only b1 would have made it
    cause, unit, misses = only_miss(book)
    assert (cause, unit) == (Cause.OFF_THE_RUN, B1)
    assert misses.state[0] == State.NO_CREW
    assert misses.would_be_min[0] == pytest.approx(8.25)


def test_off_the_run_when_the_quickest_was_at_workshops():
    book = Book()
    book.modes[B1] = [(0.0, Mode.ON_CALL), (570.0, Mode.MECHANICAL)]
    book.sent(book.incident(600.0, cell=1), A1, turnout=1.0, travel=9.0)
    cause, _, misses = only_miss(book)
    assert cause == Cause.OFF_THE_RUN
    assert misses.state[0] == State.MECHANICAL


def test_busy_when_the_quickest_was_at_another_incident():
    book = Book()
    book.sent(book.incident(580.0, cell=1), B1, turnout=5.0, travel=2.0, scene=60.0)
    book.sent(book.incident(600.0, cell=1), A1, turnout=1.0, travel=9.0)
    cause, unit, misses = only_miss(book)
    assert (cause, unit) == (Cause.BUSY, B1)
    assert misses.state[0] == State.AT_INCIDENT


def test_busy_when_the_quickest_was_on_standby_elsewhere():
    book = Book()
    book.standby(B1, 2, 500.0, 520.0, 800.0)
    book.sent(book.incident(600.0, cell=1), A1, turnout=1.0, travel=9.0)
    cause, _, misses = only_miss(book)
    assert cause == Cause.BUSY
    assert misses.state[0] == State.ON_STANDBY


def test_busy_when_the_quickest_came_late_because_it_was_away():
    book = Book()
    first = book.incident(500.0)
    book.sent(
        first, A1, turnout=1.0, travel=2.0, scene=60.0, home=601.25 - 564.25
    )  # its way home ends: sent again
    book.modes[A2] = [(0.0, Mode.NO_CREW)]
    book.sent(book.incident(600.0), A1, turnout=0.5, travel=12.0, origin=Origin.RETURNING)
    cause, unit, misses = only_miss(book)
    assert (cause, unit) == (Cause.BUSY, A1)
    assert misses.state[0] == State.RETURNING


def test_busy_when_the_crew_was_out_with_another_appliance_of_its_pool():
    book = Book()
    book.sent(book.incident(580.0, cell=1), B2, turnout=5.0, travel=2.0, scene=60.0, capability=0)
    book.incident_rows[0]["type"] = BORDER  # counts for no standard
    book.sent(book.incident(600.0, cell=1), A1, turnout=1.0, travel=9.0)
    assert only_miss(book)[:2] == (Cause.BUSY, B1)


def test_busy_when_nothing_ever_came():
    book = Book()
    book.incident(600.0)
    assert only_miss(book)[0] == Cause.BUSY


def test_of_equal_pumps_the_free_one_is_asked_first():
    book = Book()
    book.modes[A1] = [(0.0, Mode.NO_CREW)]
    book.sent(
        book.incident(600.0), A2, turnout=2.0, travel=9.0, estimate_min=3.0
    )  # 12.25: a journey of 9 for 2
    cause, unit, misses = only_miss(book)
    assert (cause, unit) == (Cause.DISTANCE, A2)  # by its own scatter: the journey lost more than the turnout
    assert misses.state[0] == State.HOME


def test_of_equal_pumps_one_committed_goes_before_one_off_the_run():
    book = Book()
    book.modes[A1] = [(0.0, Mode.NO_CREW)]
    book.sent(book.incident(580.0), A2, turnout=1.0, travel=2.0, scene=60.0)
    book.sent(book.incident(600.0), B1, turnout=5.0, travel=8.0)
    assert only_miss(book)[:2] == (Cause.BUSY, A2)


def test_scatter_goes_to_what_lost_most():
    book = Book()
    book.sent(
        book.incident(600.0), A1, turnout=4.5, travel=5.0, estimate_min=3.0
    )  # 10.75: lost 3.5 and 3: turnout
    assert only_miss(book)[0] == Cause.TURNOUT
    book = Book()
    book.sent(book.incident(600.0, handling_min=2.0), A1, turnout=2.0, travel=8.0, estimate_min=3.0)
    assert only_miss(book)[0] == Cause.DISTANCE


def test_mobilising_failure_by_the_estimate_of_the_pump_that_never_knew():
    book = Book()
    row = book.incident(600.0)
    book.failed(row, A1, estimate=3.0)
    book.sent(row, B1, turnout=5.0, travel=8.0, decided=605.25, reason=Reason.REPLACEMENT)
    assert only_miss(book)[0] == Cause.MOBILISING_FAILURE


def test_mobilising_failure_by_the_time_lost_before_the_replacement():
    book = Book()
    row = book.incident(600.0)
    book.failed(row, C1, estimate=30.0)  # would not have made it itself
    book.sent(
        row, A2, turnout=2.0, travel=3.0, decided=605.25, reason=Reason.REPLACEMENT
    )  # 10.25; 6.25 without
    assert only_miss(book)[0] == Cause.MOBILISING_FAILURE


def test_a_failed_alert_that_made_no_difference_is_not_the_cause():
    book = Book()
    row = book.incident(600.0, traffic=3.0, cell=2)
    book.failed(row, C1, estimate=14.0)
    book.sent(row, N1, turnout=1.0, travel=27.0)
    assert only_miss(book)[0] == Cause.DISTANCE


def test_a_replacement_late_even_without_the_time_lost_is_no_failure():
    book = Book()
    row = book.incident(600.0, cell=1)
    book.modes[B1] = [(0.0, Mode.NO_CREW)]
    book.failed(row, C1, estimate=13.0)
    book.sent(row, A2, turnout=1.0, travel=9.0, decided=605.25, reason=Reason.REPLACEMENT)  # 11.25 without
    assert only_miss(book)[:2] == (Cause.OFF_THE_RUN, B1)


def test_a_failed_alert_counts_when_nothing_came_at_all():
    book = Book()
    book.failed(book.incident(600.0), A1, estimate=3.0)
    assert only_miss(book)[0] == Cause.MOBILISING_FAILURE


def test_turnout_alone_suffices_though_the_journey_lost_more():
    book = Book()
    book.sent(book.incident(600.0), A1, turnout=4.0, travel=6.0, estimate_min=3.0)  # 11.25, lost 3 and 4
    assert only_miss(book)[0] == Cause.TURNOUT


def test_a_crew_in_its_cab_has_the_typical_turnout_of_one():
    book = Book()
    book.modes[A2] = [(0.0, Mode.NO_CREW)]
    book.sent(book.incident(600.0), A1, turnout=3.0, travel=8.0, origin=Origin.RETURNING)  # 12.25 less 2.5
    assert only_miss(book)[0] == Cause.TURNOUT


def test_a_pump_that_was_sent_had_its_crew():
    book = Book()
    book.sent(
        book.incident(580.0, cell=1, type=BORDER), B2, turnout=5.0, travel=2.0, scene=60.0, capability=0
    )
    book.sent(book.incident(600.0, cell=1), B1, turnout=5.0, travel=8.0, estimate_min=7.0)
    assert only_miss(book)[:2] == (Cause.DISTANCE, B1)


def test_the_night_turnout_holds_from_the_end_of_the_day_hours():
    book = Book()
    for call in (2 * 60.0, 12 * 60.0, 23.5 * 60.0):
        book.sent(book.incident(call), B1, turnout=5.0, travel=8.0)
    world = town()
    would_be = why_missed(world, book.log(world), TEN).would_be_min
    assert would_be == pytest.approx([4.75, 4.25, 4.75])


def test_a_day_crew_without_another_crew_makes_nothing_by_night():
    book = Book()
    book.sent(book.incident(20 * 60.0, cell=2), A1, turnout=1.0, travel=20.0)
    world = town(help_from_neighbours=False)
    alone = replace(world, units=replace(world.units, fallback_pool=np.full(6, -1, dtype=np.int32)))
    assert why_missed(world, book.log(world), TEN).unit[0] == C1
    assert why_missed(alone, book.log(alone), TEN).unit[0] == -1


def test_neighbours_count_only_where_they_help():
    book = Book()
    book.modes[C1] = [(0.0, Mode.NO_CREW)]
    # cell 2 at 03:00: c1 on call 1.25 + 5 + 3 = 9.25; n1 1.25 + 1.5 + 9 = 11.75
    book.sent(book.incident(180.0, cell=2), N1, turnout=1.5, travel=9.0)
    twelve = Standard(key="t", title="", threshold_s=690.0, target=0.9)
    assert only_miss(book, twelve)[:2] == (Cause.OFF_THE_RUN, C1)
    book = Book()
    book.modes[N1] = [(0.0, Mode.NO_CREW)]
    book.sent(book.incident(180.0, cell=2, handling_min=0.25, traffic=0.5), A1, turnout=1.5, travel=12.0)
    eight = Standard(key="t", title="", threshold_s=390.0, target=0.9)
    assert only_miss(book, eight)[:2] == (Cause.OFF_THE_RUN, N1)  # c1 6.75, n1 6.25
    assert only_miss(book, eight, help_from_neighbours=False)[:2] == (Cause.DISTANCE, -1)


def test_day_crewed_pump_counts_by_the_hour():
    world = town()
    by_day, by_night = Book(), Book()
    for book, hour in ((by_day, 12), (by_night, 20)):
        book.sent(book.incident(hour * 60.0, cell=2), A1, turnout=1.0, travel=20.0)
    assert why_missed(world, by_day.log(world), TEN).would_be_min[0] == pytest.approx(1.25 + 1.0 + 3.0)
    assert why_missed(world, by_night.log(world), TEN).would_be_min[0] == pytest.approx(1.25 + 5.0 + 3.0)


def test_a_clock_from_mobilisation_never_blames_call_handling():
    book = Book()
    book.sent(book.incident(600.0, handling_min=9.0), A1, turnout=7.0, travel=4.0)
    from_alert = Standard(key="m", title="", threshold_s=600.0, target=0.9, clock="mobilisation")
    cause, unit, misses = only_miss(book, from_alert)
    assert (cause, unit) == (Cause.TURNOUT, A1)
    assert misses.attendance_min[0] == pytest.approx(11.0)
    assert misses.would_be_min[0] == pytest.approx(3.0)


def test_only_first_pumps_within_a_threshold_have_causes():
    mean = Standard(key="m", title="", statistic="mean", target=600.0)
    with pytest.raises(ValueError, match="standard 'm' is a mean for pump 1: causes are given for"):
        why_missed(town(), Book().log(town()), mean)


@st.composite
def books(draw):
    """Any log at all, sensible or not."""
    book = Book()
    modes = st.sampled_from(list(Mode))
    for unit in range(6):
        times = sorted(set(draw(st.lists(st.integers(1, 90), max_size=3))))
        book.modes[unit] = [(30.0 * time, draw(modes)) for time in (0, *times)]
    minutes = st.floats(0.1, 25.0)
    for _ in range(draw(st.integers(0, 8))):
        row = book.incident(
            draw(st.floats(0.0, 2879.0)),
            type=draw(st.sampled_from([0, ALARM, BORDER])),
            cell=draw(st.integers(0, 3)),
            handling_min=draw(st.floats(0.1, 12.0)),
            traffic=draw(st.floats(0.5, 3.0)),
            pumps_asked=draw(st.integers(0, 2)),
        )
        for unit in draw(st.lists(st.sampled_from(range(6)), unique=True, max_size=3)):
            if draw(st.booleans()):
                book.sent(
                    row, unit, turnout=draw(minutes), travel=draw(minutes), estimate_min=draw(minutes),
                    origin=draw(st.sampled_from(list(Origin))), reason=draw(st.sampled_from(list(Reason))),
                )  # fmt: skip
            else:
                book.failed(row, unit, estimate=draw(minutes))
    for unit in draw(st.lists(st.sampled_from([A1, A2, B1, C1]), max_size=2)):
        start = draw(st.floats(0.0, 2000.0))
        book.standby(unit, (SITE_OF[unit] + 1) % 3, start, start + 10, start + 200)
    return book


@settings(max_examples=150, deadline=None)
@given(books(), st.sampled_from([60.0, 480.0, 900.0]), st.sampled_from(["call", "mobilisation"]))
def test_every_miss_has_exactly_one_cause_and_they_add_up(book, threshold_s, clock):
    world = town()
    log = book.log(world)
    standard = Standard(key="s", title="", threshold_s=threshold_s, target=0.9, clock=clock)
    found = measure(world, log, [standard])
    misses = found.misses
    assert np.array_equal(np.unique(misses.row), misses.row)
    assert np.isin(misses.cause, list(Cause)).all()
    missed_share = 1.0 - found.values["standard.s"]
    assert misses.counted == 0 or misses.row.size == pytest.approx(missed_share * misses.counted)
    if misses.row.size:
        assert sum(found.values[f"missed.{cause.name.lower()}"] for cause in Cause) == pytest.approx(1.0)
    for name in ("missed_by_station", "missed_by_type", "missed_by_district", "missed_by_hour"):
        table = found.tables[name]
        assert table["missed"].sum() == misses.row.size
        assert np.array_equal(sum(table[cause.name.lower()] for cause in Cause), table["missed"])
    assert not np.any((misses.cause == Cause.DISTANCE) & (misses.unit >= 0) & (misses.state != State.HOME))
    assert np.all(misses.unit[np.isin(misses.cause, [Cause.OFF_THE_RUN])] >= 0)
