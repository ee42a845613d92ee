"""Calls drawn: the right numbers at the right hours, coupled between scenarios, and counted as they were answered."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from scenarios.changes import apply_texts
from scenarios.loading.faults import ScenarioError
from scenarios.loading.load import load_scenario
from sim.draws.incidents import Incidents, draw_incidents
from sim.draws.police.calls import Calls, Ringing, draw_calls, other_calls
from sim.world.fire import World
from sim.world.log_schema import CALLS
from tests.sim.draws.police.rooms import change_lines, room_world

HOURS = np.arange(168)


def drawn(world: World, seed: int = 3) -> tuple[Incidents, Calls]:
    incidents = draw_incidents(world, seed, 0)
    return incidents, draw_calls(world, incidents, np.zeros(len(incidents), dtype=np.int8), seed, 0)


def others(world: World, seed: int = 3) -> Ringing:
    assert world.police is not None
    assert world.police.lines is not None
    return other_calls(world, world.police.lines, seed, 0)


def test_other_calls_follow_hour_and_month() -> None:
    """Within four standard errors in every hour of the week and in every month, on both lines."""
    profile = 1.0 + 0.6 * np.sin(HOURS / 24.0 * 2.0 * np.pi)
    world = room_world(days=365, profile=profile, month=np.linspace(0.7, 1.3, 12))
    calls = others(world)
    slot = (calls.received_min // 30.0).astype(int)
    calendar = world.calendar
    rate = np.array([30.0, 60.0])[:, None] * profile[calendar.hour_of_week] / 2.0
    rate = rate * np.linspace(0.7, 1.3, 12)[calendar.month - 1]
    for line in (0, 1):
        mine = slot[calls.line == line]
        for group in (calendar.hour_of_week, calendar.month):
            expected = np.bincount(group, weights=rate[line])
            seen = np.bincount(group[mine], minlength=expected.size)
            assert (np.abs(seen - expected) <= 4.0 * np.sqrt(expected)).all()


def test_more_calls_are_the_same_calls_and_some_more() -> None:
    few, many = others(room_world()), others(room_world(other_per_hour=(36.0, 60.0)))
    for line, more in ((0, 1.2), (1, 1.0)):
        mine = set(few.received_min[few.line == line].round(6).tolist())
        theirs = set(many.received_min[many.line == line].round(6).tolist())
        assert mine <= theirs
        assert len(theirs) == pytest.approx(more * len(mine), rel=0.03)


def test_more_handlers_answer_the_same_callers_sooner() -> None:
    incidents, slow = drawn(room_world(handlers=11))
    same, quick = drawn(room_world(handlers=14))
    np.testing.assert_array_equal(incidents.key, same.key)
    np.testing.assert_array_equal(slow.line, quick.line)
    np.testing.assert_array_equal(slow.received_min, quick.received_min)
    assert slow.attempts.sum() > quick.attempts.sum() >= len(incidents)
    assert (slow.answered_min - quick.answered_min).mean() > 0.1


def test_an_incident_keeps_its_call_whatever_other_incidents_there_are() -> None:
    """With a handler for everybody, so that each waits for nobody else."""
    alone, calls_alone = drawn(room_world(handlers=500, per_year=(40_000.0, 0.0)))
    both, calls_both = drawn(room_world(handlers=500))
    shared = np.isin(both.key, alone.key)
    assert shared.sum() == len(alone)
    np.testing.assert_array_equal(calls_both.line[shared], calls_alone.line)
    np.testing.assert_array_equal(calls_both.answered_min[shared], calls_alone.answered_min)


def test_every_incident_is_answered_in_the_run_and_not_before_its_call() -> None:
    world = room_world(handlers=11)
    incidents, calls = drawn(world)
    assert (calls.answered_min >= incidents.time_min).all()
    assert (calls.answered_min < world.calendar.horizon_min).all()
    np.testing.assert_array_equal(calls.received_min, incidents.time_min)
    np.testing.assert_array_equal(calls.line, incidents.type)  # the first type calls 999, the second 101


def test_incidents_told_by_fire_control_and_those_without_police_do_not_ring() -> None:
    world = room_world(fire_attends=(True, False))
    incidents = draw_incidents(world, 3, 0)
    grade = np.where(np.arange(len(incidents)) % 2 == 0, 0, -1).astype(np.int8)
    calls = draw_calls(world, incidents, grade, 3, 0)
    rings = (incidents.type == 1) & (grade == 0)
    assert (calls.line[rings] == 1).all()
    assert (calls.line[~rings] == -1).all()
    assert (calls.attempts[~rings] == 0).all()
    np.testing.assert_array_equal(calls.answered_min[~rings], incidents.time_min[~rings])


def test_the_table_counts_every_attempt_once() -> None:
    world = room_world(handlers=11)
    incidents, calls = drawn(world)
    table, hours = calls.table, int(world.calendar.horizon_min // 60.0)
    assert list(table) == [name for name, *_ in CALLS]
    assert all(table[name].dtype == dtype for name, dtype, _, _ in CALLS)
    assert table["line"].tolist() == [0] * hours + [1] * hours
    assert (table["in_target"] + table["abandoned"] <= table["calls"]).all()
    ringing = others(world).line.size + len(incidents)
    redials = int(table["redials"].sum())
    late = int(calls.attempts.sum()) - len(incidents) - redials  # dialled again after the end of the run
    assert 0 <= late <= 3
    assert table["calls"].sum() == ringing + redials
    assert redials > 20
    waits = calls.answered_min - calls.received_min
    assert (
        waits.sum() > table["wait_min"].sum() * 0.1
    )  # incidents' waits hold those of their earlier attempts
    assert table["talk_min"].sum() == pytest.approx(
        ((table["calls"] - table["abandoned"])[table["line"] == 0].sum() * 5.0)
        + ((table["calls"] - table["abandoned"])[table["line"] == 1].sum() * 7.0),
        rel=0.02,
    )


def test_with_a_handler_for_everybody_nobody_waits() -> None:
    table = drawn(room_world(handlers=500))[1].table
    assert (table["in_target"] == table["calls"]).all()
    assert table["wait_min"].sum() == 0.0


def test_handlers_are_those_of_the_hour_of_the_week() -> None:
    """Nobody is answered between 00 and 06 except in calls begun before; 999 is full when staff come on."""
    handlers = np.where(HOURS % 24 < 6, 0, 30).astype(np.int16)
    world = change_lines(room_world(patience_min=(1e6, 1e6)), handlers=handlers)
    table = drawn(world)[1].table
    hour = (table["from_min"] // 60.0).astype(int) % 24
    assert table["in_target"][(hour < 5) & (table["line"] == 0)].sum() == 0
    assert table["in_target"][(hour > 8)].sum() > 0


def test_a_world_without_lines_says_so() -> None:
    world = room_world()
    assert world.police is not None
    incidents = draw_incidents(world, 3, 0)
    bare = replace(world, police=replace(world.police, lines=None))
    with pytest.raises(ValueError, match="no telephone lines"):
        draw_calls(bare, incidents, np.zeros(len(incidents), dtype=np.int8), 3, 0)


def test_the_same_arguments_give_the_same_calls() -> None:
    world = room_world(handlers=12, days=7)
    one, two = drawn(world)[1], drawn(world)[1]
    np.testing.assert_array_equal(one.answered_min, two.answered_min)
    for name, *_ in CALLS:
        np.testing.assert_array_equal(one.table[name], two.table[name])


def test_a_room_where_nobody_takes_101_calls_is_refused() -> None:
    handlers = "handlers_weekday=[2,8,7,6,6,7,8,10,12,14,16,18,19,19,20,20,21,21,21,20,19,17,15,13]"
    with pytest.raises(ScenarioError, match="2 handlers are on duty, and 2 are kept for 999"):
        apply_texts(load_scenario("police-baseline"), [("set", f"police.lines.{handlers}")])
