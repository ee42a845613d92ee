"""Reading the tables of written-down roads, barriers, crossings and speeds."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np

from geo.barriers import Barriers
from geo.errors import Fault, GeoDataError
from geo.grid import GREAT_BRITAIN_LAT, GREAT_BRITAIN_LON, to_grid
from geo.network import RoadPart, RoadTable
from geo.roads import ROAD_CLASSES
from geo.settlements import RowReader
from geo.speeds import SpeedProfile

ARROW = ">"
"""Between the points of a road part, in the order of travel."""

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def read_roads(points_path: Path, roads_path: Path) -> RoadTable:
    """Written-down roads from two CSV files.

    Points: `point` (unique name), `lat`, `lon` (WGS84 degrees), `access` (true: journeys may start or end
    here). Roads: `road`, `part`, `class` (one of ROAD_CLASSES), `oneway` (true/false), `points` (names
    joined by `>`, at least two). Further columns (carriageway, source, confidence) are for people.
    """
    table = RowReader(points_path, ("point", "lat", "lon", "access"))
    count = range(len(table.rows))
    names = [table.text(i, "point") for i in count]
    lat = [table.number(i, "lat", *GREAT_BRITAIN_LAT) for i in count]
    lon = [table.number(i, "lon", *GREAT_BRITAIN_LON) for i in count]
    access = [table.truth(i, "access") for i in count]
    index: dict[str, int] = {}
    for i, name in enumerate(names):
        if name in index:
            table.fault(i, "point", "is listed twice; rename or remove one")
        index[name] = i
    table.raise_faults()
    easting, northing = to_grid(lat, lon)
    parts = _read_parts(roads_path, index)
    return RoadTable(tuple(names), easting, northing, np.array(access, dtype=np.bool_), parts)


def _read_parts(path: Path, index: dict[str, int]) -> tuple[RoadPart, ...]:
    table = RowReader(path, ("road", "part", "class", "oneway", "points"))
    parts = []
    for i in range(len(table.rows)):
        road_class = table.text(i, "class")
        if road_class not in ROAD_CLASSES:
            table.fault(i, "class", f"choose one of {', '.join(ROAD_CLASSES)}")
        names = [p.strip() for p in table.text(i, "points").split(ARROW)]
        if len(names) < 2:
            table.fault(i, "points", "a road needs at least two points, joined by >")
        unknown = [p for p in names if p not in index]
        if unknown:
            remedy = "not in the table of points; add or correct"
            table.faults.append(Fault(f"line {i + 2}", "points", ", ".join(unknown), remedy))
        points = tuple(index.get(p, 0) for p in names)
        text = (table.text(i, "road"), table.text(i, "part"))
        parts.append(RoadPart(*text, road_class, points, table.truth(i, "oneway")))
    table.raise_faults()
    return tuple(parts)


def read_barriers(barriers_path: Path, crossings_path: Path) -> Barriers:
    """Barriers and crossings from two CSV files.

    Barriers: `barrier`, `lat`, `lon`, vertices in order along each barrier. Crossings: `crossing`, `lat`,
    `lon`, `radius_m` (how far from there a written-down road may cross).
    """
    table = RowReader(barriers_path, ("barrier", "lat", "lon"))
    count = range(len(table.rows))
    name = [table.text(i, "barrier") for i in count]
    lat = [table.number(i, "lat", *GREAT_BRITAIN_LAT) for i in count]
    lon = [table.number(i, "lon", *GREAT_BRITAIN_LON) for i in count]
    for each in sorted(set(name)):
        if name.count(each) < 2:
            table.fault(name.index(each), "barrier", "a barrier needs at least two vertices")
    table.raise_faults()
    xy = np.column_stack(to_grid(lat, lon))
    same = np.array([a == b for a, b in pairwise(name)])
    x = RowReader(crossings_path, ("crossing", "lat", "lon", "radius_m"))
    rows = range(len(x.rows))
    crossing = tuple(x.text(i, "crossing") for i in rows)
    at = [(x.number(i, "lat", *GREAT_BRITAIN_LAT), x.number(i, "lon", *GREAT_BRITAIN_LON)) for i in rows]
    radius = np.array([x.number(i, "radius_m", 1.0, 20_000.0) for i in rows])
    x.raise_faults()
    return Barriers(
        tuple(n for n, keep in zip(name, same, strict=False) if keep),
        xy[:-1][same],
        xy[1:][same],
        crossing,
        np.column_stack(to_grid([a for a, _ in at], [b for _, b in at])),
        radius,
    )


def read_speeds(speeds_path: Path, bands_path: Path) -> dict[str, SpeedProfile]:
    """Speed profiles by name from two CSV files.

    Bands: `band`, `first_day`, `last_day` (Mon..Sun), `from_hour`, `to_hour` (0..24); later rows overrule
    earlier ones; the whole week must be covered. Speeds: `profile`, `class`, `kph`, and one column
    `<band>_factor` for each band. Every profile gives every class once.
    """
    names, hours = _read_bands(bands_path)
    factors = [f"{b}_factor" for b in names]
    table = RowReader(speeds_path, ("profile", "class", "kph", *factors))
    found: dict[str, dict[str, tuple[float, list[float]]]] = {}
    for i in range(len(table.rows)):
        profile, road_class = table.text(i, "profile"), table.text(i, "class")
        given = found.setdefault(profile, {})
        if road_class not in ROAD_CLASSES:
            table.fault(i, "class", f"choose one of {', '.join(ROAD_CLASSES)}")
        elif road_class in given:
            table.fault(i, "class", f"profile {profile} has this class already; remove one row")
        given[road_class] = (
            table.number(i, "kph", 1.0, 200.0),
            [table.number(i, f, 0.1, 3.0) for f in factors],
        )
    for profile, given in found.items():
        lacking = [c for c in ROAD_CLASSES if c not in given]
        if lacking:
            remedy = f"has no row for {', '.join(lacking)}; add them"
            table.faults.append(Fault("profile", profile, "", remedy))
    table.raise_faults()
    return {
        profile: SpeedProfile(
            profile,
            np.array([given[c][0] for c in ROAD_CLASSES]),
            names,
            np.array([given[c][1] for c in ROAD_CLASSES]).T,
            hours,
        )
        for profile, given in found.items()
    }


def _read_bands(path: Path) -> tuple[tuple[str, ...], np.ndarray[tuple[int], np.dtype[np.int8]]]:
    table = RowReader(path, ("band", "first_day", "last_day", "from_hour", "to_hour"))
    names: list[str] = []
    hours = np.full((7, 24), -1, dtype=np.int8)
    for i in range(len(table.rows)):
        band = table.text(i, "band")
        if band not in names:
            names.append(band)
        days = [table.text(i, f) for f in ("first_day", "last_day")]
        for f, day in zip(("first_day", "last_day"), days, strict=True):
            if day not in DAYS:
                table.fault(i, f, f"choose one of {', '.join(DAYS)}")
        start, end = int(table.number(i, "from_hour", 0, 24)), int(table.number(i, "to_hour", 0, 24))
        if not table.faults:
            hours[DAYS.index(days[0]) : DAYS.index(days[1]) + 1, start:end] = names.index(band)
    table.raise_faults()
    if (hours < 0).any():
        day, hour = np.argwhere(hours < 0)[0]
        remedy = f"no band for {DAYS[day]} {hour}:00; cover the week"
        raise GeoDataError(path, [Fault("file", "", "", remedy)])
    return tuple(names), hours.ravel()
