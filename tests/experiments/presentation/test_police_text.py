"""What a terminal says of the police: Appendix 1, breakdowns, headlines, the story of an incident, reported figures."""

from datetime import date

import pytest

from experiments.execution.police_reported import months_covered, reported_by_police
from experiments.presentation.headline import headline
from experiments.presentation.police_report import appendix_text, wide
from experiments.presentation.police_trace_text import police_trace_text
from experiments.run.trace import slowest_police_misses
from sim.traces.police import prepare, trace_police
from sim.world.codes import Origin, Reason
from sim.world.standards import Standard
from tests.sim.measures.police_town import BURGLARY, PA, PB, ROUTINE, PoliceBook, police_town

THIRTEEN = [f"{2021 + (8 + k) // 12}-{(8 + k) % 12 + 1:02d}" for k in range(13)]
KPI = Standard(
    key="kpi",
    title="Emergencies in time",
    service="police",
    statistic="share_met",
    incidents="emergency",
    target=0.9,
)


def appendix(months, met, not_met):
    rows = len(months)
    return {
        "crime": ["high_harm"] * rows, "grade": ["emergency"] * rows, "month": months, "met": met, "not_met": not_met,
    }  # fmt: skip


def test_appendix_1_is_laid_out_as_the_force_does_in_80_columns():
    """The force's own high-harm emergencies: the page must give back its percentages."""
    met = [529, 516, 433, 471, 447, 401, 458, 473, 462, 461, 503, 532, 413]
    late = [110, 107, 71, 77, 70, 88, 96, 87, 89, 110, 132, 119, 117]
    lines = appendix_text(appendix(THIRTEEN, met, late)).splitlines()
    assert lines[3] == "Emergency  Sep  Oct  Nov  Dec  Jan  Feb  Mar  Apr  May  Jun  Jul  Aug  Sep Total"
    assert lines[-3].split() == ["Met", *map(str, met), "6099"]
    printed = "82.8 82.8 85.9 85.9 86.5 82.0 82.7 84.5 83.8 80.7 79.2 81.7 77.9 82.7"
    assert lines[-1].split() == ["%", "met", *printed.split()]
    assert max(map(len, lines)) <= 80


def test_more_than_13_months_go_over_several_lines_with_the_total_at_the_end():
    months = [f"2021-{k + 1:02d}" for k in range(12)] + ["2022-01", "2022-02"]
    lines = appendix_text(appendix(months, [1] * 14, [0] * 13 + [1])).splitlines()
    assert [line for line in lines if "Total" in line] == ["Emergency  Feb Total"]
    assert lines[-1].split() == ["%", "met", "50.0", "93.3"]


def test_a_breakdown_by_group_and_grade_becomes_a_row_a_group():
    columns = {
        "group": ["North", "North"], "grade": ["emergency", "priority"], "incidents": [3.0, 1.0], "met": [0.9, 0.5],
        "mean_s": [60.0, 70.0], "p90_s": [80.0, 90.0], "queue_mean_s": [1.0, 2.0],
    }  # fmt: skip
    assert wide(columns) == {
        "group": ["North"], "incidents": [4.0], "met_emergency": [0.9], "met_priority": [0.5],
        "emergency_mean_s": [60.0], "emergency_p90_s": [80.0], "emergency_queue_mean_s": [1.0],
    }  # fmt: skip


def test_the_first_table_follows_the_services():
    assert list(headline(["fire.all.within_15", "fire.all.mean_s"])) == ["fire.all.within_15"]
    police = headline(["police.met.urgent", "police.met.urgent.robbery", "police.utilisation"])
    assert police == {"police.met.urgent": "Urgent in time", "police.utilisation": "Units busy"}


def test_months_of_a_run():
    assert months_covered(date(2021, 9, 1), 395) == tuple(THIRTEEN)
    assert months_covered(date(2021, 9, 2), 60) == ("2021-10",)
    assert months_covered(date(2021, 9, 1), 29) == ()


def test_reported_figures_are_of_the_months_of_the_run():
    thirteen = reported_by_police(date(2021, 9, 1), 395)
    assert thirteen["police.met.emergency.high_harm"] == pytest.approx(6099 / 7372)
    assert thirteen["police.met.emergency.other"] == 0.81
    assert reported_by_police(date(2021, 9, 1), 30)["police.met.emergency.high_harm"] == pytest.approx(
        529 / 639
    )
    assert reported_by_police(date(2023, 9, 1), 30)["police.met.emergency.high_harm"] == 0.84


@pytest.fixture(scope="module")
def told():
    world, book = police_town(fire=False), PoliceBook()
    job = book.incident(600.0, ROUTINE, type=BURGLARY)
    book.sent(job, PA, travel=5.0, left=690.0)
    urgent = book.incident(687.75, received_min=687.5)
    book.sent(
        urgent, PA, travel=20.0, decided=690.0, reason=Reason.DIVERTED, origin=Origin.AT_SCENE, tied_up=1
    )
    book.sent(job, PB, travel=4.0, decided=700.0, reason=Reason.QUEUED)
    return world, book.log(), job, urgent


def test_the_story_of_an_emergency_that_took_a_unit_off_other_work(told):
    world, log, job, urgent = told
    text = police_trace_text(trace_police(prepare(world, log), urgent, "robbery-1", [KPI]), date(2020, 4, 1))
    words = " ".join(text.split())
    assert "Graded emergency, to be there within 15:00 (urban); 1 officer asked for." in words
    assert "First unit 22:45 after the answer, too late." in words
    assert "The call begins to ring." in words
    assert (
        "3 units on duty suit and may be sent at once: 2 free, 1 at less urgent work that may be left."
        in words
    )
    assert "Control diverts pa (North, double crewed), the quickest though on less urgent work" in words
    assert f"at the scene of incident {job} (routine)" in words
    assert "leaves the scene for custody." in words
    assert "Emergencies in time: missed, 22:45 where 15:00 is promised. Cause: nearer unit busy" in words
    assert max(map(len, text.splitlines())) <= 80


def test_the_story_of_the_work_that_was_left(told):
    world, log, job, urgent = told
    words = " ".join(
        police_trace_text(trace_police(prepare(world, log), job, "burglary-1"), date(2020, 4, 1)).split()
    )
    assert f"pa is taken away from the scene for incident {urgent}, more urgent work." in words
    assert "the first to be free" in words
    assert "to be there within 48 h 0 min" in words
    assert "Routine in time: this incident does not count." in words  # its 48 hours are not up


def test_the_worst_comes_first(told):
    world, log, _, urgent = told
    assert slowest_police_misses(world, log, [KPI]) == [(urgent, pytest.approx(22.75), "nearer unit busy")]


def test_an_incident_without_police_is_refused(told):
    world, _, _, _ = told
    book = PoliceBook()
    book.incident(0.0, grade=-1)
    with pytest.raises(ValueError, match="incident 0 has no police grade"):
        trace_police(prepare(world, book.log()), 0, "x")
