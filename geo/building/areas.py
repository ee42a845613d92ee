"""Areas in which demand arises, from points or polygons with population, of any usual format."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from geo.building.layers import read_layer
from geo.building.tables import Rows, positions, read_rows
from geo.cells import Cells
from geo.errors import Fault, GeoDataError

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

F64 = NDArray[np.float64]
Bool = NDArray[np.bool_]

POINT_AREA_KM2 = 1.0
"""Land area of a point whose file gives none (assumption: the embedded cells' size)."""

BUILT_UP_PER_KM2 = 3500.0
"""Residents of a built-up square kilometre (assumption: the density of the embedded towns' discs); turns an area's own
density into its built-up share."""

URBAN_PER_KM2 = 1000.0
"""Residents of a square kilometre from which an area counts as urban where nothing tells (assumption)."""


@dataclass(frozen=True, slots=True)
class Polygons:
    """A file of polygons with a name each, by which areas are joined to what they lie in."""

    file: Path
    name: str
    layer: str = ""


@dataclass(frozen=True, slots=True)
class AreaFile:
    """Where areas are read from, and which columns hold what; "" where a column is not given."""

    file: Path
    population: str
    code: str = ""
    name: str = ""
    layer: str = ""
    district: str = ""
    districts: Polygons | None = None  # in place of a column: joined by position
    urban: str = ""
    urban_values: tuple[str, ...] = ()  # of the column, those that are urban
    built_up: Polygons | None = None  # in place of a column: joined by position
    inside: str = ""
    area_km2: str = ""
    position: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Areas:
    """Cells made of areas, the code of each, and its shape where there is one."""

    cells: Cells
    code: tuple[str, ...]
    shapes: tuple[BaseGeometry, ...] | None

    @property
    def size_m(self) -> F64:
        """Return the side of the square over which each area's people are spread (C,): that of its land."""
        return np.sqrt(self.cells.area_km2) * 1000.0

    def near(self, easting: F64, northing: F64, metres: float) -> Bool:
        """Return whether positions lie within so many metres of an area."""
        at = np.column_stack([self.cells.easting_m, self.cells.northing_m])
        away = cKDTree(at).query(np.column_stack([easting, northing]), distance_upper_bound=metres)[0]
        return np.isfinite(away)

    def urban_at(self, easting: F64, northing: F64) -> Bool:
        """Return whether positions lie in an urban area: the polygon that holds them, or the nearest area."""
        nearest = cKDTree(np.column_stack([self.cells.easting_m, self.cells.northing_m])).query(
            np.column_stack([easting, northing])
        )[1]
        at = np.asarray(nearest, dtype=np.int64)
        if self.shapes is not None and any(shape.area > 0.0 for shape in self.shapes):
            tree = shapely.STRtree(np.array(self.shapes, dtype=object))
            point, shape = tree.query(shapely.points(easting, northing), predicate="intersects")
            at[point] = shape
        return np.asarray(self.cells.urban[at])


def read_areas(source: AreaFile) -> Areas:
    """Return the areas of a file, those of the service's own first.

    Raises GeoDataError with every fault: columns that are not there, codes that stand twice, areas without people or
    district, positions that are swapped or off the grid.
    """
    rows = read_rows(source.file, layer=source.layer, header=source.population)
    named = (
        source.population,
        source.code,
        source.name,
        source.district,
        source.urban,
        source.inside,
        source.area_km2,
    )
    rows.needs(*(name for name in named if name))
    easting, northing = positions(rows, source.position)
    people = rows.numbers(source.population, 0.0, 1e7)
    code = rows.texts(source.code) if source.code else [str(i + 1) for i in range(len(rows))]
    _check_codes(rows, source.code, code)
    area = _areas_km2(rows, source)
    district = rows.texts(source.district) if source.district else None
    urban = rows.truths(source.urban, source.urban_values) if source.urban else None
    if district is None or urban is None:
        rows.raise_faults()  # what is joined by position needs right ones
    if district is None:
        district = _joined(rows, source.districts, easting, northing)
    if urban is None:
        urban = _urban(source, easting, northing, people / area)
    inside = rows.truths(source.inside) if source.inside else np.ones(len(rows), dtype=bool)
    name = rows.texts(source.name) if source.name else district
    if not rows.faults and not (people * inside).sum() > 0.0:
        rows.faults.append(Fault("file", source.population, "0", "nobody lives in any area; give residents"))
    rows.raise_faults()
    order = np.argsort(~inside, kind="stable")
    cells = _cells((easting, northing, people, area), district, name, (urban, inside), order)
    shapes = None if rows.shapes is None else tuple(rows.shapes[i] for i in order.tolist())
    return Areas(cells, tuple(code[i] for i in order.tolist()), shapes)


def _check_codes(rows: Rows, column: str, code: list[str]) -> None:
    seen: dict[str, int] = {}
    for i, each in enumerate(code):
        if each and each in seen:
            rows.fault(i, column, each, "stands twice: every area has a code of its own")
        seen.setdefault(each, i)


def _areas_km2(rows: Rows, source: AreaFile) -> F64:
    if source.area_km2:
        return np.maximum(rows.numbers(source.area_km2, 0.0, 1e5), 1e-4)
    if rows.shapes is not None and any(shape.area > 0.0 for shape in rows.shapes):
        return np.maximum(shapely.area(np.array(rows.shapes, dtype=object)) / 1e6, 1e-4)
    return np.full(len(rows), POINT_AREA_KM2)


def _joined(rows: Rows, polygons: Polygons | None, easting: F64, northing: F64) -> list[str]:
    """Return the name of the polygon that each position lies in, or is nearest to within 5 km."""
    if polygons is None:
        return ["the area"] * len(rows)
    frame = read_layer(polygons.file, polygons.layer)
    if polygons.name not in frame.columns:
        have = ", ".join(str(c) for c in frame.columns)
        raise GeoDataError(
            polygons.file, [Fault("header", "", polygons.name, f"there is no such column; it has {have}")]
        )
    tree = shapely.STRtree(frame.geometry.to_numpy())
    at = shapely.points(easting, northing)
    found, nearest = tree.query_nearest(at, max_distance=5000.0, all_matches=False)
    names = [""] * len(rows)
    for i, j in zip(found.tolist(), nearest.tolist(), strict=True):
        names[i] = str(frame[polygons.name].iloc[j])
    for i, name in enumerate(names):
        if not name:
            rows.fault(
                i, "position", "", f"lies in no polygon of {polygons.file.name}, nor within 5 km of one"
            )
    return names


def _urban(source: AreaFile, easting: F64, northing: F64, per_km2: F64) -> Bool:
    if source.built_up is not None:
        return within(source.built_up, easting, northing)
    return np.asarray(per_km2 >= URBAN_PER_KM2)


def within(polygons: Polygons, easting: F64, northing: F64) -> Bool:
    """Return whether positions lie in any polygon of a file. Raises GeoDataError."""
    frame = read_layer(polygons.file, polygons.layer)
    tree = shapely.STRtree(frame.geometry.to_numpy())
    inside = np.zeros(easting.size, dtype=bool)
    inside[tree.query(shapely.points(easting, northing), predicate="intersects")[0]] = True
    return inside


def _cells(
    numbers: tuple[F64, F64, F64, F64],
    district: list[str],
    name: list[str],
    flags: tuple[Bool, Bool],
    order: NDArray[np.int64],
) -> Cells:
    easting, northing, people, area = (each[order] for each in numbers)
    urban, inside = (each[order] for each in flags)
    home = np.array(district)[np.asarray(flags[1])] if flags[1].any() else np.array(district)
    districts = [*np.unique(home).tolist(), *sorted(set(district) - set(home.tolist()))]
    places, place = np.unique(np.array(name)[order], return_inverse=True)
    number = {each: i for i, each in enumerate(districts)}
    return Cells(
        easting_m=easting,
        northing_m=northing,
        population=people,
        district=np.array([number[district[i]] for i in order.tolist()], dtype=np.int16),
        district_names=tuple(districts),
        settlement=place.astype(np.int32),
        settlement_names=tuple(str(each) for each in places),
        urban=urban,
        inside=inside,
        area_km2=area,
        built_up_share=np.minimum(1.0, people / area / BUILT_UP_PER_KM2),
    )
