"""Every incident of a replication: when, where, what, and the chances that belong to it rather than to a
response.

A non-homogeneous Poisson process by type, drawn day by day so that scenarios stay coupled: the number of a
type's calls on a day is the Poisson quantile of one keyed uniform at that day's rate, and the k-th call of
a day has its own keyed time, cell and flags. Raising a rate therefore only adds incidents; the others stay
as they were, byte for byte. Cells and variants are picked by inverting the cumulative share in their order,
so that a small change of the shares moves few incidents, and those to neighbouring cells of the order
(monotone coupling).
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.draws.keys import normals, streams, uniforms
from sim.world.fire import F32, F64, I16, I32, SLOT_MIN, Bool, Demand, World

U64 = NDArray[np.uint64]

MAKEUP_AFTER_SIGMA = 0.5
"""Lognormal sigma of the minutes from first arrival to a make-up (assumption)."""

DAY_BITS, SERIAL_BITS = 20, 16
SERIALS = 1 << SERIAL_BITS
SERIALS_SCRIPTED = 256
"""Serials of a type and day kept for scripted incidents: the last ones."""


@dataclass(frozen=True, slots=True, eq=False)
class Incidents:
    """n incidents sorted by (time_min, key).

    ``key``: bits 63–36 a hash of the type's key, 35–16 the local day from the start, 15–0 the serial of the
    call within its type and day. ``time_min`` is when the call is answered. ``variant`` is the global index
    into ``Demand.variant_*``. ``traffic`` is a lognormal factor of median 1 on every travel time to the
    incident; ``scene_z`` the incident's part (standard normal) of the times at scene. ``makeup_pumps`` is 0
    for most; ``makeup_after_min`` counts from the first arrival.
    """

    key: U64
    type: I16
    cell: I32
    time_min: F64
    plt: Bool
    late_call: Bool
    variant: I32
    handling_min: F32
    traffic: F32
    scene_z: F32
    makeup_pumps: I16
    makeup_after_min: F32
    scene_median_min: F32 | None = None  # of one appliance; None: the type's

    def __len__(self) -> int:
        """Return the number of incidents."""
        return int(self.key.size)


def incident_text(type_key: str, key: int) -> str:
    """Return the name a user reads and types: type, day, serial, as in ``dwelling_fire-0123-02``."""
    day = key >> SERIAL_BITS & ((1 << DAY_BITS) - 1)
    return f"{type_key}-{day:04d}-{key % SERIALS:02d}"


def type_hash(type_key: str) -> int:
    """Return the 28 bits of an incident key that stand for its type, whatever other types there are."""
    digest = hashlib.blake2b(type_key.encode(), digest_size=8, person=b"incident type").digest()
    return int.from_bytes(digest, "little") >> 36


def key_of(text: str) -> np.uint64:
    """Return the incident key of a name such as ``dwelling_fire-0123-02``; ValueError says what is wrong."""
    parts = text.strip().rsplit("-", 2)
    if len(parts) != 3 or not parts[0] or not all(p.isascii() and p.isdigit() for p in parts[1:]):
        raise ValueError(
            f"not an incident name: {text!r} (expected type-day-serial, as in dwelling_fire-0123-02)"
        )
    day, serial = int(parts[1]), int(parts[2])
    if day >= 1 << DAY_BITS or serial >= SERIALS:
        raise ValueError(f"not an incident name: {text!r} (day or serial too large)")
    return np.uint64(type_hash(parts[0]) << (DAY_BITS + SERIAL_BITS) | day << SERIAL_BITS | serial)


def draw_incidents(world: World, seed: int, replication: int) -> Incidents:
    """Draw a replication's incidents. ``per_year`` counts calls; ``attended_share`` of them are kept."""
    demand = world.demand
    hashes = _type_hashes(demand)
    weights = _slot_weights(world)
    type_index, day, serial = _counts(world, weights, seed, replication)
    counter = (day << SERIAL_BITS | serial).astype(np.uint64)

    def uniform(purpose: str) -> F64:
        names = streams(seed, replication, f"incident {purpose}", demand.key)
        return uniforms(names[type_index], counter)

    kept = uniform("attended") < demand.attended_share[type_index]
    type_index, day, counter = type_index[kept], day[kept], counter[kept]
    time_min = times_of_day(world, weights, type_index, day, uniform("time"))
    in_time = time_min < world.calendar.horizon_min
    type_index, counter, time_min = type_index[in_time], counter[in_time], time_min[in_time]
    key = hashes[type_index] << np.uint64(DAY_BITS + SERIAL_BITS) | counter
    order = np.lexsort((key, time_min))
    type_index, time_min, key = type_index[order], time_min[order], key[order]
    names = streams(seed, replication, "incident cell", demand.key)
    cell = _pick_by_type(demand.cell_share, type_index, uniforms(names[type_index], counter[order]))
    return with_chances(world, type_index, cell, time_min, key, seed, replication)


