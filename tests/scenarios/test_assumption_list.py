"""The list of assumptions: complete, and short enough to read."""

from __future__ import annotations

import pytest

from scenarios.loading.load import load_scenario
from scenarios.uncertainty.assumptions import Assumption, list_assumptions


@pytest.fixture(scope="module")
def assumptions() -> list[Assumption]:
    return list_assumptions(load_scenario("baseline"))


def test_each_guessed_second_pump_is_listed(assumptions: list[Assumption]) -> None:
    guessed = {each.path for each in assumptions if each.confidence == "guess"}
    assert guessed == {f"appliances.{key}" for key in ("E25P2", "E46P2", "W54P2", "W73P2", "W78P2")}


def test_settings_come_with_their_value(assumptions: list[Assumption]) -> None:
    by_path = {each.path: each for each in assumptions}
    median_s = load_scenario("baseline").on_call.muster_median_s
    assert by_path["on_call.muster_median_s"].value == str(median_s)
    assert by_path["on_call.muster_median_s"].unit == "s"
    assert "on_call.availability" not in by_path  # reported: no assumption
    assert "demand_factor" not in by_path  # the planner's choice: no assumption


def test_many_rows_on_one_assumption_are_one_line(assumptions: list[Assumption]) -> None:
    attendance = [each for each in assumptions if each.path.startswith("attendance.")]
    assert len(attendance) == 1
    assert attendance[0].meaning == "37 entries"


def test_every_line_says_why(assumptions: list[Assumption]) -> None:
    assert all(each.source and each.confidence for each in assumptions)
    assert len({(each.path, each.source, each.confidence) for each in assumptions}) == len(assumptions)
