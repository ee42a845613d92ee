"""Kilometres of the quickest ways from places to sites, at free-flowing speeds."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geo.forward import Forward

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
I32 = NDArray[np.int32]


def tree_metres(forward: Forward, edge_min: F32, to_site_min: F32, arriving: tuple[I32, F32, F64]) -> F64:
    """Return the metres (S, N) of the quickest way from every node to each site; NaN where there is no way.

    ``to_site_min`` (S, N) minutes to each site; ``arriving`` are node, minutes and metres (S, K) of the ways into
    each. Ways are followed by doubling: after k rounds 2^k roads of each are added up.
    """
    metres = np.empty(to_site_min.shape)
    for site, tree in enumerate(to_site_min):
        node, minutes, driven = (each[site] for each in arriving)
        step, length = forward.next_on_tree(edge_min, tree)
        order = np.argsort(-minutes, kind="stable")  # the quickest way in is written last
        known = node[order] >= 0
        last = np.full(tree.size, np.nan)
        last[node[order][known]] = driven[order][known]
        metres[site] = _followed(step, np.where(step >= 0, length, last))
    return metres


def _followed(step: I32, metres: F64) -> F64:
    """Add up, from every node to the end of its way, what each node adds."""
    jump, total = np.where(step >= 0, step, -1), metres.copy()
    while (jump >= 0).any():
        under_way = jump >= 0
        total = total + np.where(under_way, total[jump], 0.0)
        jump = np.where(under_way, jump[jump], -1)
    return total


def site_kilometres(
    leaving: tuple[I32, F32, F64],
    to_site_min: F32,
    to_site_m: F64,
    direct: tuple[NDArray[np.int64], I32, F32, F64],
    n_cells: int,
) -> F32:
    """Return the kilometres (P, S) of the quickest way from every place to every site, in one band.

    ``leaving``: node, minutes and metres (P, K) of the ways out of each place. ``to_site_min``, ``to_site_m`` (S, N):
    from every node. ``direct``: start, end, minutes and metres (D,) of the direct ways.
    """
    node, minutes, driven = leaving
    best = np.full((node.shape[0], to_site_min.shape[0]), np.inf, dtype=np.float32)
    found = np.zeros(best.shape)
    for k in range(node.shape[1]):
        way = to_site_min[:, node[:, k]].T + minutes[:, k, None]
        better = way < best
        best = np.where(better, way, best)
        found = np.where(better, to_site_m[:, node[:, k]].T + driven[:, k, None], found)
    start, end, direct_min, direct_m = direct
    near = np.flatnonzero(end >= n_cells)
    near = near[direct_min[near] < best[start[near], end[near] - n_cells]]
    found[start[near], end[near] - n_cells] = direct_m[near]
    return np.asarray(found / 1000.0, dtype=np.float32)
