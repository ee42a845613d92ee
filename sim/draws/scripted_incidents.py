"""Scripted incidents: put among those drawn, in the order of time. Nobody else's draws move."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
from numpy.typing import NDArray

from sim.draws.incidents import DAY_BITS, SERIAL_BITS, SERIALS, Incidents, type_hash
from sim.draws.keys import normals, streams
from sim.world.fire import F64, SLOT_MIN, Scripted, World

U64 = NDArray[np.uint64]


def with_scripted(world: World, drawn: Incidents, seed: int, replication: int) -> Incidents:
    """Return the incidents drawn and the world's scripted ones, sorted by (time_min, key).

    Call handling, traffic and time at scene of a scripted incident are drawn by its name. Its key has the type's
    hash, its local day, and a serial from the end: the last of the day for the first by name.
    """
    script = world.demand.scripted
    if script is None or not script.key:
        return drawn
    timings = world.timings

    def normal(purpose: str) -> F64:
        names = streams(seed, replication, f"scripted incident {purpose}", script.key)
        return normals(names, np.zeros(len(script.key), dtype=np.int64))

    own = Incidents(
        key=_keys(world, script),
        type=script.type,
        cell=script.cell,
        time_min=script.time_min,
        plt=script.plt,
        late_call=np.zeros(len(script.key), dtype=np.bool_),
        variant=script.variant,
        handling_min=(
            timings.handling_median(script.type) * np.exp(timings.handling_sigma * normal("handling"))
        ).astype(np.float32),
        traffic=np.exp(timings.traffic_sigma * normal("traffic")).astype(np.float32),
        scene_z=normal("scene").astype(np.float32),
        makeup_pumps=script.makeup_pumps,
        makeup_after_min=script.makeup_after_min,
        scene_median_min=_scene_median(world, script),
    )
    return _merged(drawn, own)


def _keys(world: World, script: Scripted) -> U64:
    slots = (script.time_min // SLOT_MIN).astype(np.int64)
    days = world.calendar.day[slots].tolist()
    kinds = script.type.tolist()
    keys = np.zeros(len(script.key), dtype=np.uint64)
    used: dict[tuple[int, int], int] = {}
    for row in sorted(range(len(script.key)), key=lambda row: script.key[row]):
        place = (kinds[row], days[row])
        used[place] = used.get(place, 0) + 1
        serial = SERIALS - used[place]
        kind = type_hash(world.demand.key[kinds[row]])
        keys[row] = np.uint64(kind << (DAY_BITS + SERIAL_BITS) | days[row] << SERIAL_BITS | serial)
    return keys


def _scene_median(world: World, script: Scripted) -> NDArray[np.float32]:
    usual = world.demand.scene_median_min[script.type]
    own: NDArray[np.float32] = np.where(np.isnan(script.scene_median_min), usual, script.scene_median_min)
    return own.astype(np.float32)


def _merged(drawn: Incidents, own: Incidents) -> Incidents:
    both = {f.name: np.concatenate([getattr(drawn, f.name), getattr(own, f.name)]) for f in fields(drawn)}
    order = np.lexsort((both["key"], both["time_min"]))
    return Incidents(**{name: values[order] for name, values in both.items()})
