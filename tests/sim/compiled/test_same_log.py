"""The compiled engine writes SimPy's log: on worlds made at random, with every two features, crowded, and tied."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.draws.replication import draw
from sim.draws.response_times import ResponseTimes
from sim.world.fire import World
from tests.sim.compiled.same_log import check_same, check_world, with_ties
from tests.sim.engine.fire.county import county
from tests.sim.engine.fire.generated import Recipe, recipes
from tests.sim.engine.fire.test_feature_pairs import ROWS
from tests.sim.engine.police.county import county as police_county
from tests.sim.engine.police.test_properties import towns

COVER = ("none", "core_stations", "dynamic", "people")
SEEDS = st.integers(0, 1000)


def check_tied(world: World, *, seed: int) -> None:
    """Assert that both engines agree where everything happens at the same few minutes."""
    draws = with_ties(draw(world, seed, 0), 30.0)
    times = ResponseTimes(world, draws.incidents, seed, 0)
    check_same(world, replace(draws, response_times=times), seed=seed)


@settings(max_examples=60, deadline=None)
@given(recipe=recipes(cover=COVER), seed=SEEDS)
def test_random_towns(recipe: Recipe, seed: int) -> None:
    check_world(recipe.world(), seed=seed)


@settings(max_examples=30, deadline=None)
@given(recipe=recipes(cover=COVER), seed=SEEDS)
def test_random_towns_in_which_much_happens_at_once(recipe: Recipe, seed: int) -> None:
    check_tied(recipe.world(), seed=seed)


@settings(max_examples=20, deadline=None)
@given(world=towns(), seed=SEEDS)
def test_random_towns_with_police(world: World, seed: int) -> None:
    check_world(world, seed=seed)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: "-".join(str(level) for level in row.values()))
def test_every_two_features_together(row: dict[str, Any]) -> None:
    log = check_world(county(**row))
    assert len(log.responses["unit"]) > 20


def test_a_police_force() -> None:
    log = check_world(police_county(3))
    assert log.incidents["diversions"].sum() > 20


@pytest.mark.parametrize("times", [10.0, pytest.param(100.0, marks=pytest.mark.long)])
@pytest.mark.parametrize("cover", ["core_stations", "people"])
def test_a_county_that_is_crowded(cover: str, times: float) -> None:
    world = county(cover=cover)
    demand = replace(world.demand, per_year=world.demand.per_year * times)
    log = check_world(replace(world, demand=demand))
    assert np.max(log.incidents["queued_min"]) > 60.0


@pytest.mark.long
@settings(max_examples=500, deadline=None)
@given(recipe=recipes(cover=COVER), seed=SEEDS, tied=st.booleans())
def test_five_hundred_random_towns(recipe: Recipe, seed: int, tied: bool) -> None:
    if tied:
        check_tied(recipe.world(), seed=seed)
    else:
        check_world(recipe.world(), seed=seed)


@pytest.mark.long
@settings(max_examples=200, deadline=None)
@given(world=towns(), seed=SEEDS)
def test_two_hundred_random_towns_with_police(world: World, seed: int) -> None:
    check_world(world, seed=seed)
