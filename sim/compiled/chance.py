"""Chance that belongs to a response, by the formula of ``sim.draws.response_times``."""

from __future__ import annotations

import numpy as np

from sim.compiled import layout as at
from sim.compiled.kernel import kernel
from sim.compiled.memory import (
    Memory,
    floats,
    pools_at,
    real_rows,
    reals,
    rows_at,
    units_at,
    words,
)
from sim.draws import keys

_GAMMA = np.uint64(keys.GAMMA)
_FIRST, _SECOND = np.uint64(keys.MULTIPLY_1), np.uint64(keys.MULTIPLY_2)
_30, _27, _31 = np.uint64(30), np.uint64(27), np.uint64(31)
_48, _32 = np.uint64(48), np.uint64(32)
_LOW_16, _LOW_32 = np.uint64(0xFFFF), np.uint64(0xFFFFFFFF)


@kernel
def bits(stream: np.uint64, counter: np.uint64) -> np.uint64:
    """Return the counter-th 64 bits of a stream."""
    value = stream + _GAMMA * counter
    value = (value ^ (value >> _30)) * _FIRST
    value = (value ^ (value >> _27)) * _SECOND
    return value ^ (value >> _31)


@kernel
def factors(m: Memory, row: int, unit: int) -> tuple[float, float]:
    """Return the factors on travel and on turnout of a unit sent to an incident."""
    value = bits(units_at(m, at.UNITS)[unit]["stream"], rows_at(m, at.ROWS)[row]["key"])
    turnout = real_rows(m, at.TURNOUT)
    table = units_at(m, at.UNITS)[unit]["turnout_table"]
    return (
        reals(m, at.JOURNEY)[np.int64(value >> _48)],
        turnout[table, np.int64((value >> _32) & _LOW_16)],
    )


@kernel
def failed(m: Memory, row: int, unit: int) -> bool:
    """Tell whether the alert of an appliance to an incident fails."""
    if m[at.FAILURE_BELOW] == 0:
        return False
    value = bits(units_at(m, at.UNITS)[unit]["stream"], rows_at(m, at.ROWS)[row]["key"])
    return bool(np.int64(value & _LOW_32) < m[at.FAILURE_BELOW])


@kernel
def scene_min(m: Memory, row: int, order: int) -> float:
    """Return the minutes at scene of the ``order``-th appliance sent to an incident."""
    one = rows_at(m, at.ROWS)[row]
    value = bits(bits(words(m, at.SCENE_STREAM)[0], one["key"]), np.uint64(order))
    own = real_rows(m, at.SCENE)[one["scene_table"], np.int64(value >> _48)]
    return np.float64(one["scene_common_min"] * own)


@kernel
def muster(m: Memory, row: int, pool: int) -> None:
    """Put the minutes in which each person of a pool musters for an incident into ``READY``."""
    ready, median = floats(m, at.READY), floats(m, at.MUSTER_MEDIAN)
    table, stream = floats(m, at.MUSTER), words(m, at.PERSON_STREAM)
    first = pools_at(m, at.POOLS)[pool]["start"]
    key = rows_at(m, at.ROWS)[row]["key"]
    for person in range(pools_at(m, at.POOLS)[pool]["people"]):
        value = bits(stream[first + person], key)
        ready[person] = table[np.int64(value >> _48)] * median[first + person]
