"""What must hold of the log of every police run, whatever the world: each check names what it found."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np

from sim.draws.replication import Draws
from sim.log.tables import Log
from sim.world.codes import Mode, Origin, Outcome, Reason
from sim.world.fire import World
from tests.sim.engine.police.choice_from_log import Looked, check_choices

SAME_MIN = 1e-6
ROUNDING_MIN = 2e-3  # single precision travel


def check_log(world: World, draws: Draws, log: Log) -> Looked:
    """Check everything that the log tells; return how often choices were looked at."""
    police_rows = np.flatnonzero(world.police.units.police[log.responses["unit"]])  # type: ignore[union-attr]
    sent = {name: values[police_rows] for name, values in log.responses.items()}
    times_are_in_order(sent)
    nobody_is_in_two_places(sent)
    no_work_is_lost(world, draws, log, sent)
    reserved_units_take_emergencies_alone(world, log, sent)
    incidents_agree_with_responses(log, sent)
    return check_choices(world, draws, log)


def times_are_in_order(sent: dict[str, Any]) -> None:
    """Decided, departed, arrived, left, released, ended; those called off end when they are."""
    came = ~np.isnan(sent["arrived_min"])
    done = sent["outcome"] == Outcome.ATTENDED
    assert came[done].all()
    assert np.isin(sent["outcome"], (Outcome.ATTENDED, Outcome.DIVERTED)).all()
    for earlier, later in (
        ("decided_min", "departed_min"), ("departed_min", "arrived_min"), ("arrived_min", "left_scene_min"),
        ("left_scene_min", "released_min"), ("released_min", "ended_min"),
    ):  # fmt: skip
        known = ~np.isnan(sent[earlier]) & ~np.isnan(sent[later])
        assert (sent[later][known] >= sent[earlier][known] - SAME_MIN).all(), (earlier, later)
    assert np.array_equal(sent["ended_min"][~done], sent["released_min"][~done])
    assert (sent["tied_up"][~done] == 0).all()


def nobody_is_in_two_places(sent: dict[str, Any]) -> None:
    """A unit's responses follow each other; it sets out for the next when it has ended the one before."""
    order = np.lexsort((sent["ended_min"], sent["decided_min"], sent["unit"]))
    unit, decided, ended = (sent[name][order] for name in ("unit", "decided_min", "ended_min"))
    same = unit[1:] == unit[:-1]
    assert (decided[1:][same] >= ended[:-1][same] - SAME_MIN).all()
    called_off = sent["outcome"][order][:-1] == Outcome.DIVERTED
    diverted = np.isin(sent["origin"][order][1:], (Origin.EN_ROUTE, Origin.AT_SCENE))
    assert np.array_equal(called_off[same], diverted[same]), "who is called off is sent on at once"
    assert np.array_equal(decided[1:][same & called_off], ended[:-1][same & called_off])
    assert np.array_equal(sent["reason"] == Reason.DIVERTED, np.isin(sent["origin"], (6, 7)))


def no_work_is_lost(world: World, draws: Draws, log: Log, sent: dict[str, Any]) -> None:
    """All that was asked for was done: minutes at the scene are those drawn, whoever spent them; grades are kept."""
    assert draws.police is not None
    incidents, officers = log.incidents, world.police.units.officers  # type: ignore[union-attr]
    assert np.array_equal(incidents["grade"], draws.police.grade)
    at_scene: dict[int, float] = defaultdict(float)
    stayed = np.nan_to_num(sent["left_scene_min"] - sent["arrived_min"])
    for row, minutes in zip(sent["incident"].tolist(), stayed.tolist(), strict=True):
        at_scene[row] += minutes
    finished = defaultdict(list)
    for row, unit, outcome in zip(*(sent[n].tolist() for n in ("incident", "unit", "outcome")), strict=True):
        if outcome == Outcome.ATTENDED:
            finished[row].append(unit)
    for row in np.flatnonzero(incidents["grade"] >= 0).tolist():
        asked = int(incidents["officers_asked"][row])
        assert 1 <= len(finished[row]) <= asked, f"incident {row}"
        assert sum(int(officers[unit]) for unit in finished[row]) >= asked, f"incident {row} lacks officers"
        drawn = draws.police.scene_min[row, : len(finished[row])].sum()
        assert abs(at_scene[row] - drawn) < SAME_MIN, f"incident {row}: {at_scene[row]} of {drawn} minutes"


def reserved_units_take_emergencies_alone(world: World, log: Log, sent: dict[str, Any]) -> None:
    """Units off duty take nothing; those on for emergencies only take only grades that divert."""
    diverts = world.police.grades.diverts[log.incidents["grade"][sent["incident"]]]  # type: ignore[union-attr]
    assert np.isin(sent["mode"], (Mode.IMMEDIATE, Mode.RESERVED)).all()
    assert diverts[sent["mode"] == Mode.RESERVED].all()


def incidents_agree_with_responses(log: Log, sent: dict[str, Any]) -> None:
    """The columns of the incident are those of its responses."""
    incidents, n = log.incidents, len(log.incidents["key"])
    of = sent["incident"]
    assert np.array_equal(np.bincount(of, minlength=n), incidents["police_units"])
    called_off = (sent["outcome"] == Outcome.DIVERTED).astype(float)
    assert np.array_equal(np.bincount(of, called_off, minlength=n), incidents["diversions"])
    first = np.full(n, np.inf)
    np.fmin.at(first, of, sent["arrived_min"])
    assert np.array_equal(
        np.where(np.isinf(first), np.nan, first), incidents["police_first_min"], equal_nan=True
    )
    assigned = np.full(n, np.inf)
    np.fmin.at(assigned, of, sent["decided_min"])
    known = np.isfinite(assigned)
    assert np.array_equal(assigned[known], incidents["police_assigned_min"][known])
    assert (assigned[known] >= incidents["police_open_min"][known] - SAME_MIN).all()
    assert (incidents["received_min"] <= incidents["time_min"]).all()
