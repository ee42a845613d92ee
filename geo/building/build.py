"""Making a geography: sources read, cleaned, joined, and kept in a folder."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo.barriers import Barriers
from geo.building import folder as kept
from geo.building import telling
from geo.building.areas import Areas, read_areas, within
from geo.building.links import Links, with_urban
from geo.building.manifest import FORMAT, read_manifest
from geo.building.recipe import Recipe, read_recipe
from geo.building.reports import Notes
from geo.building.simplify import contract, largest_part
from geo.building.snapping import Snapped, snap
from geo.building.sources import Find, about_sources, area_file, polygons, read_roads
from geo.building.stations import StationList, read_stations
from geo.building.tables import read_rows
from geo.errors import GeoDataError

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Made:
    """What was made, and what there is to say about it."""

    folder: Path
    manifest: dict[str, Any]
    anew: bool  # False: it was there already, of the same sources


def build(path: Path, out: Path, *, find: Find, version: str, say: Say = lambda _: None) -> Made:
    """Make the geography of a recipe in the folder ``out``; one that is there of the same sources stays as it is.

    ``find`` finds folders of tables by name; ``version`` is that of Turnout. Raises GeoDataError with every fault of
    the first source that has any; nothing is left half-written.
    """
    recipe = read_recipe(path)
    base = path.parent
    sources = about_sources(recipe, base, find)
    digest = _digest(path, sources)
    there = _there(out)
    if there is not None and there.get("digest") == digest:
        return Made(out, there, anew=False)
    about = {
        "format": FORMAT,
        "title": recipe.title or path.stem,
        "turnout": version,
        "digest": digest,
        "recipe": path.read_text(encoding="utf-8"),
        "sources": sources,
    }
    parts, told = _gather(recipe, base, find, say)
    kept.write_map(out, parts, {**about, **told})
    return Made(out, read_manifest(out), anew=True)


def _gather(recipe: Recipe, base: Path, find: Find, say: Say) -> tuple[kept.MapParts, dict[str, Any]]:
    """Return what a geography holds, and what its manifest tells of that."""
    notes = Notes()
    say("Reading roads ...")
    links, barriers = read_roads(recipe, base, find, notes)
    raw = len(links)
    written = recipe.roads.kind == "written"
    say("Reading areas ...")
    areas = read_areas(area_file(recipe.areas, base))
    if recipe.roads.within_km is not None:
        near = areas.near(*links.middle, recipe.roads.within_km * 1000.0)
        notes.count(f"links left out, over {recipe.roads.within_km:g} km from every area", int((~near).sum()))
        links = links.kept(near)
    links, parts = largest_part(links)
    if not written:  # whose classes are of today's built-up areas already
        links = with_urban(links, _built_up(recipe, base, links, areas))
        links = contract(links) if recipe.roads.contract else links
    say("Putting places on roads ...")
    snapped = _snapped(links, areas, barriers, written)
    stations = _stations(recipe, base, areas, notes)
    told = {
        "joined_by": "nodes" if written else "edges",
        "notes": [
            *telling.what_fell_away(parts),
            *telling.who_is_far(areas, snapped, recipe.snapping.far_m),
            *notes.lines(),
        ],
        "counts": telling.counts(raw, links, areas, stations, parts),
        "districts": list(areas.cells.district_names),
        "places": list(areas.cells.settlement_names),
        "outline": telling.outline(areas),
        "roads_at": telling.roads_at(links),
    }
    return kept.MapParts(links, areas, snapped, stations, barriers), told


def _snapped(links: Links, areas: Areas, barriers: Barriers, written: bool) -> Snapped:
    """Return where areas meet roads; those that are written down are met at nodes, which the places find themselves."""
    cells = areas.cells
    if written:
        none = np.zeros(len(cells))
        return Snapped(none.astype(np.int64), none, none)
    at = np.column_stack([cells.easting_m, cells.northing_m])
    return snap(links, at, barriers, what=list(areas.code))


def _there(out: Path) -> dict[str, Any] | None:
    try:
        manifest = read_manifest(out)
        files = {name: (out / name).stat().st_size for name in manifest["files"]}
    except (GeoDataError, OSError, KeyError):
        return None
    whole = all(files[name] == about["bytes"] for name, about in manifest["files"].items())
    return manifest if whole else None


def _digest(path: Path, sources: list[dict[str, Any]]) -> str:
    digest = hashlib.sha256(path.read_bytes())
    for source in sources:
        digest.update(f"{source['part']} {source['sha256']} ".encode())
    for maker in sorted(Path(__file__).resolve().parents[1].rglob("*.py")):
        digest.update(maker.read_bytes())
    return digest.hexdigest()


def _built_up(recipe: Recipe, base: Path, links: Links, areas: Areas) -> NDArray[np.bool_]:
    """Return which links (m,) lie in a built-up area: by its outline, by the areas' own, or by the nearest area."""
    x, y = links.middle
    outline = polygons(recipe.areas.built_up, base)
    return within(outline, x, y) if outline is not None else areas.urban_at(x, y)


def _stations(recipe: Recipe, base: Path, areas: Areas, notes: Notes) -> StationList | None:
    source = recipe.stations
    if source is None:
        return None
    rows = read_rows(base / source.file, layer=source.layer, header=source.name)
    inside = areas.cells.inside
    near = np.column_stack([areas.cells.easting_m, areas.cells.northing_m])[inside]
    return read_stations(source, rows, near, notes)
