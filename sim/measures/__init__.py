"""Measures: pure functions from a log to figures with definitions. Nothing here draws, decides or remembers.

Crews are drawn from their long-run distribution and appliances are committed a few per cent of the time, so
a run that starts with everything at home is at its long-run level within hours: there is no warm-up to cut
away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.log.tables import Log
from sim.measures.causes import causes_table
from sim.measures.definitions import DEFINITIONS, definitions_for, standard_definition
from sim.measures.fire.availability import (
    availability_by_station,
    availability_by_time,
    availability_values,
    changes,
    mode_minutes,
)
from sim.measures.fire.breakdown import Groups, breakdown_tables, groups, station_ground
from sim.measures.fire.catalogue import Definition
from sim.measures.fire.cross_border import border_table, border_values
from sim.measures.fire.gauge import gauge_tables, gauge_values, read_gauge
from sim.measures.fire.kilometres import by_day, legs_driven
from sim.measures.fire.missed import Misses, classify, missed_values, why_missed
from sim.measures.fire.response import response_values, standard_value
from sim.measures.fire.select import View, view
from sim.measures.fire.standby import standby_tables, standby_values
from sim.measures.fire.workload import appliance_table, simultaneous_table, workload_values
from sim.measures.grouping import Table
from sim.measures.joint import has_fire, is_joint, joint_table, joint_values
from sim.measures.police import PoliceNames, main_police_standard, measure_police, police_names
from sim.measures.police.missed import PoliceMisses
from sim.measures.timeline import Timeline, sorted_roster
from sim.world.codes import ON_THE_RUN, Cause
from sim.world.fire import World
from sim.world.standards import Standard

__all__ = [
    "DEFINITIONS",
    "Definition",
    "Measures",
    "Misses",
    "PoliceMisses",
    "PoliceNames",
    "Table",
    "definitions_for",
    "definitions_of_world",
    "has_fire",
    "main_police_standard",
    "main_standard",
    "measure",
    "police_names",
    "standard_definition",
    "station_ground",
    "why_missed",
]


@dataclass(frozen=True, slots=True, eq=False)
class Measures:
    """The figures of one replication.

    ``values`` has every name of ``definitions_of_world``, in its order, but the control room's where that is not
    modelled, then ``standard.<key>`` for each standard given; NaN where undefined. ``tables`` are dicts of
    equally long columns. ``misses`` are the main fire standard's, ``police_misses`` the main police standard's;
    None without.
    """

    values: dict[str, float]
    tables: dict[str, Table]
    misses: Misses | None
    police_misses: PoliceMisses | None = None


def definitions_of_world(world: World) -> dict[str, Definition]:
    """Return the definitions of the figures of ``world``: of the services that are in it."""
    return definitions_for(fire=has_fire(world), police=None if world.police is None else police_names(world))


def main_standard(standards: Sequence[Standard]) -> Standard | None:
    """Return the fire standard whose misses are explained: the first that is a share of first pumps in a
    threshold.
    """
    for standard in standards:
        if standard.service == "fire" and standard.statistic == "share_within" and standard.unit_order == 1:
            return standard
    return None


def measure(world: World, log: Log, standards: Sequence[Standard] = (), *, tables: bool = True) -> Measures:
    """Return every figure of ``log``: of the services that are in the World, and joint ones where both are.

    A standard of a service that is not in the World is undefined (NaN). Without ``tables`` the breakdowns are left out,
    which takes half the time: the values are the same.

    Raises:
        ValueError: a standard names an incident filter that does not exist.
    """
    found: dict[str, float] = {}
    judged: dict[str, float] = {f"standard.{standard.key}": float("nan") for standard in standards}
    made: dict[str, Table] = {}
    misses, police_misses = None, None
    if has_fire(world):
        fire = _measure_fire(world, log, [s for s in standards if s.service == "fire"], with_tables=tables)
        found, made, misses = fire.found, fire.tables, fire.misses
        judged |= fire.judged
    if world.police is not None:
        police = measure_police(world, log, standards, with_tables=tables)
        found, made = found | police.values, made | police.tables
        judged |= police.standards
        police_misses = police.misses
    if is_joint(world):
        seen = view(world, log)
        found |= joint_values(seen)
        made |= {"joint_by_type": joint_table(seen)} if tables else {}
    values = {name: found[name] for name in definitions_of_world(world) if name in found}
    return Measures(values=values | judged, tables=made, misses=misses, police_misses=police_misses)


@dataclass(frozen=True, slots=True, eq=False)
class _Fire:
    found: dict[str, float]
    judged: dict[str, float]
    tables: dict[str, Table]
    misses: Misses | None


def _measure_fire(world: World, log: Log, standards: Sequence[Standard], *, with_tables: bool) -> _Fire:
    seen = view(world, log)
    roster = sorted_roster(log)
    minutes = mode_minutes(world, log, roster)
    legs = legs_driven(seen)
    appliances = appliance_table(seen, minutes, (legs[0], legs[2]))
    on_the_run = changes(world, log, roster, ON_THE_RUN)
    readings = read_gauge(world, log, on_the_run)
    main = main_standard(standards)
    misses = classify(seen, main, Timeline(log, roster)) if main else None
    found = (
        response_values(seen)
        | availability_values(world, minutes)
        | gauge_values(world, readings)
        | workload_values(seen, appliances)
        | standby_values(seen)
        | border_values(seen)
        | missed_values(misses)
    )
    judged = {f"standard.{standard.key}": standard_value(seen, standard) for standard in standards}
    if not with_tables:
        return _Fire(found, judged, {}, misses)
    by = groups(seen)
    tables = breakdown_tables(seen, by) | availability_by_time(world, log, on_the_run)
    tables |= standby_tables(world, log) | gauge_tables(world, readings)
    tables |= {
        "availability_by_station": availability_by_station(world, log, on_the_run, minutes),
        "by_appliance": appliances,
        "kilometres_by_day": by_day(seen, legs),
        "simultaneous": simultaneous_table(seen),
        "border_by_service": border_table(seen),
    }
    if misses is not None:
        tables |= _missed_tables(seen, misses, by)
    return _Fire(found, judged, tables, misses)


def _missed_tables(seen: View, misses: Misses, by: Groups) -> dict[str, Table]:
    tables = {
        f"missed_{name}": causes_table(Cause, misses.cause, by[name][0][misses.row], by[name][1])
        for name in ("by_station", "by_type", "by_district", "by_hour", "by_weekday")
    }
    would_have = np.asarray(misses.unit, dtype=np.int64)
    return tables | {
        "missed_by_appliance": causes_table(Cause, misses.cause, would_have, seen.world.units.key)
    }
