"""Police figures of logs written by hand, checked on paper."""

import math

import numpy as np
import pytest

from sim.measures import definitions_of_world, measure
from sim.world.codes import Mode, Reason
from sim.world.standards import Standard
from tests.sim.measures.police_town import (
    BURGLARY,
    CRASH,
    NUISANCE,
    PA,
    PB,
    PC,
    PRIORITY,
    ROUTINE,
    PoliceBook,
    police_town,
)


def figures(book, *, fire=False, standards=(), days=2):
    return measure(police_town(fire=fire, days=days), book.log(), standards)


def met_book():
    """Emergencies: urban robbery met, urban burglary late, rural robbery met at 19 min, untimed nuisance late."""
    book = PoliceBook()
    book.sent(book.incident(100.0), PA, travel=10.0)  # 100 + 2.25 + 0.5 + 10: 12.75 min
    book.sent(book.incident(300.0, type=BURGLARY), PA, travel=15.0)  # 17.75 min
    book.sent(book.incident(500.0, cell=2), PC, travel=16.25)  # 19 min, rural
    book.sent(book.incident(700.0, type=NUISANCE, timed=False), PB, travel=20.0)  # 22.75 min
    return book


def test_time_met_by_grade_place_harm_and_crime():
    values = figures(met_book()).values
    assert values["police.met.emergency"] == pytest.approx(2 / 4)
    assert values["police.met.emergency.urban"] == pytest.approx(1 / 3)
    assert values["police.met.emergency.rural"] == 1.0
    assert values["police.met.emergency.high_harm"] == pytest.approx(2 / 3)
    assert values["police.met.emergency.robbery"] == 1.0
    assert values["police.met.emergency.residential_burglary"] == 0.0
    assert math.isnan(values["police.met.emergency.other"])  # its one incident has no published time
    assert math.isnan(values["police.met.priority"])
    assert values["police.response.emergency.mean_s"] == pytest.approx(60 * (12.75 + 17.75 + 19 + 22.75) / 4)


def test_an_arrival_at_the_very_target_is_met():
    book = PoliceBook()
    book.sent(book.incident(0.0, opened=0.0), PA, travel=15.0, turnout=0.0)
    assert figures(book).values["police.met.emergency"] == 1.0


def test_open_incidents_with_time_left_are_left_out_and_late_ones_are_missed():
    """Horizon 2,880: a priority called at 2,850 has time until 2,910, one called at 2,800 until 2,860."""
    book = PoliceBook()
    book.sent(book.incident(2850.0, PRIORITY), PA, travel=5.0)  # attended, yet its time was not up
    book.incident(2850.0, PRIORITY)
    book.incident(2800.0, PRIORITY)  # never attended, time up
    values = figures(book).values
    assert values["police.met.priority"] == 0.0
    assert values["police.incidents.priority.per_day"] == pytest.approx(1.5)
    assert values["police.no_attendance.count"] == pytest.approx(365 / 2)


def test_queue_travel_and_control_times():
    book = PoliceBook()
    first = book.incident(100.0, PRIORITY)  # opens 111.25
    book.sent(first, PA, travel=10.0, decided=131.25)
    book.sent(book.incident(200.0, PRIORITY), PB, travel=20.0)
    values = figures(book).values
    assert values["police.queue.priority.mean_s"] == pytest.approx(600.0)
    assert values["police.queued.priority"] == 0.5
    assert values["police.travel.priority.median_s"] == pytest.approx(900.0)
    assert values["police.control.priority.mean_s"] == pytest.approx(675.0)


def test_times_of_an_incident_whose_first_car_was_taken_away_are_of_the_one_that_came():
    book = PoliceBook()
    job = book.incident(100.0, PRIORITY)
    book.sent(job, PA, travel=30.0, left=115.0)
    book.sent(job, PB, travel=7.0, decided=140.0)
    values = figures(book).values
    assert values["police.queue.priority.mean_s"] == 0.0  # to the first assigned
    assert values["police.travel.priority.mean_s"] == pytest.approx(420.0)
    assert values["police.response.priority.mean_s"] == pytest.approx(60 * 47.5)


