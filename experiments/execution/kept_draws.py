"""What has been drawn, kept for the next scenario that shares it.

All chance is drawn before a run and keyed by seed and replication (``sim.draws``), so that scenarios with the same
people have the same rosters, and those with the same demand the same incidents: an option that moves a station need
not draw either anew. Nothing here can change a figure: what is kept is found again only under a digest of all that it
was drawn from.
"""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Callable
from dataclasses import fields
from functools import lru_cache
from typing import TYPE_CHECKING, Generic, TypeVar

import numpy as np

if TYPE_CHECKING:  # for types only: what most commands need not import
    from sim.draws.incidents import Incidents
    from sim.draws.roster import Roster
    from sim.world.fire import World

Drawn = TypeVar("Drawn")
Key = tuple[str, int, int]
"""Digest of what is drawn from, seed, replication."""

MOST_BYTES = 256 * 2**20
"""What one process keeps of each kind."""


class Kept(Generic[Drawn]):
    """What has been drawn, up to so many bytes.

    When it is full, what was drawn from something else goes first; after that nothing new is kept, as replications are
    taken in turn again and again.
    """

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        """Keep nothing yet."""
        self._most, self._size = most_bytes, 0
        self._drawn: dict[Key, tuple[Drawn, int]] = {}

    def get(self, key: Key, draw: Callable[[], Drawn]) -> Drawn:
        """Return what is kept under a key, or else draw it."""
        if key in self._drawn:
            return self._drawn[key][0]
        drawn = draw()
        size = size_of(drawn)
        for other in [each for each in self._drawn if each[0] != key[0]]:
            if self._size + size > self._most:
                self._size -= self._drawn.pop(other)[1]
        if self._size + size <= self._most:
            self._drawn[key] = (drawn, size)
            self._size += size
        return drawn


def size_of(drawn: object) -> int:
    """Return the bytes of a record's arrays."""
    values = (getattr(drawn, each.name) for each in fields(drawn))  # type: ignore[arg-type] # both are dataclasses
    return sum(value.nbytes for value in values if isinstance(value, np.ndarray))


_ROSTERS: Kept[Roster] = Kept()
_INCIDENTS: Kept[Incidents] = Kept()


def roster(world: World, seed: int, replication: int, draw: Callable[[World, int, int], Roster]) -> Roster:
    """Return the roster of a replication, kept or drawn."""
    return _ROSTERS.get((_people(world), seed, replication), lambda: draw(world, seed, replication))


def incidents(
    world: World, seed: int, replication: int, draw: Callable[[World, int, int], Incidents]
) -> Incidents:
    """Return the incidents of a replication, kept or drawn."""
    return _INCIDENTS.get((_demand(world), seed, replication), lambda: draw(world, seed, replication))


@lru_cache(maxsize=4)
def _people(world: World) -> str:
    """Return a digest of all that rosters are drawn from."""
    return _digest(world.calendar, world.people, world.units, world.police)


@lru_cache(maxsize=4)
def _demand(world: World) -> str:
    """Return a digest of all that incidents are drawn from."""
    return _digest(world.calendar, world.demand, world.timings)


def _digest(*parts: object) -> str:
    return hashlib.blake2b(pickle.dumps(parts, protocol=5), digest_size=16).hexdigest()
