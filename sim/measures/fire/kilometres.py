"""Kilometres driven: out to incidents, home again, and on cover moves, by appliance and local day.

A way is as long as the quickest way between its ends at free-flowing speeds. Of a way that is broken off (sent again on
the way home, called back from a cover move) the part counts that was driven, by its share of the minutes; an appliance
that sets out from the road drives as many kilometres a minute as on the way from its own station.
"""

from __future__ import annotations

import numpy as np

from sim.measures.fire.select import View
from sim.measures.fire.workload import alerted_rows
from sim.measures.grouping import Table
from sim.measures.incidents import slot_of
from sim.world.fire import F64, I64

Legs = tuple[I64, F64, F64]  # appliance, minute of setting out, kilometres


def legs_driven(seen: View) -> Legs:
    """Return every way that an own appliance drove within the horizon; nothing where the map tells no distances."""
    parts = [] if seen.world.travel.site_km is None else [*_responses(seen), *_standby(seen)]
    if not parts:
        return np.empty(0, dtype=np.int64), np.empty(0), np.empty(0)
    unit, begin, km = (np.concatenate(column) for column in zip(*parts, strict=True))
    kept = (begin < seen.log.horizon_min) & np.isfinite(begin) & np.isfinite(km) & seen.world.units.own[unit]
    return unit[kept], begin[kept], km[kept]


def _responses(seen: View) -> list[Legs]:
    world, log = seen.world, seen.log
    site_km = world.travel.site_km
    assert site_km is not None
    rows = alerted_rows(seen)
    of = {name: log.responses[name][rows] for name in ("unit", "incident", "origin_place", "departed_min")}
    of |= {name: log.responses[name][rows] for name in ("travel_min", "released_min", "ended_min")}
    unit, incident = of["unit"].astype(np.int64), of["incident"].astype(np.int64)
    cell, home = log.incidents["cell"][incident], world.units.site[unit]
    home_km = site_km[cell, home].astype(np.float64)
    blue_min = world.travel.site_min[seen.band()[incident], cell, home].astype(np.float64)
    cells = world.cells.inside.size
    from_site = of["origin_place"] >= cells
    site = np.where(from_site, of["origin_place"] - cells, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        pace = np.where(blue_min > 0.0, home_km / blue_min, 0.0)
    typical = of["travel_min"] / np.maximum(log.incidents["traffic"][incident], 1e-6)
    out = np.where(from_site, site_km[cell, site], pace * typical)
    whole = np.maximum(blue_min * world.timings.return_factor, 1e-9)
    until = np.minimum(np.nan_to_num(of["ended_min"], nan=log.horizon_min), log.horizon_min)
    back = home_km * np.clip((until - of["released_min"]) / whole, 0.0, 1.0)
    return [(unit, of["departed_min"], out), (unit, of["released_min"], back)]


def _standby(seen: View) -> list[Legs]:
    world, table = seen.world, seen.log.standby
    site_km = world.travel.site_km
    assert site_km is not None
    rows = np.flatnonzero(~table["people"])
    unit = table["unit"][rows].astype(np.int64)
    cells = world.cells.inside.size
    whole = site_km[cells + table["to_site"][rows], table["from_site"][rows]].astype(np.float64)
    begin, arrived, ended = (table[name][rows] for name in ("decided_min", "arrived_min", "ended_min"))
    driven = np.clip((ended - begin) / np.maximum(table["travel_min"][rows], 1e-9), 0.0, 1.0)
    share = np.where(np.isfinite(arrived), 1.0, np.nan_to_num(driven))
    there: Legs = (unit, begin, whole * share)
    sent_on = np.isnan(table["home_min"][rows])
    return [there, (unit, ended, np.where(sent_on, np.nan, whole * share))]


def by_day(seen: View, legs: Legs) -> Table:
    """Return a row for every own appliance and local day on which it drove: ways and kilometres."""
    unit, begin, km = legs
    calendar = seen.world.calendar
    day = calendar.day[slot_of(seen.world, begin)].astype(np.int64)
    days = int(calendar.day[-1]) + 1 if calendar.day.size else 1
    index = unit * days + day
    rows, place = np.unique(index, return_inverse=True)
    of_day = np.datetime64(calendar.start) + np.arange(days).astype("timedelta64[D]")
    return {
        "appliance": np.array(seen.world.units.key, dtype=np.str_)[rows // days],
        "day": of_day[rows % days].astype(np.str_),
        "ways": np.bincount(place, minlength=rows.size),
        "km": np.bincount(place, weights=km, minlength=rows.size),
    }
