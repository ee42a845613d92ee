"""Turnouts and speeds from mobilisations: when an appliance was alerted, drove off and arrived, and where.

A journey from home is laid on the model's quickest route. Its minutes are those of the route's parts (roads in towns,
in the country, dual carriageways and motorways, and the way on and off the network) by a factor each, and a start that
no distance explains. Medians throughout, on a scale of logarithms, and outliers weigh little: clocks are wrong often.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares
from scipy.spatial import cKDTree

from calibration.crews.columns import CrewTable
from geo.building.tables import positions
from geo.errors import Fault, GeoDataError
from geo.roads import CLASS_INDEX, ROAD_CLASSES, RoadGraph
from scenarios.schema.scenario import Scenario
from sim.decisions.routes import find_route, minutes_between
from sim.world.fire import World

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]

PARTS: dict[str, tuple[str, ...]] = {
    "town": ("urban_a", "urban_minor"),
    "country": ("single_a", "b_road", "minor"),
    "dual": ("motorway", "dual_a"),
}
"""Classes of road that share a factor: records of single journeys do not tell more apart."""
LONGEST_TURNOUT_MIN, LONGEST_MIN, SHORTEST_MIN = 30.0, 60.0, 0.5
FEWEST = 100
"""Journeys below which no speed is fitted; turnouts: a tenth of it."""
LEAST_SHARE = 0.03
"""A part of road that makes up less of all minutes is left as it is."""


@dataclass(frozen=True, slots=True, eq=False)
class Journeys:
    """n mobilisations; minutes are NaN where the records do not tell them, or tell what cannot be."""

    appliance: NDArray[np.str_]
    hour: I64
    turnout_min: F64
    travel_min: F64
    easting_m: F64
    northing_m: F64


def read_journeys(table: CrewTable) -> Journeys:
    """Return mobilisations (``appliance``, ``alerted``, ``mobile``, ``arrived``, and a position of the incident).

    Raises GeoDataError: columns missing, positions off the grid, nothing that can be used.
    """
    table.needs("appliance", "alerted", "mobile", "arrived")
    named = [table.name(each) for each in ("easting", "northing", "lat", "lon")]
    pair = (named[0], named[1]) if named[0] else (named[2], named[3]) if named[2] else None
    easting, northing = positions(table.rows, pair)
    table.rows.raise_faults()
    columns: list[tuple[str, int, float, float]] = []
    for row in table.rows.rows:
        alerted, mobile, arrived = (table.moment(row, what) for what in ("alerted", "mobile", "arrived"))
        turnout = _minutes(table, alerted, mobile, "turnout", 0.0, LONGEST_TURNOUT_MIN)
        travel = _minutes(table, mobile, arrived, "travel", SHORTEST_MIN, LONGEST_MIN)
        columns.append((table.appliance(row), -1 if alerted is None else alerted.hour, turnout, travel))
    names, hours, turnouts, travels = zip(*columns, strict=True)
    found = Journeys(
        np.array(names), np.array(hours), np.array(turnouts), np.array(travels), easting, northing
    )
    if np.isnan(found.turnout_min).all() and np.isnan(found.travel_min).all():
        told = "; ".join(f"{count:,} {why}" for why, count in table.lost.items())
        raise GeoDataError(table.rows.path, [Fault("file", "", "", f"nothing can be used: {told}")])
    return found


def _minutes(table: CrewTable, begin: object, end: object, what: str, least: float, most: float) -> float:
    if not isinstance(begin, datetime) or not isinstance(end, datetime):
        return float("nan")
    minutes = (end - begin).total_seconds() / 60.0
    if not least <= minutes <= most:
        table.lose(f"{what} of less than {least:g} or more than {most:g} minutes: a clock is wrong")
        return float("nan")
    return minutes


@dataclass(frozen=True, slots=True)
class Turnout:
    """Turnouts of one crewing by day or night: seconds."""

    crewing: str
    part: str  # day, night, all
    count: int
    median_s: float
    error_s: float
    p90_s: float


@dataclass(frozen=True, slots=True, eq=False)
class TravelFit:
    """Turnouts, and factors on speeds with standard errors; a part that records cannot tell has none."""

    turnouts: tuple[Turnout, ...]
    journeys: int
    start_s: tuple[float, float]  # seconds that no distance explains, standard error
    factor: dict[str, tuple[float, float]]  # by part of road: on speed, standard error
    untold: tuple[str, ...]
    scatter: float  # of single journeys, log units


def fit_turnouts(journeys: Journeys, scenario: Scenario) -> tuple[Turnout, ...]:
    """Return medians and 90th centiles by crewing, of wholetime crews by day and night too."""
    known = {key.lower(): each for key, each in scenario.appliances.items()}
    crewing = np.array(
        [known[name.lower()].crewing if name.lower() in known else "" for name in journeys.appliance.tolist()]
    )
    first, end = scenario.wholetime.day_turnout_hours
    day = (journeys.hour >= first) & (journeys.hour < end)
    told = ~np.isnan(journeys.turnout_min)
    groups = [("wholetime", "day", day), ("wholetime", "night", ~day), ("on_call", "all", np.ones_like(day))]
    found = []
    for kind, part, when in groups:
        some = 60.0 * journeys.turnout_min[told & (crewing == kind) & when]
        if some.size >= FEWEST // 10:
            low, middle, high = np.quantile(some, [0.25, 0.5, 0.9])
            upper = float(np.quantile(some, 0.75))
            error = float((upper - low) / 1.349 * 1.2533 / np.sqrt(some.size))
            found.append(Turnout(kind, part, some.size, float(middle), error, float(high)))
    return tuple(found)


def fit_travel(
    journeys: Journeys, scenario: Scenario, world: World, graph: RoadGraph, town_share: F64
) -> TravelFit:
    """Return turnouts and the factors by which records are quicker or slower than the scenario's speeds.

    ``town_share`` (P,): of the minutes on and off the network at each place, how much is driven as in town.
    """
    turnouts = fit_turnouts(journeys, scenario)
    parts, minutes = _laid_out(journeys, world, graph, town_share)
    if minutes.size < FEWEST:
        return TravelFit(turnouts, minutes.size, (np.nan, np.nan), {}, tuple(PARTS), np.nan)
    share = parts.sum(axis=0) / parts.sum()
    used = [i for i in range(len(PARTS)) if share[i] >= LEAST_SHARE]
    fixed = parts.sum(axis=1) - parts[:, used].sum(axis=1)

    def residual(x: F64) -> F64:
        expected = x[0] + fixed + parts[:, used] @ x[1:]
        return np.asarray(np.log(minutes) - np.log(np.maximum(expected, 0.05)))

    start = np.concatenate([[0.1], np.ones(len(used))])
    bounds = (
        np.concatenate([[-2.0], np.full(len(used), 0.2)]),
        np.concatenate([[10.0], np.full(len(used), 5.0)]),
    )
    found = least_squares(residual, start, bounds=bounds, loss="soft_l1", f_scale=0.25)
    left = residual(found.x)
    scatter = float(1.4826 * np.median(np.abs(left - np.median(left))))
    slopes = np.asarray(found.jac, dtype=np.float64)
    covariance = np.linalg.pinv(slopes.T @ slopes) * scatter**2 * 1.1  # soft weights cost some
    error = np.sqrt(np.diag(covariance))
    names = list(PARTS)
    factor = {
        names[part]: (1.0 / float(found.x[1 + i]), float(error[1 + i] / found.x[1 + i] ** 2))
        for i, part in enumerate(used)
    }
    untold = tuple(name for i, name in enumerate(names) if i not in used)
    begin = (60.0 * float(found.x[0]), 60.0 * float(error[0]))
    return TravelFit(turnouts, minutes.size, begin, factor, untold, scatter)


def _laid_out(journeys: Journeys, world: World, graph: RoadGraph, town_share: F64) -> tuple[F64, F64]:
    """Return minutes at the scenario's speeds by part of road (n, 3), and recorded minutes (n,), of usable journeys."""
    unit = {key.lower(): i for i, key in enumerate(world.units.key)}
    tree = cKDTree(np.column_stack([world.cells.easting_m, world.cells.northing_m]))
    away, nearest = tree.query(np.column_stack([journeys.easting_m, journeys.northing_m]))
    cell = np.asarray(nearest, dtype=np.int64)
    part_of_class = np.zeros(len(ROAD_CLASSES), dtype=np.int64)
    for part, classes in enumerate(PARTS.values()):
        part_of_class[[CLASS_INDEX[name] for name in classes]] = part
    roads = _quickest_roads(graph)
    rows, minutes, known = [], [], {}
    band_of = world.travel.band_of_hour
    for i in np.flatnonzero(
        ~np.isnan(journeys.travel_min) & (away < 2_000.0) & (journeys.hour >= 0)
    ).tolist():
        here = unit.get(str(journeys.appliance[i]).lower())
        if here is None:
            continue
        band = int(band_of[int(journeys.hour[i])])  # a working day's: records tell the hour
        key = (band, int(world.units.site[here]), int(cell[i]))
        if key not in known:
            known[key] = _parts(world, roads, part_of_class, town_share, *key)
        rows.append(known[key])
        minutes.append(float(journeys.travel_min[i]))
    return np.array(rows).reshape(-1, len(PARTS)), np.array(minutes)


