"""What a scenario may say of the police: grades, cars and their shifts, districts, demand, control room.

Everything stands in the section ``police``; its tables are the files ``police_*.csv`` of a service's folder.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from scenarios.schema.base import (
    Day,
    Factor,
    Flag,
    Hour,
    Hours,
    Latitude,
    Longitude,
    Model,
    MonthProfile,
    NotNegative,
    Number,
    Positive,
    Relative,
    Share,
    Sigma,
    Source,
    Whole,
)

PoliceWeight = Literal["population", "urban_population", "centres", "road", "countryside"]
Role = Literal["response", "community", "armed", "dogs", "roads", "specialist"]
Weekday = Literal["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
Cars = Annotated[Number, Field(ge=0.0, le=200.0)]
Officers = Annotated[Number, Field(ge=1.0, le=2.0)]
Handlers = Annotated[
    tuple[Annotated[Whole, Field(ge=0, le=500)], ...], Field(min_length=24, max_length=24)
]  # by local hour, 00 first

_HANDLERS_WEEKDAY = (10, 8, 7, 6, 6, 7, 8, 10, 12, 14, 16, 18, 19, 19, 20, 20, 21, 21, 21, 20, 19, 17, 15, 13)
_HANDLERS_WEEKEND = (
    14,
    13,
    10,
    8,
    7,
    7,
    8,
    10,
    12,
    14,
    16,
    17,
    18,
    18,
    19,
    19,
    20,
    20,
    20,
    19,
    19,
    18,
    16,
    14,
)


class Grade(Source):
    """How urgently an incident is answered, and what that allows."""

    title: str
    urgency: Annotated[Whole, Field(ge=1, le=9)]  # 1 is served first
    target_urban_min: Positive | None = None  # from the call's answer to arrival; None: no time is promised
    target_rural_min: Positive | None = None
    blue_lights: Flag = False
    diverts: Flag = False  # may take a car off divertible work of a lower grade
    divertible: Flag = True
    reach: Literal["district", "neighbours", "force"] = "district"
    wider_after_min: NotNegative = 60.0
    support_cars: Flag = False
    specialists: Flag = False  # the incident type's capability is asked for
    delay_median_min: NotNegative
    delay_sigma: Sigma
    hours: tuple[Hour, Hour] = (0, 24)
    scene_median_min: Positive
    by_999_share: Share


class Grading(Source):
    """How a scheme grades attended incidents of one type."""

    shares: dict[str, Share]  # by grade, sum 1
    delay_factors: dict[str, Factor] = Field(default_factory=dict)  # by grade; a grade without one: 1


class Scheme(Model):
    """A set of grades, and how each incident type is graded in it."""

    grades: dict[str, Grade] = Field(default_factory=dict)
    grading: dict[str, Grading] = Field(default_factory=dict)


class Regrading(Source):
    """From a day on, incidents of a type that would get a lower grade get this one."""

    in_use: Flag = True
    scheme: str
    incident_type: str
    grade: str
    first: Day
    share: Share = 1.0  # of those that would be graded lower


class PoliceIncidentType(Source):
    """A type of incident that the police attend."""

    crime: str = ""  # heading of the force's published table
    high_harm: Flag = False
    per_year: Annotated[Number, Field(ge=0.0, le=1_000_000.0)]  # reported; × attended_share are attended
    attended_share: Share
    timed_share: Share = 1.0
    hour_profile: str
    month_profile: str
    weights: dict[PoliceWeight, Relative]
    officers_emergency: Officers = 2.0
    officers_other: Officers = 1.0
    capability: str = ""
    scene_factor: Factor = 1.0
    scene_sigma: Sigma
    custody_share: Share = 0.0
    hospital_share: Share = 0.0


class WeekProfile(Source):
    """Relative incidents by local hour on Mondays to Thursdays, Fridays, Saturdays and Sundays."""

    weekday: Hours
    friday: Hours
    saturday: Hours
    sunday: Hours


class PolicingDistrict(Source):
    """A policing district: local authority districts of the map."""

    name: str
    area: str = ""  # local policing area
    authorities: tuple[str, ...]
    neighbours: tuple[str, ...] = ()
    demand_factor: Factor = 1.0  # incidents for each resident, relative


class PoliceBase(Source):
    """Where cars start and end their shifts."""

    name: str
    district: str = ""  # empty: of the force
    lat: Latitude
    lon: Longitude


class PatrolPlace(Source):
    """A place round which the cars of a district patrol."""

    name: str
    district: str
    lat: Latitude
    lon: Longitude
    weight: Relative  # relative within the district; 0: not used


class Centre(Source):
    """A town centre or another place to which incidents crowd."""

    name: str
    lat: Latitude
    lon: Longitude
    weight: Relative  # relative


class PoliceFacility(Source):
    """A custody suite or a hospital, where a car and its officers may be tied up."""

    name: str
    kind: Literal["custody", "hospital"]
    lat: Latitude
    lon: Longitude
    in_use: Flag = True


class Shift(Source):
    """Hours of duty."""

    days: tuple[Weekday, ...] = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")  # on which it starts
    starts: Annotated[
        tuple[Annotated[Number, Field(ge=0.0, lt=24.0)], ...], Field(min_length=1)
    ]  # local hour; cars take turns
    length_h: Annotated[Number, Field(gt=0.0, le=16.0)]
    briefing_min: NotNegative = 30.0
    meal_after_h: NotNegative = 4.0
    meal_min: NotNegative = 30.0
    closing_min: NotNegative = 30.0
    night: Flag = False


class CarPattern(Source):
    """Cars of one district (or of the force), one role and one shift."""

    district: str = ""
    base: str
    role: Role = "response"
    capabilities: tuple[str, ...] = ()
    shift: str
    single_cars: Cars = 0.0
    double_cars: Cars = 0.0
    abstraction_share: Share | None = None  # None: police.abstraction_share


class AbstractionWindow(Source):
    """Days on which a share of the cars is away."""

    in_use: Flag = True
    first: Day
    last: Day
    hours: tuple[Hour, Hour] = (0, 24)
    share: Share
    districts: tuple[str, ...] = ()  # empty: all


class PoliceDispatch(Model):
    """How cars travel and are chosen."""

    blue_factor: Factor = 0.85
    ordinary_factor: Factor = 1.2
    turnout_median_s: Positive = 45.0
    turnout_sigma: Sigma = 0.5
    divert: Flag = True
    committed_min: NotNegative = 20.0
    divert_gain_min: NotNegative = 3.0
    custody_median_min: Positive = 120.0
    custody_sigma: Sigma = 0.5
    hospital_median_min: Positive = 150.0
    hospital_sigma: Sigma = 0.8
    paperwork_min: NotNegative = 5.0


class Lines(Model):
    """The control room's telephone lines, 999 and 101."""

    in_use: Flag = True
    calls_999_per_day: Annotated[Number, Field(ge=0.0, le=20_000.0)] = 900.0
    calls_101_per_day: Annotated[Number, Field(ge=0.0, le=20_000.0)] = 1400.0
    hour_profile: str = "calls"
    month_profile: str = "all"
    handlers_weekday: Handlers = _HANDLERS_WEEKDAY
    handlers_weekend: Handlers = _HANDLERS_WEEKEND
    kept_for_999: Annotated[Whole, Field(ge=0, le=500)] = 2
    handle_999_mean_min: Annotated[Number, Field(gt=0.0, le=240.0)] = 6.0
    handle_101_mean_min: Annotated[Number, Field(gt=0.0, le=240.0)] = 9.0
    patience_999_mean_min: Positive = 15.0
    patience_101_mean_min: Positive = 30.0
    redial_min: Positive = 2.0
    answer_999_target_s: Positive = 10.0
    answer_101_target_s: Positive = 300.0
    answer_target_share: Share = 0.90
    abandoned_999_target_share: Share = 0.02
    abandoned_101_target_share: Share = 0.05


