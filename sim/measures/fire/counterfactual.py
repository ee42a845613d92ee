"""What each pump would have done, fully crewed and at home: the yardstick of "why was it missed".

Typical times, never draws: control's median call handling, the median turnout of the crewing an appliance is
rostered to have at that hour, and the World's travel minutes times the incident's own traffic.
"""

from __future__ import annotations

import numpy as np

from sim.measures.fire.availability import unit_duty
from sim.measures.incidents import slot_of
from sim.world.codes import Duty, Mode, Origin
from sim.world.fire import F64, HOURS_OF_WEEK, I8, I64, Bool, World


def day_pool_on_duty(world: World) -> Bool:
    """Return (Q, 168) whether anybody of each pool may be on duty in each hour of the week."""
    people = world.people
    pools = len(people.pool_key)
    result = np.zeros((pools, HOURS_OF_WEEK), dtype=np.bool_)
    for pool in range(pools):
        members = people.presence[people.pool_start[pool] : people.pool_start[pool + 1]]
        result[pool] = (members > 0).any(axis=0)
    return result


def night(world: World, slot: I64) -> I64:
    """Return 1 (n,) in the hours of the night turnout, 0 by day: the column of ``immediate_turnout_min``."""
    hour = world.calendar.hour[slot]
    start, end = world.timings.day_hours
    return ((hour < start) | (hour >= end)).astype(np.int64)


def typical_turnout(world: World, time_min: F64) -> F64:
    """Return the typical turnout (n, U), minutes, of every appliance at each time if fully crewed.

    Wholetime: the median of day or night. On-call: what control reckons with. Day-crewed: wholetime while
    its day crew is on duty, else on-call; without a fallback crew it has none (inf). Neighbours: by their
    own crewing.
    """
    slot = slot_of(world, time_min)
    units, duty = world.units, unit_duty(world)
    immediate = units.immediate_turnout_min[:, night(world, slot)].T.astype(np.float64)  # (n, U)
    on_call = units.on_call_turnout_min.astype(np.float64)
    crewed_now = np.broadcast_to(
        (duty == Duty.WHOLETIME) | ((duty == Duty.NEIGHBOUR) & units.neighbour_immediate), immediate.shape
    ).copy()
    day_crewed = np.flatnonzero(duty == Duty.DAY)
    if day_crewed.size:
        on_duty = day_pool_on_duty(world)
        hour = world.calendar.hour_of_week[slot]
        crewed_now[:, day_crewed] = on_duty[units.pool[day_crewed]][:, hour].T
        on_call = np.where((duty == Duty.DAY) & (units.fallback_pool < 0), np.inf, on_call)
    return np.where(crewed_now, immediate, on_call)


def sent_turnout(world: World, unit: I64, mode: I8, origin: I8, time_min: F64) -> F64:
    """Return the typical turnout (n,), minutes, of appliances as they were sent: by crewing and origin."""
    units = world.units
    at_home = np.where(
        mode == Mode.ON_CALL,
        units.on_call_turnout_min[unit],
        units.immediate_turnout_min[unit, night(world, slot_of(world, time_min))],
    )
    return np.where(origin == Origin.HOME, at_home, world.timings.standby_turnout_min).astype(np.float64)


def candidates(world: World) -> Bool:
    """Return (U,) the pumps that could be asked: own, and neighbours' where they help."""
    return world.units.pump & (world.units.own | world.rules.neighbours_help)


def home_travel(world: World, cell: I64, time_min: F64, traffic: F64) -> F64:
    """Return travel minutes (n, U) from each appliance's own station to each cell, with the incident's
    traffic.
    """
    hour = world.calendar.hour_of_week[slot_of(world, time_min)]
    band = world.travel.band_of_hour[hour].astype(np.int64)
    by_site = world.travel.site_min[band, cell].astype(np.float64)  # (n, S)
    return by_site[:, world.units.site] * traffic[:, None]


def home_attendance(world: World, cell: I64, time_min: F64, traffic: F64) -> F64:
    """Return alert-to-arrival minutes (n, U) of every pump if fully crewed and at home; inf for those not
    asked.
    """
    minutes = typical_turnout(world, time_min) + home_travel(world, cell, time_min, traffic)
    minutes[:, ~candidates(world)] = np.inf
    return minutes
