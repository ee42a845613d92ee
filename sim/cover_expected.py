"""When control expects a station's own cover back. It knows what its appliances are at, and the booked crews."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from sim.codes import Mode, Origin
from sim.world import SLOT_MIN

if TYPE_CHECKING:
    from sim.control import Control

_LOOK_AHEAD_SLOTS = 48


class Expected:
    """Expected returns in one replication."""

    def __init__(self, control: Control) -> None:
        """Start with every appliance at home."""
        world = control.world
        self._control, self._fleet = control, control.fleet
        self._env = control.env
        self._incidents = control.incidents
        self._scene_min: list[float] = world.demand.scene_median_min.tolist()
        self._out: dict[int, tuple[int, float]] = {}  # appliance -> row of its incident, since when
        self._units_at: list[list[int]] = [[] for _ in world.sites.key]
        for unit, site in enumerate(world.units.site.tolist()):
            self._units_at[site].append(unit)

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
        pumps, crew_away, soonest = fleet.world.units.pump, False, math.inf
        slot = fleet.slot(now)
        for unit in self._units_at[site]:
            if pumps[unit] and fleet.home_penalty[unit] == 0.0:
                if fleet.mode(slot, unit) in (Mode.IMMEDIATE, Mode.ON_CALL):
                    crew_away = True
                else:
                    soonest = min(soonest, self._next_crew_min(unit, slot) - now)
        for unit in self._units_at[site]:
            if unit in self._out and (pumps[unit] or crew_away):
                soonest = min(soonest, self._remaining_min(unit))
        return soonest

    def _next_crew_min(self, unit: int, slot: int) -> float:
        modes = self._fleet.roster.mode[slot + 1 : slot + 1 + _LOOK_AHEAD_SLOTS, unit]
        crewed = np.flatnonzero((modes == Mode.IMMEDIATE) | (modes == Mode.ON_CALL))
        return (slot + 1 + int(crewed[0])) * SLOT_MIN if len(crewed) else math.inf

    def _remaining_min(self, unit: int) -> float:
        fleet, now = self._fleet, self._env.now
        leg = fleet.legs.get(unit)
        if leg is not None and leg.origin == Origin.RETURNING:
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
