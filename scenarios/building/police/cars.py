"""Police cars: one unit for each car of each shift, its half hours on duty, and where it patrols.

The number of cars on duty is a lever of the fit, so it need not be whole: of 6.4 cars six are always planned and
the seventh in 0.4 of its shifts. No unit's name, and so nobody's draws, changes with the number of others.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.world.fire import Sites, Units
from sim.world.police import PoliceUnits

if TYPE_CHECKING:
    from scenarios.schema.police import CarPattern, Police, Shift
    from scenarios.schema.scenario import Scenario

I8 = NDArray[np.int8]
I32 = NDArray[np.int32]
F64 = NDArray[np.float64]

SLOTS_OF_DAY, SLOTS_OF_WEEK = 48, 336
OFF, ON, RESERVED = 0, 1, 2
MEALS_APART = 6  # cars of one row take their meals in so many turns of half an hour
FORCE_REACH_M = 15_000.0  # a car of the whole force patrols the places within so far of its base (assumption)
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True, slots=True)
class Car:
    """One car of one shift before it is a unit; ``turn`` counts the cars of its row and size."""

    key: str
    row: CarPattern
    officers: int
    turn: int
    planned: float  # share of its shifts for which it is planned at all


def cars_of(police: Police) -> Iterator[Car]:
    """Yield every car, in the order of the rows: single crewed first."""
    for key, row in police.cars.items():
        night = police.night_cars_factor if police.shifts[row.shift].night else 1.0
        for officers, letter, number in ((1, "s", row.single_cars), (2, "d", row.double_cars)):
            expected = number * police.cars_factor * night
            for i in range(math.ceil(expected - 1e-9)):
                yield Car(f"{key}-{letter}{i + 1}", row, officers, i, min(1.0, expected - i))


def build_police_units(scenario: Scenario, capability_names: tuple[str, ...], sites: Sites) -> Units:
    """Return the cars as units; they have no pool of people."""
    assert scenario.police is not None
    police = scenario.police
    cars = list(cars_of(police))
    n = len(cars)
    dispatch = police.dispatch
    officers = np.array([car.officers for car in cars], dtype=np.int8)
    return Units(
        key=tuple(car.key for car in cars),
        site=np.array([sites.key.index(f"base-{car.row.base}") for car in cars], dtype=np.int32),
        own=np.ones(n, dtype=np.bool_),
        pump=np.zeros(n, dtype=np.bool_),
        capability=np.array(
            [sum(1 << capability_names.index(c) for c in car.row.capabilities) for car in cars],
            dtype=np.int64,
        ),
        minimum_crew=officers,
        preferred_crew=officers,
        pool=np.full(n, -1, dtype=np.int32),
        fallback_pool=np.full(n, -1, dtype=np.int32),
        rank=np.zeros(n, dtype=np.int8),
        immediate_turnout_min=np.full((n, 2), dispatch.turnout_median_s / 60.0, dtype=np.float32),
        immediate_sigma=np.full(n, dispatch.turnout_sigma, dtype=np.float32),
        on_call_turnout_min=np.full(n, dispatch.turnout_median_s / 60.0, dtype=np.float32),
        mechanical_per_year=np.zeros(n, dtype=np.float32),
        mechanical_min=np.zeros((n, 2), dtype=np.float32),
        neighbour_availability=np.full(n, np.nan, dtype=np.float32),
        neighbour_immediate=np.zeros(n, dtype=np.bool_),
        neighbour_block_h=scenario.neighbour.block_h,
    )


def build_police_part(scenario: Scenario, sites: Sites, fire_units: int) -> PoliceUnits:
    """Return what police units are besides, over all units: the first ``fire_units`` are the fire service's."""
    assert scenario.police is not None
    police = scenario.police
    cars = list(cars_of(police))
    names = list(police.districts)
    patrols = [_patrol(scenario, car, sites) for car in cars]
    counts = [0] * fire_units + [len(place) for place, _ in patrols]

    def padded(values: list[float], fill: float, dtype: type[np.generic]) -> NDArray[np.generic]:
        return np.array([fill] * fire_units + values, dtype=dtype)

    duty = np.zeros((SLOTS_OF_WEEK, fire_units + len(cars)), dtype=np.int8)
    for i, car in enumerate(cars):
        duty[:, fire_units + i] = on_duty(police.shifts[car.row.shift], car.turn)
    away = [1.0 - car.planned * (1.0 - _abstraction(police, car.row)) for car in cars]
    return PoliceUnits(
        police=padded([True] * len(cars), False, np.bool_).astype(np.bool_),
        district=padded(
            [names.index(c.row.district) if c.row.district else -1 for c in cars], -1, np.int16
        ).astype(np.int16),
        officers=padded([car.officers for car in cars], 0, np.int8).astype(np.int8),
        support=padded([car.row.role != "response" for car in cars], False, np.bool_).astype(np.bool_),
        patrol_start=np.concatenate([[0], np.cumsum(counts)]).astype(np.int32),
        patrol_site=np.concatenate([np.empty(0, dtype=np.int32), *(place for place, _ in patrols)]),
        patrol_share=np.concatenate([np.empty(0), *(share for _, share in patrols)]),
        on_duty=duty,
        abstraction_share=padded(away, 0.0, np.float64).astype(np.float64),
    )


def _abstraction(police: Police, row: CarPattern) -> float:
    return police.abstraction_share if row.abstraction_share is None else row.abstraction_share


def on_duty(shift: Shift, turn: int) -> I8:
    """Return 0, 1 or 2 (for emergencies only) for each half hour of the week, (336,), of the ``turn``-th car.

    Cars take turns among the shift's starts, and at their meals.
    """
    start = round(2.0 * shift.starts[turn % len(shift.starts)])
    day = np.full(round(2.0 * shift.length_h), ON, dtype=np.int8)
    meal = round(2.0 * shift.meal_after_h) + turn % MEALS_APART
    day[meal : meal + _slots(shift.meal_min)] = RESERVED
    day[: _slots(shift.briefing_min)] = RESERVED
    day[len(day) - _slots(shift.closing_min) :] = RESERVED
    week = np.zeros(SLOTS_OF_WEEK, dtype=np.int8)
    for name in shift.days:
        slots = DAYS.index(name) * SLOTS_OF_DAY + start + np.arange(len(day))
        week[slots % SLOTS_OF_WEEK] = day
    return week


def _slots(minutes: float) -> int:
    return round(minutes / 30.0)


def _patrol(scenario: Scenario, car: Car, sites: Sites) -> tuple[I32, F64]:
    """Return the sites between which a car patrols and their shares: its district's places, or near its base."""
    assert scenario.police is not None
    base = sites.key.index(f"base-{car.row.base}")
    places = {
        sites.key.index(f"place-{key}"): each
        for key, each in scenario.police.places.items()
        if each.weight > 0.0
    }
    if car.row.role == "specialist":
        chosen = {}
    elif car.row.district:
        chosen = {s: each.weight for s, each in places.items() if each.district == car.row.district}
    else:
        away = np.hypot(sites.easting_m - sites.easting_m[base], sites.northing_m - sites.northing_m[base])
        chosen = {s: each.weight for s, each in places.items() if away[s] <= FORCE_REACH_M}
    if not chosen:
        return np.array([base], dtype=np.int32), np.ones(1)
    weights = np.array(list(chosen.values()))
    return np.array(list(chosen), dtype=np.int32), weights / weights.sum()
