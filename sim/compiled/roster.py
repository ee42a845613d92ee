"""Who is available and what can be crewed in every slot: the roster that ``sim.draws.roster`` draws, byte for byte.

Lengths of blocks come of logarithms, which two libraries may round differently in their last bit. Where that could
matter (a length within 10⁻⁹ of a whole number of slots), NumPy draws the roster.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache

import numpy as np
from numba import boolean, float64, int64, uint8, uint32, uint64, void
from numpy.typing import NDArray

from sim.compiled.chance import bits
from sim.compiled.entries import compiled
from sim.compiled.kernel import kernel, lowest, ones
from sim.decisions.legal_crew import asked_by_role_set, holders, need_of
from sim.draws import roster as plain
from sim.draws.police_duty import put_police_on_duty
from sim.draws.watches import WATCHES, shifts
from sim.world.codes import Duty, Mode
from sim.world.fire import SLOT_MIN, World

_ONE, _LOW_32, _33 = np.uint64(1), np.uint64(0xFFFFFFFF), np.uint64(33)
_ROLE_SETS, _WORD = 8, 64
_COMPILED_DUTIES = (Duty.WHOLETIME, Duty.ON_CALL)
U8 = NDArray[np.uint8]
U32 = NDArray[np.uint32]
U64 = NDArray[np.uint64]
I64 = NDArray[np.int64]
F64 = NDArray[np.float64]
Bool = NDArray[np.bool_]
_ON_CALL, _IMMEDIATE = int(Mode.ON_CALL), int(Mode.IMMEDIATE)


def draw_roster(world: World, seed: int, replication: int) -> plain.Roster:
    """Draw who is available in each slot, and from that the mode of each appliance."""
    units, calendar = world.units, world.calendar
    slots = calendar.hour_of_week.size
    uses_fallback = plain.fallback_hours(world, plain.pool_on_duty(world))
    present = plain.draw_present(world, seed, replication, but=_COMPILED_DUTIES)
    mode = np.full((slots, len(units.key)), Mode.NO_CREW, dtype=np.uint8)
    hours = calendar.hour_of_week.astype(np.int64)
    _watches(world, seed, replication, hours, present)
    if not _people(world, seed, replication, hours, present):
        return plain.draw_roster(world, seed, replication)
    mechanical = plain.draw_mechanical(world, seed, replication)
    _crew(world, present, mechanical, uses_fallback, hours, mode)
    if not _lend(world, seed, replication, hours, mode):
        return plain.draw_roster(world, seed, replication)
    if world.police is not None:
        put_police_on_duty(world, world.police, seed, replication, mode)
    mode[mechanical.T] = Mode.MECHANICAL
    return plain.Roster(mode, present, calendar.hour_of_week, units.pool, units.fallback_pool, uses_fallback)


def _shape(block_h: NDArray[np.float32]) -> F64:
    """Return log(1 − chance that a block begins in a slot), by person."""
    begin = np.minimum(SLOT_MIN / 60.0 / np.maximum(block_h.astype(np.float64), 1e-9), 1.0 - 1e-12)
    return np.log1p(-begin)


def _watches(world: World, seed: int, replication: int, hours: I64, present: U64) -> None:
    """Put the wholetime people who are on duty and there into ``present``."""
    people = world.people
    shift, on_duty = shifts(world.calendar)
    for pool in np.flatnonzero(people.pool_duty == Duty.WHOLETIME).tolist():
        rows = slice(int(people.pool_start[pool]), int(people.pool_start[pool + 1]))
        watch = people.watch[rows].astype(np.int64)
        by_watch = np.argsort(watch, kind="stable")
        start = np.searchsorted(watch[by_watch], np.arange(WATCHES + 1))
        masks = np.zeros(hours.size, dtype=np.uint64)
        names = plain.presence_streams(world, pool, seed, replication)
        levels = plain.thresholds(people.presence[rows])
        _watching()(names, by_watch, start, levels, shift, on_duty.astype(np.int64), hours, masks)
        present[:, pool] = masks


def _people(world: World, seed: int, replication: int, hours: I64, present: U64) -> bool:
    """Put the on-call people who are available into ``present``; False where NumPy must draw."""
    people = world.people
    for pool in np.flatnonzero(people.pool_duty == Duty.ON_CALL).tolist():
        rows = slice(int(people.pool_start[pool]), int(people.pool_start[pool + 1]))
        if rows.stop > rows.start:
            names = plain.presence_streams(world, pool, seed, replication)
            levels = plain.thresholds(people.presence[rows])
            masks = np.zeros(hours.size, dtype=np.uint64)
            if not _blocks()(names, _shape(people.block_h[rows]), levels, hours, masks):
                return False
            present[:, pool] = masks
    return True


def _lend(world: World, seed: int, replication: int, hours: I64, mode: U8) -> bool:
    """Put the neighbours' appliances that are lent into ``mode``; False where NumPy must draw."""
    rows, names, share, block_h, crewed = plain.neighbours(world, seed, replication)
    levels, shape = plain.thresholds(share), _shape(block_h)
    for first in range(0, rows.size, _WORD):
        some, lent = slice(first, first + _WORD), np.zeros(hours.size, dtype=np.uint64)
        if not _blocks()(names[some], shape[some], levels[some], hours, lent):
            return False
        _lending()(lent, rows[some].astype(np.int64), crewed[some], mode)
    return True


