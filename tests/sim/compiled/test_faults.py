"""Faults put into SimPy's engine, one at a time: each makes the logs differ, so that the tests of equality would tell.

Twelve of the rules and six of order and ties.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import sim.engine.calls
import sim.engine.clock
import sim.engine.cover.reviews
import sim.engine.police.deployment
import sim.engine.run
from sim.compiled.run import run as with_compiled
from sim.decisions import crew_choice, nearest, positions, routes
from sim.decisions.fire_dispatch import alert_is_lost
from sim.decisions.police_dispatch import first_by_age, has_waited
from sim.draws.replication import Draws, draw
from sim.draws.response_times import ResponseTimes
from sim.engine.cover.expected_return import ExpectedReturns
from sim.engine.fire import mobilising
from sim.engine.fire.waiting import Waiting
from sim.engine.order import Happening
from sim.engine.police import candidates, units
from sim.engine.run import run as with_simpy
from sim.world.fire import World
from tests.sim.compiled.same_log import first_difference, with_ties
from tests.sim.engine.fire.county import county
from tests.sim.engine.police.county import county as police_county


def quiet() -> tuple[World, Draws]:
    """Return a county in which there is always somebody to send."""
    return _drawn(county(), 0.0)


def busy(*, every_min: float = 0.0) -> tuple[World, Draws]:
    """Return a county with enough calls to queue, those of so many minutes at once."""
    world = county()
    world = replace(world, demand=replace(world.demand, per_year=world.demand.per_year * 8.0))
    return _drawn(world, every_min)


def police(*, cars: int = 100, every_min: float = 0.0) -> tuple[World, Draws]:
    """Return a force."""
    return _drawn(police_county(3, cars=cars), every_min)


def _drawn(world: World, every_min: float) -> tuple[World, Draws]:
    draws = draw(world, 1, 0)
    if not every_min:
        return world, draws
    draws = with_ties(draws, every_min)
    return world, replace(draws, response_times=ResponseTimes(world, draws.incidents, 1, 0))


def earliest_dropped(masks: Any, crew: int, order: list[int], need: Any, largest: int) -> int:
    return RULE["drop"](masks, crew, order[::-1], need, largest)


def calls_first(happening: int, entity: int) -> int:
    """Return the place of an event, calls before whatever becomes free."""
    return RULE["rank"](0 if happening == Happening.CALL_DECIDED else happening, entity)


def last_of_equals(estimate: Any) -> int:
    unit = estimate.size - 1 - int(estimate[::-1].argmin())
    return unit if estimate[unit] < np.inf else -1


def newest_first(self: Waiting, now_min: float) -> None:
    self._parts.reverse()
    RULE["serve"](self, now_min)
    self._parts.reverse()


RULE: dict[str, Callable[..., Any]] = {
    "drop": crew_choice._drop_latest,
    "rank": sim.engine.clock.rank,
    "serve": Waiting.serve,
    "ahead": positions.next_node,
    "scene": ResponseTimes.scene_min,
    "muster": ResponseTimes.muster_min,
    "turn": sim.engine.calls.in_turn,
}

RULES: dict[str, tuple[Callable[[], tuple[World, Draws]], object, str, Callable[..., Any]]] = {
    "a replacement's alert may fail": (
        busy, mobilising, "alert_is_lost", lambda reason, drawn, before: alert_is_lost(0, drawn, False),
    ),
    "the unreached is asked again": (quiet, mobilising, "leave_out_unreached", lambda estimate, unreached: None),
    "no specials are sent": (quiet, mobilising, "is_brought", lambda capability, brought: True),
    "the earliest stay behind": (busy, crew_choice, "_drop_latest", earliest_dropped),
    "they muster as for the incident before": (
        quiet, ResponseTimes, "muster_min", lambda self, row, pool: RULE["muster"](self, max(row - 1, 0), pool),
    ),
    "the scene of the next": (
        busy, ResponseTimes, "scene_min", lambda self, row, order: RULE["scene"](self, row, order + 1),
    ),
    "places a node behind": (
        busy, positions, "next_node", lambda nodes, shares, done: RULE["ahead"](nodes, shares, done - 0.2),
    ),
    "nobody is expected back": (quiet, ExpectedReturns, "back_in_min", lambda self, site, now: np.inf),
    "cover waits a minute more": (
        quiet, sim.engine.cover.reviews, "delay_of", lambda site, mates, given: given["delay_min"] + 1.0,
    ),
    "no wider districts": (police, candidates, "has_waited", lambda now, opened, after: has_waited(now, opened, 1e9)),
    "one car is enough": (police, sim.engine.police.deployment, "officers_short", lambda asked, brings: 0),
    "a place is farther": (police, units, "minutes_between", lambda *a: 1.01 * routes.minutes_between(*a)),
}  # fmt: skip
TIES: dict[str, tuple[Callable[[], tuple[World, Draws]], object, str, Callable[..., Any]]] = {
    "calls before what becomes free": (lambda: busy(every_min=30.0), sim.engine.clock, "rank", calls_first),
    "the last of equals": (busy, nearest.choose, "policy", last_of_equals),
    "the newest is served first": (busy, Waiting, "serve", newest_first),
    "the youngest of the queue": (
        lambda: police(cars=25), sim.engine.police.deployment, "first_by_age", lambda heads: max(heads, default=None),
    ),
    "calls of one minute by row backwards": (
        lambda: busy(every_min=30.0), sim.engine.run, "in_turn", lambda agendas: backwards(RULE["turn"](agendas)),
    ),
    "police calls of one minute by row backwards": (
        lambda: police(every_min=30.0), sim.engine.run, "in_turn", lambda agendas: backwards(RULE["turn"](agendas)),
    ),
}  # fmt: skip


def backwards(calls: Any) -> Any:
    """Yield calls in the order of time, those of one minute from the last to the first."""
    every = list(calls)
    places = {id(call): place for place, call in enumerate(every)}
    return iter(sorted(every, key=lambda call: (call[0], -places[id(call)])))


@pytest.mark.parametrize("fault", [*RULES, *TIES])
def test_a_fault_is_told(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    of, holder, name, wrong = {**RULES, **TIES}[fault]
    world, draws = of()
    if name == "policy":
        monkeypatch.setitem(mobilising.POLICIES, "quickest", wrong)
    else:
        monkeypatch.setattr(holder, name, wrong)
    expected = with_simpy(world, draws, seed=1, replication=0)
    found = with_compiled(world, draws, seed=1, replication=0)
    assert first_difference(expected, found) != ""


def test_a_rule_that_is_not_at_fault_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    world, draws = busy(every_min=30.0)
    monkeypatch.setattr(sim.engine.police.deployment, "first_by_age", lambda heads: first_by_age(list(heads)))
    expected = with_simpy(world, draws, seed=1, replication=0)
    assert first_difference(expected, with_compiled(world, draws, seed=1, replication=0)) == ""
