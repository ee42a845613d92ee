"""One incident of a finished run in words, and how to find one worth telling."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from experiments.errors import UserError
from experiments.execution import model
from experiments.execution.provenance import code_digest
from experiments.execution.results_folder import latest, read_identity
from experiments.execution.store import SCENARIO_FILE, RunFolder
from experiments.execution.tables import read_log
from experiments.presentation.as_json import as_text, plain_record
from experiments.presentation.fire_trace_text import fire_trace_text
from experiments.presentation.police_trace_text import police_trace_text
from scenarios.schema.scenario import Scenario
from sim.draws.incidents import key_of
from sim.log.tables import Log
from sim.measures import has_fire, main_police_standard, main_standard, why_missed
from sim.measures.police.missed import PoliceCause, classify_police, default_standard
from sim.traces.fire import trace_incident
from sim.traces.places import incident_name
from sim.traces.police import PoliceTrace, prepare, trace_police
from sim.traces.records import FireTrace
from sim.world.codes import Cause, label
from sim.world.fire import F64, I64, World
from sim.world.standards import Standard


@dataclass(frozen=True, slots=True)
class Replication:
    """A replication with what is needed to tell of it."""

    run: Path
    log: Log
    scenario: Scenario
    world: World
    standards: tuple[Standard, ...]

    def of_fire(self, row: int) -> bool:
        """Whether the fire service attends the incident."""
        police = self.world.police
        return police is None or bool(police.demand.fire_attends[self.log.incidents["type"][row]])


def read_for_traces(folder: Path | None, replication: int) -> Replication:
    """Return a replication of a run (None: the latest) with its World. Raises UserError if it is not there."""
    run, log = read_replication(folder, replication)
    if read_identity(run).get("model_sha256") != code_digest():
        sys.stderr.write(
            "Note: another version of the model made this run; reasons are worked out by this one.\n"
        )
    scenario = model.load(str(run / SCENARIO_FILE))
    return Replication(run, log, scenario, model.build(scenario), model.standards(scenario))


def read_replication(folder: Path | None, replication: int) -> tuple[Path, Log]:
    """Return the run's folder and the log of one replication. Raises UserError if it is not there."""
    run = folder or latest()
    read_identity(run)
    finished = RunFolder(run).finished()
    if replication not in finished:
        there = ", ".join(str(number) for number in finished) or "none"
        msg = f"--replication {replication} is not in {run}. There: {there}."
        raise UserError(msg)
    return run, read_log(RunFolder(run).replication(replication))


def find_incident(read: Replication, text: str) -> int:
    """Return the row of the incident that ``text`` names: a row number, its name, its key, or ``worst``."""
    keys = read.log.incidents["key"]
    if not len(keys):
        msg = "this replication has no incidents."
        raise UserError(msg)
    if text == "worst":
        return _worst(read)
    wanted = _key_of(text)
    if text.isdecimal() and wanted < len(keys):
        return wanted
    rows = np.flatnonzero(keys == np.uint64(wanted)) if 0 <= wanted < 2**64 else np.empty(0)
    if not len(rows):
        msg = (
            f'no incident "{text}" in this replication: give its number (0 to {len(keys) - 1}), its name or key as '
            "`turnout trace --list` tells them, or worst."
        )
        raise UserError(msg)
    return int(rows[0])


def _worst(read: Replication) -> int:
    """Return the row of the worst miss of the main standard; of the slowest first attendance where there is none."""
    if has_fire(read.world) and main_standard(read.standards) is None:
        incidents = read.log.incidents
        waited = np.nan_to_num(incidents["first_pump_min"] - incidents["time_min"], nan=-1.0)
        return int(waited.argmax())
    return int(slowest_misses(read)[0][0])


def _key_of(text: str) -> int:
    """Return the key that a user wrote as a number or as type-day-serial; −1 if it is neither."""
    if text.isdecimal():
        return int(text)
    try:
        return int(key_of(text))
    except ValueError:
        return -1


def print_trace(folder: Path | None, replication: int, incident: str, *, as_json: bool = False) -> None:
    """Print the course of one incident, in words or as a JSON document."""
    if not as_json:
        sys.stdout.write(trace_text(folder, replication, incident))
        return
    read = read_for_traces(folder, replication)
    fire, police = _traces(read, find_incident(read, incident))
    document = {
        "run": str(read.run),
        "replication": replication,
        "start": read.scenario.calendar.start.isoformat(),
        "fire": None if fire is None else plain_record(fire),
        "police": None if police is None else plain_record(police),
    }
    sys.stdout.write(as_text(document))


def trace_text(folder: Path | None, replication: int, incident: str) -> str:
    """Return the course of one incident in words, fire's part and then the police's. Raises UserError."""
    read = read_for_traces(folder, replication)
    start = read.scenario.calendar.start
    fire, police = _traces(read, find_incident(read, incident))
    parts = [] if fire is None else [fire_trace_text(fire, start)]
    if police is not None:
        parts.append(police_trace_text(police, start))
    return "\nThe police\n".join(parts)


def _traces(read: Replication, row: int) -> tuple[FireTrace | None, PoliceTrace | None]:
    """Return the traces of an incident: each service's that attends it."""
    fire, police = None, None
    if read.of_fire(row):
        standards = [standard for standard in read.standards if standard.service == "fire"]
        fire = trace_incident(read.world, read.log, row, standards=standards)
    if read.log.incidents["grade"][row] >= 0:
        name = incident_name(read.world, read.log, row)
        police = trace_police(prepare(read.world, read.log), row, name, read.standards)
    return fire, police


def slowest_misses(read: Replication) -> list[tuple[int, float, str]]:
    """Return row, minutes (NaN for never) and cause of the misses of the service's main standard, worst first."""
    if not has_fire(read.world):
        return slowest_police_misses(read.world, read.log, read.standards)
    main = main_standard(read.standards)
    if main is None:
        msg = "the scenario has no standard of the kind share within a time: nothing can be missed."
        raise UserError(msg)
    misses = why_missed(read.world, read.log, main)
    return _worst_first(main, misses.row, misses.attendance_min, [Cause(int(c)) for c in misses.cause])


def slowest_police_misses(
    world: World, log: Log, standards: Sequence[Standard]
) -> list[tuple[int, float, str]]:
    """Return the same of the main police standard. Raises UserError if nothing misses it."""
    known = prepare(world, log)
    standard = main_police_standard(standards) or default_standard(known.seen)
    misses = classify_police(known.seen, standard, known.timeline, known.duty)
    causes = [PoliceCause(int(cause)) for cause in misses.cause]
    return _worst_first(standard, misses.row, misses.response_min, causes)


def _worst_first(
    standard: Standard, row: I64, minutes: F64, causes: Sequence[Cause | PoliceCause]
) -> list[tuple[int, float, str]]:
    order = np.argsort(-np.nan_to_num(minutes, nan=np.inf), kind="stable")
    if not order.size:
        msg = f"no incident of this replication misses the standard: {standard.title}."
        raise UserError(msg)
    return [(int(row[i]), float(minutes[i]), label(causes[i])) for i in order.tolist()]
