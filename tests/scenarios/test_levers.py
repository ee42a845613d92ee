"""Factors by name: call handling by incident group, speeds by road class and by band of the week."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import numpy as np
import pytest

from geo.roads import ROAD_CLASSES
from scenarios.building.geography import build_geography, station_places
from scenarios.building.terrain import geography_on, make_terrain
from scenarios.building.world import build_world
from scenarios.loading.datasets import tables_folder
from scenarios.loading.faults import ScenarioError
from scenarios.loading.load import load_scenario
from scenarios.schema.scenario import RoadClass, Scenario
from scenarios.uncertainty.range_paths import at, places
from sim.draws.incidents import draw_incidents


@pytest.fixture(scope="module")
def baseline() -> Scenario:
    return load_scenario("uncalibrated")


def with_factors(scenario: Scenario, table: str, name: str, factors: dict[str, float]) -> Scenario:
    content = scenario.model_dump(mode="python")
    content[table][name] = factors
    content["calendar"]["days"] = 28
    return Scenario.model_validate(content)


def test_road_classes_of_the_schema_are_those_of_the_roads() -> None:
    assert get_args(RoadClass) == ROAD_CLASSES


def test_call_handling_of_a_group_is_multiplied_and_nothing_else_is_drawn_anew(baseline: Scenario) -> None:
    plain = build_world(with_factors(baseline, "control", "handling_factor", {}))
    asked = build_world(with_factors(baseline, "control", "handling_factor", {"special_service": 1.25}))
    before, after = (draw_incidents(world, 7, 0) for world in (plain, asked))
    special = np.array([group == "special_service" for group in plain.demand.group])[before.type]
    assert special.any()
    assert not special.all()
    np.testing.assert_array_equal(before.key, after.key)
    np.testing.assert_array_equal(before.handling_min[~special], after.handling_min[~special])
    np.testing.assert_allclose(after.handling_min[special], 1.25 * before.handling_min[special], rtol=1e-6)


def test_a_slow_band_slows_its_own_hours_only(baseline: Scenario) -> None:
    folder = tables_folder("essex")
    terrain = make_terrain(baseline, folder, *station_places(baseline))
    plain = geography_on(terrain, baseline).travel
    slow = geography_on(terrain, with_factors(baseline, "travel", "band_factor", {"peak": 0.5})).travel
    peak = int(plain.band_of_hour[8])  # Monday 08:00
    for band in range(len(plain.site_min)):
        factor = 2.0 if band == peak else 1.0
        np.testing.assert_allclose(slow.site_min[band], factor * plain.site_min[band], rtol=1e-5)


def test_a_map_on_kept_terrain_is_the_map(baseline: Scenario, tmp_path: Path) -> None:
    changed = with_factors(baseline, "travel", "class_factor", {"urban_a": 0.9, "minor": 1.1})
    folder = tables_folder("essex")
    made = build_geography(changed, folder, tmp_path)
    kept = geography_on(make_terrain(baseline, folder, *station_places(baseline)), changed)
    np.testing.assert_array_equal(made.travel.site_min, kept.travel.site_min)
    np.testing.assert_array_equal(made.travel.to_site_min, kept.travel.to_site_min)
    np.testing.assert_array_equal(made.main_road_m, kept.main_road_m)


@pytest.mark.parametrize(
    ("path", "number"),
    [
        ("control.handling_factor.fire|special_service", 2),
        ("travel.band_factor.peak", 1),
        ("travel.class_factor.urban_a|urban_minor", 2),
        ("travel.band_factor.lunch", 0),
        ("control.handling_factor.fires", 0),
        ("travel.class_factor.lane", 0),
    ],
)
def test_a_path_names_factors_that_may_be_there(baseline: Scenario, path: str, number: int) -> None:
    partly = with_factors(baseline, "travel", "class_factor", {"urban_a": 0.9})  # one of the two is named
    found = places(partly, path)
    assert len(found) == number
    content = partly.model_dump(mode="python")
    assert [at(content, place) for place in found] == [
        0.9 if place[-1] == "urban_a" else 1.0 for place in found
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[travel.band_factor]\npeek = 0.9\n", "the nearest known is peak"),
        ("[travel.class_factor]\nurban = 0.9\n", "travel.class_factor.urban"),
        ("[control.handling_factor]\nfires = 0.9\n", "control.handling_factor.fires"),
    ],
)
def test_a_misspelt_factor_is_refused(tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "mine.toml"
    file.write_text('extends = "baseline"\n' + text, encoding="utf-8")
    with pytest.raises(ScenarioError, match=told.replace(".", r"\.")):
        load_scenario(file)
