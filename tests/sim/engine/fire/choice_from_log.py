"""Whether the quickest were sent, told by the log, the World and the roster alone: any engine can be held to it.

At every alert each other appliance whose whereabouts the log tells is looked at: at home (with a crew that the people
left in its pool make up), on its way home from an incident, or standing by. What happened in the very minute of the
decision, and appliances whose pool has somebody on a standby move (the log does not name them), are passed over.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from dataclasses import dataclass, field

import numpy as np

from sim.decisions.crew_choice import crewable_units, pump_need, special_need
from sim.decisions.positions import minutes_on_to, share_done
from sim.decisions.routes import find_route
from sim.draws.replication import Draws
from sim.log.tables import Log
from sim.world.codes import ON_THE_RUN, Mode, Outcome
from sim.world.fire import SLOT_MIN, World

ROUNDING_MIN = 2e-3  # estimates are float32 in the log


@dataclass
class Looked:
    """How often the choice was looked at, and with how many others in all."""

    decisions: int = 0
    others: int = 0
    at_home: int = 0
    returning: int = 0
    standing_by: int = 0


@dataclass
class Past:
    """What the log tells of every unit, in plain lists of rows."""

    world: World
    draws: Draws
    log: Log
    looked: Looked = field(default_factory=Looked)

    def __post_init__(self) -> None:
        responses, standby = self.log.responses, self.log.standby
        units = len(self.world.units.key)
        self.of: list[list[dict[str, float]]] = [[] for _ in range(units)]
        self.moves: list[list[dict[str, float]]] = [[] for _ in range(units)]
        for table, where in ((responses, self.of), (standby, self.moves)):
            columns = {name: column.tolist() for name, column in table.items()}
            for row in range(len(columns["unit"])):
                where[columns["unit"][row]].append({name: values[row] for name, values in columns.items()})
        self.attended = [
            sorted(
                (row for row in rows if row["outcome"] == Outcome.ATTENDED),
                key=lambda row: row["decided_min"],
            )
            for rows in self.of
        ]
        self.people_moved = any(row["people"] for moves in self.moves for row in moves)
        self.begun = [[row["decided_min"] for row in rows] for rows in self.attended]
        self.marks = [
            {row[name] for row in rows for name in ("decided_min", "released_min", "ended_min")}
            | {row[name] for row in moves for name in ("decided_min", "arrived_min", "ended_min", "home_min")}
            for rows, moves in zip(self.of, self.moves, strict=True)
        ]
        pools = self.world.units.pool.tolist(), self.world.units.fallback_pool.tolist()
        self.pools = [sorted({q for q in pair if q >= 0}) for pair in zip(*pools, strict=True)]
        self.members = [
            [u for u in range(units) if q in self.pools[u]] for q in range(len(self.world.people.pool_key))
        ]
        for members in self.members:
            members.sort(key=lambda u: (int(self.world.units.rank[u]), u))

    def slot(self, minute: float) -> int:
        return min(int(minute / SLOT_MIN), len(self.draws.roster.mode) - 1)

    def band(self, minute: float) -> int:
        hour = int(self.world.calendar.hour_of_week[self.slot(minute)])
        return int(self.world.travel.band_of_hour[hour])

    def stirred(self, unit: int, minute: float) -> bool:
        """Whether anything happened to a unit in this very minute: what came first is not told."""
        return minute in self.marks[unit]

    def job(self, unit: int, minute: float) -> dict[str, float] | None:
        """Return the response that a unit is at, or returning from."""
        place = bisect_left(self.begun[unit], minute) - 1  # responses of a unit follow each other
        if place < 0 or minute >= self.attended[unit][place]["ended_min"]:
            return None
        return self.attended[unit][place]

    def move(self, unit: int, minute: float) -> dict[str, float] | None:
        """Return the standby move that a unit, or its crew, is at or returning from."""
        for row in self.moves[unit]:
            until = row["home_min"]
            if math.isnan(until):  # sent to an incident, from there or on the way back
                place = bisect_left(self.begun[unit], row["ended_min"])
                until = self.begun[unit][place] if place < len(self.begun[unit]) else math.inf
            if row["decided_min"] < minute < until:
                return row
        return None

    def estimate(self, unit: int, minute: float, cell: int) -> float:
        """Return control's estimate for a unit that could be sent; inf if not, or if the log leaves it open."""
        if self.stirred(unit, minute):
            return math.inf
        job, move = self.job(unit, minute), self.move(unit, minute)
        if job is not None:
            return self._returning(unit, job, minute, cell)
        if move is not None:
            return self._standing_by(move, minute, cell)
        return self._at_home(unit, minute, cell)

    def _returning(self, unit: int, job: dict[str, float], minute: float, cell: int) -> float:
        if minute < job["released_min"] or job["released_min"] >= job["ended_min"]:
            return math.inf
        world, n_cells = self.world, len(self.world.cells.population)
        start, band = int(self.log.incidents["cell"][int(job["incident"])]), self.band(job["released_min"])
        site = int(world.units.site[unit])
        blue_min = float(world.travel.site_min[band, start, site])
        nodes, shares = find_route(world.travel, band, start, n_cells + site, blue_min)
        self.looked.returning += 1
        return minutes_on_to(
            world.travel, nodes, shares,
            done=share_done(job["released_min"], blue_min * world.timings.return_factor, minute),
            blue_min=blue_min, end_place=n_cells + site, band=self.band(minute), cell=cell,
            cab_min=world.timings.standby_turnout_min,
        )  # fmt: skip

    def _standing_by(self, move: dict[str, float], minute: float, cell: int) -> float:
        if move["people"] or not move["arrived_min"] < minute < move["ended_min"]:
            return math.inf
        travel = self.world.travel
        self.looked.standing_by += 1
        way = float(travel.site_min[self.band(minute), cell, int(move["to_site"])])
        return self.world.timings.standby_turnout_min + way

    def _at_home(self, unit: int, minute: float, cell: int) -> float:
        units, slot = self.world.units, self.slot(minute)
        mode = int(self.draws.roster.mode[slot, unit])
        if mode not in ON_THE_RUN or not self._crewed(unit, minute):
            return math.inf
        hour = int(self.world.calendar.hour[slot])
        first, end = self.world.timings.day_hours
        turnout = (
            units.on_call_turnout_min[unit]
            if mode == Mode.ON_CALL
            else units.immediate_turnout_min[unit, int(not first <= hour < end)]
        )
        self.looked.at_home += 1
        return float(turnout) + float(
            self.world.travel.site_min[self.band(minute), cell, int(units.site[unit])]
        )

    def _crewed(self, unit: int, minute: float) -> bool:
        """Whether the people left at home crew a unit, by the rule of the roster; False where it is not told."""
        units, people, slot = self.world.units, self.world.people, self.slot(minute)
        if not units.own[unit]:
            return True
        roster = self.draws.roster
        pools = self.pools[unit]
        pool = pools[0] if len(pools) == 1 else int(roster.unit_pool(slot, unit))
        mates = self.members[pool]
        if any(self.stirred(mate, minute) or self.move(mate, minute) is not None for mate in mates):
            return False
        if self.people_moved:
            return False
        jobs = {mate: self.job(mate, minute) for mate in mates}
        out = 0
        for job in jobs.values():
            if job is not None and job["pool"] == pool:
                out |= int(job["crew"])
        home = [
            mate
            for mate in mates
            if jobs[mate] is None
            and roster.mode[slot, mate] != Mode.MECHANICAL
            and (len(self.pools[mate]) == 1 or int(roster.unit_pool(slot, mate)) == pool)
        ]
        pumps = [mate for mate in home if units.pump[mate]]
        order = pumps + [mate for mate in home if not units.pump[mate]]
        skills = people.skill[people.pool_start[pool] : people.pool_start[pool + 1]]
        crewable = crewable_units(
            skills,
            int(roster.present[slot, pool]) & ~out,
            tuple(pump_need(int(units.minimum_crew[mate]), people.ba_needed) for mate in pumps),
            tuple(special_need(int(units.minimum_crew[mate])) for mate in order[len(pumps) :]),
        )
        return bool(crewable >> order.index(unit) & 1)


