"""Journeys on a map, asked as the simulation asks: minutes, routes, and the metres driven along the quickest way."""

from __future__ import annotations

import numpy as np

from geo.access import AccessRules, Places
from geo.roads import RoadGraph
from geo.speeds import SpeedProfile
from geo.travel import TravelArrays
from sim.decisions.routes import find_route, minutes_between


def route(travel: TravelArrays, band: int, start: int, end: int) -> tuple[np.ndarray, np.ndarray]:
    """Road nodes of the quickest way in order, and the minutes from the start at which each is reached."""
    total = minutes_between(travel, band, start, end)
    nodes, shares = find_route(travel, band, start, end, total)
    return np.array(nodes, dtype=int), np.array(shares) * total


def quickest_edge_m(graph: RoadGraph, speeds: SpeedProfile, band: int) -> dict[tuple[int, int], float]:
    """Metres of the quickest edge between each pair of neighbouring nodes in a band."""
    minutes = graph.edge_length_m / speeds.m_per_min()[band][graph.edge_class]
    order = np.lexsort((minutes, graph.edge_to, graph.edge_from))[::-1]  # the quickest is written last
    ends = zip(graph.edge_from[order].tolist(), graph.edge_to[order].tolist(), strict=True)
    return dict(zip(ends, graph.edge_length_m[order].tolist(), strict=True))


def way_m(
    travel: TravelArrays,
    edge_m: dict[tuple[int, int], float],
    graph: RoadGraph,
    places: Places,
    journey: tuple[int, int, int],
    *,
    rules: AccessRules | None = None,
) -> float:
    """Metres of the quickest way of a `journey` (band, from place, to place), access included.

    `edge_m` is `quickest_edge_m` of the same graph and band.
    """
    r = rules or AccessRules()
    band, a, b = journey
    share = places.built_up_share
    detour = r.detour_urban * share + r.detour_rural * (1.0 - share)
    xy = places.xy
    nodes, _ = route(travel, band, a, b)
    if not len(nodes):
        return float(np.hypot(*(xy[b] - xy[a])) * (detour[a] + detour[b]) / 2.0)
    node_xy = np.column_stack([graph.node_easting_m[nodes], graph.node_northing_m[nodes]])
    ends = np.hypot(*(node_xy[0] - xy[a])) * detour[a] + np.hypot(*(node_xy[-1] - xy[b])) * detour[b]
    steps = zip(nodes[:-1].tolist(), nodes[1:].tolist(), strict=True)
    return float(ends + sum(edge_m[step] for step in steps))
