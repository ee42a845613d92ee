"""Where police units wait and when they are on duty, slot by slot, before the run: keyed by unit, slot and shift.

A unit on patrol is in each slot at one of its patrol places, drawn by their shares; the drive from one to the next
while it is free is not modelled (assumption: it is found at the place of the slot). Off duty it is at its base.

A shift begins when a unit comes on duty, and after every twelve hours that it stays on (assumption). A unit is not
put out for a shift with the probability of its ``abstraction_share``; an ``Abstraction`` takes a unit of its
districts away for those hours of a shift that lie within it, with the probability of its share.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.draws.keys import streams, uniforms
from sim.world.codes import Mode
from sim.world.fire import Calendar, World
from sim.world.police import Abstraction, Police

U8 = NDArray[np.uint8]
I16 = NDArray[np.int16]
I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
F64 = NDArray[np.float64]
Bool = NDArray[np.bool_]

LONGEST_SHIFT_SLOTS = 24
_MODES = np.array([Mode.NO_CREW, Mode.IMMEDIATE, Mode.RESERVED], dtype=np.uint8)


def put_police_on_duty(world: World, police: Police, seed: int, replication: int, mode: U8) -> None:
    """Write the modes (T, U) of the police units."""
    units = np.flatnonzero(police.units.police)
    if not units.size:
        return
    duty = police.units.on_duty[half_hours(world.calendar)][:, units]
    shift = shift_starts(duty > 0)
    keys = tuple(world.units.key[unit] for unit in units.tolist())

    first, column = np.nonzero(shift == np.arange(shift.shape[0], dtype=np.int32)[:, None])

    def drawn_away(purpose: str, share: F64) -> Bool:
        if not (share > 0.0).any():
            return np.zeros(shift.shape, dtype=np.bool_)
        names = streams(seed, replication, purpose, keys)
        of_shift = np.zeros((shift.shape[0] + 1, units.size), dtype=np.bool_)  # the last row: off duty
        of_shift[first, column] = uniforms(names[column], first) < share[column]
        return of_shift[shift, np.arange(units.size)]

    away = drawn_away("abstraction", police.units.abstraction_share[units])
    for window in police.abstractions:
        inside = window_slots(world.calendar, window)[:, None] & _of_districts(police, units, window)[None, :]
        if inside.any():
            away |= inside & drawn_away(f"abstraction {window.name}", np.full(units.size, window.share))
    mode[:, units] = np.where(away, np.uint8(Mode.NO_CREW), _MODES[duty])


def half_hours(calendar: Calendar) -> I64:
    """Return the half hour of the week of every slot (T,): clocks change by whole hours."""
    hours = calendar.hour_of_week.astype(np.int64)
    return hours * 2 + np.arange(hours.size) % 2


def shift_starts(on: Bool) -> I32:
    """Return the slot in which the shift began that a unit is in, (T, U); −1 off duty."""
    slots = np.arange(on.shape[0], dtype=np.int32)[:, None]
    begins = on.copy()
    begins[1:] &= ~on[:-1]
    run = np.maximum.accumulate(np.where(begins, slots, np.int32(-1)), axis=0)
    start = slots - (slots - run) % np.int32(LONGEST_SHIFT_SLOTS)
    return np.where(on, start, np.int32(-1))


def window_slots(calendar: Calendar, window: Abstraction) -> Bool:
    """Return which slots (T,) are in a window."""
    day = calendar.day
    inside: Bool = within_hours(calendar.hour, *window.hours)
    return inside & (day >= window.first_day) & (day <= window.last_day)


def within_hours(hour: NDArray[np.int8], first: int, end: int) -> Bool:
    """Return which hours of the day are in [first, end); over midnight if first ≥ end."""
    after, before = hour >= first, hour < end
    inside: Bool = after & before if first < end else after | before
    return inside


def _of_districts(police: Police, units: NDArray[np.intp], window: Abstraction) -> Bool:
    if not window.districts:
        return np.ones(units.size, dtype=np.bool_)
    return np.isin(police.units.district[units], window.districts)


def waiting_sites(world: World, police: Police, seed: int, replication: int, mode: U8) -> I16:
    """Return the site (T, U) at which a free unit is in each slot: patrol place on duty, base otherwise."""
    slots = mode.shape[0]
    sites = np.repeat(world.units.site[None, :].astype(np.int16), slots, axis=0)
    start = police.units.patrol_start.tolist()
    names = streams(seed, replication, "patrol", world.units.key)
    every = np.arange(slots)
    for unit in np.flatnonzero(police.units.police).tolist():
        places = police.units.patrol_site[start[unit] : start[unit + 1]].astype(np.int16)
        if places.size == 0:
            continue
        on = np.flatnonzero((mode[:, unit] == Mode.IMMEDIATE) | (mode[:, unit] == Mode.RESERVED))
        if places.size == 1:
            sites[on, unit] = places[0]
            continue
        running = np.cumsum(police.units.patrol_share[start[unit] : start[unit + 1]])
        drawn = uniforms(names[unit], every[on]) * running[-1]
        sites[on, unit] = places[np.minimum(running.searchsorted(drawn, side="right"), places.size - 1)]
    return sites
