"""From the police section to arrays: shifts, cars, grades by day, places; and nothing of fire's that changes."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from scenarios.building.police.cars import OFF, ON, RESERVED, cars_of, on_duty
from scenarios.building.world import build_world, standards_of
from scenarios.loading.datasets import tables_folder
from scenarios.loading.load import digest, dump_scenario, load_scenario
from scenarios.schema.police import Police, Shift
from scenarios.schema.scenario import Scenario
from scenarios.uncertainty.assumptions import list_assumptions
from sim.world.fire import World
from sim.world.police import Police as BuiltPolice


@lru_cache(maxsize=4)
def base(name: str = "uncalibrated-police") -> Scenario:
    scenario = load_scenario(name)
    calendar = scenario.calendar.model_copy(update={"days": 14})
    return scenario.model_copy(update={"calendar": calendar})


def section(**changes: Any) -> Police:
    police = base().police
    assert police is not None
    return police.model_copy(update=changes)


def with_police(**changes: Any) -> Scenario:
    return base().model_copy(update={"police": section(**changes)})


@lru_cache(maxsize=4)
def world(name: str = "uncalibrated-police") -> World:
    return build_world(base(name))


def police_of(built: World) -> BuiltPolice:
    assert built.police is not None
    return built.police


def test_a_shift_over_midnight_goes_on_into_the_next_day_and_week() -> None:
    shift = Shift(starts=(22.0,), length_h=10.0, days=("Sun",))
    week = on_duty(shift, 0)
    assert (week != OFF).sum() == 20
    assert (week[6 * 48 + 44 :] != OFF).all()
    assert (week[:16] != OFF).all()
    assert week[16] == OFF


def test_briefing_meal_and_the_last_half_hour_are_for_emergencies_only() -> None:
    shift = Shift(starts=(7.0, 9.0), length_h=10.0)
    first, second, third = (on_duty(shift, turn)[:48] for turn in range(3))
    assert list(np.flatnonzero(first == RESERVED)) == [14, 22, 33]
    assert list(np.flatnonzero(second == RESERVED)) == [
        18,
        27,
        37,
    ]  # starts later, eats half an hour later still
    assert list(np.flatnonzero(third == RESERVED)) == [
        14,
        24,
        33,
    ]  # starts with the first, eats an hour later
    assert (first == ON).sum() == 17


def test_cars_on_duty_follow_the_factor_however_small_the_step() -> None:
    def expected(factor: float) -> float:
        return sum(car.planned for car in cars_of(section(cars_factor=factor)))

    whole = expected(1.0)
    for factor in (0.8, 0.995, 1.005, 1.3):
        assert expected(factor) == pytest.approx(factor * whole)


def test_a_car_more_changes_no_other() -> None:
    fewer = {car.key: (car.officers, car.turn) for car in cars_of(section())}
    more = {car.key: (car.officers, car.turn) for car in cars_of(section(cars_factor=1.2))}
    assert len(more) > len(fewer)
    assert {key: more[key] for key in fewer} == fewer


def test_night_cars_move_only_the_nights() -> None:
    changed = {car.key for car in cars_of(section(night_cars_factor=2.0))}
    added = changed - {car.key for car in cars_of(section())}
    assert added
    assert all("-night-" in key for key in added)


def test_units_are_the_cars_and_patrol_their_district() -> None:
    built = world()
    police = police_of(built)
    assert built.units.key == tuple(car.key for car in cars_of(section()))
    assert not built.units.pump.any()
    for u in np.flatnonzero(police.units.police):
        span = slice(police.units.patrol_start[u], police.units.patrol_start[u + 1])
        assert police.units.patrol_share[span].sum() == pytest.approx(1.0)
        d = police.units.district[u]
        if d >= 0:
            keys = [built.sites.key[s].removeprefix("place-") for s in police.units.patrol_site[span]]
            names = {section().districts[section().places[key].district].name for key in keys}
            assert names == {police.district_names[d]}


def test_every_cell_inside_has_a_policing_district() -> None:
    built = world()
    assert ((police_of(built).district_of_cell >= 0) == built.cells.inside).all()


def test_shares_add_up() -> None:
    built = world()
    demand = police_of(built).demand
    assert demand.grade_share.sum(axis=2) == pytest.approx(np.ones(demand.grade_share.shape[:2]))
    assert built.demand.cell_share.sum(axis=1) == pytest.approx(np.ones(len(built.demand.key)))
    outside = built.demand.cell_share[:, ~built.cells.inside]
    assert outside.sum() == 0.0


def test_fewer_country_incidents_with_a_lower_rural_factor() -> None:
    def urban(factor: float) -> float:
        built = build_world(with_police(rural_factor=factor))
        return float(built.demand.cell_share[:, built.cells.urban].sum(axis=1).mean())

    assert urban(0.5) > urban(1.0) > urban(2.0)


def test_burglaries_are_priorities_from_the_day_of_operation_clarity() -> None:
    scenario = load_scenario("police-baseline")
    demand = police_of(build_world(scenario)).demand
    assert list(demand.grade_from_day) == [0, 390]  # 26 September 2022
    burglary = 0
    before, after = demand.grade_share[:, burglary]
    assert before[2] > 0.3
    assert after[2] == 0.0
    assert after[0] == before[0]
    assert after[1] == pytest.approx(before[1] + before[2])


def test_a_rule_not_in_use_is_as_if_it_were_not_there() -> None:
    rules = {key: rule.model_copy(update={"in_use": False}) for key, rule in section().regrading.items()}
    assert len(police_of(build_world(with_police(regrading=rules))).demand.grade_share) == 1


def test_the_national_scheme_is_a_field() -> None:
    police = police_of(build_world(with_police(scheme="national")))
    assert police.grades.key == ("emergency", "urgent", "priority", "scheduled")
    assert police.grades.target_min.tolist() == [[20, 20], [60, 60], [480, 480], [1440, 1440]]


def test_specialists_are_asked_for_but_in_emergencies() -> None:
    built = world()
    demand = police_of(built).demand
    rape = built.demand.key.index("rape")
    asked = built.capability_names.index("sexual_offences")
    assert demand.capability[rape].tolist() == [-1, asked, asked]
    assert (demand.capability[built.demand.key.index("robbery")] == -1).all()


def test_levers_multiply_what_they_are_on() -> None:
    plain, moved = (
        police_of(world()),
        police_of(
            build_world(with_police(scene_factor=1.5, emergency_delay_factor=2.0, other_delay_factor=0.5))
        ),
    )
    assert moved.demand.scene_median_min == pytest.approx(1.5 * plain.demand.scene_median_min)
    ratio = moved.grades.delay_median_min / plain.grades.delay_median_min
    assert ratio.tolist() == [2.0, 0.5, 0.5]


def test_calls_without_incident_make_up_the_lines() -> None:
    lines = police_of(world()).lines
    assert lines is not None
    incidents = 24.0 / 168.0 * 0.0 + (
        section().lines.calls_999_per_day - lines.other_per_hour[0].mean() * 24.0
    )
    assert 150.0 < incidents < 400.0
    assert (
        police_of(build_world(with_police(lines=section().lines.model_copy(update={"in_use": False})))).lines
        is None
    )


def test_abstractions_are_days_of_the_run() -> None:
    police = police_of(build_world(load_scenario("police-baseline")))
    days = {each.name: (each.first_day, each.last_day) for each in police.abstractions}
    assert days == {"cop26": (153, 180), "just-stop-oil-july": (303, 333)}
    assert police_of(world()).abstractions == ()  # fourteen days in September


def test_joint_counts_no_incident_twice() -> None:
    alone, joint = world(), world("joint")
    demand, both = alone.demand, joint.demand
    own = len(both.key) - len(demand.key)
    police = police_of(joint).demand
    shared = (both.per_year * both.attended_share * police.attended_share)[:own].sum()
    attended = (both.per_year * both.attended_share)[own:].sum()
    assert shared > 1000.0
    assert attended + shared == pytest.approx((demand.per_year * demand.attended_share).sum())
    assert police.attends[:own].sum() == len(section().fire_attendance)
    assert police.fire_attends.tolist() == [True] * own + [False] * len(demand.key)


def test_joint_incidents_have_a_grading_of_their_own() -> None:
    built = world("joint")
    shares = dict(zip(built.demand.key, police_of(built).demand.grade_share[0], strict=True))
    assert shares["dwelling_fire"].tolist() == pytest.approx([0.9, 0.1, 0.0])
    assert shares["secondary_fire"].tolist() == shares["anti_social_behaviour"].tolist()
    assert not shares["chimney_fire"].any()


def test_joint_has_the_fire_service_as_it_was() -> None:
    joint, fire = world("joint"), build_world(load_scenario("baseline"))
    n = len(fire.units.key)
    assert joint.units.key[:n] == fire.units.key
    assert (joint.units.site[:n] == fire.units.site).all()
    assert joint.people.key == fire.people.key
    assert np.array_equal(joint.people.presence, fire.people.presence)
    m, s = len(fire.demand.key), len(fire.sites.key)
    assert np.array_equal(joint.demand.cell_share[:m], fire.demand.cell_share)
    assert joint.demand.variant_name[: len(fire.demand.variant_name)] == fire.demand.variant_name
    assert np.allclose(joint.travel.site_min[:, :, :s], fire.travel.site_min)
    assert not police_of(joint).units.police[:n].any()


def test_a_fire_scenario_knows_nothing_of_the_police_tables(own_tables: Path) -> None:
    """Neither its content nor its digest, so that kept runs stay valid."""
    with_tables = load_scenario(own_tables.parent / "own.toml")
    before = digest(with_tables)
    for path in own_tables.glob("*police*.csv"):
        path.unlink()
    without = load_scenario(own_tables.parent / "own.toml")
    assert without == with_tables
    assert digest(without) == before
    assert without.police is None
    assert build_world(base("baseline")).police is None


def test_the_police_tables_count_for_a_police_scenario(tmp_path: Path) -> None:
    shutil.copytree(tables_folder("essex"), tmp_path / "tables")
    own = tmp_path / "own.toml"
    own.write_text('extends = "police-baseline"\n[geography]\ntables = "tables"\n', encoding="utf-8")
    before = digest(load_scenario(own))
    cars = tmp_path / "tables" / "police_centres.csv"
    cars.write_text(
        cars.read_text(encoding="utf-8") + "elsewhere,Elsewhere,51.7,0.5,0.1,a test,assumption,\n"
    )
    assert digest(load_scenario(own)) != before


@pytest.mark.parametrize("name", ["police-baseline", "joint"])
def test_a_dumped_scenario_loads_again(tmp_path: Path, name: str) -> None:
    file = tmp_path / "again.json"
    scenario = load_scenario(name)
    file.write_text(dump_scenario(scenario), encoding="utf-8")
    assert load_scenario(file) == scenario
    assert digest(load_scenario(file)) == digest(scenario)


def test_standards_are_those_of_the_services() -> None:
    of = {
        name: {each.service for each in standards_of(base(name))}
        for name in ("baseline", "police-baseline", "joint")
    }
    assert of == {"baseline": {"fire"}, "police-baseline": {"police"}, "joint": {"fire", "police"}}


def test_every_police_assumption_is_listed() -> None:
    listed = [each.path for each in list_assumptions(load_scenario("police-baseline"))]
    for path in (
        "police.cars_factor",
        "police.scene_factor",
        "police.rural_factor",
        "police.dispatch.blue_factor",
    ):
        assert path in listed
    for table in ("cars", "shifts", "places", "abstractions", "schemes.force.grades", "incident_types"):
        assert any(path.startswith(f"police.{table}") for path in listed), table
    assert not any(path.startswith(("on_call.", "stations")) for path in listed)


def test_a_surge_of_police_incidents(write: Callable[..., Path]) -> None:
    text = (
        'extends = "police-baseline"\n[surges.night]\nfirst = 2021-09-03\nlast = 2021-09-03\n'
        "[surges.night.factors]\nrobbery = 3.0\npolice = 2.0\n"
    )
    built = build_world(load_scenario(write(text)))
    assert built.demand.day_factor is not None
    robbery = built.demand.key.index("robbery")
    assert built.demand.day_factor[robbery, :4].tolist() == [1.0, 1.0, 6.0, 1.0]
    assert built.demand.day_factor[robbery + 1, 2] == 2.0
