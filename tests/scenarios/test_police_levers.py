"""What a fit or a sensitivity study may move of the police: every path names fields, every end is accepted."""

from __future__ import annotations

from pathlib import Path

import pytest

from calibration.parameters import FOLDER, apply, read_parameters
from scenarios.building.world import build_world
from scenarios.loading.load import load_scenario
from scenarios.tools.police_workload import offered_load, table
from scenarios.uncertainty.range_paths import places
from scenarios.uncertainty.ranges import load_ranges

PARAMETERS = read_parameters(FOLDER / "police.csv")
DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.mark.parametrize("parameter", PARAMETERS, ids=lambda each: each.key)
def test_every_parameter_names_fields_that_take_its_bounds(parameter) -> None:
    scenario = load_scenario("police-baseline")
    for path in parameter.paths:
        assert places(scenario, path), path
    for value in (parameter.low, parameter.high):
        assert apply(scenario, [parameter], [value]) != scenario


def test_what_the_public_figures_leave_open_can_be_moved() -> None:
    keys = {each.key for each in PARAMETERS}
    assert {"cars", "night_cars", "scene_time", "rural_share", "emergency_delay", "priority_delay"} <= keys


def test_the_ranges_of_a_police_service_are_its_own() -> None:
    ranges = load_ranges(load_scenario("police-baseline"))
    assert all(each.path.startswith("police.") for each in ranges)


def test_the_load_told_in_the_docs_is_that_of_the_tables() -> None:
    scenario = load_scenario("police-baseline")
    assert scenario.police is not None
    plain = {"cars_factor": 1.0, "night_cars_factor": 1.0, "scene_factor": 1.0}
    as_tables = scenario.model_copy(update={"police": scenario.police.model_copy(update=plain)})
    text = (DOCS / "police_data.md").read_text(encoding="utf-8")
    assert table(offered_load(build_world(as_tables))) in text, (
        "run: python -m scenarios.tools.police_workload"
    )
