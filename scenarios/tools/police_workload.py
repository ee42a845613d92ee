"""Work offered to police cars against cars on duty, by hour of the week: what a scenario asks before it is run.

``python -m scenarios.tools.police_workload [scenario]`` prints the table of ``docs/police_data.md``. It reckons with
mean times and with journeys that are given, not simulated, and with nobody waiting: a check of plausibility, no result.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scenarios.building.world import build_world
from scenarios.loading.load import load_scenario
from sim.world.fire import HOURS_OF_WEEK, World

F64 = NDArray[np.float64]
JOURNEY_MIN = (7.0, 14.0)  # with blue lights, without; of the order of simulated ones (assumption)
TO_CUSTODY_MIN = 15.0


@dataclass(frozen=True, slots=True, eq=False)
class Load:
    """By hour of the week, (168,): response cars busy if nothing waits, cars on duty, and those not RESERVED.

    ``specialist`` is the mean number of specialist cars busy, ``specialist_on_duty`` that on duty.
    """

    busy: F64
    on_duty: F64
    deployable: F64
    specialist: float
    specialist_on_duty: float
    incidents: F64  # attended an hour

    @property
    def utilisation(self) -> float:
        """Share of response cars' time on duty that the work takes."""
        return float(self.busy.sum() / self.on_duty.sum())


def offered_load(world: World) -> Load:
    """Return the load of a World with police.

    An incident that asks for two officers takes two cars unless the first is double crewed. Work is spread over
    the hours that follow its beginning, exponentially with its mean length.

    Raises:
        ValueError: the World has no police.

    """
    police = world.police
    if police is None:
        raise ValueError(f"the World {world.name!r} has no police")
    demand, units, rules = police.demand, police.units, police.rules
    there = (units.on_duty > 0).reshape(HOURS_OF_WEEK, 2, -1).mean(axis=1) * (1.0 - units.abstraction_share)
    free = (units.on_duty == 1).reshape(HOURS_OF_WEEK, 2, -1).mean(axis=1) * (1.0 - units.abstraction_share)
    response = units.police & ~units.support
    special = units.police & units.support & (world.units.capability & _asked(demand.capability) > 0)
    double = float(there[:, response & (units.officers == 2)].sum() / there[:, response].sum())
    hours = np.where(police.grades.blue_lights, *JOURNEY_MIN) + rules.turnout_median_min + rules.paperwork_min
    scene = demand.scene_median_min * np.exp(0.5 * demand.scene_sigma**2)[:, None]
    tied = rules.tied_up_median_min * np.exp(0.5 * rules.tied_up_sigma**2) + TO_CUSTODY_MIN
    cars = 1.0 + np.maximum(0.0, demand.officers - 1.0) * (1.0 - double)
    work_h = (cars * (hours + scene) + (demand.tied_up_share @ tied)[:, None]) / 60.0  # (M, G)
    per_hour = demand_per_hour(world)[:, :, None] * demand.grade_share[0][:, None, :]  # (M, 168, G)
    specialist = demand.capability >= 0
    load = np.einsum("mhg,mg->h", per_hour, np.where(specialist, 0.0, work_h))
    each_h = load.sum() / np.einsum("mhg,mg->", per_hour, np.where(specialist, 0.0, 1.0))
    return Load(
        busy=_spread(load, float(each_h)),
        on_duty=there[:, response].sum(axis=1),
        deployable=free[:, response].sum(axis=1),
        specialist=float(np.einsum("mhg,mg->", per_hour, np.where(specialist, work_h, 0.0))) / HOURS_OF_WEEK,
        specialist_on_duty=float(there[:, special].sum()) / HOURS_OF_WEEK,
        incidents=per_hour.sum(axis=(0, 2)),
    )


def demand_per_hour(world: World) -> F64:
    """Return the incidents an hour that the police attend, (M, 168), over a mean month."""
    assert world.police is not None
    demand = world.demand
    share = demand.attended_share * world.police.demand.attended_share
    rate: F64 = (demand.per_year * share / (365.0 * 24.0))[:, None] * demand.hour_of_week
    return rate


def _asked(capability: NDArray[np.int8]) -> int:
    return sum(1 << int(c) for c in np.unique(capability) if c >= 0)


def _spread(load: F64, mean_h: float) -> F64:
    """Return the cars busy in each hour for work (hours) that begins in each, round the week."""
    left = np.exp(-np.arange(HOURS_OF_WEEK) / mean_h)
    weight = left / left.sum()
    return np.array([sum(weight * load[(h - np.arange(HOURS_OF_WEEK)) % HOURS_OF_WEEK]) for h in range(168)])


def table(load: Load) -> str:
    """Return the load by hour of the day over the week as text."""
    rows = [" hour  incidents  busy  on duty  deployable  busy/on duty"]
    by_hour = [
        each.reshape(7, 24).mean(axis=0)
        for each in (load.incidents, load.busy, load.on_duty, load.deployable)
    ]
    for hour, (n, busy, there, free) in enumerate(zip(*by_hour, strict=True)):
        rows.append(f"{hour:5d} {n:10.1f} {busy:5.0f} {there:8.0f} {free:11.0f} {busy / there:13.0%}")
    n, busy, there, free = (each.mean() for each in by_hour)
    rows.append(f" mean {n:10.1f} {busy:5.0f} {there:8.0f} {free:11.0f} {load.utilisation:13.0%}")
    rows.append(f"specialists: {load.specialist:.1f} of {load.specialist_on_duty:.1f} busy")
    return "\n".join(rows) + "\n"


if __name__ == "__main__":
    sys.stdout.write(
        table(offered_load(build_world(load_scenario((sys.argv[1:] or ["police-baseline"])[0]))))
    )
