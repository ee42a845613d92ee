"""What the units do with their time: patrolling, travelling, at scenes, tied up, at paperwork, held back.

A unit is **busy** from being assigned to being released. The way back to patrol is patrolling: it can be sent.
Work is cut at the horizon. **On duty** is as rostered: on (``Mode.IMMEDIATE``) or for emergencies only
(``Mode.RESERVED``: briefing, meal, last half hour); work after the end of the shift is overtime and counts in
neither the time on duty nor the shares of it. **Not deployable** is time tied up at custody or hospital and at
paperwork: not even an emergency can take the unit.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.codes import Mode
from sim.measures.grouping import Table, ratio
from sim.measures.police.select import PoliceView
from sim.measures.timeline import SortedRoster
from sim.world import F64, I8, I64, SLOT_MIN, World

PHASES = ("travelling", "at_scene", "custody", "hospital", "paperwork")


def mode_by_slot(world: World, roster: SortedRoster) -> I8:
    """Return the rostered Mode (T, U) of every unit in every slot; without a row yet: no crew."""
    slots, units = world.calendar.hour.size, len(world.units.key)
    unit = roster.unit.astype(np.int64)
    begin = np.clip(np.rint(roster.time_min / SLOT_MIN).astype(np.int64), 0, slots)
    end = np.full(begin.size, slots)
    end[:-1] = np.where(unit[1:] == unit[:-1], begin[1:], slots)
    length = end - begin
    mode = np.repeat(roster.mode, length)
    if mode.size == slots * units:  # every unit has a row at 0, as the engine writes them
        whole: I8 = mode.reshape(units, slots).T
        return whole
    table = np.full(units * slots, Mode.NO_CREW, dtype=np.int8)
    before = np.cumsum(length) - length
    table[np.repeat(unit * slots + begin - before, length) + np.arange(mode.size)] = mode
    part: I8 = table.reshape(units, slots).T
    return part


@dataclass(frozen=True, slots=True, eq=False)
class Work:
    """Minutes of busy units by phase and slot, in and out of duty; and of duty itself.

    ``busy`` (phases, T) on duty, ``busy_reserved`` (T,) of it in reserved slots, ``on`` and ``reserved`` (T,)
    minutes rostered, ``overtime`` (phases,), ``by_unit`` (phases, U) on duty, ``duty_by_unit`` (U,).
    """

    busy: F64
    busy_reserved: F64
    on: F64
    reserved: F64
    overtime: F64
    by_unit: F64
    duty_by_unit: F64


def phase_ends(seen: PoliceView) -> tuple[I64, list[tuple[str, F64, F64]]]:
    """Return the responses of police units (r,) and for each phase its begin and end (r,), minutes.

    A unit diverted on its way was travelling until it was released; one diverted at the scene was at the scene.
    """
    log, horizon = seen.log, seen.log.horizon_min
    responses = log.responses
    rows = np.flatnonzero(seen.police.units.police[responses["unit"]] & (responses["decided_min"] < horizon))
    column = {
        name: responses[name][rows]
        for name in ("decided_min", "arrived_min", "left_scene_min", "released_min", "tied_up")
    }
    released = np.minimum(np.nan_to_num(column["released_min"], nan=horizon), horizon)
    arrived = np.fmin(column["arrived_min"], released)
    left = np.where(np.isnan(column["arrived_min"]), released, np.fmin(column["left_scene_min"], released))
    tied = column["tied_up"]
    paperwork = seen.police.rules.paperwork_min
    whole = np.nan_to_num(column["released_min"], nan=np.inf) - paperwork
    freed = np.where(tied > 0, np.clip(whole, left, released), left)
    return rows, [
        ("travelling", column["decided_min"], arrived),
        ("at_scene", arrived, left),
        ("custody", left, np.where(tied == 1, freed, left)),
        ("hospital", left, np.where(tied == 2, freed, left)),
        ("paperwork", freed, released),
    ]


def _pieces(begin: F64, end: F64, slots: int) -> tuple[I64, I64, F64]:
    """Cut intervals at the slots: return for each piece its interval, its slot and its minutes."""
    some = np.flatnonzero(end > begin)
    first = (begin[some] / SLOT_MIN).astype(np.int64)
    last = np.minimum(np.ceil(end[some] / SLOT_MIN).astype(np.int64) - 1, slots - 1)
    count = np.maximum(last - first + 1, 0)
    of = np.repeat(some, count)
    start = np.cumsum(count) - count
    slot = np.arange(of.size) - np.repeat(start - first, count)
    low = np.maximum(begin[of], slot * SLOT_MIN)
    minutes = np.minimum(end[of], (slot + 1) * SLOT_MIN) - low
    return of, slot, minutes


def measure_work(seen: PoliceView, modes: I8) -> Work:
    """Add up what the units do; ``modes`` is ``mode_by_slot``."""
    slots, units = modes.shape
    rows, phases = phase_ends(seen)
    unit = seen.log.responses["unit"][rows].astype(np.int64)
    busy, by_unit = np.zeros((len(PHASES), slots)), np.zeros((len(PHASES), units))
    overtime, busy_reserved = np.zeros(len(PHASES)), np.zeros(slots)
    for place, (_, begin, end) in enumerate(phases):
        of, slot, minutes = _pieces(begin, end, slots)
        mode = modes[slot, unit[of]]
        duty = (mode == Mode.IMMEDIATE) | (mode == Mode.RESERVED)
        overtime[place] = minutes[~duty].sum()
        inside = np.where(duty, minutes, 0.0)
        busy[place] = np.bincount(slot, weights=inside, minlength=slots)
        by_unit[place] = np.bincount(unit[of], weights=inside, minlength=units)
        busy_reserved += np.bincount(
            slot, weights=np.where(mode == Mode.RESERVED, minutes, 0.0), minlength=slots
        )
    length = np.clip(seen.log.horizon_min - SLOT_MIN * np.arange(slots), 0.0, SLOT_MIN)
    police = seen.police.units.police
    on = (modes == Mode.IMMEDIATE) & police
    reserved = (modes == Mode.RESERVED) & police
    return Work(
        busy=busy,
        busy_reserved=busy_reserved,
        on=on.sum(axis=1) * length,
        reserved=reserved.sum(axis=1) * length,
        overtime=overtime,
        by_unit=by_unit,
        duty_by_unit=length @ (on | reserved),
    )


def work_values(seen: PoliceView, work: Work) -> dict[str, float]:
    """Return the figures of the units' time by name."""
    per_year = 1.0 / max(seen.years, 1e-12)
    duty = float(work.on.sum() + work.reserved.sum())
    phases = dict(zip(PHASES, work.busy.sum(axis=1).tolist(), strict=True))
    overtime = dict(zip(PHASES, work.overtime.tolist(), strict=True))
    held = float(work.reserved.sum() - work.busy_reserved.sum())
    busy = sum(phases.values())
    tied_up = phases["custody"] + phases["hospital"]

    def share(minutes: float) -> float:
        return minutes / duty if duty > 0 else float("nan")

    rows, _ = phase_ends(seen)
    return {
        "police.units.on_duty": duty / seen.log.horizon_min,
        "police.utilisation": share(busy),
        "police.time.patrolling": share(duty - busy - held),
        "police.time.reserved": share(held),
        "police.time.travelling": share(phases["travelling"]),
        "police.time.at_scene": share(phases["at_scene"]),
        "police.time.tied_up": share(tied_up),
        "police.time.paperwork": share(phases["paperwork"]),
        "police.time.not_deployable": share(tied_up + phases["paperwork"]),
        "police.custody.hours": (phases["custody"] + overtime["custody"]) / 60.0 * per_year,
        "police.hospital.hours": (phases["hospital"] + overtime["hospital"]) / 60.0 * per_year,
        "police.overtime.hours": sum(overtime.values()) / 60.0 * per_year,
        "police.responses": rows.size * per_year,
    }