def with_chances(
    world: World,
    type_index: NDArray[np.int64],
    cell: I32,
    time_min: F64,
    key: U64,
    seed: int,
    replication: int,
) -> Incidents:
    """Return incidents of which type, cell, time and key are known with all else drawn by their keys."""
    demand, timings = world.demand, world.timings
    counter = key & np.uint64((1 << DAY_BITS + SERIAL_BITS) - 1)

    def uniform(purpose: str) -> F64:
        names = streams(seed, replication, f"incident {purpose}", demand.key)
        return uniforms(names[type_index], counter)

    def normal(purpose: str) -> F64:
        return normals(streams(seed, replication, f"incident {purpose}", demand.key)[type_index], counter)

    after_factor = np.exp(MAKEUP_AFTER_SIGMA * normal("makeup after"))
    return Incidents(
        key=key,
        type=type_index.astype(np.int16),
        cell=cell,
        time_min=time_min,
        plt=uniform("plt") < demand.plt_share[type_index],
        late_call=uniform("late call") < demand.late_call_share[type_index],
        variant=_variants(demand, type_index, uniform("variant")),
        handling_min=(
            timings.handling_median(type_index) * np.exp(timings.handling_sigma * normal("handling"))
        ).astype(np.float32),
        traffic=np.exp(timings.traffic_sigma * normal("traffic")).astype(np.float32),
        scene_z=normal("scene").astype(np.float32),
        makeup_pumps=_makeups(demand, type_index, uniform("makeup"), uniform("makeup pumps")),
        makeup_after_min=(demand.makeup_after_min[type_index] * after_factor).astype(np.float32),
        scene_median_min=demand.scene_median_min[type_index].astype(np.float32),
    )


def _type_hashes(demand: Demand) -> U64:
    hashes = [type_hash(key) for key in demand.key]
    for i, one in enumerate(hashes):
        if one in hashes[:i]:
            other = demand.key[hashes.index(one)]
            raise ValueError(
                f"incident types {other!r} and {demand.key[i]!r} share a hash: rename one of them"
            )
    return np.array(hashes, dtype=np.uint64)


def _slot_weights(world: World) -> F64:
    """(M, T) relative rate of each type in each slot: 1 on average."""
    calendar = world.calendar
    hours = world.demand.hour_of_week[:, calendar.hour_of_week]
    return np.asarray(hours * world.demand.month[:, calendar.month - 1], dtype=np.float64)


def day_starts(world: World) -> NDArray[np.intp]:
    """Return the first slot of each local day."""
    return np.flatnonzero(np.diff(world.calendar.day, prepend=-1))