def _crew(world: World, present: U64, mechanical: Bool, uses_fallback: Bool, hours: I64, mode: U8) -> None:
    """Write the modes of all appliances that people crew."""
    units, people = world.units, world.people
    members = [plain.pool_units(world, pool) for pool in range(len(people.pool_key))]
    start = np.concatenate(([0], np.cumsum([len(each) for each in members]))).astype(np.int64)
    every = np.array([unit for each in members for unit in each], dtype=np.int64)
    pool_of = np.repeat(np.arange(len(members)), np.diff(start))
    asked = np.zeros((every.size, _ROLE_SETS), dtype=np.int64)
    by_hour = np.zeros((168, every.size), dtype=np.uint8)
    for place, (unit, pool) in enumerate(zip(every.tolist(), pool_of.tolist(), strict=True)):
        asked[place] = asked_by_role_set(need_of(world, unit))
        by_hour[:, place] = plain.crewed_from(world, unit, pool, uses_fallback)
    ends = zip(people.pool_start[:-1], people.pool_start[1:], strict=True)
    masks = np.array([holders(people.skill[a:b]) for a, b in ends], dtype=np.uint64).reshape(-1, _ROLE_SETS)
    crewed = np.where(people.pool_duty == Duty.ON_CALL, _ON_CALL, _IMMEDIATE).astype(np.uint8)
    works = np.ascontiguousarray(~mechanical.T).view(np.uint8)
    pumps = units.pump[every].astype(np.uint8)
    _crewing()(present, start, every, masks, asked, pumps, works, by_hour, hours, crewed, mode)


# -- compiled -------------------------------------------------------------------------------------------------


def _draw_blocks(names: U64, shape: F64, levels: U32, hours: I64, masks: U64) -> bool:
    """Set the bit of each person in the slots in which they are available; False if a length is too near a whole."""
    slots = hours.size
    for person in range(names.size):
        slot, block = 0, np.uint64(0)
        bit, level_of = _ONE << np.uint64(person), levels[person]
        always, never = level_of.min(), level_of.max()
        while slot < slots:
            value = bits(names[person], block)
            block += _ONE
            u = (np.float64(value & _LOW_32) + 0.5) * 2.0**-32
            length = math.log(u) / shape[person]
            if length > 0.5 and abs(length - round(length)) < 1e-9:
                return False
            end = min(slot + 1 + int(length), slots)
            level = np.uint32(value >> _33)
            if level < always:
                for at_slot in range(slot, end):
                    masks[at_slot] |= bit
            elif level < never:
                for at_slot in range(slot, end):
                    if level < level_of[hours[at_slot]]:
                        masks[at_slot] |= bit
            slot = end
    return True


def _watch_slots(
    names: U64, by_watch: I64, start: I64, levels: U32, shift: I64, on_duty: I64, hours: I64, masks: U64
) -> None:
    """Set the bit of each person of a watch on duty who is there in that shift; people ``by_watch``."""
    level = np.zeros(names.size, np.uint32)
    for slot in range(hours.size):
        first, end = start[on_duty[slot]], start[on_duty[slot] + 1]
        if slot == 0 or shift[slot] != shift[slot - 1]:
            for place in range(first, end):
                person = by_watch[place]
                level[person] = np.uint32(bits(names[person], np.uint64(shift[slot])) >> _33)
        for place in range(first, end):
            person = by_watch[place]
            if level[person] < levels[person, hours[slot]]:
                masks[slot] |= _ONE << np.uint64(person)


