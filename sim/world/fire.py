"""The World: a scenario compiled to integer-indexed arrays. Built once, shared by all replications.

Index letters in shapes: C cells, S sites (stations, own and neighbours'), P = C + S places (cells first),
U units (appliances), Q pools of people, R people, M incident types, V attendance variants, N road nodes,
B travel bands, T slots of the roster.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.world.police import Police
from sim.world.travel import Travel

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
I8 = NDArray[np.int8]
I16 = NDArray[np.int16]
I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
Bool = NDArray[np.bool_]

SLOT_MIN = 30.0
"""Length of a roster slot, minutes: crewing is constant within a slot (declared availability is booked in
half hours; assumption)."""

HOURS_OF_WEEK = 168


@dataclass(frozen=True, slots=True, eq=False)
class Calendar:
    """Local time of every roster slot.

    ``hour_of_week`` (T,) is 0 on Monday 00:00 local time; a bank holiday reads as a Sunday. ``month`` (T,) is
    1..12; ``day`` (T,) counts local days from the start; ``hour`` (T,) is the local hour 0..23. The clock
    changes of spring and autumn are in the tables: simulated minutes are elapsed minutes.
    """

    start: str  # ISO date of simulated minute 0 (local midnight)
    horizon_min: float
    hour_of_week: I16
    month: I8
    day: I32
    hour: I8
    year_days: float = 365.0
    timezone: str = "Europe/London"


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """Demand cells, C of them. Populations in persons, areas in km², coordinates in EPSG:27700 metres."""

    easting_m: F64
    northing_m: F64
    population: F64
    district: I16
    district_names: tuple[str, ...]
    settlement: I32
    settlement_names: tuple[str, ...]
    urban: Bool
    inside: Bool  # False: over the border


@dataclass(frozen=True, slots=True, eq=False)
class Sites:
    """Stations, S of them: the service's own and the neighbours'."""

    key: tuple[str, ...]
    name: tuple[str, ...]
    service: tuple[str, ...]
    own: Bool
    core: Bool  # strategic station, kept covered by cover policies
    district: I16  # index into Cells.district_names, −1 for a neighbour's
    easting_m: F64
    northing_m: F64
    cover_group: I16 | None = None  # core stations of which one must be covered; −1 or None: by itself


@dataclass(frozen=True, slots=True, eq=False)
class Units:
    """Appliances, U of them, in the order of their keys' first appearance in the scenario."""

    key: tuple[str, ...]
    site: I32
    own: Bool
    pump: Bool
    capability: I64  # bit mask over World.capability_names
    minimum_crew: I8
    preferred_crew: I8  # riders taken when they are to be had
    pool: I32  # (U,) first pool it is crewed from, −1 for a neighbour's
    fallback_pool: I32  # (U,) pool used while the first has no crew on duty, −1 for none
    rank: I8  # which of its station's appliances it is: 0 is crewed first
    immediate_turnout_min: F32  # (U, 2) median by day and night with crew on station
    immediate_sigma: F32  # (U,) lognormal sigma
    on_call_turnout_min: F32  # (U,) control's estimate for a crew that must muster
    mechanical_per_year: F32  # changeovers a year
    mechanical_min: F32  # (U, 2) shortest and longest, uniform
    neighbour_availability: F32  # (U,) share of time available to lend; NaN for own
    neighbour_immediate: Bool  # a neighbour's appliance with crew on station
    neighbour_block_h: float = 4.0  # mean hours for which a neighbour's appliance stays (un)available


@dataclass(frozen=True, slots=True, eq=False)
class People:
    """People who crew, R of them, and their Q pools; people of one pool are contiguous."""

    key: tuple[str, ...]
    pool_key: tuple[str, ...]
    pool_site: I32  # (Q,)
    pool_duty: I8  # (Q,) Duty
    pool_start: I32  # (Q + 1,)
    skill: I8  # (R,) Skill bits
    watch: I8  # (R,) 0..3 wholetime, −1 otherwise
    muster_min: F32  # (R,) median minutes from alert to being ready at the station, on-call
    presence: F32  # (R, 168) probability of being available in an hour of the week (on duty, for wholetime)
    block_h: F32  # (R,) mean length of a declared block, hours
    muster_sigma: float  # lognormal sigma of one muster
    ba_needed: int = 2  # breathing apparatus wearers on a pump, besides its officer and its driver


