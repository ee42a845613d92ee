"""Roads from tables of nodes and edges (CSV), as OSMnx exports them, and from its GraphML."""

from __future__ import annotations

import ast
import math
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.building import osm_tags
from geo.building.layers import read_bytes
from geo.building.links import Links
from geo.building.reports import Notes
from geo.errors import Fault, GeoDataError
from geo.grid import in_great_britain, to_grid
from geo.roads import CLASS_INDEX, ROAD_CLASSES
from geo.settlements import RowReader

F64 = NDArray[np.float64]

_TRUE = {"true", "yes", "1"}


@dataclass(frozen=True, slots=True)
class _Edge:
    """An edge as it is listed: from ``start`` to ``end``, and back unless it is one-way."""

    start: str
    end: str
    length_m: float
    highway: str
    one_way: bool
    shape: str  # WKT in degrees, or ""
    limit: str
    name: str


def read_tables(nodes_path: Path, edges_path: Path, notes: Notes) -> Links:
    """Return the roads of two CSV files.

    Nodes: ``node``, ``lat``, ``lon`` (WGS84 degrees). Edges: ``u``, ``v``, ``length`` (metres), ``highway`` (a value of
    OpenStreetMap, or a class of ``geo.roads``), ``oneway`` (true: from u to v only); ``wkt``, ``maxspeed`` and
    ``osmid`` are read where they are there. Raises GeoDataError with every fault.
    """
    nodes = RowReader(nodes_path, ("node", "lat", "lon"))
    count = range(len(nodes.rows))
    where = {
        nodes.text(i, "node"): (nodes.number(i, "lat", -90.0, 90.0), nodes.number(i, "lon", -180.0, 180.0))
        for i in count
    }
    nodes.raise_faults()
    table = RowReader(edges_path, ("u", "v", "length", "highway", "oneway"))
    columns = set(table.rows[0])
    edges = []
    for i in range(len(table.rows)):
        u, v = table.text(i, "u"), table.text(i, "v")
        for name, node in (("u", u), ("v", v)):
            if node not in where:
                table.faults.append(
                    Fault(f"line {i + 2}", name, node, f"is not in {nodes_path.name}; add the node")
                )
        row = table.rows[i]
        edges.append(
            _Edge(
                u,
                v,
                table.number(i, "length", 0.0, 1e6),
                row["highway"],
                row["oneway"].strip().lower() in _TRUE,
                row["wkt"] if "wkt" in columns else "",
                row["maxspeed"] if "maxspeed" in columns else "",
                row["osmid"] if "osmid" in columns else str(i + 1),
            )
        )
    table.raise_faults()
    return _links(where, edges, edges_path, notes)


def read_graphml(path: Path, notes: Notes) -> Links:
    """Return the roads of a GraphML file that OSMnx wrote. Raises GeoDataError."""
    import networkx as nx  # noqa: PLC0415  (start-up time)

    content = read_bytes(path)
    try:
        graph = nx.parse_graphml(content.decode("utf-8"), force_multigraph=True)
        where = {str(n): (float(d["y"]), float(d["x"])) for n, d in graph.nodes(data=True)}
        edges = [
            _Edge(
                str(u),
                str(v),
                float(d["length"]),
                str(d.get("highway", "")),
                str(d.get("oneway", "")).lower() in _TRUE,
                str(d.get("geometry", "")),
                str(d.get("maxspeed", "")),
                str(d.get("osmid", "")),
            )
            for u, v, d in graph.edges(data=True)
        ]
    except KeyError as fault:
        remedy = f"has no {fault}; OSMnx writes x and y of nodes and length of edges"
        raise GeoDataError(path, [Fault("file", "", "", remedy)]) from None
    except Exception as fault:  # the parser of XML has its own
        remedy = (
            f"cannot be read as GraphML ({' '.join(str(fault).split())[:120]}); write it again with OSMnx"
        )
        raise GeoDataError(path, [Fault("file", "", "", remedy)]) from None
    if not edges:
        raise GeoDataError(path, [Fault("file", "", "", "holds no edges")])
    return _links(where, edges, path, notes)


