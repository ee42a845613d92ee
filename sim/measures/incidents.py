"""What the figures of both services ask of the incidents' table: when, and which response came first."""

from __future__ import annotations

import numpy as np

from sim.log.tables import Log
from sim.world.fire import F64, I64, SLOT_MIN, World


def slot_of(world: World, time_min: F64) -> I64:
    """Return the roster slot of each simulated minute; times past the calendar's end fall in its last slot."""
    slots = np.nan_to_num(time_min / SLOT_MIN, nan=0.0).astype(np.int64)
    return np.clip(slots, 0, world.calendar.hour.size - 1)


def first_rows(log: Log, first_unit: str) -> I64:
    """Return the response row (n,) of each incident's first unit to arrive, −1 where none did.

    ``first_unit`` is the column that names the unit: ``first_unit`` (pumps) or ``police_first_unit``.
    """
    responses, incidents = log.responses, log.incidents
    rows = np.full(incidents["time_min"].size, -1, dtype=np.int64)
    mine = responses["unit"] == incidents[first_unit][responses["incident"]]
    candidates = np.flatnonzero(mine & ~np.isnan(responses["arrived_min"]))
    order = np.lexsort(
        (-candidates, -responses["arrived_min"][candidates], responses["incident"][candidates])
    )
    latest_first = candidates[order]
    rows[responses["incident"][latest_first]] = latest_first  # the earliest is written last, and stays
    return rows
