"""Roads as a source tells them: links between nodes, each once, with the ways in which it may be driven.

Index letters: n nodes, m links, c coordinates.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from geo.cells import Cells
from geo.roads import CLASS_INDEX, RoadGraph, make_graph

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
I8 = NDArray[np.int8]
I64 = NDArray[np.int64]
Bool = NDArray[np.bool_]
Text = NDArray[np.str_]


@dataclass(frozen=True, slots=True, eq=False)
class Links:
    """Road links in EPSG:27700. Every array of links has one entry a link (m,)."""

    node_easting_m: F64  # (n,)
    node_northing_m: F64  # (n,)
    node_id: Text  # (n,) as the source names them
    start: I64  # node at which the line begins
    end: I64
    forward: Bool  # may be driven from start to end
    backward: Bool  # may be driven from end to start
    length_m: F64
    road_class: I8  # index into ROAD_CLASSES
    access: Bool  # journeys may start and end along it
    limit_kph: F32  # speed limit, NaN where the source tells none
    source: Text  # way or link as the source names it
    x: F64  # (c,) eastings of all lines, one after the other, both ends included
    y: F64  # (c,)
    first: I64  # (m + 1,) where each line begins

    def __len__(self) -> int:
        """Return the number of links m."""
        return len(self.start)

    @property
    def middle(self) -> tuple[F64, F64]:
        """Return the coordinates half way along the list of each line's points (m,)."""
        at = (self.first[:-1] + self.first[1:] - 1) // 2
        after = np.minimum(at + 1, self.first[1:] - 1)
        return (self.x[at] + self.x[after]) / 2.0, (self.y[at] + self.y[after]) / 2.0

    def kept(self, keep: Bool) -> Links:
        """Return the links ``keep`` (m,), and the nodes that they have."""
        new = np.full(self.node_easting_m.size, -1, dtype=np.int64)
        used = np.zeros(new.size, dtype=bool)
        used[self.start[keep]] = used[self.end[keep]] = True
        new[used] = np.arange(int(used.sum()))
        size = np.diff(self.first)
        points = np.repeat(keep, size)
        of_link = {
            f.name: getattr(self, f.name)[keep]
            for f in fields(self)
            if f.name in {"forward", "backward", "length_m", "road_class", "access", "limit_kph", "source"}
        }
        return Links(
            node_easting_m=self.node_easting_m[used],
            node_northing_m=self.node_northing_m[used],
            node_id=self.node_id[used],
            start=new[self.start[keep]],
            end=new[self.end[keep]],
            x=self.x[points],
            y=self.y[points],
            first=np.concatenate([[0], np.cumsum(size[keep])]).astype(np.int64),
            **of_link,
        )

    def with_classes(self, road_class: I8) -> Links:
        """Return the same links of other classes (m,)."""
        return replace(self, road_class=road_class)

    def parts(self) -> I64:
        """Return for each node (n,) which strongly connected part it is in."""
        n = self.node_easting_m.size
        f = np.concatenate([self.start[self.forward], self.end[self.backward]])
        t = np.concatenate([self.end[self.forward], self.start[self.backward]])
        graph = csr_array((np.ones(f.size, dtype=np.int8), (f, t)), shape=(n, n))
        _, label = connected_components(graph, directed=True, connection="strong")
        return np.asarray(label, dtype=np.int64)

    def graph(self) -> RoadGraph:
        """Return the links as a road graph: the forward ones in their order, then the backward ones."""
        there, back = self.forward, self.backward
        open_ = np.zeros(self.node_easting_m.size, dtype=bool)
        open_[self.start[self.access]] = open_[self.end[self.access]] = True
        return make_graph(
            self.node_easting_m,
            self.node_northing_m,
            open_,
            tuple(self.node_id.tolist()),
            (
                np.concatenate([self.start[there], self.end[back]]),
                np.concatenate([self.end[there], self.start[back]]),
                np.concatenate([self.length_m[there], self.length_m[back]]),
                np.concatenate([self.road_class[there], self.road_class[back]]),
            ),
        )


URBAN = {"single_a": "urban_a", "b_road": "urban_a", "minor": "urban_minor"}
"""Class of a road within a built-up area; dual carriageways and motorways stay what they are."""


def with_urban(links: Links, built_up: Bool) -> Links:
    """Return the links with the urban classes where they lie in a built-up area (m,)."""
    road_class = links.road_class.copy()
    for rural, urban in URBAN.items():
        road_class[built_up & (links.road_class == CLASS_INDEX[rural])] = CLASS_INDEX[urban]
    return links.with_classes(road_class)


def main_road_m(links: Links, cells: Cells) -> F64:
    """Return the metres of main road nearest to each cell (C,); of two carriageways each counts half."""
    minor = np.isin(links.road_class, [CLASS_INDEX["minor"], CLASS_INDEX["urban_minor"]])
    of = np.repeat(np.arange(len(links)), np.diff(links.first))
    within = np.flatnonzero(of[1:] == of[:-1])
    within = within[~minor[of[within]]]
    dx, dy = links.x[within + 1] - links.x[within], links.y[within + 1] - links.y[within]
    one_way = links.forward != links.backward
    metres = np.hypot(dx, dy) * np.where(one_way[of[within]], 0.5, 1.0)
    middle = np.column_stack([links.x[within] + dx / 2.0, links.y[within] + dy / 2.0])
    if not len(within):
        return np.zeros(len(cells))
    near = cKDTree(np.column_stack([cells.easting_m, cells.northing_m])).query(middle)[1]
    return np.bincount(near, weights=metres, minlength=len(cells)).astype(np.float64)


@dataclass(frozen=True, slots=True)
class Line:
    """A link while it is being read: its nodes in order of drawing, by place among the nodes."""

    nodes: tuple[int, ...]
    forward: bool
    backward: bool
    road_class: str
    access: bool
    limit_kph: float
    source: str


def links_of(node_xy: F64, node_id: list[str], lines: list[Line]) -> Links:
    """Return the links of lines: one between every two consecutive nodes of each."""
    pieces = np.array([len(line.nodes) - 1 for line in lines], dtype=np.int64)
    start = np.array([n for line in lines for n in line.nodes[:-1]], dtype=np.int64)
    end = np.array([n for line in lines for n in line.nodes[1:]], dtype=np.int64)

    def spread(values: list[object], dtype: type) -> NDArray[np.generic]:
        return np.repeat(np.array(values, dtype=dtype), pieces)

    x, y = node_xy[:, 0], node_xy[:, 1]
    ends = np.column_stack([start, end]).ravel()
    return Links(
        node_easting_m=x,
        node_northing_m=y,
        node_id=np.array(node_id, dtype=np.str_),
        start=start,
        end=end,
        forward=spread([line.forward for line in lines], bool).astype(bool),
        backward=spread([line.backward for line in lines], bool).astype(bool),
        length_m=np.hypot(x[start] - x[end], y[start] - y[end]),
        road_class=spread([CLASS_INDEX[line.road_class] for line in lines], np.int8).astype(np.int8),
        access=spread([line.access for line in lines], bool).astype(bool),
        limit_kph=spread([line.limit_kph for line in lines], np.float32).astype(np.float32),
        source=spread([line.source for line in lines], np.str_).astype(np.str_),
        x=x[ends],
        y=y[ends],
        first=np.arange(start.size + 1, dtype=np.int64) * 2,
    )
