"""First attendance by type, district, hour, day, month, urban or rural, station ground and first pump's crewing."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.measures.fire.availability import own_pumps
from sim.measures.fire.response import crewing_of_first, first_pump_parts
from sim.measures.fire.select import View
from sim.measures.grouping import WEEKDAYS, Table, group_mean, group_quantiles, group_share_within, ratio
from sim.world.fire import F64, I64, World

Groups = dict[str, tuple[I64, Sequence[str]]]


def station_ground(world: World) -> I64:
    """Return the own site (C,) with a pump that is nearest by travel minutes, mean over the week; −1
    without any.
    """
    with_pump = np.unique(world.units.site[own_pumps(world)])
    if not with_pump.size:
        return np.full(world.cells.inside.size, -1, dtype=np.int64)
    bands = world.travel.site_min.shape[0]
    weight = (
        np.bincount(world.travel.band_of_hour.astype(np.int64), minlength=bands)
        / world.travel.band_of_hour.size
    )
    minutes = np.zeros((world.cells.inside.size, with_pump.size))
    for band in range(bands):
        if weight[band] > 0:
            minutes += weight[band] * world.travel.site_min[band][:, with_pump]
    nearest: I64 = with_pump[np.argmin(minutes, axis=1)].astype(np.int64)
    return nearest


def groups(seen: View) -> Groups:
    """Return for each breakdown the group (n,) of every incident, −1 for none, and the groups' names."""
    world, incidents = seen.world, seen.log.incidents
    cell = incidents["cell"]
    crews = crewing_of_first(seen)
    crewing = np.select(list(crews.values()), list(range(len(crews))), len(crews))
    return {
        "by_type": (seen.kind.astype(np.int64), world.demand.key),
        "by_district": (world.cells.district[cell].astype(np.int64), world.cells.district_names),
        "by_hour": (world.calendar.hour[seen.slot].astype(np.int64), [f"{hour:02d}" for hour in range(24)]),
        "by_weekday": (world.calendar.hour_of_week[seen.slot].astype(np.int64) // 24, WEEKDAYS),
        "by_month": (
            world.calendar.month[seen.slot].astype(np.int64) - 1,
            [f"{month:02d}" for month in range(1, 13)],
        ),
        "by_urban_rural": (np.where(world.cells.urban[cell], 0, 1).astype(np.int64), ("urban", "rural")),
        "by_station": (station_ground(world)[cell], world.sites.key),
        "by_first_crewing": (crewing.astype(np.int64), [*crews, "none came"]),
    }


def breakdown(seen: View, group: I64, names: Sequence[str], parts: dict[str, F64]) -> Table:
    """Return one table: a row a group that has incidents. Times in seconds, shares as fractions.

    ``within_15`` counts incidents that no pump reached as not within; means are over those that one reached.
    """
    scope = seen.counted & (group >= 0)
    size = len(names)
    chosen = group[scope]
    minutes = seen.attendance_min[scope]
    incidents = np.bincount(chosen, minlength=size)
    rows = np.flatnonzero(incidents > 0)
    median, p90 = group_quantiles(chosen, minutes, (0.5, 0.9), size)
    plt = scope & seen.log.incidents["plt"]
    two = scope & (seen.log.incidents["pumps_asked"] >= 2)
    columns = {
        "incidents": incidents,
        "share_of_incidents": ratio(incidents, np.full(size, max(chosen.size, 1))),
        "no_attendance": np.bincount(chosen[np.isnan(minutes)], minlength=size),
        "within_10": group_share_within(chosen, minutes, 10.0, size),
        "within_15": group_share_within(chosen, minutes, 15.0, size),
        "mean_s": 60.0 * group_mean(chosen, minutes, size),
        "median_s": 60.0 * median,
        "p90_s": 60.0 * p90,
        "plt_incidents": np.bincount(group[plt], minlength=size),
        "plt_mean_s": 60.0 * group_mean(group[plt], seen.attendance_min[plt], size),
        "second_pump_mean_s": 60.0 * group_mean(group[two], seen.second_min[two], size),
    } | {f"{name}_mean_s": 60.0 * group_mean(chosen, part[scope], size) for name, part in parts.items()}
    table: Table = {"group": np.array([names[int(row)] for row in rows], dtype=np.str_)}
    return table | {name: column[rows] for name, column in columns.items()}


def breakdown_tables(seen: View, by: Groups) -> dict[str, Table]:
    """Return every breakdown of first attendance by its name; ``by`` is ``groups(seen)``."""
    parts = first_pump_parts(seen)
    return {name: breakdown(seen, group, names, parts) for name, (group, names) in by.items()}
