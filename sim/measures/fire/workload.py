"""Workload: mobilisations, hours committed and utilisation by appliance, and how many pumps are out at once.

An appliance is committed from its alert to its release from the scene: from then on it may be sent again.
Away runs on to its return (or to being sent again). Both are cut at the horizon.
"""

from __future__ import annotations

import numpy as np

from sim.measures.fire.availability import on_the_run_minutes, own_pumps, unit_duty
from sim.measures.fire.select import View, fire_units
from sim.measures.grouping import Table, ratio
from sim.world.codes import Duty, Outcome, label
from sim.world.fire import F64, I64, Bool


def alerted_rows(seen: View) -> I64:
    """Return the rows of the responses that were alerted within the horizon, failed alerts and police left out."""
    responses = seen.log.responses
    alerted = (responses["outcome"] != Outcome.NOT_ALERTED) & (
        responses["alerted_min"] < seen.log.horizon_min
    )
    return np.flatnonzero(alerted & fire_units(seen.world)[responses["unit"]])


def _span(seen: View, rows: I64, until: str) -> tuple[F64, F64]:
    responses = seen.log.responses
    horizon = seen.log.horizon_min
    end = np.nan_to_num(responses[until][rows], nan=horizon)
    return responses["alerted_min"][rows], np.minimum(end, horizon)


def pumps_out(seen: View) -> tuple[F64, int]:
    """Return the share of the horizon with k own pumps committed (k from 0), and the most at once."""
    rows = alerted_rows(seen)
    rows = rows[own_pumps(seen.world)[seen.log.responses["unit"][rows]]]
    begin, end = _span(seen, rows, "released_min")
    time = np.concatenate((begin, end))
    step = np.concatenate((np.ones(begin.size, np.int64), np.full(end.size, -1, np.int64)))
    order = np.lexsort((step, time))  # at one minute those that come back are counted before those that go
    time, number = time[order], np.cumsum(step[order])
    edges = np.concatenate(([0.0], time, [seen.log.horizon_min]))
    level = np.concatenate(([0], number))
    share = np.bincount(np.maximum(level, 0), weights=np.diff(edges)) / seen.log.horizon_min
    most = int(level.max())
    return share, most


def appliance_table(seen: View, minutes: F64, kilometres: tuple[I64, F64]) -> Table:
    """Return a row an own appliance: crewing, time on the run, mobilisations, hours and utilisation.

    ``minutes`` is ``availability.mode_minutes``, ``kilometres`` the appliance and length of every way driven. Hours,
    counts and kilometres are a year's; ``utilisation`` is time committed over time on the run.
    """
    world, responses = seen.world, seen.log.responses
    units = len(world.units.key)
    rows = alerted_rows(seen)
    unit = responses["unit"][rows].astype(np.int64)
    totals = {}
    for name, until in (("committed", "released_min"), ("away", "ended_min")):
        begin, end = _span(seen, rows, until)
        totals[name] = np.bincount(unit, weights=np.maximum(end - begin, 0.0), minlength=units)
    on_the_run, fleet = on_the_run_minutes(minutes)
    own = np.flatnonzero(world.units.own & fire_units(world))
    per_year = 1.0 / max(seen.years, 1e-12)
    duty = unit_duty(world)
    return {
        "appliance": np.array([world.units.key[u] for u in own], dtype=np.str_),
        "station": np.array([world.sites.key[world.units.site[u]] for u in own], dtype=np.str_),
        "pump": world.units.pump[own],
        "crewing": np.array([label(Duty(int(duty[u]))) for u in own], dtype=np.str_),
        "availability": ratio(on_the_run, fleet)[own],
        "no_crew": ratio(minutes[:, 0], fleet)[own],
        "mechanical": ratio(minutes[:, 1], fleet)[own],
        "on_the_run_h": on_the_run[own] / 60.0 * per_year,
        "mobilisations": np.bincount(unit, minlength=units)[own] * per_year,
        "committed_h": totals["committed"][own] / 60.0 * per_year,
        "away_h": totals["away"][own] / 60.0 * per_year,
        "utilisation": ratio(totals["committed"], on_the_run)[own],
        "km": np.bincount(kilometres[0], weights=kilometres[1], minlength=units)[own] * per_year,
    }


def workload_values(seen: View, table: Table) -> dict[str, float]:
    """Return the workload figures by name, from ``appliance_table``."""
    incidents, responses = seen.log.incidents, seen.log.responses
    per_year = 1.0 / max(seen.years, 1e-12)
    rows = alerted_rows(seen)
    own = seen.world.units.own[responses["unit"][rows]]
    pump: Bool = table["pump"]
    share, most = pumps_out(seen)
    counted = seen.counted
    queued = counted & (incidents["queued_min"] > 0)
    unattended = counted & np.isnan(seen.attendance_min)
    failed = (responses["outcome"] == Outcome.NOT_ALERTED) & (responses["decided_min"] < seen.log.horizon_min)
    failed &= fire_units(seen.world)[responses["unit"]]
    on_the_run_h = float(table["on_the_run_h"][pump].sum())
    committed_h = float(table["committed_h"][pump].sum())
    return {
        "fire.incidents": float(np.count_nonzero(seen.own_ground)) * per_year,
        "fire.incidents.per_day": float(np.count_nonzero(seen.own_ground)) / (seen.log.horizon_min / 1440.0),
        "fire.incidents.plt_share": _share(incidents["plt"], seen.own_ground),
        "fire.responses": float(np.count_nonzero(own)) * per_year,
        "fire.mobilising_failures": float(np.count_nonzero(failed)) * per_year,
        "fire.makeups": float(np.count_nonzero(counted & (incidents["makeup_pumps"] > 0))) * per_year,
        "fire.utilisation.mean": committed_h / on_the_run_h if on_the_run_h > 0 else float("nan"),
        "fire.committed.hours": committed_h,
        "fire.simultaneous.max": float(most),
        "fire.simultaneous.mean": float(np.dot(share, np.arange(share.size))),
        "fire.queued.count": float(np.count_nonzero(queued)) * per_year,
        "fire.capabilities_unmet.count": float(incidents["capabilities_unmet"][counted].sum()) * per_year,
        "fire.pumps_lost.count": float(incidents["pumps_lost"][counted].sum()) * per_year,
        "fire.no_attendance.count": float(np.count_nonzero(unattended)) * per_year,
    }


def _share(mask: Bool, scope: Bool) -> float:
    size = int(np.count_nonzero(scope))
    return float(np.count_nonzero(mask & scope)) / size if size else float("nan")


def simultaneous_table(seen: View) -> Table:
    """Return by number of own pumps committed at once: share of time, and share with at least so many."""
    share, _ = pumps_out(seen)
    return {
        "pumps_out": np.array([str(number) for number in range(share.size)]),
        "share_of_time": share,
        "at_least": np.cumsum(share[::-1])[::-1],
    }
