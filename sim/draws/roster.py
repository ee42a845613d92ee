"""Who is available and what can be crewed in every slot of a replication, before any commitment.

- **On-call** people: time is cut in blocks. A new block begins in each slot with probability slot /
  ``block_h`` (geometric lengths, mean ``block_h``; memoryless, so the first slot is no exception). A block
  has one uniform u, and the person is available in its slots where u < ``presence`` at that hour of the
  week. Availability in any slot is thus exactly ``presence``, and the correlation between slots t apart at
  equal presence is (1 − slot / block)^t.
- **Wholetime** people: on duty when their watch is (``sim.draws.watches``); one uniform per person and shift.
- **Day crews**: one uniform per person and local day; ``presence`` is zero outside their hours (a bank
  holiday reads as a Sunday).
- **Neighbours'** appliances: blocks as for on-call, one uniform per appliance and block.
- **Police** units: shifts, less abstractions (``sim.draws.police_duty``).
- **Mechanical**: changeovers are a Poisson process by appliance with uniform lengths; a slot is lost if it
  starts within one, so that the expected share of time is kept. The crew is free for the station's next
  appliance.

Crewing follows ``sim.decisions.crew_choice``. A pool with no person whose presence is above zero at that hour of the
week is off duty; its appliances that have a fallback pool are then crewed from that.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.decisions.legal_crew import asked_by_role_set, holders, need_of
from sim.draws.keys import bits, streams, uniforms
from sim.draws.police_duty import put_police_on_duty
from sim.draws.watches import WATCHES, shifts
from sim.world.codes import Duty, Mode
from sim.world.fire import I32, SLOT_MIN, Bool, World

U8 = NDArray[np.uint8]
U32 = NDArray[np.uint32]
U64 = NDArray[np.uint64]

LARGEST_POOL = 64
"""People of a pool are the bits of one machine word."""

_ONE_31 = float(1 << 31)


@dataclass(frozen=True, slots=True, eq=False)
class Roster:
    """T slots of ``SLOT_MIN`` minutes.

    ``mode`` (T, U) is the Mode of each appliance; ``present`` (T, Q) has bit r − pool_start[q] set if that
    person is available; ``uses_fallback`` (168, U) tells when an appliance is crewed from its fallback
    pool.
    """

    mode: U8
    present: U64
    hour_of_week: NDArray[np.int16]
    pool: I32
    fallback_pool: I32
    uses_fallback: Bool
    worked_out: dict[object, Any] = field(default_factory=dict, init=False, repr=False)
    """What others have worked out from it, which never changes: kept with it, for all who play it."""

    def unit_pool(self, slot: int, unit: int) -> int:
        """Return the pool that crews the appliance in the slot, −1 for a neighbour's."""
        if self.uses_fallback[self.hour_of_week[slot], unit]:
            return int(self.fallback_pool[unit])
        return int(self.pool[unit])


def draw_roster(world: World, seed: int, replication: int) -> Roster:
    """Draw who is available in each slot, and from that the mode of each appliance."""
    units, calendar = world.units, world.calendar
    on_duty = pool_on_duty(world)
    uses_fallback = fallback_hours(world, on_duty)
    slots = calendar.hour_of_week.size
    present = draw_present(world, seed, replication)
    mechanical = draw_mechanical(world, seed, replication)
    mode = np.full((slots, len(units.key)), Mode.NO_CREW, dtype=np.uint8)
    for pool in range(len(world.people.pool_key)):
        _crew_pool(world, pool, present[:, pool], mechanical, uses_fallback, mode)
    _lend_neighbours(world, seed, replication, mode)
    if world.police is not None:
        put_police_on_duty(world, world.police, seed, replication, mode)
    mode[mechanical.T] = Mode.MECHANICAL
    return Roster(mode, present, calendar.hour_of_week, units.pool, units.fallback_pool, uses_fallback)


