"""Laying one file over another: deep merge by key that remembers which file every value came from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from scenarios.loading.map_facts import MapFacts

Path = tuple[str, ...]
TABLES = (
    "stations",
    "appliances",
    "on_call_hours",
    "incident_types",
    "profiles_hour",
    "profiles_month",
    "standards",
)
"""The scenario's tables: entries by name, which files may add, change and remove."""

POLICE_TABLES = tuple(
    f"police.{name}"
    for name in (
        "schemes",
        "regrading",
        "incident_types",
        "profiles_hour",
        "profiles_month",
        "districts",
        "bases",
        "places",
        "centres",
        "facilities",
        "shifts",
        "cars",
        "abstractions",
        "fire_attendance",
    )
)
"""The tables of the police section."""


ENTRY_DEPTH = 2
"""Length of the path of an entry: table and name."""


def table_of(path: Path) -> Path:
    """Return the path of the table that a path leads into (a table's own counts), () for a setting."""
    if path[:1] and path[0] in TABLES:
        return path[:1]
    return path[:2] if ".".join(path[:2]) in POLICE_TABLES else ()


def inside(values: dict[str, Any], path: Path) -> dict[str, Any]:
    """Return the table at a path, empty where there is none (or something else stands in its place)."""
    table: Any = values
    for part in path:
        table = table.get(part) if isinstance(table, dict) else None
    return table if isinstance(table, dict) else {}


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value stands: a file, and the row if it is a CSV (2 is the first row below the header)."""

    file: str
    row: int | None = None

    def where(self, path: Path, entry_depth: int) -> str:
        """Return "row 14, column crewing", or the dotted path in a TOML or JSON file."""
        if self.row is None:
            return ".".join(path)
        column = ".".join(path[entry_depth:])
        return f"row {self.row}, column {column}" if column else f"row {self.row}"


@dataclass(slots=True)
class Layered:
    """The merged values, and the origin of every value and entry in them."""

    values: dict[str, Any] = field(default_factory=dict)
    origins: dict[Path, Origin] = field(default_factory=dict)  # who said it last
    created: dict[Path, Origin] = field(default_factory=dict)  # who named an entry first
    entry_depth: dict[str, int] = field(default_factory=dict)  # by CSV name: how much of a path names the row
    refused: dict[str, set[str]] = field(
        default_factory=dict
    )  # by table: rows of a CSV that could not be read
    map: MapFacts = field(default_factory=MapFacts)  # what its values are checked against
    unreadable: bool = False  # a whole table could not be read: checking the rest would say nothing

    def origin(self, path: Path) -> Origin:
        """Return the origin of a value, or of the nearest thing around it."""
        for end in range(len(path), -1, -1):
            if path[:end] in self.origins:
                return self.origins[path[:end]]
        return Origin("scenario")

    def where(self, path: Path) -> str:
        """Return where a value stands, as a user finds it."""
        origin = self.origin(path)
        return origin.where(path, self.entry_depth.get(origin.file, ENTRY_DEPTH))

    def lay(self, changes: dict[str, Any], origin: Origin, at: Path = ()) -> None:
        """Lay changes over what is there: tables merge by key, anything else is replaced."""
        target = self.values
        for end, part in enumerate(at, start=1):
            target = target.setdefault(part, {})
            if end == len(at) or end > ENTRY_DEPTH:
                self._mark(at[:end], origin)
        self._mark((), origin)
        self._merge(target, changes, origin, at)

    def _mark(self, path: Path, origin: Origin) -> None:
        self.created.setdefault(path, origin)
        self.origins[path] = origin

    def _merge(self, target: dict[str, Any], changes: dict[str, Any], origin: Origin, at: Path) -> None:
        for key, value in changes.items():
            path = (*at, key)
            self._mark(path, origin)
            if not isinstance(value, dict):
                target[key] = value
                continue
            if not isinstance(target.get(key), dict):
                target[key] = {}
            self._merge(target[key], value, origin, path)

    def drop(self, path: Path) -> bool:
        """Take an entry out; say whether it was there."""
        target: Any = self.values
        for part in path[:-1]:
            target = target.get(part) if isinstance(target, dict) else None
        if not isinstance(target, dict) or path[-1] not in target:
            return False
        del target[path[-1]]
        return True
