"""The map of a scenario: cells, road graph and travel minutes, from the tables of its geography.

All of it is kept in cache files by the digest of everything it was made from: the ways to cells by the tables' bytes
and the speeds, the rest by the stations' places too. A second start only reads arrays, and a station that is moved
asks for no new ways to cells.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from geo.cache import digest_of, load_arrays, store_arrays
from geo.cells import Cells
from geo.errors import Fault, GeoDataError
from geo.grid import to_grid
from geo.plain_files import read_plain
from scenarios.building.map import Geography
from scenarios.building.police.sites import police_places
from scenarios.loading.datasets import map_digest, map_folder
from scenarios.schema.scenario import Scenario
from sim.world.travel import Travel

if TYPE_CHECKING:
    from geo.joining import Network
    from geo.speeds import SpeedProfile

SPEED_TABLES = ("speeds.csv", "bands.csv")
"""What a map needs of a service's tables in any case."""

TABLES = (
    "settlements.csv",
    "districts.csv",
    "outline.csv",
    "road_points.csv",
    "roads.csv",
    "barriers.csv",
    "crossings.csv",
    *SPEED_TABLES,
)
"""The files of a geography's folder."""


F32 = NDArray[np.float32]
F64 = NDArray[np.float64]


def build_geography(scenario: Scenario, folder: Path, cache_dir: Path | None) -> Geography:
    """Return the map of a scenario whose geography tables stand in ``folder``.

    ``cache_dir`` None means the user's cache folder. Raises GeoDataError for faults of the tables, and for
    cells or stations that no road reaches.
    """
    easting, northing = station_places(scenario)
    own = map_folder(scenario)
    settings = scenario.travel
    ground = digest_of(
        *_makers(),
        *_contents(folder, TABLES if own is None else SPEED_TABLES),
        scenario.geography.cell_size_m if own is None else map_digest(scenario),
        settings.speed_factor,
        sorted(settings.class_factor.items()),
        sorted(settings.band_factor.items()),
    )
    placed = digest_of(ground, easting, northing)
    ways = _Ways(ground, cache_dir) if own is None else _MappedWays(own, folder, scenario)
    rest, known = load_arrays(placed, cache_dir), ways.kept()
    if known is not None and rest is not None:
        return _unpack({**rest, _TO_CELLS: known})
    from scenarios.building.terrain import geography_on, make_terrain  # noqa: PLC0415  (SciPy: start-up time)

    terrain = make_terrain(scenario, folder, easting, northing)
    known = ways.made(terrain.network) if known is None else known
    made = geography_on(terrain, scenario, to_cell_min=known)
    packed = _pack(made)
    to_cells = packed.pop(_TO_CELLS)
    if known is None:
        ways.keep(to_cells)
    store_arrays(placed, packed, cache_dir)
    return made


@dataclass(frozen=True, slots=True)
class _Ways:
    """Where the minutes from nodes to cells of an embedded map, or one of tables, are kept: in the cache."""

    digest: str
    cache_dir: Path | None

    def kept(self) -> F32 | None:
        """Return them, None if they are not kept."""
        found = load_arrays(self.digest, self.cache_dir)
        return None if found is None else np.asarray(found[_TO_CELLS], dtype=np.float32)

    def made(self, network: Network) -> F32 | None:
        """Return None: they are made with the rest."""
        del network
        return None

    def keep(self, ways: NDArray[np.generic]) -> None:
        """Keep them."""
        store_arrays(self.digest, {_TO_CELLS: ways}, self.cache_dir)


@dataclass(frozen=True, slots=True)
class _MappedWays:
    """Those of a map that was built: in a file beside it, mapped into memory."""

    folder: Path
    tables: Path
    scenario: Scenario

    def kept(self) -> F32 | None:
        """Return them, None if they are not kept."""
        from scenarios.building.built_map import matrix_of  # noqa: PLC0415  (start-up time)

        return matrix_of(self.folder, map_digest(self.scenario), self._speeds())

    def made(self, network: Network) -> F32:
        """Make them, and return them. Raises GeoDataError if they can be kept nowhere."""
        from scenarios.building.built_map import make_matrix  # noqa: PLC0415  (start-up time)

        try:
            return make_matrix(self.folder, map_digest(self.scenario), network, self._speeds())
        except OSError as fault:
            remedy = f"its ways can be kept neither there nor in the user's cache ({fault.strerror or fault})"
            raise GeoDataError(self.folder, [Fault("folder", "", "", remedy)]) from None

    def keep(self, ways: NDArray[np.generic]) -> None:
        """Do nothing: making them has kept them."""

    def _speeds(self) -> SpeedProfile:
        from scenarios.building.speeds import scaled_speeds  # noqa: PLC0415  (start-up time)

        return scaled_speeds(self.tables, self.scenario.travel)


_TO_CELLS = "travel.to_cell_min"
"""What is kept apart: it is large, and no station has a part in it."""


def _contents(folder: Path, tables: tuple[str, ...]) -> list[bytes]:
    """Return the content of some of the map's tables. Raises GeoDataError for the first that cannot be read."""
    contents = []
    for name in tables:
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
