"""Positions of a map's own tables, held against its outline: swapped or misread, they lie in the sea or far off."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from shapely import MultiPolygon, Polygon, distance, points
from shapely.ops import unary_union

from geo.errors import Fault, GeoDataError
from geo.settlements import Outline, Settlements

F64 = NDArray[np.float64]

COAST_M = 3_000.0
"""How far off the outline (drawn to about 1 km) a place of the service's own may lie."""
BEYOND_M = 60_000.0
"""How far from the outline a place of a neighbour, or a road point, may lie: maps go as far as help comes from."""


def check_settlements(settlements: Settlements, outline: Outline, file: str) -> None:
    """Raise GeoDataError naming every settlement off the ground it is said to be on, or off the map."""
    away = metres_off(outline, settlements.easting_m, settlements.northing_m)
    faults = []
    for name, inside, far in zip(settlements.name, settlements.inside.tolist(), away.tolist(), strict=True):
        if inside and far > COAST_M:
            faults.append(
                Fault(name, "lat, lon", "", f"{far / 1000:.0f} km off the service's ground; swapped?")
            )
        elif far > BEYOND_M:
            faults.append(Fault(name, "lat, lon", "", f"{far / 1000:.0f} km away: off the map; swapped?"))
    if faults:
        raise GeoDataError(file, faults)


def check_points(
    names: tuple[str, ...], easting_m: F64, northing_m: F64, outline: Outline, file: str
) -> None:
    """Raise GeoDataError naming every point that is off the map."""
    away = metres_off(outline, easting_m, northing_m)
    faults = [
        Fault(name, "lat, lon", "", f"{far / 1000:.0f} km away: off the map; swapped?")
        for name, far in zip(names, away.tolist(), strict=True)
        if far > BEYOND_M
    ]
    if faults:
        raise GeoDataError(file, faults)


def metres_off(outline: Outline, easting_m: F64, northing_m: F64) -> F64:
    """Return how far (n,) positions lie from the ground within an outline; 0 on it."""
    ground = unary_union([Polygon(ring).buffer(0.0) for ring in outline.rings])
    ground = ground if not ground.is_empty else MultiPolygon()
    return np.asarray(distance(ground, points(easting_m, northing_m)), dtype=np.float64)
