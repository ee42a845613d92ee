"""Bad input, one fault at a time: file, place, value and remedy, and never a traceback."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from scenarios.loading.faults import ScenarioError, ScenarioFault, cell_without_road
from scenarios.loading.load import check_scenario, load_scenario

FaultsOf = Callable[[str], list[ScenarioFault]]
Write = Callable[..., Path]


def only(faults: list[ScenarioFault]) -> ScenarioFault:
    assert len(faults) == 1, "\n".join(map(str, faults))
    fault = faults[0]
    assert fault.file
    assert fault.remedy
    assert all(len(line) <= 80 or " " not in line.strip() for line in fault.lines())
    return fault


FIELD_FAULTS = {
    "negative rate": (
        "[incident_types.flooding]\nper_year = -3\n",
        "incident_types.flooding.per_year",
        "-3",
        "greater than or equal to 0",
    ),
    "probability over 1": (
        "[incident_types.flooding]\nplt_share = 1.2\n",
        "incident_types.flooding.plt_share",
        "1.2",
        "less than or equal to 1",
    ),
    "not a number": ("demand_factor = nan\n", "demand_factor", "nan", "finite"),
    "infinite": ("[control]\nfailure_found_min = inf\n", "control.failure_found_min", "inf", "finite"),
    "text for a number": ('demand_factor = "1.1"\n', "demand_factor", '"1.1"', "number"),
    "true for a number": ("[on_call]\navailability = true\n", "on_call.availability", "true", "number"),
    "fraction of a person": (
        "[wholetime]\nriders_per_pump = 6.5\n",
        "wholetime.riders_per_pump",
        "6.5",
        "integer",
    ),
    "value for a table": ("stations = 3\n", "stations", "3", "must be a table"),
    "number for a record": ("[stations]\nE10 = 4\n", "stations.E10", "4", "must be a table"),
    "unknown choice": (
        '[appliances.E33P1]\ncrewing = "oncall"\n',
        "appliances.E33P1.crewing",
        '"oncall"',
        "must be wholetime, day_crewed, on_call or cross_crewed",
    ),
    "unknown weight": (
        "[incident_types.flooding.weights]\npopulaton = 1\n",
        "incident_types.flooding.weights.populaton",
        '"populaton"',
        "population",
    ),
    "far too many calls": (
        "[incident_types.flooding]\nper_year = 1e9\n",
        "incident_types.flooding.per_year",
        "1000000000.0",
        "less than or equal to 1000000",
    ),
    "unknown district": (
        '[stations.E17]\ndistrict = "Tendering"\n',
        "stations.E17.district",
        '"Tendering"',
        "unknown district",
    ),
    "number for a date": ("[calendar]\nstart = 0\n", "calendar.start", "0", "a date such as 2020-04-01"),
    "number for true": ("[stations.E17]\ncore = 1\n", "stations.E17.core", "1", "boolean"),
    "resolved by hand": ("resolved = false\n", "resolved", "false", "may only be true"),
    "bad date": ('[calendar]\nstart = "soon"\n', "calendar.start", '"soon"', "date"),
    "unknown time zone": (
        '[calendar]\ntimezone = "Europe/Chelmsford"\n',
        "calendar.timezone",
        '"Europe/Chelmsford"',
        "unknown time zone",
    ),
    "station unknown to an appliance": (
        '[appliances.E33P1]\nstation = "E333"\n',
        "appliances.E33P1.station",
        '"E333"',
        "unknown station E333",
    ),
    "nowhere to happen": (
        "[incident_types.flooding.weights]\npopulation = 0\nurban_population = 0\ncountryside = 0\n",
        "incident_types.flooding.weights",
        "{population, urban_population, countr",
        "no weight is above 0",
    ),
    "hour profile unknown": (
        '[incident_types.flooding]\nhour_profile = "floods"\n',
        "incident_types.flooding.hour_profile",
        '"floods"',
        "unknown hour profile",
    ),
    "profile of 23 hours": (
        f"[profiles_hour.afa]\nweekday = {[1.0] * 23}\n",
        "profiles_hour.afa.weekday",
        "",
        "at least 24 items",
    ),
    "shares that miss 1": (
        "[incident_types.flooding.attendance.area]\nshare = 0.3\n",
        "incident_types.flooding.attendance",
        "{building, area}",
        "add up to 1.27",
    ),
    "capability that nothing has": (
        '[incident_types.rescue.attendance.person]\ncapabilities = ["arial"]\n',
        "incident_types.rescue.attendance.person.capabilities",
        "['arial']",
        "unknown capability arial",
    ),
    "nothing sent": (
        "[incident_types.flooding.attendance.area]\npumps = 0\n",
        "incident_types.flooding.attendance.area.pumps",
        "0",
        "nothing is sent",
    ),
    "more riders needed than posted": (
        "[appliances.E10P2]\nminimum_crew = 9\npreferred_crew = 9\n",
        "appliances.E10P2.minimum_crew",
        "9",
        "pump without crew",
    ),
    "on-call roster too small": (
        "[stations.E17]\non_call_people = 3\n",
        "stations.E17.on_call_people",
        "3",
        "pump without crew: E17P1 needs 4 on-call people",
    ),
    "special without a pump to crew it": (
        '[appliances.E34R1]\nstation = "E17"\n[appliances.E17P1]\nremoved = true\n',
        "appliances.E34R1.station",
        '"E17"',
        "without crew",
    ),
    "neighbour day-crewed": (
        '[appliances.kent-dartford-P1]\ncrewing = "day_crewed"\n',
        "appliances.kent-dartford-P1.crewing",
        '"day_crewed"',
        "neighbouring service",
    ),
    "crew smaller than the minimum": (
        "[appliances.E17P1]\npreferred_crew = 3\n",
        "appliances.E17P1.preferred_crew",
        "3",
        "less than the minimum crew",
    ),
    "times the wrong way round": (
        "[mechanical]\nshortest_h = 6\n",
        "mechanical.longest_h",
        "5.0",
        "less than shortest_h",
    ),
    "standard of an unknown filter": (
        '[standards.essex_all_15]\nincidents = "al"\n',
        "standards.essex_all_15.incidents",
        '"al"',
        "unknown filter",
    ),
    "standard in percent": (
        "[standards.essex_all_15]\ntarget = 90\n",
        "standards.essex_all_15.target",
        "90.0",
        "a share over 1",
    ),
    "name with a space": ('name = "My plan"\n', "name", '"My plan"', "lower-case letters"),
}


@pytest.mark.parametrize("case", FIELD_FAULTS, ids=lambda case: case.replace(" ", "-"))
def test_fault_in_a_field(case: str, faults_of: FaultsOf) -> None:
    text, where, value, problem = FIELD_FAULTS[case]
    fault = only(faults_of(text))
    assert fault.file.endswith("changed.toml")
    assert fault.where == where
    assert value in fault.value
    assert problem in fault.problem


def test_words_of_old_are_understood(faults_of: FaultsOf) -> None:
    fault = only(faults_of('[appliances.E33P1]\ncrewing = "retained"\n'))
    assert fault.remedy == "the nearest is on_call"


def test_appliance_without_crewing(faults_of: FaultsOf) -> None:
    fault = only(faults_of('[appliances.E17P2]\nstation = "E17"\n'))
    assert "unknown appliance E17P2; nearest known: E17P1" in fault.problem
    assert "missing: crewing" in fault.remedy


@pytest.mark.parametrize(
    ("text", "field", "near"),
    [
        ("demand_facter = 1\n", "demand_facter", "demand_factor"),
        ("[statoins.E33]\ncore = true\n", "statoins", "stations"),
        ("[on_call]\nmuster_median_min = 4\n", "on_call.muster_median_min", "muster_median_s"),
        ('[appliances.E33P1]\ncrew = "on_call"\n', "appliances.E33P1.crew", "crewing"),
    ],
)
def test_unknown_field_names_the_nearest(text: str, field: str, near: str, faults_of: FaultsOf) -> None:
    fault = only(faults_of(text))
    assert fault.where == field
    assert "unknown field" in fault.problem
    assert f"the nearest known is {near}" in fault.remedy


def test_changing_an_unknown_station_names_the_nearest(faults_of: FaultsOf) -> None:
    fault = only(faults_of("[stations.E4g]\ncore = true\n"))
    assert fault.problem == "unknown station E4g; nearest known: E49"
    assert "missing: name, lat, lon" in fault.remedy


def test_changing_a_station_by_its_name_gives_its_code(faults_of: FaultsOf) -> None:
    assert only(faults_of("[stations.Chelmsford]\ncore = true\n")).problem.endswith("nearest known: E34")


@pytest.mark.parametrize("table", ["stations", "appliances", "incident_types", "standards"])
def test_removing_what_is_not_there(table: str, faults_of: FaultsOf) -> None:
    fault = only(faults_of(f'[remove]\n{table} = ["E4g"]\n'))
    assert fault.where == f"remove.{table}"
    assert "it cannot be removed" in fault.problem


def test_removing_from_an_unknown_table(faults_of: FaultsOf) -> None:
    assert "list names under one of stations" in only(faults_of('[remove]\npumps = ["E33P1"]\n')).remedy


def test_no_core_station_left(own_tables: Path, tmp_path: Path) -> None:
    table = own_tables / "stations.csv"
    table.write_text(table.read_text(encoding="utf-8").replace(",true,", ",false,"), encoding="utf-8")
    assert "no station is a core station" in only(check_scenario(tmp_path / "own.toml")).problem


def test_all_faults_of_a_file_come_together(faults_of: FaultsOf) -> None:
    faults = faults_of(
        "demand_facter = 2\n[incident_types.flooding]\nper_year = -1\n"
        '[appliances.E17P1]\nstation = "E171"\n[stations.E99]\ncore = true\n'
    )
    assert {fault.where for fault in faults} == {
        "demand_facter",
        "incident_types.flooding.per_year",
        "appliances.E17P1.station",
        "stations.E99",
    }


def test_a_refused_station_does_not_make_its_appliances_faulty(faults_of: FaultsOf) -> None:
    assert only(faults_of("[stations.E10]\nlat = 510\n")).where == "stations.E10.lat"


def test_the_error_prints_every_fault_in_80_columns(write: Write) -> None:
    path = write('extends = "baseline"\ndemand_facter = 2\n[gauge]\ntarget = -1\n')
    with pytest.raises(ScenarioError) as caught:
        load_scenario(path)
    text = str(caught.value)
    assert text.startswith("2 faults in the scenario\n")
    assert "unknown field demand_facter" in text
    assert "appliances wanted" not in text
    assert all(len(line) <= 80 or " " not in line.strip() for line in text.splitlines())


def test_fault_constructor_of_the_map() -> None:
    fault = cell_without_road("settlements.csv", "512, 195", 4321.0)
    assert "no road reaches this cell; the nearest is 4,321 m away" in str(fault).replace("\n    ", " ")
