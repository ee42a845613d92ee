"""Settlements, district totals and the land outline: the tables that cells are made from.

geo knows no county: every place comes from a file. Columns are documented with each reader.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from geo.errors import Fault, GeoDataError
from geo.grid import GREAT_BRITAIN_LAT, GREAT_BRITAIN_LON, to_grid
from geo.plain_files import read_plain

T = TypeVar("T")
Row = dict[str, str]


@dataclass(frozen=True, slots=True, eq=False)
class Settlements:
    """Places that people live in, one entry each (all arrays of one length)."""

    name: tuple[str, ...]
    easting_m: NDArray[np.float64]
    northing_m: NDArray[np.float64]
    population: NDArray[np.float64]
    """Residents as the source counts them; `grid_cells` scales them to the district totals."""
    district: tuple[str, ...]
    built_up_radius_m: NDArray[np.float64]
    urban: NDArray[np.bool_]
    """Part of a built-up area of 10,000 people or more (the 2011 rural-urban rule)."""
    inside: NDArray[np.bool_]
    """False for places outside the service's area, kept for demand over the border."""

    def __len__(self) -> int:
        """Number of settlements."""
        return len(self.name)


@dataclass(frozen=True, slots=True, eq=False)
class DistrictTotals:
    """Census population of each district of the service's area."""

    name: tuple[str, ...]
    population: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Outline:
    """Land of the service's area: closed rings (metres, EPSG:27700); rings do not overlap."""

    rings: tuple[NDArray[np.float64], ...]
    """Each ring an array (V, 2) of easting and northing; the last vertex need not repeat the first."""


class RowReader:
    """Reads typed fields from one CSV row after another and collects every fault instead of stopping."""

    def __init__(self, path: Path, required: tuple[str, ...]) -> None:
        """Opens `path` (UTF-8, comma-separated, one header line); raises GeoDataError if that fails."""
        self.path = path
        self.faults: list[Fault] = []
        try:
            text = read_plain(path).decode("utf-8-sig")
            reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
            columns = [str(name) for name in reader.fieldnames or ()]
            self.rows: list[Row] = [
                {str(k): (v or "").strip() for k, v in row.items() if isinstance(v, str | None)}
                for row in reader
            ]
        except OSError as error:
            reason = error.strerror or str(error)
            raise GeoDataError(path, [Fault("file", "", "", f"{reason}; check the path")]) from None
        except UnicodeDecodeError as error:
            remedy = f"byte {error.start} is not UTF-8; save the file as UTF-8"
            raise GeoDataError(path, [Fault("file", "", "", remedy)]) from None
        except csv.Error as error:
            remedy = f"no table: {error}; look for a quote that is not closed"
            raise GeoDataError(path, [Fault(f"line {reader.line_num}", "", "", remedy)]) from None
        missing = [name for name in required if name not in columns]
        if missing:
            have = ", ".join(columns) or "none"
            raise GeoDataError(
                path, [Fault("header", name, "", f"column is missing; it has {have}") for name in missing]
            )
        if not self.rows:
            raise GeoDataError(path, [Fault("file", "", "", "no rows below the header; add at least one")])

    def _take(self, row: int, field: str, convert: Callable[[str], T], remedy: str, otherwise: T) -> T:
        text = self.rows[row].get(field, "")
        try:
            return convert(text)
        except ValueError:
            self.fault(row, field, remedy)
            return otherwise

    def fault(self, row: int, field: str, remedy: str) -> None:
        """Note that `field` of data row `row` (from 0) is wrong."""
        value = self.rows[row].get(field, "")
        self.faults.append(Fault(f"line {row + 2}", field, value or "empty", remedy))

    def number(self, row: int, field: str, low: float, high: float) -> float:
        """A finite number between `low` and `high`, both included; otherwise a fault and `low`."""

        def convert(text: str) -> float:
            value = float(text)
            if not low <= value <= high:
                raise ValueError
            return value

        return self._take(row, field, convert, f"give a number from {low:g} to {high:g}", low)

    def truth(self, row: int, field: str) -> bool:
        """`true` or `false`; otherwise a fault."""

        def convert(text: str) -> bool:
            if text.lower() not in {"true", "false"}:
                raise ValueError
            return text.lower() == "true"

        return self._take(row, field, convert, "write true or false", False)

    def text(self, row: int, field: str) -> str:
        """Text that is not empty; otherwise a fault."""
        value = self.rows[row].get(field, "")
        if not value:
            self.fault(row, field, "must not be empty")
        return value

    def raise_faults(self) -> None:
        """Raise GeoDataError with everything collected so far, if anything was."""
        if self.faults:
            raise GeoDataError(self.path, self.faults)


