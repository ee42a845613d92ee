"""Loading a scenario: its tables, the files it extends, its own changes; all faults told at once.

>>> from scenarios.loading.load import load_scenario
>>> load_scenario("baseline").calendar.days
365
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from os import PathLike, fspath
from pathlib import Path
from typing import Any

from geo.building.manifest import read_manifest
from geo.errors import GeoDataError
from scenarios.loading.datasets import (
    embedded,
    lay_tables,
    map_digest,
    no_map,
    tables_digest,
    tables_folder,
)
from scenarios.loading.faults import ScenarioError, ScenarioFault, nearest_remedy, shown
from scenarios.loading.files import ScenarioFile, library_files, read_chain, read_file
from scenarios.loading.layers import POLICE_TABLES, TABLES, Layered, Origin, inside
from scenarios.loading.map_facts import MapFacts, map_facts
from scenarios.loading.validate import validate
from scenarios.schema.scenario import Scenario

__all__ = [
    "LibraryEntry",
    "ScenarioError",
    "ScenarioFault",
    "check_scenario",
    "digest",
    "dump_scenario",
    "list_library",
    "load_scenario",
]

ABOUT = ("name", "title", "question", "source")
"""Fields that tell of one file and are not taken over from the file it extends."""

CONTROL = ("extends", "resolved", "remove")
"""Words of a scenario file that are instructions to the loader, not fields of the scenario."""


@dataclass(frozen=True, slots=True)
class LibraryEntry:
    """An embedded scenario: its name, title, the question it answers, and whose it is: fire, police or joint."""

    name: str
    title: str
    question: str
    service: str


def load_scenario(reference: str | PathLike[str]) -> Scenario:
    """Return the scenario of a library name, or of the path of a TOML or JSON file, resolved and checked.

    Raises:
        ScenarioError: with every fault that could be found.

    """
    scenario, faults = _resolve(fspath(reference))
    if scenario is None or faults:
        raise ScenarioError(faults)
    return scenario


def check_scenario(reference: str | PathLike[str]) -> list[ScenarioFault]:
    """Return every fault of a scenario; none means that it loads."""
    try:
        return _resolve(fspath(reference))[1]
    except ScenarioError as error:
        return list(error.faults)


def list_library() -> list[LibraryEntry]:
    """Return every embedded scenario, in alphabetical order."""
    entries = []
    for name, path in library_files().items():
        content = read_file(path, name).content
        title, question = str(content.get("title", name)), str(content.get("question", ""))
        entries.append(LibraryEntry(name, title, question, _service(read_chain(name))))
    return entries


def dump_scenario(scenario: Scenario) -> str:
    """Return the whole scenario as JSON text, which loads again (from any folder) to an equal scenario."""
    content = {"resolved": True, **scenario.model_dump(mode="json")}
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def digest(scenario: Scenario) -> str:
    """Return the SHA-256 of a scenario: all its values, and the tables that its geography is made from.

    The place of a folder of tables does not count, its content does: the digest is the same on every machine.
    """
    content = scenario.model_dump(mode="json")
    if scenario.police is None:
        del content["police"]
    geography = content["geography"]
    geography["tables"] = tables_digest(scenario.geography.tables, scenario.service)
    geography["folder"] = map_digest(scenario)
    if not geography["folder"]:
        del geography["folder"]
    text = json.dumps(content, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _resolve(reference: str) -> tuple[Scenario | None, list[ScenarioFault]]:
    chain = read_chain(reference)
    layered = Layered()
    service = _service(chain)
    faults = _lay_base(layered, chain, service)
    naming = [file.content.get("service") in ("police", "joint") for file in chain]
    for place, file in enumerate(chain):
        faults += _lay_file(layered, file)
        if service == "police" and not any(naming[: place + 1]):
            _leave_fire(layered)
    if service == "fire" and layered.values.get("police") is not None:
        faults.append(_police_in_fire(layered))
    layered.map = _map_facts(layered)
    faults += _no_map(layered)
    top = chain[-1]
    for name in ABOUT:
        if name not in top.content:
            layered.values.pop(name, None)
    layered.values.setdefault("name", re.sub(r"[^a-z0-9_-]+", "-", top.stem.lower()).strip("-_") or "unnamed")
    layered.values.setdefault("title", layered.values["name"])
    scenario, more = validate(layered)
    return scenario, faults + more


def _service(chain: list[ScenarioFile]) -> str:
    """Return the service that the topmost file to name any names."""
    named = [file.content["service"] for file in chain if isinstance(file.content.get("service"), str)]
    return named[-1] if named and named[-1] in ("police", "joint") else "fire"


def _police_in_fire(layered: Layered) -> ScenarioFault:
    """Take a police section out of a fire scenario, and tell of it."""
    file = layered.origin(("police",)).file
    layered.drop(("police",))
    remedy = 'extend police-baseline or joint, or set service = "police" or "joint"'
    return ScenarioFault(file, "police", "", "a police section in a fire scenario", remedy)


def _leave_fire(layered: Layered) -> None:
    """Leave out what a police scenario would inherit of a fire service's fleet and demand."""
    for name in TABLES:
        if name != "standards":
            layered.values[name] = {}
    standards = _table(layered.values, "standards")
    for key in [k for k, each in standards.items() if _table(standards, k).get("service") != "police"]:
        del standards[key]


