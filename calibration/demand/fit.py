"""Everything that records tell of a scenario's demand, type by type; what they cannot tell, with the reason."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from calibration.demand.attendance import Attendance, Makeups, fit_attendance, fit_makeups
from calibration.demand.clean import NO_DAY, Records, clean
from calibration.demand.exposure import Exposure, find_exposure
from calibration.demand.mapping import Mapping
from calibration.demand.notes import notes_of_cover, notes_of_records
from calibration.demand.others import note_of_others
from calibration.demand.places import Map, Placed, Places, fit_places, off_map, outside, place
from calibration.demand.profiles import Profile, fit_profiles
from calibration.demand.rates import Rate, fit_rate, undated_rate
from calibration.demand.reader import Rejected
from calibration.demand.scene import Scene, fit_scene
from calibration.demand.table import Table
from scenarios.schema.scenario import IncidentType, Scenario

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]

PARTS = ("rate", "hours", "months", "places", "scene", "attendance", "makeups")
"""What is fitted of a type, in the order of the report."""

USUAL_WEEK = np.array([5.0, 2.0])[:, None] * np.ones((2, 24))
USUAL_MONTHS = np.array([[31, 28.25, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]])


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Attendance times of a type's records in seconds, as they are: nothing is fitted from them."""

    count: int
    mean_s: float
    mean_error_s: float
    median_s: float
    p90_s: float


@dataclass(frozen=True, slots=True, eq=False)
class TypeFit:
    """What was fitted of one type. A part is the reason where it could not be fitted."""

    type: str
    report_only: bool
    count: int
    rate: Rate | str
    hours: Profile | str
    months: Profile | str
    places: Places | str
    scene: Scene | str
    attendance: Attendance | str
    makeups: Makeups | str
    where: dict[str, int]
    first_arrival: Arrivals | None
    second_arrival: Arrivals | None


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """The fit of a table of records to a scenario."""

    file: str
    rows: int
    mapping: Mapping
    records: Records
    rejected: tuple[Rejected, ...]
    exposure: Exposure | None
    map: Map | None
    types: tuple[TypeFit, ...]
    notes: tuple[str, ...] = field(default=())


def fit_demand(table: Table, mapping: Mapping, scenario: Scenario, on: Map | None) -> Fitted:
    """Return all that the records tell; ``on`` is the scenario's map (None: places are not fitted)."""
    records, rejected = clean(table, mapping)
    part = mapping.time
    monthly = part is not None and part.date_format == "yyyy-mm" and part.date is not None
    exposure = find_exposure(records, mapping.period, scenario.calendar.bank_holidays, monthly=monthly)
    counted = np.ones(len(records), dtype=np.bool_)
    if exposure is not None:
        counted = exposure.counts(records.day) | (records.day == NO_DAY)
    placed = None if on is None or not mapping.place else place(records, on)
    if placed is not None:
        rejected = tuple(
            sorted((*rejected, *outside(placed, records)), key=lambda each: (each.row, each.lost))
        )
    only = {kind.type for kind in mapping.kinds if kind.report_only}
    groups = ["report only" if key in only else scenario.incident_types[key].group for key in records.types]
    hours = _hours(records, exposure, counted, groups)
    months = _months(records, exposure, counted, groups)
    fits = []
    for i, key in enumerate(records.types):
        rows = np.flatnonzero((records.type == i) & counted)
        rate = _rate(
            records, rows, exposure, _day_factor(exposure, hours[i], months[i], key, scenario), mapping
        )
        fits.append(_fit_type(records, rows, mapping, scenario, key, placed, on, rate, hours[i], months[i]))
    notes = notes_of_records(records, mapping, exposure) + notes_of_cover(
        [(each.type, each.places) for each in fits if isinstance(each.places, Places)], mapping, on
    )
    others = note_of_others(mapping, scenario, (each.type for each in fits if each.count))
    if others is not None:
        notes += (others,)
    return Fitted(
        table.file,
        len(table) + len(table.malformed),
        mapping,
        records,
        rejected,
        exposure,
        on,
        tuple(fits),
        notes,
    )


def _fit_type(
    records: Records,
    rows: I64,
    mapping: Mapping,
    scenario: Scenario,
    key: str,
    placed: Placed | None,
    on: Map | None,
    rate: Rate | str,
    hours: Profile | str,
    months: Profile | str,
) -> TypeFit:
    own = scenario.incident_types.get(key)
    if not rows.size:
        return _nothing(key, report_only=own is None)
    over = own is not None and own.group == "over_border"
    attendance, makeups = _attendance(records, rows, mapping, own)
    return TypeFit(
        type=key,
        report_only=own is None,
        count=int(rows.size),
        rate=rate,
        hours=hours,
        months=months,
        places="its incidents are over the border" if over else _places(rows, placed, on),
        scene=_scene(records, rows, mapping),
        attendance=attendance,
        makeups=makeups,
        where={} if placed is None else off_map(placed, rows),
        first_arrival=_arrivals(records.first_arrival_s[rows]),
        second_arrival=_arrivals(records.second_arrival_s[rows]),
    )


