"""Diversions: units taken off less urgent work, for whom, and what became of the work they left."""

from __future__ import annotations

import numpy as np

from sim.measures.grouping import Table
from sim.measures.police.select import PoliceView
from sim.world.codes import Outcome, Reason


def diversion_values(seen: PoliceView) -> dict[str, float]:
    """Return the diversion figures by name.

    A diversion is one unit taken off one job; the share is of incidents of the most urgent grade to which such
    a unit was sent.
    """
    responses, incidents = seen.log.responses, seen.log.incidents
    per_year = 1.0 / max(seen.years, 1e-12)
    left = (responses["outcome"] == Outcome.DIVERTED) & seen.counted[responses["incident"]]
    at_scene = left & ~np.isnan(responses["arrived_min"])
    sent = responses["incident"][responses["reason"] == Reason.DIVERTED]
    given = np.zeros(seen.counted.size, dtype=np.bool_)
    given[sent] = True
    urgent = seen.counted & (seen.grade == 0)
    emergencies = int(np.count_nonzero(urgent))
    jobs, count = seen.counted & (incidents["diversions"] > 0), int(np.count_nonzero(left))
    undefined = float("nan")
    return {
        "police.diversions": count * per_year,
        "police.diversions.at_scene": np.count_nonzero(at_scene) / count if count else undefined,
        "police.diversions.emergency_share": (
            np.count_nonzero(urgent & given) / emergencies if emergencies else undefined
        ),
        "police.diversions.jobs": float(np.count_nonzero(jobs)) * per_year,
        "police.diversions.jobs_twice": float(np.count_nonzero(seen.counted & (incidents["diversions"] > 1)))
        * per_year,
    }


def diversion_table(seen: PoliceView) -> Table:
    """Return ``police_diversions``: by the grade of the work left, diversions and jobs of the run."""
    responses, incidents = seen.log.responses, seen.log.incidents
    left = np.flatnonzero((responses["outcome"] == Outcome.DIVERTED) & seen.counted[responses["incident"]])
    grades = seen.police.grades.key
    of = seen.grade[responses["incident"][left]]
    arrived = ~np.isnan(responses["arrived_min"][left])
    size = len(grades)
    counted = np.where(seen.counted, seen.grade, 0)
    times = incidents["diversions"]
    return {
        "grade": np.array(grades, dtype=np.str_),
        "diversions": np.bincount(of, minlength=size),
        "on_the_way": np.bincount(of[~arrived], minlength=size),
        "from_scene": np.bincount(of[arrived], minlength=size),
        "jobs": np.bincount(counted[seen.counted & (times > 0)], minlength=size),
        "jobs_twice": np.bincount(counted[seen.counted & (times > 1)], minlength=size),
    }
