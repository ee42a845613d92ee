"""The files that a recipe names: found, hashed, read."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from geo.barriers import Barriers
from geo.building.areas import AreaFile, Polygons
from geo.building.layers import check_file
from geo.building.links import Links
from geo.building.recipe import Area, Recipe
from geo.building.recipe import Polygons as PolygonsPart
from geo.building.reports import Notes
from geo.building.roads_open import read_open_roads
from geo.building.roads_osm import read_osm
from geo.building.roads_tables import read_graphml, read_tables
from geo.building.roads_written import read_written
from geo.errors import Fault, GeoDataError
from geo.road_tables import read_barriers

Find = Callable[[str], Path]
"""From a name in a recipe to a folder of tables: an embedded service's, or one beside the recipe."""

WRITTEN_TABLES = ("settlements.csv", "road_points.csv", "roads.csv", "barriers.csv", "crossings.csv")
_NOWHERE = {"publisher": "", "licence": "", "attribution": ""}


def about_sources(recipe: Recipe, base: Path, find: Find) -> list[dict[str, Any]]:
    """Return part, name, bytes, digest and source of every file. Raises GeoDataError for one that is not there."""
    told: list[dict[str, Any]] = []
    for part, name, path, source in _files(recipe, base, find):
        check_file(path)
        with path.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256")
        about = {"part": part, "file": name, "bytes": path.stat().st_size, "sha256": digest.hexdigest()}
        told.append({**about, **source})
    return told


def _files(recipe: Recipe, base: Path, find: Find) -> list[tuple[str, str, Path, dict[str, str]]]:
    """Return (part, name, path, where it comes from) of every file that a recipe names."""
    roads, areas, stations, snapping = recipe.roads, recipe.areas, recipe.stations, recipe.snapping
    if roads.kind == "written":
        folder, source = find(roads.files[0]), roads.source.model_dump()
        found = [("roads", f"{roads.files[0]}/{name}", folder / name, source) for name in WRITTEN_TABLES]
    else:
        found = [("roads", file, base / file, roads.source.model_dump()) for file in roads.files]
    found.append(("areas", areas.file, base / areas.file, areas.source.model_dump()))
    joined = [each.file for each in (areas.districts, areas.built_up) if each is not None]
    found += [("areas", file, base / file, _NOWHERE) for file in joined]
    if stations is not None:
        found.append(("stations", stations.file, base / stations.file, stations.source.model_dump()))
    tables = [file for file in (snapping.barriers, snapping.crossings) if file]
    return [*found, *(("barriers", file, base / file, _NOWHERE) for file in tables)]


def read_roads(recipe: Recipe, base: Path, find: Find, notes: Notes) -> tuple[Links, Barriers]:
    """Return the roads of a recipe, and barriers to places that look for one. Raises GeoDataError."""
    roads, snapping = recipe.roads, recipe.snapping
    wanted = 2 if roads.kind == "tables" else 1
    if len(roads.files) != wanted and roads.kind != "osm":
        remedy = "give the file of nodes, then that of edges" if wanted == 2 else "give one file"
        raise GeoDataError("GEO.toml", [Fault("roads.files", "", ", ".join(roads.files), remedy)])
    if bool(snapping.barriers) != bool(snapping.crossings):
        remedy = "give both tables, barriers and crossings, or neither"
        raise GeoDataError("GEO.toml", [Fault("snapping", "barriers, crossings", "", remedy)])
    if roads.kind == "written":
        return read_written(find(roads.files[0]))
    barriers = Barriers.none()
    if snapping.barriers:
        barriers = read_barriers(base / snapping.barriers, base / snapping.crossings)
    file = base / roads.files[0]
    if roads.kind == "tables":
        return read_tables(file, base / roads.files[1], notes), barriers
    if roads.kind == "osm":
        return read_osm([base / name for name in roads.files], notes, service=roads.service_roads), barriers
    if roads.kind == "graphml":
        return read_graphml(file, notes), barriers
    return read_open_roads(file, notes, layer=roads.layer), barriers


def area_file(area: Area, base: Path) -> AreaFile:
    """Return where areas are read from."""
    columns = area.model_dump(exclude={"file", "districts", "built_up", "source"})
    districts, built_up = polygons(area.districts, base), polygons(area.built_up, base)
    return AreaFile(file=base / area.file, districts=districts, built_up=built_up, **columns)


def polygons(part: PolygonsPart | None, base: Path) -> Polygons | None:
    """Return where polygons are read from, None if a recipe names none."""
    return None if part is None else Polygons(base / part.file, part.name, part.layer)
