"""What a geography says of itself: counts, what fell away, and where it is, for checks of positions."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.building.areas import Areas
from geo.building.links import Links
from geo.building.simplify import Parts
from geo.building.snapping import Snapped
from geo.building.stations import StationList
from geo.grid import to_wgs84

F64 = NDArray[np.float64]

_SQUARE_M = 2000.0  # side of the squares by which the manifest tells where there are roads


def counts(
    raw: int, links: Links, areas: Areas, stations: StationList | None, parts: Parts
) -> dict[str, Any]:
    """Return how many of what a geography has."""
    cells = areas.cells
    return {
        "links_in_source": raw,
        "links": len(links),
        "nodes": int(links.node_easting_m.size),
        "directed_edges": int(links.forward.sum() + links.backward.sum()),
        "km": round(float(links.length_m.sum()) / 1000.0, 3),
        "parts": parts.count,
        "areas": len(cells),
        "areas_inside": int(cells.inside.sum()),
        "population_inside": float(cells.population[cells.inside].sum()),
        "stations": 0 if stations is None else len(stations.code),
        "own_stations": 0 if stations is None else int(stations.own.sum()),
    }


def what_fell_away(parts: Parts) -> list[str]:
    """Return what a planner should know of roads that are not connected."""
    if not parts.left_m > 0.0:
        return []
    all_km = (parts.left_m + parts.kept_m) / 1000.0
    others = "; ".join(f"{metres / 1000:.1f} km round node {node}" for metres, node in parts.largest_left)
    more = f"; the largest others: {others}" if others else ""
    said = (
        f"{parts.left_m / 1000:.1f} km of {all_km:.1f} km of road cannot be reached and left again from the largest"
        f" connected part, and are left out ({parts.count} parts{more})."
    )
    return [said]


def who_is_far(areas: Areas, snapped: Snapped, far_m: float) -> list[str]:
    """Return which areas lie far from every road."""
    far = np.flatnonzero(snapped.off_m > far_m)
    if not far.size:
        return []
    worst = far[np.argsort(-snapped.off_m[far], kind="stable")][:10].tolist()
    named = ", ".join(f"{areas.code[i]} {snapped.off_m[i]:.0f} m" for i in worst)
    return [f"{far.size} areas lie more than {far_m:.0f} m from any road: {named}."]


def outline(areas: Areas) -> list[list[float]]:
    """Return the hull of the service's own areas as latitudes and longitudes."""
    inside = areas.cells.inside
    if areas.shapes is not None:
        shapes = [shape for shape, mine in zip(areas.shapes, inside.tolist(), strict=True) if mine]
    else:
        at = np.column_stack([areas.cells.easting_m, areas.cells.northing_m])[inside]
        shapes = list(np.atleast_1d(np.asarray(shapely.points(at))))
    hull = shapely.convex_hull(shapely.GeometryCollection(shapes)).buffer(1000.0)
    ring = shapely.get_coordinates(hull.exterior.simplify(100.0))
    return _degrees(ring[:, 0], ring[:, 1])


def roads_at(links: Links) -> list[list[float]]:
    """Return the squares that have roads, as latitudes and longitudes of their middles."""
    squares = np.unique(np.column_stack([links.x // _SQUARE_M, links.y // _SQUARE_M]), axis=0)
    return _degrees(*((squares + 0.5) * _SQUARE_M).T)


def _degrees(easting: F64, northing: F64) -> list[list[float]]:
    lat, lon = to_wgs84(easting, northing)
    return [[round(a, 5), round(b, 5)] for a, b in zip(lat.tolist(), lon.tolist(), strict=True)]
