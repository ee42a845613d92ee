"""Mobilising fire appliances during a run: what decisions do to the appliances and to the log.

Decisions themselves are pure functions (``sim.decisions``); what happens in which order is told in
``sim.engine.fire.processes``; here stand the effects.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from simpy import Event

from sim.decisions.fire_dispatch import POLICIES, strikes
from sim.decisions.positions import Leg
from sim.engine.cover.reviews import CoverDesk
from sim.engine.fire import processes
from sim.engine.fire.appliances import Fleet
from sim.engine.fire.turnout import Turnouts
from sim.log.responses import Job
from sim.world.codes import Mode, Origin, Outcome, Reason

if TYPE_CHECKING:
    from simpy import Process

    from sim.draws.replication import Draws
    from sim.engine.control import Control

_INF = np.float32(np.inf)
_NAN = math.nan
# Looking a member up in an enumeration is slow enough to show in the hot path.
_IMMEDIATE, _ON_CALL = int(Mode.IMMEDIATE), int(Mode.ON_CALL)
_HOME, _RETURNING = Origin.HOME, Origin.RETURNING
_ATTENDED, _NOT_ALERTED = int(Outcome.ATTENDED), int(Outcome.NOT_ALERTED)
_QUICKEST, _REPLACEMENT = Reason.QUICKEST, Reason.REPLACEMENT


@dataclass(slots=True, frozen=True)
class Waiting:
    """A part of an attendance that found nothing free."""

    row: int
    capability: int
    since_min: float


class FireDesk:
    """The fire service's dispatch of one replication."""

    def __init__(self, control: Control, draws: Draws) -> None:
        """Put everything at its place at minute 0."""
        self.control = control
        self.world = world = control.world
        self.env = control.env
        self.incidents = draws.incidents
        self.noise = draws.noise
        self.fleet = Fleet(world, draws.roster)
        self.table, self.responses = control.table, control.responses
        self.choose = POLICIES[world.rules.dispatch]
        self.makeup_pumps: list[int] = draws.incidents.makeup_pumps.tolist()
        self.makeup_after_min: list[float] = draws.incidents.makeup_after_min.tolist()
        self._cell: list[int] = draws.incidents.cell.tolist()
        self._type: list[int] = draws.incidents.type.tolist()
        self._variant: list[int] = draws.incidents.variant.tolist()
        self._traffic: list[float] = draws.incidents.traffic.tolist()
        self._turnouts = Turnouts(world, self.fleet, draws.noise)
        self._over_border: list[bool] = world.demand.over_border.tolist()
        self._strikes = strikes(world)
        self._arrivals: dict[int, Event] = {}  # by incident (row)
        self._stories: dict[int, Process] = {}  # by appliance
        self._unreached: set[tuple[int, int]] = set()  # incident row and appliance of mobilising failures
        self.waiting: deque[Waiting] = deque()
        self.slot_watch = False
        self.cover = CoverDesk(self, draws.roster)

    def attends(self) -> NDArray[np.bool_]:
        """Return which incidents (rows) are the fire service's."""
        if self.world.police is None:
            return np.ones(len(self.incidents), dtype=np.bool_)
        fire: NDArray[np.bool_] = self.world.police.demand.fire_attends[self.incidents.type]
        return fire

    def start(self) -> None:
        """Start the stories of the appliances."""
        police = self.world.police
        self._stories = {
            unit: self.env.process(processes.answer_alerts(self, unit))
            for unit in range(len(self.world.units.key))
            if police is None or not police.units.police[unit]
        }

    def open(self, row: int) -> None:
        """A call has been handled: send its attendance, and wait for a make-up if there will be one."""
        if self.makeup_pumps[row]:
            self.env.process(processes.make_up(self, row, self.first_arrival(row)))
        self.send_attendance(row)

    # -- sending ----------------------------------------------------------------------------------------

    def send_attendance(self, row: int) -> None:
        """Send the pre-determined attendance of an incident: its pumps, then its specials."""
        demand = self.world.demand
        variant = self._variant[row]
        self._send(row, -1, int(demand.variant_pumps[variant]), _QUICKEST)
        for capability in demand.variant_capabilities[variant]:
            if not self.table.has_capability(row, capability):
                self._send(row, capability, 1, Reason.CAPABILITY)

    def make_up(self, row: int) -> None:
        """Send the pumps that the officer at the scene asks for."""
        pumps = self.makeup_pumps[row]
        self.table.made_up(row, pumps)
        self._send(row, -1, pumps, Reason.MAKE_UP)

    def replace(self, row: int, capability: int, unreached: int) -> None:
        """Send another in place of one that the alert did not reach; that one again only if there is no other."""
        self._send(row, capability, 1, _REPLACEMENT, unreached)

    def _send(self, row: int, capability: int, number: int, reason: Reason, unreached: int = -1) -> None:
        """Send the quickest ``number`` of a kind; a pump that is not to be had is waited for."""
        estimate = self._candidates(row, capability)
        if unreached >= 0 and np.count_nonzero(estimate < _INF) > 1:
            estimate[unreached] = _INF
        for left in range(number - 1, -1, -1):
            pool = self._send_one(row, capability, reason, estimate)
            if pool is not None:
                if left and pool >= 0:
                    self.fleet.recheck(estimate, pool, self.fleet.slot(self.env.now))
                continue
            if capability >= 0:
                self.table.went_without(row)
            elif self.world.rules.queue_when_none:
                self.waiting.append(Waiting(row, capability, self.env.now))
                self._watch_slots()
            else:
                self.table.lost(row)

    def _candidates(self, row: int, capability: int) -> np.ndarray[Any, np.dtype[np.float32]]:
        estimate = self.fleet.estimates(self.env.now, self._cell[row])
        estimate += self._strikes[int(self._over_border[self._type[row]])][capability + 1]
        return estimate

    def _send_one(
        self, row: int, capability: int, reason: Reason, estimate: np.ndarray[Any, np.dtype[np.float32]]
    ) -> int | None:
        """Alert the appliance that the policy chooses; return the pool of its crew (−1: none), None if none can go."""
        fleet, now, cell = self.fleet, self.env.now, self._cell[row]
        unit = self.choose(estimate)
        while unit in fleet.legs and fleet.settle(estimate, unit, now, cell):
            unit = self.choose(estimate)
        if unit < 0:
            return None
        minutes = float(estimate[unit])
        estimate[unit] = _INF
        if (
            reason != _REPLACEMENT
            and self.noise.failed(row, unit)
            and (row, unit) not in self._unreached  # the second alert to an appliance reaches it
        ):
            self._fail(row, unit, capability, reason, minutes)
            return -1
        return self._mobilise(row, unit, capability, reason, minutes).pool

    def _fail(self, row: int, unit: int, capability: int, reason: Reason, estimate_min: float) -> None:
        """Log an alert that did not reach its appliance; control finds out later."""
        now = self.env.now
        origin, place = self._whereabouts(unit)
        self._unreached.add((row, unit))
        self.responses.append(
            (
                *(row, unit, self.table.next_order(row), reason, capability, origin, place),
                *(self.fleet.mode(self.fleet.slot(now), unit), -1, 0, now, _NAN, estimate_min),
                *(_NAN, _NAN, _NAN, _NAN, _NAN, now, _NOT_ALERTED, _NAN, 0),
            )
        )
        self.table.failed(row)
        self.env.process(processes.send_another(self, row, unit, capability))

    def _whereabouts(self, unit: int) -> tuple[Origin, int]:
        leg = self.fleet.legs.get(unit)
        if leg is None:
            return _HOME, self.fleet.n_cells + self.fleet.site[unit]
        return leg.origin, self.fleet.place_of_leg(leg, self.env.now)

    def _mobilise(self, row: int, unit: int, capability: int, reason: Reason, estimate_min: float) -> Job:
        """Alert an appliance, put a crew aboard, and start its story."""
        fleet, now = self.fleet, self.env.now
        slot = fleet.slot(now)
        origin, place = self._whereabouts(unit)
        journeys, turnout_z = self.noise.row(row)
        leg = fleet.legs.pop(unit, None)
        if leg is None:
            mode = fleet.mode(slot, unit)
            pool, crew, turnout = self._turnouts.crew_up(row, unit, slot, mode, float(turnout_z[unit]))
            fleet.take_crew(unit, pool, crew)
            self.cover.left(unit, row)
            road = float(fleet.home_eta[fleet.band(slot), self._cell[row], unit])
        else:
            mode = _IMMEDIATE
            pool, crew = fleet.aboard[unit]
            turnout = self.world.timings.standby_turnout_min
            road = fleet.minutes_from_leg(leg, now, slot, self._cell[row]) - turnout
            self.end_job(unit)
            self.cover.sent_away(unit, row)
        job = Job(
            row, unit, self.table.next_order(row), reason, capability, origin, place, mode, pool, crew,
            now, estimate_min, turnout, road * self._traffic[row] * float(journeys[unit]),
        )  # fmt: skip
        self.table.sent(row, unit, now)
        self._set_out(job, leg)
        return job

    def _set_out(self, job: Job, leg: Leg | None) -> None:
        """Hand the job to the appliance's story, and end the story of a cover move that it is on."""
        if leg is not None and leg.process is not None:
            if leg.process is self._stories[job.unit]:
                leg.process.interrupt(job)
                return
            leg.process.interrupt()
        self.control.alert_of(job.unit).succeed(job)

    # -- what becomes of a response ---------------------------------------------------------------------

    def arrive(self, job: Job) -> None:
        """An appliance is at the scene."""
        job.arrived_min = self.env.now
        if self.table.arrived(job.row, job.unit, self.env.now):
            arrival = self._arrivals.pop(job.row, None)
            if arrival is not None:
                arrival.succeed()

    def first_arrival(self, row: int) -> Event:
        """Return the event of the first pump's arrival."""
        arrival = self._arrivals[row] = self.env.event()
        return arrival

    def scene_min(self, job: Job) -> float:
        """Return how long an appliance stays."""
        return self.noise.scene_min(job.row, job.order)

    def release(self, job: Job) -> float:
        """Free an appliance at the scene and start it home; return the minutes of the way."""
        fleet, now = self.fleet, self.env.now
        job.released_min = now
        self.table.left(job.row, now)
        cell, band = self._cell[job.row], fleet.band(fleet.slot(now))
        home = self.fleet.site[job.unit]
        blue_min = float(self.world.travel.site_min[band, cell, home])
        return_min = blue_min * self.world.timings.return_factor
        fleet.legs[job.unit] = Leg(
            job.unit, _RETURNING, cell, home, now, return_min, blue_min, band, self._stories[job.unit]
        )
        fleet.jobs[job.unit] = job
        if self.waiting:  # a process of its own: it may send the very appliance whose process this is
            self.env.process(processes.serve_now(self))
        return return_min

    def come_home(self, job: Job) -> None:
        """An appliance is back at its station."""
        self.end_job(job.unit)
        self.fleet.bring_home(job.unit)
        self.cover.came_home(job.unit)
        self.serve_waiting()

    def end_job(self, unit: int) -> None:
        """Write the response that an appliance has been returning from, if any."""
        job = self.fleet.jobs.pop(unit, None)
        if job is None:
            return
        self.responses.append(job.log_row(self.env.now, _ATTENDED))

    # -- waiting incidents ------------------------------------------------------------------------------

    def _watch_slots(self) -> None:
        if not self.slot_watch:
            self.slot_watch = True
            self.env.process(processes.serve_at_slots(self))

    def serve_waiting(self) -> None:
        """Send whatever is free now to the incidents that wait, oldest first."""
        kept = 0
        for _ in range(len(self.waiting)):
            part = self.waiting.popleft()
            estimate = self._candidates(part.row, part.capability)
            if self._send_one(part.row, part.capability, Reason.QUEUED, estimate) is not None:
                self.table.waited(part.row, self.env.now - part.since_min)
                continue
            self.waiting.append(part)
            kept += 1
            if not self._any_pump_free():  # else a long queue would be looked through at every release
                self.waiting.rotate(kept)
                return

    def _any_pump_free(self) -> bool:
        """Return whether any pump could be sent anywhere: only pumps are waited for."""
        free = self.fleet.crew_available(self.env.now)
        free[list(self.fleet.legs)] = True
        return bool((free & (self._strikes[0][0] == 0.0)).any())

    def close(self) -> None:
        """Write off what still waits when the run has ended: nothing is left that could come."""
        while self.waiting:
            self.table.lost(self.waiting.popleft().row)
        self.cover.close()
