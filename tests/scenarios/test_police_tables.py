"""The police tables: totals that the published figures give, and loads that are plausible before any run."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import numpy as np
import pytest

from scenarios.building.world import build_world
from scenarios.loading.load import load_scenario
from scenarios.schema.police import Police
from scenarios.schema.scenario import Scenario
from scenarios.tools.police_workload import demand_per_hour, offered_load
from sim.world.fire import World

DAYS_OF_TOTALS = 648  # 1 January 2021 to 10 October 2022, seed document 001 l.1713
APPENDIX_1 = {  # timed responses: emergency, priority, routine, September 2021 to September 2022
    "residential_burglary": (577, 1391, 947),
    "robbery": (395, 197, 64),
    "violence_with_injury": (5844, 1473, 762),
    "rape": (165, 429, 255),
    "serious_sexual": (391, 759, 665),
}


@lru_cache(maxsize=1)
def scenario() -> Scenario:
    return load_scenario("uncalibrated-police")


def police() -> Police:
    section = scenario().police
    assert section is not None
    return section


@lru_cache(maxsize=1)
def world() -> World:
    return build_world(scenario())


def a_day(attended: bool, high_harm: bool) -> float:
    return sum(
        each.per_year * (each.attended_share if attended else 1.0) / 365.0
        for each in police().incident_types.values()
        if each.high_harm == high_harm
    )


def test_the_period_is_that_of_the_published_table() -> None:
    calendar = scenario().calendar
    assert calendar.start == date(2021, 9, 1)
    assert calendar.days == 395


@pytest.mark.parametrize(
    ("attended", "high_harm", "total"),
    [(True, True, 68_278), (False, True, 82_480), (True, False, 244_306), (False, False, 332_776)],
)
def test_incidents_a_day_are_those_of_the_648_days(attended: bool, high_harm: bool, total: int) -> None:
    assert a_day(attended, high_harm) == pytest.approx(total / DAYS_OF_TOTALS, rel=0.002)


def test_emergencies_are_a_fifth_of_999_calls() -> None:
    grading = police().schemes["force"].grading
    emergencies = sum(
        each.per_year * each.attended_share / 365.0 * grading[key].shares["emergency"]
        for key, each in police().incident_types.items()
    )
    assert emergencies == pytest.approx(180.0, rel=0.002)
    assert emergencies / police().lines.calls_999_per_day == pytest.approx(0.20, abs=0.005)


def test_grades_of_high_harm_crimes_are_those_of_the_timed_responses() -> None:
    grading = police().schemes["force"].grading
    for key, counts in APPENDIX_1.items():
        shares = [grading[key].shares[grade] for grade in ("emergency", "priority", "routine")]
        assert shares == pytest.approx([n / sum(counts) for n in counts], abs=2e-4), key


def test_as_many_responses_are_timed_as_were_published() -> None:
    timed = sum(
        each.per_year * each.attended_share * each.timed_share / 365.0
        for each in police().incident_types.values()
        if each.high_harm
    )
    assert timed == pytest.approx(sum(map(sum, APPENDIX_1.values())) / 395, rel=0.005)


def test_high_harm_crimes_are_the_force_s_five() -> None:
    crimes = {each.crime for each in police().incident_types.values() if each.high_harm}
    assert crimes == {"Residential Burglary", "Robbery", "Violence with Injury", "Rape", "Serious Sexual"}


def test_both_schemes_promise_what_their_policies_say() -> None:
    targets = {
        name: {key: (g.target_urban_min, g.target_rural_min) for key, g in scheme.grades.items()}
        for name, scheme in police().schemes.items()
    }
    assert targets == {
        "force": {"emergency": (15, 20), "priority": (60, 60), "routine": (2880, 2880)},
        "national": {
            "emergency": (20, 20),
            "urgent": (60, 60),
            "priority": (480, 480),
            "scheduled": (1440, 1440),
        },
    }


def test_key_performance_indicators() -> None:
    targets = {
        each.measure: each.target for each in scenario().standards.values() if each.service == "police"
    }
    assert targets == {"police.met.emergency": 0.90, "police.met.priority": 0.84}


def test_profiles_have_mean_one() -> None:
    for key, week in police().profiles_hour.items():
        total = 4 * sum(week.weekday) + sum(week.friday) + sum(week.saturday) + sum(week.sunday)
        assert total / 168 == pytest.approx(1.0, abs=1e-3), key


def test_violence_is_a_matter_of_weekend_nights() -> None:
    week = world().demand.hour_of_week[world().demand.key.index("violence_with_injury")]
    saturday_night, tuesday_night = 5 * 24 + 23, 1 * 24 + 23
    assert week[saturday_night] > 1.5 * week[tuesday_night]


def test_cars_on_duty_are_of_the_number_that_is_known() -> None:
    """75 to 110 force-wide on average; single hours are outside where shifts overlap or at the end of the night."""
    load = offered_load(world())
    assert 75.0 <= load.on_duty.mean() <= 110.0
    assert load.on_duty.min() > 50.0


def test_cars_are_busy_for_about_half_of_their_time() -> None:
    load = offered_load(world())
    assert 0.45 <= load.utilisation <= 0.65
    assert (load.busy / load.deployable).max() < 1.0
    assert load.specialist < 0.6 * load.specialist_on_duty


def test_four_in_five_emergencies_are_urban() -> None:
    emergencies = demand_per_hour(world()).sum(axis=1) * world().police.demand.grade_share[0][:, 0]  # type: ignore[union-attr]
    urban = world().demand.cell_share[:, world().cells.urban].sum(axis=1)
    assert emergencies @ urban / emergencies.sum() == pytest.approx(0.80, abs=0.03)


def test_districts_have_cars_as_they_have_incidents() -> None:
    built = world().police
    assert built is not None
    district = built.district_of_cell
    incidents = demand_per_hour(world()).sum(axis=1) @ world().demand.cell_share
    response = built.units.police & ~built.units.support
    hours = (built.units.on_duty > 0).sum(axis=0) * (1.0 - built.units.abstraction_share)
    for d, name in enumerate(built.district_names):
        share = incidents[district == d].sum() / incidents.sum()
        cars = hours[response & (built.units.district == d)].sum() / hours[response].sum()
        assert cars == pytest.approx(share, abs=0.02), name
        assert np.isclose(sum(world().cells.inside[district == d]), sum(district == d))
