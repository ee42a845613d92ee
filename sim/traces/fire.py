"""Tell the story of one incident from the log alone: who was sent and why, and who was quicker but was not."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.log.tables import Log
from sim.measures.fire.breakdown import station_ground
from sim.measures.fire.counterfactual import home_travel, typical_turnout
from sim.measures.fire.evidence import pool_mates
from sim.measures.fire.missed import Misses, classify
from sim.measures.fire.select import fire_units, standard_scope, view
from sim.measures.incidents import slot_of
from sim.measures.timeline import AWAY, State, Timeline
from sim.traces.places import cell_name, incident_name, place_name
from sim.traces.records import FireTrace, NotSent, PassedOver, Sent, Verdict
from sim.world.codes import Cause, Mode, Origin, Outcome, Reason
from sim.world.fire import F64, Bool, World
from sim.world.standards import Standard


def trace_incident(
    world: World, log: Log, row: int, *, standards: Sequence[Standard] = (), timeline: Timeline | None = None
) -> FireTrace:
    """Return the story of the incident in ``row``; give ``timeline`` when several are told of one log.

    Raises:
        ValueError: the log has no such row.
    """
    size = log.incidents["time_min"].size
    if not 0 <= row < size:
        raise ValueError(f"no incident {row}: the log has incidents 0 to {size - 1}")
    incident = {name: column[row].item() for name, column in log.incidents.items()}
    kind, cell = incident["type"], incident["cell"]
    slot = int(slot_of(world, np.array([incident["time_min"]]))[0])
    ground = int(station_ground(world)[cell])
    variant = int(world.demand.variant_start[kind]) + incident["variant"]
    known = timeline if timeline is not None else Timeline(log)
    return FireTrace(
        row=row,
        name=incident_name(world, log, row),
        type=world.demand.key[kind],
        group=world.demand.group[kind],
        time_min=incident["time_min"],
        month=int(world.calendar.month[slot]),
        weekday=int(world.calendar.hour_of_week[slot]) // 24,
        hour=int(world.calendar.hour[slot]),
        cell=cell,
        place=cell_name(world, cell),
        district=world.cells.district_names[int(world.cells.district[cell])],
        urban=bool(world.cells.urban[cell]),
        inside=bool(world.cells.inside[cell]),
        ground=world.sites.name[ground] if ground >= 0 else "",
        attendance=world.demand.variant_name[variant],
        sent=_decisions(world, log, known, row),
        verdicts=tuple(_verdict(world, log, known, row, standard) for standard in standards),
        **{name: incident[name] for name in _AS_LOGGED},
    )


_AS_LOGGED = (
    "plt", "late_call", "pumps_asked", "makeup_pumps", "handling_min", "queued_min", "failures", "traffic",
    "first_pump_min", "second_pump_min", "closed_min",
)  # fmt: skip


def _decisions(world: World, log: Log, timeline: Timeline, row: int) -> tuple[Sent, ...]:
    responses, units = log.responses, world.units
    rows = np.flatnonzero((responses["incident"] == row) & fire_units(world)[responses["unit"]])
    rows = rows[np.lexsort((responses["order"][rows], responses["decided_min"][rows]))]
    told = []
    for place, response in enumerate(rows):
        said = {name: column[response].item() for name, column in responses.items()}
        unit, capability = said["unit"], said["capability"]
        earlier = {int(responses["unit"][r]): Outcome(int(responses["outcome"][r])) for r in rows[:place]}
        told.append(
            Sent(
                reason=Reason(said["reason"]),
                capability=world.capability_names[capability] if capability >= 0 else "",
                appliance=units.key[unit],
                station=world.sites.name[int(units.site[unit])],
                own=bool(units.own[unit]),
                origin=Origin(said["origin"]),
                origin_place=place_name(world, said["origin_place"]),
                mode=Mode(said["mode"]),
                crew=int(said["crew"]).bit_count(),
                outcome=Outcome(said["outcome"]),
                passed_over=_passed_over(world, log, timeline, said, earlier),
                **{name: said[name] for name in _CLOCK},
            )
        )
    return tuple(told)


_CLOCK = (
    "order", "decided_min", "estimate_min", "alerted_min", "turnout_min", "departed_min", "travel_min",
    "arrived_min", "released_min", "ended_min",
)  # fmt: skip

_SAME_MIN = 1e-3  # the log keeps estimates in single precision: closer than this is a tie

_LACKING_SHOWN = 3
"""Appliances without the capability asked for that a story names: the quickest; most of the fleet lacks
it.
"""


def _passed_over(
    world: World, log: Log, timeline: Timeline, said: dict[str, float], earlier: dict[int, Outcome]
) -> tuple[PassedOver, ...]:
    row, chosen, capability = int(said["incident"]), int(said["unit"]), int(said["capability"])
    cell = log.incidents["cell"][row : row + 1].astype(np.int64)
    time = np.array([said["decided_min"]])
    home: F64 = (typical_turnout(world, time) + home_travel(world, cell, time, np.ones(1)))[0]
    able = _able(world, capability)
    home[chosen] = np.inf
    home[~fire_units(world)] = np.inf
    quicker = np.flatnonzero(home < said["estimate_min"] - _SAME_MIN)
    quicker = quicker[np.argsort(home[quicker], kind="stable")]
    result, lacking = [], 0
    for unit in quicker.tolist():
        if not (world.units.own[unit] or _neighbours_asked(world, log, row)):
            continue
        if not able[unit]:
            lacking += unit not in earlier
            if capability < 0 or unit in earlier or lacking > _LACKING_SHOWN:
                continue
            why, incident, at = NotSent.LACKS_CAPABILITY, -1, ""
        elif unit in earlier:
            failed = earlier[unit] == Outcome.NOT_ALERTED
            why, incident, at = (NotSent.NOT_REACHED if failed else NotSent.ALREADY_SENT), row, ""
        else:
            why, incident, at = _instead(world, log, timeline, unit, float(time[0]))
            if why == NotSent.SLOWER and _crew_sent(world, unit, earlier):
                why, incident = NotSent.CREW_OUT, row
        station = world.sites.name[int(world.units.site[unit])]
        result.append(PassedOver(world.units.key[unit], station, float(home[unit]), why, incident, at))
    return tuple(result)


def _able(world: World, capability: int) -> Bool:
    """Return (U,) whether each appliance can do what is asked: pump, or have the capability."""
    if capability < 0:
        return world.units.pump
    can: Bool = (world.units.capability >> capability) & 1 == 1
    return can


def _neighbours_asked(world: World, log: Log, row: int) -> bool:
    """Return whether neighbours are asked: where they help, and not to incidents that are their own."""
    return world.rules.neighbours_help and not bool(world.demand.over_border[log.incidents["type"][row]])


_BY_STATE = {
    State.NO_CREW: NotSent.NO_CREW,
    State.MECHANICAL: NotSent.MECHANICAL,
    State.RETURNING: NotSent.RETURNING,
    State.MOVING_TO_STANDBY: NotSent.ON_STANDBY,
    State.ON_STANDBY: NotSent.ON_STANDBY,
    State.RETURNING_FROM_STANDBY: NotSent.ON_STANDBY,
}


def _instead(world: World, log: Log, timeline: Timeline, unit: int, time: float) -> tuple[NotSent, int, str]:
    """Return why ``unit`` was not sent, the incident that had it or its crew (−1), and the station
    covered.
    """
    found = timeline.at(unit, time, before=True)
    state, response, standby = State(int(found.state)), int(found.response), int(found.standby)
    incident = int(log.responses["incident"][response]) if response >= 0 else -1
    at = world.sites.name[int(log.standby["to_site"][standby])] if standby >= 0 else ""
    if state != State.HOME:
        return _BY_STATE.get(state, NotSent.COMMITTED), incident, at
    mates = np.flatnonzero(pool_mates(world)[unit])
    doing = timeline.at(mates, time, before=True)
    out = doing.response[np.isin(doing.state, AWAY)]
    if out.size:
        had = int(out[0])
        return NotSent.CREW_OUT, int(log.responses["incident"][had]) if had >= 0 else -1, ""
    return NotSent.SLOWER, -1, ""


def _crew_sent(world: World, unit: int, earlier: dict[int, Outcome]) -> bool:
    """Return whether an appliance of one of ``unit``'s pools had been sent to the same incident before."""
    mates = pool_mates(world)[unit]
    return any(mates[sent] and outcome != Outcome.NOT_ALERTED for sent, outcome in earlier.items())


def _verdict(world: World, log: Log, timeline: Timeline, row: int, standard: Standard) -> Verdict:
    seen = view(world, log)
    scope, minutes = standard_scope(seen, standard)
    attendance = float(minutes[row])
    counted = bool(scope[row])
    limit_s = standard.threshold_s if standard.threshold_s is not None else standard.target
    met = attendance <= limit_s / 60.0
    if met or not counted or standard.statistic != "share_within" or standard.unit_order != 1:
        return Verdict(standard, counted, attendance, limit_s / 60.0, met)
    misses: Misses = classify(seen, standard, timeline)
    place = int(np.searchsorted(misses.row, row))
    unit = int(misses.unit[place])
    return Verdict(
        standard=standard,
        counted=True,
        response_min=attendance,
        limit_min=limit_s / 60.0,
        met=False,
        cause=Cause(int(misses.cause[place])),
        would_have=world.units.key[unit] if unit >= 0 else "",
        would_be_min=float(misses.would_be_min[place]),
        doing=State(int(misses.state[place])) if unit >= 0 else None,
    )
