"""Every headline figure, on logs small enough to work out on paper."""

import numpy as np
import pytest

from sim.measures import DEFINITIONS, measure
from sim.world.codes import Mode, Origin, Reason
from sim.world.standards import Standard
from tests.sim.measures.towns import A1, A2, ALARM, B1, B2, BORDER, C1, HORIZON, N1, Book, nan, town

WITHIN_15 = Standard(key="all", title="15 minutes", threshold_s=900.0, target=0.9)
YEAR = 365.0 / 2.0  # a two-day run, counted for a year


def figures(book: Book, *standards: Standard, **world):
    made = town(**world)
    return measure(made, book.log(made), standards).values


def test_every_name_has_a_value_even_when_nothing_happened():
    values = figures(Book(), WITHIN_15)
    assert list(values) == [*DEFINITIONS, "standard.all"]
    assert values["fire.incidents"] == 0
    assert np.isnan(values["fire.all.within_15"])
    assert np.isnan(values["missed.distance"])
    assert values["fire.availability.overall"] == 1.0
    assert values["fire.simultaneous.max"] == 0


def test_first_pump_figures_and_never_attended_incidents():
    book = Book()
    for minute, travel in ((600.0, 2.75), (700.0, 5.75), (800.0, 12.75)):  # attendances 5, 8, 15 minutes
        book.sent(book.incident(minute), A1, turnout=1.0, travel=travel)
    book.incident(900.0)  # nobody came
    values = figures(book)
    assert values["fire.all.mean_s"] == pytest.approx(60 * (5 + 8 + 15) / 3)
    assert values["fire.all.median_s"] == pytest.approx(480)
    assert values["fire.all.p90_s"] == pytest.approx(60 * np.quantile([5, 8, 15], 0.9))
    assert values["fire.all.within_8"] == pytest.approx(2 / 4)
    assert values["fire.all.within_15"] == pytest.approx(3 / 4)
    assert values["fire.no_attendance.count"] == pytest.approx(1 * YEAR)
    assert values["fire.all.from_mobilisation.mean_s"] == pytest.approx(60 * (28 / 3 - 1.25))
    assert values["fire.incidents.per_day"] == 2.0


def test_parts_of_first_attendance_add_up():
    book = Book()
    book.sent(book.incident(600.0), A1, turnout=1.0, travel=4.0)
    waited = book.incident(700.0, queued_min=6.0)
    book.sent(waited, B1, turnout=4.0, travel=8.0, decided=707.25, reason=Reason.QUEUED)
    values = figures(book)
    assert values["fire.waiting.mean_s"] == pytest.approx(60 * 3.0)
    assert values["fire.turnout.immediate.mean_s"] == pytest.approx(60.0)
    assert values["fire.turnout.on_call.mean_s"] == pytest.approx(240.0)
    assert values["fire.travel.mean_s"] == pytest.approx(360.0)
    parts = sum(values[f"fire.{part}.mean_s"] for part in ("handling", "waiting", "turnout", "travel"))
    assert parts == pytest.approx(values["fire.all.mean_s"])
    assert values["fire.queued.count"] == pytest.approx(YEAR)


def test_an_appliance_already_out_has_no_turnout_of_a_crew_on_station():
    book = Book()
    book.sent(book.incident(600.0), A1, turnout=0.5, travel=4.0, origin=Origin.RETURNING)
    values = figures(book)
    assert np.isnan(values["fire.turnout.immediate.mean_s"])
    assert values["fire.turnout.mean_s"] == pytest.approx(30.0)


def test_home_office_exclusions_touch_primary_fires_only():
    book = Book()
    book.sent(book.incident(600.0), A1, turnout=1.0, travel=5.75)  # 8 min
    book.sent(book.incident(700.0, late_call=True), A1, turnout=1.0, travel=17.75)  # late call
    book.sent(book.incident(800.0), A1, turnout=1.0, travel=60.0)  # over an hour
    book.sent(book.incident(1000.0, handling_min=0.25), A1, turnout=0.25, travel=0.25)  # under a minute
    book.sent(book.incident(1100.0, type=ALARM), A1, turnout=1.0, travel=2.75)
    values = figures(book)
    assert values["fire.primary.mean_s"] == pytest.approx(480.0)
    assert values["fire.primary.within_8"] == 1.0
    assert values["fire.all.mean_s"] == pytest.approx(60 * (8 + 20 + 62.25 + 0.75 + 5) / 5)


