"""Crewing: share of pump-time on the run, by class of crewing, hour, month and station.

Availability is by the roster, before any commitment: a pump at an incident is still on the run. It is an own
pump's time in mode IMMEDIATE or ON_CALL over all its time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.log.tables import Log
from sim.measures.grouping import Table, ratio
from sim.measures.timeline import SortedRoster
from sim.world.codes import ON_THE_RUN, Duty, Mode
from sim.world.fire import F64, I8, I64, SLOT_MIN, Bool, World

CLASSES = {"wholetime": Duty.WHOLETIME, "on_call": Duty.ON_CALL, "day_crewed": Duty.DAY}


def unit_duty(world: World) -> I8:
    """Return the Duty (U,) of each appliance: of the first pool it is crewed from; NEIGHBOUR without one."""
    pool = world.units.pool
    if not world.people.pool_duty.size:
        return np.full(pool.size, Duty.NEIGHBOUR, dtype=np.int8)
    duty = np.where(pool >= 0, world.people.pool_duty[np.maximum(pool, 0)], np.int8(Duty.NEIGHBOUR))
    return duty.astype(np.int8)


def own_pumps(world: World) -> Bool:
    """Return the mask (U,) of the service's own pumps."""
    return world.units.own & world.units.pump


def mode_minutes(world: World, log: Log, roster: SortedRoster) -> F64:
    """Return the minutes (U, modes) that each appliance was rostered in each Mode, within the horizon."""
    modes, units = len(Mode), len(world.units.key)
    begin = np.minimum(roster.time_min, log.horizon_min)
    end = np.full(begin.size, log.horizon_min)
    end[:-1] = np.where(roster.unit[1:] == roster.unit[:-1], begin[1:], log.horizon_min)
    index = roster.unit.astype(np.int64) * modes + roster.mode
    minutes = np.bincount(index, weights=end - begin, minlength=units * modes)
    return minutes.astype(np.float64).reshape(units, modes)


def on_the_run_minutes(minutes: F64) -> tuple[F64, F64]:
    """Return minutes on the run (U,) and in all (U,)."""
    on_the_run = minutes[:, [int(mode) for mode in ON_THE_RUN]].sum(axis=1)
    return on_the_run, minutes.sum(axis=1)


@dataclass(frozen=True, slots=True, eq=False)
class Changes:
    """When appliances begin (step +1) and cease (−1) to be in some modes; (N,), by appliance, then time."""

    time_min: F64
    step: I64
    unit: I64

    def of(self, chosen: Bool) -> Changes:
        """Return the changes of the chosen appliances (U,)."""
        rows = chosen[self.unit]
        return Changes(self.time_min[rows], self.step[rows], self.unit[rows])


def changes(world: World, log: Log, roster: SortedRoster, modes: tuple[Mode, ...]) -> Changes:
    """Return when the own pumps begin and cease to be in ``modes``, within the horizon."""
    wanted = np.zeros(len(Mode), dtype=np.bool_)
    wanted[[int(mode) for mode in modes]] = True
    inside = wanted[roster.mode]
    before = np.zeros(inside.size, dtype=np.bool_)
    before[1:] = inside[:-1] & (roster.unit[1:] == roster.unit[:-1])
    # what an appliance is in its last row ends with the horizon: nothing to close
    rows = np.flatnonzero(inside != before)
    rows = rows[own_pumps(world)[roster.unit[rows]] & (roster.time_min[rows] < log.horizon_min)]
    step = np.where(inside[rows], np.int64(1), np.int64(-1))
    return Changes(roster.time_min[rows], step, roster.unit[rows].astype(np.int64))


def _slot_length(world: World, log: Log) -> F64:
    """Return the minutes (T,) of each slot within the horizon."""
    length: F64 = np.clip(log.horizon_min - SLOT_MIN * np.arange(world.calendar.hour.size), 0.0, SLOT_MIN)
    return length


