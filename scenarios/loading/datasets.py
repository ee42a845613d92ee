"""The tables of a service: a folder of CSV files, embedded or a planner's own, read into scenario entries.

Each row of a table is one entry, named by its key column. A column is a field of the schema (a dot leads into
a record: ``weights.population``); an empty cell leaves the field's default; several names in one cell are
separated by semicolons. The geography's own tables (roads, settlements …) lie in the same folder and are read
by the builder.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from geo.building.manifest import read_manifest
from geo.errors import GeoDataError
from geo.plain_files import read_plain
from scenarios.loading.csv_tables import csv_rows
from scenarios.loading.faults import (
    ScenarioError,
    ScenarioFault,
    listed,
    missing_file,
    nearest_remedy,
    shown_path,
)
from scenarios.loading.files import is_there, read_file
from scenarios.loading.layers import Layered, Origin, inside
from scenarios.loading.tables import TABLES, Table, tables_of
from scenarios.schema.annotations import annotation_at, cell_reader, known_names
from scenarios.schema.scenario import Scenario

Readers = dict[str, Callable[[str], object]]
_SERIES = cell_reader(float)
DATA = Path(__file__).parents[1] / "data"


def embedded() -> tuple[str, ...]:
    """Return the names of the embedded services."""
    return tuple(sorted(path.name for path in DATA.iterdir() if path.is_dir()))


def tables_folder(tables: str, *, base: Path | None = None) -> Path:
    """Return the folder of an embedded service's tables, or of the planner's own (relative to ``base``).

    Raises:
        ScenarioError: there is no such folder.

    """
    if tables in embedded():
        return DATA / tables
    folder = Path(tables) if base is None else base / tables
    if not (is_there(folder) and folder.is_dir()):
        raise ScenarioError([missing_file(shown_path(tables), known=embedded(), what="folder of tables")])
    return folder


def geography_folder(scenario: Scenario) -> Path:
    """Return the folder that holds the tables of a loaded scenario's map.

    Raises:
        ScenarioError: the folder is not there any more.

    """
    return tables_folder(scenario.geography.tables)


def map_folder(scenario: Scenario) -> Path | None:
    """Return the folder of a scenario's own map, None where it is made from the tables."""
    return Path(scenario.geography.folder) if scenario.geography.folder else None


def map_digest(scenario: Scenario) -> str:
    """Return the SHA-256 of everything that a scenario's own map was made from, "" where it has none.

    Raises:
        ScenarioError: there is no map.

    """
    folder = map_folder(scenario)
    if folder is None:
        return ""
    try:
        return str(read_manifest(folder)["digest"])
    except GeoDataError as fault:
        raise ScenarioError([no_map(scenario.name, str(folder), fault)]) from None


def no_map(file: str, folder: str, fault: GeoDataError) -> ScenarioFault:
    """Return what is wrong with the folder of a map that a file names."""
    return ScenarioFault(file, "geography.folder", f'"{folder}"', "there is no map", fault.faults[0].remedy)


def _content(path: Path) -> bytes:
    """Return the content of a table. Raises ScenarioError if it cannot be read."""
    try:
        return read_plain(path)
    except OSError as error:
        reason, remedy = error.strerror or str(error), "put a table (CSV) there, or remove it"
        raise ScenarioError([ScenarioFault(str(path), "", "", f"cannot be read: {reason}", remedy)]) from None