def test_over_border_and_outside_incidents_count_for_no_standard():
    book = Book()
    book.sent(book.incident(600.0), A1, turnout=1.0, travel=2.75)
    book.sent(book.incident(700.0, type=BORDER, cell=3), C1, turnout=1.0, travel=25.0)
    book.sent(book.incident(720.0, cell=3), A1, turnout=1.0, travel=40.0)
    book.sent(book.incident(900.0), N1, turnout=1.0, travel=30.0)
    values = figures(book)
    assert values["fire.all.within_15"] == pytest.approx(1 / 2)
    assert values["fire.incidents"] == pytest.approx(2 * YEAR)
    assert values["fire.border.given"] == pytest.approx(2 * YEAR)
    assert values["fire.border.received"] == pytest.approx(1 * YEAR)
    assert values["fire.border.received_first_share"] == pytest.approx(1 / 2)
    assert values["fire.responses"] == pytest.approx(3 * YEAR)


def test_second_pump_counts_incidents_that_ask_for_two():
    book = Book()
    two = book.incident(600.0, pumps_asked=2)
    book.sent(two, A1, turnout=1.0, travel=2.75)
    book.sent(two, A2, turnout=1.0, travel=4.75)
    made_up = book.incident(700.0, makeup_pumps=1)
    book.sent(made_up, A1, turnout=1.0, travel=2.75)
    book.sent(made_up, A2, turnout=1.0, travel=2.0, decided=740.0, reason=Reason.MAKE_UP)
    values = figures(book)
    assert values["fire.second_pump.mean_s"] == pytest.approx(60 * 7.0)
    assert values["fire.makeups"] == pytest.approx(YEAR)


def test_a_third_pump_standard_is_read_from_the_responses():
    book = Book()
    big = book.incident(600.0, pumps_asked=3)
    book.sent(big, C1, turnout=1.0, travel=20.0)
    book.sent(big, B2, turnout=1.0, travel=1.0, capability=0)  # a special is no pump
    book.sent(big, A1, turnout=1.0, travel=2.75)
    book.sent(big, A2, turnout=1.0, travel=4.75)
    third = Standard(key="third", title="third", unit_order=3, statistic="mean", target=900.0)
    assert figures(book, third)["standard.third"] == pytest.approx(60 * 22.25)


@pytest.mark.parametrize(
    ("standard", "value"),
    [
        (Standard(key="s", title="", threshold_s=600.0, target=0.9), 1 / 3),
        (Standard(key="s", title="", threshold_s=600.0, target=0.9, clock="mobilisation"), 2 / 3),
        (Standard(key="s", title="", threshold_s=600.0, target=0.9, area="urban"), 1 / 2),
        (Standard(key="s", title="", threshold_s=600.0, target=0.9, area="rural"), 0.0),
        (Standard(key="s", title="", threshold_s=600.0, target=0.9, incidents="plt"), 0.0),
        (Standard(key="s", title="", threshold_s=600.0, target=0.9, incidents="false_alarm"), 1.0),
        (Standard(key="s", title="", statistic="mean", target=600.0), 60 * (5 + 11 + 21) / 3),
        (Standard(key="s", title="", statistic="percentile", percentile=0.5, target=600.0), 660.0),
    ],
)
def test_standards_are_data(standard, value):
    book = Book()
    book.sent(book.incident(600.0, type=ALARM), A1, turnout=1.0, travel=2.75)  # 5 min
    book.sent(book.incident(700.0, plt=True), A1, turnout=1.0, travel=8.75)  # 11 min, 9.75 from mobilisation
    book.sent(book.incident(800.0, cell=2), A1, turnout=1.0, travel=18.75)  # 21 min
    assert figures(book, standard)["standard.s"] == pytest.approx(value)


def test_an_unknown_incident_filter_names_the_nearest():
    with pytest.raises(ValueError, match="no incident filter 'primary_fires': did you mean 'primary_fire'"):
        figures(Book(), Standard(key="s", title="", threshold_s=600.0, target=0.9, incidents="primary_fires"))


def test_a_standard_without_its_number_is_refused():
    with pytest.raises(ValueError, match="standard 'x': share_within needs threshold_s above 0, not None"):
        Standard(key="x", title="", target=0.9)
    with pytest.raises(ValueError, match="standard 'x': percentile needs a share between 0 and 1"):
        Standard(key="x", title="", statistic="percentile", target=0.9)


def test_met_reads_the_right_way_round():
    assert WITHIN_15.met(0.9)
    assert not WITHIN_15.met(0.89)
    assert not WITHIN_15.met(nan)
    mean = Standard(key="m", title="", statistic="mean", target=600.0)
    assert mean.met(599.0)
    assert not mean.met(601.0)
    assert not mean.met(nan)