def nobody_free_was_quicker(world: World, draws: Draws, log: Log) -> Looked:
    """Fail if any appliance that the log tells to have been free was quicker than the one alerted."""
    past = Past(world, draws, log)
    units, incidents = world.units, log.incidents
    police = None if world.police is None else world.police.units.police
    failed = log.responses["outcome"] == Outcome.NOT_ALERTED
    tried = {  # control knows of an alert that failed, and sends that appliance again only if there is no other
        (int(log.responses["incident"][row]), int(log.responses["unit"][row])): log.responses["decided_min"][
            row
        ]
        for row in np.flatnonzero(failed)
    }
    for row in range(len(log.responses["unit"])):
        said = {name: column[row].item() for name, column in log.responses.items()}
        incident, chosen, capability = said["incident"], said["unit"], said["capability"]
        if police is not None and police[chosen]:
            continue
        minute, cell = said["decided_min"], int(incidents["cell"][incident])
        own_only = world.demand.over_border[incidents["type"][incident]] or not world.rules.neighbours_help
        past.looked.decisions += 1
        for unit in range(len(units.key)):
            may = units.pump[unit] if capability < 0 else units.capability[unit] >> capability & 1
            if (
                not may
                or unit == chosen
                or tried.get((incident, unit), math.inf) <= minute
                or (own_only and not units.own[unit])
            ):
                continue
            if police is not None and police[unit]:
                continue
            estimate = past.estimate(unit, minute, cell)
            past.looked.others += not math.isinf(estimate)
            assert said["estimate_min"] <= estimate + ROUNDING_MIN, (
                f"row {row}: {units.key[chosen]} was sent at {minute}, {units.key[unit]} would have been quicker"
            )
    return past.looked