def _slot_minutes(world: World, log: Log, changed: Changes) -> F64:
    """Return the appliance-minutes (T,) that appliances spend in each slot between their changes."""
    slots, length = world.calendar.hour.size, _slot_length(world, log)
    time, step = changed.time_min, changed.step
    slot = np.minimum((time / SLOT_MIN).astype(np.int64), slots - 1)
    rest = np.maximum(slot * SLOT_MIN + length[slot] - time, 0.0)
    number = np.cumsum(np.bincount(slot, weights=step, minlength=slots))
    number_before = np.concatenate(([0.0], number[:-1]))
    minutes: F64 = number_before * length + np.bincount(slot, weights=step * rest, minlength=slots)
    return minutes


def availability_values(world: World, minutes: F64) -> dict[str, float]:
    """Return the availability figures by name, from ``mode_minutes``."""
    on_the_run, fleet = on_the_run_minutes(minutes)
    duty, pumps = unit_duty(world), own_pumps(world)

    def share(chosen: Bool) -> float:
        total = float(fleet[chosen].sum())
        return float(on_the_run[chosen].sum()) / total if total > 0 else float("nan")

    values = {"fire.availability.overall": share(pumps)}
    for name, member in CLASSES.items():
        values[f"fire.availability.{name}"] = share(pumps & (duty == member))
    hours = max(float(fleet[pumps].sum()), 1e-12)
    values["fire.off_the_run.no_crew"] = float(minutes[pumps, Mode.NO_CREW].sum()) / hours
    values["fire.off_the_run.mechanical"] = float(minutes[pumps, Mode.MECHANICAL].sum()) / hours
    return values


def availability_by_time(world: World, log: Log, on_the_run: Changes) -> dict[str, Table]:
    """Return ``availability_by_hour`` (24 rows, local) and ``availability_by_month`` (January first)."""
    duty = unit_duty(world)
    hours: Table = {"hour": np.array([f"{hour:02d}" for hour in range(24)])}
    months: Table = {"month": np.array([f"{month:02d}" for month in range(1, 13)])}
    keys = ((hours, world.calendar.hour, 24), (months, world.calendar.month - 1, 12))
    chosen = {"overall": own_pumps(world)} | {name: duty == member for name, member in CLASSES.items()}
    length = _slot_length(world, log)
    for name, mask in chosen.items():
        crewed = _slot_minutes(world, log, on_the_run.of(mask))
        all_minutes = np.count_nonzero(mask & own_pumps(world)) * length
        for table, key, size in keys:
            part = np.bincount(key, weights=crewed, minlength=size)
            table[name] = ratio(part, np.bincount(key, weights=all_minutes, minlength=size))
    return {"availability_by_hour": hours, "availability_by_month": months}


def availability_by_station(world: World, log: Log, changed: Changes, minutes: F64) -> Table:
    """Return by own station with a pump: pumps, mean availability, share of time with at least one.

    ``changed`` is of being on the run, ``minutes`` is ``mode_minutes``.
    """
    sites = len(world.sites.key)
    pumps = own_pumps(world)
    on_the_run, fleet = on_the_run_minutes(minutes)
    site = world.units.site.astype(np.int64)
    place = site[changed.unit]
    order = np.lexsort((changed.time_min, place))
    time, place = changed.time_min[order], place[order]
    number = np.cumsum(changed.step[order])
    first = np.searchsorted(place, place)
    before_site = np.where(first > 0, number[np.maximum(first - 1, 0)], 0)
    end = np.full(time.size, log.horizon_min)
    end[:-1] = np.where(place[1:] == place[:-1], time[1:], log.horizon_min)
    covered = np.bincount(place, weights=(end - time) * (number > before_site), minlength=sites)
    count = np.bincount(site[pumps], minlength=sites)
    rows = np.flatnonzero(count > 0)
    part = np.bincount(site[pumps], weights=on_the_run[pumps], minlength=sites)
    whole = np.bincount(site[pumps], weights=fleet[pumps], minlength=sites)
    return {
        "station": np.array([world.sites.key[row] for row in rows], dtype=np.str_),
        "name": np.array([world.sites.name[row] for row in rows], dtype=np.str_),
        "pumps": count[rows],
        "availability": ratio(part, whole)[rows],
        "at_least_one": covered[rows] / log.horizon_min,
    }
