"""The mapping: what the columns of a table of incident records mean, as a TOML file, validated.

A mapping names columns; it holds no figures but the period, the sampling fraction and how values were rounded.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from scenarios.schema.local_time import find_zone
from scenarios.schema.scenario import Confidence

Positive = Annotated[float, Field(gt=0.0, allow_inf_nan=False)]
Column = Annotated[str, Field(min_length=1)]
DateFormat = Literal["iso", "dd/mm/yyyy", "mm/dd/yyyy", "epoch_seconds", "yyyy-mm"]
DAYS_MOST = 36_600


class Part(BaseModel):
    """Base of every part of a mapping: frozen, and a word that it does not know is a fault."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class RecordsPart(Part):
    """What the file is."""

    name: str = ""
    encoding: str = "utf-8-sig"
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] = ","
    null_words: tuple[str, ...] = ("", "NULL", "NA")
    identifier: Column | None = None  # rows with the same value are duplicates
    sampling_fraction: Annotated[float, Field(gt=0.0, le=1.0)] = (
        1.0  # share of the period's incidents in the file
    )
    districts: tuple[str, ...] = ()  # of the map, if the records cover only these
    counts: Literal["attended", "calls"] = "attended"
    timezone: str = "Europe/London"  # local time of the service: moments with an offset are turned into it
    confidence: Confidence = "medium"

    @property
    def zone(self) -> ZoneInfo:
        """The time zone."""
        return ZoneInfo(self.timezone)

    @field_validator("timezone")
    @classmethod
    def _a_zone(cls, value: str) -> str:
        if find_zone(value) is None:
            raise ValueError("should be a name of the time zone database such as Europe/London")
        return value

    @field_validator("encoding")
    @classmethod
    def _known(cls, value: str) -> str:
        try:
            b"".decode(value)
        except (LookupError, ValueError):
            raise ValueError("should be a text encoding such as utf-8 or windows-1252") from None
        return value


class PeriodPart(Part):
    """Which days the records cover; without it the first and last day of the records."""

    first: date | None = None
    last: date | None = None
    exclude: tuple[tuple[date, date], ...] = ()  # spans of days, both ends included, that do not count
    exclude_gaps: bool = False  # leave out runs of days without any record that chance does not explain

    @model_validator(mode="after")
    def _in_order(self) -> PeriodPart:
        if self.first is not None and self.last is not None:
            if self.last < self.first:
                raise ValueError("the period ends before it begins: swap first and last")
            if (self.last - self.first).days > DAYS_MOST:
                raise ValueError("the period is longer than a hundred years: correct first or last")
        for a, b in self.exclude:
            if b < a:
                raise ValueError(f"the excluded span {a} to {b} ends before it begins")
        return self


class TimePart(Part):
    """When: a date with a time or an hour, or one timestamp. ``strptime`` patterns are allowed as formats."""

    date: Column | None = None
    date_format: DateFormat | Annotated[str, Field(pattern="%")] = "iso"
    time: Column | None = None
    time_format: Literal["hh:mm:ss", "hhmm"] = "hh:mm:ss"
    hour: Column | None = None
    timestamp: Column | None = None
    timestamp_format: Literal["iso", "epoch_seconds"] | Annotated[str, Field(pattern="%")] = "iso"

    @model_validator(mode="after")
    def _one_way(self) -> TimePart:
        if (self.date is None) == (self.timestamp is None):
            raise ValueError("name either a date column or a timestamp column")
        if self.timestamp is not None and (self.time or self.hour):
            raise ValueError("a timestamp has the time in it: leave out time and hour")
        if self.time is not None and self.hour is not None:
            raise ValueError("name either a time column or an hour column")
        return self


