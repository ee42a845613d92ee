"""Chance that belongs to a response: stateless functions of (appliance or person, incident), by one formula.

One 64-bit draw of (appliance, incident) serves three things: its top 16 bits the journey factor, the next
16 the turnout, the low 32 the mobilising failure. Factors are lognormal with median 1, looked up in a table of 65,536
(``factors``); nothing is kept, and the engine reckons no exponentials, so that any engine finds the same numbers.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sim.draws.incidents import Incidents
from sim.draws.keys import GAMMA, NORMAL_TABLE, bits_of_one, mix, stream, streams
from sim.world.fire import F32, F64, World

U64 = NDArray[np.uint64]

_SHIFT_48 = np.uint64(48)
_LOW_16, _LOW_32 = 0xFFFF, 0xFFFFFFFF


@lru_cache(maxsize=128)
def factors(sigma: float) -> F64:
    """Return lognormal factors of median 1 by sixteen random bits, (65536,)."""
    return np.exp(sigma * NORMAL_TABLE.astype(np.float64))


class ResponseTimes:
    """Journey, turnout, failure, time at scene and muster of any response of a replication."""

    def __init__(self, world: World, incidents: Incidents, seed: int, replication: int) -> None:
        """Name the streams; nothing is drawn yet."""
        timings, people = world.timings, world.people
        self._key: list[int] = incidents.key.tolist()
        self._unit_stream: list[int] = streams(
            seed, replication, "response of unit", world.units.key
        ).tolist()
        self._failure_below = round(min(max(timings.failure_per_response, 0.0), 1.0) * 2.0**32)
        self._journey = factors(timings.journey_sigma)
        self._turnout = [factors(sigma) for sigma in _turnout_sigma(world)]
        self._scene_stream = int(stream(seed, replication, "scene"))
        self._scene_common_min, self._scene_own = _scene(world, incidents)
        self._type: list[int] = incidents.type.tolist()
        self._steps: U64 = incidents.key * GAMMA
        self._person_streams = streams(seed, replication, "muster of person", people.key)
        self._pools = [
            slice(int(a), int(b)) for a, b in zip(people.pool_start[:-1], people.pool_start[1:], strict=True)
        ]
        self._muster_median = people.muster_min.astype(np.float32)
        self._muster = factors(people.muster_sigma).astype(np.float32)

    def of(self, i: int, u: int) -> tuple[float, float]:
        """Return the factors on travel and on turnout of appliance ``u`` sent to incident ``i``."""
        value = bits_of_one(self._unit_stream[u], self._key[i])
        return self._journey.item(value >> 48), self._turnout[u].item(value >> 32 & _LOW_16)

    def failed(self, i: int, u: int) -> bool:
        """Tell whether the alert of appliance ``u`` to incident ``i`` fails."""
        return bits_of_one(self._unit_stream[u], self._key[i]) & _LOW_32 < self._failure_below

    def scene_min(self, i: int, order: int) -> float:
        """Return the minutes at scene of the ``order``-th appliance sent to incident ``i``.

        Half of the variance belongs to the incident, half to the appliance (assumption).
        """
        value = bits_of_one(bits_of_one(self._scene_stream, self._key[i]), order)
        return self._scene_common_min[i] * self._scene_own[self._type[i]].item(value >> 48)

    def muster_min(self, i: int, pool: int) -> F32:
        """Return the minutes in which each person of the pool musters for incident ``i``, (n_people,)."""
        people = self._pools[pool]
        values = mix(self._person_streams[people] + self._steps[i])
        values >>= _SHIFT_48
        minutes: F32 = self._muster[values] * self._muster_median[people]
        return minutes


def _turnout_sigma(world: World) -> list[float]:
    """Return the lognormal sigma of every unit's turnout."""
    sigma = world.units.immediate_sigma.astype(np.float64)
    if world.police is not None:
        sigma = np.where(world.police.units.police, world.police.rules.turnout_sigma, sigma)
    every: list[float] = sigma.tolist()
    return every


def _scene(world: World, incidents: Incidents) -> tuple[list[float], list[F64]]:
    """Return minutes at scene by incident as far as its appliances share them, and factors of their own by type."""
    demand = world.demand
    sigma = demand.scene_sigma * math.sqrt(0.5)
    own = incidents.scene_median_min
    median = demand.scene_median_min[incidents.type] if own is None else own
    common_min = median * np.exp(sigma[incidents.type] * incidents.scene_z.astype(np.float64))
    return common_min.tolist(), [factors(each) for each in sigma.tolist()]
