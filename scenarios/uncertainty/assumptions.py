"""Which figures of a scenario rest on an assumption: settings by the field table, entries by their own rows."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from scenarios.loading.datasets import geography_folder
from scenarios.loading.faults import listed, shown
from scenarios.loading.tables import TABLES as SCENARIO_TABLES
from scenarios.schema.field_table import read_fields
from scenarios.schema.scenario import (
    Appliance,
    HourProfile,
    IncidentType,
    MonthProfile,
    Scenario,
    Source,
    Standard,
    Station,
)
from scenarios.uncertainty.assumptions_police import police_gist, police_tables

SURE = frozenset({"confirmed", "high"})
NOT_ASSUMED = SURE | {"setting", "row"}
"""Confidences of the field table that are no assumption: a setting is the planner's choice, a row speaks for itself."""
OF_FIRE = frozenset(
    {"wholetime", "on_call", "mechanical", "neighbour", "cover", "gauge", "stations", "appliances"}
    | {"incident_types", "profiles_hour", "profiles_month"}
)
"""Sections and tables that a police service alone does not use."""
EACH_BY_ITSELF = 6
"""So many entries resting on the same assumption are listed one by one; more are one line."""


@dataclass(frozen=True, slots=True)
class Assumption:
    """One parameter, or a group of entries, that rests on something less than a document."""

    path: str
    value: str
    unit: str
    meaning: str
    source: str
    confidence: str

    @property
    def why(self) -> str:
        """Source and confidence in one phrase."""
        return f"{self.source} ({self.confidence})"


def list_assumptions(scenario: Scenario) -> list[Assumption]:
    """Return every assumption: the settings, what whole columns assume, the scenario's rows, the map's rows."""
    return [*_settings(scenario), *_entries(scenario), *_map_tables(scenario)]


def _settings(scenario: Scenario) -> Iterator[Assumption]:
    for path, row in read_fields().items():
        if row.confidence in NOT_ASSUMED or not _is_of(scenario, path):
            continue
        column = path.split(".", maxsplit=1)[0]
        value = f"a column of {column}" if "*" in path else shown(_at(scenario, path))
        yield Assumption(path, value, row.unit, row.meaning, row.source, row.confidence)


def _is_of(scenario: Scenario, path: str) -> bool:
    """Say whether a field is of one of the scenario's services."""
    first = path.split(".", maxsplit=1)[0]
    if first == "police":
        return scenario.police is not None
    return scenario.service != "police" or first not in OF_FIRE


def _at(record: Any, path: str) -> object:
    for name in path.split("."):
        record = getattr(record, name)
    return record


def _entries(scenario: Scenario) -> Iterator[Assumption]:
    tables: dict[str, dict[str, Source]] = {
        "stations": dict(scenario.stations),
        "appliances": dict(scenario.appliances),
        "incident_types": dict(scenario.incident_types),
        "attendance": {
            f"{kind}.{name}": variant
            for kind, each in scenario.incident_types.items()
            for name, variant in each.attendance.items()
        },
        "profiles_hour": dict(scenario.profiles_hour),
        "profiles_month": dict(scenario.profiles_month),
        "standards": dict(scenario.standards),
        **police_tables(scenario),
    }
    for table, entries in tables.items():
        unsure = [(key, each) for key, each in entries.items() if each.confidence not in SURE]
        unsure.sort(key=lambda pair: (pair[1].source, pair[1].confidence))
        for (source, confidence), pairs in groupby(
            unsure, key=lambda pair: (pair[1].source, pair[1].confidence)
        ):
            group = list(pairs)
            if len(group) <= EACH_BY_ITSELF:
                for key, each in group:
                    yield Assumption(f"{table}.{key}", _gist(each), "", each.note, source, confidence)
            else:
                names = listed(key for key, _ in group)
                yield Assumption(f"{table}.*", names, "", f"{len(group)} entries", source, confidence)


def _gist(entry: Source) -> str:
    """Return what is assumed of an entry, in a few words."""
    if isinstance(entry, Station):
        return f"{entry.name} at {entry.lat}, {entry.lon}"
    if isinstance(entry, Appliance):
        return f"{entry.crewing} {' '.join(entry.capabilities) or entry.kind} at {entry.station}"
    if isinstance(entry, IncidentType):
        return f"{entry.per_year:g} calls a year"
    if isinstance(entry, Standard):
        return entry.title
    if isinstance(entry, (HourProfile, MonthProfile)):
        return "profile"
    return police_gist(entry)


def _map_tables(scenario: Scenario) -> Iterator[Assumption]:
    """Rows of the map's own tables that carry a confidence, in groups of the same source."""
    known = {table.file for table in SCENARIO_TABLES}
    for path in sorted(geography_folder(scenario).glob("*.csv")):
        if path.name in known:
            continue
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        if rows and "confidence" in rows[0]:
            yield from _map_rows(path.name, rows)


def _map_rows(name: str, rows: Iterable[dict[str, str | None]]) -> Iterator[Assumption]:
    groups: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        confidence = (row.get("confidence") or "assumption").strip()
        if confidence.split()[0].rstrip(",;:") not in SURE:
            first = next(iter(row.values())) or ""
            groups.setdefault((row.get("source") or "", confidence), []).append(first)
    for (source, confidence), names in groups.items():
        value = listed(dict.fromkeys(names))
        yield Assumption(name, value, "", f"{len(names)} rows of the map", source, confidence)