def _lend_slots(lent: U64, rows: I64, crewed: U8, mode: U8) -> None:
    """Write the modes of the appliances that are lent, slot by slot."""
    for slot in range(lent.size):
        rest = lent[slot]
        while rest != 0:
            number = lowest(rest)
            mode[slot, rows[number]] = crewed[number]
            rest &= rest - _ONE


@kernel
def _can(have: I64, taken: I64, asked: I64) -> bool:
    for roles in range(_ROLE_SETS):
        if asked[roles] > 0 and have[roles] < taken[roles] + asked[roles]:
            return False
    return True


@kernel
def _crew_pool(
    people: np.uint64, masks: U64, first: int, end: int, asked: I64, pumps: U8, now: U8, can: U8, scratch: I64
) -> None:
    """Put into ``can`` which of a pool's appliances (``first`` to ``end``) its people can crew."""
    have, taken, nothing = scratch[0], scratch[1], scratch[2]
    for roles in range(_ROLE_SETS):
        have[roles], taken[roles] = ones(people & masks[roles]), 0
    for place in range(first, end):
        can[place] = now[place] != 0 and _can(have, taken if pumps[place] else nothing, asked[place])
        if can[place] and pumps[place]:
            for roles in range(_ROLE_SETS):
                taken[roles] += asked[place, roles]


def _crew_slots(
    present: U64,
    start: I64,
    members: I64,
    masks: U64,
    asked: I64,
    pumps: U8,
    works: U8,
    by_hour: U8,
    hours: I64,
    crewed: U8,
    mode: U8,
) -> None:
    """Write which appliances can be crewed, slot by slot; a pool in which nothing has changed is not asked again."""
    can, now = np.zeros(members.size, np.uint8), np.zeros(members.size, np.uint8)
    scratch = np.zeros((3, _ROLE_SETS), np.int64)
    for slot in range(hours.size):
        asks_all = (
            slot == 0 or _differ(by_hour, hours[slot], hours[slot - 1]) or _differ(works, slot, slot - 1)
        )
        if slot > 0:
            mode[slot] = mode[slot - 1]
        for pool in range(start.size - 1):
            same = slot > 0 and present[slot, pool] == present[slot - 1, pool]
            if same and not asks_all:
                continue
            for place in range(start[pool], start[pool + 1]):
                stands = by_hour[hours[slot], place] & works[slot, members[place]]
                same = same and now[place] == stands
                now[place] = stands
            if same:
                continue
            ends = start[pool], start[pool + 1]
            _crew_pool(present[slot, pool], masks[pool], ends[0], ends[1], asked, pumps, now, can, scratch)
            for place in range(ends[0], ends[1]):
                if by_hour[hours[slot], place]:  # else it is another pool's now
                    mode[slot, members[place]] = crewed[pool] if can[place] else 0


@kernel
def _differ(rows: U8, one: int, other: int) -> bool:
    """Return whether two rows of a table differ."""
    if one == other:
        return False
    differs = False
    for column in range(rows.shape[1]):
        differs |= rows[one, column] != rows[other, column]
    return differs


@cache
def _blocks() -> Callable[..., bool]:
    signature = boolean(uint64[::1], float64[::1], uint32[:, ::1], int64[::1], uint64[::1])
    return compiled(_draw_blocks, signature)


@cache
def _watching() -> Callable[..., None]:
    people = (uint64[::1], int64[::1], int64[::1], uint32[:, ::1])
    return compiled(_watch_slots, void(*people, int64[::1], int64[::1], int64[::1], uint64[::1]))


@cache
def _lending() -> Callable[..., None]:
    return compiled(_lend_slots, void(uint64[::1], int64[::1], uint8[::1], uint8[:, ::1]))


@cache
def _crewing() -> Callable[..., None]:
    signature = void(
        *(uint64[:, ::1], int64[::1], int64[::1], uint64[:, ::1], int64[:, ::1], uint8[::1], uint8[:, ::1]),
        *(uint8[:, ::1], int64[::1], uint8[::1], uint8[:, ::1]),
    )
    return compiled(_crew_slots, signature)
