"""The written-down M11 and M25 against the Ordnance Survey's lines."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
import shapely

from geo.grid import to_grid
from tests.geo import essex

LINES = (
    Path(__file__).resolve().parents[2].parent / "shared" / "data" / "roads" / "essex_bbox_motorways.geojson"
)

pytestmark = pytest.mark.skipif(not LINES.is_file(), reason=f"motorway lines are not at {LINES}")


def motorways() -> shapely.Geometry:
    features = json.loads(LINES.read_text(encoding="utf-8"))["features"]
    lines = []
    for feature in features:
        shape = shapely.geometry.shape(feature["geometry"])
        for part in getattr(shape, "geoms", [shape]):
            lon, lat = np.array(part.coords)[:, :2].T
            lines.append(shapely.LineString(np.column_stack(to_grid(lat, lon))))
    return shapely.union_all(lines)


def metres_off() -> dict[str, float]:
    """Distance of every written-down motorway point within the lines' extent."""
    known = motorways()
    west, south, east, north = known.bounds
    off = {}
    with (essex.FOLDER / "road_points.csv").open(encoding="utf-8", newline="") as handle:
        for r in csv.DictReader(handle):
            if not r["point"].startswith(("M25 ", "M11 ")):
                continue
            e, n = to_grid(float(r["lat"]), float(r["lon"]))
            # The extract is cut at its box: points near its edge have no line to be near to.
            if west + 2000 < e < east + 500 and south + 2000 < n < north - 2000:
                off[r["point"]] = float(known.distance(shapely.Point(float(e), float(n))))
    return off


def test_motorway_points_lie_on_the_motorway() -> None:
    off = metres_off()
    print({k: round(v) for k, v in off.items()})  # noqa: T201
    assert len(off) >= 20
    assert np.median(list(off.values())) <= 300
    assert max(off.values()) <= 1000


def test_the_m11_is_as_long_as_the_ordnance_survey_has_it() -> None:
    """From the M25 to junction 8, where both are whole: the survey's line between our two junctions."""
    roads = essex.roads()
    index = {name: i for i, name in enumerate(roads.point_name)}
    names = ["M25 J27", "M11 Epping bend", "M11 J7", "M11 Sheering bend", "M11 Hallingbury bend", "M11 J8"]
    i = [index[n] for n in names]
    written = float(np.hypot(np.diff(roads.point_easting_m[i]), np.diff(roads.point_northing_m[i])).sum())
    # By the milepost signs, junction 6 (M25) to junction 8 is 23.4 km (knowledge, to 1 km).
    assert written == pytest.approx(23_400, abs=1500)
