"""Travel minutes as the simulation sees them: plain arrays, and the three questions asked of them.

The arrays are made by the geography (or by hand in a test). Index letters: B bands of the week, N road nodes,
C cells, S sites, P = C + S places (cells first), K access nodes of a place.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

F32 = NDArray[np.float32]
I32 = NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Travel:
    """Shortest travel minutes by band of the week.

    A journey between two places is the least of (a) access + road + access over the K × K pairs of their access
    nodes, and (b) the direct way, where the two are neighbours with nothing between them.
    """

    band_of_hour: NDArray[np.int8]  # (168,) band of each hour of the week, Monday 00:00 first
    access_node: I32  # (P, K), −1 padded
    access_min: F32  # (B, P, K), inf padded
    node_min: F32  # (B, N, N)
    node_prev: I32  # (B, N, N) predecessor of column on the way from row; negative where there is none
    node_cell: I32  # (N,) nearest cell, to say where a moving appliance is
    site_min: F32  # (B, C, S) minutes from site to cell
    direct_start: I32  # (P + 1,) rows of the two below
    direct_place: I32  # (D,)
    direct_min: F32  # (B, D)
    site_km: F32 | None = None  # (P, S) kilometres of the quickest way in the first band; None: not told
