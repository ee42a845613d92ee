"""People are solved for once for all scenarios with the same stations and crews, and anew where anything differs."""

from __future__ import annotations

import numpy as np
import pytest

from scenarios.building.world import build_world
from scenarios.changes import apply_texts
from scenarios.loading.load import load_scenario

BASE = load_scenario("uncalibrated")


@pytest.mark.parametrize(
    "option",
    [
        ("attend-afa", "50%"),
        ("demand", "all=x2"),
        ("cover", "none"),
        ("core", "Colchester"),
        ("set", "control.call_handling_median_s=60"),
    ],
)
def test_what_people_do_not_depend_on_leaves_them(option: tuple[str, str]) -> None:
    before, after = build_world(BASE).people, build_world(apply_texts(BASE, [option])).people
    for name in ("presence", "skill", "muster_min", "pool_start", "pool_site"):
        assert np.array_equal(getattr(before, name), getattr(after, name)), name


@pytest.mark.parametrize(
    "option",
    [
        ("close", "E44"),
        ("add-pump", "E44:on_call"),
        ("crewing", "E44=wholetime"),
        ("availability", "on_call=+2pt"),
        ("availability", "E44=50%"),
        ("set", "stations.E44.on_call_people=20"),
        ("set", "on_call.muster_median_s=300"),
        ("set", "wholetime.riders_per_pump=8"),
        ("set", "mechanical.reported_per_year=12"),
    ],
)
def test_what_they_depend_on_changes_them(option: tuple[str, str]) -> None:
    before, after = build_world(BASE).people, build_world(apply_texts(BASE, [option])).people
    same = all(
        np.array_equal(getattr(before, name), getattr(after, name))
        for name in ("presence", "skill", "muster_min", "pool_start")
    )
    assert not same
