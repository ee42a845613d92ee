"""Mobilising fire appliances during a run: what decisions do to the appliances and to the log.

Decisions themselves are pure functions (``sim.decisions``); what happens in which order is told in
``sim.engine.fire.processes``; here stand the effects. Whoever wants to know what the appliances do listens.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from simpy import Event, Process

from sim.decisions.fire_dispatch import (
    POLICIES,
    PUMP,
    Unmet,
    alert_is_lost,
    is_brought,
    leave_out_unreached,
    strikes,
    when_none_is_free,
)
from sim.decisions.nearest import choose
from sim.decisions.routes import minutes_between
from sim.draws.replication import Draws
from sim.engine.appliances import Appliances
from sim.engine.clock import Clock
from sim.engine.fire import processes
from sim.engine.fire.turnout import Turnouts
from sim.engine.fire.waiting import Part, Waiting
from sim.log.incidents import IncidentTable
from sim.log.responses import Responses
from sim.world.codes import Mode, Origin, Outcome, Reason
from sim.world.fire import World

F32 = NDArray[np.float32]
_INF = np.float32(np.inf)
_NOBODY = -1
# Looking a member up in an enumeration is slow enough to show in the hot path.
_IMMEDIATE = int(Mode.IMMEDIATE)
_HOME, _RETURNING = int(Origin.HOME), int(Origin.RETURNING)
_ATTENDED = int(Outcome.ATTENDED)
_QUICKEST, _REPLACEMENT, _QUEUED = int(Reason.QUICKEST), int(Reason.REPLACEMENT), int(Reason.QUEUED)
_MAKE_UP, _CAPABILITY = int(Reason.MAKE_UP), int(Reason.CAPABILITY)


class Listener(Protocol):
    """Who hears what the appliances do."""

    def left_home(self, unit: int, row: int, now_min: float) -> None:
        """An appliance has left its station for an incident."""

    def sent_on(self, unit: int, row: int, now_min: float) -> None:
        """An appliance under way, or standing by, has been sent to an incident."""

    def came_home(self, unit: int, now_min: float) -> None:
        """An appliance is back at its station, its crew in their pool."""


class Mobilising:
    """The fire service's dispatch of one replication."""

    def __init__(
        self,
        world: World,
        draws: Draws,
        *,
        clock: Clock,
        appliances: Appliances,
        table: IncidentTable,
        responses: Responses,
    ) -> None:
        """Put everything at its place at minute 0."""
        self.clock, self.world, self.appliances = clock, world, appliances
        self.table, self.responses = table, responses
        self.times = draws.response_times
        self.failure_found_min = world.timings.failure_found_min
        self.horizon_min = world.calendar.horizon_min
        incidents = draws.incidents
        self.makeup_pumps: list[int] = incidents.makeup_pumps.tolist()
        self._makeup_after_min: list[float] = incidents.makeup_after_min.tolist()
        self._cell: list[int] = incidents.cell.tolist()
        self._type: list[int] = incidents.type.tolist()
        self._variant: list[int] = incidents.variant.tolist()
        self._traffic: list[float] = incidents.traffic.tolist()
        self._policy = POLICIES[world.rules.dispatch]
        self._turnouts = Turnouts(world, appliances, draws.response_times)
        self._over_border: list[bool] = world.demand.over_border.tolist()
        self._strikes = strikes(world)
        self._legs = appliances.legs
        self._listeners: list[Listener] = []
        self._arrivals: dict[int, Event] = {}  # by incident (row)
        self._processes: dict[int, Process] = {}  # by appliance
        self._unreached: set[tuple[int, int]] = set()  # incident row and appliance of mobilising failures
        self.waiting = Waiting(
            clock, table, self.horizon_min, send=self._send_waiting, any_free=self._any_pump_free
        )

    def listen(self, listener: Listener) -> None:
        """Tell somebody what the appliances do from now on."""
        self._listeners.append(listener)

    def attends(self) -> NDArray[np.bool_]:
        """Return which incidents (rows) are the fire service's."""
        if self.world.police is None:
            return np.ones(len(self._type), dtype=np.bool_)
        fire: NDArray[np.bool_] = self.world.police.demand.fire_attends[np.asarray(self._type, dtype=np.intp)]
        return fire

    def start(self) -> None:
        """Start the processes of the appliances."""
        police = self.world.police
        self._processes = {
            unit: self.clock.start(processes.answer_alerts(self.clock, self, unit))
            for unit in range(len(self.world.units.key))
            if police is None or not police.units.police[unit]
        }

    def open(self, row: int, now_min: float) -> None:
        """A call has been handled: send its attendance, and wait for a make-up if there will be one."""
        if self.makeup_pumps[row]:
            arrival = self._arrivals[row] = self.clock.event()
            self.clock.start(processes.make_up(self.clock, self, row, arrival))
        self._send_attendance(row, now_min)

    # -- sending ----------------------------------------------------------------------------------------

    def _send_attendance(self, row: int, now_min: float) -> None:
        """Send the pre-determined attendance of an incident: its pumps, then the specials that they do not bring."""
        demand = self.world.demand
        variant = self._variant[row]
        self._send(row, PUMP, int(demand.variant_pumps[variant]), _QUICKEST, now_min)
        for capability in demand.variant_capabilities[variant]:
            if not is_brought(capability, self.table.brought(row)):
                self._send(row, capability, 1, _CAPABILITY, now_min)

    def make_up(self, row: int, now_min: float) -> None:
        """Send the pumps that the officer at the scene asks for."""
        pumps = self.makeup_pumps[row]
        self.table.made_up(row, pumps)
        self._send(row, PUMP, pumps, _MAKE_UP, now_min)

    def replace(self, row: int, capability: int, unreached: int, now_min: float) -> None:
        """Send another in place of one that the alert did not reach; that one again only if there is no other."""
        self._send(row, capability, 1, _REPLACEMENT, now_min, unreached)

    def _send(
        self, row: int, capability: int, number: int, reason: int, now_min: float, unreached: int = _NOBODY
    ) -> None:
        """Send the quickest ``number`` of a kind; a pump that is not to be had is waited for."""
        estimate = self._candidates(row, capability, now_min)
        leave_out_unreached(estimate, unreached)
        for left in range(number - 1, -1, -1):
            pool = self._send_one(row, capability, reason, estimate, now_min)
            if pool is None:
                self._do_without(row, capability, now_min)
            elif left and pool >= 0:
                self.appliances.recheck(estimate, pool, self.appliances.slot(now_min))

    def _candidates(self, row: int, capability: int, now_min: float) -> F32:
        """Return control's estimate (U,) of the appliances that may be sent, inf for the others."""
        estimate = self.appliances.estimates(now_min, self._cell[row])
        estimate += self._strikes[int(self._over_border[self._type[row]])][capability + 1]
        return estimate

    def _do_without(self, row: int, capability: int, now_min: float) -> None:
        """Nothing is free for a part of an attendance."""
        unmet = when_none_is_free(capability, self.world.rules.queue_when_none)
        if unmet == Unmet.WAITS:
            self.waiting.put(row, capability, now_min)
        elif unmet == Unmet.LOST:
            self.table.lost(row)
        else:
            self.table.went_without(row)

    def _send_one(self, row: int, capability: int, reason: int, estimate: F32, now_min: float) -> int | None:
        """Alert the appliance that the policy chooses; return the pool of its crew (−1: none), None if none can go."""
        cell, exact_min = self._cell[row], self.appliances.exact_min
        unit = choose(self._policy, estimate, lambda unit: exact_min(unit, now_min, cell))
        if unit < 0:
            return None
        minutes = float(estimate[unit])
        estimate[unit] = _INF
        if alert_is_lost(reason, self.times.failed(row, unit), (row, unit) in self._unreached):
            self._fail(row, unit, capability, reason, now_min, minutes)
            return _NOBODY
        return self._mobilise(row, unit, capability, reason, now_min, minutes)

    def _fail(
        self, row: int, unit: int, capability: int, reason: int, now_min: float, estimate_min: float
    ) -> None:
        """Log an alert that did not reach its appliance; control finds out later."""
        appliances = self.appliances
        origin, place = self._whereabouts(unit, now_min)
        self._unreached.add((row, unit))
        self.responses.not_alerted(
            unit,
            row,
            self.table.next_order(row),
            reason=reason,
            capability=capability,
            origin=origin,
            origin_place=place,
            mode=appliances.mode(appliances.slot(now_min), unit),
            decided_min=now_min,
            estimate_min=estimate_min,
        )
        self.table.failed(row)
        self.clock.start(processes.send_another(self.clock, self, row, unit, capability))

    def _whereabouts(self, unit: int, now_min: float) -> tuple[int, int]:
        """Return what an appliance is doing (``Origin``) and the place that it is at or about to reach."""
        origin = self._legs.origin[unit]
        if origin < 0:
            return _HOME, self.appliances.n_cells + self.appliances.site[unit]
        return origin, self._legs.place(unit, now_min)

    def _mobilise(
        self, row: int, unit: int, capability: int, reason: int, now_min: float, estimate_min: float
    ) -> int:
        """Alert an appliance with a crew aboard; return the pool of the crew."""
        appliances = self.appliances
        slot = appliances.slot(now_min)
        origin, place = self._whereabouts(unit, now_min)
        journey, turnout_factor = self.times.of(row, unit)
        if origin == _HOME:
            mode = appliances.mode(slot, unit)
            pool, crew, turnout = self._turnouts.crew_up(row, unit, slot, mode, turnout_factor)
            appliances.take_crew(unit, pool, crew)
            for listener in self._listeners:
                listener.left_home(unit, row, now_min)
            road = float(appliances.home_eta[appliances.band(slot), self._cell[row], unit])
        else:
            mode = _IMMEDIATE
            pool, crew = appliances.aboard_pool[unit], appliances.aboard_crew[unit]
            turnout = self.world.timings.standby_turnout_min
            road = appliances.minutes_under_way(unit, now_min, self._cell[row]) - turnout
            self._legs.end(unit)
            self._end(unit, now_min)
            for listener in self._listeners:
                listener.sent_on(unit, row, now_min)
        self.responses.begin(
            unit,
            row,
            self.table.next_order(row),
            reason=reason,
            capability=capability,
            origin=origin,
            origin_place=place,
            mode=mode,
            pool=pool,
            crew=crew,
            decided_min=now_min,
            estimate_min=estimate_min,
            turnout_min=turnout,
            travel_min=road * self._traffic[row] * journey,
        )
        self.table.sent(row, unit, now_min)
        if origin == _RETURNING:
            self._processes[unit].interrupt()
        else:
            self.clock.alert(unit)
        return pool

    def makeup_after_min(self, row: int) -> float:
        """Return the minutes from the first pump's arrival to its officer's asking for more."""
        return self._makeup_after_min[row]

    # -- what becomes of a response ---------------------------------------------------------------------

    def journey_min(self, unit: int) -> float:
        """Return the minutes from an appliance's alert to its arrival."""
        return self.responses.turnout_min[unit] + self.responses.travel_min[unit]

    def arrive(self, unit: int, now_min: float) -> None:
        """An appliance is at the scene."""
        self.responses.arrived_min[unit] = now_min
        row = self.responses.row[unit]
        if self.table.arrived(row, unit, now_min):
            arrival = self._arrivals.pop(row, None)
            if arrival is not None:
                arrival.succeed()

    def scene_min(self, unit: int) -> float:
        """Return how long an appliance stays at its scene."""
        return self.times.scene_min(self.responses.row[unit], self.responses.order[unit])

    def release(self, unit: int, now_min: float) -> float:
        """Free an appliance at the scene and start it home; return the minutes of the way."""
        appliances, row = self.appliances, self.responses.row[unit]
        self.responses.released_min[unit] = now_min
        self.table.left(row, now_min)
        cell, band = self._cell[row], appliances.band(appliances.slot(now_min))
        home = appliances.n_cells + appliances.site[unit]
        blue_min = minutes_between(self.world.travel, band, cell, home)
        return_min = blue_min * self.world.timings.return_factor
        self._legs.set_out(
            unit,
            _RETURNING,
            cell,
            home,
            start_min=now_min,
            duration_min=return_min,
            blue_min=blue_min,
            band=band,
        )
        if self.waiting:  # not now: it may send the very appliance whose process this is
            self.clock.at_once(self.waiting.serve)
        return return_min

    def come_home(self, unit: int, now_min: float) -> None:
        """An appliance is back at its station."""
        self._end(unit, now_min)
        self.appliances.bring_home(unit)
        for listener in self._listeners:
            listener.came_home(unit, now_min)
        self.waiting.serve(now_min)

    def _end(self, unit: int, now_min: float) -> None:
        """Write the response that an appliance has been returning from, if any."""
        if self.responses.under_way(unit):
            self.responses.end(unit, now_min, _ATTENDED)

    # -- waiting incidents ------------------------------------------------------------------------------

    def _send_waiting(self, part: Part, now_min: float) -> bool:
        """Send an appliance to a part that has waited; False if none can go."""
        estimate = self._candidates(part.row, part.capability, now_min)
        return self._send_one(part.row, part.capability, _QUEUED, estimate, now_min) is not None

    def _any_pump_free(self, now_min: float) -> bool:
        """Return whether any pump could be sent anywhere: only pumps are waited for."""
        free = self.appliances.crew_available(now_min)
        free[list(self._legs.units)] = True
        return bool((free & (self._strikes[0][0] == 0.0)).any())
