"""Where every appliance is, who is aboard, and how soon it could be anywhere. State only; no decisions."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.decisions.crew_choice import Need, crewable_units, pick_crew
from sim.decisions.legal_crew import as_bytes, need_of
from sim.draws.roster import Roster, pool_units
from sim.engine.legs import Legs
from sim.world.codes import Mode
from sim.world.fire import SLOT_MIN, World

F32 = NDArray[np.float32]
_INF = np.float32(np.inf)
# Looking a member up in an enumeration is slow enough to show in the hot path.
_MECHANICAL = int(Mode.MECHANICAL)


class Appliances:
    """The appliances during a run, and the people of their pools. What fire and cover share."""

    def __init__(self, world: World, roster: Roster) -> None:
        """Put every appliance at home."""
        units = world.units
        self.world = world
        self.roster = roster
        self.n_cells = len(world.cells.population)
        self.home_penalty = np.zeros(len(units.key), dtype=np.float32)  # inf while away or committed
        self.away: set[int] = set()  # not at home, or with people aboard
        self.legs = Legs(world.travel, len(units.key))
        self._groups: dict[tuple[int, ...], tuple[tuple[int, ...], tuple[Need, ...], tuple[Need, ...]]] = {}
        self._crews: dict[tuple[int, int, tuple[Need, ...]], tuple[int, float]] = {}
        self.out: dict[int, int] = {}  # pool -> bit mask of people away from it
        self.split: dict[int, None] = {}  # pools with people away and appliances at home, a set in order
        self.aboard_pool, self.aboard_crew = (
            [-1] * len(units.key),
            [0] * len(units.key),
        )  # by unit; a bit mask
        self._cab_min = world.timings.standby_turnout_min
        # minutes of home station to cell for every appliance, one contiguous row a cell
        self.home_eta = np.ascontiguousarray(world.travel.site_min[:, :, units.site])
        self._slots = int(roster.mode.shape[0])
        band = world.travel.band_of_hour[world.calendar.hour_of_week]
        self._band: list[int] = band.tolist()
        self._delay = delay_by_mode(world)
        day_from, day_to = world.timings.day_hours
        self._night = ((world.calendar.hour < day_from) | (world.calendar.hour >= day_to)).astype(np.intp)
        self._night_of: list[int] = self._night.tolist()
        self._block = -1
        self._ready = np.empty((0, 0), dtype=np.float32)
        self._columns = np.arange(len(units.key))
        self.site: list[int] = units.site.tolist()
        people = world.people
        self._skills = [
            as_bytes(people.skill[people.pool_start[q] : people.pool_start[q + 1]])
            for q in range(len(people.pool_key))
        ]
        self._members = [pool_units(world, q) for q in range(len(people.pool_key))]
        self._pools_of = [
            [q for q in sorted({pool, other}) if q >= 0]
            for pool, other in zip(units.pool.tolist(), units.fallback_pool.tolist(), strict=True)
        ]
        self._is_pump: list[bool] = units.pump.tolist()
        self._need: list[Need] = [need_of(world, unit) for unit in range(len(units.key))]

    def slot(self, time_min: float) -> int:
        """Return the roster slot of a time; the last one goes on after the horizon."""
        slot = int(time_min / SLOT_MIN)
        return slot if slot < self._slots else self._slots - 1

    def band(self, slot: int) -> int:
        """Return the travel band of a slot."""
        return self._band[slot]

    def night(self, slot: int) -> int:
        """Return 1 in the hours of the night turnout, else 0."""
        return self._night_of[slot]

    def ready_min(self, slot: int) -> F32:
        """Return control's turnout estimate (U,) for appliances at home, inf without a crew. A view."""
        block, row = divmod(slot, 48)
        if block != self._block:
            rows = slice(block * 48, min(block * 48 + 48, self._slots))
            self._block = block
            modes = self.roster.mode[rows]
            self._ready = self._delay[self._night[rows, None], modes, self._columns[None, :]]
        ready: F32 = self._ready[row]
        return ready

    def mode(self, slot: int, unit: int) -> int:
        """Return the rostered mode of an appliance."""
        return int(self.roster.mode[slot, unit])

    def estimates(self, time_min: float, cell: int) -> F32:
        """Return control's estimate (U,): minutes from alert to arrival at a cell, inf if it cannot be sent.

        Of an appliance on the road it is only the least that it can be, until ``exact_min`` has looked at its way.
        """
        slot = self.slot(time_min)
        estimate: F32 = self.ready_min(slot) + self.home_eta[self._band[slot], cell]
        estimate += self.home_penalty
        for pool in self.split:
            self.recheck(estimate, pool, slot)
        band, cab_min, least = self._band[slot], self._cab_min, self.legs.least_to_cell
        for unit in self.legs.units:
            estimate[unit] = cab_min + least(unit, time_min, band, cell)
        return estimate

    def exact_min(self, unit: int, time_min: float, cell: int) -> np.float32 | None:
        """Return the estimate of an appliance on the road, looked at closely; None: it is not on the road."""
        if self.legs.origin[unit] < 0:
            return None
        return np.float32(self.minutes_under_way(unit, time_min, cell))

    def recheck(self, estimate: F32, pool: int, slot: int) -> None:
        """Strike out the appliances at home whose crew cannot be had from those left in the pool."""
        at_home = self._at_home(pool, slot)
        if not at_home:
            return
        group = self._groups.get(at_home)
        if group is None:
            pumps = tuple(u for u in at_home if self._is_pump[u])
            specials = tuple(u for u in at_home if not self._is_pump[u])
            needs = (tuple(self._need[u] for u in pumps), tuple(self._need[u] for u in specials))
            group = self._groups[at_home] = (pumps + specials, *needs)
        units, pump_needs, special_needs = group
        crewable = crewable_units(self._skills[pool], self.left_in(pool, slot), pump_needs, special_needs)
        for position, unit in enumerate(units):
            if not crewable >> position & 1:
                estimate[unit] = _INF

    def _at_home(self, pool: int, slot: int) -> tuple[int, ...]:
        """Return the pool's appliances that stand at home and work, in rank order."""
        mode, away = self.roster.mode[slot], self.away
        return tuple(
            [
                u
                for u in self._members[pool]
                if u not in away
                and mode[u] != _MECHANICAL
                and (len(self._pools_of[u]) == 1 or self.roster.unit_pool(slot, u) == pool)
            ]
        )

    def choose_crew(self, unit: int, pool: int, slot: int, muster_min: F32 | None) -> tuple[int, float]:
        """Return the people who ride an appliance at home and when they are ready (minutes after the alert).

        They leave the other pumps of the pool at home crewable where that is possible.
        """
        left = self.left_in(pool, slot)
        others: tuple[Need, ...] = ()
        if len(self._members[pool]) > 1:
            others = tuple(self._need[u] for u in self._at_home(pool, slot) if u != unit and self._is_pump[u])
        key = (unit, left, others)
        if muster_min is None and key in self._crews:
            return self._crews[key]
        units = self.world.units
        chosen = pick_crew(
            self._skills[pool],
            left,
            muster_min,
            int(units.minimum_crew[unit]),
            int(units.preferred_crew[unit]),
            ba_needed=self.world.people.ba_needed,
            special=not self._is_pump[unit],
            next_needs=others,
        )
        if muster_min is None:
            self._crews[key] = chosen
        return chosen

    def left_in(self, pool: int, slot: int) -> int:
        """Return the bit mask of people on duty or available, and not away with an appliance."""
        return int(self.roster.present[slot, pool]) & ~self.out.get(pool, 0)

    def crew_available(self, time_min: float) -> NDArray[np.bool_]:
        """Return which appliances stand at home with a crew, (U,)."""
        slot = self.slot(time_min)
        ready = self.ready_min(slot) + self.home_penalty
        for pool in self.split:
            self.recheck(ready, pool, slot)
        can: NDArray[np.bool_] = ready < _INF
        return can

    def minutes_under_way(self, unit: int, time_min: float, cell: int) -> float:
        """Return minutes to a cell of an appliance under way or on standby, its crew in the cab."""
        return self.legs.minutes_to_cell(unit, time_min, self._band[self.slot(time_min)], cell, self._cab_min)

    def take_crew(self, unit: int, pool: int, crew: int) -> None:
        """Put people of a pool aboard an appliance; it is away until ``bring_home``."""
        self.put_aboard(unit, pool, crew)
        if crew:
            self.out[pool] = self.out.get(pool, 0) | crew
        self.leave(unit)

    def bring_home(self, unit: int) -> None:
        """Put an appliance back at its station and its people back in their pool."""
        self.legs.end(unit)
        pool, crew = self.aboard_pool[unit], self.aboard_crew[unit]
        self.put_aboard(unit, -1, 0)
        if crew:
            left = self.out.pop(pool) & ~crew
            if left:
                self.out[pool] = left
        self.stay(unit)

    def put_aboard(self, unit: int, pool: int, crew: int) -> None:
        """Note who rides an appliance: people (bit mask) of a pool; −1 and 0 for nobody."""
        self.aboard_pool[unit], self.aboard_crew[unit] = pool, crew

    def leave(self, unit: int) -> None:
        """An appliance no longer waits at home."""
        self.home_penalty[unit] = _INF
        self.away.add(unit)
        for pool in self._pools_of[unit]:
            self._look_at(pool)

    def stay(self, unit: int) -> None:
        """An appliance waits at home again."""
        self.home_penalty[unit] = 0.0
        self.away.discard(unit)
        for pool in self._pools_of[unit]:
            self._look_at(pool)

    def people_out(self, pool: int, people: int) -> None:
        """People (bit mask) are away from their pool."""
        self.out[pool] = self.out.get(pool, 0) | people
        self._look_at(pool)

    def people_back(self, pool: int, people: int) -> None:
        """People (bit mask) are back in their pool."""
        left = self.out.pop(pool) & ~people
        if left:
            self.out[pool] = left
        self._look_at(pool)

    def _look_at(self, pool: int) -> None:
        """Keep account of whether a pool lacks people while an appliance of its waits at home."""
        if pool in self.out:
            for unit in self._members[pool]:
                if unit not in self.away:
                    self.split[pool] = None
                    return
        self.split.pop(pool, None)


def delay_by_mode(world: World) -> F32:
    """Return control's turnout estimate, shape (2 day/night, modes, U); inf for police units."""
    units = world.units
    delay = np.full((2, len(Mode), len(units.key)), np.inf, dtype=np.float32)
    delay[:, Mode.IMMEDIATE, :] = units.immediate_turnout_min.T
    delay[:, Mode.ON_CALL, :] = units.on_call_turnout_min
    if world.police is not None:
        delay[:, :, world.police.units.police] = np.inf
    return delay
