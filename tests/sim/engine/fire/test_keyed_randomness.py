"""The same seed gives the same log, anywhere; what a scenario adds moves nobody else's chance."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from sim.draws.replication import draw
from sim.engine.run import run, simulate
from sim.world.fire import World
from tests.sim.engine.fire.county import county, digests
from tests.sim.worlds import Station

ROOT = Path(__file__).resolve().parents[4]
SEED, REPLICATIONS = 7, 3

NEW = Station(key="New", node=5, pumps=2, people=12, specials=["ladder"], core=True, mechanical_per_year=50.0)
NEW_ON_CALL = Station(key="Newer", node=0, crewing="on_call", people=11, presence=0.7)


@pytest.fixture(scope="module")
def here() -> list[str]:
    return digests(SEED, REPLICATIONS)


def in_a_process(hash_seed: str) -> list[str]:
    """Digests of the same runs in a new interpreter, whose text hashes differ."""
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    command = [sys.executable, "-m", "tests.sim.engine.fire.county", str(SEED), str(REPLICATIONS)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    return done.stdout.split()


def test_the_same_seed_gives_the_same_log_again(here: list[str]) -> None:
    assert digests(SEED, REPLICATIONS) == here


def test_other_processes_with_other_text_hashes_give_the_same_log(here: list[str]) -> None:
    assert in_a_process("1") == in_a_process("4242") == here


def test_a_replication_alone_is_the_same_as_in_a_batch(here: list[str]) -> None:
    simulate(county(cover="dynamic"), seed=99, replication=5)  # something else in between
    assert simulate(county(), seed=SEED, replication=2).sha256() == here[2]


def test_another_seed_and_another_replication_differ(here: list[str]) -> None:
    assert len({*here, *digests(SEED + 1, REPLICATIONS)}) == 2 * REPLICATIONS


@pytest.mark.parametrize("place", ["more", "first"])
def test_an_added_station_leaves_incidents_and_other_crews_as_they_were(place: str) -> None:
    """Whether it is listed last or first: then every index moves, and no key does."""
    before = county()
    after = county(more=(NEW, NEW_ON_CALL)) if place == "more" else county(first=(NEW, NEW_ON_CALL))
    old, new = draw(before, SEED, 0), draw(after, SEED, 0)
    for name in (
        "key",
        "type",
        "cell",
        "time_min",
        "plt",
        "variant",
        "handling_min",
        "traffic",
        "makeup_pumps",
    ):
        assert np.array_equal(getattr(old.incidents, name), getattr(new.incidents, name)), name
    assert len(old.incidents) > 100
    units = [after.units.key.index(key) for key in before.units.key]
    pools = [after.people.pool_key.index(key) for key in before.people.pool_key]
    assert np.array_equal(old.roster.mode, new.roster.mode[:, units])
    assert np.array_equal(old.roster.present, new.roster.present[:, pools])
    for row in range(0, len(old.incidents), 17):
        mine, theirs = old.response_times, new.response_times
        assert [mine.of(row, u) for u in range(len(units))] == [theirs.of(row, u) for u in units]
        for pool, moved in enumerate(pools):
            assert np.array_equal(mine.muster_min(row, pool), theirs.muster_min(row, moved))
        assert [mine.failed(row, u) for u in range(len(units))] == [theirs.failed(row, u) for u in units]
        assert mine.scene_min(row, 0) == theirs.scene_min(row, 0)


def far_away(world: World, key: str) -> World:
    """Put a station out of everybody's reach."""
    site = world.sites.key.index(key)
    world.travel.site_min[:, :, site] = np.inf
    return world


def test_a_station_that_nobody_can_reach_changes_nothing_that_happens() -> None:
    before = county(cover="none")
    after = far_away(county(cover="none", more=(NEW,)), "New")
    old = run(before, draw(before, SEED, 0), seed=SEED, replication=0)
    new = run(after, draw(after, SEED, 0), seed=SEED, replication=0)
    for table in ("incidents", "responses"):
        # the new site comes after all cells and sites, so that places keep their numbers
        for name, values in old.table(table).items():
            assert np.array_equal(values, new.table(table)[name], equal_nan=values.dtype.kind == "f"), (
                table,
                name,
            )
    assert len(new.roster["unit"]) > len(old.roster["unit"])
