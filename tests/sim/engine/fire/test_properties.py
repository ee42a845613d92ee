"""Properties of every run, on generated worlds. Hypothesis is derandomised: the same worlds every time."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.sim.engine.fire.generated import Recipe, recipes
from tests.sim.engine.fire.invariants import run_and_check

QUICK = settings(
    max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None
)
LONG = settings(QUICK, max_examples=2000)
SEEDS = st.integers(0, 3)


@QUICK
@given(recipe=recipes(), seed=SEEDS)
def test_runs_without_cover_moves_keep_every_rule(recipe: Recipe, seed: int) -> None:
    run_and_check(recipe.world(), seed=seed)


@QUICK
@given(recipe=recipes(cover=("core_stations", "dynamic", "people")), seed=SEEDS)
def test_runs_with_cover_moves_keep_every_rule(recipe: Recipe, seed: int) -> None:
    run_and_check(recipe.world(), seed=seed)


@pytest.mark.long
@LONG
@given(recipe=recipes(cover=("none", "none", "core_stations", "dynamic", "people")), seed=SEEDS)
def test_many_runs_keep_every_rule(recipe: Recipe, seed: int) -> None:
    run_and_check(recipe.world(), seed=seed)
