"""What the police dispatch decides: pure functions over arrays, with the rule for ties.

Minutes are control's estimates by unit, inf where a unit cannot be sent. Ties go to the unit that the scenario lists
first, and to a free unit before one that would have to leave other work.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sim.world.police import PoliceUnits

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
I8 = NDArray[np.int8]

ROUNDING_MIN = 1e-9
"""A moment worked out in two ways may differ by the last bits: this much is the same moment."""


def worth_diverting(free_min: float, divertible_min: float, gain_min: float) -> bool:
    """Return whether a unit on lower work is to be taken, the best free one being ``free_min`` away (inf: none).

    Only if it is quicker by more than ``gain_min``.
    """
    return divertible_min < math.inf and free_min - divertible_min > gain_min


def divertible(work_grade: I8, leave_from_min: F64, grade: int, now_min: float) -> NDArray[np.bool_]:
    """Return which units (U,) may leave their work for work of a grade: it is lower, and they may leave it by now.

    ``work_grade`` is −1 for a unit with no such work; ``leave_from_min`` is −inf on the way there, then so long after
    arrival as a unit must stay.
    """
    return (work_grade > grade) & (leave_from_min <= now_min + ROUNDING_MIN)


def may_be_sent_from(
    units: PoliceUnits,
    reach: NDArray[np.bool_],
    district: int,
    support_too: bool,
    capability: int,
    has: NDArray[np.bool_],
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which units (U,) may be sent to a part at once, and which once it has waited long enough.

    ``reach`` (D, D) is the grade's. A part that asks for a capability takes any unit that ``has`` it (U,); another
    takes response units, and support units if ``support_too``. Units of no district, and all units where the
    incident is in none (−1), count as within reach.
    """
    suits = units.police & (has if capability >= 0 else (~units.support | support_too))
    if district < 0:
        return suits, suits
    near = (units.district < 0) | reach[district, np.maximum(units.district, 0)]
    return suits & near, suits
