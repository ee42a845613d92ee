"""One cover move: an appliance standing by at another station, or people moved to crew one there."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from simpy import Process

from sim.decisions.cover.view import End, Why

_NAN = math.nan


@dataclass(slots=True, eq=False)
class Standby:
    """An appliance standing by at another station, or people moved to crew an appliance of another station."""

    unit: int
    from_site: int
    to_site: int
    pool: int
    crew: int  # bit mask
    people: bool
    why: Why
    decided_min: float
    turnout_min: float
    travel_min: float
    arrived_min: float = _NAN
    ended_min: float = _NAN
    home_min: float = _NAN
    home_travel_min: float = 0.0
    end: End | None = None
    process: Process | None = None

    @property
    def stands(self) -> bool:
        """Whether it counts as cover: on its way there, or there."""
        return self.end is None

    @property
    def recalled(self) -> bool:
        """Whether it has been told to go home."""
        return self.end is not None and self.end != End.SENT

    @property
    def departs_min(self) -> float:
        """When its crew is ready to leave."""
        return self.decided_min + self.turnout_min

    def log_row(self, horizon_min: float) -> tuple[Any, ...]:
        """Return its row of the log; what still stood by at the horizon ended there."""
        arrived, ended, end = self.arrived_min, self.ended_min, self.end
        if end is None or ended > horizon_min:
            ended, end = horizon_min, End.END_OF_RUN
        if arrived > ended:
            arrived = _NAN
        return (
            *(self.unit, self.from_site, self.to_site, self.people, self.decided_min, arrived, ended),
            *(self.home_min, self.travel_min, self.why, end),
        )
