"""Chance that belongs to a response: keyed by appliance (or person) and incident, made when it is asked for.

One 64-bit draw of (appliance, incident) serves three things: its top 16 bits the journey factor, the next
16 the turnout, the low 32 the mobilising failure. Rows are made for blocks of incidents and the last few
blocks kept, so that memory does not grow with the horizon.
"""

from __future__ import annotations

import math
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from sim.draws.incidents import Incidents
from sim.draws.keys import GAMMA, NORMAL_TABLE, bits_of_one, mix, stream, streams
from sim.world.fire import F32, Bool, World

U64 = NDArray[np.uint64]
_Made = TypeVar("_Made")

BLOCK = 1024
_BLOCKS_KEPT = 4
_ORDERS = 8  # appliances of an incident whose time at scene is made with the block

_SHIFT_32, _SHIFT_48 = np.uint64(32), np.uint64(48)
_LOW_16, _LOW_32 = np.uint64(0xFFFF), np.uint64(0xFFFFFFFF)


class ResponseNoise:
    """Journey, turnout, failure, time at scene and muster of any response of a replication."""

    def __init__(self, world: World, incidents: Incidents, seed: int, replication: int) -> None:
        """Name the streams; nothing is drawn yet."""
        timings, people, demand = world.timings, world.people, world.demand
        self._steps: U64 = incidents.key * GAMMA
        self._unit_streams = streams(seed, replication, "response of unit", world.units.key)
        self._person_streams = streams(seed, replication, "muster of person", people.key)
        self._pools = [
            slice(int(a), int(b)) for a, b in zip(people.pool_start[:-1], people.pool_start[1:], strict=True)
        ]
        self._muster_median = people.muster_min.astype(np.float32)
        self._muster_factor = np.exp(people.muster_sigma * NORMAL_TABLE).astype(np.float32)
        self._journey_factor = np.exp(timings.journey_sigma * NORMAL_TABLE).astype(np.float32)
        self._failure_below = np.uint64(round(min(max(timings.failure_per_response, 0.0), 1.0) * 2.0**32))
        self._scene_stream = stream(seed, replication, "scene")
        own = incidents.scene_median_min
        usual = demand.scene_median_min[incidents.type].astype(np.float32)
        self._scene_median: F32 = usual if own is None else own
        self._scene_sigma: F32 = (demand.scene_sigma[incidents.type] * math.sqrt(0.5)).astype(np.float32)
        self._scene_z = incidents.scene_z
        self._key = incidents.key
        self._keys: list[int] = incidents.key.tolist()
        self._unit_stream: list[int] = self._unit_streams.tolist()
        self._responses: dict[int, tuple[F32, F32, Bool]] = {}
        self._scenes: dict[int, list[list[float]]] = {}

    def row(self, i: int) -> tuple[F32, F32]:
        """Return journey factors (lognormal, median 1) and turnout z (standard normal), each (U,)."""
        factor, turnout_z, _ = self._responses.get(i // BLOCK) or self._make_responses(i // BLOCK)
        return factor[i % BLOCK], turnout_z[i % BLOCK]

    def one(self, i: int, u: int) -> tuple[float, float]:
        """Return the same of one appliance, without making the block."""
        value = bits_of_one(self._unit_stream[u], self._keys[i])
        return float(self._journey_factor[value >> 48]), float(NORMAL_TABLE[value >> 32 & 0xFFFF])

    def failed(self, i: int, u: int) -> bool:
        """Tell whether the alert of appliance ``u`` to incident ``i`` fails."""
        failures = (self._responses.get(i // BLOCK) or self._make_responses(i // BLOCK))[2]
        return bool(failures[i % BLOCK, u])

    def scene_min(self, i: int, order: int) -> float:
        """Return the minutes at scene of the ``order``-th appliance sent to incident ``i``.

        Half of the variance belongs to the incident, half to the appliance (assumption).
        """
        if order < _ORDERS:
            return (self._scenes.get(i // BLOCK) or self._make_scenes(i // BLOCK))[i % BLOCK][order]
        z = float(NORMAL_TABLE[bits_of_one(self._scene_of(i), order) >> 48])
        return float(self._scene_median[i]) * math.exp(
            float(self._scene_sigma[i]) * (float(self._scene_z[i]) + z)
        )

    def muster_min(self, i: int, pool: int) -> F32:
        """Return the minutes in which each person of the pool musters for incident ``i``, (n_people,)."""
        people = self._pools[pool]
        values = mix(self._person_streams[people] + self._steps[i])
        values >>= _SHIFT_48
        minutes: F32 = self._muster_factor[values] * self._muster_median[people]
        return minutes

    def _scene_of(self, i: int) -> int:
        return bits_of_one(int(self._scene_stream), int(self._key[i]))

    def _make_responses(self, block: int) -> tuple[F32, F32, Bool]:
        steps = self._steps[block * BLOCK : (block + 1) * BLOCK]
        values = mix(steps[:, None] + self._unit_streams[None, :])
        made = (
            self._journey_factor[values >> _SHIFT_48],
            NORMAL_TABLE[(values >> _SHIFT_32) & _LOW_16],
            (values & _LOW_32) < self._failure_below,
        )
        _keep(self._responses, block, made)
        return made

    def _make_scenes(self, block: int) -> list[list[float]]:
        rows = slice(block * BLOCK, (block + 1) * BLOCK)
        scenes = mix(self._steps[rows] + self._scene_stream)
        orders = np.arange(_ORDERS, dtype=np.uint64) * GAMMA
        own = NORMAL_TABLE[mix(scenes[:, None] + orders[None, :]) >> _SHIFT_48]
        z = self._scene_z[rows, None] + own
        made: list[list[float]] = (
            self._scene_median[rows, None] * np.exp(self._scene_sigma[rows, None] * z)
        ).tolist()
        _keep(self._scenes, block, made)
        return made


def _keep(blocks: dict[int, _Made], block: int, made: _Made) -> None:
    if len(blocks) >= _BLOCKS_KEPT:
        del blocks[next(iter(blocks))]
    blocks[block] = made
