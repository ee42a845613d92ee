"""When control expects a station's own cover back. It knows what its appliances are at, and the booked crews."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.world.codes import Mode, Origin
from sim.world.fire import SLOT_MIN

if TYPE_CHECKING:
    from sim.draws.roster import Roster
    from sim.engine.fire.mobilising import FireDesk

_NEVER = np.int32(1 << 30)
# Looking a member up in an enumeration is slow enough to show.
_IMMEDIATE, _ON_CALL, _RETURNING = int(Mode.IMMEDIATE), int(Mode.ON_CALL), Origin.RETURNING


def next_crewed(roster: Roster, units: NDArray[np.int64]) -> NDArray[np.int32]:
    """Return the first slot, from each slot on, in which each appliance is on the run, (T, units)."""
    mode = roster.mode[:, units]
    slots = np.arange(mode.shape[0], dtype=np.int32)[:, None]
    on = np.where((mode == _IMMEDIATE) | (mode == _ON_CALL), slots, _NEVER)
    first: NDArray[np.int32] = np.minimum.accumulate(on[::-1], axis=0)[::-1]
    return first


class Expected:
    """Expected returns in one replication."""

    def __init__(self, fire: FireDesk) -> None:
        """Start with every appliance at home."""
        world = fire.world
        self._fire, self._fleet = fire, fire.fleet
        self._env = fire.env
        self._incidents = fire.incidents
        self._scene_min: list[float] = world.demand.scene_median_min.tolist()
        self._out: dict[int, tuple[int, float]] = {}  # appliance -> row of its incident, since when
        self._units_at: list[list[int]] = [[] for _ in world.sites.key]
        for unit, site in enumerate(world.units.site.tolist()):
            self._units_at[site].append(unit)
        self._is_pump: list[bool] = world.units.pump.tolist()
        core = np.flatnonzero(world.units.pump & world.sites.core[world.units.site])
        self._next_crewed = dict(zip(core.tolist(), next_crewed(fire.fleet.roster, core).T, strict=True))

    def sent(self, unit: int, row: int) -> None:
        """An appliance goes to an incident."""
        self._out[unit] = (row, self._env.now)

    def home(self, unit: int) -> None:
        """An appliance is at home again."""
        self._out.pop(unit, None)

    def back_in_min(self, site: int) -> float:
        """Return minutes until a pump of the site is expected to be at home with a crew; inf if unknown.

        An appliance at an incident: its road there, the median time at scene of that type, its road home; if that
        is over, the job is expected to last as much longer again as it has overrun (assumption: what control has
        learnt from a job that drags on). On its way home: the rest of the way. A pump without a crew: the next slot
        that has one, as availability is booked ahead.
        """
        fleet, now = self._fleet, self._env.now
        pumps, crew_away, soonest = self._is_pump, False, math.inf
        slot = fleet.slot(now)
        for unit in self._units_at[site]:
            if pumps[unit] and unit not in fleet.away:
                if fleet.mode(slot, unit) in (_IMMEDIATE, _ON_CALL):
                    crew_away = True
                else:
                    next_slot = int(self._next_crewed[unit][slot])
                    soonest = min(soonest, next_slot * SLOT_MIN - now if next_slot < _NEVER else math.inf)
        for unit in self._units_at[site]:
            if unit in self._out and (pumps[unit] or crew_away):
                soonest = min(soonest, self._remaining_min(unit))
        return soonest

    def _remaining_min(self, unit: int) -> float:
        fleet, now = self._fleet, self._env.now
        leg = fleet.legs.get(unit)
        if leg is not None and leg.origin == _RETURNING:
            return leg.start_min + leg.duration_min - now
        row, since = self._out[unit]
        world = fleet.world
        site = int(world.units.site[unit])
        cell = int(self._incidents.cell[row])
        road = float(world.travel.site_min[fleet.band(fleet.slot(since)), cell, site])
        estimate = self._scene_min[int(self._incidents.type[row])] + road * (
            1.0 + world.timings.return_factor
        )
        return abs(estimate - (now - since))