def _quickest_roads(graph: RoadGraph) -> dict[tuple[int, int], tuple[float, int]]:
    """Return metres and class of the shortest road between each two nodes."""
    found: dict[tuple[int, int], tuple[float, int]] = {}
    columns = (graph.edge_from, graph.edge_to, graph.edge_length_m, graph.edge_class)
    for a, b, metres, kind in zip(*(column.tolist() for column in columns), strict=True):
        if (a, b) not in found or metres < found[a, b][0]:
            found[a, b] = (metres, kind)
    return found


def _parts(
    world: World,
    roads: dict[tuple[int, int], tuple[float, int]],
    part_of_class: I64,
    town_share: F64,
    band: int,
    site: int,
    cell: int,
) -> F64:
    """Return the minutes of a route by part of road; on and off the network it is driven as the places' own roads."""
    travel, start = world.travel, len(world.cells.population) + site
    total = minutes_between(travel, band, start, cell)
    nodes, _ = find_route(travel, band, start, cell, total)
    parts = np.zeros(len(PARTS))
    for a, b in pairwise(nodes):
        edges = range(int(travel.edge_start[a]), int(travel.edge_start[a + 1]))
        minutes = min(float(travel.edge_min[band, e]) for e in edges if travel.edge_head[e] == b)
        parts[part_of_class[roads[a, b][1]]] += minutes
    off = max(0.0, total - parts.sum())
    leaving = min(off, _leaving_min(world, band, start, nodes)) if nodes else off / 2.0
    for place, minutes in ((start, leaving), (cell, off - leaving)):
        parts[0] += minutes * town_share[place]
        parts[1] += minutes * (1.0 - town_share[place])
    return parts


