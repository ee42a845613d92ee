"""What does not fit together in a police scenario is told: file, field, value, remedy; all faults at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from scenarios.loading.faults import ScenarioFault
from scenarios.loading.load import check_scenario, load_scenario


@pytest.fixture
def police_faults(write: Callable[..., Path]) -> Callable[[str], list[ScenarioFault]]:
    return lambda text: check_scenario(write('extends = "police-baseline"\n' + text))


@pytest.mark.parametrize(
    ("text", "where", "problem"),
    [
        ('[police]\nscheme = "nation"', "police.scheme", "unknown scheme of grades nation"),
        (
            "[police.schemes.force.grading.rape.shares]\nemergency = 0.5",
            "police.schemes.force.grading.rape.shares",
            "add up to 1.3057, not 1",
        ),
        (
            "[police.schemes.force.grading.rape.shares]\nurgent = 0.0",
            "police.schemes.force.grading.rape.shares.urgent",
            "unknown grade urgent",
        ),
        (
            "[police.schemes.force.grades.priority]\nurgency = 1",
            "police.schemes.force.grades.priority.urgency",
            "two grades of the same urgency",
        ),
        (
            "[police.schemes.force.grades.routine]\nhours = [22, 8]",
            "grades.routine.hours",
            "ends before it begins",
        ),
        (
            '[police.regrading.burglary-priority]\ngrade = "urgent"',
            "burglary-priority.grade",
            "unknown grade urgent",
        ),
        (
            '[police.cars.harlow-early]\nbase = "harlo"',
            "police.cars.harlow-early.base",
            "unknown police base harlo",
        ),
        ('[police.cars.harlow-early]\nshift = "day"', "police.cars.harlow-early.shift", "unknown shift day"),
        (
            '[police.cars.harlow-early]\ndistrict = "h"',
            "harlow-early.district",
            "unknown policing district h",
        ),
        (
            "[police.shifts.early]\nlength_h = 9.75",
            "police.shifts.early.length_h",
            "not a number of half hours",
        ),
        (
            "[police.shifts.early]\nstarts = [7.25]",
            "police.shifts.early.starts",
            "not a number of half hours",
        ),
        ("[police.shifts.early]\nlength_h = 1.5", "police.shifts.early.length_h", "take the whole shift"),
        (
            '[police.places.grays]\ndistrict = "Thurock"',
            "police.places.grays.district",
            "unknown policing district",
        ),
        (
            '[police.districts.harlow]\nauthorities = ["Harlow", "Basildon"]',
            "police.districts.harlow.authorities",
            "Basildon is in the policing district basildon already",
        ),
        ('[remove]\n"police.districts" = ["harlow"]', "police.districts", "no policing district has Harlow"),
        (
            '[police.incident_types.rape]\ncapability = "x"',
            "incident_types.rape.capability",
            "unknown capability",
        ),
        ("[police.incident_types.rape]\ncustody_share = 0.99", "rape.custody_share", "together are over 1"),
        (
            '[police.incident_types.rape]\nhour_profile = "x"',
            "rape.hour_profile",
            "unknown police hour profile x",
        ),
        ("[police.abstractions.cop26]\nlast = 2022-01-01", "abstractions.cop26.last", "before the first day"),
        (
            '[police.fire_attendance.rescue]\nlike = "x"',
            "fire_attendance.rescue.like",
            "unknown police incident type x",
        ),
        (
            '[standards.police_priority_kpi]\nincidents = "prio"',
            "incidents",
            "unknown filter of police incidents prio",
        ),
        ("[standards.police_priority_kpi]\nunit_order = 2", "unit_order", "not for a police standard"),
        (
            "[police.cars.harlo-early]\nsingle_cars = 2",
            "police.cars.harlo-early",
            "unknown row of cars harlo-early",
        ),
        ("[police]\ncar_factor = 2", "police.car_factor", "unknown field car_factor"),
    ],
)
def test_what_is_wrong_is_told(
    police_faults: Callable[[str], list[ScenarioFault]], text: str, where: str, problem: str
) -> None:
    faults = police_faults(text)
    assert any(where in fault.where and problem in fault.problem for fault in faults), faults
    assert all(fault.remedy for fault in faults)


def test_faults_of_fields_and_of_fit_are_told_together(
    police_faults: Callable[[str], list[ScenarioFault]],
) -> None:
    faults = police_faults(
        '[police]\ncars_factor = -1\nscheme = "x"\n[police.cars.harlow-early]\nsingle_cars = "many"\n'
        '[police.cars.harlow-late]\nbase = "x"\n[police.districts.southend]\nneighbours = ["y"]\n'
    )
    told = " ".join(fault.where for fault in faults)
    for where in ("cars_factor", "harlow-early.single_cars", "southend.neighbours", "police.scheme"):
        assert where in told, told


def test_a_police_scenario_has_no_fire_station(police_faults: Callable[[str], list[ScenarioFault]]) -> None:
    text = '[stations.X]\nname = "X"\ndistrict = "Harlow"\nlat = 51.77\nlon = 0.1\n'
    assert any("none of the fire service's" in fault.problem for fault in police_faults(text))


def test_fire_needs_no_police_and_police_needs_its_section(write: Callable[..., Path]) -> None:
    assert check_scenario("baseline") == []
    [fault] = check_scenario(write('extends = "baseline"\n[police]\ncars_factor = 2.0\n'))
    assert fault.problem == "a police section in a fire scenario"
    assert check_scenario(write('extends = "baseline"\nservice = "police"\n', name="police.toml")) == []


def test_a_row_that_cannot_be_read_is_told_with_file_and_row(tmp_path: Path) -> None:
    import shutil

    from scenarios.loading.datasets import tables_folder

    shutil.copytree(tables_folder("essex"), tmp_path / "tables")
    cars = tmp_path / "tables" / "police_cars.csv"
    cars.write_text(
        cars.read_text(encoding="utf-8").replace("basildon-early,basildon", ",basildon"), encoding="utf-8"
    )
    own = tmp_path / "own.toml"
    own.write_text('extends = "police-baseline"\n[geography]\ntables = "tables"\n', encoding="utf-8")
    [fault] = check_scenario(own)
    assert "police_cars.csv" in fault.file
    assert fault.where == "row 2"


def test_a_capability_that_no_car_is_left_to_bring(
    police_faults: Callable[[str], list[ScenarioFault]],
) -> None:
    police = load_scenario("police-baseline").police
    assert police is not None
    rows = [key for key, row in police.cars.items() if "sexual_offences" in row.capabilities]
    found = police_faults("".join(f"[police.cars.{key}]\nsingle_cars = 0\ndouble_cars = 0\n" for key in rows))
    asking = [key for key, each in police.incident_types.items() if each.capability == "sexual_offences"]
    assert len(found) == len(asking)
    for fault in found:
        text = " ".join(str(fault).split())
        assert 'capability = "sexual_offences" priority or routine work asks for sexual_offences' in text
        assert "which no car has Remedy: give a row of police.cars that has it a car" in text
