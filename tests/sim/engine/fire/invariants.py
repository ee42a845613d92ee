"""What must hold of every log, whatever the world: each check names what it found."""

from __future__ import annotations

from itertools import combinations, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.draws.replication import Draws, draw
from sim.engine.run import run
from sim.log.tables import Log
from sim.measures import why_missed
from sim.world.codes import ON_THE_RUN, Origin, Outcome, Skill
from sim.world.fire import SLOT_MIN, World
from sim.world.log_schema import TABLES
from sim.world.standards import Standard
from tests.sim.engine.fire.choice_from_log import nobody_free_was_quicker

F64 = NDArray[np.float64]
ROUNDING_MIN = 1e-3  # handling, turnout and travel are float32 in the log
END_OF_RUN = 3


def run_and_check(world: World, *, seed: int, replication: int = 0) -> Log:
    """Run a replication and check its log."""
    draws = draw(world, seed, replication)
    log = run(world, draws, seed=seed, replication=replication)
    check(world, draws, log)
    return log


def check(world: World, draws: Draws, log: Log) -> None:
    """Check everything that the log tells."""
    columns_are_those_of_the_log(log)
    times_are_in_order(world, log)
    incidents_add_up(world, draws, log)
    no_appliance_is_in_two_places(world, log)
    no_person_is_in_two_places(log)
    crews_are_legal(world, draws, log)
    nobody_free_was_quicker(world, draws, log)
    causes_add_up(world, log)


def columns_are_those_of_the_log(log: Log) -> None:
    """Every table has its columns, of their types, equally long, and no others."""
    for name, columns in TABLES.items():
        table = log.table(name)
        assert list(table) == [column for column, *_ in columns]
        assert {column: str(table[column].dtype) for column, *_ in columns} == {
            column: dtype for column, dtype, *_ in columns
        }
        assert len({len(values) for values in table.values()}) == 1


def times_are_in_order(world: World, log: Log) -> None:
    """A response goes through its states in order; nothing happens before the call; everything ends."""
    responses, incidents = log.responses, log.incidents
    attended = responses["outcome"] == Outcome.ATTENDED
    names = ("decided_min", "alerted_min", "departed_min", "arrived_min", "released_min", "ended_min")
    for before, after in pairwise(names):
        assert (responses[before][attended] <= responses[after][attended]).all(), (before, after)
    for name in names:
        assert np.isfinite(responses[name][attended]).all(), name
    failed = responses["outcome"] == Outcome.NOT_ALERTED
    assert (attended | failed).all()
    assert (responses["ended_min"][failed] == responses["decided_min"][failed]).all()
    assert np.isnan(np.stack([responses[name][failed] for name in names[1:5]])).all()
    assert (responses["crew"][failed] == 0).all()
    row = responses["incident"]
    decision = incidents["time_min"] + incidents["handling_min"]
    assert (responses["decided_min"] >= decision[row] - ROUNDING_MIN).all()
    spent = responses["turnout_min"] + responses["travel_min"]
    drive = (responses["arrived_min"] - responses["alerted_min"] - spent)[attended]
    assert (np.abs(drive) <= ROUNDING_MIN).all()
    standby = log.standby
    came = ~np.isnan(standby["arrived_min"])
    assert (standby["decided_min"] <= standby["ended_min"]).all()
    assert (standby["decided_min"][came] <= standby["arrived_min"][came]).all()
    assert (standby["arrived_min"][came] <= standby["ended_min"][came]).all()
    home = ~np.isnan(standby["home_min"])
    late = standby["end_reason"] == END_OF_RUN
    assert (standby["ended_min"][home & ~late] <= standby["home_min"][home & ~late]).all()
    assert (standby["ended_min"] <= world.calendar.horizon_min).all()


def incidents_add_up(world: World, draws: Draws, log: Log) -> None:
    """The incidents are those drawn; every pump asked for came or is counted lost; the summary is that of the rows."""
    incidents, responses = log.incidents, log.responses
    for name in ("key", "time_min", "cell", "type"):
        assert np.array_equal(incidents[name], getattr(draws.incidents, name))
    attended = responses["outcome"] == Outcome.ATTENDED
    pumps = attended & world.units.pump[responses["unit"]]
    n = len(incidents["key"])

    def count(which: NDArray[np.bool_]) -> NDArray[np.intp]:
        return np.bincount(responses["incident"][which], minlength=n)

    asked = incidents["pumps_asked"].astype(int) + incidents["makeup_pumps"]
    assert np.array_equal(count(attended & (responses["capability"] < 0)) + incidents["pumps_lost"], asked)
    assert np.array_equal(count(pumps), incidents["pumps_sent"])
    assert np.array_equal(count(~attended), incidents["failures"])
    wanted = np.array([len(world.demand.variant_capabilities[v]) for v in draws.incidents.variant], dtype=int)
    assert (
        count(attended & (responses["capability"] >= 0)) + incidents["capabilities_unmet"] <= wanted
    ).all()
    for row in range(n):
        of = responses["incident"] == row
        assert responses["order"][of].tolist() == list(range(int(of.sum()))), (
            f"order numbers of incident {row}"
        )
        arrivals = np.sort(responses["arrived_min"][of & pumps])
        first, second = [*arrivals.tolist(), np.nan, np.nan][:2]
        assert np.array_equal(
            [incidents["first_pump_min"][row], incidents["second_pump_min"][row]],
            [first, second],
            equal_nan=True,
        )
        assert (incidents["first_unit"][row] >= 0) == bool(len(arrivals))
        went = of & attended
        if went.any():
            assert incidents["first_alert_min"][row] == responses["alerted_min"][went].min()
            assert incidents["closed_min"][row] == responses["released_min"][went].max()
    came = ~np.isnan(incidents["first_pump_min"])
    assert (incidents["first_pump_min"] > incidents["time_min"])[came].all()


