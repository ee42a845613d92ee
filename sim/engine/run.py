"""Run one replication: World and seed in, Log out. Deterministic."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.draws.replication import Draws, draw
from sim.engine.control import Control
from sim.log.tables import RESPONSES, Log, no_calls
from sim.world.fire import SLOT_MIN

if TYPE_CHECKING:
    from sim.draws.roster import Roster
    from sim.world.fire import World


def simulate(world: World, *, seed: int, replication: int) -> Log:
    """Draw a replication and run it.

    Responses that are under way at the horizon run on to their end, so that every response ends.
    """
    return run(world, draw(world, seed, replication), seed=seed, replication=replication)


def run(world: World, draws: Draws, *, seed: int, replication: int) -> Log:
    """Run a replication whose draws are made."""
    control = Control(world, draws)
    control.start()
    _run_without_collector(control)
    control.close()
    tables = control.tables()
    return Log(
        replication=replication,
        seed=seed,
        horizon_min=world.calendar.horizon_min,
        incidents=tables["incidents"],
        responses=_in_order(tables["responses"]),
        standby=tables["standby"],
        roster=roster_changes(draws.roster),
        scenario_digest=world.digest,
        calls=no_calls() if draws.calls is None else draws.calls,
    )


def _run_without_collector(control: Control) -> None:
    """Run to the end with the cyclic garbage collector off: what a run makes has no cycles worth a search."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        control.env.run()
    finally:
        if was_on:
            gc.enable()


def _in_order(responses: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Sort the responses by incident, then in the order of sending."""
    order = np.lexsort((responses["order"], responses["incident"]))
    return {name: responses[name][order] for name, _, _, _ in RESPONSES}


def roster_changes(roster: Roster) -> dict[str, NDArray[Any]]:
    """Return the roster as its changes, by appliance and time; the first row of each appliance is at 0."""
    mode = roster.mode
    changed = np.ones(mode.shape, dtype=bool)
    np.not_equal(mode[1:], mode[:-1], out=changed[1:])
    unit, slot = np.nonzero(changed.T)
    return {
        "unit": unit.astype(np.int16),
        "time_min": slot * SLOT_MIN,
        "mode": mode[slot, unit].astype(np.int8),
    }