def _leaving_min(world: World, band: int, start: int, nodes: list[int]) -> float:
    travel = world.travel
    k = travel.leave_node[start].tolist().index(nodes[0])
    return float(travel.leave_min[band, start, k])


def with_travel(scenario: Scenario, fit: TravelFit) -> Scenario:
    """Return the scenario with the fitted turnouts and speeds."""
    change: dict[str, object] = {}
    factors = {str(name): factor for name, factor in scenario.travel.class_factor.items()}
    for part, (factor, _) in fit.factor.items():
        for name in PARTS[part]:
            factors[name] = round(factors.get(name, 1.0) * factor, 4)
    if fit.factor:
        change["travel"] = scenario.travel.model_copy(update={"class_factor": factors})
    by = {(each.crewing, each.part): each for each in fit.turnouts}
    wholetime: dict[str, float] = {}
    for part in ("day", "night"):
        if ("wholetime", part) in by:
            wholetime[f"turnout_{part}_median_s"] = round(by["wholetime", part].median_s, 1)
    if ("wholetime", "day") in by:
        day = by["wholetime", "day"]
        wholetime["turnout_p90_over_median"] = round(max(1.01, day.p90_s / day.median_s), 3)
    if wholetime:
        change["wholetime"] = scenario.wholetime.model_copy(update=wholetime)
    if ("on_call", "all") in by:
        median, on_call = by["on_call", "all"].median_s, scenario.on_call
        muster = on_call.muster_median_s * median / on_call.turnout_estimate_s
        figures = {"muster_median_s": round(muster, 1), "turnout_estimate_s": round(median, 1)}
        change["on_call"] = on_call.model_copy(update=figures)
    return scenario.model_copy(update=change)
