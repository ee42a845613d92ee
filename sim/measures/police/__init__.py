"""Measures of the police: pure functions from a log to figures, as fire's are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sim.log.tables import Log
from sim.measures.grouping import Table
from sim.measures.police.appendix import appendix_table
from sim.measures.police.calls import call_tables, call_values
from sim.measures.police.catalogue import PoliceNames
from sim.measures.police.diversions import diversion_table, diversion_values
from sim.measures.police.met import breakdown_tables, met_values, time_values, volume_values
from sim.measures.police.missed import (
    PoliceMisses,
    classify_police,
    default_standard,
    duty_of,
    missed_tables,
    missed_values,
)
from sim.measures.police.select import crime_keys, police_view, standard_value
from sim.measures.police.work import measure_work, mode_by_slot, unit_table, units_by_hour, work_values
from sim.measures.timeline import Timeline, sorted_roster
from sim.world.fire import World
from sim.world.standards import Standard

__all__ = ["PoliceFigures", "PoliceNames", "main_police_standard", "measure_police", "police_names"]


@dataclass(frozen=True, slots=True, eq=False)
class PoliceFigures:
    """The police figures of one replication, of ``standard.<key>`` too, tables, and the main standard's misses."""

    values: dict[str, float]
    standards: dict[str, float]
    tables: dict[str, Table]
    misses: PoliceMisses


def police_names(world: World) -> PoliceNames:
    """Return the grades and crimes that name the figures of ``world``.

    Raises:
        ValueError: the World has no police.
    """
    if world.police is None:
        raise ValueError(f"the World {world.name!r} has no police")
    return PoliceNames(world.police.grades.key, crime_keys(world.police.demand.crime))


def main_police_standard(standards: Sequence[Standard]) -> Standard | None:
    """Return the police standard whose misses are explained: the first that is a share."""
    for standard in standards:
        if standard.service == "police" and standard.is_share:
            return standard
    return None


def measure_police(
    world: World, log: Log, standards: Sequence[Standard] = (), *, with_tables: bool = True
) -> PoliceFigures:
    """Return every police figure of ``log``; standards of fire are passed over.

    Raises:
        ValueError: the World has no police, or a police standard names a filter that does not exist.
    """
    seen = police_view(world, log)
    roster = sorted_roster(log)
    modes = mode_by_slot(world, roster)
    work = measure_work(seen, modes)
    main = main_police_standard(standards) or default_standard(seen)
    misses = classify_police(seen, main, Timeline(log, roster), duty_of(seen, modes))
    values = (
        met_values(seen)
        | time_values(seen)
        | volume_values(seen)
        | work_values(seen, work)
        | diversion_values(seen)
        | missed_values(misses)
        | call_values(seen)
    )
    judged = {
        f"standard.{standard.key}": standard_value(seen, standard)
        for standard in standards
        if standard.service == "police"
    }
    if not with_tables:
        return PoliceFigures(values=values, standards=judged, tables={}, misses=misses)
    tables = breakdown_tables(seen) | missed_tables(seen, misses) | call_tables(seen)
    tables |= {
        "police_appendix1": appendix_table(seen),
        "police_units_by_hour": units_by_hour(seen, work),
        "police_by_unit": unit_table(seen, work),
        "police_diversions": diversion_table(seen),
    }
    return PoliceFigures(values=values, standards=judged, tables=tables, misses=misses)
