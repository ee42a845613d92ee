"""The rule of a legal crew: what an appliance needs, and whether the people present can meet it.

**A legal crew of a pump** has its minimum number of people (four or more in the embedded service), among
them *different* people as officer in charge, as driver, and as each of the breathing apparatus wearers
needed (two: the smallest crew of four is officer, driver and a team of two; assumption, after the usual
British riding positions). Where a pump's minimum is too small for that, the wearers come down first, then
the officer. **A legal crew of a special** is its minimum number of people with a driver among them
(assumption).

Because each role takes a person of its own, several crews are possible at once exactly if, for every set of
roles, enough people hold at least one of them (Hall's marriage theorem, 1935): seven comparisons, no search.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.world.fire import World

I8 = NDArray[np.int8]

BREATHING_APPARATUS_NEEDED = 2
"""Wearers on a pump: one team of two (assumption)."""

_ROLE_SETS = (1, 2, 3, 4, 5, 6, 7)  # every non-empty set of Skill bits


class Need(NamedTuple):
    """What one appliance's crew must have; each role is a person of its own."""

    minimum: int
    officers: int
    drivers: int
    wearers: int


def pump_need(minimum: int, ba_needed: int = BREATHING_APPARATUS_NEEDED) -> Need:
    """Return the need of a pump with ``minimum`` riders."""
    return Need(minimum, int(minimum >= 2), 1, min(ba_needed, max(minimum - 2, 0)))


def special_need(minimum: int) -> Need:
    """Return the need of a special with ``minimum`` riders: a driver among them."""
    return Need(minimum, 0, 1, 0)


def need_of(world: World, unit: int) -> Need:
    """Return what the crew of an appliance of a World must have."""
    minimum = int(world.units.minimum_crew[unit])
    return pump_need(minimum, world.people.ba_needed) if world.units.pump[unit] else special_need(minimum)


def asked_by_role_set(need: Need) -> tuple[int, ...]:
    """People asked for by each set of roles 0..7 (0: all places), in the order of ``holders``."""
    by_role = (need.officers, need.drivers, need.wearers)
    return (need.minimum, *(sum(by_role[i] for i in range(3) if roles >> i & 1) for roles in range(1, 8)))


@lru_cache(maxsize=4096)
def holders_of(skills: bytes) -> tuple[int, ...]:
    """Bit masks of the people who hold at least one skill of each set of roles (entry 0: everyone)."""
    codes = np.frombuffer(skills, dtype=np.int8).tolist()
    masks = [(1 << len(codes)) - 1]
    masks += [sum(1 << i for i, code in enumerate(codes) if code & roles) for roles in _ROLE_SETS]
    return tuple(masks)


def as_bytes(skills: I8 | bytes) -> bytes:
    """Return people's skills as the memos want them; whoever asks often does this once."""
    if isinstance(skills, bytes):
        return skills
    return np.ascontiguousarray(skills, dtype=np.int8).tobytes()


def holders(skills: I8 | bytes) -> tuple[int, ...]:
    """Return, for each set of roles 0..7 (``Skill`` bits), the mask of people with any; 0: all."""
    return holders_of(as_bytes(skills))


def enough(masks: tuple[int, ...], present: int, total: Need) -> bool:
    """Hall's condition: can the people present fill all the places of ``total`` at once?"""
    minimum, officers, drivers, wearers = total
    return (
        (masks[0] & present).bit_count() >= minimum
        and (masks[1] & present).bit_count() >= officers
        and (masks[2] & present).bit_count() >= drivers
        and (masks[3] & present).bit_count() >= officers + drivers
        and (masks[4] & present).bit_count() >= wearers
        and (masks[5] & present).bit_count() >= officers + wearers
        and (masks[6] & present).bit_count() >= drivers + wearers
        and (masks[7] & present).bit_count() >= officers + drivers + wearers
    )


def plus(one: Need, other: Need) -> Need:
    """Return what both together need."""
    return Need(one[0] + other[0], one[1] + other[1], one[2] + other[2], one[3] + other[3])


NOTHING = Need(0, 0, 0, 0)
