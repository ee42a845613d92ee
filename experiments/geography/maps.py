"""A map to ask journeys of: a scenario's own, or a folder's, with points of one's own as places."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from experiments.errors import UserError

if TYPE_CHECKING:
    from geo.cells import Cells
    from geo.travel import TravelArrays
    from scenarios.schema.scenario import Scenario

F64 = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class AskedMap:
    """A map, its areas, and stations that it knows of."""

    name: str
    scenario: Scenario  # whose speeds are driven
    cells: Cells
    station_names: tuple[str, ...]
    station_easting_m: F64
    station_northing_m: F64

    def travel(self, targets: F64, starts: F64, built_up: F64) -> TravelArrays:
        """Return travel with ``targets`` (n, 2) as cells without extent and ``starts`` (k, 2) as sites.

        ``built_up`` (n + k,) is how much of the surroundings of each is built up. Raises GeoDataError.
        """
        from geo.access import Places
        from geo.building.folder import read_map
        from geo.travel import network_minutes
        from scenarios.building.built_map import joined_points
        from scenarios.building.speeds import scaled_speeds
        from scenarios.building.terrain import written_roads
        from scenarios.loading.datasets import geography_folder, map_folder

        tables, own = geography_folder(self.scenario), map_folder(self.scenario)
        both = np.concatenate([targets, starts])
        places = Places(both[:, 0], both[:, 1], len(targets), built_up, np.zeros(len(both)))
        network = (
            written_roads(tables).joined(places) if own is None else joined_points(read_map(own), places)
        )
        return network_minutes(network, scaled_speeds(tables, self.scenario.travel))


def open_maps(first: str, second: str, speeds_of: str | None) -> tuple[AskedMap, AskedMap]:
    """Return two maps, each of a scenario (a name or a file) or the folder of a geography, at the same speeds.

    Speeds are those of the scenario ``speeds_of``; None: of the first scenario among the two, else the tables' own.
    Raises UserError.
    """
    from geo.errors import GeoDataError
    from scenarios.loading.faults import ScenarioError
    from scenarios.loading.load import load_scenario

    named = [each for each in (first, second) if not _is_map(each)]
    try:
        driven = load_scenario(speeds_of or (named[0] if named else "uncalibrated"))
        both = [
            _of_folder(Path(each), driven) if _is_map(each) else _of_scenario(load_scenario(each), driven)
            for each in (first, second)
        ]
    except (GeoDataError, ScenarioError) as fault:
        raise UserError(str(fault)) from fault
    return both[0], both[1]


def _is_map(reference: str) -> bool:
    from geo.building.manifest import MANIFEST

    return (Path(reference) / MANIFEST).is_file()


def _of_scenario(scenario: Scenario, driven: Scenario) -> AskedMap:
    from scenarios.building.geography import station_places
    from scenarios.building.terrain import make_terrain
    from scenarios.loading.datasets import geography_folder

    easting, northing = station_places(scenario)
    terrain = make_terrain(scenario, geography_folder(scenario), easting, northing)
    own = [i for i, each in enumerate(scenario.stations.values()) if each.service == "own"]
    names = list(scenario.stations)
    at_speeds = scenario.model_copy(update={"travel": driven.travel})
    own_names = tuple(names[i] for i in own)
    return AskedMap(scenario.name, at_speeds, terrain.cells, own_names, easting[own], northing[own])


def _of_folder(folder: Path, scenario: Scenario) -> AskedMap:
    from geo.building.folder import read_kept_stations, read_map

    built = read_map(folder)
    geography = scenario.geography.model_copy(update={"folder": str(folder.resolve())})
    stations = read_kept_stations(folder)
    own = stations.own if stations is not None else np.zeros(0, dtype=bool)
    names = (
        ()
        if stations is None
        else tuple(name for name, mine in zip(stations.name, own.tolist(), strict=True) if mine)
    )
    none = np.zeros(0)
    return AskedMap(
        folder.name,
        scenario.model_copy(update={"geography": geography}),
        built.cells,
        names,
        none if stations is None else stations.easting_m[own],
        none if stations is None else stations.northing_m[own],
    )
