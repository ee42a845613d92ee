"""Where the police units are, what they are doing, and how soon they could be anywhere. State only; no decisions.

All minutes are those of ``World.travel`` (an appliance on blue lights) times the factor that the journey asks for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.codes import Mode, Origin
from sim.journeys import minutes_between, minutes_from_places, site_to_site
from sim.legs import Leg, least_from_leg, minutes_from_leg, place_of_leg
from sim.police.choices import may_divert, nearest
from sim.world import SLOT_MIN

if TYPE_CHECKING:
    from sim.police.desk import Assignment
    from sim.police.draws import PoliceDraws
    from sim.police.world import Police
    from sim.roster import Roster
    from sim.world import World

F32 = NDArray[np.float32]
_INF = np.float32(np.inf)
_DAY_SLOTS = 48
_RESERVED, _IMMEDIATE = int(Mode.RESERVED), int(Mode.IMMEDIATE)
_PATROL = Origin.PATROL


class PoliceFleet:
    """The police units during a run. A unit is free (on a leg, or at its waiting place) or has an assignment."""

    def __init__(self, world: World, police: Police, roster: Roster, draws: PoliceDraws) -> None:
        """Let every unit be free, at its waiting place."""
        self.travel, self.rules = world.travel, police.rules
        self.n_cells = len(world.cells.population)
        self.legs: dict[int, Leg] = {}  # free units on the road
        self.at_work: dict[int, Assignment] = {}  # that have an assignment
        self.lower: dict[int, Assignment] = {}  # whose assignment could be left: on the way or at the scene
        self._busy = np.where(police.units.police, np.float32(0.0), _INF)
        self._mode, self._waiting_site = roster.mode, draws.waiting_site
        self._slots = int(roster.mode.shape[0])
        self._band: list[int] = world.travel.band_of_hour[world.calendar.hour_of_week].tolist()
        self._unfit = np.full((2, 256), _INF, dtype=np.float32)  # by whether the grade diverts, and mode
        self._unfit[:, Mode.IMMEDIATE] = 0.0
        self._unfit[1, Mode.RESERVED] = 0.0
        self._slot = -1
        self._between: dict[int, F32] = {}  # minutes from site to site, by band

    def slot(self, time_min: float) -> int:
        """Return the roster slot of a time; after the horizon the last day comes again."""
        slot = int(time_min / SLOT_MIN)
        past = slot - self._slots
        return slot if past < 0 else max(self._slots - _DAY_SLOTS, 0) + past % min(_DAY_SLOTS, self._slots)

    def turn_to(self, time_min: float) -> None:
        """Make the slot of a time the present one."""
        slot = self.slot(time_min)
        if slot != self._slot:
            self._slot, self.band = slot, self._band[slot]
            self.mode: list[int] = self._mode[slot].tolist()
            self._off = self._unfit[:, self._mode[slot]]
            self._at = self._waiting_site[slot].astype(np.intp)
            self._idle = self._off + self._busy

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
        row = self.travel.site_min[self.band, cell]
        minutes: F32 = row.take(self._at)
        minutes += self._idle[int(diverts)]
        minutes += strike
        there: list[int] = []
        for unit, leg in self.legs.items():
            if leg.start_min + leg.duration_min <= now:
                there.append(unit)
            elif minutes[unit] < _INF:
                minutes[unit] = least_from_leg(leg, now, float(row[leg.end_site]))
        for unit in there:
            del self.legs[unit]
        unit = nearest(minutes)
        while unit in self.legs:
            exact = np.float32(self._from_leg(self.legs[unit], now, cell))
            if not minutes[unit] < exact:
                break
            minutes[unit] = exact
            unit = nearest(minutes)
        return unit, float(minutes[unit]) * factor if unit >= 0 else np.inf

    def _from_leg(self, leg: Leg, now: float, cell: int) -> float:
        """Return minutes to a cell; a unit that has not moved yet may take any way."""
        if now <= leg.start_min:
            return self.minutes_from(leg.start_place, cell)
        return minutes_from_leg(self.travel, leg, now, self.band, cell)

    def minutes_from(self, place: int, cell: int) -> float:
        """Return the minutes from a place to a cell."""
        if place >= self.n_cells:
            return float(self.travel.site_min[self.band, cell, place - self.n_cells])
        return minutes_between(self.travel, self.band, place, cell)

    def minutes_of_free(self, unit: int, now: float, cell: int) -> float:
        """Return minutes to a cell of one free unit."""
        leg = self._leg_of(unit, now)
        if leg is None:
            return float(self.travel.site_min[self.band, cell, self._at[unit]])
        return self._from_leg(leg, now, cell)

    def place_of_free(self, unit: int, now: float) -> int:
        """Return the place (cell, or C + site) that a free unit is at or about to reach."""
        leg = self._leg_of(unit, now)
        if leg is None:
            return self.n_cells + int(self._at[unit])
        return leg.start_place if now <= leg.start_min else place_of_leg(self.travel, leg, now)

    def _leg_of(self, unit: int, now: float) -> Leg | None:
        leg = self.legs.get(unit)
        return None if leg is None or leg.start_min + leg.duration_min <= now else leg

    # -- units at work ----------------------------------------------------------------------------------

    def divertible(self, now: float, grade: int, strike: F32) -> list[int]:
        """Return the units on lower work that may be taken off it, ascending; ``strike`` as for free ones."""
        committed, off = self.rules.committed_min, self._off[1]
        return sorted(
            unit
            for unit, job in self.lower.items()
            if may_divert(job.part.grade, grade, job.arrived_min, now, committed)
            and strike[unit] < _INF
            and off[unit] < _INF
        )

    def divertible_from(self, now: float, grade: int, strike: F32) -> float:
        """Return when the next unit at the scene of lower work will have been there long enough; inf if none."""
        committed, off = self.rules.committed_min, self._off[1]
        return min(
            (
                job.arrived_min + committed
                for unit, job in self.lower.items()
                if job.part.grade > grade
                and job.arrived_min + committed > now
                and strike[unit] < _INF
                and off[unit] < _INF
            ),
            default=np.inf,
        )

    def quickest_divertible(
        self, now: float, cell: int, factor: float, units: list[int]
    ) -> tuple[int, float]:
        """Return the nearest of some units at work and its minutes."""
        jobs = [self.at_work[unit] for unit in units]
        minutes = minutes_from_places(self.travel, self.band, np.array([job.cell for job in jobs]), cell)
        on_the_way = [job.arrived_min != job.arrived_min for job in jobs]
        for i, job in enumerate(jobs):
            if on_the_way[i]:
                minutes[i] = least_from_leg(self._way(job), self._under_way(job, now), float(minutes[i]))
        i = int(minutes.argmin())
        while on_the_way[i]:
            exact = np.float32(self.minutes_of_job(jobs[i], now, cell))
            if not minutes[i] < exact:
                break
            minutes[i] = exact
            i = int(minutes.argmin())
        return units[i], float(minutes[i]) * factor

    def minutes_of_job(self, job: Assignment, now: float, cell: int) -> float:
        """Return the minutes to a cell of a unit on the way to, or at the scene of, an incident."""
        if job.arrived_min == job.arrived_min:
            return minutes_between(self.travel, self.band, job.cell, cell)
        at_min = self._under_way(job, now)
        if at_min <= job.decided_min + job.turnout_min:
            return self.minutes_from(job.origin_place, cell)
        return minutes_from_leg(self.travel, self._way(job), at_min, self.band, cell)

    def place_of_job(self, job: Assignment, now: float) -> int:
        """Return the place that a unit with an assignment is at or about to reach."""
        if job.arrived_min == job.arrived_min:
            return job.cell
        at_min = self._under_way(job, now)
        if at_min <= job.decided_min + job.turnout_min:
            return job.origin_place
        return place_of_leg(self.travel, self._way(job), at_min)

    def _under_way(self, job: Assignment, now: float) -> float:
        return max(now, job.decided_min + job.turnout_min)

    def _way(self, job: Assignment) -> Leg:
        if job.way is None:
            job.way = Leg(
                *(job.unit, _PATROL, job.origin_place, -1, job.decided_min + job.turnout_min),
                *(job.travel_min, job.road_min, job.band),
                end_cell=job.cell,
            )
        return job.way

    # -- changes ----------------------------------------------------------------------------------------

    def put_to_work(self, job: Assignment, divertible: bool) -> None:
        """Let a unit have an assignment."""
        unit = job.unit
        self.legs.pop(unit, None)
        self.at_work[unit] = job
        if divertible:
            self.lower[unit] = job
        else:
            self.lower.pop(unit, None)
        self._busy[unit] = self._idle[:, unit] = _INF

    def past_diverting(self, unit: int) -> None:
        """A unit has left the scene: what remains of its job cannot be left to another."""
        self.lower.pop(unit, None)

    def set_free(self, unit: int, place: int, now: float) -> float:
        """Let a unit drive from a place to its waiting place; return when it will be there."""
        del self.at_work[unit]
        self._busy[unit] = 0.0
        self._idle[:, unit] = self._off[:, unit]
        site = int(self._at[unit])
        if place >= self.n_cells:
            road = float(self._sites_apart()[place - self.n_cells, site])
        else:
            road = float(self.travel.site_min[self.band, place, site])
        minutes = road * self.rules.ordinary_factor
        if minutes > 0.0:
            self.legs[unit] = Leg(unit, _PATROL, place, site, now, minutes, road, self.band)
        return now + minutes

    def _sites_apart(self) -> F32:
        if self.band not in self._between:
            self._between[self.band] = site_to_site(self.travel, self.band, self.n_cells)
        return self._between[self.band]

    def nearest_site(self, cell: int, sites: NDArray[np.int32]) -> tuple[int, float]:
        """Return the nearest of some sites to a cell and the minutes there without blue lights."""
        minutes = self.travel.site_min[self.band, cell, sites]
        nearest_one = int(minutes.argmin())
        return int(sites[nearest_one]), float(minutes[nearest_one]) * self.rules.ordinary_factor
