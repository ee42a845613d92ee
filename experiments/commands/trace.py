"""The story of one incident, and how to find an incident worth telling."""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from experiments.errors import UserError
from experiments.execution import model
from experiments.execution.provenance import code_digest
from experiments.execution.results_folder import latest, read_identity
from experiments.execution.store import SCENARIO_FILE, RunFolder
from experiments.execution.tables import read_log
from experiments.presentation.formatting import minutes_seconds


@dataclass(frozen=True, slots=True)
class _Told:
    """A replication with what is needed to tell of it."""

    run: Path
    log: Any
    scenario: Any
    world: Any
    standards: tuple[Any, ...]

    def of_fire(self, row: int) -> bool:
        """Whether the fire service attends the incident."""
        police = self.world.police
        return police is None or bool(police.demand.fire_attends[self.log.incidents["type"][row]])


def _read(folder: Path | None, replication: int) -> _Told:
    run, log = read_replication(folder, replication)
    if read_identity(run).get("model_sha256") != code_digest():
        sys.stderr.write(
            "Note: another version of the model made this run; reasons are worked out by this one.\n"
        )
    scenario = model.load(str(run / SCENARIO_FILE))
    return _Told(run, log, scenario, model.build(scenario), model.standards(scenario))


def read_replication(folder: Path | None, replication: int) -> tuple[Path, Any]:
    """Return the run's folder and the log of one replication. Raises UserError if it is not there."""
    run = folder or latest()
    read_identity(run)
    finished = RunFolder(run).finished()
    if replication not in finished:
        there = ", ".join(str(number) for number in finished) or "none"
        msg = f"--replication {replication} is not in {run}. There: {there}."
        raise UserError(msg)
    return run, read_log(RunFolder(run).replication(replication))


def find_incident(told: _Told, text: str) -> int:
    """Return the row of the incident that ``text`` names: a row number, its name, its key, or ``worst``."""
    import numpy as np

    keys = told.log.incidents["key"]
    if not len(keys):
        msg = "this replication has no incidents."
        raise UserError(msg)
    if text == "worst":
        return int(_slowest_misses(told)[0][0])
    wanted = _key_of(text)
    if text.isdigit() and wanted < len(keys):
        return wanted
    rows = np.flatnonzero(keys == np.uint64(wanted)) if 0 <= wanted < 2**64 else np.empty(0)
    if not len(rows):
        msg = (
            f'no incident "{text}" in this replication: give its number (0 to {len(keys) - 1}), its name or key as '
            "`turnout trace --list` tells them, or worst."
        )
        raise UserError(msg)
    return int(rows[0])


def _key_of(text: str) -> int:
    """Return the key that a user wrote as a number or as type-day-serial; −1 if it is neither."""
    from sim.draws.incidents import key_of

    if text.isdigit():
        return int(text)
    try:
        return int(key_of(text))
    except ValueError:
        return -1


def tell_story(folder: Path | None, replication: int, incident: str) -> None:
    """Print the story of one incident."""
    from experiments.presentation.fire_trace_text import story_text
    from sim.traces.fire import incident_name, trace_incident

    told = _read(folder, replication)
    row = find_incident(told, incident)
    start = told.scenario.calendar.start
    if told.of_fire(row):
        standards = [standard for standard in told.standards if standard.service == "fire"]
        sys.stdout.write(story_text(trace_incident(told.world, told.log, row, standards=standards), start))
    if told.log.incidents["grade"][row] >= 0:
        from experiments.presentation.police_trace_text import police_story_text
        from sim.traces.police import prepare, trace_police

        if told.of_fire(row):
            sys.stdout.write("\nThe police\n")
        name = incident_name(told.world, told.log, row)
        story = trace_police(prepare(told.world, told.log), row, name, told.standards)
        sys.stdout.write(police_story_text(story, start))


def _slowest_misses(told: _Told) -> list[tuple[int, float, str]]:
    """Return row, attendance (minutes, NaN for never) and cause of the main standard's misses, worst first."""
    import numpy as np

    from sim.measures import has_fire, main_standard, why_missed
    from sim.world.codes import Cause, label

    if not has_fire(told.world):
        from experiments.presentation.police_trace_text import slowest_misses

        return slowest_misses(told.world, told.log, told.standards)
    standard = main_standard(told.standards)
    if standard is None:
        msg = "the scenario has no standard of the kind share within a time: nothing can be missed."
        raise UserError(msg)
    misses = why_missed(told.world, told.log, standard)
    order = np.argsort(-np.nan_to_num(misses.attendance_min, nan=np.inf), kind="stable")
    if not order.size:
        msg = f"no incident of this replication misses the standard: {standard.title}."
        raise UserError(msg)
    return [
        (int(misses.row[i]), float(misses.attendance_min[i]), label(Cause(int(misses.cause[i]))))
        for i in order
    ]


def list_incidents(folder: Path | None, replication: int, *, missed: bool, most: int) -> None:
    """List incidents: those that missed the main standard with their causes, worst first, or all in order."""
    from experiments.presentation.terminal import console, new_table
    from sim.measures import has_fire
    from sim.traces.fire import incident_name

    told = _read(folder, replication)
    columns = told.log.incidents
    police = not has_fire(told.world)
    first_unit, sent = ("police_first_min", "police_units") if police else ("first_pump_min", "pumps_sent")
    attendance = columns[first_unit] - columns["time_min"]
    rows = (
        _slowest_misses(told)
        if missed
        else [(row, float(attendance[row]), "") for row in range(len(attendance))]
    )
    table = new_table()
    headings = ("First unit", "Units sent") if police else ("First pump", "Pumps sent")
    for heading in ("Incident", "Name", *headings):
        table.add_column(heading, justify="left" if heading == "Name" else "right", overflow="fold")
    if missed:
        table.add_column("Why missed")
    for row, minutes, cause in rows[:most]:
        first = "none" if math.isnan(minutes) else minutes_seconds(60.0 * minutes)
        name = incident_name(told.world, told.log, row)
        table.add_row(str(row), name, first, str(int(columns[sent][row])), *([cause] if missed else []))
    to = console()
    to.print(table)
    what = "missed" if missed else "all"
    shown = f"{min(most, len(rows))} of {len(rows):,} ({what})"
    to.print(f"{shown}, replication {replication} of {told.run}.", soft_wrap=True, markup=False)
