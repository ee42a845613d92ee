"""How many points a calibration simulates: from a budget of minutes and a measured point, or as asked.

The plan is written once into the study's folder: a repeated command goes on with the same points, however quick the
machine is that day. Two machines may plan differently for one budget; ``--points`` gives the same everywhere.
"""

from __future__ import annotations

import math
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from experiments.calibrate.settings import Settings
from experiments.errors import UserError
from experiments.execution.reading import DamagedFile, read_json
from experiments.execution.results_folder import write_json

FILE = "plan.json"
SHARE_OF_FIRST = 0.45
"""Of all points; the first wave has the whole plausible box to fill."""
FITTING_S = 25.0
"""Seconds of fitting a wave, one thread: emulator, posterior sample and the choice of points (measured)."""
SAFETY = 0.9


@dataclass(frozen=True, slots=True)
class Plan:
    """Points of the first wave and of each later one; ``point_s`` seconds of one worker, None: not measured."""

    first: int
    later: int
    waves: int
    point_s: float | None
    budget_min: float | None

    @property
    def points(self) -> int:
        """Return the most points that all waves have together."""
        return self.first + self.later * (self.waves - 1)


def fewest_points(parameters: int) -> int:
    """Return the fewest points of a first wave: an emulator needs two more than it has parameters; four to spare."""
    return parameters + 6


def plan_of(points: int, parameters: int, waves: int, **about: float | None) -> Plan:
    """Share points among waves. Raises UserError if they are too few."""
    least = fewest_points(parameters)
    if points < least:
        msg = (
            f"{points} points are too few for {parameters} parameters: "
            f"the first wave alone needs {least}. Give more --points, or a longer --budget."
        )
        raise UserError(msg)
    number = max(1, min(waves, 1 + (points - least) // 4))
    first = max(least, round(SHARE_OF_FIRST * points)) if number > 1 else points
    later = (points - first) // (number - 1) if number > 1 else 0
    return Plan(first, later, number, about.get("point_s"), about.get("budget_min"))


def plan_for_budget(settings: Settings, parameters: int, point_s: float) -> Plan:
    """Return what fits the budget, given the seconds that a worker takes for a point.

    Raises UserError, naming the shortest budget, if too little fits.
    """
    replication_s = point_s / settings.replications
    fixed = (settings.anchor + settings.check) * replication_s / settings.workers + FITTING_S * settings.waves
    left = 60.0 * settings.budget_min * SAFETY - fixed
    points = int(left * settings.workers / point_s)
    least = fewest_points(parameters)
    if points < least:
        needed = (fixed + least * point_s / settings.workers) / SAFETY / 60.0
        msg = (
            f"--budget {settings.budget_min:g}: a point takes {point_s:.1f} s here, and {least} points are the "
            f"fewest that {parameters} parameters need. Give at least {math.ceil(needed)} minutes, or fewer --days."
        )
        raise UserError(msg)
    return plan_of(points, parameters, settings.waves, point_s=point_s, budget_min=settings.budget_min)


def kept_plan(folder: Path) -> Plan | None:
    """Return the plan that a folder was begun with, if it was."""
    try:
        return read_json(folder / FILE, Plan)
    except (FileNotFoundError, DamagedFile):
        return None  # it is made anew


def keep_plan(folder: Path, plan: Plan) -> None:
    """Write the plan into the folder."""
    write_json(folder / FILE, asdict(plan))


class Clock:
    """Seconds since it was made."""

    def __init__(self) -> None:
        """Start."""
        self._start = time.perf_counter()

    @property
    def seconds(self) -> float:
        """Return the seconds so far."""
        return time.perf_counter() - self._start