@dataclass(frozen=True, slots=True, eq=False)
class Scripted:
    """Incidents that happen in every replication, K of them, besides those that are drawn."""

    key: tuple[str, ...]
    type: I16  # (K,)
    cell: I32  # (K,)
    time_min: F64  # (K,) of the call
    plt: Bool  # (K,)
    variant: I32  # (K,) own attendance, behind those of the types
    makeup_pumps: I16  # (K,)
    makeup_after_min: F32  # (K,)
    scene_median_min: F32  # (K,) NaN: the type's


@dataclass(frozen=True, slots=True, eq=False)
class Demand:
    """Incident types, M of them, and where and when they happen."""

    key: tuple[str, ...]
    per_year: F64  # (M,) calls a year over all cells; ``attended_share`` of them are incidents
    hour_of_week: F64  # (M, 168) factors, mean 1
    month: F64  # (M, 12) factors, mean 1 weighted by days
    cell_share: F64  # (M, C) sums to 1
    plt_share: F64  # (M,) share potentially life-threatening
    late_call_share: F64  # (M,) share excluded by the Home Office rule as late calls
    primary_fire: Bool  # (M,) Home Office primary fire
    property_fire: Bool  # (M,) fire in a dwelling or another building
    group: tuple[str, ...]  # (M,) fire | false_alarm | special_service | over_border
    attended_share: F64  # (M,) share of calls that get an attendance
    over_border: Bool  # (M,) a neighbour's incident, one own appliance asked for
    scene_median_min: F64  # (M,) per appliance
    scene_sigma: F64  # (M,)
    makeup_share: F64  # (M,)
    makeup_pumps_mean: F64  # (M,) mean extra pumps when made up (geometric)
    makeup_after_min: F64  # (M,) median minutes after first arrival
    variant_start: I32  # (M + 1,) into the variants
    variant_share: F64  # (V,) sums to 1 within a type
    variant_name: tuple[str, ...]
    variant_pumps: I8  # (V,)
    variant_capabilities: tuple[tuple[int, ...], ...]  # (V,) capability index of each special asked for
    day_factor: F64 | None = None  # (M, local days) on the calls of single days; None: 1
    scripted: Scripted | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Timings:
    """Times that belong to control and to the roads. Minutes; sigmas are of a lognormal."""

    handling_median_min: float
    handling_sigma: float
    traffic_sigma: float  # one factor an incident: weather, traffic, finding the address
    journey_sigma: float  # one factor a response
    failure_per_response: float  # probability that an alert does not reach the appliance
    failure_found_min: float  # minutes until control notices and sends another
    standby_turnout_min: float  # alert to moving, for a crew waiting or returning in its cab
    return_factor: float  # minutes of a way without blue lights over minutes with
    day_hours: tuple[int, int]  # local hours [from, to) in which the day turnout holds
    handling_factor: F64 | None = None  # (M,) on the median call handling, by incident type; None: 1

    def handling_median(self, kind: NDArray[np.integer[Any]]) -> F64:
        """Return the median call handling (minutes) of incidents of the types ``kind``, of its shape."""
        if self.handling_factor is None:
            return np.full(kind.shape, self.handling_median_min)
        median: F64 = self.handling_median_min * self.handling_factor[kind]
        return median


@dataclass(frozen=True, slots=True, eq=False)
class Rules:
    """Named policies and their parameters."""

    dispatch: str
    cover: str
    cover_parameters: dict[str, float]
    neighbours_help: bool
    queue_when_none: bool  # False: an incident that finds nothing free is lost (loss systems)
    gauge_hours: tuple[int, ...]
    gauge_target: int


@dataclass(frozen=True, slots=True, eq=False)
class World:
    """Everything that a replication needs and no replication changes."""

    name: str
    digest: str
    calendar: Calendar
    cells: Cells
    sites: Sites
    units: Units
    people: People
    demand: Demand
    timings: Timings
    rules: Rules
    travel: Travel
    capability_names: tuple[str, ...]
    police: Police | None = None  # None: a fire service only
