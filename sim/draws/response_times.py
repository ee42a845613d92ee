"""Chance that belongs to a response: stateless functions of (appliance or person, incident), by one formula.

One 64-bit draw of (appliance, incident) serves three things: its top 16 bits the journey factor, the next
16 the turnout, the low 32 the mobilising failure. Factors are lognormal with median 1, looked up in a table of 65,536
(``factors``); nothing is kept, and the engine reckons no exponentials, so that any engine finds the same numbers.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property, lru_cache

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
    """Journey, turnout, failure, time at scene and muster of any response of a replication.

    The arrays are for engines that reckon with them; the functions ask the same of single responses. By incident:
    ``key`` (n,), ``scene_common_min`` (n,) minutes at scene as far as its appliances share them. By unit:
    ``unit_stream`` (U,), ``turnout_sigma`` (U,). By person: ``person_stream`` (R,), ``muster_median`` (R,) minutes.
    An alert fails if the low 32 bits of its draw are less than ``failure_below``.
    """

    def __init__(self, world: World, incidents: Incidents, seed: int, replication: int) -> None:
        """Name the streams; nothing is drawn yet."""
        timings, people = world.timings, world.people
        self.key: U64 = incidents.key
        self.unit_stream = streams(seed, replication, "response of unit", world.units.key)
        self.failure_below = round(min(max(timings.failure_per_response, 0.0), 1.0) * 2.0**32)
        self.journey = factors(timings.journey_sigma)
        self.turnout_sigma = _turnout_sigma(world)
        self.scene_stream = int(stream(seed, replication, "scene"))
        self.scene_sigma: list[float] = (world.demand.scene_sigma * math.sqrt(0.5)).tolist()
        self.scene_common_min = _scene_common(world, incidents)
        self.person_stream = streams(seed, replication, "muster of person", people.key)
        self.muster_median = people.muster_min.astype(np.float32)
        self.muster = factors(people.muster_sigma).astype(np.float32)
        self._type = incidents.type
        self._pool_start = people.pool_start

    @cached_property
    def _at_hand(self) -> _AtHand:
        """The same as Python's own numbers: quicker for single responses."""
        return _AtHand(
            key=self.key.tolist(),
            unit_stream=self.unit_stream.tolist(),
            turnout=[factors(sigma) for sigma in self.turnout_sigma],
            scene_common_min=self.scene_common_min.tolist(),
            scene_own=[factors(sigma) for sigma in self.scene_sigma],
            type=self._type.tolist(),
            steps=self.key * GAMMA,
            pools=[
                slice(int(a), int(b))
                for a, b in zip(self._pool_start[:-1], self._pool_start[1:], strict=True)
            ],
        )

    def of(self, i: int, u: int) -> tuple[float, float]:
        """Return the factors on travel and on turnout of appliance ``u`` sent to incident ``i``."""
        at_hand = self._at_hand
        value = bits_of_one(at_hand.unit_stream[u], at_hand.key[i])
        return self.journey.item(value >> 48), at_hand.turnout[u].item(value >> 32 & _LOW_16)

    def failed(self, i: int, u: int) -> bool:
        """Tell whether the alert of appliance ``u`` to incident ``i`` fails."""
        at_hand = self._at_hand
        return bits_of_one(at_hand.unit_stream[u], at_hand.key[i]) & _LOW_32 < self.failure_below

    def scene_min(self, i: int, order: int) -> float:
        """Return the minutes at scene of the ``order``-th appliance sent to incident ``i``.

        Half of the variance belongs to the incident, half to the appliance (assumption).
        """
        at_hand = self._at_hand
        value = bits_of_one(bits_of_one(self.scene_stream, at_hand.key[i]), order)
        return at_hand.scene_common_min[i] * at_hand.scene_own[at_hand.type[i]].item(value >> 48)

    def muster_min(self, i: int, pool: int) -> F32:
        """Return the minutes in which each person of the pool musters for incident ``i``, (n_people,)."""
        people = self._at_hand.pools[pool]
        values = mix(self.person_stream[people] + self._at_hand.steps[i])
        values >>= _SHIFT_48
        minutes: F32 = self.muster[values] * self.muster_median[people]
        return minutes


@dataclass(frozen=True, slots=True, eq=False)
class _AtHand:
    key: list[int]
    unit_stream: list[int]
    turnout: list[F64]  # by unit
    scene_common_min: list[float]
    scene_own: list[F64]  # by type
    type: list[int]
    steps: U64
    pools: list[slice]


def _turnout_sigma(world: World) -> list[float]:
    """Return the lognormal sigma of every unit's turnout."""
    sigma = world.units.immediate_sigma.astype(np.float64)
    if world.police is not None:
        sigma = np.where(world.police.units.police, world.police.rules.turnout_sigma, sigma)
    every: list[float] = sigma.tolist()
    return every


def _scene_common(world: World, incidents: Incidents) -> F64:
    """Return minutes at scene by incident as far as its appliances share them."""
    demand = world.demand
    sigma = demand.scene_sigma * math.sqrt(0.5)
    own = incidents.scene_median_min
    median = demand.scene_median_min[incidents.type] if own is None else own
    common_min: F64 = median.astype(np.float64) * np.exp(
        sigma[incidents.type] * incidents.scene_z.astype(np.float64)
    )
    return common_min
