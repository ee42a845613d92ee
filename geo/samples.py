"""Sample points that stand for people and land, before they are gathered into cells."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from geo.settlements import Outline, Settlements

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

_BLOB_AREA_M2 = 12_500.0  # one sample point of a settlement for each 112 m square
LATTICE_POINTS = 4  # countryside is sampled on this many points along a cell's side
_NEIGHBOURS = 6  # settlement centres considered when looking for the nearest edge


@dataclass(frozen=True, slots=True)
class SamplePoints:
    """N sample points; all arrays (N,)."""

    easting_m: FloatArray
    northing_m: FloatArray
    settlement: IntArray
    people: FloatArray
    built_m2: FloatArray
    land_m2: FloatArray


@lru_cache(maxsize=512)
def _sunflower(count: int) -> FloatArray:
    """`count` points spread evenly over the unit disc (Vogel's spiral), (count, 2)."""
    k = np.arange(count) + 0.5
    radius, angle = np.sqrt(k / count), np.pi * (1 + np.sqrt(5)) * k
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])


def built_points(settlements: Settlements, outline: Outline) -> SamplePoints:
    """Sample points of all settlements' discs; people are shares of their settlement."""
    area_m2 = np.pi * settlements.built_up_radius_m**2
    counts = np.maximum(7, np.rint(area_m2 / _BLOB_AREA_M2)).astype(np.int64)
    which = np.repeat(np.arange(len(settlements)), counts)
    unit = np.concatenate([_sunflower(int(n)) for n in counts])
    radius = settlements.built_up_radius_m[which]
    easting = settlements.easting_m[which] + unit[:, 0] * radius
    northing = settlements.northing_m[which] + unit[:, 1] * radius
    # inside places keep to the outline's land; outside places keep out of it
    dry = settlements.inside[which] == _on_land(outline, easting, northing)
    dry |= (np.bincount(which, weights=dry, minlength=len(settlements)) == 0)[which]  # nothing left: keep all
    which, easting, northing = which[dry], easting[dry], northing[dry]
    left = np.bincount(which, minlength=len(settlements))
    return SamplePoints(
        easting,
        northing,
        which,
        1.0 / left[which],
        (area_m2 / counts)[which],
        np.zeros(len(which)),
    )


def country_points(
    settlements: Settlements, outline: Outline, built: SamplePoints, size_m: float
) -> SamplePoints:
    """Lattice points of the land; people are weights: the share of the square that is not built up."""
    from scipy.spatial import cKDTree  # noqa: PLC0415  (start-up time)

    xy = np.concatenate(outline.rings)
    step = size_m / LATTICE_POINTS
    low, high = np.floor(xy.min(axis=0) / size_m) * size_m, np.ceil(xy.max(axis=0) / size_m) * size_m
    axes = [np.arange(low[k] + step / 2, high[k], step) for k in (0, 1)]
    easting, northing = (a.ravel() for a in np.meshgrid(*axes))
    land = _on_land(outline, easting, northing)
    easting, northing = easting[land], northing[land]

    home = np.flatnonzero(settlements.inside)
    tree = cKDTree(np.column_stack([settlements.easting_m[home], settlements.northing_m[home]]))
    found = tree.query(np.column_stack([easting, northing]), k=min(_NEIGHBOURS, len(home)))
    distance, near = (np.asarray(each).reshape(len(easting), -1) for each in found)
    best = np.argmin(distance - settlements.built_up_radius_m[home][near], axis=1)
    nearest = home[near[np.arange(len(near)), best]]

    squares = np.concatenate(
        [
            square_of(built.easting_m, built.northing_m, size_m),
            square_of(easting, northing, size_m),
        ]
    )
    unique, code = np.unique(squares, return_inverse=True)
    count = len(built.people)
    built_m2 = np.bincount(code[:count], weights=built.built_m2, minlength=len(unique))
    land_m2 = np.bincount(code[count:], minlength=len(unique)) * step**2
    open_share = 1.0 - np.minimum(1.0, built_m2 / np.maximum(land_m2, 1.0))
    weight = open_share[code[count:]]
    zero = np.zeros(len(easting))
    return SamplePoints(easting, northing, nearest, weight, zero, np.full(len(easting), step**2))


def square_of(easting: FloatArray, northing: FloatArray, size_m: float) -> IntArray:
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
