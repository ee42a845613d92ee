"""The map of a scenario: cells, road graph and travel minutes, from the tables of its geography.

All of it is kept in one cache file by the digest of everything it was made from (the tables' bytes, the
stations' places, the speeds), so a second start only reads arrays.
"""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from geo.cache import digest_of, load_arrays, store_arrays
from geo.cells import Cells
from geo.errors import Fault, GeoDataError
from geo.grid import to_grid
from geo.plain_files import read_plain
from scenarios.building.map import Geography
from scenarios.building.police.sites import police_places
from scenarios.schema.scenario import Scenario
from sim.world.travel import Travel

TABLES = (
    "settlements.csv",
    "districts.csv",
    "outline.csv",
    "road_points.csv",
    "roads.csv",
    "barriers.csv",
    "crossings.csv",
    "speeds.csv",
    "bands.csv",
)
"""The files of a geography's folder."""


F64 = NDArray[np.float64]


def build_geography(scenario: Scenario, folder: Path, cache_dir: Path | None) -> Geography:
    """Return the map of a scenario whose geography tables stand in ``folder``.

    ``cache_dir`` None means the user's cache folder. Raises GeoDataError for faults of the tables, and for
    cells or stations that no road reaches.
    """
    easting, northing = station_places(scenario)
    settings = scenario.travel
    digest = digest_of(
        *_makers(),
        *_contents(folder),
        easting,
        northing,
        scenario.geography.cell_size_m,
        settings.speed_factor,
        sorted(settings.class_factor.items()),
        sorted(settings.band_factor.items()),
    )
    stored = load_arrays(digest, cache_dir)
    if stored is not None:
        return _unpack(stored)
    from scenarios.building.terrain import make_geography  # noqa: PLC0415  (SciPy: start-up time)

    made = make_geography(scenario, folder, easting, northing)
    store_arrays(digest, _pack(made), cache_dir)
    return made


def _contents(folder: Path) -> list[bytes]:
    """Return the content of the map's tables. Raises GeoDataError for the first that cannot be read."""
    contents = []
    for name in TABLES:
        try:
            contents.append(read_plain(folder / name))
        except OSError as error:
            remedy = (
                f"{error.strerror or error}; the map needs this table, the embedded one shows its columns"
            )
            raise GeoDataError(folder / name, [Fault("file", "", "", remedy)]) from None
    return contents


def station_places(scenario: Scenario) -> tuple[F64, F64]:
    """Return eastings and northings (metres, EPSG:27700) of all stations, in the scenario's order, then of the
    police's places."""
    places = [*scenario.stations.values(), *police_places(scenario).values()]
    return to_grid([each.lat for each in places], [each.lon for each in places])


def _makers() -> list[bytes]:
    """Return the source of everything that makes a map, so that no cache outlives a change of it."""
    here = Path(__file__).resolve()
    made_by = (here.with_name(name) for name in ("geography.py", "map.py", "terrain.py"))
    sources = [*(here.parents[2] / "geo").glob("*.py"), *made_by]
    return [path.read_bytes() for path in sorted(sources)]


def _pack(made: Geography) -> dict[str, NDArray[np.generic]]:
    packed: dict[str, NDArray[np.generic]] = {"main_road_m": made.main_road_m}
    for part, record in (("cells", made.cells), ("travel", made.travel)):
        for f in fields(record):
            packed[f"{part}.{f.name}"] = np.asarray(getattr(record, f.name))
    return packed


def _unpack(stored: dict[str, NDArray[np.generic]]) -> Geography:
    def record(part: str, kind: type[Cells] | type[Travel]) -> dict[str, object]:
        values: dict[str, object] = {}
        for f in fields(kind):
            array = stored[f"{part}.{f.name}"]
            values[f.name] = tuple(array.tolist()) if array.dtype.kind == "U" else array
        return values

    return Geography(
        Cells(**record("cells", Cells)),  # type: ignore[arg-type]
        np.asarray(stored["main_road_m"], dtype=np.float64),
        Travel(**record("travel", Travel)),  # type: ignore[arg-type]
    )
