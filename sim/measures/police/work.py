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

from sim.measures.grouping import Table, ratio
from sim.measures.police.select import PoliceView
from sim.measures.timeline import SortedRoster
from sim.world.codes import Mode
from sim.world.fire import F64, I8, I64, SLOT_MIN, World

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
        return np.ascontiguousarray(mode.reshape(units, slots).T)
    table = np.full(units * slots, Mode.NO_CREW, dtype=np.int8)
    before = np.cumsum(length) - length
    table[np.repeat(unit * slots + begin - before, length) + np.arange(mode.size)] = mode
    return np.ascontiguousarray(table.reshape(units, slots).T)


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


def _slot_minutes(begin: F64, end: F64, slots: int) -> F64:
    """Return the minutes (T,) of all intervals in each slot; ends before their begins count as none."""
    some = end > begin
    begin, end = begin[some], end[some]
    first, after = (np.minimum((t / SLOT_MIN).astype(np.int64), slots - 1) for t in (begin, end))
    at_work = np.cumsum(np.bincount(first, minlength=slots) - np.bincount(after, minlength=slots))
    minutes: F64 = np.concatenate(([0], at_work[:-1])) * SLOT_MIN
    minutes += np.bincount(first, weights=(first + 1) * SLOT_MIN - begin, minlength=slots)
    minutes -= np.bincount(after, weights=(after + 1) * SLOT_MIN - end, minlength=slots)
    return minutes


def _reserved_minutes(begin: F64, end: F64, unit: I64, modes: I8) -> F64:
    """Return the minutes (T,) of intervals in slots in which their unit is held back for emergencies."""
    slots = modes.shape[0]
    held = np.zeros((slots + 1, modes.shape[1]), dtype=np.int32)
    np.cumsum(modes == Mode.RESERVED, axis=0, out=held[1:])
    first = np.minimum((begin / SLOT_MIN).astype(np.int64), slots)
    last = np.clip(np.ceil(end / SLOT_MIN).astype(np.int64), first, slots)
    some = np.flatnonzero(held[last, unit] > held[first, unit])
    count = last[some] - first[some]
    of = np.repeat(some, count)
    slot = np.arange(of.size) - np.repeat(np.cumsum(count) - count - first[some], count)
    inside = modes[slot, unit[of]] == Mode.RESERVED
    of, slot = of[inside], slot[inside]
    minutes = np.minimum(end[of], (slot + 1) * SLOT_MIN) - np.maximum(begin[of], slot * SLOT_MIN)
    return np.bincount(slot, weights=np.maximum(minutes, 0.0), minlength=slots).astype(np.float64)


def duty_ends(modes: I8, unit: I64, time_min: F64) -> F64:
    """Return when the shift ends (r,) that each unit is in at each time, minutes; the time itself off duty."""
    slots = modes.shape[0]
    off = (modes != Mode.IMMEDIATE) & (modes != Mode.RESERVED)
    next_off = np.where(off, np.arange(slots, dtype=np.int32)[:, None], np.int32(slots))
    next_off = np.minimum.accumulate(next_off[::-1], axis=0)[::-1]
    slot = np.minimum((time_min / SLOT_MIN).astype(np.int64), slots - 1)
    ends: F64 = np.maximum(next_off[slot, unit] * SLOT_MIN, time_min)
    return ends


def measure_work(seen: PoliceView, modes: I8) -> Work:
    """Add up what the units do; ``modes`` is ``mode_by_slot``. Work in hand as a shift ends is overtime from then."""
    slots, units = modes.shape
    rows, phases = phase_ends(seen)
    unit = seen.log.responses["unit"][rows].astype(np.int64)
    decided = seen.log.responses["decided_min"][rows]
    shift_end = duty_ends(modes, unit, decided)
    busy, by_unit = np.zeros((len(PHASES), slots)), np.zeros((len(PHASES), units))
    overtime = np.zeros(len(PHASES))
    for place, (_, begin, end) in enumerate(phases):
        until = np.minimum(end, shift_end)
        busy[place] = _slot_minutes(begin, until, slots)
        inside = np.maximum(until - begin, 0.0)
        by_unit[place] = np.bincount(unit, weights=inside, minlength=units)
        overtime[place] = float((end - begin).sum() - inside.sum())
    released = np.minimum(phases[-1][2], shift_end)
    length = np.clip(seen.log.horizon_min - SLOT_MIN * np.arange(slots), 0.0, SLOT_MIN)
    police = seen.police.units.police
    on = (modes == Mode.IMMEDIATE) & police
    reserved = (modes == Mode.RESERVED) & police
    return Work(
        busy=busy,
        busy_reserved=_reserved_minutes(decided, released, unit, modes),
        on=on.sum(axis=1) * length,
        reserved=reserved.sum(axis=1) * length,
        overtime=overtime,
        by_unit=by_unit,
        duty_by_unit=on.T @ length + reserved.T @ length,
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
