"""Demand geography: population in square cells, made from settlements and district totals.

How: a settlement's residents are spread evenly over a disc of its built-up radius, less the water.
What is left of a district's total after its settlements lives evenly on the rest of its land. The part of
the countryside nearest to a settlement (measured from the edge of its disc) belongs to that settlement's
district. Each square that holds people of two districts becomes one cell for each.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.errors import Fault, GeoDataError
from geo.samples import LATTICE_POINTS, SamplePoints, built_points, country_points, square_of
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
        """Number of cells."""
        return len(self.population)


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
    built = built_points(settlements, outline)
    country = country_points(settlements, outline, built, size_m)
    people_built, people_country = _scale(
        settlements, districts, district_of, built, country, countryside_per_km2
    )
    points = SamplePoints(
        np.concatenate([built.easting_m, country.easting_m]),
        np.concatenate([built.northing_m, country.northing_m]),
        np.concatenate([built.settlement, country.settlement]),
        np.concatenate([people_built, people_country]),
        np.concatenate([built.built_m2, country.built_m2]),
        np.concatenate([built.land_m2, country.land_m2]),
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
    people = dict.fromkeys(known, 0.0)
    for district, number in zip(settlements.district, settlements.population.tolist(), strict=True):
        people[district] = people.get(district, 0.0) + number
    faults += [
        Fault("settlements", "population", "0", f"nobody lives in {name}; give the people of its places")
        for name in sorted(known & inside)
        if not people[name] > 0.0
    ]
    if faults:
        raise GeoDataError("settlements.csv, districts.csv", faults)


def _scale(
    settlements: Settlements,
    districts: DistrictTotals,
    district_of: IntArray,
    built: SamplePoints,
    country: SamplePoints,
    countryside_per_km2: tuple[float, float],
) -> tuple[FloatArray, FloatArray]:
    """Residents of every sample point, such that each district has its total."""
    count = len(districts.name)
    home = settlements.inside
    listed = np.bincount(district_of[home], weights=settlements.population[home], minlength=count)
    weight = np.bincount(district_of[country.settlement], weights=country.people, minlength=count)[:count]
    open_m2 = country.people * country.land_m2  # the land of each lattice point that is not built up
    open_km2 = np.bincount(district_of[country.settlement], weights=open_m2, minlength=count)[:count] / 1e6
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


def _gather(
    points: SamplePoints,
    settlements: Settlements,
    district_of: IntArray,
    names: tuple[str, ...],
    inside_count: int,
    size_m: float,
) -> Cells:
    """Sum sample points into one cell for each square and district."""
    square = square_of(points.easting_m, points.northing_m, size_m)
    district = _join_minorities(square, district_of[points.settlement], points, inside_count, len(names))
    key, code = np.unique(square * 1000 + district, return_inverse=True)
    count = len(key)

    def total(weights: FloatArray) -> FloatArray:
        return np.asarray(np.bincount(code, weights=weights, minlength=count), dtype=np.float64)

    people, land_m2 = total(points.people), total(points.land_m2)
    weight = points.people + 1e-9  # so that a cell without people has a centre too
    cell_district = (key % 1000).astype(np.int16)
    pair, pair_code = np.unique(code * len(settlements) + points.settlement, return_inverse=True)
    pair_people = np.bincount(pair_code, weights=weight)
    pair_cell, pair_settlement = np.divmod(pair, len(settlements))
    order = np.lexsort((pair_settlement, -pair_people, pair_cell))  # most people first, then lower index
    largest = order[np.unique(pair_cell[order], return_index=True)[1]]
    inside = cell_district < inside_count
    area_m2 = np.maximum(np.where(inside, land_m2, size_m**2), (size_m / LATTICE_POINTS) ** 2)
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
    square: IntArray, district: IntArray, points: SamplePoints, inside_count: int, all_count: int
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
    distance = np.asarray(cKDTree(xy[home]).query(xy[away])[0])
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