def crew_again(world: World, roster: Roster, pools: Collection[int]) -> U8:
    """Return the modes (T, U) of a roster whose appliances of some pools are crewed anew by the same people.

    ``world`` is the one that the roster was drawn from but for what those pools crew. Pools know nothing of each other.
    """
    mode = roster.mode.copy()
    mechanical = (mode == Mode.MECHANICAL).T
    uses_fallback = fallback_hours(world, pool_on_duty(world))
    for pool in pools:
        for unit in pool_units(world, pool):
            mine = crewed_from(world, unit, pool, uses_fallback)[roster.hour_of_week]
            mode[mine & ~mechanical[unit], unit] = Mode.NO_CREW
        _crew_pool(world, pool, roster.present[:, pool], mechanical, uses_fallback, mode)
    return mode


def pool_on_duty(world: World) -> Bool:
    """Return (168, Q): whether anyone of the pool can be on duty at that hour of the week."""
    people = world.people
    on_duty = np.zeros((168, len(people.pool_key)), dtype=np.bool_)
    for pool, (first, end) in enumerate(zip(people.pool_start[:-1], people.pool_start[1:], strict=True)):
        on_duty[:, pool] = (people.presence[first:end] > 0).any(axis=0)
    return on_duty


def fallback_hours(world: World, on_duty: Bool) -> Bool:
    """Return (168, U): whether the appliance is crewed from its fallback pool at that hour of the week."""
    units = world.units
    has_both = (units.pool >= 0) & (units.fallback_pool >= 0)
    if not has_both.any():
        return np.zeros((168, len(units.key)), dtype=np.bool_)
    return np.asarray(has_both[None, :] & ~on_duty[:, np.maximum(units.pool, 0)])


def crewed_from(world: World, unit: int, pool: int, uses_fallback: Bool) -> Bool:
    """Return in which hours of the week (168,) an appliance that a pool may crew is the pool's."""
    if world.units.fallback_pool[unit] < 0:
        return np.ones(len(uses_fallback), dtype=np.bool_)
    return np.asarray(uses_fallback[:, unit] == (world.units.pool[unit] != pool))


def draw_present(world: World, seed: int, replication: int, *, but: Collection[Duty] = ()) -> U64:
    """Return (T, Q) bit masks of the people available; pools of the duties ``but`` stay empty."""
    people = world.people
    slots = world.calendar.hour_of_week.size
    present = np.zeros((slots, len(people.pool_key)), dtype=np.uint64)
    for pool, duty in enumerate(people.pool_duty):
        first, end = int(people.pool_start[pool]), int(people.pool_start[pool + 1])
        if end - first > LARGEST_POOL:
            raise ValueError(
                f"pool {people.pool_key[pool]!r}: {end - first} people; at most {LARGEST_POOL}: split it"
            )
        if end == first or duty in but:
            continue
        rows = slice(first, end)
        names = presence_streams(world, pool, seed, replication)
        if duty == Duty.WHOLETIME:
            present[:, pool] = _wholetime(world, rows, names)
        elif duty == Duty.DAY:
            present[:, pool] = _day_crew(world, rows, names)
        elif duty == Duty.ON_CALL:
            available = _in_blocks(world, names, people.presence[rows], people.block_h[rows])
            present[:, pool] = _pack(available)
    return present


def presence_streams(world: World, pool: int, seed: int, replication: int) -> U64:
    """Return the streams of a pool's people by which they are available, (n_people,)."""
    people = world.people
    first, end = int(people.pool_start[pool]), int(people.pool_start[pool + 1])
    duty = Duty(int(people.pool_duty[pool]))
    return streams(seed, replication, f"presence {duty.name}", people.key[first:end])


def _in_blocks(world: World, names: U64, presence: NDArray[np.float32], block_h: NDArray[np.float32]) -> Bool:
    """Return (n, T): available or not, by declared blocks. ``presence`` is (n, 168), ``block_h`` (n,)."""
    hours = world.calendar.hour_of_week
    level = _block_levels(names, block_h, hours.size)
    return np.asarray(level < thresholds(presence)[:, hours])


def thresholds(presence: NDArray[np.float32]) -> U32:
    """Return what 31 random bits must be less than, of the shape of ``presence``."""
    return np.rint(np.clip(presence.astype(np.float64), 0.0, 1.0) * _ONE_31).astype(np.uint32)


