"""``turnout geo fetch``: the files of a service's map, from where they are published."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from experiments.errors import UserError
from experiments.execution.documents import Document
from experiments.execution.results_folder import write_text, writing
from geo.building.fetch import Fetched, FetchError, fetch
from scenarios.loading.datasets import DATA
from scenarios.loading.faults import nearest

Say = Callable[[str], None]
CATALOGUE = DATA / "map_sources.toml"


@dataclass(frozen=True, slots=True)
class Got:
    """What is there now, what could not be had, and where a person finds the rest."""

    folder: Path
    recipe: Path
    files: tuple[Fetched, ...]
    missing: tuple[str, ...]
    pages: dict[str, str]


def fetch_map(service: str, out: Path | None, say: Say, catalogue: Path = CATALOGUE) -> Got:
    """Fetch a service's roads and those of its neighbours', and write a recipe. Raises UserError.

    What cannot be reached is told in a line each, with the page where a person finds it; what was fetched stays.
    """
    known = tomllib.loads(catalogue.read_text(encoding="utf-8"))
    counties = known["services"].get(service)
    if counties is None:
        close = nearest(service, list(known["services"]))
        msg = f'no extracts are known for "{service}": the nearest known name is {close}; see {known["osm"]["page"]}.'
        raise UserError(msg)
    folder = out or Path(f"{service}-files")
    files: list[Fetched] = []
    missing: list[str] = []
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        for county in counties:
            url, md5 = (str(known["osm"][name]).format(county=county) for name in ("url", "md5"))
            say(f"{county} ...")
            try:
                files.append(fetch(url, folder / f"{county}-latest.osm.pbf", md5_url=md5, say=say))
            except FetchError as fault:
                missing.append(f"{fault} A person finds it at {known['osm']['page']}")
        recipe = folder / "map.toml"
        if files and not recipe.exists():
            write_text(recipe, _recipe(service, [each.path.name for each in files], known))
    if not files:
        raise UserError("\n  ".join(["nothing could be fetched:", *missing]))
    return Got(folder, recipe, tuple(files), tuple(missing), dict(known["pages"]))


def _recipe(service: str, names: list[str], known: Document) -> str:
    source = ", ".join(f'{name} = "{known["osm"][name]}"' for name in ("publisher", "licence", "attribution"))
    listed = ", ".join(f'"{name}"' for name in names)
    return f"""# Roads are here; areas with people and stations are for you to add: {known["pages"]["areas"]}
title = "{service}"

[roads]
kind = "osm"
files = [{listed}]
within_km = 25          # of the areas: as far as help comes from
source = {{{source}}}

[areas]
file = "areas.csv"      # code, name, lat, lon (or easting, northing), population, district, area_km2
code = "code"
name = "name"
district = "district"
area_km2 = "area_km2"
source = {{publisher = "", licence = ""}}
"""
