"""Incidents of a replication in a list: all in their order, or those that missed the standard, worst first."""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from experiments.presentation.as_json import as_text, number
from experiments.presentation.formatting import day_text, minutes_seconds
from experiments.presentation.spreadsheet import csv_table
from experiments.presentation.terminal import console, new_table
from experiments.presentation.trace_text import Clock
from experiments.run.trace import Replication, read_for_traces, slowest_misses
from sim.measures import has_fire
from sim.measures.incidents import slot_of
from sim.traces.places import cell_name, incident_name


@dataclass(frozen=True, slots=True)
class Listed:
    """One incident of a list. ``first_min`` is from the answer of the call, NaN where nobody came."""

    row: int
    name: str
    type: str
    time_min: float
    hour: int  # local
    near: str
    district: str
    first_alert_min: float  # from the answer of the call
    first_unit: str  # "" where nobody came
    first_min: float
    sent: int
    cause: str  # "" where it is not asked for

    def called(self, read: Replication) -> datetime:
        """Return when the call was answered, local time."""
        return Clock(read.scenario.calendar.start, self).moment(self.time_min)


def print_incidents(
    folder: Path | None, replication: int, *, missed: bool, most: int | None, form: str = "table"
) -> None:
    """Print incidents: those that missed the main standard with their causes, worst first, or all in order.

    ``most`` None: 20 in a table, all of them as ``csv`` or ``json``.
    """
    read = read_for_traces(folder, replication)
    every = len(read.log.incidents["key"])
    rows = slowest_misses(read) if missed else [(row, math.nan, "") for row in range(every)]
    many = len(rows) if most is None and form != "table" else most or 20
    found = [_listed(read, row, cause) for row, _, cause in rows[:many]]
    if form == "table":
        _print_table(read, found, missed=missed)
        what = f"{len(found):,} of {len(rows):,} ({'missed' if missed else 'all'})"
        console().print(f"{what}, replication {replication} of {read.run}.", soft_wrap=True, markup=False)
        return
    documents = [_document(read, each) for each in found]
    if form == "json":
        sys.stdout.write(as_text({"run": str(read.run), "replication": replication, "incidents": documents}))
    else:
        sys.stdout.write(csv_table(COLUMNS, (each.values() for each in documents)))


COLUMNS = (
    "incident",
    "name",
    "called_local",
    "near",
    "district",
    "first_alert_s",
    "first_unit",
    "first_arrival_s",
    "units_sent",
    "why_missed",
)


def _listed(read: Replication, row: int, cause: str) -> Listed:
    world, incidents = read.world, read.log.incidents
    police = not has_fire(world)
    unit_column, first_column, sent_column = (
        ("police_first_unit", "police_first_min", "police_units")
        if police
        else ("first_unit", "first_pump_min", "pumps_sent")
    )
    call, cell = float(incidents["time_min"][row]), int(incidents["cell"][row])
    unit = int(incidents[unit_column][row])
    alert = "police_assigned_min" if police else "first_alert_min"
    return Listed(
        row=row,
        name=incident_name(world, read.log, row),
        type=world.demand.key[int(incidents["type"][row])],
        time_min=call,
        hour=int(world.calendar.hour[slot_of(world, incidents["time_min"][row : row + 1])[0]]),
        near=cell_name(world, cell),
        district=world.cells.district_names[int(world.cells.district[cell])],
        first_alert_min=float(incidents[alert][row]) - call,
        first_unit=world.units.key[unit] if unit >= 0 else "",
        first_min=float(incidents[first_column][row]) - call,
        sent=int(incidents[sent_column][row]),
        cause=cause,
    )


def _print_table(read: Replication, found: list[Listed], *, missed: bool) -> None:
    table = new_table()
    for heading in (
        "No.",
        "Incident",
        "Called",
        "Near",
        "Unit",
        "First",
        *(["Why missed"] if missed else []),
    ):
        table.add_column(
            heading,
            justify="right" if heading in ("No.", "First") else "left",
            no_wrap=heading in ("No.", "First", "Called"),
            overflow="fold",
        )
    for each in found:
        at = each.called(read)
        called = f"{day_text(at.date())} {at:%H:%M}"
        first = "none" if math.isnan(each.first_min) else minutes_seconds(60.0 * each.first_min)
        why = [each.cause] if missed else []
        table.add_row(
            str(each.row), each.type.replace("_", " "), called, each.near, each.first_unit, first, *why
        )
    console().print(table)


def _document(read: Replication, each: Listed) -> dict[str, str | int | float | None]:
    values = (
        each.row,
        each.name,
        f"{each.called(read):%Y-%m-%dT%H:%M:%S}",
        each.near,
        each.district,
        number(round(60.0 * each.first_alert_min, 1)),
        each.first_unit or None,
        number(round(60.0 * each.first_min, 1)),
        each.sent,
        each.cause or None,
    )
    return dict(zip(COLUMNS, values, strict=True))
