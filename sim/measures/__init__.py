"""Measures: pure functions from a log to figures with definitions. Nothing here draws, decides or remembers.

Crews are drawn from their long-run distribution and appliances are committed a few per cent of the time, so
a run that starts with everything at home is at its long-run level within hours: there is no warm-up to cut
away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.codes import ON_THE_RUN
from sim.log import Log
from sim.measures.availability import (
    IN_THE_FLEET,
    availability_by_station,
    availability_by_time,
    availability_values,
    changes,
    mode_minutes,
)
from sim.measures.breakdown import Groups, breakdown_tables, groups, station_ground
from sim.measures.catalogue import Definition
from sim.measures.cross_border import border_table, border_values
from sim.measures.definitions import DEFINITIONS, standard_definition
from sim.measures.gauge import gauge_tables, gauge_values, read_gauge
from sim.measures.grouping import Table
from sim.measures.missed import Misses, classify, missed_table, missed_values, why_missed
from sim.measures.response import response_values, standard_value
from sim.measures.select import View, view
from sim.measures.standby import standby_tables, standby_values
from sim.measures.timeline import Timeline, sorted_roster
from sim.measures.workload import appliance_table, simultaneous_table, workload_values
from sim.standards import Standard
from sim.world import World

__all__ = [
    "DEFINITIONS",
    "Definition",
    "Measures",
    "Misses",
    "Table",
    "main_standard",
    "measure",
    "standard_definition",
    "station_ground",
    "why_missed",
]


@dataclass(frozen=True, slots=True, eq=False)
class Measures:
    """The figures of one replication.

    ``values`` has every name of ``DEFINITIONS``, in its order, then ``standard.<key>`` for each standard
    given; NaN where undefined. ``tables`` are dicts of equally long columns. ``misses`` are the main
    standard's, None without.
    """

    values: dict[str, float]
    tables: dict[str, Table]
    misses: Misses | None


def main_standard(standards: Sequence[Standard]) -> Standard | None:
    """Return the standard whose misses are explained: the first that is a share of first pumps in a
    threshold.
    """
    for standard in standards:
        if standard.statistic == "share_within" and standard.unit_order == 1:
            return standard
    return None


def measure(world: World, log: Log, standards: Sequence[Standard] = ()) -> Measures:
    """Return every figure of ``log``.

    Raises:
        ValueError: a standard names an incident filter that does not exist.
    """
    seen = view(world, log)
    roster = sorted_roster(log)
    minutes = mode_minutes(world, log, roster)
    appliances = appliance_table(seen, minutes)
    on_the_run = changes(world, log, roster, ON_THE_RUN)
    fleet = changes(world, log, roster, IN_THE_FLEET)
    readings = read_gauge(world, log, on_the_run)
    main = main_standard(standards)
    misses = classify(seen, main, Timeline(log, roster)) if main else None
    by = groups(seen)
    found = (
        response_values(seen)
        | availability_values(world, minutes)
        | gauge_values(world, readings)
        | workload_values(seen, appliances)
        | standby_values(seen)
        | border_values(seen)
        | missed_values(misses)
    )
    values = {name: found[name] for name in DEFINITIONS}
    values |= {f"standard.{standard.key}": standard_value(seen, standard) for standard in standards}
    tables = breakdown_tables(seen, by) | availability_by_time(world, log, on_the_run, fleet)
    tables |= standby_tables(world, log) | gauge_tables(world, readings)
    tables |= {
        "availability_by_station": availability_by_station(world, log, on_the_run, minutes),
        "by_appliance": appliances,
        "simultaneous": simultaneous_table(seen),
        "border_by_service": border_table(seen),
    }
    if misses is not None:
        tables |= _missed_tables(seen, misses, by)
    return Measures(values=values, tables=tables, misses=misses)


def _missed_tables(seen: View, misses: Misses, by: Groups) -> dict[str, Table]:
    tables = {
        f"missed_{name}": missed_table(misses, by[name][0][misses.row], tuple(by[name][1]), "group")
        for name in ("by_station", "by_type", "by_district", "by_hour")
    }
    would_have = np.asarray(misses.unit, dtype=np.int64)
    return tables | {"missed_by_appliance": missed_table(misses, would_have, seen.world.units.key, "group")}
