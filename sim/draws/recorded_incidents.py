"""Incidents as they happened, in place of drawn ones: what records tell is theirs, all else is drawn by key."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.draws.incidents import (
    DAY_BITS,
    SERIAL_BITS,
    SERIALS,
    SERIALS_SCRIPTED,
    Incidents,
    type_hash,
    with_chances,
)
from sim.world.fire import F64, I32, SLOT_MIN, World

I64 = NDArray[np.int64]
U64 = NDArray[np.uint64]


@dataclass(frozen=True, slots=True, eq=False)
class Recorded:
    """n recorded incidents within the horizon of a World, sorted by (time, key)."""

    type: I64
    cell: I32
    time_min: F64
    key: U64


def keyed(world: World, type_index: I64, cell: I32, time_min: F64) -> tuple[Recorded, I64]:
    """Return recorded incidents with keys of their own, and which of the given ones each is.

    A key has the type, the local day, and a serial in the order of time: the same records give the same keys. Raises
    ValueError if a type has more calls on a day than can be told apart.
    """
    slot = np.minimum((time_min // SLOT_MIN).astype(np.int64), world.calendar.day.size - 1)
    day = world.calendar.day[slot].astype(np.int64)
    order = np.lexsort((time_min, day, type_index))
    serial = np.empty(order.size, dtype=np.int64)
    place = type_index[order] * (int(day.max(initial=0)) + 1) + day[order]
    first = np.flatnonzero(np.diff(place, prepend=-1))
    starts = np.repeat(first, np.diff(np.append(first, order.size)))
    serial[order] = np.arange(order.size) - starts
    if serial.size and serial.max() >= SERIALS - SERIALS_SCRIPTED:
        msg = f"{int(serial.max()) + 1} calls of one type on one day: more than can be told apart"
        raise ValueError(msg)
    hashes = np.array([type_hash(key) for key in world.demand.key], dtype=np.uint64)
    counter = (day << SERIAL_BITS | serial).astype(np.uint64)
    key = hashes[type_index] << np.uint64(DAY_BITS + SERIAL_BITS) | counter
    rows = np.lexsort((key, time_min))
    return Recorded(type_index[rows], cell[rows], time_min[rows], key[rows]), rows


def recorded_incidents(world: World, recorded: Recorded, seed: int, replication: int) -> Incidents:
    """Return recorded incidents with what they do not tell drawn: call handling, attendance, time at scene."""
    return with_chances(
        world, recorded.type, recorded.cell, recorded.time_min, recorded.key, seed, replication
    )
