"""Cover moves: how many, for how long, from where to where, in which month. Their money is not in the
World.
"""

from __future__ import annotations

import numpy as np

from sim.log.tables import Log
from sim.measures.fire.select import View
from sim.measures.grouping import Table
from sim.measures.incidents import slot_of
from sim.world.fire import F64, Bool, World


def _hours(log: Log, begin: str, end: str, rows: Bool) -> F64:
    """Return hours (rows,) between two columns, 0 where it did not begin, cut at the horizon."""
    table, horizon = log.standby, log.horizon_min
    start = np.nan_to_num(table[begin][rows], nan=horizon)
    finish = np.nan_to_num(table[end][rows], nan=horizon)
    hours: F64 = np.maximum(np.minimum(finish, horizon) - np.minimum(start, horizon), 0.0) / 60.0
    return hours


def standby_values(seen: View) -> dict[str, float]:
    """Return the standby figures by name: per year."""
    log, per_year = seen.log, 1.0 / max(seen.years, 1e-12)
    people: Bool = log.standby["people"]
    appliance = ~people
    every = np.ones(people.size, dtype=np.bool_)
    home = np.where(np.isnan(log.standby["home_min"]), log.standby["ended_min"], log.standby["home_min"])
    away = np.minimum(np.nan_to_num(home, nan=log.horizon_min), log.horizon_min) - log.standby["decided_min"]
    return {
        "fire.standby.moves": float(np.count_nonzero(appliance)) * per_year,
        "fire.standby.people_moves": float(np.count_nonzero(people)) * per_year,
        "fire.standby.hours": float(_hours(log, "arrived_min", "ended_min", every).sum()) * per_year,
        "fire.standby.away_hours": float(np.maximum(away, 0.0).sum()) / 60.0 * per_year,
        "fire.standby.sent_from": float(np.count_nonzero(log.standby["end_reason"] == 1)) * per_year,
    }


def standby_tables(world: World, log: Log) -> dict[str, Table]:
    """Return ``standby_by_station`` (the station covered) and ``standby_by_month``; counts and hours of the
    run.
    """
    table = log.standby
    sites = len(world.sites.key)
    every = np.ones(table["unit"].size, dtype=np.bool_)
    hours = _hours(log, "arrived_min", "ended_min", every)
    covered = table["to_site"].astype(np.int64)
    count = np.bincount(covered, minlength=sites)
    left = np.bincount(table["from_site"].astype(np.int64), minlength=sites)
    rows = np.flatnonzero(count + left > 0)
    month = world.calendar.month[slot_of(world, table["decided_min"])].astype(np.int64) - 1
    return {
        "standby_by_station": {
            "station": np.array([world.sites.key[row] for row in rows], dtype=np.str_),
            "moves_in": count[rows],
            "moves_out": left[rows],
            "hours_covered": np.bincount(covered, weights=hours, minlength=sites)[rows],
        },
        "standby_by_month": {
            "month": np.array([f"{number:02d}" for number in range(1, 13)]),
            "moves": np.bincount(month, minlength=12),
            "hours": np.bincount(month, weights=hours, minlength=12),
        },
    }
