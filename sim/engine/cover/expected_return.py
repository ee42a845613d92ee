"""When control expects a station's own cover back. It knows what its appliances are at, and the booked crews."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sim.draws.incidents import Incidents
from sim.draws.roster import Roster
from sim.engine.appliances import Appliances
from sim.world.codes import Mode, Origin
from sim.world.fire import SLOT_MIN, World

_NEVER = np.int32(1 << 30)
# Looking a member up in an enumeration is slow enough to show.
_IMMEDIATE, _ON_CALL, _RETURNING = int(Mode.IMMEDIATE), int(Mode.ON_CALL), int(Origin.RETURNING)


def next_crewed(roster: Roster, units: NDArray[np.int64]) -> NDArray[np.int32]:
    """Return the first slot, from each slot on, in which each appliance is on the run, (T, units)."""
    mode = roster.mode[:, units]
    slots = np.arange(mode.shape[0], dtype=np.int32)[:, None]
    on = np.where((mode == _IMMEDIATE) | (mode == _ON_CALL), slots, _NEVER)
    first: NDArray[np.int32] = np.minimum.accumulate(on[::-1], axis=0)[::-1]
    return first


class ExpectedReturns:
    """Expected returns in one replication."""

    def __init__(self, world: World, appliances: Appliances, incidents: Incidents) -> None:
        """Start with every appliance at home."""
        self._world, self._appliances, self._incidents = world, appliances, incidents
        self._scene_min: list[float] = world.demand.scene_median_min.tolist()
        self._out: dict[int, tuple[int, float]] = {}  # appliance -> row of its incident, since when
        self._units_at: list[list[int]] = [[] for _ in world.sites.key]
        for unit, site in enumerate(world.units.site.tolist()):
            self._units_at[site].append(unit)
        self._is_pump: list[bool] = world.units.pump.tolist()
        core = np.flatnonzero(world.units.pump & world.sites.core[world.units.site])
        self._next_crewed = dict(zip(core.tolist(), next_crewed(appliances.roster, core).T, strict=True))

    def sent(self, unit: int, row: int, now_min: float) -> None:
        """An appliance goes to an incident."""
        self._out[unit] = (row, now_min)

    def home(self, unit: int) -> None:
        """An appliance is at home again."""
        self._out.pop(unit, None)

    def back_in_min(self, site: int, now_min: float) -> float:
        """Return minutes until a pump of the site is expected to be at home with a crew; inf if unknown.

        An appliance at an incident: its road there, the median time at scene of that type, its road home; if that
        is over, the job is expected to last as much longer again as it has overrun (assumption: what control has
        learnt from a job that drags on). On its way home: the rest of the way. A pump without a crew: the next slot
        that has one, as availability is booked ahead.
        """
        appliances, pumps = self._appliances, self._is_pump
        crew_away, soonest = False, math.inf
        slot = appliances.slot(now_min)
        for unit in self._units_at[site]:
            if pumps[unit] and unit not in appliances.away:
                if appliances.mode(slot, unit) in (_IMMEDIATE, _ON_CALL):
                    crew_away = True
                else:
                    next_slot = int(self._next_crewed[unit][slot])
                    wait = next_slot * SLOT_MIN - now_min if next_slot < _NEVER else math.inf
                    soonest = min(soonest, wait)
        for unit in self._units_at[site]:
            if unit in self._out and (pumps[unit] or crew_away):
                soonest = min(soonest, self._remaining_min(unit, now_min))
        return soonest

    def _remaining_min(self, unit: int, now_min: float) -> float:
        appliances, world = self._appliances, self._world
        if appliances.legs.origin[unit] == _RETURNING:
            return appliances.legs.end_min(unit) - now_min
        row, since = self._out[unit]
        site = appliances.site[unit]
        cell = int(self._incidents.cell[row])
        road = float(world.travel.site_min[appliances.band(appliances.slot(since)), cell, site])
        estimate = self._scene_min[int(self._incidents.type[row])] + road * (
            1.0 + world.timings.return_factor
        )
        return abs(estimate - (now_min - since))
