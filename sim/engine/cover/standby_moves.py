"""The cover moves under way: what they do to the fleet, and their rows of the log."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from numpy.typing import NDArray

from sim.decisions.cover.view import End, Move, MovePeople
from sim.engine.appliances import Appliances
from sim.engine.clock import Clock
from sim.engine.cover import processes
from sim.engine.cover.spare_crews import muster_min, own_need_slot
from sim.engine.cover.standby import Standby
from sim.engine.cover.tables import off_duty_slot, road_minutes
from sim.engine.order import Happening
from sim.log.tables import TableWriter
from sim.world.codes import Mode, Origin
from sim.world.fire import SLOT_MIN, World
from sim.world.log_schema import STANDBY

_TWO_DAYS_SLOTS = 96
_MOVING, _STANDBY = int(Origin.MOVING_TO_STANDBY), int(Origin.STANDBY)
_RETURNING = int(Origin.RETURNING_FROM_STANDBY)


class StandbyMoves:
    """Every cover move under way in one replication."""

    def __init__(
        self,
        world: World,
        *,
        clock: Clock,
        appliances: Appliances,
        serve_waiting: Callable[[float], None],
        stopped: Callable[[Standby, float], None],
        back: Callable[[int, float], None],
    ) -> None:
        """Start with none.

        ``stopped`` is told of each that no longer covers its site, ``back`` of each appliance that is home from one;
        ``serve_waiting`` sends what is free to incidents that wait. All are told the minute.
        """
        self.clock, self.world, self.appliances = clock, world, appliances
        self.standing: dict[int, Standby] = {}  # by site
        self._table = TableWriter(STANDBY)
        self._serve_waiting, self._stopped, self._back = serve_waiting, stopped, back
        self._of_unit: dict[int, Standby] = {}  # appliances moved, until they are home or sent
        self._attending: dict[int, Standby] = {}  # people moved, at an incident with the appliance
        self._minutes = road_minutes(world)

    def crewed_by_others(self, unit: int) -> bool:
        """Return whether people moved are ready aboard an appliance at its own station."""
        move = self._of_unit.get(unit)
        return move is not None and move.people

    # -- setting out ------------------------------------------------------------------------------------

    def send_appliance(self, decision: Move, now_min: float) -> None:
        """Crew an appliance and send it to stand by.

        Its turnout is the median, without scatter; an on-call crew musters in its people's medians (assumption).
        """
        appliances, units, unit = self.appliances, self.world.units, decision.unit
        slot = appliances.slot(now_min)
        band, home = appliances.band(slot), int(units.site[unit])
        pool = appliances.roster.unit_pool(slot, unit)
        first, end = self.world.people.pool_start[pool], self.world.people.pool_start[pool + 1]
        on_call = appliances.mode(slot, unit) == Mode.ON_CALL
        muster = self.world.people.muster_min[first:end] if on_call else None
        crew, ready = appliances.choose_crew(unit, pool, slot, muster)
        turnout = ready if on_call else float(units.immediate_turnout_min[unit, appliances.night(slot)])
        travel = float(self._minutes[band, home, decision.to_site])
        move = Standby(
            *(unit, home, decision.to_site, pool, crew, False, decision.why, now_min, turnout, travel)
        )
        appliances.take_crew(unit, pool, crew)
        self._start(move)
        appliances.legs.set_out(
            unit,
            _MOVING,
            appliances.n_cells + home,
            appliances.n_cells + move.to_site,
            start_min=move.departs_min,
            duration_min=travel,
            blue_min=travel / self.world.timings.return_factor,
            band=band,
        )
        self._relieve_at(off_duty_slot(appliances.roster, pool, crew, slot, slot + _TWO_DAYS_SLOTS), move)

    def send_people(self, decision: MovePeople, now_min: float) -> None:
        """Send people by car to crew an appliance of another station; they are away from their pool from now on."""
        appliances, pool, crew = self.appliances, decision.pool, decision.crew
        slot = appliances.slot(now_min)
        home = int(self.world.people.pool_site[pool])
        to_site = int(self.world.units.site[decision.unit])
        ready = muster_min(self.world, pool, crew)
        travel = float(self._minutes[appliances.band(slot), home, to_site])
        move = Standby(
            *(decision.unit, home, to_site, pool, crew, True, decision.why, now_min, ready, travel)
        )
        appliances.people_out(pool, crew)
        self._start(move)
        last = off_duty_slot(appliances.roster, pool, crew, slot, slot + _TWO_DAYS_SLOTS)
        self._relieve_at(own_need_slot(appliances, pool, crew, slot, last), move)

    def _start(self, move: Standby) -> None:
        self.standing[move.to_site] = move
        if not move.people:
            self._of_unit[move.unit] = move
        move.process = self.clock.start(processes.stand_by(self.clock, self, move))

    def _relieve_at(self, slot: int, move: Standby) -> None:
        at_min = slot * SLOT_MIN
        if at_min < self.world.calendar.horizon_min:
            self.clock.call_at(
                Happening.RELIEF_DUE, move.unit, at_min, lambda now_min: self._off_duty(move, now_min)
            )

    # -- while it lasts ---------------------------------------------------------------------------------

    def arrive(self, move: Standby, now_min: float) -> None:
        """An appliance is at the station that it covers, or people are at the appliance that they crew."""
        unit, appliances = move.unit, self.appliances
        move.arrived_min = now_min
        if move.people:
            if unit in appliances.away:  # its own crew took it out this very minute
                return
            self._of_unit[unit] = move
            appliances.leave(unit)
            appliances.put_aboard(unit, move.pool, move.crew)
        place = appliances.n_cells + move.to_site
        appliances.legs.set_out(
            unit, _STANDBY, place, place, start_min=now_min, duration_min=0.0, blue_min=0.0, band=0
        )

    def _off_duty(self, move: Standby, now_min: float) -> None:
        """Some of a crew go off duty, or their own station needs them: recall them if they still stand by."""
        if move.stands:
            self.recall(move, End.OWN_CREW_NEEDED, now_min)

    def sent_on(self, unit: int, now_min: float) -> None:
        """An appliance on a cover move, or on its way home from one, has been sent to an incident."""
        move = self._of_unit.pop(unit, None)
        if move is None:
            return
        if move.people:
            self._attending[unit] = move
        if move.stands:
            self._stop(move, End.SENT, now_min)
        self._write(move)
        if move.process is not None:
            move.process.interrupt()

    # -- going home -------------------------------------------------------------------------------------

    def recall(self, move: Standby, end: End, now_min: float) -> None:
        """Send an appliance home, or people."""
        unit, appliances = move.unit, self.appliances
        if not move.people:
            self._turn_round(move, now_min)
        else:
            move.home_travel_min = min(max(0.0, now_min - move.departs_min), move.travel_min)
            if self._of_unit.get(unit) is move:  # they have crewed it
                del self._of_unit[unit]
                appliances.legs.end(unit)
                appliances.stay(unit)
                appliances.put_aboard(unit, -1, 0)
        self._stop(move, end, now_min)
        if move.process is not None:
            move.process.interrupt()

    def _turn_round(self, move: Standby, now_min: float) -> None:
        """Start an appliance home: from where it stands, or back along the road that it has come."""
        appliances, unit = self.appliances, move.unit
        band, place = appliances.band(appliances.slot(now_min)), appliances.legs.place(unit, now_min)
        if move.arrived_min == move.arrived_min:  # not NaN
            way_min = float(self._minutes[band, move.to_site, move.from_site])
        else:
            way_min = max(0.0, now_min - move.departs_min)
        move.home_travel_min = way_min
        appliances.legs.set_out(
            unit,
            _RETURNING,
            place,
            appliances.n_cells + move.from_site,
            start_min=now_min,
            duration_min=way_min,
            blue_min=way_min / self.world.timings.return_factor,
            band=band,
        )

    def come_home(self, move: Standby, now_min: float) -> None:
        """An appliance moved, or people moved, are back where they belong."""
        move.home_min = now_min
        self._write(move)
        if move.people:
            self.appliances.people_back(move.pool, move.crew)
        else:
            del self._of_unit[move.unit]
            self.appliances.bring_home(move.unit)
            self._back(move.unit, now_min)
        self._serve_waiting(now_min)

    def appliance_home(self, unit: int) -> None:
        """An appliance is back from an incident: if people of another station crewed it, they set off home."""
        move = self._attending.pop(unit, None)
        if move is not None:
            self.appliances.people_out(move.pool, move.crew)
            self.clock.start(processes.go_home(self.clock, self, move))

    def people_home(self, move: Standby, now_min: float) -> None:
        """People who went to an incident with the appliance that they crewed are back at their own station."""
        self.appliances.people_back(move.pool, move.crew)
        self._serve_waiting(now_min)

    def _stop(self, move: Standby, end: End, now_min: float) -> None:
        move.ended_min = now_min
        move.end = end
        del self.standing[move.to_site]
        self._stopped(move, now_min)

    # -- the log ----------------------------------------------------------------------------------------

    def _write(self, move: Standby) -> None:
        self._table.append(move.log_row(self.world.calendar.horizon_min))

    def close(self) -> None:
        """Write the moves that still stand by when the run has ended."""
        for site in sorted(self.standing):
            self._write(self.standing[site])
        self.standing.clear()

    def columns(self) -> dict[str, NDArray[Any]]:
        """Return the standby table of the log."""
        return self._table.columns()
