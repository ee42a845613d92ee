"""One unit's part in one incident, and its row of the log."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from sim.world.codes import Origin, Outcome, Reason

_NAN = math.nan


@dataclass(slots=True, eq=False)
class Job:
    """One unit's part in one incident."""

    row: int  # of the incident
    unit: int
    order: int
    reason: Reason
    capability: int
    origin: Origin
    origin_place: int
    mode: int
    pool: int
    crew: int
    decided_min: float
    estimate_min: float
    turnout_min: float
    travel_min: float
    arrived_min: float = _NAN
    released_min: float = _NAN
    left_scene_min: float = _NAN  # NaN: when released
    tied_up: int = 0

    def log_row(self, ended_min: float, outcome: int) -> tuple[Any, ...]:
        """Return its row of the log. A unit called off before it moved, or before it came, has no such times."""
        departed = self.decided_min + self.turnout_min
        if outcome == _DIVERTED and ended_min < departed:
            departed = _NAN
        left = self.left_scene_min if self.left_scene_min == self.left_scene_min else self.released_min
        return (
            *(self.row, self.unit, self.order, self.reason, self.capability, self.origin, self.origin_place),
            *(self.mode, self.pool, self.crew, self.decided_min, self.decided_min, self.estimate_min),
            *(self.turnout_min, self.travel_min, departed, self.arrived_min, self.released_min),
            *(ended_min, outcome, left, self.tied_up),
        )


# Looking a member up in an enumeration is slow enough to show in the hot path.
_DIVERTED = int(Outcome.DIVERTED)
