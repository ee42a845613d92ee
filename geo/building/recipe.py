"""``GEO.toml``: what a geography is made from. Paths are relative to the file."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from geo.building.layers import read_bytes
from geo.errors import Fault, GeoDataError


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Source(_Part):
    """Where a file comes from: stands in every report that rests on it."""

    publisher: str = ""
    licence: str = ""
    attribution: str = ""


class Roads(_Part):
    """Roads: of OpenStreetMap, OS Open Roads, OSMnx, tables of one's own, or written-down ones of a service."""

    kind: Literal["osm", "open_roads", "graphml", "tables", "written"]
    files: Annotated[tuple[str, ...], Field(min_length=1)]
    layer: str = ""
    service_roads: bool = False  # osm: drives, car parks and alleys too
    within_km: Annotated[float, Field(gt=0.0, le=500.0)] | None = (
        None  # of an area: roads farther off are left out
    )
    contract: bool = True  # drop nodes at which nothing is decided
    source: Source = Source()


class Polygons(_Part):
    """A file of polygons, and the column that names each."""

    file: str
    name: str = ""
    layer: str = ""


class Area(_Part):
    """Areas with people, as points or polygons; columns by what they hold."""

    file: str
    layer: str = ""
    population: str = "population"
    code: str = ""
    name: str = ""
    district: str = ""
    districts: Polygons | None = None
    urban: str = ""
    urban_values: tuple[str, ...] = ()
    built_up: Polygons | None = None
    inside: str = ""
    area_km2: str = ""
    position: tuple[str, str] | None = None
    source: Source = Source()


class Stations(_Part):
    """A table of fire stations; columns by what they hold."""

    file: str
    layer: str = ""
    service: str = ""  # of the column ``service_column``, the service's own name: the others are neighbours
    service_column: str = ""
    code: str = ""
    name: str = "name"
    position: tuple[str, str] | None = None
    within_km: Annotated[float, Field(gt=0.0, le=200.0)] = (
        20.0  # of an area: neighbours farther off are left out
    )
    source: Source = Source()


class Snapping(_Part):
    """How places meet roads."""

    far_m: Annotated[float, Field(gt=0.0, le=50_000.0)] = 500.0  # farther from every road is reported
    barriers: str = ""  # table of barriers as the embedded map has (barrier, lat, lon)
    crossings: str = ""


class Recipe(_Part):
    """Everything that makes a geography."""

    title: str = ""
    roads: Roads
    areas: Area
    stations: Stations | None = None
    snapping: Snapping = Snapping()


def read_recipe(path: Path) -> Recipe:
    """Return a recipe. Raises GeoDataError with everything that is wrong with it."""
    try:
        content = tomllib.loads(read_bytes(path).decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise GeoDataError(path, [Fault("file", "", "", f"is no TOML: {fault}")]) from None
    try:
        return Recipe.model_validate(content)
    except ValidationError as fault:
        faults = [
            _fault(error["loc"], error["type"], error["msg"], error.get("input")) for error in fault.errors()
        ]
        raise GeoDataError(path, faults) from None


def _fault(loc: tuple[int | str, ...], kind: str, message: str, value: object) -> Fault:
    place = ".".join(str(part) for part in loc)
    if kind == "extra_forbidden":
        return Fault(place, "", "", "is not known; docs/geography.md lists what a recipe holds")
    if kind == "missing":
        return Fault(place, "", "", "is missing")
    return Fault(place, "", "" if isinstance(value, dict) else str(value), message[0].lower() + message[1:])
