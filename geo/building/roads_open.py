"""Roads from OS Open Roads (GeoPackage, GeoJSON, Shapefile), by the attributes of its RoadLink layer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.building.layers import read_layer
from geo.building.links import Links
from geo.building.reports import Notes
from geo.errors import Fault, GeoDataError
from geo.roads import CLASS_INDEX

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

NAMES = {
    "class": ("class", "road_classification", "roadClassification", "roadclassi"),
    "form": ("formOfWay", "form_of_way", "formofway"),
    "start": ("startNode", "start_node", "startnode"),
    "end": ("endNode", "end_node", "endnode"),
    "id": ("identifier", "id", "inspireid"),
}
"""Columns by what they hold, as the releases of the product spell them."""

CLASS_OF = {
    "Motorway": "motorway",
    "A Road": "single_a",
    "B Road": "b_road",
    "Classified Unnumbered": "minor",
    "Unclassified": "minor",
    "Not Classified": "minor",
    "Unknown": "minor",
}
_DUAL = {"Dual Carriageway", "Collapsed Dual Carriageway"}
_NEVER = {"Guided Busway"}


def read_open_roads(path: Path, notes: Notes, *, layer: str = "") -> Links:
    """Return the links of an OS Open Roads file. The product tells no one-way streets: every link is two-way.

    Raises GeoDataError if it cannot be read, lacks attributes, or holds values that are not the product's.
    """
    frame = read_layer(path, layer or _layer_of(path))
    column = _columns(path, frame)
    frame = frame.explode(index_parts=False, ignore_index=True)
    form = frame[column["form"]].astype(str).to_numpy()
    kind = frame[column["class"]].astype(str).to_numpy()
    unknown = sorted(set(kind) - set(CLASS_OF))
    if unknown:
        remedy = f"is no class of OS Open Roads; known are {', '.join(CLASS_OF)}"
        raise GeoDataError(path, [Fault("", column["class"], each, remedy) for each in unknown])
    drivable = ~np.isin(form, list(_NEVER)) & (frame.geometry.geom_type.to_numpy() == "LineString")
    notes.count("links left out: no carriageway for vehicles", int((~drivable).sum()))
    notes.say(
        "OS Open Roads tells no one-way streets and no turn restrictions: every link is driven both ways."
    )
    return _links(frame[drivable], column, kind[drivable], form[drivable])


def _layer_of(path: Path) -> str:
    """Return the layer of road links of a file of several, "" for the only one."""
    import pyogrio  # noqa: PLC0415  (start-up time)

    if path.suffix.lower() != ".gpkg":
        return ""
    try:
        names = [str(each[0]) for each in pyogrio.list_layers(path)]
    except Exception:
        return ""  # told when it is read
    return next((name for name in names if name.lower().replace("_", "") == "roadlink"), "")


def _columns(path: Path, frame: GeoDataFrame) -> dict[str, str]:
    have = {str(name).lower(): str(name) for name in frame.columns}
    found = {
        what: next((have[name.lower()] for name in names if name.lower() in have), "")
        for what, names in NAMES.items()
    }
    missing = [NAMES[what][0] for what in ("class", "form", "start", "end") if not found[what]]
    if missing:
        remedy = (
            f"the file has lines but not {', '.join(missing)} of the RoadLink layer"
            f" (it has {', '.join(have) or 'nothing'}): without"
            " them no road has a class and nothing is joined. Fetch OS Open Roads as GeoPackage"
        )
        raise GeoDataError(path, [Fault("attributes", "", "", remedy)])
    return found


def _links(
    frame: GeoDataFrame, column: dict[str, str], kind: NDArray[np.str_], form: NDArray[np.str_]
) -> Links:
    lines = frame.geometry.to_numpy()
    ends = frame[[column["start"], column["end"]]].astype(str).to_numpy()
    ids, index = np.unique(ends, return_inverse=True)
    index = index.reshape(-1, 2)
    xy, of = shapely.get_coordinates(lines, return_index=True)
    first = np.searchsorted(of, np.arange(len(lines) + 1)).astype(np.int64)
    easting, northing = np.zeros(ids.size), np.zeros(ids.size)
    for which, at in ((0, first[:-1]), (1, first[1:] - 1)):
        easting[index[:, which]], northing[index[:, which]] = xy[at, 0], xy[at, 1]
    classes = np.array(
        ["dual_a" if k == "A Road" and f in _DUAL else CLASS_OF[k] for k, f in zip(kind, form, strict=True)]
    )
    n = len(lines)
    name = frame[column["id"]].astype(str).to_numpy() if column["id"] else np.arange(n).astype(str)
    return Links(
        node_easting_m=easting,
        node_northing_m=northing,
        node_id=ids.astype(np.str_),
        start=index[:, 0].astype(np.int64),
        end=index[:, 1].astype(np.int64),
        forward=np.ones(n, dtype=bool),
        backward=np.ones(n, dtype=bool),
        length_m=shapely.length(lines),
        road_class=np.array([CLASS_INDEX[c] for c in classes], dtype=np.int8),
        access=(kind != "Motorway") & (form != "Slip Road"),
        limit_kph=np.full(n, np.nan, dtype=np.float32),
        source=name.astype(np.str_),
        x=xy[:, 0],
        y=xy[:, 1],
        first=first,
    )
