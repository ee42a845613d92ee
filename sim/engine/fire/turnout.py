"""Who gets aboard an appliance that is alerted at home, and how soon it moves."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.world.codes import Mode

if TYPE_CHECKING:
    from sim.draws.response_times import ResponseNoise
    from sim.engine.fire.appliances import Fleet
    from sim.world.fire import World

# Looking a member up in an enumeration is slow enough to show in the hot path.
_IMMEDIATE, _ON_CALL = int(Mode.IMMEDIATE), int(Mode.ON_CALL)


class Turnouts:
    """Turnouts of one replication."""

    def __init__(self, world: World, fleet: Fleet, noise: ResponseNoise) -> None:
        """Keep the medians at hand."""
        self._fleet, self._noise = fleet, noise
        self._immediate: list[list[float]] = world.units.immediate_turnout_min.tolist()
        self._on_call: list[float] = world.units.on_call_turnout_min.tolist()
        self._sigma: list[float] = world.units.immediate_sigma.tolist()

    def crew_up(self, row: int, unit: int, slot: int, mode: int, turnout_z: float) -> tuple[int, int, float]:
        """Return pool, people aboard and turnout minutes of an appliance alerted at home."""
        fleet = self._fleet
        pool = fleet.roster.unit_pool(slot, unit)
        if mode == _ON_CALL and pool >= 0:
            crew, ready = fleet.choose_crew(unit, pool, slot, self._noise.muster_min(row, pool))
            return pool, crew, ready
        median = self._immediate[unit][fleet.night(slot)] if mode == _IMMEDIATE else self._on_call[unit]
        turnout = median * math.exp(self._sigma[unit] * turnout_z)
        if pool < 0:
            return -1, 0, turnout
        return pool, fleet.choose_crew(unit, pool, slot, None)[0], turnout
