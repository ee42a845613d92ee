"""The control room during a run: one loop that hands every incident to the desks of the services that attend.

What fire and police share stands here: the clock, the incidents in the order in which they are decided, the alerts
to units, the log. What is the fire service's own is in ``sim.engine.fire.mobilising``, what is the police's in
``sim.engine.police.deployment``; both send units to the same incidents, in one environment.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray
from simpy import Environment, Event

from sim.engine.fire import processes
from sim.engine.fire.mobilising import FireDesk
from sim.engine.police.deployment import PoliceDesk
from sim.log.incidents import IncidentTable
from sim.log.police_incidents import PoliceColumns
from sim.log.tables import RESPONSES, TableWriter

if TYPE_CHECKING:
    from sim.draws.replication import Draws
    from sim.world.fire import World


class Desk(Protocol):
    """The dispatch of one service."""

    def open(self, row: int) -> None:
        """Answer an incident (row) that has just been decided."""


class Control:
    """The control room of one replication."""

    def __init__(self, world: World, draws: Draws) -> None:
        """Put everything at its place at minute 0."""
        self.world = world
        self.env = Environment()
        self.incidents = draws.incidents
        columns = None if draws.police is None else PoliceColumns(draws.police)
        self.table = IncidentTable(world, draws.incidents, columns)
        self.responses = TableWriter(RESPONSES)
        self._alerts: dict[int, Event] = {}  # by unit
        self.fire = FireDesk(self, draws)
        self.police = None if columns is None else PoliceDesk(self, draws, columns)

    def start(self) -> None:
        """Start the stories that need no cause."""
        self.fire.start()
        if self.police is not None:
            self.police.start()
        self.env.process(processes.take_calls(self))
        self.fire.cover.start()

    def agenda(self) -> Iterator[tuple[float, Desk, int]]:
        """Yield when each incident (row) is to be decided and by which desk; fire first at the same moment."""
        rows = np.flatnonzero(self.fire.attends())
        at_min = (self.incidents.time_min + self.incidents.handling_min)[rows]
        desks: tuple[Desk, ...] = (self.fire,)
        which = np.zeros(rows.size, dtype=np.int8)
        if self.police is not None:
            theirs = self.police.attends()
            at_min = np.concatenate((at_min, self.police.open_min[theirs]))
            rows = np.concatenate((rows, theirs))
            which = np.repeat(np.array([0, 1], dtype=np.int8), [which.size, theirs.size])
            desks = (self.fire, self.police)
        order = np.lexsort((rows, which, at_min))
        in_turn = zip(at_min[order].tolist(), which[order].tolist(), rows[order].tolist(), strict=True)
        return ((when, desks[desk], row) for when, desk, row in in_turn)

    def alert_of(self, unit: int) -> Event:
        """Return the event of a unit's next alert; its value is the Job.

        It may have happened already: a unit may be sent on in the moment in which it comes home.
        """
        if unit not in self._alerts:
            self._alerts[unit] = self.env.event()
        return self._alerts[unit]

    def heard(self, unit: int) -> None:
        """A unit has heard its alert, or been told otherwise before it could."""
        self._alerts.pop(unit, None)

    def close(self) -> None:
        """Write what is still open when the run has ended."""
        self.fire.close()
        if self.police is not None:
            self.police.close()

    def tables(self) -> dict[str, dict[str, NDArray[Any]]]:
        """Return the tables of the log that the run has written."""
        return {
            "incidents": self.table.columns(),
            "responses": self.responses.columns(),
            "standby": self.fire.cover.columns(),
        }
