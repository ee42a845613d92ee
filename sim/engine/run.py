"""Run one replication: World and seed in, Log out. Deterministic.

Here alone fire, cover and police are put together; none of them knows another.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.draws.replication import Draws, draw
from sim.engine.appliances import Appliances
from sim.engine.calls import in_turn, take_calls
from sim.engine.clock import Clock
from sim.engine.cover.reviews import CoverReviews
from sim.engine.fire.mobilising import Mobilising
from sim.engine.order import Happening
from sim.engine.police.deployment import Deployment
from sim.log.incidents import IncidentTable
from sim.log.police_incidents import PoliceColumns
from sim.log.responses import Responses
from sim.log.roster import roster_changes
from sim.log.tables import Log, no_calls
from sim.world.fire import World


def simulate(world: World, *, seed: int, replication: int) -> Log:
    """Draw a replication and run it.

    Responses that are under way at the horizon run on to their end, so that every response ends.
    """
    return run(world, draw(world, seed, replication), seed=seed, replication=replication)


def run(world: World, draws: Draws, *, seed: int, replication: int) -> Log:
    """Run a replication whose draws are made."""
    with _one_collection():
        tables = _tables(world, draws)
    return Log(
        replication=replication,
        seed=seed,
        horizon_min=world.calendar.horizon_min,
        incidents=tables["incidents"],
        responses=tables["responses"],
        standby=tables["standby"],
        roster=roster_changes(draws.roster),
        scenario_digest=world.digest,
        calls=no_calls() if draws.calls is None else draws.calls,
    )


def _tables(world: World, draws: Draws) -> dict[str, dict[str, NDArray[Any]]]:
    engine = Engine(world, draws)
    engine.start()
    engine.clock.run()
    engine.close()
    return engine.tables()


class Engine:
    """Fire, cover and police of one replication, around one clock."""

    def __init__(self, world: World, draws: Draws) -> None:
        """Put everything at its place at minute 0."""
        self.clock, self.incidents = Clock(), draws.incidents
        columns = None if draws.police is None else PoliceColumns(draws.police)
        self.table = IncidentTable(world, draws.incidents, columns)
        self.responses = Responses(len(world.units.key))
        self.appliances = Appliances(world, draws.roster)
        self.fire = Mobilising(
            world,
            draws,
            clock=self.clock,
            appliances=self.appliances,
            table=self.table,
            responses=self.responses,
        )
        self.cover = CoverReviews(
            world,
            draws.incidents,
            clock=self.clock,
            appliances=self.appliances,
            serve_waiting=self.fire.waiting.serve,
        )
        if self.cover.policy.moves:
            self.fire.listen(self.cover)
        self.police = None if columns is None else self._deployment(world, draws, columns)

    def _deployment(self, world: World, draws: Draws, columns: PoliceColumns) -> Deployment:
        if world.police is None or draws.police is None:
            raise ValueError(
                "the draws and the world do not both have a police part: draw from the same world"
            )
        return Deployment(
            world,
            world.police,
            draws,
            draws.police,
            clock=self.clock,
            table=self.table,
            columns=columns,
            responses=self.responses,
        )

    def start(self) -> None:
        """Start the processes that need no cause."""
        self.fire.start()
        rows = np.flatnonzero(self.fire.attends())
        decided_min = (self.incidents.time_min + self.incidents.handling_min)[rows]
        agendas = [(rows, decided_min, int(Happening.CALL_DECIDED), self.fire.open)]
        if self.police is not None:
            self.police.start()
            theirs = self.police.attends()
            opened_min = self.police.draws.open_min[theirs]
            agendas.append((theirs, opened_min, int(Happening.POLICE_OPENED), self.police.open))
        self.clock.start(take_calls(self.clock, in_turn(agendas)))
        self.cover.start()

    def close(self) -> None:
        """Write what is still open when the run has ended."""
        self.fire.waiting.close()
        self.cover.close()
        if self.police is not None:
            self.police.close()

    def tables(self) -> dict[str, dict[str, NDArray[Any]]]:
        """Return the tables of the log that the run has written."""
        return {
            "incidents": self.table.columns(),
            "responses": self.responses.columns(),
            "standby": self.cover.columns(),
        }


@contextmanager
def _one_collection() -> Iterator[None]:
    """Run with the cyclic garbage collector off, then let it take what the run leaves.

    What a run makes has no cycles worth a search while it lasts; at its end its processes are cycles that hold all
    of it. They are young, as nothing has been collected since they were made, so that one look at the youngest
    generation frees them.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.collect(0)
        if was_on:
            gc.enable()
