"""The embedded tables: totals that documents give, and a source in every row."""

from __future__ import annotations

import csv
from collections import Counter
from typing import get_args

import pytest

from scenarios.loading.datasets import tables_folder
from scenarios.loading.load import load_scenario
from scenarios.loading.tables import TABLES
from scenarios.schema.scenario import Confidence, Scenario

INCIDENT_TYPES = {
    "dwelling_fire",
    "other_building_fire",
    "vehicle_fire",
    "chimney_fire",
    "secondary_fire",
    "false_alarm_apparatus",
    "false_alarm_good_intent",
    "false_alarm_malicious",
    "road_traffic_collision",
    "flooding",
    "gaining_entry",
    "rescue",
    "other_special_service",
    "over_border",
}
ATTENDED_2020_21 = 14_339  # PFCC annual report 2020/21


@pytest.fixture(scope="module")
def baseline() -> Scenario:
    return load_scenario("uncalibrated")


def attended(scenario: Scenario, *groups: str) -> float:
    types = scenario.incident_types.values()
    return sum(each.per_year * each.attended_share for each in types if each.group in groups)


def test_stations_and_pumps_as_the_inspectorate_counts_them(baseline: Scenario) -> None:
    own = {key for key, each in baseline.stations.items() if each.service == "own"}
    pumps = [each for each in baseline.appliances.values() if each.station in own and each.kind == "pump"]
    assert len(own) == 50
    assert len(baseline.stations) - len(own) == 63
    assert Counter(each.crewing for each in pumps) == {"wholetime": 18, "day_crewed": 4, "on_call": 44}
    assert all(each.minimum_crew >= 4 for each in pumps)


def test_the_day_crewed_stations_of_2020_21(baseline: Scenario) -> None:
    day = {each.station for each in baseline.appliances.values() if each.crewing == "day_crewed"}
    assert {baseline.stations[code].name for code in day} == {
        "Dovercourt",
        "Great Baddow",
        "South Woodham Ferrers",
        "Waltham Abbey",
    }


def test_availability_of_the_parts_gives_the_whole(baseline: Scenario) -> None:
    """85.0% of 66 pumps, day crews counting as wholetime in their 45 of 168 hours."""
    wholetime = 18 + 4 * 45 / 168
    overall = (wholetime * 0.986 + (66 - wholetime) * 0.792) / 66
    assert overall == pytest.approx(0.850, abs=0.005)


def test_every_neighbour_has_a_pump(baseline: Scenario) -> None:
    neighbours = {key for key, each in baseline.stations.items() if each.service != "own"}
    assert neighbours == {each.station for each in baseline.appliances.values() if each.station in neighbours}


def test_incident_types_are_those_of_the_design(baseline: Scenario) -> None:
    assert set(baseline.incident_types) == INCIDENT_TYPES
    primary = {key for key, each in baseline.incident_types.items() if each.primary_fire}
    assert primary == {"dwelling_fire", "other_building_fire", "vehicle_fire"}


def test_incidents_add_up_to_the_reported_total_and_shares(baseline: Scenario) -> None:
    total = attended(baseline, "fire", "false_alarm", "special_service")
    assert total == pytest.approx(ATTENDED_2020_21, abs=1e-6)
    collisions = baseline.incident_types["road_traffic_collision"].per_year
    shares = {
        "fire": attended(baseline, "fire") / total,
        "collisions": collisions / total,
        "other": (attended(baseline, "special_service") - collisions) / total,
        "false": attended(baseline, "false_alarm") / total,
    }
    expected = {"fire": 0.24, "collisions": 0.07, "other": 0.27, "false": 0.42}  # ECFRS FOI 4655
    assert shares == pytest.approx(expected, abs=1e-4)


def test_potentially_life_threatening_share_is_as_reported(baseline: Scenario) -> None:
    own = [each for each in baseline.incident_types.values() if each.group != "over_border"]
    plt = sum(each.per_year * each.attended_share * each.plt_share for each in own)
    assert plt / ATTENDED_2020_21 == pytest.approx(0.294, abs=1e-9)  # ECFRS FOI 3790/2019


def test_automatic_alarms_not_attended(baseline: Scenario) -> None:
    share = baseline.incident_types["false_alarm_apparatus"].attended_share
    assert share == pytest.approx(1472 / 1485, abs=1e-12)  # HMICFRS 2021/22


def test_profiles_have_mean_one(baseline: Scenario) -> None:
    for key, hours in baseline.profiles_hour.items():
        week = 5 * sum(hours.weekday) + 2 * sum(hours.weekend)
        assert week / 168 == pytest.approx(1.0, abs=1e-4), key
    days = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    for key, months in baseline.profiles_month.items():
        mean = sum(days[i] * value for i, value in enumerate(months.months)) / 365
        assert mean == pytest.approx(1.0, abs=1e-4), key


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.file)
def test_every_row_names_source_and_confidence(table) -> None:
    with (tables_folder("essex") / table.file).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows or table.file == "on_call_hours.csv"  # of Essex no hours are published
    for row in rows:
        assert row["source"], row
        assert row["confidence"] in get_args(Confidence), row