def no_appliance_is_in_two_places(world: World, log: Log) -> None:
    """Responses and standby moves of an appliance follow each other; one may end in the moment the next begins."""
    busy: list[tuple[int, float, float]] = []
    attended = log.responses["outcome"] == Outcome.ATTENDED
    busy += _spans(log.responses["unit"], log.responses["decided_min"], log.responses["ended_min"], attended)
    until = np.where(np.isnan(log.standby["home_min"]), log.standby["ended_min"], log.standby["home_min"])
    busy += _spans(log.standby["unit"], log.standby["decided_min"], until, ~log.standby["people"])
    for one, other in pairwise(sorted(busy)):
        assert one[0] != other[0] or one[2] <= other[1], (
            f"appliance {world.units.key[one[0]]}: {one} and {other}"
        )


def _spans(who: Any, start: F64, end: F64, which: NDArray[np.bool_]) -> list[tuple[int, float, float]]:
    return list(zip(who[which].tolist(), start[which].tolist(), end[which].tolist(), strict=True))


def no_person_is_in_two_places(log: Log) -> None:
    """Crews of one pool that are out at the same time have nobody in common."""
    responses = log.responses
    rows = np.flatnonzero((responses["outcome"] == Outcome.ATTENDED) & (responses["crew"] > 0))
    for pool in np.unique(responses["pool"][rows]).tolist():
        mine = rows[responses["pool"][rows] == pool]
        spans = sorted(
            (responses["decided_min"][i], responses["ended_min"][i], int(responses["crew"][i])) for i in mine
        )
        out: list[tuple[float, int]] = []
        for start, end, crew in spans:
            out = [(until, people) for until, people in out if until > start]
            assert not any(people & crew for _, people in out), f"pool {pool} at {start}"
            out.append((end, crew))


def crews_are_legal(world: World, draws: Draws, log: Log) -> None:
    """Whoever leaves home is there, and enough of them with the skills; the mode is the roster's."""
    responses, units = log.responses, world.units
    for i in np.flatnonzero(responses["outcome"] == Outcome.ATTENDED).tolist():
        unit, pool, crew = (int(responses[name][i]) for name in ("unit", "pool", "crew"))
        slot = min(int(responses["alerted_min"][i] // SLOT_MIN), len(draws.roster.mode) - 1)
        at_home = responses["origin"][i] == Origin.HOME
        if at_home:
            assert responses["mode"][i] in ON_THE_RUN
            assert responses["mode"][i] == draws.roster.mode[slot, unit]
        if not units.own[unit]:
            assert pool == -1
            assert crew == 0
            continue
        if at_home:
            assert pool in {int(units.pool[unit]), int(units.fallback_pool[unit])}
            assert crew & ~int(draws.roster.present[slot, pool]) == 0, (
                f"row {i}: somebody rides who is not there"
            )
        first = int(world.people.pool_start[pool])
        skills = [int(world.people.skill[first + k]) for k in range(crew.bit_length()) if crew >> k & 1]
        assert legal(skills, int(units.minimum_crew[unit]), pump=bool(units.pump[unit])), f"row {i}: {skills}"


def legal(skills: list[int], minimum: int, *, pump: bool) -> bool:
    """Whether people with these skills crew an appliance: by trying everyone in every place."""
    if len(skills) < minimum:
        return False
    people = range(len(skills))
    drivers = [i for i in people if skills[i] & Skill.DRIVER]
    if not pump:
        return bool(drivers)
    wearers = [i for i in people if skills[i] & Skill.BREATHING_APPARATUS]
    officers = [i for i in people if skills[i] & Skill.OFFICER]
    team = min(2, max(minimum - 2, 0))
    return any(
        officer != driver and any(not {officer, driver} & set(pair) for pair in combinations(wearers, team))
        for officer in officers
        for driver in drivers
    )


def causes_add_up(world: World, log: Log) -> None:
    """Every incident that misses has one cause, and no other has."""
    limit_min = 8.0
    standard = Standard(key="within_8", title="Within 8 minutes", threshold_s=limit_min * 60.0)
    missed = why_missed(world, log, standard)
    attendance = log.incidents["first_pump_min"] - log.incidents["time_min"]
    asked = ~world.demand.over_border[log.incidents["type"]] & (log.incidents["pumps_asked"] > 0)
    late = np.flatnonzero(~(attendance <= limit_min) & asked)
    assert np.array_equal(np.sort(missed.row), late)
    assert len(missed.cause) == len(late)
    if len(late):
        assert abs(sum(missed.shares().values()) - 1.0) < 1e-9
