"""The measures on logs that the engine wrote, in small worlds."""

import numpy as np
import pytest

from sim.engine.run import simulate
from sim.measures import measure
from sim.measures.timeline import State, Timeline
from sim.traces.fire import trace_incident
from sim.world.codes import Origin, Outcome
from sim.world.standards import Standard
from tests.sim.worlds import Kind, Station, tiny_world

TEN = Standard(key="ten", title="10 minutes", threshold_s=420.0, target=0.9)


@pytest.fixture(scope="module")
def busy():
    """Three stations, few people, many incidents: returning appliances, crews out, waits."""
    world = tiny_world(
        stations=(
            Station(node=0, pumps=2, presence=0.9),
            Station(node=2, crewing="on_call", presence=0.5, mechanical_per_year=20.0),
            Station(node=4, crewing="neighbour", presence=0.6),
        ),
        kinds=(Kind(per_year=9000.0, pumps=2),),
        days=60,
        turnout_sigma=0.3,
        timings={
            "handling_sigma": 0.6,
            "journey_sigma": 0.2,
            "traffic_sigma": 0.2,
            "failure_per_response": 0.05,
        },
    )
    return world, simulate(world, seed=5, replication=0)


def test_the_timeline_knows_what_the_engine_said(busy):
    _, log = busy
    responses = log.responses
    sent = responses["outcome"] != Outcome.NOT_ALERTED
    home = sent & (responses["origin"] == Origin.HOME)
    found = Timeline(log).at(responses["unit"][home], responses["decided_min"][home], before=True)
    assert np.all(found.state == State.HOME)
    assert np.array_equal(found.mode, responses["mode"][home])
    arrived = Timeline(log).at(responses["unit"][sent], responses["arrived_min"][sent] + 1e-6)
    assert np.all(arrived.state == State.AT_INCIDENT)
    assert np.array_equal(arrived.response, np.flatnonzero(sent))


def test_figures_and_causes_of_an_engine_log(busy):
    world, log = busy
    found = measure(world, log, [TEN])
    parts = sum(found.values[f"fire.{part}.mean_s"] for part in ("handling", "waiting", "turnout", "travel"))
    assert parts == pytest.approx(found.values["fire.all.mean_s"], rel=1e-6)
    assert found.misses is not None
    assert found.misses.row.size > 50
    assert np.unique(found.misses.cause).size >= 4
    assert found.values["fire.border.received"] > 0
    committed = found.tables["by_appliance"]["committed_h"]
    assert committed.sum() == pytest.approx(found.values["fire.committed.hours"])


def test_every_story_can_be_told(busy):
    world, log = busy
    timeline = Timeline(log)
    for row in range(0, log.incidents["time_min"].size, 60):
        told = trace_incident(world, log, row, standards=[TEN], timeline=timeline)
        assert len(told.sent) == np.count_nonzero(log.responses["incident"] == row)
        assert told.verdicts[0].met == (told.verdicts[0].cause is None)
