"""Places put on the nearest road: on an edge, not a node, at a position along it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.access import AccessRules, Places
from geo.barriers import Barriers
from geo.building.links import Links
from geo.errors import Fault, GeoDataError
from geo.joining import Direct, Network, Ways, nearest_cells

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]

FAR_M = 500.0
"""A place farther from every road than this is reported (assumption: a long drive of a farm)."""
_AT_NODE_M = 1.0
"""So near to the end of a road, a place is at the junction."""
_WITHIN_M = (200.0, 1000.0, 5000.0, 50_000.0)  # how far to look for a road that no barrier parts from a place


@dataclass(frozen=True, slots=True, eq=False)
class Snapped:
    """Where places meet the roads (P,)."""

    link: I64
    share: F64  # of the link's line, from its start, 0..1
    off_m: F64  # straight metres to there


def snap(links: Links, xy: F64, barriers: Barriers, *, what: list[str] | None = None) -> Snapped:
    """Return where places (P, 2) meet the nearest road along which journeys may start, no barrier between.

    Of two carriageways that is the one on the place's own side. Raises GeoDataError naming places (``what``) that no
    road is near to.
    """
    usable = np.flatnonzero(links.access)
    lines = lines_of(links)[usable]
    tree = shapely.STRtree(lines)
    points = np.asarray(shapely.points(xy))
    found = np.full(len(xy), -1, dtype=np.int64)
    at, near = tree.query_nearest(points, all_matches=False)
    found[at] = near
    if len(barriers.piece_start_m):
        _pass_by(found, lines, tree, points, barriers)
    lost = np.flatnonzero(found < 0)
    if lost.size:
        names = what or [str(i + 1) for i in range(len(xy))]
        remedy = "no road is near that no barrier parts from it; correct the position, or give roads there"
        raise GeoDataError(
            "places", [Fault(names[i], "position", _told(xy[i]), remedy) for i in lost.tolist()]
        )
    own = lines[found]
    along = shapely.line_locate_point(own, points, normalized=True)
    off = shapely.distance(own, points)
    return Snapped(usable[found], np.clip(along, 0.0, 1.0), off)


def nearest_road_m(links: Links, xy: F64) -> F64:
    """Return how far places (P, 2) lie from the nearest road along which journeys may start."""
    lines = lines_of(links)[links.access]
    points = np.asarray(shapely.points(xy))
    at, near = shapely.STRtree(lines).query_nearest(points, all_matches=False)
    metres = np.full(len(xy), np.inf)
    metres[at] = shapely.distance(lines[near], points[at])
    return metres


def _pass_by(
    found: I64,
    lines: NDArray[np.object_],
    tree: shapely.STRtree,
    points: NDArray[np.object_],
    barriers: Barriers,
) -> None:
    """Where a barrier lies between a place and its nearest road, take the next road that it does not part."""
    for i in np.flatnonzero(_parted(lines[found], points, barriers)).tolist():
        found[i] = -1
        for metres in _WITHIN_M:
            near = tree.query(points[i], predicate="dwithin", distance=metres)
            near = near[np.argsort(shapely.distance(lines[near], points[i]), kind="stable")]
            free = near[~_parted(lines[near], np.repeat(points[i : i + 1], near.size), barriers)]
            if free.size:
                found[i] = free[0]
                break


def _parted(lines: NDArray[np.object_], points: NDArray[np.object_], barriers: Barriers) -> NDArray[np.bool_]:
    if not len(lines):
        return np.zeros(0, dtype=bool)
    way = shapely.get_coordinates(shapely.shortest_line(points, lines)).reshape(-1, 2, 2)
    return barriers.blocks(way[:, 0], way[:, 1])


def _told(xy: F64) -> str:
    return f"{xy[0]:.0f} E {xy[1]:.0f} N"


def lines_of(links: Links) -> NDArray[np.object_]:
    """Return the lines of all links as shapes (m,)."""
    of = np.repeat(np.arange(len(links)), np.diff(links.first))
    return np.asarray(shapely.linestrings(np.column_stack([links.x, links.y]), indices=of))


def join_snapped(links: Links, places: Places, at: Snapped, *, rules: AccessRules | None = None) -> Network:
    """Return places joined to the roads that they lie on, in both directions where the road is driven both ways."""
    r = rules or AccessRules()
    graph = links.graph()
    length, road = links.length_m[at.link], links.road_class[at.link]
    start, end = links.start[at.link], links.end[at.link]
    forward, backward = links.forward[at.link], links.backward[at.link]
    ahead, behind = (1.0 - at.share) * length, at.share * length
    at_end, at_start = ahead <= _AT_NODE_M, behind <= _AT_NODE_M  # whichever way the road goes

    def ways(to_end: NDArray[np.bool_], to_start: NDArray[np.bool_]) -> Ways:
        node = np.column_stack([np.where(to_end, end, -1), np.where(to_start, start, -1)])
        known = node >= 0
        return Ways(
            node.astype(np.int32),
            np.where(known, at.off_m[:, None], np.inf),
            np.where(known, np.column_stack([ahead, behind]), 0.0),
            np.column_stack([road, road]).astype(np.int8),
        )

    return Network(
        graph,
        places,
        r,
        ways(forward | at_end, backward | at_start),
        ways(backward | at_end, forward | at_start),
        _direct(links, places, at),
        nearest_cells(graph, places),
    )


def _direct(links: Links, places: Places, at: Snapped) -> Direct:
    """Return the pairs of places on the same link that are driven along it, and each place with itself."""
    order = np.argsort(at.link, kind="stable")
    bounds = np.flatnonzero(np.diff(at.link[order])) + 1
    pairs = [(np.arange(len(at.link)), np.arange(len(at.link)))]
    for group in np.split(order, bounds):
        if group.size > 1:
            a, b = (each.ravel() for each in np.meshgrid(group, group, indexing="ij"))
            pairs.append((a[a != b], b[a != b]))
    a, b = (np.concatenate(each) for each in zip(*pairs, strict=True))
    link = at.link[a]
    on = at.share[b] - at.share[a]
    open_ = (a == b) | ((on >= 0.0) & links.forward[link]) | ((on <= 0.0) & links.backward[link])
    a, b, link, on = a[open_], b[open_], link[open_], on[open_]
    sort = np.lexsort((b, a))
    a, b, link, on = a[sort], b[sort], link[sort], on[sort]
    spread = places.size_m**2 / 12.0
    to_road = np.sqrt(at.off_m**2 + spread)
    off = np.where(a == b, np.sqrt(2.0 * spread[a]), to_road[a] + to_road[b])
    return Direct(
        np.searchsorted(a, np.arange(len(at.link) + 1)).astype(np.int32),
        b.astype(np.int32),
        off,
        np.abs(on) * links.length_m[link],
        links.road_class[link],
    )
