"""First attendance by hour block, as sums that can be added and subtracted without loss."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from sim.log.tables import Log
from sim.measures.fire.select import view
from sim.world.fire import World

BLOCKS = {"night": (0, 6), "morning": (6, 12), "afternoon": (12, 18), "evening": (18, 24)}
"""Local hours of the call, from and to."""
WITHIN_MIN = 15.0
Sums = dict[str, dict[str, float]]


@dataclass(frozen=True, slots=True)
class Attendance:
    """Share within 15 minutes (a pump that never came is not within) and mean of the life-threatening, seconds."""

    within: float
    plt_s: float


def block_sums(world: World, log: Log) -> Sums:
    """Return of each block: incidents, those within 15 minutes, life-threatening ones reached and their seconds."""
    seen = view(world, log)
    hour = world.calendar.hour[seen.slot]
    sums: Sums = {}
    for name, (start, end) in BLOCKS.items():
        chosen = seen.counted & (hour >= start) & (hour < end)
        minutes = seen.attendance_min[chosen]
        plt = seen.attendance_min[chosen & log.incidents["plt"]]
        reached = plt[~np.isnan(plt)]
        sums[name] = {
            "incidents": float(minutes.size),
            "within": float(np.count_nonzero(minutes <= WITHIN_MIN)),
            "plt": float(reached.size),
            "plt_s": 60.0 * math.fsum(reached.tolist()),
        }
    return sums


def attendance(sums: Sums, block: str) -> Attendance:
    """Return the figures of one block, or of the whole day ("day"); NaN where there is no such incident."""
    names = list(BLOCKS) if block == "day" else [block]
    total = {
        key: math.fsum(sums[name][key] for name in names) for key in ("incidents", "within", "plt", "plt_s")
    }
    return Attendance(
        total["within"] / total["incidents"] if total["incidents"] else math.nan,
        total["plt_s"] / total["plt"] if total["plt"] else math.nan,
    )
