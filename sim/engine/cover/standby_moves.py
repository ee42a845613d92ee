"""The cover moves under way: what they do to the fleet, and their rows of the log."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from sim.decisions.cover.view import End, Move, MovePeople, Why
from sim.decisions.positions import Leg
from sim.engine.cover import processes
from sim.engine.cover.spare_crews import muster_min, own_need_slot
from sim.engine.cover.tables import off_duty_slot, road_minutes
from sim.log.tables import STANDBY, TableWriter
from sim.world.codes import Mode, Origin
from sim.world.fire import SLOT_MIN

if TYPE_CHECKING:
    from simpy import Process

    from sim.engine.fire.mobilising import FireDesk

_NAN = math.nan
_INF = math.inf
_TWO_DAYS_SLOTS = 96


@dataclass(slots=True, eq=False)
class Standby:
    """An appliance standing by at another station, or people moved to crew an appliance of another station."""

    unit: int
    from_site: int
    to_site: int
    pool: int
    crew: int  # bit mask
    people: bool
    why: Why
    decided_min: float
    turnout_min: float
    travel_min: float
    arrived_min: float = _NAN
    ended_min: float = _NAN
    home_min: float = _NAN
    home_travel_min: float = 0.0
    end: End | None = None
    process: Process | None = None

    @property
    def stands(self) -> bool:
        """Whether it counts as cover: on its way there, or there."""
        return self.end is None

    @property
    def recalled(self) -> bool:
        """Whether it has been told to go home."""
        return self.end is not None and self.end != End.SENT

    @property
    def departs_min(self) -> float:
        """When its crew is ready to leave."""
        return self.decided_min + self.turnout_min

    def row(self, horizon_min: float) -> tuple[Any, ...]:
        """Return its row of the log; what still stood by at the horizon ended there."""
        arrived, ended, end = self.arrived_min, self.ended_min, self.end
        if end is None or ended > horizon_min:
            ended, end = horizon_min, End.END_OF_RUN
        if arrived > ended:
            arrived = _NAN
        return (
            *(self.unit, self.from_site, self.to_site, self.people, self.decided_min, arrived, ended),
            *(self.home_min, self.travel_min, self.why, end),
        )


class Moves:
    """Every cover move under way in one replication."""

    def __init__(self, fire: FireDesk, ended: Callable[[Standby], None]) -> None:
        """Start with none; ``ended`` is told of each that no longer covers its site."""
        self.fire, self.world = fire, fire.world
        self.env, self.fleet = fire.env, fire.fleet
        self.standing: dict[int, Standby] = {}  # by site
        self.table = TableWriter(STANDBY)
        self._ended = ended
        self._of_unit: dict[int, Standby] = {}  # appliances moved, until they are home or sent
        self._attending: dict[int, Standby] = {}  # people moved, at an incident with the appliance
        self._minutes = road_minutes(fire.world)

    def crewed_by_others(self, unit: int) -> bool:
        """Return whether people moved are ready aboard an appliance at its own station."""
        move = self._of_unit.get(unit)
        return move is not None and move.people

    # -- setting out ------------------------------------------------------------------------------------

    def send_appliance(self, decision: Move) -> None:
        """Crew an appliance and send it to stand by.

        Its turnout is the median, without scatter; an on-call crew musters in its people's medians (assumption).
        """
        fleet, units, unit = self.fleet, self.world.units, decision.unit
        now = self.env.now
        slot = fleet.slot(now)
        band, home = fleet.band(slot), int(units.site[unit])
        pool = fleet.roster.unit_pool(slot, unit)
        first, end = self.world.people.pool_start[pool], self.world.people.pool_start[pool + 1]
        on_call = fleet.mode(slot, unit) == Mode.ON_CALL
        muster = self.world.people.muster_min[first:end] if on_call else None
        crew, ready = fleet.choose_crew(unit, pool, slot, muster)
        turnout = ready if on_call else float(units.immediate_turnout_min[unit, fleet.night(slot)])
        travel = float(self._minutes[band, home, decision.to_site])
        move = Standby(
            unit, home, decision.to_site, pool, crew, False, decision.why, now, turnout, travel
        )  # fmt: skip
        fleet.take_crew(unit, pool, crew)
        self._start(move)
        start_place = fleet.n_cells + home
        fleet.legs[unit] = Leg(
            unit, Origin.MOVING_TO_STANDBY, start_place, move.to_site, move.departs_min, travel,
            travel / self.world.timings.return_factor, band, move.process,
        )  # fmt: skip
        self._relieve_at(off_duty_slot(fleet.roster, pool, crew, slot, slot + _TWO_DAYS_SLOTS), move)

    def send_people(self, decision: MovePeople) -> None:
        """Send people by car to crew an appliance of another station; they are away from their pool from now on."""
        fleet, now = self.fleet, self.env.now
        slot = fleet.slot(now)
        pool, crew = decision.pool, decision.crew
        home = int(self.world.people.pool_site[pool])
        to_site = int(self.world.units.site[decision.unit])
        ready = muster_min(self.world, pool, crew)
        travel = float(self._minutes[fleet.band(slot), home, to_site])
        move = Standby(
            decision.unit, home, to_site, pool, crew, True, decision.why, now, ready, travel
        )  # fmt: skip
        self._lend(move)
        self._start(move)
        last = off_duty_slot(fleet.roster, pool, crew, slot, slot + _TWO_DAYS_SLOTS)
        self._relieve_at(own_need_slot(fleet, pool, crew, slot, last), move)

    def _start(self, move: Standby) -> None:
        self.standing[move.to_site] = move
        if not move.people:
            self._of_unit[move.unit] = move
        move.process = self.env.process(processes.stand_by(self, move))

    def _relieve_at(self, slot: int, move: Standby) -> None:
        at_min = slot * SLOT_MIN
        if at_min < self.world.calendar.horizon_min:
            moment = self.env.timeout(at_min - self.env.now)  # one moment, not a story
            moment.callbacks.append(lambda _: self._off_duty(move))

    # -- while it lasts ---------------------------------------------------------------------------------

    def arrive(self, move: Standby) -> None:
        """An appliance is at the station that it covers, or people are at the appliance that they crew."""
        unit = move.unit
        move.arrived_min = self.env.now
        if move.people:
            if unit in self.fleet.away:  # its own crew took it out this very minute
                return
            self._of_unit[unit] = move
            self.fleet.leave(unit)
            self.fleet.aboard[unit] = (move.pool, move.crew)
        place = self.fleet.n_cells + move.to_site
        self.fleet.legs[unit] = Leg(
            unit, Origin.STANDBY, place, move.to_site, self.env.now, 0.0, 0.0, 0, move.process
        )  # fmt: skip

    def _off_duty(self, move: Standby) -> None:
        """Some of a crew go off duty, or their own station needs them: recall them if they still stand by."""
        if move.stands:
            self.recall(move, End.OWN_CREW_NEEDED)

    def sent_away(self, unit: int) -> None:
        """An appliance on a cover move, or on its way home from one, has been sent to an incident."""
        move = self._of_unit.pop(unit, None)
        if move is None:
            return
        if move.people:
            self._attending[unit] = move
        if move.stands:
            self._stop(move, End.SENT)
        self._write(move)

    # -- going home -------------------------------------------------------------------------------------

    def recall(self, move: Standby, end: End) -> None:
        """Send an appliance home, or people."""
        now, unit = self.env.now, move.unit
        if not move.people:
            self._turn_round(move)
        else:
            move.home_travel_min = min(max(0.0, now - move.departs_min), move.travel_min)
            if self._of_unit.get(unit) is move:  # they have crewed it
                del self._of_unit[unit], self.fleet.legs[unit]
                self.fleet.stay(unit)
                self.fleet.aboard[unit] = (-1, 0)
        self._stop(move, end)
        if move.process is not None:
            move.process.interrupt()

    def _turn_round(self, move: Standby) -> None:
        """Start an appliance home: from where it stands, or back along the road that it has come."""
        fleet, now = self.fleet, self.env.now
        band, place = fleet.band(fleet.slot(now)), fleet.place_of_leg(fleet.legs[move.unit], now)
        if move.arrived_min == move.arrived_min:  # not NaN
            way_min = float(self._minutes[band, move.to_site, move.from_site])
        else:
            way_min = max(0.0, now - move.departs_min)
        move.home_travel_min = way_min
        fleet.legs[move.unit] = Leg(
            move.unit, Origin.RETURNING_FROM_STANDBY, place, move.from_site, now, way_min,
            way_min / self.world.timings.return_factor, band, move.process,
        )  # fmt: skip

    def come_home(self, move: Standby) -> None:
        """An appliance moved, or people moved, are back where they belong."""
        move.home_min = self.env.now
        self._write(move)
        if move.people:
            self._give_back(move)
        else:
            del self._of_unit[move.unit]
            self.fleet.bring_home(move.unit)
            self.fire.cover.came_home(move.unit)
        self.fire.serve_waiting()

    def appliance_home(self, unit: int) -> None:
        """An appliance is back from an incident: if people of another station crewed it, they set off home."""
        move = self._attending.pop(unit, None)
        if move is not None:
            self._lend(move)
            self.env.process(processes.go_home(self, move))

    def people_home(self, move: Standby) -> None:
        """People who went to an incident with the appliance that they crewed are back at their own station."""
        self._give_back(move)
        self.fire.serve_waiting()

    def _stop(self, move: Standby, end: End) -> None:
        move.ended_min = self.env.now
        move.end = end
        del self.standing[move.to_site]
        self._ended(move)

    def _lend(self, move: Standby) -> None:
        self.fleet.people_out(move.pool, move.crew)

    def _give_back(self, move: Standby) -> None:
        self.fleet.people_back(move.pool, move.crew)

    # -- the log ----------------------------------------------------------------------------------------

    def _write(self, move: Standby) -> None:
        self.table.append(move.row(self.world.calendar.horizon_min))

    def close(self) -> None:
        """Write the moves that still stand by when the run has ended."""
        for site in sorted(self.standing):
            self._write(self.standing[site])
        self.standing.clear()

    def columns(self) -> dict[str, NDArray[Any]]:
        """Return the standby table of the log."""
        return self.table.columns()
