"""What of a run is taken away: tables in words and units, with shapes where there are places."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from experiments.presentation.log_frames import FRAMES
from sim.decisions.routes import find_route, minutes_between
from sim.measures import station_ground
from sim.world.codes import Duty, Mode, Origin, Outcome, Reason, label
from sim.world.fire import SLOT_MIN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapely.geometry.base import BaseGeometry

    from experiments.execution.arrays import Array
    from scenarios.schema.scenario import Scenario
    from sim.log.tables import Log
    from sim.world.fire import World

MOST_ROUTES = 20_000
"""Routes of a replication that are drawn: those of the first responses."""


@dataclass(frozen=True, slots=True)
class Layer:
    """A table, and the shape of each row in EPSG:27700 (None: it has no places)."""

    name: str
    rows: pd.DataFrame
    shapes: Sequence[BaseGeometry] | None = None


def layers_of_run(scenario: Scenario, world: World, log: Log, *, routes: bool) -> Iterator[Layer]:
    """Yield the tables of one replication: incidents and what was sent, areas with results, stations, codes."""
    for name, tell in FRAMES.items():
        rows = tell(world, log)
        if len(rows):
            yield Layer(name, rows, _points(rows))
    yield areas(scenario, world, log)
    yield stations(world)
    if routes:
        yield routes_of(scenario, world, log)
    yield Layer("codes", codes(world))


def _points(rows: pd.DataFrame) -> Sequence[BaseGeometry] | None:
    import shapely

    if "easting_m" not in rows:
        return None
    at = np.column_stack([rows["easting_m"].to_numpy(), rows["northing_m"].to_numpy()])
    return [shapely.Point(x, y) for x, y in at.tolist()]


def areas(scenario: Scenario, world: World, log: Log) -> Layer:
    """Return a row an area of demand: its people, and how soon its incidents were attended."""
    cells, incidents = world.cells, log.incidents
    n = len(cells.population)
    response = incidents["first_pump_min"] - incidents["time_min"]
    timed = ~np.isnan(response)
    where = incidents["cell"][timed]
    count = np.bincount(where, minlength=n)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.bincount(where, weights=response[timed], minlength=n) / count
        within = np.bincount(where, weights=response[timed] <= 15.0, minlength=n) / count
    nearest = world.travel.site_min.shape[0] // 2
    best = world.travel.site_min[nearest].min(axis=1)
    rows = pd.DataFrame(
        {
            "area": np.arange(n),
            "district": [cells.district_names[i] for i in cells.district.tolist()],
            "settlement": [cells.settlement_names[i] for i in cells.settlement.tolist()],
            "inside": cells.inside,
            "urban": cells.urban,
            "residents": cells.population,
            "station_ground": [world.sites.name[i] for i in station_ground(world).tolist()],
            "drive_from_nearest_station_min": best,
            "incidents_attended": count,
            "first_pump_mean_min": mean,
            "first_pump_within_15_share": within,
            "easting_m": cells.easting_m,
            "northing_m": cells.northing_m,
        }
    )
    return Layer("areas", rows, _area_shapes(scenario, world))


def _area_shapes(scenario: Scenario, world: World) -> list[BaseGeometry]:
    """Return the outlines of areas: of a map of one's own as it has them, else squares of the grid."""
    import shapely

    from scenarios.loading.datasets import map_folder

    folder = map_folder(scenario)
    if folder is not None:
        import geopandas

        from geo.building.folder import AREAS

        return list(geopandas.read_parquet(folder / AREAS, columns=["geometry"]).geometry)
    size = scenario.geography.cell_size_m
    west, south = (np.floor(each / size) * size for each in (world.cells.easting_m, world.cells.northing_m))
    return list(shapely.box(west, south, west + size, south + size))


def stations(world: World) -> Layer:
    """Return a row a station: whose it is, and what stands there."""
    sites, units = world.sites, world.units
    rows = pd.DataFrame(
        {
            "station": sites.key,
            "name": sites.name,
            "service": sites.service,
            "own": sites.own,
            "core": sites.core,
            "district": [world.cells.district_names[i] if i >= 0 else "" for i in sites.district.tolist()],
            "pumps": np.bincount(units.site, weights=units.pump, minlength=len(sites.key)).astype(int),
            "units": [
                "; ".join(units.key[i] for i in np.flatnonzero(units.site == s))
                for s in range(len(sites.key))
            ],
            "easting_m": sites.easting_m,
            "northing_m": sites.northing_m,
        }
    )
    return Layer("stations", rows, _points(rows))


def routes_of(scenario: Scenario, world: World, log: Log) -> Layer:
    """Return a row a response that set out: the line of its way, from road node to road node."""
    import shapely

    nodes = node_positions(scenario)
    table, cells, sites = log.responses, world.cells, world.sites
    places = np.column_stack(
        [
            np.concatenate([cells.easting_m, sites.easting_m]),
            np.concatenate([cells.northing_m, sites.northing_m]),
        ]
    )
    chosen = np.flatnonzero(~np.isnan(table["alerted_min"]))[:MOST_ROUTES]
    band_of = world.travel.band_of_hour[world.calendar.hour_of_week]
    lines, kept = [], []
    for row in chosen.tolist():
        start, end = int(table["origin_place"][row]), int(log.incidents["cell"][int(table["incident"][row])])
        slot = min(int(table["decided_min"][row] // SLOT_MIN), len(band_of) - 1)
        band = int(band_of[slot])
        way, _ = find_route(world.travel, band, start, end, minutes_between(world.travel, band, start, end))
        points = np.concatenate([places[start : start + 1], nodes[way], places[end : end + 1]])
        if start != end:
            lines.append(shapely.LineString(points))
            kept.append(row)
    rows = FRAMES["responses"](world, log).iloc[kept][["incident", "unit", "station", "order", "travel_min"]]
    return Layer("routes", rows.reset_index(drop=True), lines)


def node_positions(scenario: Scenario) -> Array:
    """Return eastings and northings of road nodes (N, 2)."""
    from scenarios.building.terrain import written_roads
    from scenarios.loading.datasets import geography_folder, map_folder

    folder = map_folder(scenario)
    if folder is None:
        graph = written_roads(geography_folder(scenario)).graph
        return np.column_stack([graph.node_easting_m, graph.node_northing_m])
    from geo.building.folder import read_links

    links = read_links(folder)
    return np.column_stack([links.node_easting_m, links.node_northing_m])


def codes(world: World) -> pd.DataFrame:
    """Return the meaning of every code in the tables of a log: table, column, code, word."""
    demand, sites = world.demand, world.sites
    named = {
        ("incidents", "type"): demand.key,
        ("incidents", "first_unit"): world.units.key,
        ("responses", "unit"): world.units.key,
        ("responses", "capability"): world.capability_names,
        ("responses", "pool"): world.people.pool_key,
        ("standby", "from_site"): sites.key,
        ("standby", "to_site"): sites.key,
        **{
            ("responses", column): [label(member) for member in kind]
            for column, kind in (("reason", Reason), ("origin", Origin), ("mode", Mode), ("outcome", Outcome))
        },
        ("roster", "mode"): [label(member) for member in Mode],
        ("units", "duty"): [label(member) for member in Duty],
    }
    rows = [
        (table, column, i, word) for (table, column), words in named.items() for i, word in enumerate(words)
    ]
    return pd.DataFrame(rows, columns=["table", "column", "code", "meaning"])
