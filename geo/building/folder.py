"""The folder of a geography: roads, areas and stations as Parquet, matrices mapped into memory, and a manifest.

::

    manifest.json     what it is: recipe, sources with digest and licence, notes, facts for checks (written last)
    nodes.parquet     road nodes
    edges.parquet     road links with their shapes (opens in QGIS)
    areas.parquet     areas with people, and where each meets the roads
    stations.parquet  fire stations, where the recipe has them
    matrices/         minutes from every node to every area, by speeds
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.access import Places
from geo.barriers import Barriers
from geo.building.areas import Areas
from geo.building.barriers_table import write_barriers
from geo.building.links import Links, main_road_m
from geo.building.manifest import MANIFEST, Json, read_manifest
from geo.building.snapping import Snapped, lines_of
from geo.building.stations import StationList
from geo.cells import Cells
from geo.errors import Fault, GeoDataError
from geo.roads import ROAD_CLASSES

NODES, EDGES, AREAS, STATIONS = "nodes.parquet", "edges.parquet", "areas.parquet", "stations.parquet"
F64 = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class BuiltMap:
    """A geography as it is kept."""

    folder: Path
    manifest: Json
    cells: Cells
    code: tuple[str, ...]  # of areas
    size_m: F64  # (C,) side of the square over which an area's people are spread
    main_road_m: F64  # (C,) metres of main road nearest to each area
    snapped: Snapped  # of the areas

    def links(self) -> Links:
        """Return the roads. Raises GeoDataError if they cannot be read."""
        return read_links(self.folder)

    def places(self, easting: F64, northing: F64, built_up_share: F64) -> Places:
        """Return areas, then sites at the given positions, as places."""
        return Places(
            np.concatenate([self.cells.easting_m, easting]),
            np.concatenate([self.cells.northing_m, northing]),
            len(self.cells),
            np.concatenate([self.cells.built_up_share, built_up_share]),
            np.concatenate([self.size_m, np.zeros(len(easting))]),
        )


def read_map(folder: Path) -> BuiltMap:
    """Return a geography. Raises GeoDataError if a file is missing or damaged."""
    manifest = read_manifest(folder)
    table = _read(folder / AREAS)
    names = [tuple(manifest["districts"]), tuple(manifest["places"])]
    column = {name: table[name].to_numpy() for name in table.columns}
    cells = Cells(
        easting_m=column["easting_m"].astype(np.float64),
        northing_m=column["northing_m"].astype(np.float64),
        population=column["population"].astype(np.float64),
        district=column["district_index"].astype(np.int16),
        district_names=names[0],
        settlement=column["place_index"].astype(np.int32),
        settlement_names=names[1],
        urban=column["urban"].astype(np.bool_),
        inside=column["inside"].astype(np.bool_),
        area_km2=column["area_km2"].astype(np.float64),
        built_up_share=column["built_up_share"].astype(np.float64),
    )
    share, off_m, size_m, main_m = (
        column[name].astype(np.float64) for name in ("share", "off_m", "size_m", "main_road_m")
    )
    snapped = Snapped(column["edge"].astype(np.int64), share, off_m)
    code = tuple(column["code"].tolist())
    return BuiltMap(folder, manifest, cells, code, size_m, main_m, snapped)


def _read(path: Path) -> pd.DataFrame:
    try:
        import pyarrow.parquet as pq  # noqa: PLC0415

        table = pq.read_table(path)
        keep = [name for name in table.column_names if name != "geometry"]
        return pd.DataFrame(table.select(keep).to_pandas())
    except Exception as fault:  # Arrow has errors of its own
        remedy = f"is missing or damaged ({' '.join(str(fault).split())[:100]}); make the geography again"
        raise GeoDataError(path, [Fault("file", "", "", remedy)]) from None


def read_links(folder: Path) -> Links:
    """Return the road links of a geography. Raises GeoDataError."""
    import pyarrow.parquet as pq  # noqa: PLC0415

    nodes = _read(folder / NODES)
    edges = _read(folder / EDGES)
    lines = shapely.from_wkb(pq.read_table(folder / EDGES, columns=["geometry"])["geometry"].to_numpy())
    xy, of = shapely.get_coordinates(lines, return_index=True)
    return Links(
        node_easting_m=nodes["easting_m"].to_numpy(dtype=np.float64),
        node_northing_m=nodes["northing_m"].to_numpy(dtype=np.float64),
        node_id=nodes["node"].to_numpy().astype(np.str_),
        start=edges["start"].to_numpy(dtype=np.int64),
        end=edges["end"].to_numpy(dtype=np.int64),
        forward=edges["forward"].to_numpy(dtype=np.bool_),
        backward=edges["backward"].to_numpy(dtype=np.bool_),
        length_m=edges["length_m"].to_numpy(dtype=np.float64),
        road_class=_indices(edges["road_class"], ROAD_CLASSES).astype(np.int8),
        access=edges["access"].to_numpy(dtype=np.bool_),
        limit_kph=edges["limit_kph"].to_numpy(dtype=np.float32),
        source=edges["source"].to_numpy().astype(np.str_),
        x=xy[:, 0],
        y=xy[:, 1],
        first=np.searchsorted(of, np.arange(len(lines) + 1)).astype(np.int64),
    )


def read_kept_stations(folder: Path) -> StationList | None:
    """Return the stations of a geography, None if it has none. Raises GeoDataError."""
    if not (folder / STATIONS).exists():
        return None
    table = _read(folder / STATIONS)
    return StationList(
        tuple(table["code"].tolist()),
        tuple(table["name"].tolist()),
        tuple(table["service"].tolist()),
        table["own"].to_numpy(dtype=np.bool_),
        table["easting_m"].to_numpy(dtype=np.float64),
        table["northing_m"].to_numpy(dtype=np.float64),
    )


def _indices(column: pd.Series[Any], names: tuple[str, ...]) -> NDArray[np.int64]:
    return np.array([names.index(each) for each in column], dtype=np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class MapParts:
    """What a geography holds, before it is written."""

    links: Links
    areas: Areas
    snapped: Snapped
    stations: StationList | None
    barriers: Barriers


def write_map(folder: Path, parts: MapParts, manifest: Mapping[str, Any]) -> None:
    """Write a geography whole: into a folder beside, which then takes the name. Raises GeoDataError.

    A folder that is there already and is a geography is replaced; any other is left alone.
    """
    if folder.exists() and not (folder / MANIFEST).exists() and any(folder.iterdir()):
        remedy = "is not empty and is no geography; choose another folder with --out"
        raise GeoDataError(folder, [Fault("folder", "", "", remedy)])
    part = folder.with_name(f".{folder.name}.{os.getpid()}.part")
    try:
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        _write_tables(part, parts)
        files = {path.name: _about(path) for path in sorted(part.iterdir())}
        text = json.dumps({**manifest, "files": files}, indent=1, ensure_ascii=False) + "\n"
        (part / MANIFEST).write_text(text, encoding="utf-8", newline="\n")
        old = folder.with_name(f".{folder.name}.{os.getpid()}.old")
        if folder.exists():
            folder.replace(old)
        part.replace(folder)
        shutil.rmtree(old, ignore_errors=True)
    except OSError as fault:
        remedy = f"cannot be written ({fault.strerror or fault}); choose another folder with --out"
        raise GeoDataError(folder, [Fault("folder", "", "", remedy)]) from None
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _about(path: Path) -> Json:
    with path.open("rb") as content:
        return {"bytes": path.stat().st_size, "sha256": hashlib.file_digest(content, "sha256").hexdigest()}


def _write_tables(folder: Path, parts: MapParts) -> None:
    links, areas, snapped, stations = parts.links, parts.areas, parts.snapped, parts.stations
    write_barriers(folder, parts.barriers)
    nodes = shapely.points(links.node_easting_m, links.node_northing_m)
    _frame(
        {"node": links.node_id, "easting_m": links.node_easting_m, "northing_m": links.node_northing_m}, nodes
    ).to_parquet(folder / NODES, index=False)
    _frame(
        {
            "start": links.start.astype(np.int32),
            "end": links.end.astype(np.int32),
            "forward": links.forward,
            "backward": links.backward,
            "length_m": links.length_m,
            "road_class": [ROAD_CLASSES[i] for i in links.road_class.tolist()],
            "access": links.access,
            "limit_kph": links.limit_kph,
            "source": links.source,
        },
        lines_of(links),
    ).to_parquet(folder / EDGES, index=False)
    cells = areas.cells
    shapes = areas.shapes if areas.shapes is not None else shapely.points(cells.easting_m, cells.northing_m)
    _frame(
        {
            "code": areas.code,
            "place": [cells.settlement_names[i] for i in cells.settlement.tolist()],
            "district": [cells.district_names[i] for i in cells.district.tolist()],
            "population": cells.population,
            "easting_m": cells.easting_m,
            "northing_m": cells.northing_m,
            "urban": cells.urban,
            "inside": cells.inside,
            "area_km2": cells.area_km2,
            "built_up_share": cells.built_up_share,
            "size_m": areas.size_m,
            "main_road_m": main_road_m(links, cells),
            "edge": snapped.link,
            "share": snapped.share,
            "off_m": snapped.off_m,
            "district_index": cells.district,
            "place_index": cells.settlement,
        },
        shapes,
    ).to_parquet(folder / AREAS, index=False)
    if stations is not None:
        at = shapely.points(stations.easting_m, stations.northing_m)
        about = {f.name: getattr(stations, f.name) for f in fields(stations)}
        _frame(about, at).to_parquet(folder / STATIONS, index=False)


def _frame(columns: Mapping[str, Any], shapes: Any) -> Any:
    import geopandas  # noqa: PLC0415  (start-up time)

    return geopandas.GeoDataFrame(dict(columns), geometry=list(shapes), crs="EPSG:27700")