class KindPart(Part):
    """A rule: rows whose columns are like these are of this type, or are left out for a reason.

    Patterns ignore capitals and outer spaces; ``*`` stands for anything, ``?`` for one letter; a null value is "".
    """

    type: str | None = None
    leave_out: str | None = None
    report_only: bool = False  # a type that the scenario has not: fitted and reported, not in the overlay
    when: dict[str, str | tuple[str, ...]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_end(self) -> KindPart:
        if (self.type is None) == (self.leave_out is None):
            raise ValueError("a rule has either a type or a leave_out with the reason")
        return self


class PlacePart(Part):
    """One way to say where; ways are tried in their order until one gives a place on the map."""

    easting: Column | None = None
    northing: Column | None = None
    lat: Column | None = None
    lon: Column | None = None
    name: Column | None = None  # of a district or a settlement of the map

    @model_validator(mode="after")
    def _one_way(self) -> PlacePart:
        if (self.easting is None) != (self.northing is None) or (self.lat is None) != (self.lon is None):
            raise ValueError("coordinates come in pairs: easting and northing, or lat and lon")
        if sum(each is not None for each in (self.easting, self.lat, self.name)) != 1:
            raise ValueError("each [[place]] is one of easting and northing, lat and lon, or name")
        return self


class AttendancePart(Part):
    """How many pumps attended, and when the first two arrived."""

    pumps: Column | None = None  # all that attended, make-ups included
    first_pumps: Column | None = None  # of the first attendance: with ``pumps``, make-ups can be fitted
    most_pumps: Annotated[int, Field(ge=1, le=200)] = 60  # more is an impossible value
    first_arrival_s: Column | None = None  # seconds from the call or mobilising: reported, nothing is fitted
    second_arrival_s: Column | None = None


class ScenePart(Part):
    """Time at scene: one appliance's minutes, the minutes of all pumps together, or two timestamps."""

    minutes: Column | None = None
    pump_minutes: Column | None = None
    pumps: Column | None = None  # how many pumps share pump_minutes; default attendance.pumps
    arrived: Column | None = None
    left: Column | None = None
    timestamp_format: (
        Literal["iso", "epoch_seconds", "hh:mm:ss", "hhmm"] | Annotated[str, Field(pattern="%")]
    ) = "iso"
    rounded_to_min: Positive = 1.0
    rounding: Literal["nearest", "up", "down"] = "nearest"
    at_most_min: Annotated[float, Field(ge=0.0)] = 0.0  # values up to this say only "no more than this"
    longest_min: Positive = 20_160.0  # of one appliance; longer is an impossible value (two weeks)

    @model_validator(mode="after")
    def _one_way(self) -> ScenePart:
        if (self.arrived is None) != (self.left is None):
            raise ValueError("name both arrived and left")
        if sum(each is not None for each in (self.minutes, self.pump_minutes, self.arrived)) != 1:
            raise ValueError("name one of minutes, pump_minutes, or arrived and left")
        return self


class FitPart(Part):
    """What goes into the overlay; everything is reported all the same."""

    rates: bool = True
    hours: bool = True
    months: bool = True
    places: bool = True
    scene: bool = True
    attendance: bool = True
    makeups: bool = True
    others: Literal["keep", "none"] | None = None  # types that no row is of: demand as it is, or none


class Mapping(Part):
    """The whole mapping."""

    records: RecordsPart = RecordsPart()
    period: PeriodPart = PeriodPart()
    time: TimePart | None = None
    kinds: tuple[KindPart, ...]
    place: tuple[PlacePart, ...] = ()
    attendance: AttendancePart | None = None
    scene: ScenePart | None = None
    fit: FitPart = FitPart()

    @model_validator(mode="after")
    def _whole(self) -> Mapping:
        if not self.kinds:
            raise ValueError("there is no rule: write at least one [[kinds]] with a type")
        if self.scene is not None and self.scene.pump_minutes is not None and self.pumps_of_scene is None:
            raise ValueError("pump_minutes are of all pumps together: name scene.pumps or attendance.pumps")
        return self

    @property
    def pumps_of_scene(self) -> str | None:
        """The column that says how many pumps share the pump minutes."""
        if self.scene is not None and self.scene.pumps is not None:
            return self.scene.pumps
        return None if self.attendance is None else self.attendance.pumps

    def columns(self) -> list[tuple[str, str]]:
        """Return (where in the mapping, column) for every column that is named."""
        found = [("records.identifier", self.records.identifier)]
        parts: list[tuple[str, Part | None, tuple[str, ...]]] = [
            ("time", self.time, ("date", "time", "hour", "timestamp")),
            ("attendance", self.attendance, ("pumps", "first_pumps", "first_arrival_s", "second_arrival_s")),
            ("scene", self.scene, ("minutes", "pump_minutes", "pumps", "arrived", "left")),
        ]
        parts += [
            (f"place[{i}]", each, ("easting", "northing", "lat", "lon", "name"))
            for i, each in enumerate(self.place)
        ]
        for where, part, names in parts:
            found += [(f"{where}.{name}", getattr(part, name)) for name in names if part is not None]
        found += [(f"kinds[{i}].when", column) for i, kind in enumerate(self.kinds) for column in kind.when]
        return [(where, column) for where, column in found if column is not None]
