"""The cover desk of the control room: looks when there may be something to do, and asks the policy.

That is: when a core station's last pump has left, when crews come or go there, and once when the policy's delay is
over. A core station that could not be served is looked at again every hour. No review is
made at or after the horizon. What a decision does to the fleet stands in ``sim.engine.cover.standby_moves``.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.decisions.cover.core_stations import POLICIES
from sim.decisions.cover.view import Decision, Move, Recall, View
from sim.decisions.cover.worthwhile import ROUNDING_MIN, delay_of, least_stay
from sim.engine.cover import processes
from sim.engine.cover.expected_return import Expected
from sim.engine.cover.spare_crews import crewable, members, people_view
from sim.engine.cover.standby_moves import Moves, Standby
from sim.engine.cover.tables import cover_mates, crew_changes, demand_in_reach, movers, road_minutes
from sim.world.codes import Mode

if TYPE_CHECKING:
    from sim.draws.roster import Roster
    from sim.engine.fire.mobilising import FireDesk

# Looking a member up in an enumeration is slow enough to show.
_ON_THE_RUN = (int(Mode.IMMEDIATE), int(Mode.ON_CALL))
_IMMEDIATE, _MECHANICAL = int(Mode.IMMEDIATE), int(Mode.MECHANICAL)

_RETRY_MIN = 60.0
"""How often control looks again for a station that could not be served (assumption)."""


class CoverDesk:
    """The cover of one replication."""

    def __init__(self, fire: FireDesk, roster: Roster) -> None:
        """Start with nothing moved."""
        world = fire.world
        self.world, self.roster = world, roster
        self.env, self.fleet = fire.env, fire.fleet
        self.parameters = world.rules.cover_parameters
        self.policy = POLICIES[world.rules.cover]
        self.active = world.rules.cover != "none"
        self.dynamic = world.rules.cover == "dynamic"
        self.lends_people = world.rules.cover == "people"
        self.moves = Moves(fire, self._move_ended)
        self.expected = Expected(fire)
        self._members = members(world)
        self.empty_since: dict[int, float] = {}  # core sites without cover
        self._crews: dict[tuple[int, int, tuple[int, ...]], bool] = {}  # answers already worked out
        self._planned: set[float] = set()
        self._restored = False  # a site that is stood by at has its own cover back
        self._pump = world.units.pump & world.units.own
        self._core = world.sites.core & world.sites.own
        self._site: list[int] = world.units.site.tolist()
        self._is_core: list[bool] = self._core.tolist()
        self._mates = cover_mates(world)
        self._pumps_at: list[list[int]] = [
            np.flatnonzero(self._pump & (world.units.site == site)).tolist()
            for site in range(len(self._is_core))
        ]

    def start(self) -> None:
        """Start the reviews that the roster causes."""
        if not self.active:
            return
        self._movers = movers(self.world, self.parameters["longest_move_min"])
        watched = self._pump if self.dynamic else self._pump & self._core[self.world.units.site]
        pumps = np.flatnonzero(watched)
        slots, sites = crew_changes(self.roster, pumps.tolist(), self.world.units.site[pumps].tolist())
        if self.dynamic:
            self._plan(self.parameters["delay_min"])
        else:
            for site in np.flatnonzero(self._core).tolist():
                self._look(site)
        self.env.process(processes.review_at_changes(self, slots, sites))

    # -- what control and the roster tell the desk ------------------------------------------------------

    def left(self, unit: int, row: int) -> None:
        """An appliance has left its station for an incident."""
        if not self.active:
            return
        site = self._site[unit]
        if self._is_core[site]:
            self.expected.sent(unit, row)
        if self.dynamic:
            self._plan_one()
        elif self._is_core[site] and site not in self.empty_since and site not in self.moves.standing:
            self._look(site)

    def came_home(self, unit: int) -> None:
        """An appliance is back at its station, its crew in their pool."""
        if not self.active:
            return
        site = self._site[unit]
        if self._is_core[site]:
            self.expected.home(unit)
            self.moves.appliance_home(unit)
        if self.dynamic:
            self._plan_one()
        elif site in self.empty_since or site in self.moves.standing:
            self._look(site)

    def sent_away(self, unit: int, row: int) -> None:
        """An appliance under way or waiting has been sent to an incident."""
        if self.active:
            if self._is_core[self._site[unit]]:
                self.expected.sent(unit, row)
            self.moves.sent_away(unit)

    def crews_change(self, sites: list[int]) -> None:
        """The roster changes at these sites (−1 − site: it has crews before and after)."""
        if self.dynamic:
            self._plan_one()
            return
        for site in sites:
            if site >= 0:
                self._look(site)
            elif not self.fleet.away.isdisjoint(self._pumps_at[-1 - site]):
                self._look(-1 - site)

    def _move_ended(self, move: Standby) -> None:
        if self.dynamic:
            self._plan_one()
        else:
            self._look(move.to_site)

    # -- looking ----------------------------------------------------------------------------------------

    def _look(self, site: int) -> None:
        """Note whether a core site is covered; plan a review if that asks for one."""
        now = self.env.now
        if self.own_ready(site):
            self.empty_since.pop(site, None)
            if self.moves.standing and any(
                mate in self.moves.standing for mate in self._mates.get(site, (site,))
            ):
                self._restored = True
                self._plan(now)
        elif site not in self.moves.standing and site not in self.empty_since:
            self.empty_since[site] = now
            self._plan(now + delay_of(site, self._mates, self.parameters))

    def own_ready(self, site: int) -> bool:
        """Return whether a core site has a pump at home with a crew of its own to be had."""
        slot, away = self.fleet.slot(self.env.now), self.fleet.away
        for unit in self._pumps_at[site]:
            if (unit not in away or self.moves.crewed_by_others(unit)) and self._own_crew(unit, slot):
                return True
        return False

    def _own_crew(self, unit: int, slot: int) -> bool:
        """Return whether an appliance at home has a crew of its own; one that people moved have crewed is at home."""
        fleet, unit_pool = self.fleet, self.roster.unit_pool
        mode = self.roster.mode[slot]
        if mode[unit] not in _ON_THE_RUN:
            return False
        pool = unit_pool(slot, unit)
        if pool not in fleet.out:
            return True
        at_home = tuple(
            other
            for other in self._members[pool]
            if other == unit
            or (other not in fleet.away and mode[other] != _MECHANICAL and unit_pool(slot, other) == pool)
        )
        key = (unit, fleet.left_in(pool, slot), at_home)
        known = self._crews.get(key)
        if known is None:
            known = bool(crewable(self.world, pool, key[1], at_home) >> at_home.index(unit) & 1)
            self._crews[key] = known
        return known

    def _plan(self, at_min: float) -> None:
        """Plan a review, unless one is planned for that moment."""
        if at_min < self.world.calendar.horizon_min and at_min not in self._planned:
            self._planned.add(at_min)
            moment = self.env.timeout(at_min - self.env.now)  # one moment, not a story
            moment.callbacks.append(lambda _: self._review(at_min))

    def _plan_one(self) -> None:
        """Plan a review after the delay, unless any is planned."""
        if not self._planned:
            self._plan(self.env.now + self.parameters["delay_min"])

    # -- deciding ---------------------------------------------------------------------------------------

    def _review(self, at_min: float) -> None:
        """Ask the policy what to do, and do it; ask again every hour while a site stays without cover."""
        self._planned.discard(at_min)
        overdue = self._overdue()
        if self.dynamic or self._restored or self._worth_asking(overdue):
            self._restored = False
            for decision in self.policy(self.view(), self.parameters):
                self._carry_out(decision)
            overdue = self._overdue()
        if overdue:
            self._plan(_RETRY_MIN * (math.floor(self.env.now / _RETRY_MIN) + 1.0))

    def _overdue(self) -> list[int]:
        """Return the core sites without cover for the delay."""
        late_min = self.env.now + ROUNDING_MIN
        return [
            site
            for site, since in self._waiting().items()
            if since + delay_of(site, self._mates, self.parameters) <= late_min
        ]

    def _waiting(self) -> dict[int, float]:
        """Return the sites without cover and since when; of a group, if all are, one for all of them."""
        if not self._mates:
            return self.empty_since
        waiting = {site: since for site, since in self.empty_since.items() if site not in self._mates}
        for group in sorted(set(self._mates.values())):
            if all(site in self.empty_since for site in group):
                first = min(group, key=lambda site: (self.empty_since[site], site))
                waiting[first] = max(self.empty_since[site] for site in group)
        return waiting

    def _worth_asking(self, overdue: list[int]) -> bool:
        """Return whether a core policy can have a move to make: it saves most reviews their view."""
        return any(self.lends_people or self._mover_in_sight(site) for site in overdue)

    def _mover_in_sight(self, site: int) -> bool:
        """Return whether any pump that may cover a site is at home and on the run, and the move worthwhile."""
        fleet = self.fleet
        slot = fleet.slot(self.env.now)
        back_in_min = self.expected.back_in_min(site)
        for minutes, unit in self._movers[fleet.band(slot)][site]:
            if least_stay(minutes) > back_in_min:
                return False
            if unit not in fleet.away and fleet.mode(slot, unit) in _ON_THE_RUN:
                return True
        return False

    def _carry_out(self, decision: Decision) -> None:
        if isinstance(decision, Recall):
            self.moves.recall(self._standing_of(decision.unit), decision.end)
        elif isinstance(decision, Move):
            self.moves.send_appliance(decision)
            self.empty_since.pop(decision.to_site, None)
        else:
            self.moves.send_people(decision)
            self.empty_since.pop(self._site[decision.unit], None)

    def _standing_of(self, unit: int) -> Standby:
        return next(move for move in self.moves.standing.values() if move.unit == unit)

    def view(self) -> View:
        """Return what the desk sees now."""
        world, fleet, now = self.world, self.fleet, self.env.now
        slot = fleet.slot(now)
        band = fleet.band(slot)
        ready = fleet.crew_available(now) & self._pump
        for move in self.moves.standing.values():
            if move.people:
                ready[move.unit] = self._own_crew(move.unit, slot)
        waiting = self._waiting()
        view = View(
            site=world.units.site,
            pumps_at=self._pumps_at,
            core=self._core,
            ready=ready,
            immediate=self.roster.mode[slot] == _IMMEDIATE,
            stands={move.unit: site for site, move in self.moves.standing.items()},
            empty_min={site: now - since for site, since in waiting.items()},
            back_in_min={site: self.expected.back_in_min(site) for site in waiting},
            mates=self._mates,
            minutes=road_minutes(world)[band],
            movers=self._movers[band],
        )
        return self._with_more(view, slot, band)

    def _with_more(self, view: View, slot: int, band: int) -> View:
        """Add what only one policy asks for."""
        if self.dynamic:
            return replace(view, reach=demand_in_reach(self.world, self.parameters["reach_min"])[band])
        if self.lends_people:
            longest_min = self.parameters["longest_move_min"]
            return replace(
                view,
                people=people_view(self.fleet, slot, sorted(self._waiting()), view.minutes, longest_min),
            )
        return view

    # -- the log ----------------------------------------------------------------------------------------

    def close(self) -> None:
        """Write the moves that still stand by when the run has ended."""
        self.moves.close()

    def columns(self) -> dict[str, NDArray[Any]]:
        """Return the standby table of the log."""
        return self.moves.columns()