class FireAttendance(Source):
    """A type of fire incidents that the police attend too, in a joint scenario."""

    attended_share: Share
    like: str  # police incident type whose officers and times it has, and which it is taken out of
    most_urgent_share: Share | None = (
        None  # graded most urgent, the rest next to it; None: as the type it is like
    )


class Police(Model):
    """The police section of a scenario."""

    scheme: str = "force"
    cars_factor: Factor = 1.0
    night_cars_factor: Factor = 1.0  # on shifts marked night, on top
    abstraction_share: Share = 0.1
    scene_factor: Factor = 1.0
    emergency_delay_factor: Factor = 1.0
    other_delay_factor: Factor = 1.0
    demand_factor: Annotated[Number, Field(ge=0.0, le=100.0)] = 1.0
    rural_factor: Factor = 1.0
    centre_radius_m: Annotated[Number, Field(ge=1.0, le=100_000.0)] = 800.0
    dispatch: PoliceDispatch = PoliceDispatch()
    lines: Lines = Lines()
    schemes: dict[str, Scheme]
    regrading: dict[str, Regrading] = Field(default_factory=dict)
    incident_types: dict[str, PoliceIncidentType]
    profiles_hour: dict[str, WeekProfile]
    profiles_month: dict[str, MonthProfile]
    districts: dict[str, PolicingDistrict]
    bases: dict[str, PoliceBase]
    places: dict[str, PatrolPlace]
    centres: dict[str, Centre] = Field(default_factory=dict)
    facilities: dict[str, PoliceFacility] = Field(default_factory=dict)
    shifts: dict[str, Shift]
    cars: dict[str, CarPattern]
    abstractions: dict[str, AbstractionWindow] = Field(default_factory=dict)
    fire_attendance: dict[str, FireAttendance] = Field(default_factory=dict)
