"""Roads from written-down tables (``geo.network``), for areas that take the place of the cells they were made with."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from geo.barriers import Barriers
from geo.building.links import Links
from geo.network import build_graph
from geo.road_tables import read_barriers, read_roads
from geo.roads import RoadGraph
from geo.settlements import read_settlements


def read_written(folder: Path) -> tuple[Links, Barriers]:
    """Return the roads and barriers of a folder of tables such as the embedded one. Raises GeoDataError."""
    settlements = read_settlements(folder / "settlements.csv")
    barriers = read_barriers(folder / "barriers.csv", folder / "crossings.csv")
    roads = read_roads(folder / "road_points.csv", folder / "roads.csv")
    return links_of_graph(build_graph(roads, settlements, barriers)), barriers


def links_of_graph(graph: RoadGraph) -> Links:
    """Return the edges of a graph as links with straight lines, those of the same road in both directions as one."""
    f, t = graph.edge_from.astype(np.int64), graph.edge_to.astype(np.int64)
    low, high = np.minimum(f, t), np.maximum(f, t)
    millimetres = np.rint(graph.edge_length_m * 1000.0).astype(np.int64)
    key = np.column_stack([low, high, graph.edge_class.astype(np.int64), millimetres])
    same, first, of = np.unique(key, axis=0, return_index=True, return_inverse=True)
    of = of.reshape(-1)
    forward, backward = np.zeros(len(same), dtype=bool), np.zeros(len(same), dtype=bool)
    forward[of[f == low]] = True
    backward[of[f != low]] = True
    start, end = same[:, 0], same[:, 1]
    ends = np.column_stack([start, end]).ravel()
    access = graph.node_access
    return Links(
        node_easting_m=graph.node_easting_m,
        node_northing_m=graph.node_northing_m,
        node_id=np.array(graph.node_name, dtype=np.str_),
        start=start,
        end=end,
        forward=forward,
        backward=backward,
        length_m=graph.edge_length_m[first],
        road_class=graph.edge_class[first],
        access=access[start] & access[end],
        limit_kph=np.full(len(same), np.nan, dtype=np.float32),
        source=np.full(len(same), "written", dtype=np.str_),
        x=graph.node_easting_m[ends],
        y=graph.node_northing_m[ends],
        first=np.arange(len(same) + 1, dtype=np.int64) * 2,
    )
