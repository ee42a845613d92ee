"""Travel minutes as the simulation sees them: plain arrays, of which ``sim.decisions.routes`` asks.

The arrays are made by the geography (or by hand in a test). Index letters: B bands of the week, N road nodes, E roads,
C cells, S sites, P = C + S places (cells first), K ways between a place and the network, D direct pairs.
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

    A journey between two places is the least of (a) a way out to a node and from there by road, over the K ways out,
    and (b) the direct way, where there is one. Of the way by road the minutes from every node to every place are
    kept; which way it is, they tell.
    """

    band_of_hour: NDArray[np.int8]  # (168,) band of each hour of the week, Monday 00:00 first
    leave_node: I32  # (P, K) nodes by which a journey may set out, −1 padded
    leave_min: F32  # (B, P, K) minutes to them, inf padded
    edge_start: I32  # (N + 1,) rows of the two below: the roads that leave a node
    edge_head: I32  # (E,)
    edge_min: F32  # (B, E)
    node_cell: I32  # (N,) nearest cell, to say where a moving appliance is
    to_cell_min: F32  # (B, C, N) from a node to a cell
    to_site_min: F32  # (B, S, N) from a node to a site
    site_min: F32  # (B, C, S) minutes from site to cell
    direct_start: I32  # (P + 1,) rows of the two below
    direct_place: I32  # (D,) sorted within a row
    direct_min: F32  # (B, D)
    site_km: F32 | None = None  # (P, S) kilometres of the quickest way in the first band; None: not told
