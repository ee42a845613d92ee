"""The story of one incident, and how to find an incident worth telling."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from experiments import model
from experiments.errors import UserError
from experiments.figures import minutes_seconds
from experiments.store import SCENARIO_FILE, RunFolder, latest_run, read_identity
from experiments.tables import read_log

LIMIT_MIN = 15.0
"""An incident is listed as missed if its first pump took longer than this from the call (ECFRS standard)."""


def read_replication(folder: Path | None, replication: int) -> tuple[Path, Any]:
    """Return the run's folder and the log of one replication. Raises UserError if it is not there."""
    run = folder or latest_run()
    read_identity(run)
    finished = RunFolder(run).finished()
    if replication not in finished:
        there = ", ".join(str(number) for number in finished) or "none"
        msg = f"--replication {replication} is not in {run}. There: {there}."
        raise UserError(msg)
    return run, read_log(RunFolder(run).replication(replication))


def find_incident(log: Any, text: str) -> int:
    """Return the row of the incident that ``text`` names: a row number, a key, or ``worst``."""
    import numpy as np

    keys = log.incidents["key"]
    if not len(keys):
        msg = "this replication has no incidents."
        raise UserError(msg)
    if text == "worst":
        attendance = log.incidents["first_pump_min"] - log.incidents["time_min"]
        return int(np.nanargmax(attendance)) if not np.isnan(attendance).all() else 0
    if not text.isdigit():
        msg = f'"{text}" is not an incident: give its number (0 to {len(keys) - 1}), its key, or worst.'
        raise UserError(msg)
    wanted = int(text)
    if wanted < len(keys):
        return wanted
    rows = np.flatnonzero(keys == np.uint64(wanted)) if wanted < 2**64 else np.empty(0)
    if not len(rows):
        msg = (
            f"no incident {text} in this replication: numbers run from 0 to {len(keys) - 1}, "
            f"and no key is {text}. `turnout trace --list` lists incidents."
        )
        raise UserError(msg)
    return int(rows[0])


def tell_story(folder: Path | None, replication: int, incident: str) -> None:
    """Print the story of one incident."""
    from sim.trace import trace_incident

    run, log = read_replication(folder, replication)
    row = find_incident(log, incident)
    world = model.build(model.load(str(run / SCENARIO_FILE)))
    sys.stdout.write(story_text(trace_incident(world, log, row)))


def story_text(story: Any) -> str:
    """Return a story as text."""
    return str(story) + "\n"


def list_incidents(folder: Path | None, replication: int, *, missed: bool, most: int) -> None:
    """List incidents, the slowest first if only the missed ones are asked for."""
    import numpy as np

    from experiments.report import console, new_table

    run, log = read_replication(folder, replication)
    scenario = model.load(str(run / SCENARIO_FILE))
    types = list(scenario.incident_types)
    attendance = log.incidents["first_pump_min"] - log.incidents["time_min"]
    rows = np.arange(len(attendance))
    if missed:
        late = np.flatnonzero(attendance > LIMIT_MIN)
        rows = late[np.argsort(-attendance[late], kind="stable")]
    table = new_table()
    for heading in ("Incident", "Key", "Day", "Type", "First pump", "Pumps"):
        table.add_column(heading, justify="left" if heading == "Type" else "right")
    for row in rows[:most]:
        minutes = float(attendance[row])
        table.add_row(
            str(row),
            str(log.incidents["key"][row]),
            str(int(log.incidents["time_min"][row] // 1440)),
            types[int(log.incidents["type"][row])].replace("_", " "),
            minutes_seconds(60 * minutes) if minutes == minutes else "none",  # noqa: PLR0124 - NaN
            str(int(log.incidents["pumps_sent"][row])),
        )
    to = console()
    to.print(table)
    to.print(
        f"{min(most, len(rows))} of {len(rows):,} incidents, replication {replication} of {run}.",
        soft_wrap=True,
    )
