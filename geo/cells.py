"""Demand geography: population in square cells, made from settlements and district totals.

How: a settlement's residents are spread evenly over a disc of its built-up radius, less the water.
What is left of a district's total after its settlements lives evenly on the rest of its land. The part of
the countryside nearest to a settlement (measured from the edge of its disc) belongs to that settlement's
district. Each square that holds people of two districts becomes one cell for each.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from geo.errors import Fault, GeoDataError
from geo.settlements import DistrictTotals, Outline, Settlements

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

COUNTRYSIDE_PER_KM2 = (12.0, 70.0)
"""Fewest and most residents of a square kilometre outside the listed settlements (assumption: farms and
hamlets below the size listed; within what English parishes without a village show). A district whose
listed places leave less or more than that has its places scaled instead."""

MINORITY_PEOPLE = 50.0
"""A district's part of a square with fewer residents than this joins the square's larger part (assumption)."""

_BLOB_AREA_M2 = 12_500.0  # one sample point of a settlement for each 112 m square
_LATTICES = 4  # countryside is sampled on this many points along a cell's side
_NEIGHBOURS = 6  # settlement centres considered when looking for the nearest edge


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """Places where demand arises (C of them): squares, or census areas that replace them.

    Cells inside the service's area come first, then those outside it (`inside` False).
    """

    easting_m: FloatArray
    """(C,) centre weighted by population, metres EPSG:27700."""
    northing_m: FloatArray
    population: FloatArray
    """(C,) residents; inside cells of one district add up to its census total."""
    district: NDArray[np.int16]
    """(C,) index into `district_names`; outside cells have their own authorities there."""
    district_names: tuple[str, ...]
    settlement: NDArray[np.int32]
    """(C,) index into `settlement_names`: where most of the cell's people live, or the nearest place."""
    settlement_names: tuple[str, ...]
    urban: BoolArray
    """(C,) most residents live in a built-up area of 10,000 people or more."""
    inside: BoolArray
    """(C,) False for cells over the border, kept for demand that crosses it."""
    area_km2: FloatArray
    """(C,) land area."""
    built_up_share: FloatArray
    """(C,) share of the land covered by settlements, 0 to 1."""

    def __len__(self) -> int:
        return len(self.population)


@dataclass(frozen=True, slots=True)
class _Points:
    """Sample points that stand for people and land, before they are gathered into cells."""

    easting_m: FloatArray
    northing_m: FloatArray
    settlement: IntArray
    people: FloatArray
    built_m2: FloatArray
    land_m2: FloatArray


def grid_cells(
    settlements: Settlements,
    districts: DistrictTotals,
    outline: Outline,
    *,
    size_m: float = 1000.0,
    fringe_m: float = 10_000.0,
    fringe_cells_max: int = 500,
    countryside_per_km2: tuple[float, float] = COUNTRYSIDE_PER_KM2,
) -> Cells:
    """Square cells of `size_m`, aligned to the National Grid, with population.

    Outside the area only squares with people of listed outside settlements exist: those within `fringe_m` of
    an inside cell, and of these the nearest `fringe_cells_max`.

    Raises GeoDataError if an inside settlement has a district without a total, or a district no settlement.
    """
    _check_districts(settlements, districts)
    names = districts.name + tuple(
        sorted({d for d, i in zip(settlements.district, settlements.inside, strict=True) if not i})
    )
    district_of = np.array([names.index(d) for d in settlements.district])
    built = _built_points(settlements, outline)
    country = _country_points(settlements, outline, built, size_m)
    people_built, people_country = _scale(
        settlements, districts, district_of, built, country, countryside_per_km2
    )
    points = _Points(
        *(np.concatenate([getattr(built, f), getattr(country, f)]) for f in _Points.__slots__[:3]),
        np.concatenate([people_built, people_country]),
        np.concatenate([built.built_m2, np.zeros(len(country.people))]),
        np.concatenate([np.zeros(len(built.people)), np.full(len(country.people), (size_m / _LATTICES) ** 2)]),
    )
    cells = _gather(points, settlements, district_of, names, len(districts.name), size_m)
    cells = _fringe(cells, fringe_m, fringe_cells_max)
    totals = np.bincount(cells.district, weights=cells.population * cells.inside, minlength=len(names))
    factor = np.ones(len(names))
    factor[: len(districts.name)] = districts.population / totals[: len(districts.name)]
    cells.population[:] *= factor[cells.district]
    return cells


def _check_districts(settlements: Settlements, districts: DistrictTotals) -> None:
    known = set(districts.name)
    inside = {d for d, i in zip(settlements.district, settlements.inside, strict=True) if i}
    faults = [
        Fault("settlements", "district", name, "has no total in the district table; add one or correct it")
        for name in sorted(inside - known)
    ] + [
        Fault("districts", "district", name, "has no settlement inside it; add at least one")
        for name in sorted(known - inside)
    ]
    if faults:
        raise GeoDataError("settlements and districts", faults)