def _counts(
    world: World, weights: F64, seed: int, replication: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Type, day and serial of every call."""
    demand, starts = world.demand, day_starts(world)
    slots_per_year = world.calendar.year_days * 24.0 * 60.0 / SLOT_MIN
    expected = np.add.reduceat(weights, starts, axis=1) * (demand.per_year / slots_per_year)[:, None]
    days = world.calendar.day[starts].astype(np.int64)
    if demand.day_factor is not None:
        expected = expected * demand.day_factor[:, days]
    names = streams(seed, replication, "incident count", demand.key)
    counts = poisson_quantile(uniforms(names[:, None], days[None, :]), expected)
    if counts.size and counts.max() >= SERIALS - SERIALS_SCRIPTED:
        worst = demand.key[int(counts.max(axis=1).argmax())]
        raise ValueError(
            f"incident type {worst!r}: {counts.max()} calls in one day; at most"
            f" {SERIALS - SERIALS_SCRIPTED - 1} can be told apart: lower per_year"
        )
    flat = counts.ravel()
    total = int(flat.sum())
    type_index = np.repeat(np.repeat(np.arange(len(demand.key)), days.size), flat)
    serial = np.arange(total) - np.repeat(np.cumsum(flat) - flat, flat)
    return type_index, np.repeat(np.tile(days, len(demand.key)), flat), serial


def poisson_quantile(u: F64, expected: F64) -> NDArray[np.int64]:
    """Return the smallest k with P(Poisson(expected) ≤ k) ≥ u, element by element.

    Sums the probabilities upwards, from 0 or, for large means, from 12 standard deviations below the mean
    (what lies below is less than 10⁻³⁰).
    """
    u, mean = np.ravel(u), np.ravel(expected)
    shape = np.shape(expected)
    k = np.where(mean > 200.0, np.floor(mean - 12.0 * np.sqrt(mean)), 0.0)
    log_factorial = np.array([math.lgamma(value + 1.0) for value in k]) if k.any() else 0.0
    with np.errstate(divide="ignore", invalid="ignore"):
        term = np.exp(np.where(k > 0, k * np.log(mean), 0.0) - mean - log_factorial)
    answer = np.zeros(u.size, dtype=np.int64)
    rows = np.arange(u.size)
    below = term.copy()
    while rows.size:
        done = (below >= u) | (term < 1e-18) & (k > mean)
        answer[rows[done]] = k[done].astype(np.int64)
        left = ~done
        rows, u, mean = rows[left], u[left], mean[left]
        k = k[left] + 1.0
        term = term[left] * mean / k
        below = below[left]
        below = below + term
    return answer.reshape(shape)


def times_of_day(
    world: World, weights: F64, type_index: NDArray[np.int64], day: NDArray[np.int64], u: F64
) -> F64:
    """Return minutes from the start: the day's profile inverted at ``u``, uniform within a slot.

    ``weights`` (kinds, T) are relative rates by slot; ``type_index``, ``day`` (local) and ``u`` are by call.
    """
    starts = day_starts(world)
    days = world.calendar.day[starts]
    ends = np.append(starts[1:], world.calendar.day.size)
    time_min = np.empty(u.size, dtype=np.float64)
    for kind in np.unique(type_index):
        rows = np.flatnonzero(type_index == kind)
        running = np.concatenate(([0.0], np.cumsum(weights[kind])))
        which = np.searchsorted(days, day[rows])
        first, last = starts[which], ends[which]
        target = running[first] + u[rows] * (running[last] - running[first])
        slot = np.clip(np.searchsorted(running, target, side="right") - 1, first, last - 1)
        within = np.clip((target - running[slot]) / weights[kind][slot], 0.0, 1.0 - 1e-12)
        time_min[rows] = (slot + within) * SLOT_MIN
    return time_min


def _pick_by_type(share: F64, type_index: NDArray[np.int64], u: F64) -> I32:
    """Column of ``share`` (M, n) picked by inverting its row's running sum."""
    picked = np.zeros(u.size, dtype=np.int32)
    for kind in np.unique(type_index):
        rows = np.flatnonzero(type_index == kind)
        picked[rows] = _invert(share[kind], u[rows])
    return picked


def _invert(share: F64, u: F64) -> NDArray[np.int64]:
    running = np.cumsum(share)
    last = int(np.flatnonzero(share)[-1])
    picked: NDArray[np.int64] = np.minimum(np.searchsorted(running, u * running[-1], side="right"), last)
    return picked


def _variants(demand: Demand, type_index: NDArray[np.int64], u: F64) -> I32:
    picked = np.zeros(u.size, dtype=np.int32)
    for kind in np.unique(type_index):
        rows = np.flatnonzero(type_index == kind)
        first, end = int(demand.variant_start[kind]), int(demand.variant_start[kind + 1])
        picked[rows] = first + _invert(demand.variant_share[first:end], u[rows])
    return picked


def _makeups(demand: Demand, type_index: NDArray[np.int64], u: F64, u_pumps: F64) -> I16:
    """Extra pumps: none for most, otherwise geometric from 1 with the type's mean."""
    mean = np.maximum(demand.makeup_pumps_mean[type_index], 1.0)
    with np.errstate(divide="ignore"):
        pumps = 1.0 + np.floor(np.log(u_pumps) / np.log1p(-1.0 / mean))
    return np.where(u < demand.makeup_share[type_index], pumps, 0.0).astype(np.int16)