def _block_levels(names: U64, block_h: NDArray[np.float32], slots: int) -> U32:
    """(n, T) 31-bit uniform of the block that each slot is in."""
    begin = np.minimum(SLOT_MIN / 60.0 / np.maximum(block_h.astype(np.float64), 1e-9), 1.0 - 1e-12)
    expected = slots * begin
    most = int(np.max(expected + 8.0 * np.sqrt(expected) + 16.0))
    while True:
        values = bits(names[:, None], np.arange(most)[None, :])
        u_length = ((values & np.uint64(0xFFFFFFFF)).astype(np.float64) + 0.5) * 2.0**-32
        lengths = 1.0 + np.floor(np.log(u_length) / np.log1p(-begin)[:, None])
        ends = np.minimum(np.cumsum(lengths, axis=1), slots).astype(np.int64)
        if (ends[:, -1] == slots).all():
            break
        most *= 2
    counts = np.diff(ends, axis=1, prepend=0)
    levels = (values >> np.uint64(33)).astype(np.uint32)
    return np.repeat(levels.ravel(), counts.ravel()).reshape(names.size, slots)


def _wholetime(world: World, rows: slice, names: U64) -> U64:
    """Return (T,) masks: those of the watch on duty who are present in the shift."""
    people, hours = world.people, world.calendar.hour_of_week
    shift, on_duty = shifts(world.calendar)
    level = (bits(names[:, None], np.arange(int(shift.max()) + 1)[None, :]) >> np.uint64(33)).astype(
        np.uint32
    )
    threshold = thresholds(people.presence[rows])
    masks = np.zeros(hours.size, dtype=np.uint64)
    for watch in range(WATCHES):
        members = np.flatnonzero(people.watch[rows] == watch)
        when = np.flatnonzero(on_duty == watch)
        available = level[members][:, shift[when]] < threshold[members][:, hours[when]]
        masks[when] = _pack(available, members.tolist())
    return masks


def _day_crew(world: World, rows: slice, names: U64) -> U64:
    """Return (T,) masks of the day crew, drawn by local day."""
    presence, calendar = world.people.presence[rows], world.calendar
    on_duty: Bool = np.any(presence > 0, axis=0)
    when = np.flatnonzero(on_duty[calendar.hour_of_week])
    level = (bits(names[:, None], np.arange(int(calendar.day[-1]) + 1)[None, :]) >> np.uint64(33)).astype(
        np.uint32
    )
    masks = np.zeros(calendar.day.size, dtype=np.uint64)
    hours = calendar.hour_of_week[when]
    masks[when] = _pack(level[:, calendar.day[when]] < thresholds(presence)[:, hours])
    return masks


