"""The police part of the World: grades, units, districts, control room. Frozen arrays.

Index letters besides those of ``sim.world.fire``: G grades (most urgent first), D policing districts, K periods of
the grading table, F places where a unit may be tied up (custody suites, hospitals).
Police units are rows of ``Units`` (pump False, pool −1), their shifts are modes of the roster, their bases and
patrol places are sites; police incidents are incidents of ``Demand`` types.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
I8 = NDArray[np.int8]
I16 = NDArray[np.int16]
I32 = NDArray[np.int32]
Bool = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Grades:
    """How urgently an incident is answered, and what that allows.

    The queue is served in the order of the index, then by age. Attendance targets are data of the standards,
    kept here too because the measures count "met" by grade: ``target_min`` (G, 2) is rural, urban; inf where
    the grade promises no time.
    """

    key: tuple[str, ...]  # such as emergency, priority, routine
    blue_lights: Bool  # (G,)
    diverts: Bool  # (G,) may take a unit off work of a divertible grade that is lower
    divertible: Bool  # (G,) its work may be left for a grade that diverts
    eligible_districts: (
        Bool  # (G, D, D) incident's district, unit's district: whether such a unit may be sent at once
    )
    wider_after_min: F64  # (G,) minutes in the queue after which a unit of any district may be sent
    support_units: Bool  # (G,) cars that are not for response (armed, dogs, community) may be sent
    delay_median_min: F64  # (G,) from grading to being open for assignment ("task, not ask"), lognormal
    delay_sigma: F64  # (G,)
    hours: I8  # (G, 2) local hours [from, to) in which it is assigned; (0, 24) always
    target_min: F64  # (G, 2) rural, urban; from the call's answer to the first unit's arrival


@dataclass(frozen=True, slots=True, eq=False)
class PoliceDemand:
    """What the police part of each incident type asks for; row of −1 / zeros for types the police do not attend.

    ``grade_share`` (K, M, G) sums to 1 over the grades; period k holds from local day ``grade_from_day[k]``.
    """

    attends: Bool  # (M,) whether the police attend (fire-only types: False)
    attended_share: F64  # (M,) of a fire type: share that the police attend too; 1 for police types
    fire_attends: Bool  # (M,) whether the fire service attends (both True: answered jointly)
    high_harm: Bool  # (M,) one of the force's high-harm crime types
    crime: tuple[str, ...]  # (M,) heading of the published table, "" for the others
    grade_from_day: I32  # (K,) ascending, first 0
    grade_share: F64  # (K, M, G)
    officers: F64  # (M, G) mean officers asked for: one, or two with probability officers − 1
    capability: I8  # (M, G) capability index asked of the first unit, −1 for any response unit
    scene_median_min: F64  # (M, G) time at the scene of a unit
    scene_sigma: F64  # (M,)
    delay_factor: F64  # (M, G) on the grade's delay: specialists are longer by design
    tied_up_share: F64  # (M, 2) probability that the first unit must then go to custody, to a hospital
    timed_share: F64  # (M,) share of attended incidents whose response time the force could publish
    by_999: F64  # (M, G) share whose call came by 999, the rest by 101


@dataclass(frozen=True, slots=True, eq=False)
class PoliceUnits:
    """What a police unit is besides a row of ``Units``; arrays (U,) over all units, fire's rows unused."""

    police: Bool
    district: I16  # policing district, −1 for force-wide cars
    officers: I8  # 1 single crewed, 2 double crewed
    support: Bool  # not for response: goes to grades with ``support_units`` only
    patrol_start: I32  # (U + 1,) into patrol_site: places between which it patrols; base alone if none
    patrol_site: I32  # site
    patrol_share: F64  # sums to 1 within a unit
    on_duty: (
        I8  # (336, U) by half hour of the week: 0 off, 1 on, 2 on for emergencies only (briefing, meal, end)
    )
    abstraction_share: F64  # (U,) chance that the car is not put out in a shift (sickness, training, posts)


@dataclass(frozen=True, slots=True, eq=False)
class Abstraction:
    """A share of the units of some districts is away on local days [first, last], hours of the day [from, to)."""

    name: str
    first_day: int
    last_day: int
    hours: tuple[int, int]
    share: float
    districts: tuple[int, ...]  # empty: all


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """Telephone lines of the control room: row 0 is 999, row 1 is 101. Rates are calls an hour."""

    other_per_hour: F64  # (2, 168) calls that bring no incident, by hour of the week
    month: F64  # (2, 12) factors on them, mean 1
    handlers: I16  # (168,) call handlers on duty
    kept_for_999: int  # handlers who take no 101 call
    handle_mean_min: F64  # (2,) exponential
    patience_mean_min: F64  # (2,) exponential: when a caller gives up
    redial_min: float  # a caller who gave up on an incident calls again after this many minutes
    answer_target_s: F64  # (2,)


@dataclass(frozen=True, slots=True, eq=False)
class PoliceRules:
    """Parameters of the dispatch."""

    blue_factor: (
        float  # minutes of a police car on blue lights over those of ``World.travel`` (an appliance's)
    )
    ordinary_factor: float  # minutes without blue lights over those of ``World.travel``
    turnout_median_min: float
    turnout_sigma: float
    divert: bool  # False: nothing is ever diverted
    committed_min: float  # a unit at a scene may be diverted after this many minutes there
    divert_gain_min: (
        float  # a divertible unit is taken only if it is quicker than a free one by more than this
    )
    tied_up_median_min: F64  # (2,) at custody, at a hospital
    tied_up_sigma: F64  # (2,)
    tied_up_sites: tuple[I32, I32]  # sites of custody suites, of hospitals; the nearest is used
    paperwork_min: float  # after a job, before the unit is free again


@dataclass(frozen=True, slots=True, eq=False)
class Police:
    """Everything that is police's own in a World."""

    grades: Grades
    demand: PoliceDemand
    units: PoliceUnits
    rules: PoliceRules
    district_names: tuple[str, ...]
    district_of_cell: I16  # (C,) policing district, −1 outside
    lines: Lines | None
    abstractions: tuple[Abstraction, ...] = ()