def test_availability_by_class_of_crewing():
    book = Book()
    book.modes[A1] = [(0.0, Mode.IMMEDIATE), (720.0, Mode.MECHANICAL), (1440.0, Mode.IMMEDIATE)]  # 75%
    book.modes[B1] = [(0.0, Mode.NO_CREW), (1440.0, Mode.ON_CALL)]  # 50%
    book.modes[C1] = [(0.0, Mode.NO_CREW), (2160.0, Mode.IMMEDIATE)]  # 25%
    values = figures(book)
    assert values["fire.availability.wholetime"] == pytest.approx(0.875)
    assert values["fire.availability.on_call"] == pytest.approx(0.5)
    assert values["fire.availability.day_crewed"] == pytest.approx(0.25)
    assert values["fire.availability.overall"] == pytest.approx((1.5 + 2 + 1 + 0.5) / 8)
    assert values["fire.off_the_run.mechanical"] == pytest.approx(0.5 / 8)
    assert values["fire.off_the_run.no_crew"] == pytest.approx((1 + 1.5) / 8)


def test_availability_by_hour_and_station_agree_with_the_whole():
    book = Book()
    book.modes[A1] = [(0.0, Mode.IMMEDIATE), (610.0, Mode.NO_CREW), (655.0, Mode.IMMEDIATE)]  # inside slots
    book.modes[A2] = [(0.0, Mode.NO_CREW), (640.0, Mode.IMMEDIATE)]
    world = town()
    found = measure(world, book.log(world))
    hours = found.tables["availability_by_hour"]
    assert hours["wholetime"][10] == pytest.approx((240 - 45 - 40) / 240)
    assert hours["wholetime"][9] == pytest.approx(0.75)
    assert np.mean(hours["overall"]) == pytest.approx(found.values["fire.availability.overall"])
    assert found.tables["availability_by_month"]["overall"][3] == pytest.approx(np.mean(hours["overall"]))
    station = found.tables["availability_by_station"]
    assert list(station["station"]) == ["A", "B", "C"]
    assert station["at_least_one"] == pytest.approx([1 - 30 / HORIZON, 1.0, 1.0])
    assert station["availability"][0] == pytest.approx(1 - (45 + 640) / (2 * HORIZON))


def test_the_gauge_reads_at_its_hours():
    book = Book()
    book.modes[A1] = [(0.0, Mode.IMMEDIATE), (18 * 60.0, Mode.NO_CREW), (18 * 60.0 + 30, Mode.IMMEDIATE)]
    values = figures(book)
    assert values["fire.gauge.days_met"] == pytest.approx(1 / 2)
    assert values["fire.gauge.mean"] == pytest.approx(4 - 1 / 6)
    assert values["fire.gauge.months_met"] == 0.0
    book.modes[A1] = [(0.0, Mode.IMMEDIATE), (17 * 60.0 + 5, Mode.NO_CREW), (17 * 60.0 + 55, Mode.IMMEDIATE)]
    assert figures(book)["fire.gauge.days_met"] == 1.0


def test_the_gauge_by_month_and_hour():
    book = Book(horizon=31 * 1440.0)
    book.modes[A1] = [(0.0, Mode.IMMEDIATE), (18 * 60.0, Mode.NO_CREW), (18 * 60.0 + 30, Mode.IMMEDIATE)]
    world = town(days=31)
    found = measure(world, book.log(world))
    months, hours = found.tables["gauge_by_month"], found.tables["gauge_by_hour"]
    assert list(months["month"]) == ["04", "05"]
    assert list(months["days"]) == [30, 1]
    assert list(months["days_met"]) == [29, 1]
    assert list(months["least"]) == [3, 4]
    assert list(hours["hour"]) == ["17", "18", "19"]
    assert hours["days_met"] == pytest.approx([1.0, 30 / 31, 1.0])
    assert found.values["fire.gauge.months_met"] == 0.5


def test_workload_is_alert_to_release_within_the_horizon():
    book = Book()
    first = book.incident(598.75)
    book.sent(first, A1, turnout=1.0, travel=4.0, scene=55.0, home=30.0)  # 600 to 660, home 690
    second = book.incident(628.75)
    book.sent(second, A2, turnout=1.0, travel=4.0, scene=55.0)  # 630 to 690
    book.sent(book.incident(HORIZON - 31.25), C1, turnout=1.0, travel=4.0, scene=500.0)  # 30 min are within
    book.failed(second, B1, estimate=5.0)
    world = town()
    found = measure(world, book.log(world))
    assert found.values["fire.simultaneous.max"] == 2
    assert found.values["fire.simultaneous.mean"] == pytest.approx(150 / HORIZON)
    assert found.values["fire.utilisation.mean"] == pytest.approx(150 / (4 * HORIZON))
    assert found.values["fire.mobilising_failures"] == pytest.approx(YEAR)
    table = found.tables["by_appliance"]
    assert list(table["appliance"]) == ["a1", "a2", "b1", "b2", "c1"]
    assert table["committed_h"][0] == pytest.approx(1.0 * YEAR)
    assert table["away_h"][0] == pytest.approx(1.5 * YEAR)
    assert table["utilisation"][0] == pytest.approx(60 / HORIZON)
    simultaneous = found.tables["simultaneous"]
    assert simultaneous["share_of_time"] == pytest.approx(np.array([HORIZON - 120, 90, 30]) / HORIZON)
    assert simultaneous["at_least"][0] == pytest.approx(1.0)


