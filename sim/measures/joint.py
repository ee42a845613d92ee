"""Incidents that fire and police answer together: how many, and the time until both are there.

Some of them are graded so low that the police come hours later, by design: ``urgent`` figures are of those with the
most urgent grade, and they say how the services work together.
"""

from __future__ import annotations

import numpy as np

from sim.log.tables import Log
from sim.measures.fire.select import View
from sim.measures.grouping import Table, group_mean, group_quantiles, mean, quantile, ratio
from sim.world.fire import F64, Bool, World


def has_fire(world: World) -> bool:
    """Say whether the fire service is in the World."""
    return world.police is None or bool(np.any(world.police.demand.fire_attends))


def is_joint(world: World) -> bool:
    """Say whether fire and police are both in the World."""
    return world.police is not None and has_fire(world)


def joint_incidents(seen: View) -> Bool:
    """Return the incidents (n,) that ask for a pump and have a police grade, among those fire counts."""
    marked: Bool = seen.counted & (seen.log.incidents["grade"] >= 0)
    return marked


def both_there_min(log: Log) -> F64:
    """Return answered to both services at the scene (n,), minutes; NaN where one never came."""
    incidents = log.incidents
    later = np.maximum(incidents["first_pump_min"], incidents["police_first_min"])
    minutes: F64 = later - incidents["time_min"]
    return minutes


def joint_values(seen: View) -> dict[str, float]:
    """Return the joint figures by name."""
    incidents = seen.log.incidents
    joint = joint_incidents(seen)
    either = seen.counted | (
        (incidents["grade"] >= 0)
        & seen.world.cells.inside[incidents["cell"]]
        & (incidents["time_min"] < seen.log.horizon_min)
    )
    count, whole = int(np.count_nonzero(joint)), int(np.count_nonzero(either))
    fire_attended = int(np.count_nonzero(seen.counted))
    both = both_there_min(seen.log)
    reached = joint & ~np.isnan(both)
    minutes = both[reached]
    urgent = incidents["grade"] == 0
    gap = (incidents["police_first_min"] - incidents["first_pump_min"])[reached & urgent]
    undefined = float("nan")
    return {
        "joint.incidents": count / max(seen.years, 1e-12),
        "joint.share_of_all": count / whole if whole else undefined,
        "joint.share_of_fire": count / fire_attended if fire_attended else undefined,
        "joint.both_there.mean_s": 60.0 * mean(minutes),
        "joint.both_there.median_s": 60.0 * quantile(minutes, 0.5),
        "joint.both_there.p90_s": 60.0 * quantile(minutes, 0.9),
        "joint.urgent.share": float(np.mean(urgent[joint])) if count else undefined,
        "joint.urgent.both_there.mean_s": 60.0 * mean(both[reached & urgent]),
        "joint.urgent.both_there.median_s": 60.0 * quantile(both[reached & urgent], 0.5),
        "joint.urgent.both_there.p90_s": 60.0 * quantile(both[reached & urgent], 0.9),
        "joint.urgent.waiting_for_second.mean_s": 60.0 * mean(np.abs(gap)),
        "joint.urgent.police_first": float(np.mean(gap < 0.0)) if gap.size else undefined,
        "joint.both_came": np.count_nonzero(reached) / count if count else undefined,
    }


def joint_table(seen: View) -> Table:
    """Return ``joint_by_type``: by incident type, joint incidents of the run and times in seconds."""
    incidents, size = seen.log.incidents, len(seen.world.demand.key)
    joint = joint_incidents(seen)
    kind = seen.kind.astype(np.int64)
    both = both_there_min(seen.log)
    of, call = kind[joint], incidents["time_min"]
    count = np.bincount(of, minlength=size)
    median = group_quantiles(of, both[joint], (0.5,), size)[0]
    urgent = incidents["grade"] == 0
    first = incidents["police_first_min"] < incidents["first_pump_min"]
    came = joint & urgent & ~np.isnan(both)
    rows = np.flatnonzero(count)
    columns = {
        "incidents": count,
        "urgent": np.bincount(kind[joint & urgent], minlength=size),
        "both_there_median_s": 60.0 * median,
        "urgent_both_there_mean_s": 60.0 * group_mean(kind[joint & urgent], both[joint & urgent], size),
        "first_pump_mean_s": 60.0 * group_mean(of, (incidents["first_pump_min"] - call)[joint], size),
        "urgent_police_mean_s": 60.0
        * group_mean(kind[joint & urgent], (incidents["police_first_min"] - call)[joint & urgent], size),
        "urgent_police_first": ratio(
            np.bincount(kind[came & first], minlength=size), np.bincount(kind[came], minlength=size)
        ),
    }
    table: Table = {"type": np.array([seen.world.demand.key[int(row)] for row in rows], dtype=np.str_)}
    return table | {name: column[rows] for name, column in columns.items()}
