"""The daily gauge: own pumps on the run by the roster at set hours, against the number that the service plans for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.log.tables import Log
from sim.measures.fire.availability import Changes
from sim.measures.grouping import Table, ratio
from sim.world.fire import F64, I64, SLOT_MIN, World


@dataclass(frozen=True, slots=True, eq=False)
class Readings:
    """Every reading of a run, in order, (G,): own pumps on the run, local day from the start, month and hour.

    ``run`` numbers the months of the run from 0 on: the second April of two years is another.
    """

    number: I64
    day: I64
    month: I64
    hour: I64
    run: I64


def read_gauge(world: World, log: Log, changed: Changes) -> Readings:
    """Read the gauge at the start of each local hour of ``rules.gauge_hours`` of every day of the horizon.

    ``changed`` is of own pumps being on the run.
    """
    hour = world.calendar.hour
    starts = np.ones(hour.size, dtype=np.bool_)
    starts[1:] = hour[1:] != hour[:-1]
    within = SLOT_MIN * np.arange(hour.size) < log.horizon_min
    slot = np.flatnonzero(starts & within & np.isin(hour, world.rules.gauge_hours))
    at = np.minimum(np.ceil(changed.time_min / SLOT_MIN).astype(np.int64), hour.size)
    number = np.cumsum(np.bincount(at, weights=changed.step, minlength=hour.size + 1))
    month = world.calendar.month[slot].astype(np.int64)
    run = np.zeros(slot.size, dtype=np.int64)
    run[1:] = np.cumsum(month[1:] != month[:-1])
    return Readings(
        number=np.rint(number[slot]).astype(np.int64),
        day=world.calendar.day[slot].astype(np.int64),
        month=month,
        hour=hour[slot].astype(np.int64),
        run=run,
    )


def _days_met(readings: Readings, target: int) -> tuple[F64, I64]:
    """Return by day of the run (D,) whether no reading was short of the target, and its first reading."""
    _, first, day = np.unique(readings.day, return_index=True, return_inverse=True)
    short = np.bincount(day, weights=readings.number < target, minlength=first.size)
    return (short == 0).astype(np.float64), first


def _month_mean(readings: Readings) -> F64:
    return ratio(np.bincount(readings.run, weights=readings.number), np.bincount(readings.run))


def gauge_values(world: World, readings: Readings) -> dict[str, float]:
    """Return the gauge's figures by name; NaN without a reading."""
    if not readings.number.size:
        return {f"fire.gauge.{name}": float("nan") for name in ("days_met", "months_met", "mean")}
    target = world.rules.gauge_target
    return {
        "fire.gauge.days_met": float(_days_met(readings, target)[0].mean()),
        "fire.gauge.months_met": float((_month_mean(readings) >= target).mean()),
        "fire.gauge.mean": float(readings.number.mean()),
    }


def gauge_tables(world: World, readings: Readings) -> dict[str, Table]:
    """Return ``gauge_by_month`` (a row a month of the run) and ``gauge_by_hour`` (a row an hour of the gauge)."""
    met, first = _days_met(readings, world.rules.gauge_target)
    months, start = np.unique(readings.run, return_index=True)
    least = np.full(months.size, np.iinfo(np.int64).max)
    np.minimum.at(least, readings.run, readings.number)
    by_month: Table = {
        "month": np.array([f"{month:02d}" for month in readings.month[start]], dtype=np.str_),
        "mean": _month_mean(readings),
        "least": least,
        "days": np.bincount(readings.run[first], minlength=months.size),
        "days_met": np.bincount(readings.run[first], weights=met, minlength=months.size),
    }
    hours, of = np.unique(readings.hour, return_inverse=True)
    enough = readings.number >= world.rules.gauge_target
    count = np.bincount(of, minlength=hours.size)
    by_hour: Table = {
        "hour": np.array([f"{hour:02d}" for hour in hours], dtype=np.str_),
        "mean": ratio(np.bincount(of, weights=readings.number, minlength=hours.size), count),
        "days_met": ratio(np.bincount(of, weights=enough, minlength=hours.size), count),
    }
    return {"gauge_by_month": by_month, "gauge_by_hour": by_hour}