def test_calls_after_the_horizon_and_attendances_without_pumps_are_not_counted():
    book = Book()
    book.sent(book.incident(600.0), A1, turnout=1.0, travel=2.75)
    book.sent(book.incident(700.0, pumps_asked=0), A1, turnout=1.0, travel=20.0)
    book.sent(book.incident(HORIZON + 1.0), A1, turnout=1.0, travel=20.0)
    values = figures(book)
    assert values["fire.all.mean_s"] == pytest.approx(300.0)
    assert values["fire.incidents"] == pytest.approx(2 * YEAR)
    assert values["fire.responses"] == pytest.approx(2 * YEAR)


def test_a_second_pump_standard_counts_incidents_that_ask_for_two():
    book = Book()
    book.sent(book.incident(600.0), A1, turnout=1.0, travel=2.75)
    two = book.incident(700.0, pumps_asked=2)
    book.sent(two, A1, turnout=1.0, travel=2.75)
    book.sent(two, A2, turnout=1.0, travel=3.75)
    second = Standard(key="second", title="", threshold_s=600.0, target=0.9, unit_order=2)
    assert figures(book, second)["standard.second"] == 1.0


def test_one_back_as_the_other_goes_are_not_two_out():
    book = Book()
    book.sent(book.incident(598.75), A1, turnout=1.0, travel=4.0, scene=55.0)  # released at 660
    book.sent(book.incident(658.75), A2, turnout=1.0, travel=4.0)  # alerted at 660
    assert figures(book)["fire.simultaneous.max"] == 1


def test_standby_hours_are_cut_at_the_horizon():
    book = Book()
    book.standby(A2, 1, HORIZON - 70.0, HORIZON - 60.0, HORIZON + 600.0)
    assert figures(book)["fire.standby.hours"] == pytest.approx(YEAR)
    assert figures(book)["fire.standby.away_hours"] == pytest.approx(70 / 60 * YEAR)


def test_standby_moves_and_hours():
    book = Book()
    book.standby(A2, 1, 600.0, 610.0, 670.0)
    book.standby(A2, 1, 700.0, nan, 705.0, home_min=nan, end_reason=1)
    book.standby(B1, 0, 800.0, 810.0, 830.0, people=True)
    world = town()
    found = measure(world, book.log(world))
    assert found.values["fire.standby.moves"] == pytest.approx(2 * YEAR)
    assert found.values["fire.standby.people_moves"] == pytest.approx(YEAR)
    assert found.values["fire.standby.hours"] == pytest.approx(80 / 60 * YEAR)
    assert found.values["fire.standby.sent_from"] == pytest.approx(YEAR)
    assert list(found.tables["standby_by_station"]["moves_in"]) == [1, 2]
    assert found.tables["standby_by_month"]["moves"][3] == 3


def test_breakdowns_partition_the_incidents():
    book = Book()
    book.sent(book.incident(600.0), A1, turnout=1.0, travel=2.75)
    book.sent(book.incident(700.0, cell=1), B1, turnout=5.0, travel=2.0)
    book.sent(book.incident(800.0, cell=2, type=ALARM), N1, turnout=1.0, travel=9.0)
    book.incident(900.0, cell=2)
    world = town()
    tables = measure(world, book.log(world)).tables
    for name in (
        "by_type",
        "by_district",
        "by_hour",
        "by_month",
        "by_urban_rural",
        "by_station",
        "by_first_crewing",
    ):
        assert tables[name]["incidents"].sum() == 4, name
        assert tables[name]["no_attendance"].sum() == 1, name
        assert tables[name]["share_of_incidents"].sum() == pytest.approx(1.0), name
    crewing = dict(
        zip(tables["by_first_crewing"]["group"], tables["by_first_crewing"]["mean_s"], strict=True)
    )
    assert crewing["immediate"] == pytest.approx(300.0)
    assert crewing["on_call"] == pytest.approx(60 * 8.25)
    assert crewing["neighbour"] == pytest.approx(60 * 11.25)
    assert np.isnan(crewing["none came"])
    assert list(tables["by_station"]["group"]) == ["A", "B", "C"]
    assert list(tables["border_by_service"]["received_first"]) == [1]
