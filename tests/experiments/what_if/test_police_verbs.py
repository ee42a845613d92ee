"""The verbs of the police: what each lays over the scenario, how they combine, and how they refuse."""

from __future__ import annotations

import pytest

from scenarios.building.world import build_world
from scenarios.changes import FORMS, apply_texts, overlay_text
from scenarios.changes.parse import POLICE_VERBS
from scenarios.loading.faults import ScenarioError
from scenarios.loading.load import load_scenario
from scenarios.schema.police import Police
from scenarios.schema.scenario import Scenario
from sim.engine.run import simulate

BASE = load_scenario("police-baseline")


def police(scenario: Scenario) -> Police:
    assert scenario.police is not None
    return scenario.police


def changed(*options: tuple[str, str]) -> Police:
    return police(apply_texts(BASE, options))


def cars(of: Police, shift: str = "", role: str = "response") -> float:
    """Cars of a role, of one shift or all."""
    return sum(
        row.single_cars + row.double_cars
        for row in of.cars.values()
        if row.role == role and shift in ("", row.shift)
    )


NOW = police(BASE)


def test_units_of_all_are_the_response_cars_of_every_shift() -> None:
    more = changed(("units", "+10%"))
    assert cars(more) == pytest.approx(1.1 * cars(NOW))
    assert cars(more, role="armed") == cars(NOW, role="armed")


def test_units_of_the_night_and_of_a_shift() -> None:
    fewer = changed(("units", "night=-20%"), ("units", "late=x1.5"))
    assert cars(fewer, "night") == pytest.approx(0.8 * cars(NOW, "night"))
    assert cars(fewer, "late") == pytest.approx(1.5 * cars(NOW, "late"))
    assert cars(fewer, "early") == cars(NOW, "early")


def test_units_of_a_district_by_name_or_key() -> None:
    one, same = changed(("units", "Colchester=x2")), changed(("units", "colchester=+100%"))
    assert one == same
    twice = {key for key in one.cars if one.cars[key] != NOW.cars[key]}
    assert twice == {
        key for key, row in NOW.cars.items() if row.district == "colchester" and row.role == "response"
    }


def test_factors_of_one_kind_of_car_multiply() -> None:
    assert cars(changed(("units", "+10%"), ("units", "x2"))) == pytest.approx(2.2 * cars(NOW))


def test_grades_take_the_other_scheme() -> None:
    assert changed(("grades", "National")).scheme == "national"


def test_a_window_of_abstraction_goes_off_and_the_share_of_every_day_is_set() -> None:
    off = changed(("abstraction", "cop26=off"), ("abstraction", "14%"))
    assert [each.in_use for each in off.abstractions.values()] == [False, True]
    assert off.abstraction_share == 0.14
    none = changed(("abstraction", "all=off")).abstractions
    assert not any(each.in_use for each in none.values())


def test_control_delay_is_multiplied_in_every_grade() -> None:
    half = changed(("control-delay", "x0.5"))
    assert half.emergency_delay_factor == 0.5 * NOW.emergency_delay_factor
    assert half.other_delay_factor == 0.5 * NOW.other_delay_factor


def test_demand_of_the_police_and_of_one_of_its_types() -> None:
    assert changed(("demand", "police=x1.2")).demand_factor == pytest.approx(1.2 * NOW.demand_factor)
    robbery = changed(("demand", "robbery=x2")).incident_types["robbery"]
    assert robbery.per_year == pytest.approx(2.0 * NOW.incident_types["robbery"].per_year)
    both = apply_texts(BASE, [("demand", "all=x1.5")])
    assert both.demand_factor == pytest.approx(1.5 * BASE.demand_factor)
    assert police(both).demand_factor == pytest.approx(1.5 * NOW.demand_factor)


@pytest.mark.parametrize(
    ("base", "option", "told"),
    [
        ("baseline", ("units", "+10%"), "has no police"),
        ("police-baseline", ("units", "Colchestr=+10%"), "nearest known is Colchester"),
        ("police-baseline", ("units", "10%"), "--units night=-10%"),
        ("police-baseline", ("grades", "nationl"), "national"),
        ("police-baseline", ("abstraction", "cop=off"), "cop26"),
        ("police-baseline", ("abstraction", "cop26=no"), "neither on nor off"),
        ("police-baseline", ("control-delay", "x0"), "above 0"),
    ],
)
def test_what_cannot_be_done_is_told_with_a_remedy(base: str, option: tuple[str, str], told: str) -> None:
    with pytest.raises(ScenarioError) as refused:
        apply_texts(load_scenario(base), [option])
    assert told in str(refused.value)


def test_two_that_contradict_each_other_are_refused() -> None:
    with pytest.raises(ScenarioError, match="contradicts"):
        apply_texts(BASE, [("grades", "national"), ("grades", "force")])
    with pytest.raises(ScenarioError, match="contradicts"):
        apply_texts(BASE, [("abstraction", "cop26=off"), ("abstraction", "cop26=on")])


def test_all_verbs_of_the_police_run_together_and_are_kept() -> None:
    week = BASE.model_copy(update={"calendar": BASE.calendar.model_copy(update={"days": 3})})
    options = [
        ("units", "night=x1.1"),
        ("grades", "national"),
        ("abstraction", "20%"),
        ("control-delay", "x0.5"),
        ("demand", "police=x1.2"),
        ("set", "police.lines.kept_for_999=0"),
    ]
    assert set(POLICE_VERBS) <= {verb for verb, _ in options} <= set(FORMS)
    option = apply_texts(week, options)
    assert "kept_for_999 = 0" in overlay_text("police-baseline", week, option)
    log = simulate(build_world(option), seed=1, replication=0)
    assert len(log.incidents["time_min"]) > 1000
    assert log.calls["calls"].sum() > 5000
