"""Where incidents happen: records' positions to the map, and shares of the model's weights by maximum likelihood."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calibration.demand.clean import Records
from calibration.demand.mixture import Mixture, fit_mixture, rescaled
from calibration.demand.reader import Rejected
from geo.grid import cell_corner
from scenarios.schema.scenario import Weight

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]

FEWEST = 30
"""Records inside the map below which a type's weights are not fitted."""
WEIGHTS: tuple[Weight, ...] = ("population", "urban_population", "road", "countryside")
"""The weights inside a service's area, in the order of all arrays here."""
NEAR_CELLS = 1.0
"""A position in no cell (the shore, a park) belongs to the nearest cell within so many cell sizes."""

UNKNOWN, NOT_ON_MAP, OVER_BORDER, NOT_COVERED = -1, -2, -3, -4


@dataclass(frozen=True, slots=True, eq=False)
class Map:
    """The demand geography: C cells, each weight's share of every cell, and names."""

    easting_m: F64
    northing_m: F64
    inside: NDArray[np.bool_]
    district: I64
    district_names: tuple[str, ...]
    settlement: I64
    settlement_names: tuple[str, ...]
    weights: F64  # (C, 4), columns in the order of WEIGHTS, each summing to 1
    cell_size_m: float
    covered: tuple[str, ...] = ()  # districts that the records cover, if not all

    def own_districts(self) -> list[int]:
        """Return the districts that the records cover, by index."""
        return sorted(set(self.district[self.covered_cells()].tolist()))

    def covered_cells(self) -> NDArray[np.bool_]:
        """Return which cells the records cover, (C,)."""
        if not self.covered:
            return self.inside
        of = np.array([name in self.covered for name in self.district_names])
        return np.asarray(self.inside & of[self.district], dtype=np.bool_)


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """Where each record lies: a region of the map, a district, or one of UNKNOWN, NOT_ON_MAP, OVER_BORDER, NOT_COVERED.

    A region is the smallest part of the map that the record's place tells: a grid square, or all cells of a
    settlement or district. ``weights`` (R, 4) are the weights' shares of every region.
    """

    region: I64
    district: I64  # -1 where unknown or not inside
    weights: F64


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Spatial fit of a type: shares of WEIGHTS, and records by district beside what the fit expects.

    ``misfit`` is Pearson's chi-square by district over its degrees of freedom: 1 where the weights tell all.
    ``unreached`` is the share of incidents that the fit expects in squares without any record, beyond what chance
    leaves empty: near 0 unless the records cover only a part of the map.
    """

    count: int
    mixture: Mixture
    by_district: F64
    expected_by_district: F64
    misfit: float
    unreached: float


def place(records: Records, on: Map) -> Placed:
    """Return where the records lie on a map."""
    square = _squares(on.easting_m, on.northing_m, on.cell_size_m)
    region = np.full(len(records), UNKNOWN, dtype=np.int64)
    district = np.full(len(records), -1, dtype=np.int64)
    regions: dict[object, int] = {}
    weights: list[F64] = []

    def number(key: object, cells: I64) -> int:
        if key not in regions:
            regions[key] = len(weights)
            weights.append(on.weights[cells].sum(axis=0))
        return regions[key]

    known = np.flatnonzero(np.isfinite(records.easting_m))
    cell = _nearest_cells(on, square, records.easting_m[known], records.northing_m[known])
    covered = on.covered_cells()
    by_square = _cells_by(square, covered)
    for i, c in zip(known.tolist(), cell.tolist(), strict=True):
        if c < 0:
            region[i] = NOT_ON_MAP
        elif not on.inside[c]:
            region[i] = OVER_BORDER
        elif not covered[c]:
            region[i] = NOT_COVERED
        else:
            region[i] = number(("square", int(square[c])), by_square[int(square[c])])
            district[i] = on.district[c]
    for i in np.flatnonzero(records.place_name != "").tolist():
        found = _named(on, str(records.place_name[i]))
        if found is None:
            region[i] = NOT_ON_MAP
            continue
        key, cells = found
        cells = cells[covered[cells]]
        if not cells.size:
            region[i] = NOT_COVERED
            continue
        region[i] = number(key, cells)
        of = np.unique(on.district[cells])
        district[i] = of[0] if of.size == 1 else -1
    return Placed(region, district, np.array(weights).reshape(-1, len(WEIGHTS)))


def _squares(easting: F64, northing: F64, size_m: float) -> I64:
    """Return one number for each grid square."""
    column = (cell_corner(easting, size_m) / size_m).astype(np.int64)
    row = (cell_corner(northing, size_m) / size_m).astype(np.int64)
    return column * 1_000_000 + row


def _cells_by(square: I64, inside: NDArray[np.bool_]) -> dict[int, I64]:
    found: dict[int, list[int]] = {}
    for c in np.flatnonzero(inside).tolist():
        found.setdefault(int(square[c]), []).append(c)
    return {key: np.array(cells) for key, cells in found.items()}


def _nearest_cells(on: Map, square: I64, easting: F64, northing: F64) -> I64:
    """Return the cell of each position: the nearest of its own square, else the nearest near by, else -1."""
    from scipy.spatial import cKDTree  # noqa: PLC0415  (start-up time)

    if not easting.size:
        return np.empty(0, dtype=np.int64)
    own = _squares(easting, northing, on.cell_size_m)
    single, many = np.unique(square, return_counts=True)
    shared = np.isin(own, single[many > 1])
    distance, nearest = cKDTree(np.column_stack([on.easting_m, on.northing_m])).query(
        np.column_stack([easting, northing])
    )
    cell = np.where(distance <= NEAR_CELLS * on.cell_size_m, nearest, -1).astype(np.int64)
    order = np.argsort(square, kind="stable")
    first = np.searchsorted(square[order], own, side="left")
    last = np.searchsorted(square[order], own, side="right")
    alone = (last > first) & ~shared
    cell[alone] = order[first[alone]]
    for i in np.flatnonzero((last > first) & shared):
        among = order[first[i] : last[i]]
        off = np.hypot(on.easting_m[among] - easting[i], on.northing_m[among] - northing[i])
        cell[i] = among[int(np.argmin(off))]
    return cell


def _named(on: Map, name: str) -> tuple[object, I64] | None:
    """Return the inside cells of a district or settlement, capitals ignored; None if the map has none."""
    wanted = name.strip().casefold()
    for kind, names, index in (
        ("district", on.district_names, on.district),
        ("settlement", on.settlement_names, on.settlement),
    ):
        for k, each in enumerate(names):
            if each.casefold() == wanted:
                cells = np.flatnonzero(on.inside & (index == k))
                if cells.size:
                    return (kind, k), cells
    return None


def fit_places(placed: Placed, rows: I64, on: Map) -> Places | str:
    """Return the spatial fit of the records ``rows``, or why there is none."""
    inside = rows[placed.region[rows] >= 0]
    if not inside.size:
        return "no row inside the map"
    if inside.size < FEWEST:
        return f"fewer than {FEWEST} rows inside the map"
    counts = np.bincount(placed.region[inside], minlength=len(placed.weights)).astype(np.float64)
    reached = placed.weights.sum(axis=1) > 0
    if counts[~reached].any():
        counts = np.where(reached, counts, 0.0)
    if counts.sum() < FEWEST:
        return f"fewer than {FEWEST} rows where people live or roads lie"
    covered = on.covered_cells()
    reach = on.weights[covered].sum(axis=0)
    within = np.divide(placed.weights, reach, out=np.zeros_like(placed.weights), where=reach > 0)
    mixture = rescaled(fit_mixture(within, counts), reach)
    own = on.own_districts()
    told = inside[placed.district[inside] >= 0]
    seen = np.array([(placed.district[told] == d).sum() for d in own], dtype=np.float64)
    cells = on.weights @ mixture.share
    share = np.array([cells[covered & (on.district == d)].sum() for d in own])
    share = share / share.sum()
    expected = share * seen.sum()
    used = expected > 1.0
    misfit = float("nan")
    if used.sum() > 1:
        misfit = float(((seen - expected)[used] ** 2 / expected[used]).sum() / (used.sum() - 1))
    hit = float((placed.weights[counts > 0] @ mixture.share).sum() / cells[covered].sum())
    unreached = max(0.0, 1.0 - hit - _left_empty(on, cells, float(counts.sum())))
    return Places(int(inside.size), mixture, seen, expected, misfit, unreached)


def _left_empty(on: Map, cells: F64, number: float) -> float:
    """Return the share expected in squares that chance leaves without any of ``number`` records."""
    covered = on.covered_cells()
    square = _squares(on.easting_m[covered], on.northing_m[covered], on.cell_size_m)
    share = np.bincount(
        np.unique(square, return_inverse=True)[1], weights=cells[covered] / cells[covered].sum()
    )
    return float((share * np.exp(-number * share)).sum())


OUTSIDE = {
    NOT_ON_MAP: "place: not on the map",
    OVER_BORDER: "place: over the border",
    NOT_COVERED: "place: in a district that the records are said not to cover",
}


def outside(placed: Placed, records: Records) -> list[Rejected]:
    """Return the records whose place is known but lies outside what is fitted: the place is lost, the row counts."""
    found = []
    for i in np.flatnonzero(placed.region < UNKNOWN).tolist():
        name = str(records.place_name[i])
        value = name or f"{records.easting_m[i]:.0f}, {records.northing_m[i]:.0f}"
        found.append(Rejected(int(records.row[i]), "place", OUTSIDE[int(placed.region[i])], value))
    return found


def off_map(placed: Placed, rows: Collection[int] | I64) -> dict[str, int]:
    """Return how many records are inside, over the border, not on the map, or of unknown place."""
    region = placed.region[np.asarray(rows, dtype=np.int64)]
    return {
        "inside": int((region >= 0).sum()),
        "over the border": int((region == OVER_BORDER).sum()),
        "not on the map": int((region == NOT_ON_MAP).sum()),
        "not covered": int((region == NOT_COVERED).sum()),
        "unknown": int((region == UNKNOWN).sum()),
    }
