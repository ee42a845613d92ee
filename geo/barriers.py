"""Barriers: rivers and creeks as polylines that no link crosses, except roads at written-down crossings."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
Bool = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Barriers:
    """M straight pieces of barriers and X crossings, in EPSG:27700 metres."""

    piece_name: tuple[str, ...]
    piece_start_m: F64  # (M, 2) easting, northing
    piece_end_m: F64  # (M, 2)
    crossing_name: tuple[str, ...]
    crossing_m: F64  # (X, 2)
    crossing_radius_m: F64  # (X,) how far from the position a road may cross

    @staticmethod
    def none() -> Barriers:
        """No barrier at all."""
        empty = np.zeros((0, 2))
        return Barriers((), empty, empty, (), empty, np.zeros(0))

    def crossed(self, start_m: ArrayLike, end_m: ArrayLike) -> tuple[I64, I64]:
        """Pairs (line, piece) that touch, for straight lines from `start_m` (L, 2) to `end_m` (L, 2)."""
        start, end = np.asarray(start_m, dtype=np.float64), np.asarray(end_m, dtype=np.float64)
        if not len(start) or not len(self.piece_start_m):
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
        tree = shapely.STRtree(_lines(self.piece_start_m, self.piece_end_m))
        line, piece = tree.query(_lines(start, end), predicate="intersects")
        return np.asarray(line, dtype=np.int64), np.asarray(piece, dtype=np.int64)

    def blocks(self, start_m: ArrayLike, end_m: ArrayLike) -> Bool:
        """Whether each straight line (L,) crosses or touches a barrier, crossings notwithstanding."""
        start = np.asarray(start_m, dtype=np.float64)
        out = np.zeros(len(start), dtype=np.bool_)
        out[self.crossed(start, end_m)[0]] = True
        return out

    def unlicensed(self, start_m: ArrayLike, end_m: ArrayLike) -> list[tuple[int, str, float, float]]:
        """Where lines cross a barrier away from every crossing: (line, barrier, easting, northing)."""
        start, end = np.asarray(start_m, dtype=np.float64), np.asarray(end_m, dtype=np.float64)
        line, piece = self.crossed(start, end)
        out = []
        for i, p in zip(line.tolist(), piece.tolist(), strict=True):
            x, y = _meet(start[i], end[i], self.piece_start_m[p], self.piece_end_m[p])
            near = np.hypot(self.crossing_m[:, 0] - x, self.crossing_m[:, 1] - y) <= self.crossing_radius_m
            if not near.any():
                out.append((i, self.piece_name[p], x, y))
        return out


def _lines(start: F64, end: F64) -> NDArray[np.object_]:
    return np.asarray(shapely.linestrings(np.stack([start, end], axis=1)))


def _meet(a: F64, b: F64, c: F64, d: F64) -> tuple[float, float]:
    """Where the segments a-b and c-d meet; the middle of c-d when they are parallel."""
    r, s = b - a, d - c
    cross = float(r[0] * s[1] - r[1] * s[0])
    if abs(cross) < 1e-9:
        return float((c[0] + d[0]) / 2), float((c[1] + d[1]) / 2)
    q = c - a
    t = float(q[0] * s[1] - q[1] * s[0]) / cross
    return float(a[0] + t * r[0]), float(a[1] + t * r[1])
