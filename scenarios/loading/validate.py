"""From merged values to a Scenario, or to faults: every value that the schema refuses, in plain words."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date
from itertools import chain
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from scenarios.loading.faults import ScenarioFault, listed, nearest, nearest_remedy, shown
from scenarios.loading.integrity import flaws
from scenarios.loading.integrity_positions import position_flaws
from scenarios.loading.layers import Layered, inside, table_of
from scenarios.schema.annotations import known_names
from scenarios.schema.scenario import Scenario

Path = tuple[str, ...]
OLD_WORDS = {"retained": "on_call", "full-time": "wholetime", "jump": "cross_crewed"}
"""What people in a fire service also say for a crewing."""
ALIKE = 0.5
"""Likeness from which a word is worth suggesting for another (difflib's ratio)."""
SINGULAR = {
    "stations": "station",
    "appliances": "appliance",
    "incident_types": "incident type",
    "on_call_hours": "station's on-call hours",
    "profiles_hour": "hour profile",
    "profiles_month": "month profile",
    "standards": "standard",
    "police.schemes": "scheme of grades",
    "police.regrading": "regrading",
    "police.incident_types": "police incident type",
    "police.profiles_hour": "police hour profile",
    "police.profiles_month": "police month profile",
    "police.districts": "policing district",
    "police.bases": "police base",
    "police.places": "patrol place",
    "police.centres": "centre",
    "police.facilities": "custody suite or hospital",
    "police.shifts": "shift",
    "police.cars": "row of cars",
    "police.abstractions": "abstraction",
    "police.fire_attendance": "fire incident type",
}


def validate(layered: Layered) -> tuple[Scenario | None, list[ScenarioFault]]:
    """Return the scenario and the faults of its values; the scenario is None if the schema refuses it.

    When some values are refused, the rest is still checked for what does not fit together, so that a planner
    sees everything at once.
    """
    if layered.unreadable:
        return None, []
    try:
        scenario = Scenario.model_validate(layered.values)
    except ValidationError as error:
        details = error.errors(include_url=False)
        faults = _value_faults(layered, details)
        return None, faults + _remaining_flaws(layered, details)
    return scenario, _flaw_faults(layered, scenario)


def _refused(layered: Layered) -> set[str]:
    """Return the names of rows that could not be read, whose lack is no fault of others."""
    return {name for names in layered.refused.values() for name in names}


def _flaw_faults(
    layered: Layered, scenario: Scenario, *, broken: Collection[str] = (), incomplete: Collection[str] = ()
) -> list[ScenarioFault]:
    """Return the flaws as faults, but for those about names whose own entry was refused already."""
    return [
        ScenarioFault(
            file=layered.origin(flaw.path).file,
            where=layered.where(flaw.path),
            value=shown(flaw.value),
            problem=flaw.problem,
            remedy=flaw.remedy,
        )
        for flaw in chain(
            flaws(
                scenario,
                incomplete={*incomplete, *layered.refused},
                districts=layered.map.districts,
                bands=layered.map.bands,
            ),
            position_flaws(scenario, layered.map.land),
        )
        if str(flaw.value) not in {*broken, *_refused(layered)}
    ]


def _remaining_flaws(layered: Layered, details: list[ErrorDetails]) -> list[ScenarioFault]:
    """Check what is left when the refused entries and settings are taken out."""
    values: dict[str, Any] = {
        key: value for key, value in layered.values.items() if key in Scenario.model_fields
    }
    broken: set[str] = set()
    incomplete: set[str] = set()
    for detail in details:
        loc = _path(detail)
        table = table_of(loc)
        incomplete.add(".".join(table) or loc[0] if loc else "")
        if table and len(loc) > len(table):
            broken.add(loc[len(table)])
            _take_out(values, table, loc[len(table)])
        elif table:
            return []
        elif loc[:1] == ("police",) and len(loc) > 1:
            values["police"] = {key: each for key, each in values["police"].items() if key != loc[1]}
        elif loc:
            values.pop(loc[0], None)
    values.setdefault("name", "unnamed")
    values.setdefault("title", "unnamed")
    try:
        scenario = Scenario.model_validate(values)
    except ValidationError:
        return []
    return _flaw_faults(layered, scenario, broken=broken, incomplete=incomplete)


def _take_out(values: dict[str, Any], table: Path, name: str) -> None:
    """Take an entry out of a table, without touching the layers' own."""
    for part in table:
        values[part] = dict(values[part])
        values = values[part]
    values.pop(name, None)


def _value_faults(layered: Layered, details: list[ErrorDetails]) -> list[ScenarioFault]:
    unknown = _unknown_entries(layered, details)
    faults = [_unknown_entry(layered, path, names) for path, names in unknown.items()]
    told = {(*table.split("."), name) for table, names in layered.refused.items() for name in names} | set(
        unknown
    )
    faults += [_value_fault(layered, detail) for detail in details if _entry(_path(detail)) not in told]
    return faults


def _unknown_entries(layered: Layered, details: list[ErrorDetails]) -> dict[Path, list[str]]:
    """Return entries that a scenario file names, the tables lack, and that have too few fields to be new."""
    entries: dict[Path, list[str]] = {}
    for detail in details:
        path = _path(detail)
        entry = _entry(path)
        in_table = bool(table_of(path)) and len(path) == len(entry) + 1
        if detail["type"] == "missing" and in_table and _new_in_file(layered, entry):
            entries.setdefault(entry, []).append(path[-1])
    return entries


def _entry(path: Path) -> Path:
    """Return the path of the entry that a path leads into: table and name."""
    return path[: len(table_of(path)) + 1]


def _new_in_file(layered: Layered, path: Path) -> bool:
    origin = layered.created.get(path)
    return origin is not None and origin.row is None


def _unknown_entry(layered: Layered, path: Path, missing: list[str]) -> ScenarioFault:
    *table, name = path
    others = {key: each for key, each in inside(layered.values, tuple(table)).items() if key != name}
    close = nearest(name, others)
    titles = {
        str(each.get("name", "")).lower(): key for key, each in others.items() if isinstance(each, dict)
    }
    if name.lower() in titles:
        close = titles[name.lower()]
    kind = SINGULAR[".".join(table)]
    return ScenarioFault(
        layered.origin(path).file,
        ".".join(path),
        "",
        f"unknown {kind} {name}; nearest known: {close}",
        f"change {close}, or give a new {kind} all it needs (missing: {', '.join(missing)})",
    )


def _path(detail: ErrorDetails) -> Path:
    """Return the place of a refused value as a path of names; numbers are places in a list, from 1."""
    parts = (f"[{part + 1}]" if isinstance(part, int) else part for part in detail["loc"])
    return tuple(part for part in parts if part != "[key]")


def _value_fault(layered: Layered, detail: ErrorDetails) -> ScenarioFault:
    path = _path(detail)
    kind = detail["type"]
    value = "" if kind == "missing" else shown(detail["input"])
    problem, remedy = _words(path, detail)
    if kind == "extra_forbidden" and isinstance(detail["input"], dict):
        value = ""
    return ScenarioFault(layered.origin(path).file, layered.where(path), value, problem, remedy)


def _words(path: Path, detail: ErrorDetails) -> tuple[str, str]:
    """Return problem and remedy of a refused value."""
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "extra_forbidden":
        known = known_names(Scenario, path[:-1])
        return f"unknown field {path[-1]}", nearest_remedy(path[-1], known)
    if kind == "missing":
        return f"{path[-1]} is missing", f"give it; {_range(path)}"
    if kind == "literal_error":
        expected = str(context.get("expected", "")).replace("'", "")
        choices = expected.replace(" or ", ", ").split(", ")
        given = str(detail["input"]).lower()
        close = OLD_WORDS.get(given) or nearest(given, choices, cutoff=ALIKE)
        return f"must be {listed(choices)}", f"the nearest is {close}" if close else "choose one of these"
    if kind in {"dict_type", "model_type", "model_attributes_type"}:
        return "must be a table of fields", f"write [{'.'.join(path)}] and its fields below it"
    if kind == "string_pattern_mismatch":
        return "must be lower-case letters, digits, _ and -, and begin with a letter or digit", "rename it"
    message = (
        detail["msg"]
        .removeprefix("Value error, ")
        .replace("Input should be", "must be")
        .replace("Input", "the value")
    )
    message = re.sub(r"datetime\.date\((\d+), (\d+), (\d+)\)", _iso, message)
    return message[:1].lower() + message[1:], _range(path) or "see docs/scenarios.md"


def _iso(match: re.Match[str]) -> str:
    return date(*map(int, match.groups())).isoformat()


def _range(path: Path) -> str:
    """Return what the field table says of a field, as advice."""
    from scenarios.schema.field_table import describe_field  # noqa: PLC0415  (read only when something is wrong)

    return describe_field(path)