def test_diversions():
    book = PoliceBook()
    job, other = book.incident(100.0, ROUTINE), book.incident(120.0, PRIORITY)
    book.sent(job, PA, travel=10.0, decided=140.0, left=145.0)  # on the way
    book.sent(job, PB, travel=10.0, decided=150.0, left=190.0)  # at the scene
    book.sent(other, PC, travel=10.0, left=500.0)
    urgent = book.incident(142.75)
    book.sent(urgent, PA, travel=5.0, decided=145.0, reason=Reason.DIVERTED)
    book.incident(200.0)
    found = figures(book)
    per_year = 365 / 2
    assert found.values["police.diversions"] == pytest.approx(3 * per_year)
    assert found.values["police.diversions.at_scene"] == pytest.approx(2 / 3)
    assert found.values["police.diversions.jobs"] == pytest.approx(2 * per_year)
    assert found.values["police.diversions.jobs_twice"] == pytest.approx(per_year)
    assert found.values["police.diversions.emergency_share"] == 0.5
    assert found.tables["police_diversions"]["on_the_way"].tolist() == [0, 0, 1]


def test_units_time_adds_up_and_overtime_is_apart():
    """pa on duty 0 to 600, held back 540 to 600; pb and pc off. One job from 560 runs on to 660."""
    book = PoliceBook()
    off = [(0.0, Mode.NO_CREW)]
    book.modes = {
        PA: [(0.0, Mode.IMMEDIATE), (540.0, Mode.RESERVED), (600.0, Mode.NO_CREW)],
        PB: off,
        PC: off,
    }
    job = book.incident(557.75, opened=560.0)
    book.sent(job, PA, travel=9.5, scene=15.0, tied_up=1, tied_up_min=70.0)  # 570, 585, 655, 660
    values = figures(book).values
    assert values["police.units.on_duty"] == pytest.approx(600 / 2880)
    assert values["police.utilisation"] == pytest.approx(40 / 600)
    assert values["police.time.travelling"] == pytest.approx(10 / 600)
    assert values["police.time.at_scene"] == pytest.approx(15 / 600)
    assert values["police.time.tied_up"] == pytest.approx(15 / 600)
    assert values["police.time.paperwork"] == 0.0
    assert values["police.time.not_deployable"] == pytest.approx(15 / 600)
    assert values["police.time.reserved"] == pytest.approx(20 / 600)
    assert values["police.time.patrolling"] == pytest.approx(540 / 600)
    assert values["police.overtime.hours"] == pytest.approx(182.5)
    assert values["police.custody.hours"] == pytest.approx(70 / 60 * 182.5)


def test_units_by_hour_and_by_unit():
    book = PoliceBook()
    book.modes = {PB: [(0.0, Mode.NO_CREW)], PC: [(0.0, Mode.NO_CREW), (480.0, Mode.IMMEDIATE)]}
    book.sent(book.incident(478.0, opened=480.0), PC, travel=9.5, scene=45.0)  # 480 to 490, 535, released 540
    tables = figures(book).tables
    hours = tables["police_units_by_hour"]
    assert hours["on_duty"][7] == pytest.approx(1.5)  # pa, and pc on the second day
    assert hours["on_duty"][8] == pytest.approx(2.0)
    assert hours["at_scene"][8] == pytest.approx(45 / 240)
    assert hours["paperwork"][8] == pytest.approx(5 / 240)
    shares = [
        hours[name] for name in ("patrolling", "reserved", "travelling", "at_scene", "tied_up", "paperwork")
    ]
    assert np.allclose(sum(shares), 1.0)
    cars = tables["police_by_unit"]
    assert cars["unit"].tolist() == ["pa", "pb", "pc"]
    assert cars["jobs"].tolist() == [0, 0, 182.5]
    assert cars["utilisation"][2] == pytest.approx(60 / 2400)


