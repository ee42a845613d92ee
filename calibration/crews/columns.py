"""Which columns of a table of records hold what, by a TOML file or by their usual names; read with every fault told."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from calibration.demand.moments import parse_timestamp
from geo.building.tables import Rows, read_rows
from geo.errors import Fault, GeoDataError
from scenarios.schema.local_time import find_zone


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Columns(_Part):
    """A mapping of crew records: columns by what they hold, words by what they mean."""

    columns: dict[str, str] = Field(default_factory=dict)
    on: tuple[str, ...] = ("on", "available", "on the run", "otr", "1", "true", "yes")
    changeover: tuple[str, ...] = ("mechanical", "changeover", "defect", "vehicle")
    timestamp_format: str = "iso"
    timezone: str = "Europe/London"
    appliances: dict[str, str] = Field(
        default_factory=dict
    )  # from names in the records to keys of the scenario


def read_columns(path: Path | None) -> Columns:
    """Return a mapping, the usual names without a file. Raises GeoDataError with every fault."""
    if path is None:
        return Columns()
    try:
        found = Columns.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as fault:
        raise GeoDataError(
            path, [Fault("file", "", "", f"cannot be read: {fault.strerror or fault}")]
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise GeoDataError(path, [Fault("file", "", "", f"is no TOML: {fault}")]) from None
    except ValidationError as fault:
        faults = [
            Fault(".".join(map(str, each["loc"])), "", str(each.get("input"))[:40], each["msg"])
            for each in fault.errors(include_url=False)
        ]
        raise GeoDataError(path, faults) from None
    if find_zone(found.timezone) is None:
        remedy = "should be a name of the time zone database such as Europe/London"
        raise GeoDataError(path, [Fault("timezone", "", found.timezone, remedy)])
    return found


@dataclass(slots=True)
class CrewTable:
    """Rows of crew records, and what could not be used of them, by why."""

    rows: Rows
    columns: Columns
    lost: dict[str, int] = field(default_factory=dict)

    def name(self, what: str) -> str:
        """Return the column that holds something; "" if there is none."""
        named = self.columns.columns.get(what, what)
        return named if named in self.rows.names else ""

    def needs(self, *what: str) -> None:
        """Raise GeoDataError if columns are missing."""
        self.rows.needs(*(self.columns.columns.get(each, each) for each in what))

    def moment(self, row: Mapping[str, str], what: str) -> datetime | None:
        """Return a local moment; None, counted, if the cell names none."""
        text = row[self.name(what)]
        if not text:
            return None
        try:
            return parse_timestamp(text, self.columns.timestamp_format, ZoneInfo(self.columns.timezone))
        except (ValueError, OverflowError):
            self.lose(f"{what}: no moment, such as {text[:30]}" if not self.lost else f"{what}: no moment")
            return None

    def lose(self, why: str) -> None:
        """Count a row, or a part of it, that cannot be used."""
        self.lost[why] = self.lost.get(why, 0) + 1

    def appliance(self, row: Mapping[str, str]) -> str:
        """Return the key of an appliance as the scenario has it, if the mapping tells."""
        named = row[self.name("appliance")]
        return self.columns.appliances.get(named, named)


def open_table(path: Path, mapping: Path | None) -> CrewTable:
    """Return a table of crew records. Raises GeoDataError."""
    return CrewTable(read_rows(path), read_columns(mapping))
