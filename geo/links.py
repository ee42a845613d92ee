"""Minor links between neighbouring places, where the written-down roads leave gaps.

The Gabriel graph joins two places when no third lies in the circle on their line as diameter: it is what
country lanes look like between villages (K. R. Gabriel and R. R. Sokal, Systematic Zoology 18, 1969).
"""

from __future__ import annotations

import contextlib

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import Delaunay, QhullError, cKDTree

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]

_FEW = 30  # fewer points than this are compared all with all


def gabriel_pairs(easting_m: F64, northing_m: F64, max_length_m: float) -> I64:
    """Pairs (L, 2) of the Gabriel graph no longer than `max_length_m`, lower index first, sorted."""
    xy = np.column_stack([easting_m, northing_m])
    pairs = _candidates(xy)
    a, b = xy[pairs[:, 0]], xy[pairs[:, 1]]
    length = np.hypot(*(a - b).T)
    # The nearest place to the middle is one of the two ends exactly when the circle is empty.
    nearest, _ = cKDTree(xy).query((a + b) / 2) if len(pairs) else (np.zeros(0), None)
    keep = (length <= max_length_m) & (nearest >= length / 2 - 1e-6)
    return np.asarray(pairs[keep], dtype=np.int64)


def _candidates(xy: F64) -> I64:
    """Pairs that hold every Gabriel pair: the edges of the Delaunay triangles, or all pairs of a few points."""
    if len(xy) > _FEW:
        # Points on one line have no triangles; every pair is then a candidate.
        with contextlib.suppress(QhullError):
            t = Delaunay(xy).simplices
            edges = np.concatenate([t[:, [0, 1]], t[:, [1, 2]], t[:, [0, 2]]])
            return np.asarray(np.unique(np.sort(edges, axis=1), axis=0), dtype=np.int64)
    return np.column_stack(np.triu_indices(len(xy), k=1)).astype(np.int64)
