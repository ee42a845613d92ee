"""On-call availability hour by hour, where a station's is known: the presence of its people that gives just that."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.decisions.pool_availability import availability_by_pump
from sim.world.fire import HOURS_OF_WEEK

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scenarios.schema.scenario import Scenario

F64 = NDArray[np.float64]
I8 = NDArray[np.int8]

DAYS = {
    "weekday": range(5),
    "weekend": range(5, 7),
    "monday": range(1),
    "tuesday": range(1, 2),
    "wednesday": range(2, 3),
    "thursday": range(3, 4),
    "friday": range(4, 5),
    "saturday": range(5, 6),
    "sunday": range(6, 7),
}
"""Which days of the week each field of a row means, Monday being 0; a later one goes before an earlier."""
_BISECTIONS = 50


def stated_hours(scenario: Scenario, station: str) -> F64 | None:
    """Return the share of time on the run (168,) stated of a station's on-call pumps, Monday 00 first.

    NaN in the hours of which nothing is stated; None for a station of which nothing is.
    """
    row = scenario.on_call_hours.get(station)
    if row is None:
        return None
    week = np.full((7, 24), np.nan)
    for name, days in DAYS.items():
        given: tuple[float, ...] | None = getattr(row, name)
        if given is not None:
            week[list(days)] = given
    return week.reshape(HOURS_OF_WEEK)


def presence_for(
    skill: I8, minima: Sequence[int], ba_needed: int, counted: Sequence[int], shares: F64
) -> F64:
    """Return the presence (k,) at which the mean over the ``counted`` pumps is on the run in ``shares`` (k,) of time.

    ``minima`` are the minimum crews of the pumps in rank order. NaN where not even everybody's presence gives it.
    """
    wanted, places = np.unique(shares, return_inverse=True)

    def reached(presence: F64) -> F64:
        by_pump = availability_by_pump(skill, presence, tuple(minima), ba_needed)
        return np.asarray(by_pump[:, list(counted)].mean(axis=1))

    low, high = np.zeros(wanted.size), np.ones(wanted.size)
    for _ in range(_BISECTIONS):
        middle = 0.5 * (low + high)
        short = reached(middle) < wanted
        low, high = np.where(short, middle, low), np.where(short, high, middle)
    found = np.where(wanted > reached(np.ones(1))[0] + 1e-9, np.nan, np.where(wanted > 0.0, high, 0.0))
    return np.asarray(found[places.reshape(-1)])
