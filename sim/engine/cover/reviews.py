"""Reviews of the cover: control looks when there may be something to do, and asks the policy.

That is: when a core station's last pump has left, when crews come or go there, and once when the policy's delay is
over. A core station that could not be served is looked at again every hour. No review is
made at or after the horizon. What a decision does to the appliances stands in ``sim.engine.cover.standby_moves``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.decisions.cover.policies import POLICIES
from sim.decisions.cover.view import Decision, Move, Recall, View
from sim.decisions.cover.worthwhile import delay_of, empty_for_group, late, mover_in_sight
from sim.draws.incidents import Incidents
from sim.engine.appliances import Appliances
from sim.engine.clock import Clock
from sim.engine.cover import processes
from sim.engine.cover.expected_return import ExpectedReturns
from sim.engine.cover.spare_crews import crewable, members, people_view
from sim.engine.cover.standby import Standby
from sim.engine.cover.standby_moves import StandbyMoves
from sim.engine.cover.tables import (
    by_slot,
    cover_mates,
    coverage_of_sites,
    crew_changes,
    movers,
    road_minutes,
)
from sim.engine.order import Happening
from sim.world.codes import Mode
from sim.world.fire import World

# Looking a member up in an enumeration is slow enough to show.
_ON_THE_RUN = (int(Mode.IMMEDIATE), int(Mode.ON_CALL))
_IMMEDIATE, _MECHANICAL = int(Mode.IMMEDIATE), int(Mode.MECHANICAL)

_RETRY_MIN = 60.0
"""How often control looks again for a station that could not be served (assumption)."""


class CoverReviews:
    """The cover of one replication; it listens to what the appliances do."""

    def __init__(
        self,
        world: World,
        incidents: Incidents,
        *,
        clock: Clock,
        appliances: Appliances,
        serve_waiting: Callable[[float], None],
    ) -> None:
        """Start with nothing moved; ``serve_waiting`` sends what is free now to incidents that wait."""
        self.world, self.roster = world, appliances.roster
        self.clock, self.appliances = clock, appliances
        self.parameters = world.rules.cover_parameters
        self.policy = POLICIES[world.rules.cover]
        self.moves = StandbyMoves(
            world,
            clock=clock,
            appliances=appliances,
            serve_waiting=serve_waiting,
            stopped=self._move_stopped,
            back=self.came_home,
        )
        self.expected = ExpectedReturns(world, appliances, incidents)
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
        if not self.policy.moves:
            return
        self._movers = movers(self.world, self.parameters["longest_move_min"])
        site = self.world.units.site
        pumps = np.flatnonzero(self._pump if self.policy.weighs_demand else self._pump & self._core[site])
        slots, sites = by_slot(*crew_changes(self.roster, pumps.tolist(), site[pumps].tolist()))
        now_min = self.clock.now_min
        if self.policy.weighs_demand:
            self._plan(self.parameters["delay_min"])
        else:
            for core in np.flatnonzero(self._core).tolist():
                self._look(core, now_min)
        self.clock.start(processes.review_at_changes(self.clock, self, slots, sites))

    # -- what mobilising and the roster tell ------------------------------------------------------------

    def left_home(self, unit: int, row: int, now_min: float) -> None:
        """An appliance has left its station for an incident."""
        site = self._site[unit]
        if self._is_core[site]:
            self.expected.sent(unit, row, now_min)
        if self.policy.weighs_demand:
            self._plan_one(now_min)
        elif self._is_core[site] and site not in self.empty_since and site not in self.moves.standing:
            self._look(site, now_min)

    def came_home(self, unit: int, now_min: float) -> None:
        """An appliance is back at its station, its crew in their pool."""
        site = self._site[unit]
        if self._is_core[site]:
            self.expected.home(unit)
            self.moves.appliance_home(unit)
        if self.policy.weighs_demand:
            self._plan_one(now_min)
        elif site in self.empty_since or site in self.moves.standing:
            self._look(site, now_min)

    def sent_on(self, unit: int, row: int, now_min: float) -> None:
        """An appliance under way or standing by has been sent to an incident."""
        if self._is_core[self._site[unit]]:
            self.expected.sent(unit, row, now_min)
        self.moves.sent_on(unit, now_min)

    def crews_change(self, sites: Sequence[int], now_min: float) -> None:
        """The roster changes at these sites (−1 − site: it has crews before and after)."""
        if self.policy.weighs_demand:
            self._plan_one(now_min)
            return
        for site in sites:
            if site >= 0:
                self._look(site, now_min)
            elif not self.appliances.away.isdisjoint(self._pumps_at[-1 - site]):
                self._look(-1 - site, now_min)

    def _move_stopped(self, move: Standby, now_min: float) -> None:
        if self.policy.weighs_demand:
            self._plan_one(now_min)
        else:
            self._look(move.to_site, now_min)

    # -- looking ----------------------------------------------------------------------------------------

    def _look(self, site: int, now_min: float) -> None:
        """Note whether a core site is covered; plan a review if that asks for one."""
        if self.own_ready(site, now_min):
            self.empty_since.pop(site, None)
            if self.moves.standing and any(
                mate in self.moves.standing for mate in self._mates.get(site, (site,))
            ):
                self._restored = True
                self._plan(now_min)
        elif site not in self.moves.standing and site not in self.empty_since:
            self.empty_since[site] = now_min
            self._plan(now_min + delay_of(site, self._mates, self.parameters))

    def own_ready(self, site: int, now_min: float) -> bool:
        """Return whether a core site has a pump at home with a crew of its own to be had."""
        slot, away = self.appliances.slot(now_min), self.appliances.away
        for unit in self._pumps_at[site]:
            if (unit not in away or self.moves.crewed_by_others(unit)) and self._own_crew(unit, slot):
                return True
        return False

    def _own_crew(self, unit: int, slot: int) -> bool:
        """Return whether an appliance at home has a crew of its own; one that people moved have crewed is at home."""
        appliances, unit_pool = self.appliances, self.roster.unit_pool
        mode = self.roster.mode[slot]
        if mode[unit] not in _ON_THE_RUN:
            return False
        pool = unit_pool(slot, unit)
        if pool not in appliances.out:
            return True
        at_home = tuple(
            other
            for other in self._members[pool]
            if other == unit
            or (
                other not in appliances.away and mode[other] != _MECHANICAL and unit_pool(slot, other) == pool
            )
        )
        key = (unit, appliances.left_in(pool, slot), at_home)
        known = self._crews.get(key)
        if known is None:
            known = bool(crewable(self.world, pool, key[1], at_home) >> at_home.index(unit) & 1)
            self._crews[key] = known
        return known

    def _plan(self, at_min: float) -> None:
        """Plan a review, unless one is planned for that moment."""
        if at_min < self.world.calendar.horizon_min and at_min not in self._planned:
            self._planned.add(at_min)
            self.clock.call_at(
                Happening.COVER_REVIEW, 0, at_min, lambda now_min: self._review(at_min, now_min)
            )

    def _plan_one(self, now_min: float) -> None:
        """Plan a review after the delay, unless any is planned."""
        if not self._planned:
            self._plan(now_min + self.parameters["delay_min"])

    # -- deciding ---------------------------------------------------------------------------------------

    def _review(self, planned_min: float, now_min: float) -> None:
        """Ask the policy what to do, and do it; ask again every hour while a site stays without cover."""
        self._planned.discard(planned_min)
        overdue = self._overdue(now_min)
        if self.policy.weighs_demand or self._restored or self._worth_asking(overdue, now_min):
            self._restored = False
            for decision in self.policy.decide(self.view(now_min), self.parameters):
                self._carry_out(decision, now_min)
            overdue = self._overdue(now_min)
        if overdue:
            self._plan(_RETRY_MIN * (math.floor(now_min / _RETRY_MIN) + 1.0))

    def _empty_min(self, now_min: float) -> dict[int, float]:
        """Return for how many minutes each core site that wants cover has been empty."""
        return {
            site: now_min - since for site, since in empty_for_group(self.empty_since, self._mates).items()
        }

    def _overdue(self, now_min: float) -> list[int]:
        """Return the core sites without cover for the delay."""
        return late(self._empty_min(now_min), self._mates, self.parameters)

    def _worth_asking(self, overdue: list[int], now_min: float) -> bool:
        """Return whether a core policy can have a move to make: it saves most reviews their view."""
        if self.policy.moves_people:
            return bool(overdue)
        appliances = self.appliances
        slot = appliances.slot(now_min)

        def at_home(unit: int) -> bool:
            return unit not in appliances.away and appliances.mode(slot, unit) in _ON_THE_RUN

        return any(
            mover_in_sight(
                self._movers[appliances.band(slot)][site], at_home, self.expected.back_in_min(site, now_min)
            )
            for site in overdue
        )

    def _carry_out(self, decision: Decision, now_min: float) -> None:
        if isinstance(decision, Recall):
            self.moves.recall(self._standing_of(decision.unit), decision.end, now_min)
        elif isinstance(decision, Move):
            self.moves.send_appliance(decision, now_min)
            self.empty_since.pop(decision.to_site, None)
        else:
            self.moves.send_people(decision, now_min)
            self.empty_since.pop(self._site[decision.unit], None)

    def _standing_of(self, unit: int) -> Standby:
        return next(move for move in self.moves.standing.values() if move.unit == unit)

    def view(self, now_min: float) -> View:
        """Return what a review sees."""
        world, appliances = self.world, self.appliances
        slot = appliances.slot(now_min)
        band = appliances.band(slot)
        ready = appliances.crew_available(now_min) & self._pump
        for move in self.moves.standing.values():
            if move.people:
                ready[move.unit] = self._own_crew(move.unit, slot)
        empty_min = self._empty_min(now_min)
        view = View(
            site=world.units.site,
            pumps_at=self._pumps_at,
            core=self._core,
            ready=ready,
            immediate=self.roster.mode[slot] == _IMMEDIATE,
            stands={move.unit: site for site, move in self.moves.standing.items()},
            empty_min=empty_min,
            back_in_min={site: self.expected.back_in_min(site, now_min) for site in empty_min},
            mates=self._mates,
            minutes=road_minutes(world)[band],
            movers=self._movers[band],
        )
        return self._with_more(view, slot, band)

    def _with_more(self, view: View, slot: int, band: int) -> View:
        """Add what only some policies ask for."""
        if self.policy.weighs_demand:
            return replace(view, coverage=coverage_of_sites(self.world, self.parameters["reach_min"])[band])
        if self.policy.moves_people:
            longest_min = self.parameters["longest_move_min"]
            return replace(
                view,
                people=people_view(self.appliances, slot, sorted(view.empty_min), view.minutes, longest_min),
            )
        return view

    # -- the log ----------------------------------------------------------------------------------------

    def close(self) -> None:
        """Write the moves that still stand by when the run has ended."""
        self.moves.close()

    def columns(self) -> dict[str, NDArray[Any]]:
        """Return the standby table of the log."""
        return self.moves.columns()
