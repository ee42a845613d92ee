"""Every pair of features runs together and keeps every rule: combinations are where simulators break.

A covering array, made greedily: each row is one world; every two levels of any two features meet in some row
(after Cohen and others, IEEE Transactions on Software Engineering 23 (1997), 437–444).
"""

from __future__ import annotations

from itertools import combinations, product
from typing import Any

import pytest

from tests.sim.engine.fire.county import CALENDARS, CREWINGS, county
from tests.sim.engine.fire.invariants import run_and_check

FEATURES: dict[str, tuple[Any, ...]] = {
    "crewing": tuple(CREWINGS),
    "cover": ("none", "core_stations", "dynamic", "people"),
    "neighbours": ("none", "help", "closed"),
    "specials": (True, False),
    "makeups": (True, False),
    "failures": (True, False),
    "calendar": tuple(CALENDARS),
    "queue": (True, False),
}
Row = dict[str, Any]
Pair = tuple[tuple[str, Any], tuple[str, Any]]


def pairs_of(row: Row) -> set[Pair]:
    return set(combinations(row.items(), 2))


def all_pairs() -> set[Pair]:
    """Every two levels of every two features."""
    return {
        ((one, a), (other, b))
        for one, other in combinations(FEATURES, 2)
        for a, b in product(FEATURES[one], FEATURES[other])
    }


def covering_array() -> list[Row]:
    """Take, each time, of all rows the first that meets most pairs not met before."""
    every = [dict(zip(FEATURES, levels, strict=True)) for levels in product(*FEATURES.values())]
    met = [(row, pairs_of(row)) for row in every]
    left, rows = all_pairs(), []
    while left:
        row, pairs = max(met, key=lambda candidate: len(candidate[1] & left))
        rows.append(row)
        left -= pairs
    return rows


ROWS = covering_array()


def test_the_array_meets_every_pair() -> None:
    assert set().union(*(pairs_of(row) for row in ROWS)) == all_pairs()
    assert len(ROWS) <= 30


@pytest.mark.parametrize("row", ROWS, ids=["-".join(str(level) for level in row.values()) for row in ROWS])
def test_features_run_together(row: Row) -> None:
    log = run_and_check(county(**row), seed=3)
    assert len(log.responses["unit"]) > 100
