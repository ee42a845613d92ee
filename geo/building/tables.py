"""Tables of a service's own, of any of the usual formats, as rows of text: CSV, Excel, OpenDocument, shapes."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.building.layers import check_file, read_bytes, read_layer
from geo.errors import Fault, GeoDataError
from geo.grid import in_great_britain, to_grid

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

F64 = NDArray[np.float64]

SHAPES = {".gpkg", ".geojson", ".json", ".shp", ".zip", ".fgb", ".gml", ".kml"}
SHEETS = {".xlsx", ".xls", ".ods", ".xlsb"}
_TRUE, _FALSE = {"true", "yes", "y", "1", "urban"}, {"false", "no", "n", "0", "rural"}


@dataclass(slots=True)
class Rows:
    """Rows of a table by the names of its columns, and what is wrong with them."""

    path: Path
    names: list[str]
    rows: list[dict[str, str]]
    shapes: list[BaseGeometry] | None = None  # in EPSG:27700
    first_line: int = 2  # what a person calls the first row
    faults: list[Fault] = field(default_factory=list)

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.rows)

    def needs(self, *columns: str) -> None:
        """Raise GeoDataError if columns are missing."""
        missing = [name for name in columns if name not in self.names]
        if missing:
            have = ", ".join(self.names[:40]) or "nothing"
            faults = [
                Fault("header", "", name, f"there is no such column; the file has {have}") for name in missing
            ]
            raise GeoDataError(self.path, faults)

    def fault(self, row: int, column: str, value: str, remedy: str) -> None:
        """Note a fault of a row."""
        what = "feature" if self.shapes is not None else "line"
        number = row + 1 if self.shapes is not None else row + self.first_line
        self.faults.append(Fault(f"{what} {number}", column, value, remedy))

    def numbers(self, column: str, low: float, high: float) -> F64:
        """Return a column as numbers; faults are noted and give 0."""
        values = np.zeros(len(self.rows))
        for i, row in enumerate(self.rows):
            try:
                values[i] = float(row[column].replace(",", "") if row[column].count(",") else row[column])
            except ValueError:
                values[i] = np.nan
            if not low <= values[i] <= high:
                self.fault(i, column, row[column], f"give a number from {low:g} to {high:g}")
                values[i] = 0.0
        return values

    def texts(self, column: str) -> list[str]:
        """Return a column as texts; empty ones are faults."""
        for i, row in enumerate(self.rows):
            if not row[column]:
                self.fault(i, column, "", "must not be empty")
        return [row[column] for row in self.rows]

    def truths(self, column: str, yes: tuple[str, ...] = ()) -> NDArray[np.bool_]:
        """Return a column as true or false: ``yes`` are the values that are true, else the usual words."""
        values = np.zeros(len(self.rows), dtype=bool)
        for i, row in enumerate(self.rows):
            text = row[column].lower().removesuffix(".0")
            if yes:
                values[i] = row[column] in yes or text in {each.lower() for each in yes}
            elif text in _TRUE | _FALSE:
                values[i] = text in _TRUE
            else:
                self.fault(i, column, row[column], "write true or false, or name the values that are urban")
        return values

    def raise_faults(self) -> None:
        """Raise GeoDataError with everything that is wrong, if anything is."""
        if self.faults:
            raise GeoDataError(self.path, self.faults)


def read_rows(path: Path, *, layer: str = "", header: str = "") -> Rows:
    """Return the rows of a table; of shapes with their shapes.

    ``layer`` is a layer or a sheet. ``header``: a name that the row of column names has, where others stand above it.
    Raises GeoDataError if it cannot be read or holds no row.
    """
    suffix = path.suffix.lower()
    check_file(path)
    if suffix in SHAPES:
        frame = read_layer(path, layer)
        names = [str(name) for name in frame.columns if name != frame.geometry.name]
        rows = [
            {name: _text(value) for name, value in zip(names, values, strict=True)}
            for values in frame[names].itertuples(index=False, name=None)
        ]
        return Rows(path, names, rows, list(frame.geometry))
    lines = _sheet(path, layer) if suffix in SHEETS else _lines(path)
    return _from_lines(path, lines, header)


def _from_lines(path: Path, lines: list[list[str]], header: str) -> Rows:
    top = 0
    if header:
        top = next((i for i, line in enumerate(lines) if header in [cell.strip() for cell in line]), 0)
    if len(lines) < top + 2:
        raise GeoDataError(path, [Fault("file", "", "", "has no rows below its header")])
    names = [cell.strip() for cell in lines[top]]
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if twice:
        raise GeoDataError(path, [Fault("header", "", name, "stands twice; rename one") for name in twice])
    rows, faults = [], []
    for number, line in enumerate(lines[top + 1 :], start=top + 2):
        if not any(cell.strip() for cell in line):
            continue
        if len(line) > len(names) and any(cell.strip() for cell in line[len(names) :]):
            faults.append(
                Fault(f"line {number}", "", "", f"has {len(line)} cells under {len(names)} columns")
            )
        cells = [*line, *[""] * len(names)][: len(names)]
        rows.append(dict(zip(names, (cell.strip() for cell in cells), strict=True)))
    if faults:
        raise GeoDataError(path, faults)
    if not rows:
        raise GeoDataError(path, [Fault("file", "", "", "has no rows below its header")])
    return Rows(path, [name for name in names if name], rows, first_line=top + 2)


def _lines(path: Path) -> list[list[str]]:
    content = read_bytes(path)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = content[: fault.start].count(b"\n") + 1
        remedy = "is not UTF-8 text (mixed encodings?); save the file as CSV UTF-8"
        raise GeoDataError(path, [Fault(f"line {line}", "", "", remedy)]) from None
    if "\0" in text:
        raise GeoDataError(path, [Fault("file", "", "", "is no text; save it as CSV UTF-8")])
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as fault:
        raise GeoDataError(path, [Fault("file", "", "", f"is no CSV ({fault}); save it again")]) from None


def _sheet(path: Path, name: str) -> list[list[str]]:
    import python_calamine  # noqa: PLC0415  (start-up time)

    try:
        book = python_calamine.CalamineWorkbook.from_path(str(path))
        names = book.sheet_names
        if name and name not in names:
            remedy = f"there is no such sheet; the file has {', '.join(names)}"
            raise GeoDataError(path, [Fault("file", "sheet", name, remedy)])
        rows = [book.get_sheet_by_name(each).to_python() for each in ([name] if name else names)]
    except (python_calamine.CalamineError, OSError, ValueError) as fault:
        if isinstance(fault, GeoDataError):
            raise
        raise GeoDataError(
            path, [Fault("file", "", "", f"cannot be read as a spreadsheet ({fault})")]
        ) from None
    largest = max(rows, key=len, default=[])
    return [[_text(cell) for cell in row] for row in largest]


def _text(value: object) -> str:
    """Return a cell as text: whole numbers without a point, nothing for what is missing."""
    if value is None or value != value:  # noqa: PLR0124  (NaN is the one value unlike itself)
        return ""
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    return str(value).strip()


POSITIONS = (
    ("easting", "northing"),
    ("station_easting", "station_northing"),
    ("lat", "lon"),
    ("latitude", "longitude"),
    ("x", "y"),
)
"""Pairs of columns that tell a position, where the recipe names none."""


def position_columns(rows: Rows) -> tuple[str, str] | None:
    """Return the two columns of a table that tell positions by their usual names, None if there are none."""
    lower = {name.lower(): name for name in rows.names}
    return next(((lower[a], lower[b]) for a, b in POSITIONS if a in lower and b in lower), None)


def positions(rows: Rows, columns: tuple[str, str] | None = None) -> tuple[F64, F64]:
    """Return eastings and northings (metres, EPSG:27700): of shapes a point within each, else of two columns.

    ``columns``: east and north or latitude and longitude; which of the two they are, the values tell. Faults are noted.
    """
    if rows.shapes is not None and columns is None:
        within = [
            shape if shape.geom_type == "Point" else shape.representative_point() for shape in rows.shapes
        ]
        xy = shapely.get_coordinates(within)
        return xy[:, 0], xy[:, 1]
    pair = columns or position_columns(rows)
    if pair is None:
        remedy = 'no columns tell positions; name them, e.g. position = ["easting", "northing"]'
        raise GeoDataError(rows.path, [Fault("header", "position", "", remedy)])
    rows.needs(*pair)
    first, second = (rows.numbers(name, -1e7, 1e7) for name in pair)
    if rows.faults:
        return first, second
    if (np.abs(first) <= 90.0).all() and (np.abs(second) <= 180.0).all():
        return _degrees(rows, pair, first, second)
    bad = ~((first >= 0.0) & (first <= 700_000.0) & (second >= 0.0) & (second <= 1_300_000.0))
    for i in np.flatnonzero(bad).tolist():
        rows.fault(
            i,
            ", ".join(pair),
            f"{first[i]:g}, {second[i]:g}",
            "does not lie on the National Grid (EPSG:27700); swapped?",
        )
    return first, second


def _degrees(rows: Rows, pair: tuple[str, str], lat: F64, lon: F64) -> tuple[F64, F64]:
    if pair[0].lower().startswith(("lon", "x", "lng")):
        lat, lon = lon, lat
    for i in np.flatnonzero(~in_great_britain(lat, lon)).tolist():
        rows.fault(
            i,
            ", ".join(pair),
            f"{lat[i]:g}, {lon[i]:g}",
            "does not lie in Great Britain; latitude first, swapped?",
        )
    if rows.faults:
        return lat, lon
    return to_grid(lat, lon)
