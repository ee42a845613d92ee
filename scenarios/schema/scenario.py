"""The scenario: what a planner may say about a service, validated and frozen. No arrays, no defaults hidden.

Units are in the names. ``fields.csv`` tells of every field its type, unit, range, meaning and source; a test
holds the two equal. Tables keyed by name (stations, appliances, incident types …) are what lets a scenario
extend another by changing named things.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from scenarios.schema.base import (
    Confidence,
    Day,
    Factor,
    Flag,
    Hour,
    HourOfDay,
    Hours,
    Latitude,
    Longitude,
    Model,
    Moment,
    MonthProfile,
    NotNegative,
    Number,
    Points,
    Positive,
    Relative,
    Share,
    ShareByHour,
    Sigma,
    Source,
    Whole,
)
from scenarios.schema.police import Police

__all__ = ["Confidence", "Model", "MonthProfile", "Number", "Share", "Source"]

IncidentGroup = Literal["fire", "false_alarm", "special_service", "over_border"]
RoadClass = Literal["motorway", "dual_a", "single_a", "b_road", "minor", "urban_a", "urban_minor"]
Weight = Literal["population", "urban_population", "road", "countryside", "outside"]
Crewing = Literal["wholetime", "day_crewed", "on_call", "cross_crewed"]


class CalendarSettings(Model):
    """When the simulated time starts and how long a replication lasts."""

    start: Annotated[Day, Field(ge=date(1900, 1, 1), le=date(2100, 12, 31))] = date(2020, 4, 1)
    days: Annotated[Whole, Field(ge=1, le=36600)] = 365
    timezone: str = "Europe/London"
    bank_holidays: tuple[Day, ...] = ()


class Geography(Model):
    """Which tables the service, and its map, are made from: the name of an embedded one, or a folder of the same
    tables; and the folder of a map of its own."""

    tables: str = ""
    folder: str = ""  # made by ``turnout geo build``; "": the map of the tables
    cell_size_m: Annotated[Number, Field(ge=250.0, le=5000.0)] = 1000.0


class TravelSettings(Model):
    """Speeds and the scatter of journeys."""

    speed_factor: Factor = 1.0  # on every blue-light speed of the speed table
    class_factor: dict[RoadClass, Factor] = Field(default_factory=dict)  # by road class, on top
    band_factor: dict[str, Factor] = Field(default_factory=dict)  # by band of the week, on top
    traffic_sigma: Sigma = 0.12
    journey_sigma: Sigma = 0.15
    return_factor: Factor = 1.25  # minutes of a way without blue lights over minutes with


class Station(Source):
    """A fire station, own or a neighbour's."""

    name: str
    service: str = "own"  # "own", or the neighbouring service's name
    district: str = ""
    lat: Latitude
    lon: Longitude
    core: Flag = False  # strategic station
    cover_group: str = ""  # core stations of one group: one of them is to be covered
    on_call_people: Annotated[Whole, Field(ge=0, le=60)] | None = None  # roster; None: by the number of pumps
    availability_gain: Points = 0.0  # of its on-call pumps, on top of the common level
    day_riders: Annotated[Whole, Field(ge=0, le=8)] = 0  # day duty people riding with its on-call crew


class Appliance(Source):
    """A fire engine or a special."""

    station: str
    kind: Literal["pump", "special"] = "pump"
    capabilities: tuple[str, ...] = ()
    crewing: Crewing
    minimum_crew: Annotated[Whole, Field(ge=1, le=12)] = 4
    preferred_crew: Annotated[Whole, Field(ge=1, le=12)] = 5
    availability: Share | None = None  # share of time on the run, where known; None: the group's level
    removed: Flag = False


class Wholetime(Model):
    """Wholetime watches, and the day crews."""

    watches: Literal[4] = 4
    riders_per_pump: Annotated[Whole, Field(ge=4, le=16)] = 7  # posted to a watch, per pump
    officer_share: Share = 0.4
    driver_share: Share = 0.5
    availability: Share = 0.986
    day_crew_availability: Share = 0.986
    day_crew_hours: tuple[Hour, Hour] = (9, 18)
    day_rider_presence: Share = 0.9
    turnout_day_median_s: Positive = 70.0
    turnout_night_median_s: Positive = 95.0
    turnout_p90_over_median: Annotated[Number, Field(gt=1.0, le=100.0)] = 1.6
    day_turnout_hours: tuple[Hour, Hour] = (7, 23)


