"""Building a road graph from written-down roads, barriers and settlements.

Main roads are ordered lists of named points; where two roads share a point they meet. Minor links fill in
between neighbouring points and settlements, and never cross a barrier.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from geo.barriers import Barriers
from geo.errors import Fault, GeoDataError
from geo.links import gabriel_pairs
from geo.roads import CLASS_INDEX, ROAD_CLASSES, RoadGraph, check_connected, make_graph
from geo.settlements import Settlements

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
Bool = NDArray[np.bool_]

SINUOSITY: dict[str, float] = {
    "motorway": 1.01,
    "dual_a": 1.02,
    "single_a": 1.05,
    "b_road": 1.08,
    "minor": 1.22,
    "urban_a": 1.08,
    "urban_minor": 1.25,
}
"""Road length over the straight line between neighbouring points, by class. Assumption: main roads are
written down at their bends, so little is left; a minor link stands for lanes between two places."""


@dataclass(frozen=True, slots=True)
class RoadPart:
    """A stretch of road of one class: `points` are indices into the RoadTable's points, in order."""

    road: str
    part: str
    road_class: str
    points: tuple[int, ...]
    oneway: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class RoadTable:
    """Written-down roads. Points that no part uses become nodes of the minor network."""

    point_name: tuple[str, ...]
    point_easting_m: F64
    point_northing_m: F64
    point_access: Bool  # False: journeys may not start or end here (a motorway's bend)
    parts: tuple[RoadPart, ...]


@dataclass(frozen=True, slots=True)
class BuildRules:
    """Numbers by which written-down facts become a graph; all of them assumptions."""

    sinuosity: dict[str, float] = field(default_factory=lambda: dict(SINUOSITY))
    piece_m: float = 3000.0  # roads with frontage are cut into pieces no longer than this
    link_max_m: float = 7000.0  # longest minor link
    settlement_gap_m: float = 700.0  # a settlement this near a road point is on the road already


@dataclass(slots=True)
class _Draft:
    """Nodes and edges while they are being put together."""

    easting: list[float]
    northing: list[float]
    access: list[bool]
    name: list[str]
    edges: list[tuple[int, int, float, int, bool]] = field(default_factory=list)  # ..., metres, class, oneway

    def add_node(self, easting: float, northing: float, name: str, *, access: bool) -> int:
        self.easting.append(easting)
        self.northing.append(northing)
        self.access.append(access)
        self.name.append(name)
        return len(self.easting) - 1

    def xy(self, nodes: NDArray[np.int64]) -> F64:
        return np.column_stack([np.asarray(self.easting)[nodes], np.asarray(self.northing)[nodes]])


def build_graph(
    roads: RoadTable,
    settlements: Settlements,
    barriers: Barriers,
    *,
    rules: BuildRules | None = None,
) -> RoadGraph:
    """The road graph of written-down roads, with minor links between neighbours.

    Raises GeoDataError if a road crosses a barrier away from every crossing, or nodes are not joined to the
    rest; both name the offenders.
    """
    r = rules or BuildRules()
    _check_crossings(roads, barriers)
    draft = _Draft(
        roads.point_easting_m.tolist(),
        roads.point_northing_m.tolist(),
        roads.point_access.tolist(),
        list(roads.point_name),
    )
    for part in roads.parts:
        _add_part(draft, part, r)
    _add_settlements(draft, settlements, r)
    _add_links(draft, barriers, r)
    graph = _finish(draft, settlements, r)
    check_connected(graph, "road network")
    return graph


def _check_crossings(roads: RoadTable, barriers: Barriers) -> None:
    """Every place where a written-down road crosses a barrier must be a written-down crossing."""
    ends = [(part, a, b) for part in roads.parts for a, b in zip(part.points, part.points[1:], strict=False)]
    xy = np.column_stack([roads.point_easting_m, roads.point_northing_m])
    if not ends:
        return
    bad = barriers.unlicensed(xy[[a for _, a, _ in ends]], xy[[b for _, _, b in ends]])
    if bad:
        raise GeoDataError(
            "road network",
            [
                Fault(
                    f"road {ends[i][0].road} ({ends[i][0].part})",
                    f"from {roads.point_name[ends[i][1]]} to {roads.point_name[ends[i][2]]}",
                    f"across {name} at {x:.0f} E {y:.0f} N",
                    "no crossing is written down there; add a crossing or move a point",
                )
                for i, name, x, y in bad
            ],
        )


