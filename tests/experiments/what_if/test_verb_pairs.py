"""Every pair of verbs runs together: a covering array over all verbs, on the whole county for a week."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from scenarios.building.world import build_world
from scenarios.changes import FORMS, apply, overlay_text, parse_all
from scenarios.changes.parse import POLICE_VERBS
from scenarios.loading.load import load_scenario
from sim.engine.run import simulate

LEVELS: dict[str, tuple[str, ...]] = {
    "close": ("Tollesbury", "W68"),
    "add-pump": ("Witham:wholetime", "Tiptree:on_call+day_crewed"),
    "remove-pump": ("E46P2", "W50P1"),
    "crewing": ("W73=on_call", "Dovercourt=wholetime"),
    "move": ("Tillingham=Southminster", "E23=51.82,0.75"),
    "new-station": ("Hatfield Peverel@51.777,0.600:on_call", "Elmstead@Elmstead Market:wholetime"),
    "availability": ("on_call=+3pt", "on_call.weekday_day=-5pt"),
    "core": ("Colchester,Witham,Burnham-on-Crouch", "none"),
    "cover": ("dynamic", "people"),
    "demand": ("secondary_fire=x3", "all=x1.5"),
    "attend-afa": ("50%",),
    "set": ("stations.W71.day_riders=3", "neighbour.help=false"),
}
Option = tuple[str, str]
OPTIONS = [(verb, text) for verb, texts in LEVELS.items() for text in texts]
PAIRS = {frozenset(pair) for pair in combinations(OPTIONS, 2) if pair[0][0] != pair[1][0]}


def covering_array() -> list[tuple[Option, ...]]:
    """Take options one by one, each time that which meets most pairs not met before; the first of equals."""
    left, rows = set(PAIRS), []
    while left:
        row: list[Option] = sorted(min(left, key=sorted), key=OPTIONS.index)
        for verb, texts in LEVELS.items():
            if verb in {each[0] for each in row}:
                continue
            new = [(verb, text) for text in texts]
            row.append(max(new, key=lambda each: sum(frozenset((each, other)) in left for other in row)))
        left -= {frozenset(pair) for pair in combinations(row, 2)}
        rows.append(tuple(row))
    return rows


ROWS = covering_array()


def test_the_array_meets_every_pair_of_every_verb() -> None:
    assert set(LEVELS) == set(FORMS) - set(POLICE_VERBS)  # those: test_police_verbs.py
    met = {frozenset(pair) for row in ROWS for pair in combinations(row, 2)}
    assert met == PAIRS
    assert len(ROWS) <= 12


@pytest.mark.parametrize("row", ROWS, ids=range(len(ROWS)))
def test_verbs_run_together(row: tuple[Option, ...]) -> None:
    base = load_scenario("baseline")
    calendar = base.calendar.model_copy(update={"days": 7})
    base = base.model_copy(update={"calendar": calendar})
    option = apply(base, parse_all(row))
    assert overlay_text("baseline", base, option).startswith('extends = "baseline"')
    world = build_world(option)
    log = simulate(world, seed=4, replication=0)
    assert len(log.incidents["time_min"]) > 200
    order = log.responses["arrived_min"] >= log.responses["decided_min"]
    assert (order | np.isnan(log.responses["arrived_min"])).all()
    assert set(log.responses["unit"].tolist()) <= set(range(len(world.units.key)))
