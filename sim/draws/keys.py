"""Keyed random numbers: stateless, counter-based, the same in every process and on every machine.

A *stream* is named by (seed, replication, purpose, entity); its counter-th value is a pure function of the
name and the counter. Nothing is consumed, so adding a station, a person or a purpose moves nobody else's
draws. The mixing is the finaliser of SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom
number generators", OOPSLA 2014, with Stafford's variant 13 constants) over ``stream + GAMMA × counter``.
"""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

from sim.draws.normal import normal_quantile

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
U64 = NDArray[np.uint64]

GAMMA = np.uint64(0x9E3779B97F4A7C15)
"""Odd integer nearest 2⁶⁴ / golden ratio: counters that follow each other land far apart."""

MULTIPLY_1 = np.uint64(0xBF58476D1CE4E5B9)
MULTIPLY_2 = np.uint64(0x94D049BB133111EB)
_SHIFTS = (np.uint64(30), np.uint64(27), np.uint64(31))
_MASK_64 = (1 << 64) - 1
_GAMMA, _FIRST, _SECOND = int(GAMMA), int(MULTIPLY_1), int(MULTIPLY_2)


def stream(seed: int, replication: int, purpose: str, entity: str = "") -> np.uint64:
    """Name a stream: ``purpose`` says what is drawn, ``entity`` for whom (key of a type, unit, person)."""
    name = "\x1f".join((str(int(seed)), str(int(replication)), purpose, entity)).encode()
    return np.uint64(int.from_bytes(hashlib.blake2b(name, digest_size=8).digest(), "little"))


def streams(seed: int, replication: int, purpose: str, entities: tuple[str, ...]) -> U64:
    """Return the stream of each entity, shape (len(entities),)."""
    return np.array([stream(seed, replication, purpose, entity) for entity in entities], dtype=np.uint64)


def mix(values: U64) -> U64:
    """Scramble 64-bit values in place (a bijection) and return them."""
    scratch = np.empty_like(values)
    for shift, multiplier in zip(_SHIFTS, (MULTIPLY_1, MULTIPLY_2, None), strict=True):
        np.right_shift(values, shift, out=scratch)
        np.bitwise_xor(values, scratch, out=values)
        if multiplier is not None:
            np.multiply(values, multiplier, out=values)
    return values


def bits(stream: np.uint64 | U64, counters: NDArray[np.integer]) -> U64:
    """Return the counter-th 64 bits of a stream; ``stream`` and ``counters`` broadcast."""
    steps = np.atleast_1d(np.asarray(counters)).astype(np.uint64)
    return mix(np.add(steps * GAMMA, stream))


def bits_of_one(stream: int, counter: int) -> int:
    """Return the same as ``bits`` of one counter, in Python integers (faster for a single value)."""
    value = (stream + _GAMMA * counter) & _MASK_64
    value = ((value ^ (value >> 30)) * _FIRST) & _MASK_64
    value = ((value ^ (value >> 27)) * _SECOND) & _MASK_64
    return value ^ (value >> 31)


def to_uniforms(values: U64) -> F64:
    """Turn 64 bits into a number strictly between 0 and 1: the midpoint of one of 2⁵² intervals."""
    return ((values >> np.uint64(12)).astype(np.float64) + 0.5) * 2.0**-52


def uniforms(stream: np.uint64 | U64, counters: NDArray[np.integer]) -> F64:
    """Return the counter-th uniforms of a stream, never 0 or 1; broadcasts."""
    return to_uniforms(bits(stream, counters))


def normals(stream: np.uint64 | U64, counters: NDArray[np.integer]) -> F64:
    """Return the counter-th standard normals of a stream, by inversion; broadcasts."""
    return normal_quantile(uniforms(stream, counters))


def _normal_table() -> F32:
    quantiles = normal_quantile((np.arange(65536, dtype=np.float64) + 0.5) / 65536.0)
    table: F32 = (quantiles / quantiles.std()).astype(np.float32)
    return table


NORMAL_TABLE: F32 = _normal_table()
"""Standard normal quantiles at the midpoints of 65,536 equal parts, scaled to variance exactly 1: sixteen
random bits pick a standard normal (range ±4.3) in the hot path."""
