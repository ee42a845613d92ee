"""Coordinates: WGS84 and the British National Grid (EPSG:27700), and National Grid letters.

Everything inside the model is in metres of EPSG:27700; latitude and longitude appear only in files.
The pyproj transformation is the one without the OSTN15 grid file, which is good to about 5 m: a
hundredth of the cells' size.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

if TYPE_CHECKING:
    from pyproj import Transformer

FloatArray = NDArray[np.float64]

GREAT_BRITAIN_LAT = (49.0, 61.5)
"""Latitudes (degrees) between which a WGS84 position can lie in Great Britain."""
GREAT_BRITAIN_LON = (-9.0, 2.5)
"""Longitudes (degrees) between which a WGS84 position can lie in Great Britain."""

_LETTERS = "ABCDEFGHJKLMNOPQRSTUVWXYZ"  # the National Grid leaves out I


@lru_cache(maxsize=2)
def _transformer(source: int, target: int) -> Transformer:
    from pyproj import Transformer  # noqa: PLC0415  (0.1 s that `--help` must not pay)

    # allow_ballpark=False: refuse the silent kilometre-scale fallback if the datum shift is missing.
    return Transformer.from_crs(source, target, always_xy=True, allow_ballpark=False)


def to_grid(lat: ArrayLike, lon: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Eastings and northings (metres, EPSG:27700) of WGS84 positions (degrees); shapes as given."""
    x, y = _transformer(4326, 27700).transform(
        np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    )
    return np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)


def to_wgs84(easting: ArrayLike, northing: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Latitudes and longitudes (degrees, WGS84) of EPSG:27700 positions (metres); shapes as given."""
    x, y = _transformer(27700, 4326).transform(
        np.asarray(easting, dtype=np.float64), np.asarray(northing, dtype=np.float64)
    )
    return np.asarray(y, dtype=np.float64), np.asarray(x, dtype=np.float64)


def in_great_britain(lat: ArrayLike, lon: ArrayLike) -> NDArray[np.bool_]:
    """Whether WGS84 positions (degrees) can lie in Great Britain; swapped or grid values do not."""
    la, lo = np.asarray(lat, dtype=np.float64), np.asarray(lon, dtype=np.float64)
    return np.asarray(
        (la >= GREAT_BRITAIN_LAT[0])
        & (la <= GREAT_BRITAIN_LAT[1])
        & (lo >= GREAT_BRITAIN_LON[0])
        & (lo <= GREAT_BRITAIN_LON[1])
    )


def cell_corner(coordinate_m: ArrayLike, size_m: float = 1000.0) -> FloatArray:
    """Lower left corner (metres) of the grid square of `size_m` that each coordinate falls in."""
    return np.asarray(np.floor(np.asarray(coordinate_m, dtype=np.float64) / size_m) * size_m)


def distance_m(
    easting: ArrayLike, northing: ArrayLike, to_easting: ArrayLike, to_northing: ArrayLike
) -> FloatArray:
    """Straight-line distances in metres between grid positions; broadcasts."""
    dx = np.asarray(to_easting, dtype=np.float64) - np.asarray(easting, dtype=np.float64)
    dy = np.asarray(to_northing, dtype=np.float64) - np.asarray(northing, dtype=np.float64)
    return np.asarray(np.hypot(dx, dy))


def grid_letters(easting: float, northing: float, digits: int = 2) -> str:
    """National Grid reference with letters, e.g. `TL7006` with two digits (1 km).

    Raises ValueError outside the National Grid (0 to 700 km east, 0 to 1,300 km north).
    """
    if not (0 <= easting < 700_000 and 0 <= northing < 1_300_000):
        msg = f"({easting:.0f}, {northing:.0f}) lies outside the National Grid; give EPSG:27700 metres"
        raise ValueError(msg)
    e100, n100 = int(easting // 100_000), int(northing // 100_000)
    # 500 km squares run S, T / N, O / H, J from the false origin; 100 km squares A..Z row by row.
    first = (19 - n100) - (19 - n100) % 5 + (e100 + 10) // 5
    second = (19 - n100) * 5 % 25 + e100 % 5
    step = 10 ** (5 - digits)
    e, n = int(easting % 100_000 // step), int(northing % 100_000 // step)
    return f"{_LETTERS[first]}{_LETTERS[second]}{e:0{digits}d}{n:0{digits}d}"