@lru_cache(maxsize=512)
def _sunflower(count: int) -> FloatArray:
    """`count` points spread evenly over the unit disc (Vogel's spiral), (count, 2)."""
    k = np.arange(count) + 0.5
    radius, angle = np.sqrt(k / count), np.pi * (1 + np.sqrt(5)) * k
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])


def _built_points(settlements: Settlements, outline: Outline) -> _Points:
    """Sample points of all settlements' discs; people are shares of their settlement."""
    area_m2 = np.pi * settlements.built_up_radius_m**2
    counts = np.maximum(7, np.rint(area_m2 / _BLOB_AREA_M2)).astype(np.int64)
    which = np.repeat(np.arange(len(settlements)), counts)
    unit = np.concatenate([_sunflower(int(n)) for n in counts])
    radius = settlements.built_up_radius_m[which]
    easting = settlements.easting_m[which] + unit[:, 0] * radius
    northing = settlements.northing_m[which] + unit[:, 1] * radius
    dry = ~settlements.inside[which] | _on_land(outline, easting, northing)
    dry |= (np.bincount(which, weights=dry, minlength=len(settlements)) == 0)[which]  # all at sea: keep all
    which, easting, northing = which[dry], easting[dry], northing[dry]
    left = np.bincount(which, minlength=len(settlements))
    return _Points(
        easting,
        northing,
        which,
        1.0 / left[which],
        (area_m2 / counts)[which],
        np.zeros(len(which)),
    )


def _country_points(settlements: Settlements, outline: Outline, built: _Points, size_m: float) -> _Points:
    """Lattice points of the land; people are weights: the share of the square that is not built up."""
    from scipy.spatial import cKDTree  # noqa: PLC0415  (start-up time)

    xy = np.concatenate(outline.rings)
    step = size_m / _LATTICES
    low, high = np.floor(xy.min(axis=0) / size_m) * size_m, np.ceil(xy.max(axis=0) / size_m) * size_m
    axes = [np.arange(low[k] + step / 2, high[k], step) for k in (0, 1)]
    easting, northing = (a.ravel() for a in np.meshgrid(*axes))
    land = _on_land(outline, easting, northing)
    easting, northing = easting[land], northing[land]

    home = np.flatnonzero(settlements.inside)
    tree = cKDTree(np.column_stack([settlements.easting_m[home], settlements.northing_m[home]]))
    distance, near = tree.query(np.column_stack([easting, northing]), k=min(_NEIGHBOURS, len(home)))
    distance, near = distance.reshape(len(easting), -1), near.reshape(len(easting), -1)
    best = np.argmin(distance - settlements.built_up_radius_m[home][near], axis=1)
    nearest = home[near[np.arange(len(near)), best]]

    squares = np.concatenate(
        [
            _square(built.easting_m, built.northing_m, size_m),
            _square(easting, northing, size_m),
        ]
    )
    unique, code = np.unique(squares, return_inverse=True)
    count = len(built.people)
    built_m2 = np.bincount(code[:count], weights=built.built_m2, minlength=len(unique))
    land_m2 = np.bincount(code[count:], minlength=len(unique)) * step**2
    open_share = 1.0 - np.minimum(1.0, built_m2 / np.maximum(land_m2, 1.0))
    weight = open_share[code[count:]]
    zero = np.zeros(len(easting))
    return _Points(easting, northing, nearest, weight, zero, zero)


def _square(easting: FloatArray, northing: FloatArray, size_m: float) -> IntArray:
    """One whole number for each grid square of `size_m`."""
    return np.asarray(
        np.floor(northing / size_m).astype(np.int64) * 1_000_000 + np.floor(easting / size_m).astype(np.int64)
    )


def _on_land(outline: Outline, easting: FloatArray, northing: FloatArray) -> BoolArray:
    """Whether positions lie in one of the outline's rings."""
    import shapely  # noqa: PLC0415  (start-up time)

    inside = np.zeros(len(easting), dtype=np.bool_)
    for ring in outline.rings:
        polygon = shapely.Polygon(ring)
        shapely.prepare(polygon)
        inside |= shapely.contains_xy(polygon, easting, northing)
    return inside