def _add_part(draft: _Draft, part: RoadPart, rules: BuildRules) -> None:
    """Edges of one stretch of road; long pieces of road with frontage are cut by nodes in between."""
    cls = CLASS_INDEX[part.road_class]
    fronted = part.road_class not in {"motorway", "dual_a"}
    for a, b in zip(part.points, part.points[1:], strict=False):
        dx, dy = draft.easting[b] - draft.easting[a], draft.northing[b] - draft.northing[a]
        straight = float(np.hypot(dx, dy))
        pieces = max(1, int(np.ceil(straight / rules.piece_m))) if fronted else 1
        length = straight * rules.sinuosity[part.road_class] / pieces
        last = a
        for k in range(1, pieces):
            node = draft.add_node(
                draft.easting[a] + dx * k / pieces,
                draft.northing[a] + dy * k / pieces,
                f"{part.road} between {draft.name[a]} and {draft.name[b]}",
                access=True,
            )
            draft.edges.append((last, node, length, cls, part.oneway))
            last = node
        draft.edges.append((last, b, length, cls, part.oneway))


def _add_settlements(draft: _Draft, settlements: Settlements, rules: BuildRules) -> None:
    """A node for every settlement that no road point stands for."""
    for i, name in enumerate(settlements.name):
        e, n = float(settlements.easting_m[i]), float(settlements.northing_m[i])
        if draft.easting:
            gap = np.hypot(np.asarray(draft.easting) - e, np.asarray(draft.northing) - n)
            gap[~np.asarray(draft.access)] = np.inf
            if gap.min() <= rules.settlement_gap_m:
                continue
        draft.add_node(e, n, name, access=True)


def _add_links(draft: _Draft, barriers: Barriers, rules: BuildRules) -> None:
    """Minor links between neighbours that no road joins already and no barrier parts."""
    usable = np.flatnonzero(np.asarray(draft.access))
    places = draft.xy(usable)
    pairs = usable[gabriel_pairs(places[:, 0], places[:, 1], rules.link_max_m)]
    joined = {(min(a, b), max(a, b)) for a, b, *_ in draft.edges}
    pairs = np.array([p for p in pairs.tolist() if tuple(p) not in joined], dtype=np.int64).reshape(-1, 2)
    start, end = draft.xy(pairs[:, 0]), draft.xy(pairs[:, 1])
    clear = ~barriers.blocks(start, end)
    minor = CLASS_INDEX["minor"]
    length = np.hypot(*(end - start).T)
    for (a, b), metres in zip(pairs[clear].tolist(), length[clear].tolist(), strict=True):
        draft.edges.append((a, b, metres, minor, False))


def _finish(draft: _Draft, settlements: Settlements, rules: BuildRules) -> RoadGraph:
    """The graph; roads that run through built-up areas take the urban class, links their sinuosity."""
    f, t, length, cls, oneway = (np.asarray(x) for x in zip(*draft.edges, strict=True))
    xy = np.column_stack([draft.easting, draft.northing])
    cls = _urban_class(cls.astype(np.int64), (xy[f] + xy[t]) / 2, settlements)
    link = np.isin(cls, [CLASS_INDEX["minor"], CLASS_INDEX["urban_minor"]])
    length = np.where(link, length * np.array([rules.sinuosity[c] for c in ROAD_CLASSES])[cls], length)
    both = ~oneway.astype(bool)
    return make_graph(
        draft.easting,
        draft.northing,
        draft.access,
        tuple(draft.name),
        (
            np.concatenate([f, t[both]]),
            np.concatenate([t, f[both]]),
            np.concatenate([length, length[both]]),
            np.concatenate([cls, cls[both]]),
        ),
    )


def _urban_class(cls: I64, middle: F64, settlements: Settlements) -> I64:
    """Class of each edge after urban areas: an edge whose middle is built up is urban (not dual roads)."""
    out = cls.copy()
    if not settlements.urban.any():
        return out
    u = settlements.urban
    sx, sy, radius = settlements.easting_m[u], settlements.northing_m[u], settlements.built_up_radius_m[u]
    inside = (np.hypot(middle[:, :1] - sx, middle[:, 1:] - sy) <= radius).any(axis=1)
    for rural, urban in (("single_a", "urban_a"), ("b_road", "urban_a"), ("minor", "urban_minor")):
        out[inside & (cls == CLASS_INDEX[rural])] = CLASS_INDEX[urban]
    return out
