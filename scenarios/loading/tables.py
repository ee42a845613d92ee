"""Which CSV files a service's folder may hold, and which of the scenario's tables each fills."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

HOURS = tuple(f"h{hour:02d}" for hour in range(24))
MONTHS = tuple(f"m{month:02d}" for month in range(1, 13))
DAYS = ("weekday", "weekend")
NAMED_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
POLICE_DAYS = ("weekday", "friday", "saturday", "sunday")


@dataclass(frozen=True, slots=True)
class Table:
    """How a CSV file maps to entries: ``into`` is the scenario's table, ``key`` the columns naming a row."""

    file: str
    into: str  # dotted: a table of a section
    key: tuple[str, ...]
    required: bool = True
    within: str = ""  # the entry's own table that a second key leads into
    opens: bool = False  # its rows open entries that no other table names
    series: tuple[str, ...] = ()  # columns that together make one field
    series_field: str = ""  # "": named by the second key
    fields: tuple[str, ...] = ()  # the names that the second key may then take
    service: Literal["fire", "police"] = "fire"

    @property
    def place(self) -> tuple[str, ...]:
        """Path of the table in a scenario."""
        return tuple(self.into.split("."))


def _police(file: str, into: str, *key: str, required: bool = True, within: str = "") -> Table:
    """Return a table of the police section: into one of its tables, or within the entries of one."""
    return Table(
        f"police_{file}.csv",
        f"police.{into}",
        key or ("key",),
        required=required,
        within=within,
        opens=bool(within),
        service="police",
    )


TABLES = (
    Table("stations.csv", "stations", ("code",)),
    Table("neighbour_stations.csv", "stations", ("code",), required=False),
    Table("appliances.csv", "appliances", ("key",)),
    Table("neighbour_appliances.csv", "appliances", ("key",), required=False),
    Table(
        "on_call_hours.csv",
        "on_call_hours",
        ("station", "days"),
        required=False,
        series=HOURS,
        fields=(*DAYS, *NAMED_DAYS),
    ),
    Table("incident_types.csv", "incident_types", ("key",)),
    Table("attendance.csv", "incident_types", ("incident_type", "variant"), within="attendance"),
    Table("profiles_hour.csv", "profiles_hour", ("key", "days"), series=HOURS, fields=DAYS),
    Table("profiles_month.csv", "profiles_month", ("key",), series=MONTHS, series_field="months"),
    Table("standards.csv", "standards", ("key",), required=False),
    _police("districts", "districts"),
    _police("bases", "bases"),
    _police("places", "places"),
    _police("centres", "centres", required=False),
    _police("facilities", "facilities", required=False),
    _police("grades", "schemes", "scheme", "grade", within="grades"),
    _police("grading", "schemes", "scheme", "incident_type", within="grading"),
    _police("regrading", "regrading", required=False),
    _police("incident_types", "incident_types"),
    _police("shifts", "shifts"),
    _police("cars", "cars"),
    _police("abstractions", "abstractions", required=False),
    _police("fire_attendance", "fire_attendance", required=False),
    Table(
        "police_profiles_hour.csv",
        "police.profiles_hour",
        ("key", "days"),
        series=HOURS,
        fields=POLICE_DAYS,
        service="police",
    ),
    Table(
        "police_profiles_month.csv",
        "police.profiles_month",
        ("key",),
        series=MONTHS,
        series_field="months",
        service="police",
    ),
    Table("standards_police.csv", "standards", ("key",), required=False, service="police"),
)
"""Every table of a scenario, in the order in which they are read."""


def tables_of(service: str) -> tuple[Table, ...]:
    """Return the tables that a scenario of a service stands on: "fire", "police", or both for "joint"."""
    return tuple(table for table in TABLES if service in ("joint", table.service))
