"""Who gets aboard an appliance that is alerted at home, and how soon it moves."""

from __future__ import annotations

from sim.draws.response_times import ResponseTimes
from sim.engine.appliances import Appliances
from sim.world.codes import Mode
from sim.world.fire import World

# Looking a member up in an enumeration is slow enough to show in the hot path.
_IMMEDIATE, _ON_CALL = int(Mode.IMMEDIATE), int(Mode.ON_CALL)


class Turnouts:
    """Turnouts of one replication."""

    def __init__(self, world: World, appliances: Appliances, times: ResponseTimes) -> None:
        """Keep the medians at hand."""
        self._appliances, self._times = appliances, times
        self._immediate: list[list[float]] = world.units.immediate_turnout_min.tolist()
        self._on_call: list[float] = world.units.on_call_turnout_min.tolist()

    def crew_up(
        self, row: int, unit: int, slot: int, mode: int, turnout_factor: float
    ) -> tuple[int, int, float]:
        """Return pool, people aboard and turnout minutes of an appliance alerted at home."""
        appliances = self._appliances
        pool = appliances.roster.unit_pool(slot, unit)
        if mode == _ON_CALL and pool >= 0:
            crew, ready = appliances.choose_crew(unit, pool, slot, self._times.muster_min(row, pool))
            return pool, crew, ready
        night = appliances.night(slot)
        median = self._immediate[unit][night] if mode == _IMMEDIATE else self._on_call[unit]
        turnout = median * turnout_factor
        if pool < 0:
            return -1, 0, turnout
        return pool, appliances.choose_crew(unit, pool, slot, None)[0], turnout
