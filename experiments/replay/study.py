"""Replaying: the recorded incidents, the drawn crews and times, and what came of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from experiments.errors import UserError
from experiments.execution import engines, model
from experiments.execution.progress import Progress, silent
from experiments.presentation.fire_trace_text import fire_trace_text
from experiments.replay.records import Source, of_records, of_run
from experiments.replay.result import Compared, Difference, Replay, compared
from experiments.replay.settings import Settings
from sim.draws.recorded_incidents import recorded_incidents
from sim.draws.replication import draw
from sim.draws.roster import draw_roster
from sim.measures import station_ground
from sim.measures.fire.availability import unit_duty
from sim.traces.fire import trace_incident
from sim.world.codes import Duty, label
from sim.world.fire import SLOT_MIN

if TYPE_CHECKING:
    from sim.draws.incidents import Incidents
    from sim.log.tables import Log
    from sim.world.fire import World

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]

_TRACES = 3
_HOURS = ("00 to 06", "06 to 12", "12 to 18", "18 to 24")


def replay(settings: Settings, progress: Progress = silent) -> tuple[Replay, Source]:
    """Simulate recorded incidents and compare. Raises UserError for what the user can mend."""
    source = _source(settings)
    first, second, digests = [], [], []
    progress(0, settings.replications)
    for number in range(settings.replications):
        log = play(source, number)
        alerted = (
            log.incidents["first_alert_min"] if settings.clock == "mobilised" else log.incidents["time_min"]
        )
        first.append(60.0 * (log.incidents["first_pump_min"] - alerted))
        second.append(60.0 * (log.incidents["second_pump_min"] - alerted))
        digests.append(log.sha256())
        if number == 0:
            shown = log
        progress(number + 1, settings.replications)
    happened = source.happened
    ones, twos = compared(happened.first_s, np.stack(first)), compared(happened.second_s, np.stack(second))
    if not ones.row.size:
        raise UserError(
            "no record tells when the first pump came: name attendance.first_arrival_s in the mapping."
        )
    found = Replay(
        source.scenario.name,
        settings.replications,
        source.seed,
        source.rows,
        len(happened.row),
        source.left_out,
        ones,
        twos,
        tuple(_differences(source.world, shown, ones, twos)),
        tuple(_worst(source, shown, ones)),
        tuple(digests),
    )
    return found, source


def _source(settings: Settings) -> Source:
    if settings.records.is_dir():
        return of_run(settings.records, settings.replication, settings.scenario, settings.seed)
    if settings.mapping is None:
        msg = (
            "a table of records needs --mapping FILE, which says what its columns mean (docs/fit_demand.md)."
        )
        raise UserError(msg)
    seed = 1 if settings.seed is None else settings.seed
    return of_records(settings.records, settings.mapping, settings.scenario or "baseline", seed)


def play(source: Source, replication: int) -> Log:
    """Return the log of a replication of the recorded incidents."""

    def incidents_of(world: World, seed: int, number: int) -> Incidents:
        return recorded_incidents(world, source.happened.recorded, seed, number)

    world, seed = source.world, source.seed
    demand = world.demand if world.demand.scripted is None else replace(world.demand, scripted=None)
    of = world if demand is world.demand else replace(world, demand=demand)
    draws = draw(of, seed, replication, incidents_of=incidents_of, roster_of=draw_roster)
    return engines.play(of, draws, seed=seed, replication=replication, otherwise=engines.Engine.COMPILED)


def _differences(world: World, log: Log, first: Compared, second: Compared) -> list[Difference]:
    """Return the differences over all incidents and by what they belong to, of first pumps, then second."""
    incidents, cells = log.incidents, world.cells
    where, kind = incidents["cell"].astype(np.int64), incidents["type"].astype(np.int64)
    slot = np.minimum((incidents["time_min"] // SLOT_MIN).astype(np.int64), world.calendar.hour.size - 1)
    hour = world.calendar.hour[slot].astype(np.int64) // 6
    unit = incidents["first_unit"].astype(np.int64)
    duty = np.where(unit >= 0, unit_duty(world)[np.maximum(unit, 0)], -1).astype(np.int64)
    groups: list[tuple[str, I64, tuple[str, ...]]] = [
        ("type", kind, world.demand.key),
        ("hour", hour, _HOURS),
        ("district", cells.district[where].astype(np.int64), cells.district_names),
        ("crewing of the first pump", duty, tuple(label(member) for member in Duty)),
        ("station ground", station_ground(world)[where], world.sites.name),
    ]
    found: list[Difference | None] = [
        each.difference(order, "all", np.ones(each.row.size, dtype=bool))
        for order, each in (("first pump", first), ("second pump", second))
    ]
    for group, index, names in groups:
        found += first.by(group, index, names)
    return [each for each in found if each is not None]


def _worst(source: Source, log: Log, first: Compared) -> list[str]:
    """Tell the incidents that the model gets most wrong, as replication 0 had them."""
    gap = first.model_s - first.recorded_s
    order = np.argsort(-np.abs(gap), kind="stable")[:_TRACES]
    told = []
    standards = model.standards(source.scenario)
    for i in order.tolist():
        row = int(first.row[i])
        head = (
            f"Row {int(source.happened.row[row])} of the records: first pump after {first.recorded_s[i]:.0f} s;"
            f" in the model {first.model_s[i]:.0f} s on average, and in replication 0:"
        )
        trace = trace_incident(source.world, log, row, standards=standards)
        told.append(f"{head}\n\n{fire_trace_text(trace, source.scenario.calendar.start)}")
    return told
