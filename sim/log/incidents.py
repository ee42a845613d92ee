"""The incidents' table of the log, filled in while they happen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.log.police_incidents import no_police
from sim.world.log_schema import INCIDENTS

if TYPE_CHECKING:
    from sim.draws.incidents import Incidents
    from sim.log.police_incidents import PoliceColumns
    from sim.world.fire import World


class IncidentTable:
    """One row an incident; what is drawn is there from the start, what happens is written as it happens."""

    def __init__(self, world: World, incidents: Incidents, police: PoliceColumns | None = None) -> None:
        """Start with what the draws say."""
        self._police = police
        n = len(incidents.time_min)
        self._world = world
        self._incidents = incidents
        self._first_alert = [np.nan] * n
        self._first_pump = [np.nan] * n
        self._second_pump = [np.nan] * n
        self._first_unit = [-1] * n
        self._pumps_sent = [0] * n
        self._order = [0] * n
        self._makeup = [0] * n
        self._queued = [0.0] * n
        self._failures = [0] * n
        self._closed = [np.nan] * n
        self._without = [0] * n
        self._lost = [0] * n
        self._capability = [0] * n
        self._is_pump: list[bool] = world.units.pump.tolist()
        self._has: list[int] = world.units.capability.tolist()

    def next_order(self, row: int) -> int:
        """Return and count the position of the next appliance sent."""
        order = self._order[row]
        self._order[row] = order + 1
        return order

    def sent(self, row: int, unit: int, now_min: float) -> None:
        """Note an appliance alerted."""
        if self._first_alert[row] != self._first_alert[row]:  # NaN: none before
            self._first_alert[row] = now_min
        self._pumps_sent[row] += self._is_pump[unit]
        self._capability[row] |= self._has[unit]

    def brought(self, row: int) -> int:
        """Return what the appliances already sent bring: a bit mask of capabilities."""
        return self._capability[row]

    def arrived(self, row: int, unit: int, now_min: float) -> bool:
        """Note an arrival; True if it is the first pump."""
        if not self._is_pump[unit]:
            return False
        if self._first_unit[row] < 0:
            self._first_unit[row] = unit
            self._first_pump[row] = now_min
            return True
        if self._second_pump[row] != self._second_pump[row]:  # NaN: none before
            self._second_pump[row] = now_min
        return False

    def left(self, row: int, now_min: float) -> None:
        """Note that an appliance left; the last one closes the incident."""
        self._closed[row] = now_min

    def made_up(self, row: int, pumps: int) -> None:
        """Note a make-up."""
        self._makeup[row] += pumps

    def failed(self, row: int) -> None:
        """Note a mobilising failure."""
        self._failures[row] += 1

    def waited(self, row: int, minutes: float) -> None:
        """Note how long a part of the attendance waited."""
        self._queued[row] = max(self._queued[row], minutes)

    def went_without(self, row: int) -> None:
        """Note that a capability asked for was not to be had."""
        self._without[row] += 1

    def lost(self, row: int) -> None:
        """Note that a pump asked for was not to be had and is not waited for."""
        self._lost[row] += 1

    def columns(self) -> dict[str, NDArray[Any]]:
        """Return the table as the log wants it."""
        happened: dict[str, Any] = {
            "first_alert_min": self._first_alert,
            "first_pump_min": self._first_pump,
            "second_pump_min": self._second_pump,
            "first_unit": self._first_unit,
            "pumps_sent": self._pumps_sent,
            "makeup_pumps": self._makeup,
            "queued_min": self._queued,
            "failures": self._failures,
            "closed_min": self._closed,
            "capabilities_unmet": self._without,
            "pumps_lost": self._lost,
        }
        police = no_police(self._incidents) if self._police is None else self._police.columns()
        return columns_of(self._world, self._incidents, happened, police)


def columns_of(
    world: World, drawn: Incidents, happened: dict[str, Any], police: dict[str, Any]
) -> dict[str, NDArray[Any]]:
    """Return the table as the log wants it, of what was drawn, what happened, and the columns of the police."""
    values: dict[str, Any] = {
        "key": drawn.key,
        "type": drawn.type,
        "cell": drawn.cell,
        "time_min": drawn.time_min,
        "plt": drawn.plt,
        "late_call": drawn.late_call,
        "variant": drawn.variant - world.demand.variant_start[drawn.type],
        "pumps_asked": world.demand.variant_pumps[drawn.variant],
        "handling_min": drawn.handling_min,
        "traffic": drawn.traffic,
        **happened,
        **police,
    }
    return {name: np.asarray(values[name], dtype=dtype) for name, dtype, _, _ in INCIDENTS}
