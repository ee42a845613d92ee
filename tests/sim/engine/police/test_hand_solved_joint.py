"""Hand-solved towns in which both services answer."""

from __future__ import annotations

import math

import pytest

from sim.engine.run import run, simulate
from sim.world.fire import World
from tests.sim.engine.police.hand import Call, hand_draws, of, response_min
from tests.sim.engine.police.test_hand_solved_towns import close
from tests.sim.engine.police.world import (
    EMERGENCY,
    PRIORITY,
    Car,
    Crime,
    police_world,
)
from tests.sim.worlds import Kind, Station


def joint_town() -> World:
    return police_world(
        [Car(node=4)],
        [Crime()],
        fire=[Station(node=0)],
        fire_kinds=[Kind(key="collision", group="special_service")],
        rules={"turnout_median_min": 1.0},
    )


def test_an_incident_answered_by_both_services() -> None:
    world = joint_town()
    calls = [
        Call(10.0, cell=2, kind=0),
        Call(200.0, cell=2, kind=1, grade=PRIORITY),
        Call(300.0, kind=0, grade=-1),
    ]
    log = run(world, hand_draws(world, calls), seed=1, replication=0)
    incidents = log.incidents
    # the pump turns out in 1.5 minutes and drives four, the car turns out in one
    assert close((incidents["first_pump_min"] - incidents["time_min"]).tolist(), [5.5, math.nan, 5.5])
    assert close(response_min(log), [5.0, 5.0, math.nan])
    assert of(log, 0, "unit") == [0, 1]
    assert of(log, 0, "order") == [0, 1]
    assert of(log, 1, "unit") == [1]
    assert of(log, 2, "unit") == [0]
    assert incidents["first_unit"].tolist() == [0, -1, 0]
    assert incidents["police_first_unit"].tolist() == [1, 1, -1]
    assert incidents["grade"].tolist() == [EMERGENCY, PRIORITY, -1]
    assert incidents["closed_min"].tolist() == pytest.approx([45.5, 235.0, 335.5])
    assert not incidents["pumps_lost"].any()


def test_a_share_of_the_fire_services_incidents_is_the_polices_too() -> None:
    world = police_world(
        [Car()], [Crime(per_year=1.0)], fire=[Station(node=0)], fire_kinds=[Kind(key="collision", per_year=20_000.0)],
        fire_police_share=0.4,
    )  # fmt: skip
    incidents = simulate(world, seed=5, replication=0).incidents
    both = incidents["grade"][incidents["type"] == 0] >= 0
    assert both.mean() == pytest.approx(0.4, abs=0.05)