def _lay_base(layered: Layered, chain: list[ScenarioFile], service: str) -> list[ScenarioFault]:
    """Lay the tables under the files: those that the topmost file to name any names."""
    if chain[0].content.get("resolved") is True:
        return []
    for file in reversed(chain):
        geography = file.content.get("geography")
        named = geography.get("tables") if isinstance(geography, dict) else None
        if isinstance(named, str):
            try:
                return lay_tables(layered, tables_folder(named, base=file.folder), service)
            except ScenarioError as error:
                first = error.faults[0]
                fault = ScenarioFault(
                    file.shown, "geography.tables", f'"{named}"', first.problem, first.remedy
                )
                raise ScenarioError([fault]) from None
    known = " or ".join(f'"{name}"' for name in embedded())
    remedy = f'write extends = "baseline" at the top, or [geography] tables = {known} or a folder of your own'
    raise ScenarioError([ScenarioFault(chain[0].shown, "", "", "the file stands on nothing", remedy)])


def _map_facts(layered: Layered) -> MapFacts:
    """Return what the map tells, nothing if its folder is not there (any more)."""
    geography = _table(layered.values, "geography")
    tables, built = geography.get("tables"), geography.get("folder")
    try:
        folder = tables_folder(tables) if isinstance(tables, str) else None
    except ScenarioError:
        folder = None
    if folder is None:
        return MapFacts()
    return map_facts(folder, Path(built) if isinstance(built, str) and built else None)


def _no_map(layered: Layered) -> list[ScenarioFault]:
    """Return what is wrong with the folder of a map of one's own."""
    folder = _table(layered.values, "geography").get("folder")
    if not isinstance(folder, str) or not folder:
        return []
    try:
        read_manifest(Path(folder))
    except GeoDataError as fault:
        return [no_map(layered.origin(("geography", "folder")).file, folder, fault)]
    return []


def _lay_file(layered: Layered, file: ScenarioFile) -> list[ScenarioFault]:
    """Lay one file's changes, then take out what it removes."""
    origin = Origin(file.shown)
    changes = {name: value for name, value in file.content.items() if name not in CONTROL}
    geography = changes.get("geography")
    if isinstance(geography, dict):
        changes["geography"] = {name: _resolved(file, name, value) for name, value in geography.items()}
    layered.lay(changes, origin)
    return _remove(layered, file)


def _resolved(file: ScenarioFile, name: str, value: object) -> object:
    """Return a field of the geography; a folder that is named relative to the file by its whole path."""
    if not isinstance(value, str) or name not in ("tables", "folder") or not value:
        return value
    return value if name == "tables" and value in embedded() else str((file.folder / value).resolve())


def _remove(layered: Layered, file: ScenarioFile) -> list[ScenarioFault]:
    wanted = file.content.get("remove", {})
    faults: list[ScenarioFault] = []
    if file.content.get("resolved", True) is not True:
        value = shown(file.content["resolved"])
        remedy = "leave it out; it marks a file that a run wrote"
        faults.append(ScenarioFault(file.shown, "resolved", value, "may only be true", remedy))
    if not isinstance(wanted, dict):
        remedy = 'write [remove] and under it, for instance, appliances = ["E33P1"]'
        return [*faults, ScenarioFault(file.shown, "remove", shown(wanted), "remove must be a table", remedy)]
    for table, names in wanted.items():
        where = f"remove.{table}"
        known = (*TABLES, "attendance", *(POLICE_TABLES if "police" in layered.values else ()))
        if table not in known or not isinstance(names, list):
            remedy = f"list names under one of {', '.join(known)}"
            faults.append(
                ScenarioFault(file.shown, where, str(names), "nothing can be removed by this", remedy)
            )
            continue
        for name in dict.fromkeys(map(str, names)):
            faults += _remove_one(layered, file, table, name)
        for name in sorted({str(name) for name in names if names.count(name) > 1}):
            remedy = "name it once; if another is meant, correct the name"
            faults.append(ScenarioFault(file.shown, where, f'"{name}"', "is removed twice", remedy))
    return faults


def _remove_one(layered: Layered, file: ScenarioFile, table: str, name: str) -> list[ScenarioFault]:
    if table == "attendance":
        kind, _, variant = name.partition(".")
        path: tuple[str, ...] = ("incident_types", kind, "attendance", variant)
    else:
        path = (*table.split("."), name)
    if not layered.drop(path):
        known = list(inside(layered.values, path[:-1] if table != "attendance" else path[:1]))
        problem = f"unknown {table.rstrip('s').replace('_', ' ')} {name}: it cannot be removed"
        return [
            ScenarioFault(file.shown, f"remove.{table}", f'"{name}"', problem, nearest_remedy(name, known))
        ]
    if table == "stations":
        layered.drop(("on_call_hours", name))
        # A station that closes takes its appliances with it, but for those that the same file moves.
        appliances = _table(layered.values, "appliances")
        named = _table(file.content, "appliances")
        for key in [
            key for key, each in appliances.items() if isinstance(each, dict) and each.get("station") == name
        ]:
            if key not in named:
                layered.drop(("appliances", key))
    return []


def _table(values: dict[str, Any], name: str) -> dict[str, Any]:
    """Return a table of the content, empty where a file has written something else in its place."""
    table = values.get(name)
    return table if isinstance(table, dict) else {}
