"""Incidents as they were recorded, on the map and in the types of a scenario."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from calibration.demand.clean import NO_DAY, Records, clean
from calibration.demand.mapping import Mapping
from calibration.demand.moments import EPOCH
from calibration.demand.read_mapping import MappingError, check_columns, check_types, parse_mapping
from calibration.demand.table import read_table
from experiments.errors import UserError
from experiments.execution import model
from experiments.execution.results_folder import read_identity
from experiments.execution.store import SCENARIO_FILE
from experiments.fit_demand.study import text_of
from experiments.run.trace import read_replication
from scenarios.building.events import elapsed_min
from scenarios.schema.scenario import Scenario
from sim.draws.incidents import SERIALS, SERIALS_SCRIPTED
from sim.draws.recorded_incidents import Recorded, keyed
from sim.world.fire import World

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]

_NEAR = 1.5
"""A position belongs to the nearest area within so many of its sides (the shore, a park)."""


@dataclass(frozen=True, slots=True, eq=False)
class Happened:
    """Recorded incidents as the World has them, and when the first two pumps came: seconds, NaN where not told."""

    recorded: Recorded
    row: I64  # in the records, or in the run's log
    first_s: F64
    second_s: F64


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """A scenario of the time of the records, its World, the incidents, and what had to be left out and why."""

    scenario: Scenario
    world: World
    happened: Happened
    left_out: dict[str, int]
    seed: int
    rows: int  # of the records


def of_run(folder: Path, replication: int, scenario: str | None, seed: int | None) -> Source:
    """Return the incidents of a replication of a run: the very ones, keys and all. Raises UserError."""
    run, log = read_replication(folder, replication)
    of = model.load(scenario or str(run / SCENARIO_FILE))
    world = model.build(of)
    if world.police is not None:
        raise UserError("police incidents are not replayed: name a run of a fire service.")
    incidents = log.incidents
    own = incidents["key"] % SERIALS < SERIALS - SERIALS_SCRIPTED  # scripted ones are the scenario's
    names = model.load(str(run / SCENARIO_FILE)).incident_types
    types = _types(list(names), list(of.incident_types))
    kind = types[incidents["type"].astype(np.int64)]
    keep = np.flatnonzero(own & (kind >= 0) & (incidents["cell"] < len(world.cells.population)))
    call = incidents["time_min"][keep]
    recorded = Recorded(kind[keep], incidents["cell"][keep].astype(np.int32), call, incidents["key"][keep])
    first, second = (60.0 * (incidents[name][keep] - call) for name in ("first_pump_min", "second_pump_min"))
    left = {"of types that the scenario has not": int((own & (kind < 0)).sum())}
    rooted = seed if seed is not None else int(read_identity(run)["seed"])
    return Source(of, world, Happened(recorded, keep, first, second), left, rooted, len(own))


def _types(mine: list[str], theirs: list[str]) -> I64:
    return np.array([theirs.index(name) if name in theirs else -1 for name in mine], dtype=np.int64)


def of_records(path: Path, mapping_file: Path, scenario: str, seed: int) -> Source:
    """Return the incidents of a table of records. Raises UserError telling every fault of the mapping."""
    base = model.load(scenario)
    try:
        mapping = parse_mapping(text_of(mapping_file), mapping_file.name)
        table = read_table(path, mapping.records)
        faults = check_columns(mapping, table.header, mapping_file.name, path.name)
        faults += check_types(mapping, list(base.incident_types), mapping_file.name, scenario)
        if faults:
            raise MappingError(faults)
        records, rejected = clean(table, mapping)
    except MappingError as fault:
        raise UserError(str(fault)) from fault
    left: dict[str, int] = {}
    for each in rejected:
        if each.lost == "row":
            left[each.reason] = left.get(each.reason, 0) + 1
    when = _of_their_time(base, records, mapping)
    world = model.build(when)
    return _placed(when, world, records, left, seed, len(table))


def _of_their_time(base: Scenario, records: Records, mapping: Mapping) -> Scenario:
    """Return the scenario with the calendar of the records. Raises UserError without a single day."""
    days = records.day[records.day != NO_DAY]
    if not days.size or np.isnan(records.minute).all():
        raise UserError("no row tells a day and a time of day, without which nothing can be replayed.")
    first, last = EPOCH + timedelta(days=int(days.min())), EPOCH + timedelta(days=int(days.max()))
    first, last = mapping.period.first or first, mapping.period.last or last
    calendar = base.calendar.model_copy(update={"start": first, "days": (last - first).days + 1})
    return base.model_copy(update={"calendar": calendar, "scripted_incidents": {}, "surges": {}})


def _placed(
    scenario: Scenario, world: World, records: Records, left: dict[str, int], seed: int, rows: int
) -> Source:
    """Put records on the map, and on the clock of the simulation."""
    types = _types(list(records.types), list(scenario.incident_types))[records.type]
    cells = world.cells
    size = np.full(len(cells.population), scenario.geography.cell_size_m)
    known = ~np.isnan(records.easting_m)
    away, cell = np.full(len(records), np.inf), np.zeros(len(records), dtype=np.int64)
    tree = cKDTree(np.column_stack([cells.easting_m, cells.northing_m]))
    away[known], cell[known] = tree.query(np.column_stack([records.easting_m, records.northing_m])[known])
    timed = (records.day != NO_DAY) & ~np.isnan(records.minute)
    near = away <= _NEAR * np.maximum(size[cell], 1000.0)
    for why, lost in (
        ("type: the scenario has it not", types < 0),
        ("place: no coordinates", ~known),
        ("place: off the map", known & ~near),
        ("time: no time of day", ~timed),
    ):
        left[why] = left.get(why, 0) + int(lost.sum())
    keep = np.flatnonzero((types >= 0) & near & timed)
    minutes = _elapsed(scenario, records, keep)
    within = (minutes >= 0.0) & (minutes < world.calendar.horizon_min)
    left["time: outside the period"] = left.get("time: outside the period", 0) + int((~within).sum())
    keep, minutes = keep[within], minutes[within]
    if not keep.size:
        told = "; ".join(f"{count:,} {why}" for why, count in left.items() if count)
        raise UserError(f"no row can be replayed: {told}. Correct the mapping.")
    recorded, order = keyed(world, types[keep], cell[keep].astype(np.int32), minutes)
    rows_of = keep[order]
    happened = Happened(
        recorded, records.row[rows_of], records.first_arrival_s[rows_of], records.second_arrival_s[rows_of]
    )
    return Source(scenario, world, happened, {why: count for why, count in left.items() if count}, seed, rows)


def _elapsed(scenario: Scenario, records: Records, rows: I64) -> F64:
    """Return minutes since the start of the scenario, clock changes counted."""

    def at(hour: int) -> dict[int, float]:
        days = {int(day) for day in records.day[rows].tolist()}
        local = {day: datetime.combine(EPOCH + timedelta(days=day), time(hour)) for day in days}
        return {day: elapsed_min(scenario.calendar, moment) for day, moment in local.items()}

    midnight, noon = at(0), at(12)
    begin = np.array([midnight[day] for day in records.day[rows].tolist()])
    middle = np.array([noon[day] for day in records.day[rows].tolist()])
    minute = records.minute[rows]
    changed = middle - begin - 720.0  # an hour more or less where the clocks change before noon
    return np.asarray(begin + minute + np.where(minute >= 180.0, changed, 0.0))
