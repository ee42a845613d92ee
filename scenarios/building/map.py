"""The map of a scenario as the World is built from it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.cells import Cells
from sim.world.travel import Travel

F64 = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Geography:
    """Cells, metres of main road in each, and travel."""

    cells: Cells
    main_road_m: F64  # (C,) metres of main road (all but minor links), each direction counted once
    travel: Travel
