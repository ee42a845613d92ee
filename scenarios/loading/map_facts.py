"""The land of a map, to check positions against: the outline of the service's ground, and the settlements.

Read for checks only, and leniently: what is wrong with the tables themselves is told by the readers of ``geo``.
"""

from __future__ import annotations

import csv
import io
import math
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from shapely import MultiPolygon, Point, Polygon

from geo.building.manifest import read_manifest
from geo.errors import GeoDataError
from geo.plain_files import read_plain

KM_A_DEGREE = 111.2
COAST_KM = 3.0
"""How far off the outline (drawn to about 1 km) a position of the service's own ground may lie."""
BEYOND_KM = 25.0
"""How far from the ground a neighbour's station may stand: as far as the map goes."""
LONELY_KM = 6.0
"""How far from every settlement and road point a position beyond the ground may lie: else it is sea, or off the map."""


@dataclass(frozen=True, slots=True, eq=False)
class Land:
    """Outline, and settlements and road points of a map, in kilometres about its middle."""

    middle: tuple[float, float]  # latitude, longitude
    ground: MultiPolygon
    places: NDArray[np.float64]  # (n, 2)

    def at(self, lat: float, lon: float) -> tuple[float, float]:
        """Return a position in kilometres east and north of the middle."""
        north = KM_A_DEGREE * (lat - self.middle[0])
        return KM_A_DEGREE * math.cos(math.radians(self.middle[0])) * (lon - self.middle[1]), north

    def on_ground(self, lat: float, lon: float) -> bool:
        """Return whether a position lies on the service's own ground."""
        return bool(self.ground.distance(Point(self.at(lat, lon))) <= COAST_KM)

    def near(self, lat: float, lon: float) -> bool:
        """Return whether a position lies on the ground, or on land that is not far from it."""
        if self.on_ground(lat, lon):
            return True
        here = self.at(lat, lon)
        if float(np.hypot(*(self.places - here).T).min()) > LONELY_KM:
            return False
        return bool(self.ground.distance(Point(here)) <= BEYOND_KM)


def read_land(folder: Path) -> Land | None:
    """Return the land of the map in ``folder``; None where its tables do not tell it."""
    try:
        return _land(
            *(read_plain(folder / name) for name in ("outline.csv", "settlements.csv", "road_points.csv"))
        )
    except OSError:
        return None


@lru_cache(maxsize=2)
def _land(outline: bytes, settlements: bytes, road_points: bytes) -> Land | None:
    """Return the land that three tables tell: worked out once for each content."""
    try:
        rings: dict[str, list[tuple[float, float]]] = {}
        for row in _rows(outline):
            rings.setdefault(row["ring"], []).append((float(row["lat"]), float(row["lon"])))
        known = [_rows(settlements), _rows(road_points)]
        if not all(known):
            return None  # a table without rows is told by its reader
        places = [(float(row["lat"]), float(row["lon"])) for rows in known for row in rows]
    except (ValueError, KeyError, TypeError, csv.Error):
        return None
    points = [point for ring in rings.values() for point in ring]
    if not points or any(len(ring) < 3 for ring in rings.values()) or not places:
        return None
    if not all(math.isfinite(number) for point in points + places for number in point):
        return None
    middle = (sum(lat for lat, _ in points) / len(points), sum(lon for _, lon in points) / len(points))
    bare = Land(middle, MultiPolygon(), np.zeros((0, 2)))
    polygons = [Polygon([bare.at(lat, lon) for lat, lon in ring]).buffer(0) for ring in rings.values()]
    parts = [part for each in polygons for part in getattr(each, "geoms", [each])]
    return Land(middle, MultiPolygon(parts), np.array([bare.at(lat, lon) for lat, lon in places]))


def _rows(content: bytes) -> list[dict[str, str]]:
    text = content.decode("utf-8-sig")
    if "\0" in text:
        raise ValueError("no text")
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


@dataclass(frozen=True, slots=True, eq=False)
class MapFacts:
    """What a scenario is checked against; nothing is checked of what a map does not tell."""

    districts: tuple[str, ...] = ()
    bands: tuple[str, ...] = ()  # of the week
    land: Land | None = None


def map_facts(folder: Path, built: Path | None = None) -> MapFacts:
    """Return what the tables of a map tell, or the folder of one that was ``built``."""
    if built is not None:
        return _built_facts(folder, built)
    return MapFacts(
        tuple(row["district"] for row in _lenient(folder / "districts.csv") if row.get("district")),
        band_names(folder),
        read_land(folder),
    )


def _built_facts(folder: Path, built: Path) -> MapFacts:
    try:
        manifest = read_manifest(built)
    except GeoDataError:
        return MapFacts(bands=band_names(folder))
    ring = [(float(lat), float(lon)) for lat, lon in manifest["outline"]]
    middle = (sum(lat for lat, _ in ring) / len(ring), sum(lon for _, lon in ring) / len(ring))
    bare = Land(middle, MultiPolygon(), np.zeros((0, 2)))
    ground = MultiPolygon([Polygon([bare.at(lat, lon) for lat, lon in ring])])
    roads = np.array([bare.at(float(lat), float(lon)) for lat, lon in manifest["roads_at"]])
    return MapFacts(tuple(manifest["districts"]), band_names(folder), Land(middle, ground, roads))


def band_names(folder: Path) -> tuple[str, ...]:
    """Return the names of the map's bands of the week, none if its table does not tell them."""
    return tuple(dict.fromkeys(row["band"] for row in _lenient(folder / "bands.csv") if row.get("band")))


def _lenient(path: Path) -> list[dict[str, str]]:
    try:
        return _rows(read_plain(path))
    except (OSError, ValueError, csv.Error):
        return []