def _places(rows: I64, placed: Placed | None, on: Map | None) -> Places | str:
    return "the mapping names no place" if placed is None or on is None else fit_places(placed, rows, on)


def _scene(records: Records, rows: I64, mapping: Mapping) -> Scene | str:
    if mapping.scene is None:
        return "the mapping names no time at scene"
    told = rows[np.isfinite(records.scene_low_min[rows])]
    return fit_scene(records.scene_low_min[told], records.scene_high_min[told], records.scene_pumps[told])


def _attendance(
    records: Records, rows: I64, mapping: Mapping, own: IncidentType | None
) -> tuple[Attendance | str, Makeups | str]:
    part = mapping.attendance
    if part is None or not (part.pumps or part.first_pumps):
        why = "the mapping names no number of pumps"
        return why, why
    pumps, first_pumps = records.pumps[rows], records.first_pumps[rows]
    share, mean = (0.0, 1.0) if own is None else (own.makeup_share, own.makeup_pumps_mean)
    return fit_attendance(pumps, first_pumps, share, mean), fit_makeups(pumps, first_pumps)


def _nothing(key: str, *, report_only: bool) -> TypeFit:
    why = "no row of this type"
    return TypeFit(key, report_only, 0, why, why, why, why, why, why, why, {}, None, None)


def _hours(
    records: Records, exposure: Exposure | None, counted: NDArray[np.bool_], groups: list[str]
) -> list[Profile | str]:
    many = len(records.types)
    used = np.flatnonzero(counted & (records.hour >= 0))
    if exposure is None or not used.size:
        return ["the records tell no time of day"] * many
    days = exposure.days_by_kind()
    if (days == 0).any():
        return ["the period has no weekend, or nothing else"] * many
    counts = np.zeros((many, 2, 24))
    weekend = exposure.is_weekend(records.day[used]).astype(np.int64)
    np.add.at(counts, (records.type[used], weekend, records.hour[used]), 1.0)
    found = fit_profiles(counts, days[:, None] * np.ones((2, 24)), USUAL_WEEK, groups)
    return [each if each is not None else "no record with a time of day" for each in found]


def _months(
    records: Records, exposure: Exposure | None, counted: NDArray[np.bool_], groups: list[str]
) -> list[Profile | str]:
    many = len(records.types)
    used = np.flatnonzero(counted & (records.day != NO_DAY))
    if exposure is None or not used.size:
        return ["the records tell no date"] * many
    days = exposure.days_by_month()
    if (days == 0).any():
        missing = int((days == 0).sum())
        return [f"the records do not cover the whole year: no day in {missing} of its months"] * many
    counts = np.zeros((many, 1, 12))
    month = records.day[used].astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12
    np.add.at(counts[:, 0], (records.type[used], month), 1.0)
    found = fit_profiles(counts, days[None, :], USUAL_MONTHS, groups)
    return [each if each is not None else "no record with a date" for each in found]


def _day_factor(
    exposure: Exposure | None, hours: Profile | str, months: Profile | str, key: str, scenario: Scenario
) -> F64:
    """Return the calls that each day that counts makes one expect: by the fit, else by the scenario."""
    if exposure is None:
        return np.empty(0)
    own = scenario.incident_types.get(key)
    month, week = np.ones(12), np.ones(2)
    if isinstance(months, Profile):
        month = months.rate[0]
    elif own is not None:
        month = np.array(scenario.profiles_month[own.month_profile].months)
        month = month / np.average(month, weights=USUAL_MONTHS[0])
    if isinstance(hours, Profile):
        week = hours.rate.mean(axis=1)
    elif own is not None:
        profile = scenario.profiles_hour[own.hour_profile]
        week = np.array([np.mean(profile.weekday), np.mean(profile.weekend)])
        week = week / (week @ np.array([5.0, 2.0]) / 7.0)
    return np.asarray(month[exposure.month - 1] * week[exposure.weekend.astype(np.int64)], dtype=np.float64)


def _rate(
    records: Records, rows: I64, exposure: Exposure | None, day_factor: F64, mapping: Mapping
) -> Rate | str:
    if exposure is None:
        return "neither the records nor the mapping say which days they cover"
    day = records.day[rows]
    if (day == NO_DAY).any():
        years = exposure.days.size / 365.0
        return undated_rate(int(rows.size), years, mapping.records.sampling_fraction)
    if exposure.monthly:
        day = np.maximum(day, exposure.days[0])
    return fit_rate(day, exposure, day_factor, mapping.records.sampling_fraction)


def _arrivals(seconds: F64) -> Arrivals | None:
    told = seconds[np.isfinite(seconds)]
    if told.size < 2:
        return None
    return Arrivals(
        int(told.size),
        float(told.mean()),
        float(told.std(ddof=1) / np.sqrt(told.size)),
        float(np.median(told)),
        float(np.quantile(told, 0.9)),
    )