def _links(where: dict[str, tuple[float, float]], edges: list[_Edge], path: Path, notes: Notes) -> Links:
    ids = list(where)
    lat, lon = (np.array(column, dtype=float) for column in zip(*where.values(), strict=True))
    if not in_great_britain(lat, lon).all():
        remedy = "has nodes outside Great Britain: swapped, or not in degrees (WGS84)"
        raise GeoDataError(path, [Fault("file", "lat, lon", "", remedy)])
    easting, northing = to_grid(lat, lon)
    place = {node: i for i, node in enumerate(ids)}
    kept = [edge for edge in _once(edges) if _is_road(edge, notes)]
    start = np.array([place[edge.start] for edge in kept], dtype=np.int64)
    end = np.array([place[edge.end] for edge in kept], dtype=np.int64)
    lines = [
        _line(edge, (easting[a], northing[a]), (easting[b], northing[b]))
        for edge, a, b in zip(kept, start, end, strict=True)
    ]
    xy = np.concatenate(lines)
    return Links(
        node_easting_m=easting,
        node_northing_m=northing,
        node_id=np.array(ids, dtype=np.str_),
        start=start,
        end=end,
        forward=np.ones(start.size, dtype=bool),
        backward=np.array([not edge.one_way for edge in kept], dtype=bool),
        length_m=np.array([edge.length_m for edge in kept]),
        road_class=np.array([CLASS_INDEX[_class_of(edge)] for edge in kept], dtype=np.int8),
        access=np.array([osm_tags.may_start({"highway": _first(edge.highway)}) for edge in kept], dtype=bool),
        limit_kph=np.array(
            [osm_tags.limit_kph({"maxspeed": _first(edge.limit)}) for edge in kept], dtype=np.float32
        ),
        source=np.array([edge.name for edge in kept], dtype=np.str_),
        x=xy[:, 0],
        y=xy[:, 1],
        first=np.concatenate([[0], np.cumsum([len(line) for line in lines])]).astype(np.int64),
    )


def _once(edges: Iterable[_Edge]) -> list[_Edge]:
    """Return the edges, a two-way road that is listed in both directions once."""
    seen: set[tuple[str, str, float, str]] = set()
    kept = []
    for edge in edges:
        key = (edge.start, edge.end, round(edge.length_m, 2), edge.highway)
        if not edge.one_way and (edge.end, edge.start, *key[2:]) in seen:
            seen.discard((edge.end, edge.start, *key[2:]))
            continue
        if not edge.one_way:
            seen.add(key)
        kept.append(edge)
    return kept


def _is_road(edge: _Edge, notes: Notes) -> bool:
    highway = _first(edge.highway)
    if highway in CLASS_INDEX:
        return True
    driven = osm_tags.is_driven({"highway": highway}, service=True)
    if driven is None:
        notes.count(f"edges of highway={highway or 'nothing'}, which is not known, taken as minor roads")
        return True
    return driven


def _class_of(edge: _Edge) -> str:
    highway = _first(edge.highway)
    if highway in ROAD_CLASSES:
        return highway
    return osm_tags.road_class({"highway": highway, "oneway": "yes" if edge.one_way else "no"})


def _first(value: str) -> str:
    """Return the first of several values, as OSMnx lists them where it joined ways."""
    text = value.strip()
    if text.startswith("["):
        try:
            listed = ast.literal_eval(text)
        except (ValueError, SyntaxError):
            return text
        known = [str(each) for each in listed if str(each) in osm_tags.CLASS_OF or str(each)[:1].isdigit()]
        return known[0] if known else str(listed[0]) if listed else ""
    return "" if text.lower() == "nan" else text


def _line(
    edge: _Edge, start: tuple[float, float], end: tuple[float, float]
) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    straight = np.array([start, end], dtype=np.float64)
    if not edge.shape or edge.shape.lower() == "nan":
        return straight
    try:
        degrees = shapely.get_coordinates(shapely.from_wkt(edge.shape))
    except shapely.errors.ShapelyError:
        return straight
    if len(degrees) < 2 or not np.isfinite(degrees).all():
        return straight
    xy = np.column_stack(to_grid(degrees[:, 1], degrees[:, 0]))
    if math.dist(xy[0], start) > math.dist(xy[-1], start):
        xy = xy[::-1]
    return np.asarray(xy, dtype=np.float64)
