"""A small town for maps built from files: written as OpenStreetMap, and as tables of areas and stations."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

LAT, LON = 52.6, -0.7  # of the middle; a thousandth of a degree is 111 m north, 68 m east

NODES = {  # thousandths of a degree north and east of the middle
    1: (0, -40), 2: (0, -20), 3: (0, 0), 4: (0, 20), 5: (0, 40),
    6: (10, 0), 7: (20, 0), 8: (-10, 0), 9: (-20, 0), 10: (20, 20), 11: (20, 40),
    12: (-20, 30), 13: (-20, 60), 14: (40, 0), 15: (-3, 40), 16: (-3, 20), 17: (-3, 0),
    18: (90, 0), 19: (90, 10),
}  # fmt: skip
WAYS = {
    100: ([1, 2, 3, 4, 5], {"highway": "secondary", "maxspeed": "60 mph"}),
    101: ([9, 8, 17, 3, 6, 7], {"highway": "residential", "maxspeed": "30 mph"}),
    102: ([7, 10, 11], {"highway": "tertiary"}),
    103: ([11, 5], {"highway": "tertiary"}),
    104: ([9, 12, 13], {"highway": "unclassified"}),
    105: ([13, 5], {"highway": "unclassified", "oneway": "yes"}),
    106: ([7, 14], {"highway": "service"}),
    107: ([2, 7], {"highway": "cycleway"}),
    108: ([15, 16, 17], {"highway": "primary", "oneway": "yes"}),
    109: ([5, 15], {"highway": "primary_link"}),
    110: ([14, 11], {"highway": "dragway"}),
    111: ([18, 19], {"highway": "residential"}),
}
BLOCKED = {10: "bollard"}


def osm() -> str:
    """The town as an OpenStreetMap file."""
    lines = ["<?xml version='1.0' encoding='UTF-8'?>", "<osm version='0.6'>"]
    for ref, (north, east) in NODES.items():
        at = f"lat='{LAT + north / 1000:.6f}' lon='{LON + east / 1000:.6f}'"
        tag = f"<tag k='barrier' v='{BLOCKED[ref]}'/>" if ref in BLOCKED else ""
        lines.append(f"<node id='{ref}' version='1' {at}>{tag}</node>")
    for ref, (refs, tags) in WAYS.items():
        inside = "".join(f"<nd ref='{each}'/>" for each in refs)
        inside += "".join(f"<tag k='{key}' v='{value}'/>" for key, value in tags.items())
        lines.append(f"<way id='{ref}' version='1'>{inside}</way>")
    return "\n".join([*lines, "</osm>", ""])


AREAS = """\
code,name,lat,lon,population,district,urban,area_km2
A1,Middle,52.6004,-0.7004,5000,Wland,true,1.2
A2,North,52.6202,-0.6905,900,Wland,false,2
A3,East,52.5805,-0.6504,700,Eland,false,4
A4,Station Road,52.5903,-0.7003,2500,Wland,true,0.8
A5,Abroad,52.6001,-0.6603,800,Over,false,2
"""
RECIPE = """\
title = "A small town"
[roads]
kind = "osm"
files = ["town.osm"]
source = {publisher = "OpenStreetMap", licence = "ODbL 1.0", attribution = "© OpenStreetMap contributors"}
[areas]
file = "areas.csv"
code = "code"
name = "name"
district = "district"
urban = "urban"
area_km2 = "area_km2"
"""


def write_town(folder: Path) -> Path:
    """Write the town's files; return its recipe."""
    (folder / "town.osm").write_text(osm(), encoding="utf-8")
    (folder / "areas.csv").write_text(AREAS, encoding="utf-8")
    recipe = folder / "town.toml"
    recipe.write_text(dedent(RECIPE), encoding="utf-8")
    return recipe