def test_the_appendix_counts_timed_incidents_by_month_of_the_call():
    """60 days from 1 April 2020; the town's month changes on day 30."""
    book = PoliceBook(horizon=60 * 1440.0)
    for time, timed in ((100.0, True), (200.0, False), (35 * 1440.0, True)):
        book.sent(book.incident(time, timed=timed), PA, travel=5.0)
    book.sent(book.incident(36 * 1440.0, type=BURGLARY), PA, travel=30.0)
    book.incident(59 * 1440.0, ROUTINE)  # its 48 hours are not up
    table = figures(book, days=60).tables["police_appendix1"]

    def row(crime, grade):
        chosen = (table["crime"] == crime) & (table["grade"] == grade)
        assert table["month"][chosen].tolist() == ["2020-04", "2020-05"]
        return [table[name][chosen].tolist() for name in ("met", "not_met", "incidents", "attended")]

    assert row("high_harm", "emergency") == [[1, 1], [0, 1], [2, 2], [2, 2]]
    assert row("robbery", "emergency") == [[1, 1], [0, 0], [2, 1], [2, 1]]
    assert row("residential_burglary", "emergency") == [[0, 0], [0, 1], [0, 1], [0, 1]]
    assert row("high_harm", "routine") == [[0, 0], [0, 0], [0, 1], [0, 0]]
    share = table["share"][(table["crime"] == "high_harm") & (table["grade"] == "emergency")]
    assert share.tolist() == [1.0, 0.5]


def test_breakdowns_are_by_group_and_grade():
    table = figures(met_book()).tables["police_by_district"]
    assert table["group"].tolist() == ["North"] * 3 + ["South"] * 3
    assert table["grade"].tolist() == ["emergency", "priority", "routine"] * 2
    assert table["incidents"].tolist() == [3, 0, 0, 1, 0, 0]
    assert table["met"][[0, 3]].tolist() == pytest.approx([1 / 3, 1.0])
    assert math.isnan(table["met"][1])
    assert table["mean_s"][3] == pytest.approx(19 * 60)


def test_standards_of_the_police():
    book = met_book()
    book.incident_rows[0]["received_min"] = 95.0  # rang for five minutes: 17.75 min from the first ring
    standards = [
        Standard(
            key="kpi", title="", service="police", statistic="share_met", incidents="emergency", target=0.9
        ),
        Standard(
            key="ring",
            title="",
            service="police",
            statistic="share_met",
            incidents="emergency",
            clock="received",
        ),
        Standard(
            key="sent", title="", service="police", incidents="all", clock="mobilisation", threshold_s=900.0
        ),
        Standard(
            key="rural",
            title="",
            service="police",
            incidents="emergency+robbery",
            area="rural",
            threshold_s=1100.0,
        ),
        Standard(
            key="mean", title="", service="police", incidents="high_harm", statistic="mean", target=900.0
        ),
        Standard(key="fire", title="", threshold_s=900.0),
    ]
    values = figures(book, standards=standards).values
    assert values["standard.kpi"] == values["police.met.emergency"] == 0.5
    assert values["standard.ring"] == 0.25
    assert values["standard.sent"] == 0.25  # 10.5, 15.5, 16.75, 20.5
    assert values["standard.rural"] == 0.0
    assert values["standard.mean"] == pytest.approx(60 * (12.75 + 17.75 + 19) / 3)
    assert math.isnan(values["standard.fire"])


def test_an_unknown_filter_names_the_nearest():
    wrong = Standard(key="x", title="", service="police", statistic="share_met", incidents="emergncy")
    with pytest.raises(ValueError, match="'emergncy': did you mean 'emergency'"):
        figures(PoliceBook(), standards=[wrong])


def test_fire_figures_do_not_see_police_incidents_or_cars():
    book = met_book()
    crash = book.incident(
        900.0, type=CRASH, pumps_asked=1, first_pump_min=910.0, first_unit=0, first_alert_min=901.25
    )
    book.sent(crash, PA, travel=12.0)
    found = figures(book, fire=True)
    assert found.values["fire.incidents"] == pytest.approx(365 / 2)
    assert found.values["fire.all.mean_s"] == pytest.approx(600.0)
    assert found.values["fire.responses"] == 0.0
    assert found.values["fire.border.given"] == 0.0
    assert found.tables["by_appliance"]["appliance"].tolist() == ["a1", "a2", "b1", "b2", "c1"]
    assert found.tables["by_type"]["group"].tolist() == ["crash"]


