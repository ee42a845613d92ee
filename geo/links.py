"""Minor links between neighbouring places, where the written-down roads leave gaps.

The Gabriel graph joins two places when no third lies in the circle on their line as diameter: it is what
country lanes look like between villages (K. R. Gabriel and R. R. Sokal, Systematic Zoology 18, 1969).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import Delaunay, cKDTree

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]


def gabriel_pairs(easting_m: F64, northing_m: F64, max_length_m: float) -> I64:
    """Pairs (L, 2) of the Gabriel graph no longer than `max_length_m`, lower index first, sorted."""
    xy = np.column_stack([easting_m, northing_m])
    if len(xy) < 4:
        pairs = np.array([(i, j) for i in range(len(xy)) for j in range(i + 1, len(xy))]).reshape(-1, 2)
    else:
        t = Delaunay(xy, qhull_options="QJ").simplices
        pairs = np.concatenate([t[:, [0, 1]], t[:, [1, 2]], t[:, [0, 2]]])
        pairs = np.unique(np.sort(pairs, axis=1), axis=0)
    a, b = xy[pairs[:, 0]], xy[pairs[:, 1]]
    length = np.hypot(*(a - b).T)
    # The nearest place to the middle is one of the two ends exactly when the circle is empty.
    nearest, _ = cKDTree(xy).query((a + b) / 2) if len(pairs) else (np.zeros(0), None)
    keep = (length <= max_length_m) & (nearest >= length / 2 - 1e-6)
    return np.asarray(pairs[keep], dtype=np.int64)
