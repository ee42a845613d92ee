"""Where the police units are, what they are doing, and how soon they could be anywhere. State only; no decisions.

All minutes are those of ``World.travel`` (an appliance on blue lights) times the factor that the journey asks for.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sim.decisions.nearest import choose, quickest
from sim.decisions.police_dispatch import ROUNDING_MIN, divertible
from sim.decisions.positions import WAY_BACK
from sim.decisions.routes import minutes_between, minutes_from_each, site_to_site
from sim.draws.police.incidents import PoliceDraws, open_hours
from sim.draws.roster import Roster
from sim.engine.legs import Legs
from sim.log.responses import Responses
from sim.world.codes import Mode, Origin
from sim.world.fire import SLOT_MIN, World
from sim.world.police import Police

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
_INF = np.float32(np.inf)
_INFINITE = math.inf
_DAY_SLOTS = 48
_RESERVED, _IMMEDIATE = int(Mode.RESERVED), int(Mode.IMMEDIATE)
_PATROL = int(Origin.PATROL)


class PoliceUnits:
    """The police units during a run. A unit is free (on its way to its waiting place, or there) or at work."""

    def __init__(
        self, world: World, police: Police, roster: Roster, draws: PoliceDraws, responses: Responses
    ) -> None:
        """Let every unit be free, at its waiting place."""
        self._responses = responses
        self.travel, self.rules = world.travel, police.rules
        self.n_cells = len(world.cells.population)
        n = len(world.units.key)
        self.legs = Legs(
            world.travel, n
        )  # a free unit's to its waiting place, over or not; else to its scene
        # of the way that a unit is on, free or not: when it ends; for a minute of it, minutes of a way back at the most
        self._way_end_min, self._way_rate = np.full(n, -np.inf), np.zeros(n)
        self._nothing, self._rest = np.zeros(n), np.zeros(n)
        # of the work that a unit may leave: grade (−1: none), cell, from when (−inf: on the way)
        self._work_grade = np.full(n, -1, dtype=np.int8)
        self._work_cell = np.zeros(n, dtype=np.intp)
        self._leave_from_min = np.full(n, -np.inf)
        self._busy = np.where(police.units.police, np.float32(0.0), _INF)
        self._mode, self._waiting_site = roster.mode, draws.waiting_site
        self._slots = int(roster.mode.shape[0])
        self._band: list[int] = world.travel.band_of_hour[world.calendar.hour_of_week].tolist()
        self._unfit = np.full((2, 256), _INF, dtype=np.float32)  # by whether the grade diverts, and mode
        self._unfit[:, Mode.IMMEDIATE] = 0.0
        self._unfit[1, Mode.RESERVED] = 0.0
        self._hours: list[list[bool]] = open_hours(world, police).T.tolist()
        self._between: dict[int, F32] = {}  # minutes from site to site, by band
        self._at = np.zeros(n, dtype=np.intp)  # site at which a free unit is, or will be
        self._slot_end_min = -1.0
        self.turn_to(0.0)

    def slot(self, time_min: float) -> int:
        """Return the roster slot of a time; after the horizon the last day comes again."""
        slot = int(time_min / SLOT_MIN)
        past = slot - self._slots
        return slot if past < 0 else max(self._slots - _DAY_SLOTS, 0) + past % min(_DAY_SLOTS, self._slots)

    def turn_to(self, time_min: float) -> None:
        """Make the slot of a time the present one; time never goes back."""
        if time_min < self._slot_end_min:
            return
        self._slot_end_min = (int(time_min / SLOT_MIN) + 1) * SLOT_MIN
        slot = self.slot(time_min)
        self.band = self._band[slot]
        self._site_min = self.travel.site_min[self.band]
        self.mode: list[int] = self._mode[slot].tolist()
        self.in_hours = self._hours[slot]  # by grade
        self._off = self._unfit[:, self._mode[slot]]
        self._at_slot = self._waiting_site[slot]
        self._at = np.where(self._way_end_min > time_min, self._at, self._at_slot).astype(np.intp)
        idle = self._off + self._busy
        self._idle = (idle[0], idle[1])  # by whether the grade diverts

    def may_take(self, unit: int, diverts: bool) -> bool:
        """Return whether a unit is on duty for a grade that diverts, or for one that does not."""
        mode = self.mode[unit]
        return mode == _IMMEDIATE or (diverts and mode == _RESERVED)

    # -- free units -------------------------------------------------------------------------------------

    def quickest_free(
        self, now: float, cell: int, factor: float, diverts: bool, strike: F32
    ) -> tuple[int, float]:
        """Return the free unit nearest to a cell and its minutes; −1 and inf if none can be sent.

        ``strike`` (U,) is inf for units that may not be sent. ``turn_to`` comes first.
        """
        minutes: F32 = self._site_min[cell].take(self._at)
        minutes -= self._way_back(now)
        minutes += self._idle[diverts]
        minutes += strike
        way_end_min = self._way_end_min.item

        def exact_min(unit: int) -> np.float32 | None:
            return np.float32(self._from_leg(unit, now, cell)) if way_end_min(unit) > now else None

        unit = choose(quickest, minutes, exact_min)
        return (unit, minutes.item(unit) * factor) if unit >= 0 else (-1, _INFINITE)

    def _way_back(self, now: float) -> F64:
        """Return what to take off the minutes from the end of each unit's way to have a bound below those from here.

        A way by the end is no quicker than the way from here: m(here, cell) ≥ m(end, cell) − m(here, end).
        """
        rest = self._rest
        np.subtract(self._way_end_min, now, out=rest)
        np.maximum(rest, self._nothing, out=rest)
        np.multiply(rest, self._way_rate, out=rest)
        return rest

    def _from_leg(self, unit: int, now: float, cell: int) -> float:
        """Return minutes to a cell of a unit on its way; one that has not moved yet may take any way."""
        if now <= self.legs.start_min[unit]:
            return self.minutes_from(self.legs.start_place[unit], cell)
        node, ahead_min = self.legs.node_ahead(unit, now)
        if node < 0:
            return max(0.0, ahead_min) + self.minutes_from(self.legs.end_place[unit], cell)
        return ahead_min + float(self.travel.to_cell_min[self.band, cell, node])

    def minutes_from(self, place: int, cell: int) -> float:
        """Return the minutes from a place to a cell."""
        if place >= self.n_cells:
            return float(self.travel.site_min[self.band, cell, place - self.n_cells])
        return minutes_between(self.travel, self.band, place, cell)

    def whereabouts_of_free(self, unit: int, now: float, cell: int) -> tuple[int, float]:
        """Return the place (cell, or C + site) that a free unit is at or about to reach, and its minutes to a cell."""
        if self._way_end_min.item(unit) <= now:
            site = self._at.item(unit)
            return self.n_cells + site, self._site_min.item(cell, site)
        return self._place_on_leg(unit, now), self._from_leg(unit, now, cell)

    def _place_on_leg(self, unit: int, now: float) -> int:
        if now <= self.legs.start_min[unit]:
            return self.legs.start_place[unit]
        return self.legs.place(unit, now)

    # -- units at work ----------------------------------------------------------------------------------

    def divertible(self, now: float, grade: int, strike: F32) -> NDArray[np.intp]:
        """Return the units on lower work that may be taken off it, ascending; ``strike`` as for free ones."""
        may = divertible(self._work_grade, self._leave_from_min, grade, now)
        may &= strike + self._off[1] < _INF
        return may.nonzero()[0]

    def divertible_from(self, now: float, grade: int, strike: F32) -> float:
        """Return when the next unit at the scene of lower work will have been there long enough; inf if none."""
        later = (self._work_grade > grade) & (self._leave_from_min > now + ROUNDING_MIN)
        later &= strike + self._off[1] < _INF
        return float(self._leave_from_min[later].min(initial=np.inf))

    def quickest_divertible(
        self, now: float, cell: int, factor: float, units: NDArray[np.intp], within_min: float
    ) -> tuple[int, float]:
        """Return the nearest of some units at work and its minutes, or a lower bound if over ``within_min``."""
        minutes = minutes_from_each(self.travel, self.band, self._work_cell[units], cell)
        minutes -= self._way_back(now)[units]
        way_end_min = self._way_end_min[units].tolist()

        def exact_min(i: int) -> np.float32 | None:
            if way_end_min[i] <= now or minutes.item(i) * factor > within_min:
                return None  # exact, or no better than what there is
            return np.float32(self.minutes_at_work(int(units[i]), now, cell))

        i = choose(quickest, minutes, exact_min)
        return int(units[i]), minutes.item(i) * factor

    def at_work(self, unit: int) -> bool:
        """Return whether a unit has an assignment."""
        return bool(self._busy[unit] > 0.0)

    def minutes_at_work(self, unit: int, now: float, cell: int) -> float:
        """Return the minutes to a cell of a unit on the way to, or at the scene of, an incident."""
        if self._responses.at_scene(unit):
            return self.minutes_from(self._work_cell.item(unit), cell)
        return self._from_leg(unit, max(now, self.legs.start_min[unit]), cell)

    def place_at_work(self, unit: int, now: float) -> int:
        """Return the place that a unit with an assignment is at or about to reach."""
        if self._responses.at_scene(unit):
            return self._work_cell.item(unit)
        return self._place_on_leg(unit, max(now, self.legs.start_min[unit]))

    # -- changes ----------------------------------------------------------------------------------------

    def put_to_work(
        self, unit: int, *, place: int, cell: int, grade: int, road_min: float, divertible: bool
    ) -> None:
        """Let a unit set out from a place for its response (``responses``), which is begun, at a cell."""
        departed_min, travel_min = self._responses.departed_min(unit), self._responses.travel_min[unit]
        self.legs.set_out(
            unit,
            _PATROL,
            place,
            cell,
            start_min=departed_min,
            duration_min=travel_min,
            blue_min=road_min,
            band=self.band,
        )
        self._busy[unit] = self._idle[0][unit] = self._idle[1][unit] = _INF
        self._set_way(unit, departed_min + travel_min, travel_min, road_min)
        self._work_grade[unit] = grade if divertible else -1
        self._work_cell[unit] = cell
        self._leave_from_min[unit] = -np.inf

    def arrived(self, unit: int, now: float) -> None:
        """A unit is at the scene."""
        self._way_end_min[unit] = -np.inf
        self._leave_from_min[unit] = now + self.rules.committed_min

    def left_scene(self, unit: int) -> None:
        """A unit has left the scene: what remains of its job cannot be left to another."""
        self._work_grade[unit] = -1

    def set_free(self, unit: int, place: int, now: float) -> float:
        """Let a unit drive from a place to its waiting place; return when it will be there."""
        self._busy[unit] = 0.0
        self._idle[0][unit], self._idle[1][unit] = self._off[0, unit], self._off[1, unit]
        site = self._at_slot.item(unit)
        self._at[unit] = site
        if place >= self.n_cells:
            road = float(self._sites_apart()[place - self.n_cells, site])
        else:
            road = minutes_between(self.travel, self.band, place, self.n_cells + site)
        minutes = road * self.rules.ordinary_factor
        self.legs.set_out(
            unit,
            _PATROL,
            place,
            self.n_cells + site,
            start_min=now,
            duration_min=minutes,
            blue_min=road,
            band=self.band,
        )
        self._set_way(unit, now + minutes, minutes, road)
        return now + minutes

    def _set_way(self, unit: int, end_min: float, minutes: float, road_min: float) -> None:
        self._way_end_min[unit] = end_min
        self._way_rate[unit] = WAY_BACK * road_min / minutes if minutes > 0.0 else 0.0

    def _sites_apart(self) -> F32:
        if self.band not in self._between:
            self._between[self.band] = site_to_site(self.travel, self.band, self.n_cells)
        return self._between[self.band]

    def nearest_site(self, cell: int, sites: NDArray[np.int32]) -> tuple[int, float]:
        """Return the nearest of some sites to a cell and the minutes there without blue lights."""
        minutes = self.travel.site_min[self.band, cell, sites]
        nearest_one = int(minutes.argmin())
        return int(sites[nearest_one]), float(minutes[nearest_one]) * self.rules.ordinary_factor
