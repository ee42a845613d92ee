"""The roster's table of the log: a row a change."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.draws.roster import Roster
from sim.world.fire import SLOT_MIN


def roster_changes(roster: Roster) -> dict[str, NDArray[Any]]:
    """Return the roster as its changes, by appliance and time; the first row of each appliance is at 0."""
    if _NAME not in roster.worked_out:
        roster.worked_out[_NAME] = _changes(roster.mode)
    changes: dict[str, NDArray[Any]] = roster.worked_out[_NAME]
    return dict(changes)


_NAME = "changes"


def _changes(mode: NDArray[np.uint8]) -> dict[str, NDArray[Any]]:
    changed = np.ones(mode.shape, dtype=bool)
    np.not_equal(mode[1:], mode[:-1], out=changed[1:])
    slot, unit = np.nonzero(changed)
    by_unit = np.argsort(unit.astype(np.int16), kind="stable")
    slot, unit = slot[by_unit], unit[by_unit]
    return {
        "unit": unit.astype(np.int16),
        "time_min": slot * SLOT_MIN,
        "mode": mode[slot, unit].astype(np.int8),
    }
