"""Breakdowns of a run: by district, type, hour … each figure the mean over the replications."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

from typing_extensions import TypedDict  # pydantic wants this one before Python 3.12

from experiments.errors import UserError
from experiments.execution.arrays import Array
from experiments.execution.documents import Value
from experiments.execution.reading import read_json
from experiments.execution.store import SCENARIO_FILE, TABLES_FOLDER
from experiments.execution.tables import read_columns
from experiments.presentation.formatting import figure
from experiments.presentation.police_report import wide_headings

ALIASES = {"crewing": "first_crewing", "urban": "urban_rural", "rural": "urban_rural", "pump": "appliance"}
"""Other words for a breakdown."""

SHARES = frozenset(
    {
        "at_least",
        "at_least_one",
        "abandoned",
        "at_scene",
        "availability",
        "day_crewed",
        "in_target",
        "mechanical",
        "met",
        "no_crew",
        "not_deployable",
        "on_call",
        "overall",
        "paperwork",
        "patrolling",
        "urgent_police_first",
        "reserved",
        "share",
        "share_of_incidents",
        "share_of_time",
        "tied_up",
        "travelling",
        "utilisation",
        "wholetime",
        "within_10",
        "within_15",
    }
)
"""Columns that are fractions."""

RESPONSE_COLUMNS = {
    "group": "",
    "incidents": "Incidents",
    "within_15": "In 15 min",
    "mean_s": "Mean",
    "p90_s": "90th",
    "plt_mean_s": "PLT mean",
    "turnout_mean_s": "Turnout",
    "travel_mean_s": "Travel",
}
"""Columns of a breakdown of first attendance that a terminal has room for, with their headings."""

CROSSED_COLUMNS = {
    "incidents": "Incidents",
    "within_15": "In 15 min",
    "mean_s": "Mean",
    "p90_s": "90th",
    "plt_mean_s": "PLT mean",
}
"""Columns of a breakdown by several things together, beside those that say what a row is of."""

APPLIANCE_COLUMNS = {
    "appliance": "Appliance",
    "crewing": "Crewing",
    "availability": "Available",
    "no_crew": "No crew",
    "mobilisations": "Sent",
    "committed_h": "Hours out",
    "utilisation": "Utilised",
    "km": "Km a year",
}

UNIT_COLUMNS = {
    "hour": "Hour",
    "on_duty": "On duty",
    "utilisation": "Busy",
    "patrolling": "Patrol",
    "reserved": "Held",
    "travelling": "Travel",
    "at_scene": "Scene",
    "tied_up": "Tied up",
    "paperwork": "Paper",
    "not_deployable": "Not free",
}

POLICE_MISSED_COLUMNS = {
    "group": "",
    "missed": "Missed",
    "control_room_wait": "Answer",
    "assignment_delay": "Delay",
    "queued": "Queued",
    "distance": "Distance",
    "nearer_unit_busy": "Busy",
    "journey": "Journey",
    "none_on_duty": "None",
}

MISSED_COLUMNS = {
    "group": "",
    "missed": "Missed",
    "distance": "Distance",
    "off_the_run": "Off the run",
    "busy": "Busy",
    "turnout": "Turnout",
    "call_handling": "Handling",
    "mobilising_failure": "Alert failed",
}


def breakdown_names(run: Path) -> list[str]:
    """Return the breakdowns that a run holds, without their ``by_``."""
    names = (path.stem for path in (run / TABLES_FOLDER).glob("*.parquet"))
    return sorted(name.removeprefix("by_") for name in names)


def named(names: Sequence[str], by: str) -> str:
    """Return the breakdown that ``by`` means: itself, or the police's of that name where fire has none."""
    if by in names:
        return by
    return next((name for name in (f"police_by_{by}", f"police_{by}") if name in names), by)


def read_breakdown(run: Path, by: str) -> dict[str, list[Value]]:
    """Return one breakdown averaged over replications: what the rows are, then the mean figures.

    Raises UserError if the run has no such breakdown.
    """
    names = breakdown_names(run)
    by = named(names, ALIASES.get(by, by).replace("-", "_"))
    if by not in names:
        told = ", ".join(names) or "none"
        msg = f'--by "{by}": this run has no such breakdown. It has: {told}.'
        raise UserError(msg)
    folder = run / TABLES_FOLDER
    path = folder / f"by_{by}.parquet"
    path = path if path.exists() else folder / f"{by}.parquet"
    return average(read_columns(path, ("replication",)))


def average(columns: Mapping[str, Array]) -> dict[str, list[Value]]:
    """Average a stacked table over its replications.

    Rows are matched by their text and truth columns and by the first column, in order of first appearance. A
    count (whole numbers) is 0 in a replication without the row; of other figures, NaN and missing rows are
    left out.
    """
    described = [name for name in columns if name != "replication"]
    keys = [name for i, name in enumerate(described) if i == 0 or columns[name].dtype.kind in "OUb"]
    groups: dict[tuple[Value, ...], list[int]] = {}
    for i in range(len(columns["replication"])):
        groups.setdefault(tuple(_plain(columns[name][i]) for name in keys), []).append(i)
    replications = max(len(set(columns["replication"].tolist())), 1)
    averaged: dict[str, list[Value]] = {}
    for name in described:
        if name in keys:
            averaged[name] = [group[keys.index(name)] for group in groups]
            continue
        count = columns[name].dtype.kind in "iu"
        series = ([float(columns[name][i]) for i in rows] for rows in groups.values())
        averaged[name] = [math.fsum(v) / replications if count else _mean(v) for v in series]
    return averaged


def _plain(value: Value) -> Value:
    return value.item() if hasattr(value, "item") else value


def _mean(values: list[float]) -> float:
    known = [v for v in values if not math.isnan(v)]
    return math.fsum(known) / len(known) if known else math.nan


def shown_columns(columns: Mapping[str, Sequence[Value]]) -> dict[str, str]:
    """Return the columns that a terminal shows, with their headings."""
    if any(name.startswith("met_") for name in columns):
        return wide_headings(columns)
    for chosen in (RESPONSE_COLUMNS, APPLIANCE_COLUMNS, MISSED_COLUMNS, UNIT_COLUMNS, POLICE_MISSED_COLUMNS):
        if all(name in columns for name in chosen):
            return chosen
    wanted: Mapping[str, object] = CROSSED_COLUMNS if "within_15" in columns else columns
    text = [name for name in columns if bool(columns[name]) and isinstance(columns[name][0], str)]
    return {
        name: CROSSED_COLUMNS.get(name) or name.removesuffix("_s").replace("_", " ").capitalize()
        for name in columns
        if name in wanted or name in text
    }


class _Station(TypedDict, total=False):
    name: str


class _Stations(TypedDict):
    stations: dict[str, _Station]


def station_names(run: Path) -> dict[str, str]:
    """Return code to name of the run's stations."""
    scenario = read_json(run / SCENARIO_FILE, _Stations)
    return {code: station.get("name", code) for code, station in scenario["stations"].items()}


def cell(column: str, value: Value, stations: Mapping[str, str]) -> str:
    """Format one cell of a breakdown."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return f"{value} {stations[value]}" if value in stations else value.replace("_", " ")
    if isinstance(value, int):
        return str(value)
    share = column in SHARES or column.startswith("met_")
    unit = "s" if column.endswith("_s") else "share" if share else ""
    return figure(value, unit)
