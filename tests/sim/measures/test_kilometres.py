"""Kilometres driven by appliance and day: each way by hand, and the table against the sum of the year."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from scenarios.building.world import build_world
from scenarios.loading.load import load_scenario
from sim.engine.run import simulate
from sim.log.tables import Log
from sim.measures import measure
from sim.measures.fire.kilometres import legs_driven
from sim.measures.fire.select import view
from sim.world.codes import Outcome
from sim.world.fire import World
from tests.sim.measures.towns import Book, town


@pytest.fixture(scope="module")
def month() -> tuple[World, Log]:
    scenario = load_scenario("uncalibrated")
    calendar = scenario.calendar.model_copy(update={"days": 30})
    world = build_world(scenario.model_copy(update={"calendar": calendar}))
    return world, simulate(world, seed=3, replication=0)


def test_a_way_from_home_and_back_is_twice_its_length(month: tuple[World, Log]) -> None:
    world, log = month
    unit, begin, km = legs_driven(view(world, log))
    responses, cells = log.responses, world.cells.inside.size
    checked = ways = 0
    for row in range(len(responses["unit"])):
        one = int(responses["unit"][row])
        home = int(world.units.site[one])
        if not world.units.own[one] or responses["origin_place"][row] != cells + home:
            continue
        cell = int(log.incidents["cell"][responses["incident"][row]])
        wanted = float(world.travel.site_km[cell, home])  # type: ignore[index]
        out = km[(unit == one) & (begin == responses["departed_min"][row])]
        assert out == pytest.approx(wanted)
        back = km[(unit == one) & (begin == responses["released_min"][row])]
        if back.size:
            assert 0.0 <= back.item() <= wanted + 1e-6
            checked += back.item() == pytest.approx(wanted, rel=1e-3)
            ways += 1
    assert 0.6 * ways < checked <= ways  # most come home; some are sent again on the way


def test_days_add_up_to_the_year(month: tuple[World, Log]) -> None:
    world, log = month
    tables = measure(world, log).tables
    by_day, by_appliance = tables["kilometres_by_day"], tables["by_appliance"]
    years = log.horizon_min / 1440.0 / world.calendar.year_days
    for key, km in zip(by_appliance["appliance"], by_appliance["km"], strict=True):
        assert by_day["km"][by_day["appliance"] == key].sum() == pytest.approx(km * years)
    assert set(by_day["day"]) <= {f"2020-04-{day:02d}" for day in range(1, 31)}
    assert (by_day["ways"] > 0).all()


def test_nobody_drives_for_an_alert_that_failed(month: tuple[World, Log]) -> None:
    world, log = month
    failed = log.responses["outcome"] == Outcome.NOT_ALERTED
    responses = {name: column[~failed] for name, column in log.responses.items()}
    assert failed.any()
    without = replace(log, responses=responses)
    for one, other in zip(legs_driven(view(world, log)), legs_driven(view(world, without)), strict=True):
        assert np.array_equal(one, other)


def test_a_map_that_tells_no_distances_has_none() -> None:
    world = town()
    assert [part.size for part in legs_driven(view(world, Book().log(world)))] == [0, 0, 0]