def test_joint_incidents():
    book = PoliceBook()
    asked = {"type": CRASH, "pumps_asked": 1, "first_unit": 0, "first_alert_min": 1.25}
    one = book.incident(0.0, **asked, first_pump_min=10.0)
    book.sent(one, PA, travel=9.5)  # 12.25
    two = book.incident(0.0, **asked, first_pump_min=20.0)
    book.sent(two, PB, travel=9.5)
    book.incident(0.0, **asked, first_pump_min=20.0)  # the police never came
    book.incident(0.0, **asked | {"grade": -1}, first_pump_min=5.0)  # fire alone
    book.incident(0.0, PRIORITY)  # police alone
    slow = book.incident(0.0, PRIORITY, **asked, first_pump_min=10.0)
    book.sent(slow, PB, travel=100.0, decided=0.0, turnout=0.0)
    found = figures(book, fire=True)
    assert found.values["joint.share_of_all"] == pytest.approx(4 / 6)
    assert found.values["joint.share_of_fire"] == pytest.approx(4 / 5)
    assert found.values["joint.both_there.mean_s"] == pytest.approx(60 * (12.25 + 20 + 100) / 3)
    assert found.values["joint.urgent.both_there.mean_s"] == pytest.approx(60 * (12.25 + 20) / 2)
    assert found.values["joint.urgent.share"] == pytest.approx(3 / 4)
    assert found.values["joint.urgent.waiting_for_second.mean_s"] == pytest.approx(60 * (2.25 + 7.75) / 2)
    assert found.values["joint.urgent.police_first"] == 0.5
    assert found.values["joint.both_came"] == pytest.approx(3 / 4)
    assert found.tables["joint_by_type"]["incidents"].tolist() == [4]


def test_the_control_room():
    book = PoliceBook()
    hour = {"redials": 0, "talk_min": 60.0}
    book.call_rows = [
        {"line": 0, "from_min": 0.0, "calls": 10, "in_target": 8, "abandoned": 1, "wait_min": 1.8, **hour},
        {"line": 0, "from_min": 60.0, "calls": 10, "in_target": 10, "abandoned": 0, "wait_min": 0.1, **hour},
        {"line": 1, "from_min": 60.0, "calls": 4, "in_target": 1, "abandoned": 2, "wait_min": 8.0, **hour},
    ]
    found = figures(book)
    assert found.values["police.calls.999.in_target"] == pytest.approx(0.9)
    assert found.values["police.calls.999.abandoned"] == pytest.approx(0.05)
    assert found.values["police.calls.999.answer.mean_s"] == pytest.approx(6.0)
    assert found.values["police.calls.101.answer.mean_s"] == pytest.approx(240.0)
    assert found.values["police.calls.101.per_day"] == 2.0
    assert found.tables["calls_by_hour"]["calls"].tolist()[:4] == [10, 0, 10, 4]


@pytest.mark.parametrize("fire", [False, True])
def test_every_defined_figure_is_there_in_order(fire):
    book = PoliceBook()
    book.sent(book.incident(100.0), PA, travel=10.0)
    found = figures(book, fire=fire)
    defined = definitions_of_world(police_town(fire=fire))
    assert list(found.values) == [name for name in defined if not name.startswith("police.calls.")]
    assert any(name.startswith("fire.") for name in found.values) == fire
    assert any(name.startswith("joint.") for name in found.values) == fire
    for name, table in found.tables.items():
        assert len({column.size for column in table.values()}) == 1, name


def test_an_empty_log_has_figures():
    book = PoliceBook()
    found = figures(book, fire=True)
    assert found.values["police.incidents"] == 0.0
    assert found.values["police.utilisation"] == 0.0
    assert found.police_misses is not None
    assert found.police_misses.row.size == 0
    assert math.isnan(found.values["police.met.emergency"])


def test_names_are_of_the_grades_and_crimes_of_the_world():
    names = list(definitions_of_world(police_town(fire=False)))
    assert "police.met.routine.robbery" in names
    assert "police.met.priority.urban" not in names