def _scale(
    settlements: Settlements,
    districts: DistrictTotals,
    district_of: IntArray,
    built: _Points,
    country: _Points,
    countryside_per_km2: tuple[float, float],
) -> tuple[FloatArray, FloatArray]:
    """Residents of every sample point, such that each district has its total."""
    count = len(districts.name)
    home = settlements.inside
    listed = np.bincount(district_of[home], weights=settlements.population[home], minlength=count)
    weight = np.bincount(district_of[country.settlement], weights=country.people, minlength=count)[:count]
    # the weights are lattice points: their spacing gives the open land in km²
    spacing_m2 = _spacing_m2(country.easting_m)
    open_km2 = weight * spacing_m2 / 1e6
    rest = np.clip(
        districts.population - listed, countryside_per_km2[0] * open_km2, countryside_per_km2[1] * open_km2
    )
    rest = np.minimum(rest, 0.5 * districts.population)
    factor = np.ones(int(district_of.max()) + 1)
    factor[:count] = (districts.population - rest) / listed
    factor_of = np.where(home, factor[district_of], 1.0)
    people_built = built.people * (settlements.population * factor_of)[built.settlement]
    each = np.divide(rest, weight, out=np.zeros(count), where=weight > 0)
    return people_built, country.people * each[district_of[country.settlement]]


def _spacing_m2(coordinate_m: FloatArray) -> float:
    steps = np.diff(np.unique(coordinate_m))
    return float(steps.min()) ** 2 if len(steps) else 0.0


def _gather(
    points: _Points,
    settlements: Settlements,
    district_of: IntArray,
    names: tuple[str, ...],
    inside_count: int,
    size_m: float,
) -> Cells:
    """Sum sample points into one cell for each square and district."""
    square = _square(points.easting_m, points.northing_m, size_m)
    district = _join_minorities(square, district_of[points.settlement], points, inside_count, len(names))
    key, code = np.unique(square * 1000 + district, return_inverse=True)
    count = len(key)

    def total(weights: FloatArray) -> FloatArray:
        return np.bincount(code, weights=weights, minlength=count)

    people, land_m2 = total(points.people), total(points.land_m2)
    weight = points.people + 1e-9  # so that a cell without people has a centre too
    cell_district = (key % 1000).astype(np.int16)
    pair, pair_code = np.unique(code * len(settlements) + points.settlement, return_inverse=True)
    pair_people = np.bincount(pair_code, weights=weight)
    pair_cell, pair_settlement = np.divmod(pair, len(settlements))
    order = np.lexsort((pair_settlement, -pair_people, pair_cell))  # most people first, then lower index
    largest = order[np.unique(pair_cell[order], return_index=True)[1]]
    inside = cell_district < inside_count
    area_m2 = np.maximum(np.where(inside, land_m2, size_m**2), (size_m / _LATTICES) ** 2)
    in_town = points.people * (settlements.urban[points.settlement] & (points.built_m2 > 0))
    cells = Cells(
        total(weight * points.easting_m) / total(weight),
        total(weight * points.northing_m) / total(weight),
        people,
        cell_district,
        names,
        pair_settlement[largest].astype(np.int32),
        settlements.name,
        total(in_town) >= np.maximum(0.5 * people, 1e-9),
        inside,
        area_m2 / 1e6,
        np.minimum(1.0, total(points.built_m2) / area_m2),
    )
    return _take(cells, np.argsort(~inside, kind="stable"))


def _join_minorities(
    square: IntArray, district: IntArray, points: _Points, inside_count: int, all_count: int
) -> IntArray:
    """District of each point, after small parts of a square have joined its largest inside part."""
    unique, code = np.unique(square, return_inverse=True)
    table = np.bincount(
        code * all_count + district,
        weights=points.people + 1e-6 * points.land_m2,
        minlength=len(unique) * all_count,
    ).reshape(len(unique), all_count)[:, :inside_count]
    largest = np.argmax(table, axis=1)
    own = table[code, np.minimum(district, inside_count - 1)]
    small = (district < inside_count) & (own < MINORITY_PEOPLE)
    return np.asarray(np.where(small, largest[code], district))


def _fringe(cells: Cells, fringe_m: float, fringe_cells_max: int) -> Cells:
    """All inside cells, and of the others the nearest to them within `fringe_m`."""
    from scipy.spatial import cKDTree  # noqa: PLC0415  (start-up time)

    home, away = np.flatnonzero(cells.inside), np.flatnonzero(~cells.inside)
    if not len(away):
        return cells
    xy = np.column_stack([cells.easting_m, cells.northing_m])
    distance, _ = cKDTree(xy[home]).query(xy[away])
    order = np.argsort(distance, kind="stable")
    kept = order[(distance[order] <= fringe_m) & (cells.population[away[order]] > 0)][:fringe_cells_max]
    return _take(cells, np.concatenate([home, away[np.sort(kept)]]))


def _take(cells: Cells, index: IntArray) -> Cells:
    """The cells at `index`, in that order."""
    return Cells(
        cells.easting_m[index],
        cells.northing_m[index],
        cells.population[index],
        cells.district[index],
        cells.district_names,
        cells.settlement[index],
        cells.settlement_names,
        cells.urban[index],
        cells.inside[index],
        cells.area_km2[index],
        cells.built_up_share[index],
    )