def read_settlements(path: Path) -> Settlements:
    """Settlements from a CSV file.

    Columns used: `name`, `lat`, `lon` (WGS84 degrees), `population` (residents), `district`,
    `built_up_radius_m`, `urban`, `inside` (true/false). Further columns (source, confidence) are for people.

    Raises GeoDataError naming every wrong field, and names that occur twice in one district.
    """
    fields = ("name", "lat", "lon", "population", "district", "built_up_radius_m", "urban", "inside")
    table = RowReader(path, fields)
    count = range(len(table.rows))
    name = tuple(table.text(i, "name") for i in count)
    district = tuple(table.text(i, "district") for i in count)
    lat = [table.number(i, "lat", *GREAT_BRITAIN_LAT) for i in count]
    lon = [table.number(i, "lon", *GREAT_BRITAIN_LON) for i in count]
    population = [table.number(i, "population", 0.0, 1e7) for i in count]
    radius = [table.number(i, "built_up_radius_m", 1.0, 30_000.0) for i in count]
    urban = [table.truth(i, "urban") for i in count]
    inside = [table.truth(i, "inside") for i in count]
    seen: set[tuple[str, str]] = set()
    for i in count:
        if (name[i], district[i]) in seen:
            table.fault(i, "name", f"{district[i]} has this place already; remove or rename one")
        seen.add((name[i], district[i]))
    table.raise_faults()
    easting, northing = to_grid(lat, lon)
    return Settlements(
        name,
        easting,
        northing,
        np.array(population),
        district,
        np.array(radius),
        np.array(urban, dtype=np.bool_),
        np.array(inside, dtype=np.bool_),
    )


def read_district_totals(path: Path) -> DistrictTotals:
    """District totals from a CSV file with columns `district` and `population_2021` (residents).

    Raises GeoDataError naming every wrong field and every district listed twice.
    """
    table = RowReader(path, ("district", "population_2021"))
    count = range(len(table.rows))
    name = tuple(table.text(i, "district") for i in count)
    population = [table.number(i, "population_2021", 1.0, 1e7) for i in count]
    for i in count:
        if name[i] in name[:i]:
            table.fault(i, "district", "is listed twice; remove one row")
    table.raise_faults()
    return DistrictTotals(name, np.array(population))


def read_outline(path: Path) -> Outline:
    """Land rings from a CSV file with columns `ring`, `lat`, `lon`, vertices in order along each ring.

    Raises GeoDataError naming every wrong field and every ring of fewer than three vertices.
    """
    table = RowReader(path, ("ring", "lat", "lon"))
    count = range(len(table.rows))
    ring = [table.text(i, "ring") for i in count]
    lat = [table.number(i, "lat", *GREAT_BRITAIN_LAT) for i in count]
    lon = [table.number(i, "lon", *GREAT_BRITAIN_LON) for i in count]
    names = list(dict.fromkeys(ring))
    for each in names:
        if ring.count(each) < 3:
            table.fault(ring.index(each), "ring", "a ring needs at least three vertices")
    table.raise_faults()
    xy = np.column_stack(to_grid(lat, lon))
    which = np.array([names.index(each) for each in ring])
    return Outline(tuple(xy[which == k] for k in range(len(names))))