def _pack(available: Bool, positions: Sequence[int] | None = None) -> U64:
    """Turn (n, T) availability into (T,) masks; row i is bit i, or bit positions[i]."""
    if positions is None:
        positions = range(len(available))
    octets: dict[int, U8] = {}
    for row, position in zip(available.view(np.uint8), positions, strict=True):
        bit = row << np.uint8(position % 8)
        octets[position // 8] = octets[position // 8] | bit if position // 8 in octets else bit
    masks = np.zeros(available.shape[1], dtype=np.uint64)
    for which, octet in octets.items():
        masks |= octet.astype(np.uint64) << np.uint64(8 * which)
    return masks


def draw_mechanical(world: World, seed: int, replication: int) -> Bool:
    """Return (U, T): whether the appliance is off for mechanical reasons when the slot starts."""
    units, calendar = world.units, world.calendar
    slots = calendar.hour_of_week.size
    per_min = np.maximum(units.mechanical_per_year.astype(np.float64), 0.0) / (calendar.year_days * 1440.0)
    off = np.zeros((len(units.key), slots), dtype=np.bool_)
    longest = units.mechanical_min[:, 1].astype(np.float64)
    expected = (slots * SLOT_MIN + longest) * per_min
    rows = np.flatnonzero(expected > 0)
    if not rows.size:
        return off
    most = int(np.max(expected + 8.0 * np.sqrt(expected) + 16.0))
    keys = tuple(units.key[row] for row in rows)
    gaps = -np.log(
        uniforms(streams(seed, replication, "mechanical gap", keys)[:, None], np.arange(most)[None, :])
    )
    length_u = uniforms(
        streams(seed, replication, "mechanical length", keys)[:, None], np.arange(most)[None, :]
    )
    start = (
        np.cumsum(gaps / per_min[rows, None], axis=1) - longest[rows, None]
    )  # before 0: still off at the start
    shortest = units.mechanical_min[rows, 0].astype(np.float64)[:, None]
    end = start + shortest + length_u * (longest[rows, None] - shortest)
    first, last = (np.clip(np.ceil(edge / SLOT_MIN), 0, slots).astype(np.int64) for edge in (start, end))
    for which, event in zip(*np.nonzero(last > first), strict=True):
        off[rows[which], first[which, event] : last[which, event]] = True
    return off


def neighbours(
    world: World, seed: int, replication: int
) -> tuple[NDArray[np.intp], U64, NDArray[np.float32], NDArray[np.float32], U8]:
    """Return the neighbours' appliances: rows, streams, availability (n, 168), block hours, and mode when lent."""
    units = world.units
    rows = np.flatnonzero(~units.own)
    names = streams(seed, replication, "neighbour lends", tuple(units.key[row] for row in rows))
    share = np.nan_to_num(units.neighbour_availability[rows])
    flat = np.broadcast_to(share[:, None], (rows.size, 168)).astype(np.float32)
    block_h = np.full(rows.size, units.neighbour_block_h, dtype=np.float32)
    crewed = np.where(units.neighbour_immediate[rows], Mode.IMMEDIATE, Mode.ON_CALL).astype(np.uint8)
    return rows, names, flat, block_h, crewed


def _lend_neighbours(world: World, seed: int, replication: int, mode: U8) -> None:
    rows, names, flat, block_h, crewed = neighbours(world, seed, replication)
    for first in range(0, rows.size, 16):
        some = slice(first, first + 16)
        lends = _in_blocks(world, names[some], flat[some], block_h[some])
        mode[:, rows[some]] = np.where(lends, crewed[some, None], np.uint8(Mode.NO_CREW)).T


def pool_units(world: World, pool: int) -> list[int]:
    """Return the appliances crewed from the pool in their order: pumps, then specials, by rank."""
    units = world.units
    members = np.flatnonzero(units.own & ((units.pool == pool) | (units.fallback_pool == pool)))
    return sorted(members.tolist(), key=lambda u: (not units.pump[u], int(units.rank[u]), u))


def _crew_pool(
    world: World, pool: int, present: U64, mechanical: Bool, uses_fallback: Bool, mode: U8
) -> None:
    """Write the modes of the pool's appliances: ``sim.decisions.crew_choice.crewable_units``, all slots at once."""
    units, people = world.units, world.people
    members = pool_units(world, pool)
    if not members:
        return
    first, end = int(people.pool_start[pool]), int(people.pool_start[pool + 1])
    have = [np.bitwise_count(present & np.uint64(mask)) for mask in holders(people.skill[first:end])]
    taken: list[U8] = [np.zeros(present.size, dtype=np.uint8) for _ in have]
    crewed = np.uint8(Mode.ON_CALL if people.pool_duty[pool] == Duty.ON_CALL else Mode.IMMEDIATE)
    hours = world.calendar.hour_of_week
    for unit in members:
        now = ~mechanical[unit] & crewed_from(world, unit, pool, uses_fallback)[hours]
        asked = asked_by_role_set(need_of(world, unit))
        can = now
        for i, number in enumerate(asked):
            if number:
                can = can & (have[i] >= (taken[i] + np.uint8(number) if units.pump[unit] else number))
        if units.pump[unit]:
            for i, number in enumerate(asked):
                if number:
                    taken[i] += can * np.uint8(number)
        mode[can, unit] = crewed
