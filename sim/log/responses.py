"""The responses' table of the log: one row a unit sent, filled in by unit while it lasts.

A unit has at most one response at a time, so what is known of it stands in lists by unit until it has ended and its
row is written.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.log.tables import TableWriter
from sim.world.codes import Outcome
from sim.world.log_schema import RESPONSES

_NAN = math.nan
_NO_RESPONSE = -1
# Looking a member up in an enumeration is slow enough to show in the hot path.
_DIVERTED, _NOT_ALERTED = int(Outcome.DIVERTED), int(Outcome.NOT_ALERTED)


class Responses:
    """What each unit is at, and the responses that have ended. Minutes; indices as in the table."""

    def __init__(self, n_units: int) -> None:
        """Let every unit be at nothing."""
        self._table = TableWriter(RESPONSES)
        self.row = [_NO_RESPONSE] * n_units  # of the incident
        self.order = [0] * n_units
        self.decided_min = [_NAN] * n_units
        self.turnout_min = [_NAN] * n_units
        self.travel_min = [_NAN] * n_units
        self.arrived_min = [_NAN] * n_units
        self.released_min = [_NAN] * n_units
        self.left_scene_min = [_NAN] * n_units  # NaN: when released
        self.tied_up = [0] * n_units
        self._why: list[tuple[Any, ...]] = [
            ()
        ] * n_units  # reason, capability, origin, place, mode, pool, crew
        self._estimate_min = [_NAN] * n_units

    def begin(
        self,
        unit: int,
        row: int,
        order: int,
        *,
        reason: int,
        capability: int,
        origin: int,
        origin_place: int,
        mode: int,
        pool: int,
        crew: int,
        decided_min: float,
        estimate_min: float,
        turnout_min: float,
        travel_min: float,
    ) -> None:
        """A unit is alerted for an incident."""
        self.row[unit], self.order[unit] = row, order
        self._why[unit] = (reason, capability, origin, origin_place, mode, pool, crew)
        self.decided_min[unit], self._estimate_min[unit] = decided_min, estimate_min
        self.turnout_min[unit], self.travel_min[unit] = turnout_min, travel_min
        self.arrived_min[unit] = self.released_min[unit] = self.left_scene_min[unit] = _NAN
        self.tied_up[unit] = 0

    def under_way(self, unit: int) -> bool:
        """Return whether a unit has a response that has not ended."""
        return self.row[unit] >= 0

    def at_scene(self, unit: int) -> bool:
        """Return whether the unit of a response has arrived."""
        return self.arrived_min[unit] == self.arrived_min[unit]  # not NaN

    def departed_min(self, unit: int) -> float:
        """Return when a unit's wheels move."""
        return self.decided_min[unit] + self.turnout_min[unit]

    def end(self, unit: int, ended_min: float, outcome: int) -> None:
        """Write a response. A unit called off before it moved, or before it came, has no such times."""
        departed, released = self.departed_min(unit), self.released_min[unit]
        if outcome == _DIVERTED and ended_min < departed:
            departed = _NAN
        left = self.left_scene_min[unit]
        left = released if math.isnan(left) else left
        decided = self.decided_min[unit]
        self._table.append(
            (
                *(self.row[unit], unit, self.order[unit], *self._why[unit]),
                *(decided, decided, self._estimate_min[unit]),
                *(self.turnout_min[unit], self.travel_min[unit], departed, self.arrived_min[unit], released),
                *(ended_min, outcome, left, self.tied_up[unit]),
            )
        )
        self.row[unit] = _NO_RESPONSE

    def not_alerted(
        self,
        unit: int,
        row: int,
        order: int,
        *,
        reason: int,
        capability: int,
        origin: int,
        origin_place: int,
        mode: int,
        decided_min: float,
        estimate_min: float,
    ) -> None:
        """Write an alert that did not reach its unit, which goes on with what it was at."""
        self._table.append(
            (
                *(row, unit, order, reason, capability, origin, origin_place, mode, -1, 0, decided_min, _NAN),
                *(estimate_min, _NAN, _NAN, _NAN, _NAN, _NAN, decided_min, _NOT_ALERTED, _NAN, 0),
            )
        )

    def columns(self) -> dict[str, NDArray[Any]]:
        """Return the table by incident, then in the order of sending."""
        return in_order(self._table.columns())


def in_order(made: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Return the table by incident, then in the order of sending."""
    order = np.lexsort((made["order"], made["incident"]))
    return {name: made[name][order] for name, _, _, _ in RESPONSES}