class OnCall(Model):
    """On-call people: their number, skills, declared availability and muster."""

    people_first_pump: Annotated[Whole, Field(ge=4, le=40)] = 13
    people_each_further_pump: Annotated[Whole, Field(ge=0, le=40)] = 7
    officer_share: Share = 0.4
    driver_share: Share = 0.5
    breathing_apparatus_share: Share = 0.85
    breathing_apparatus_needed: Annotated[Whole, Field(ge=0, le=12)] = 2
    availability: Share = 0.792
    weekday_day_factor: Factor = 0.80  # weekday 07 to 18, on the declared share
    evening_night_factor: Factor = 1.12
    weekend_day_factor: Factor = 1.0
    weekday_day_gain: Points = 0.0  # on top of what availability and factors give
    evening_night_gain: Points = 0.0
    weekend_day_gain: Points = 0.0
    block_h: Positive = 6.0
    muster_median_s: Positive = 274.0  # gives a crew in 285 s at the median
    muster_sigma: Sigma = 0.25
    person_sigma: Sigma = 0.2  # spread of people's own medians: how far they live or work
    turnout_estimate_s: Positive = 285.0  # what control reckons with


class Mechanical(Model):
    """Changeovers to a spare: the appliance is off the run meanwhile.

    ``reported_…`` are those of the time of which the availabilities are stated, which include them.
    """

    changeovers_per_year: Annotated[Number, Field(ge=0.0, le=1000.0)] = 6.0
    shortest_h: NotNegative = 3.0
    longest_h: NotNegative = 5.0
    reported_per_year: Annotated[Number, Field(ge=0.0, le=1000.0)] = 6.0
    reported_shortest_h: NotNegative = 3.0
    reported_longest_h: NotNegative = 5.0


class Control(Model):
    """The control room."""

    call_handling_median_s: Positive = 75.0
    call_handling_p90_s: Positive = 150.0
    handling_factor: dict[IncidentGroup, Factor] = Field(default_factory=dict)  # on both, by incident group
    mobilising_failures_per_year: Annotated[Number, Field(ge=0.0, le=1_000_000.0)] = 0.0
    failure_found_min: NotNegative = 4.0
    standby_turnout_s: NotNegative = 30.0


class Variant(Source):
    """One pre-determined attendance of a type and how often it applies."""

    share: Share
    pumps: Annotated[Whole, Field(ge=0, le=60)]
    capabilities: tuple[str, ...] = ()


class IncidentType(Source):
    """A type of incident."""

    group: IncidentGroup
    primary_fire: Flag = False
    property_fire: Flag = False  # in a dwelling or another building
    automatic_alarm: Flag = False  # a call from an automatic fire alarm with nothing behind it
    per_year: Annotated[
        Number, Field(ge=0.0, le=1_000_000.0)
    ]  # calls; attended incidents are per_year × attended_share
    hour_profile: str  # a key of Scenario.profiles_hour
    month_profile: str  # a key of Scenario.profiles_month
    weights: dict[Weight, Relative]  # relative; the builder scales them to 1
    plt_share: Share
    late_call_share: Share = 0.0
    attended_share: Share = 1.0
    scene_median_min: Positive
    scene_sigma: Sigma
    makeup_share: Share = 0.0
    makeup_pumps_mean: Annotated[Number, Field(ge=1.0, le=50.0)] = 1.0
    makeup_after_min: NotNegative = 8.0
    attendance: dict[str, Variant]


class ScriptedIncident(Source):
    """An incident that happens in every replication: this type, at this local time, at this place."""

    type: str  # a key of Scenario.incident_types
    at: Moment
    lat: Latitude
    lon: Longitude
    plt: Flag = False
    pumps: Annotated[Whole, Field(ge=0, le=60)]
    capabilities: tuple[str, ...] = ()
    makeup_pumps: Annotated[Whole, Field(ge=0, le=60)] = 0
    makeup_after_min: NotNegative = 8.0
    scene_median_min: Positive | None = None  # per appliance; None: the type's


class Surge(Source):
    """Days on which there are more calls (or fewer) than on any other of their season."""

    first: Day
    last: Day
    factors: dict[str, Annotated[Number, Field(ge=0.0, le=1000.0)]]  # by incident type, group, or "all"