def units_by_hour(seen: PoliceView, work: Work) -> Table:
    """Return ``police_units_by_hour``: units on duty and what share of their time goes where, by local hour."""
    hour = seen.world.calendar.hour.astype(np.int64)
    slots = hour.size
    length = np.clip(seen.log.horizon_min - SLOT_MIN * np.arange(slots), 0.0, SLOT_MIN)

    def by_hour(minutes: F64) -> F64:
        return np.bincount(hour, weights=minutes, minlength=24).astype(np.float64)

    duty, whole = by_hour(work.on + work.reserved), by_hour(length)
    busy = {name: by_hour(work.busy[place]) for place, name in enumerate(PHASES)}
    held = by_hour(work.reserved - work.busy_reserved)
    tied_up = busy["custody"] + busy["hospital"]
    all_busy = by_hour(work.busy.sum(axis=0))
    return {
        "hour": np.array([f"{number:02d}" for number in range(24)]),
        "on_duty": ratio(duty, whole),
        "utilisation": ratio(all_busy, duty),
        "patrolling": ratio(duty - all_busy - held, duty),
        "reserved": ratio(held, duty),
        "travelling": ratio(busy["travelling"], duty),
        "at_scene": ratio(busy["at_scene"], duty),
        "tied_up": ratio(tied_up, duty),
        "paperwork": ratio(busy["paperwork"], duty),
        "not_deployable": ratio(tied_up + busy["paperwork"], duty),
    }


def unit_table(seen: PoliceView, work: Work) -> Table:
    """Return ``police_by_unit``: a row a police unit: hours on duty and busy a year, jobs a year, utilisation."""
    units = seen.police.units
    rows, _ = phase_ends(seen)
    unit = seen.log.responses["unit"][rows].astype(np.int64)
    per_year = 1.0 / max(seen.years, 1e-12)
    chosen = np.flatnonzero(units.police)
    busy = work.by_unit.sum(axis=0)
    names = (*seen.police.district_names, "force")
    return {
        "unit": np.array([seen.world.units.key[u] for u in chosen], dtype=np.str_),
        "district": np.array([names[int(units.district[u])] for u in chosen], dtype=np.str_),
        "officers": units.officers[chosen].astype(np.int64),
        "duty_h": work.duty_by_unit[chosen] / 60.0 * per_year,
        "jobs": np.bincount(unit, minlength=units.police.size)[chosen] * per_year,
        "busy_h": busy[chosen] / 60.0 * per_year,
        "utilisation": ratio(busy, work.duty_by_unit)[chosen],
    }
