"""Cells that replace the embedded ones: census areas or any other file of points or polygons.

The columns are `population`, `district` and `urban` (true/false), with `name` and `inside` optional, and
either `easting` and `northing` (EPSG:27700) or `lat` and `lon` (WGS84) for points.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.cells import Cells
from geo.errors import Fault, GeoDataError
from geo.grid import GREAT_BRITAIN_LAT, GREAT_BRITAIN_LON, to_grid
from geo.settlements import RowReader

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

POINT_AREA_KM2 = 1.0
"""Land area of a point whose file gives none (assumption: the embedded cells' size)."""

BUILT_UP_PER_KM2 = 3500.0
"""Residents of a built-up square kilometre (assumption: the density of the embedded towns' discs); turns an
area's own density into its built-up share."""

_GRID_EASTING, _GRID_NORTHING = (0.0, 700_000.0), (0.0, 1_300_000.0)
_TRUTH = {"true": True, "1": True, "false": False, "0": False}


def cells_from_table(
    easting_m: ArrayLike,
    northing_m: ArrayLike,
    population: ArrayLike,
    district: Sequence[str],
    urban: ArrayLike,
    *,
    name: Sequence[str] | None = None,
    inside: ArrayLike | None = None,
    area_km2: ArrayLike | None = None,
) -> Cells:
    """Cells from columns of one length; inside cells are put first, otherwise the order is kept.

    `name` gives `settlement_names` (default: the districts); `built_up_share` is the area's density over
    `BUILT_UP_PER_KM2`, at most 1.
    """
    people = np.asarray(population, dtype=np.float64)
    home = np.ones(len(people), dtype=np.bool_) if inside is None else np.asarray(inside, dtype=np.bool_)
    area = (
        np.full(len(people), POINT_AREA_KM2) if area_km2 is None else np.asarray(area_km2, dtype=np.float64)
    )
    order = np.argsort(~home, kind="stable")
    district_names, district_index = _index(district)
    settlement_names, settlement_index = _index(district if name is None else name)
    return Cells(
        np.asarray(easting_m, dtype=np.float64)[order],
        np.asarray(northing_m, dtype=np.float64)[order],
        people[order],
        district_index.astype(np.int16)[order],
        district_names,
        settlement_index.astype(np.int32)[order],
        settlement_names,
        np.asarray(urban, dtype=np.bool_)[order],
        home[order],
        area[order],
        np.minimum(1.0, people / area / BUILT_UP_PER_KM2)[order],
    )


def cells_from_points(path: Path) -> Cells:
    """Cells from a CSV file of census areas as points (columns: see the module); `area_km2` is optional.

    Raises GeoDataError with every fault of the file at once.
    """
    table = RowReader(path, ("population", "district", "urban"))
    columns = set(table.rows[0])
    on_grid = {"easting", "northing"} <= columns
    if not on_grid and not {"lat", "lon"} <= columns:
        remedy = "no position columns; add easting and northing (EPSG:27700) or lat and lon (WGS84)"
        raise GeoDataError(path, [Fault("header", "", "", remedy)])
    count = range(len(table.rows))
    if on_grid:
        easting: ArrayLike = [table.number(i, "easting", *_GRID_EASTING) for i in count]
        northing: ArrayLike = [table.number(i, "northing", *_GRID_NORTHING) for i in count]
    else:
        lat = [table.number(i, "lat", *GREAT_BRITAIN_LAT) for i in count]
        lon = [table.number(i, "lon", *GREAT_BRITAIN_LON) for i in count]
        easting, northing = to_grid(lat, lon)
    population = [table.number(i, "population", 0.0, 1e7) for i in count]
    district = [table.text(i, "district") for i in count]
    urban = [table.truth(i, "urban") for i in count]
    name = [table.text(i, "name") for i in count] if "name" in columns else None
    inside = [table.truth(i, "inside") for i in count] if "inside" in columns else None
    area = [table.number(i, "area_km2", 1e-4, 1e5) for i in count] if "area_km2" in columns else None
    table.raise_faults()
    return cells_from_table(
        easting, northing, population, district, urban, name=name, inside=inside, area_km2=area
    )


def cells_from_polygons(path: Path) -> Cells:
    """Cells from polygons in any file that geopandas reads (GeoPackage, GeoJSON): a cell for each feature.

    The cell stands at a point within its polygon and has the polygon's area.

    Raises GeoDataError with every fault of the file at once: unreadable, no coordinate system, missing
    columns, empty or non-polygon shapes, wrong values.
    """
    frame = _read_polygons(path)
    faults: list[Fault] = []
    population = _numbers(frame, "population", faults)
    district = _texts(frame, "district", faults)
    urban = _truths(frame, "urban", faults)
    name = _texts(frame, "name", faults) if "name" in frame.columns else None
    inside = _truths(frame, "inside", faults) if "inside" in frame.columns else None
    for i, shape in enumerate(frame.geometry):
        if shape is None or shape.is_empty or shape.geom_type not in {"Polygon", "MultiPolygon"}:
            value = "empty" if shape is None or shape.is_empty else str(shape.geom_type)
            faults.append(
                Fault(f"feature {i + 1}", "geometry", value, "must be a polygon; drop or replace it")
            )
    if faults:
        raise GeoDataError(path, faults)
    shapes = frame.geometry.to_crs(27700)
    points = shapes.representative_point()
    return cells_from_table(
        points.x.to_numpy(),
        points.y.to_numpy(),
        population,
        district,
        urban,
        name=name,
        inside=inside,
        area_km2=np.maximum(shapes.area.to_numpy() / 1e6, 1e-4),
    )


def _read_polygons(path: Path) -> GeoDataFrame:
    """The features of `path`, checked for a coordinate system, rows and the columns needed."""
    import geopandas  # noqa: PLC0415  (a second of start-up that only this reader needs)

    if not path.exists():
        raise GeoDataError(path, [Fault("file", "", "", "does not exist; check the path")])
    try:
        frame = geopandas.read_file(path)
    except Exception as error:  # pyogrio and GDAL raise many kinds; all mean the file cannot be read
        remedy = f"cannot be read as GeoPackage or GeoJSON ({str(error).splitlines()[0]})"
        raise GeoDataError(path, [Fault("file", "", "", remedy)]) from None
    have = ", ".join(str(c) for c in frame.columns)
    faults = [
        Fault("header", each, "", f"column is missing; it has {have}")
        for each in ("population", "district", "urban")
        if each not in frame.columns
    ]
    if not isinstance(frame, geopandas.GeoDataFrame):
        faults.append(Fault("file", "geometry", "", "has no shapes; give polygons"))
    elif frame.crs is None:
        faults.append(Fault("file", "crs", "", "has no coordinate system; write one, e.g. EPSG:27700"))
    if not len(frame):
        faults.append(Fault("file", "", "", "has no features; give at least one"))
    if faults:
        raise GeoDataError(path, faults)
    return frame


def _numbers(frame: GeoDataFrame, field: str, faults: list[Fault]) -> NDArray[np.float64]:
    values = np.zeros(len(frame))
    for i, value in enumerate(frame[field]):
        try:
            values[i] = float(value)
        except (TypeError, ValueError):
            values[i] = np.nan
        if not 0.0 <= values[i] <= 1e7:
            faults.append(Fault(f"feature {i + 1}", field, str(value), "give a number from 0 to 1e+07"))
    return values


def _texts(frame: GeoDataFrame, field: str, faults: list[Fault]) -> list[str]:
    values = ["" if _absent(value) else str(value).strip() for value in frame[field]]
    faults += [
        Fault(f"feature {i + 1}", field, "empty", "must not be empty") for i, v in enumerate(values) if not v
    ]
    return values


def _truths(frame: GeoDataFrame, field: str, faults: list[Fault]) -> list[bool]:
    values = [str(value).strip().lower().removesuffix(".0") for value in frame[field]]
    faults += [
        Fault(f"feature {i + 1}", field, v, "write true or false")
        for i, v in enumerate(values)
        if v not in _TRUTH
    ]
    return [_TRUTH.get(v, False) for v in values]


def _absent(value: Any) -> bool:
    return value is None or value != value  # noqa: PLR0124  (NaN is the one value unlike itself)


def _index(labels: Sequence[str]) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """Distinct labels in alphabetical order, and the place of each label among them."""
    names, index = np.unique(np.asarray(labels, dtype=np.str_), return_inverse=True)
    return tuple(str(n) for n in names), np.asarray(index, dtype=np.int64)