class Neighbour(Model):
    """What is taken of neighbouring services."""

    help: Flag = True
    wholetime_availability: Share = 0.85
    on_call_availability: Share = 0.60
    block_h: Positive = 4.0
    wholetime_turnout_s: Positive = 80.0
    on_call_turnout_s: Positive = 300.0
    extra_handling_s: NotNegative = 60.0  # control to control


class Cover(Model):
    """Cover moves: the policy's name and its parameters."""

    policy: Literal["none", "core_stations", "dynamic", "people"] = "none"
    reach_min: Positive = 15.0
    delay_min: NotNegative = 30.0
    group_delay_min: NotNegative = 0.0
    longest_move_min: Positive = 30.0
    least_gain: NotNegative = (
        0.01  # share of expected demand newly within reach that justifies a dynamic move
    )


class Gauge(Model):
    """The service's daily gauge of engines available."""

    hours: tuple[HourOfDay, ...] = ()  # none: there is no gauge
    target: Annotated[Whole, Field(ge=0, le=10_000)] = 0


class HourProfile(Source):
    """Relative calls by local hour, on weekdays and at weekends; only ratios matter."""

    weekday: Hours
    weekend: Hours


class OnCallHours(Source):
    """Share of time that a station's on-call pumps are on the run, by local hour; a day goes before a kind of day."""

    weekday: ShareByHour | None = None
    weekend: ShareByHour | None = None
    monday: ShareByHour | None = None
    tuesday: ShareByHour | None = None
    wednesday: ShareByHour | None = None
    thursday: ShareByHour | None = None
    friday: ShareByHour | None = None
    saturday: ShareByHour | None = None
    sunday: ShareByHour | None = None


class Standard(Source):
    """A response standard, as data."""

    service: Literal["fire", "police"] = "fire"
    authority: str = "own"  # who set it: "own", another service's name, or "Home Office"
    measure: str = ""  # name of the figure that it judges, such as fire.all.within_15
    title: str
    clock: Literal["call", "mobilisation", "received"] = "call"
    incidents: (
        str  # a name of INCIDENT_FILTERS, a group, or an incident type; of the police: see integrity_police
    )
    home_office_exclusions: Flag = False
    area: Literal["all", "urban", "rural"] = "all"
    unit_order: Annotated[Whole, Field(ge=1, le=4)] = 1
    statistic: Literal["share_within", "share_met", "mean", "percentile"]
    threshold_s: Positive | None = None  # of share_within
    percentile: Annotated[Number, Field(ge=0.01, le=0.99)] | None = None
    target: Positive  # share, or seconds


INCIDENT_FILTERS = ("all", "plt", "primary_fire", "property_fire", "plt_fire", "plt_not_fire")
"""Named filters of a standard, besides the groups and the incident types themselves: all but over-border;
potentially life-threatening; Home Office primary fires; dwelling and other building fires; potentially
life-threatening fires; potentially life-threatening but no fire."""


class Scenario(Model):
    """A whole scenario, resolved: every table in it, nothing to look up."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")]
    title: str
    question: str = ""
    source: str = ""
    service: Literal["fire", "police", "joint"] = "fire"
    relative: tuple[str, ...] = ()
    calendar: CalendarSettings = CalendarSettings()
    geography: Geography = Geography()
    travel: TravelSettings = TravelSettings()
    control: Control = Control()
    wholetime: Wholetime = Wholetime()
    on_call: OnCall = OnCall()
    mechanical: Mechanical = Mechanical()
    neighbour: Neighbour = Neighbour()
    cover: Cover = Cover()
    gauge: Gauge = Gauge()
    dispatch: Literal["quickest"] = "quickest"
    demand_factor: Annotated[Number, Field(ge=0.0, le=100.0)] = 1.0
    stations: dict[str, Station]
    appliances: dict[str, Appliance]
    on_call_hours: dict[str, OnCallHours] = Field(default_factory=dict)  # by station
    incident_types: dict[str, IncidentType]
    scripted_incidents: dict[str, ScriptedIncident] = Field(default_factory=dict)
    surges: dict[str, Surge] = Field(default_factory=dict)
    profiles_hour: dict[str, HourProfile]
    profiles_month: dict[str, MonthProfile]
    standards: dict[str, Standard] = Field(default_factory=dict)
    police: Police | None = None  # None: a fire service only