def tables_digest(tables: str, service: str = "fire") -> str:
    """Return the SHA-256 of the CSV files of a folder of tables, names and contents, in order of name.

    The police's tables count for a scenario with police only. What things cost, which ranges an analyst looks at
    and samples of parameters are left out: they decide no run.
    """
    digest = hashlib.sha256()
    others = {table.file for table in TABLES if service == "fire" and table.service == "police"}
    others |= {"costs.csv", "ranges.csv", "ranges_police.csv", *REPORTED}
    for path in sorted(tables_folder(tables).glob("*.csv")):
        if path.name in others or path.name.startswith("posterior_"):
            continue
        content = _content(path)
        digest.update(f"{path.name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


SERVICE = "service.toml"
"""What a service does its own way, as parts of a scenario: the gauge, the cover policy, the smallest crew …"""
DEFAULTS = "defaults"
"""Its part that is none of a scenario: which scenario a command takes where none is named."""
EXAMPLES = "examples"
"""Another: what may be typed about it, by verb."""
REPORTED = ("reported_fire.csv", "reported_police.csv")
"""What a service reported of itself: held against runs, and fitted by ``turnout calibrate``."""


def service_settings(folder: Path) -> dict[str, Any]:
    """Return what a service does its own way, nothing if its folder does not say. Raises ScenarioError."""
    shown = SERVICE if folder.parent == DATA else str(folder / SERVICE)
    content = {
        name: value for name, value in _content_of_service(folder).items() if name not in (DEFAULTS, EXAMPLES)
    }
    wrong = [name for name in content if name in ("extends", "remove", "resolved", "name", "geography")]
    if wrong:
        remedy = (
            "a service's settings are parts such as [gauge] or [cover]; the rest stands in scenario files"
        )
        raise ScenarioError([ScenarioFault(shown, wrong[0], "", "does not belong here", remedy)])
    return content


def _content_of_service(folder: Path) -> dict[str, Any]:
    path = folder / SERVICE
    if not os.path.lexists(path):
        return {}
    return read_file(path, SERVICE if folder.parent == DATA else str(path)).content


def default_of(command: str) -> str:
    """Return the scenario that a command takes where none is named: what the embedded service says, else "baseline"."""
    for name in embedded():
        named = _content_of_service(DATA / name).get(DEFAULTS, {}).get(command)
        if isinstance(named, str):
            return named
    return "baseline"


@cache
def service_examples() -> dict[str, str]:
    """Return examples of what can be typed about the embedded services, by verb."""
    found: dict[str, str] = {}
    for name in embedded():
        examples = _content_of_service(DATA / name).get(EXAMPLES, {})
        found |= {str(verb): str(example) for verb, example in examples.items()}
    return found


def own_table(scenario: Scenario, name: str) -> Path | None:
    """Return a table that the folder of a scenario's service may hold, None if it is not there."""
    path = geography_folder(scenario) / name
    return path if is_there(path) else None


def is_embedded(scenario: Scenario) -> bool:
    """Return whether a scenario's service is one that ships with Turnout."""
    return scenario.geography.tables in embedded()


def lay_tables(layered: Layered, folder: Path, service: str = "fire") -> list[ScenarioFault]:
    """Lay a service's tables of a folder into ``layered``; return faults of their form (not of their values)."""
    faults: list[ScenarioFault] = []
    try:
        layered.lay(
            service_settings(folder), Origin(SERVICE if folder.parent == DATA else str(folder / SERVICE))
        )
    except ScenarioError as error:
        faults += error.faults
        layered.unreadable = True
    for table in tables_of(service):
        path = folder / table.file
        if not os.path.lexists(path):
            if table.required:
                remedy = "add the table; the embedded one shows its columns"
                problem = f"there is no such table in {folder}"
                faults.append(ScenarioFault(table.file, "", "", problem, remedy))
                layered.unreadable = True
            continue
        shown = table.file if folder.parent == DATA else str(path)
        try:
            _lay_table(layered, table, shown, csv_rows(path, shown), faults)
        except ScenarioError as error:
            faults += error.faults
            layered.unreadable = True
    return faults


def _lay_table(
    layered: Layered,
    table: Table,
    shown: str,
    content: tuple[list[str], list[tuple[int, list[str]]]],
    faults: list[ScenarioFault],
) -> None:
    header, rows = content
    columns = _columns(table, header, shown, faults)
    if columns is None:
        layered.unreadable = True
        return
    if len(columns) < len(set(header) - {*table.key, *table.series}):
        layered.refused.setdefault(table.into, set())  # without a column the table is incomplete
    layered.entry_depth[shown] = len(table.place) + (1 if not table.within else 3)
    seen: dict[tuple[str, ...], int] = {}
    for row, cells in rows:
        record = dict(zip(header, (cell.strip() for cell in cells), strict=False))
        names = tuple(record.get(name, "") for name in table.key)
        place = (f"row {row}", f"row {row}, column {' and '.join(table.key)}")
        wrong = (
            _row_fault(table, names, layered, seen) if len(cells) == len(header) else _cells(cells, header)
        )
        if wrong is not None:
            value = " ".join(names) if wrong.at_name else ""
            where = place[wrong.at_name]
            faults.append(
                ScenarioFault(shown, where, f'"{value}"' if value else "", wrong.problem, wrong.remedy)
            )
            layered.refused.setdefault(table.into, set()).add(names[0])
            continue
        seen[names] = row
        layered.lay(_values(table, names, record, columns), Origin(shown, row), _path(table, names))
    if table.required and not rows:
        remedy = "the embedded table of that name shows what a row holds"
        faults.append(ScenarioFault(shown, "", "", "no rows below the header", remedy))
        layered.unreadable = True


@dataclass(frozen=True, slots=True)
class _Wrong:
    """What is wrong with a row: with its name (True), or with the row as a whole."""

    at_name: bool
    problem: str
    remedy: str


def _cells(cells: list[str], header: list[str]) -> _Wrong:
    remedy = "give every column a cell; text with commas in quotes"
    return _Wrong(False, f"{len(cells)} cells under {len(header)} columns", remedy)


def _row_fault(
    table: Table, names: tuple[str, ...], layered: Layered, seen: dict[tuple[str, ...], int]
) -> _Wrong | None:
    """Say what is wrong with the name of a row, if anything."""
    if not all(names):
        return _Wrong(False, "the row has no name", "name it, or delete the row")
    if names in seen:
        problem = f"the same name as row {seen[names]}: every {' and '.join(table.key)} stands once"
        return _Wrong(True, problem, "rename or delete one of the two rows")
    if table.fields and names[1] not in table.fields:
        return _Wrong(True, f"{table.key[1]} must be {listed(table.fields)}", "give each profile all of them")
    known = inside(layered.values, table.place)
    if (
        table.within
        and not table.opens
        and names[0] not in known
        and names[0] not in layered.refused.get(table.into, ())
    ):
        return _Wrong(True, "unknown incident type", nearest_remedy(names[0], known))
    return None


def _columns(table: Table, header: list[str], shown: str, faults: list[ScenarioFault]) -> Readers | None:
    """Return the reader of each usable column; None if the table cannot be read."""
    missing = [name for name in (*table.key, *table.series) if name not in header]
    twice = sorted({name for name in header if header.count(name) > 1})
    if missing or twice:
        problem = (
            f"there is no column {listed(missing)}" if missing else f"the column {twice[0]} stands twice"
        )
        faults.append(ScenarioFault(shown, "row 1", "", problem, "the first row names the columns"))
        return None
    entry = (*table.place, "*", *((table.within, "*") if table.within else ()))
    columns: Readers = {}
    for name in header:
        if name in table.key or name in table.series:
            continue
        annotation = annotation_at(Scenario, (*entry, *name.split(".")))
        if annotation is None:
            remedy = nearest_remedy(name, known_names(Scenario, entry))
            faults.append(ScenarioFault(shown, f"row 1, column {name}", "", f"unknown column {name}", remedy))
        else:
            columns[name] = cell_reader(annotation)
    return columns


def _values(table: Table, names: tuple[str, ...], record: dict[str, str], columns: Readers) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, read in columns.items():
        if record[name]:
            *outer, last = name.split(".")
            target = values
            for part in outer:
                target = target.setdefault(part, {})
            target[last] = read(record[name])
    if table.series:
        values[table.series_field or names[1]] = [_SERIES(record[name]) for name in table.series]
    return values


def _path(table: Table, names: tuple[str, ...]) -> tuple[str, ...]:
    if table.within:
        return (*table.place, names[0], table.within, names[1])
    return (*table.place, names[0])
