"""Police incidents: where and when they happen, how they are graded, and what they ask for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from geo.grid import to_grid
from scenarios.building.demand import cell_weights, month_factors, share_of_cells
from scenarios.building.police.sites import POLICE
from sim.world.fire import Calendar, Demand
from sim.world.police import PoliceDemand

if TYPE_CHECKING:
    from scenarios.building.map import Geography
    from scenarios.schema.police import Grade, Police, PoliceIncidentType, WeekProfile
    from scenarios.schema.scenario import Scenario

F64 = NDArray[np.float64]
I16 = NDArray[np.int16]


def grades_of(police: Police) -> dict[str, Grade]:
    """Return the grades of the scheme in force, the most urgent first."""
    grades = police.schemes[police.scheme].grades
    return dict(sorted(grades.items(), key=lambda each: each[1].urgency))


def district_of_cell(police: Police, geography: Geography) -> I16:
    """Return the policing district (C,) of each cell, −1 over the border."""
    cells = geography.cells
    of_name = {name: d for d, each in enumerate(police.districts.values()) for name in each.authorities}
    by_authority = np.array([of_name.get(name, -1) for name in cells.district_names] + [-1])
    return np.where(cells.inside, by_authority[cells.district], -1).astype(np.int16)


def police_weights(police: Police, geography: Geography) -> dict[str, F64]:
    """Return the spatial weights by name, each (C,) and summing to 1.

    Residents count with their district's factor; ``centres`` are bells round the town centres. In cells that are
    not urban everything counts with ``rural_factor``.
    """
    cells = geography.cells
    district = district_of_cell(police, geography)
    factors = np.array([each.demand_factor for each in police.districts.values()] + [0.0])
    weights = {name: w.copy() for name, w in cell_weights(geography).items() if name != "outside"}
    for name in ("population", "urban_population"):
        weights[name] *= factors[district]
    weights["centres"] = np.zeros(len(district))
    centres = list(police.centres.values())
    if centres:
        easting, northing = to_grid([c.lat for c in centres], [c.lon for c in centres])
        for x, y, centre in zip(easting, northing, centres, strict=True):
            away = np.hypot(cells.easting_m - x, cells.northing_m - y) / police.centre_radius_m
            bell = np.exp(-0.5 * away**2) * (district >= 0)
            if not bell.sum() > 0.0:  # a centre so small that no cell lies in it: the nearest one
                bell = (away == np.min(away, where=district >= 0, initial=np.inf)) * 1.0
            weights["centres"] += centre.weight * bell / bell.sum()
    rural = np.where(cells.urban, 1.0, police.rural_factor) * (district >= 0)
    scaled = {name: w * rural for name, w in weights.items()}
    return {name: w / w.sum() if w.sum() > 0 else w for name, w in scaled.items()}


def with_police_demand(
    demand: Demand, scenario: Scenario, geography: Geography, calendar: Calendar
) -> Demand:
    """Return the demand with the police incident types behind the others.

    In a joint scenario the incidents that the police attend with the fire service are taken out of the types
    that they are like, so that they count once.
    """
    assert scenario.police is not None
    police = scenario.police
    types = police.incident_types
    n, at = len(types), int(demand.variant_start[-1])
    weights = police_weights(police, geography)
    scripted = demand.scripted
    if scripted is not None:
        scripted = replace(scripted, variant=(scripted.variant + n).astype(np.int32))

    def column(old: F64, new: list[float]) -> F64:
        return np.concatenate([old, np.array(new, dtype=np.float64)])

    def rows(old: F64, new: list[F64]) -> F64:
        return np.concatenate([old.reshape(-1, new[0].size), np.stack(new)])

    return replace(
        demand,
        key=(*demand.key, *types),
        per_year=column(demand.per_year, _per_year(scenario, types)),
        hour_of_week=rows(
            demand.hour_of_week, [week_factors(police.profiles_hour[t.hour_profile]) for t in types.values()]
        ),
        month=rows(
            demand.month, [month_factors(police.profiles_month[t.month_profile]) for t in types.values()]
        ),
        cell_share=rows(demand.cell_share, _cell_shares(scenario.name, types, weights)),
        plt_share=column(demand.plt_share, [0.0] * n),
        late_call_share=column(demand.late_call_share, [0.0] * n),
        primary_fire=np.concatenate([demand.primary_fire, np.zeros(n, dtype=np.bool_)]),
        property_fire=np.concatenate([demand.property_fire, np.zeros(n, dtype=np.bool_)]),
        group=(*demand.group, *(POLICE,) * n),
        attended_share=column(demand.attended_share, [t.attended_share for t in types.values()]),
        over_border=np.concatenate([demand.over_border, np.zeros(n, dtype=np.bool_)]),
        scene_median_min=column(demand.scene_median_min, [60.0 * t.scene_factor for t in types.values()]),
        scene_sigma=column(demand.scene_sigma, [t.scene_sigma for t in types.values()]),
        makeup_share=column(demand.makeup_share, [0.0] * n),
        makeup_pumps_mean=column(demand.makeup_pumps_mean, [1.0] * n),
        makeup_after_min=column(demand.makeup_after_min, [8.0] * n),
        variant_start=np.concatenate([demand.variant_start, at + 1 + np.arange(n)]).astype(np.int32),
        variant_share=np.insert(demand.variant_share, at, np.ones(n)),
        variant_name=(*demand.variant_name[:at], *(POLICE,) * n, *demand.variant_name[at:]),
        variant_pumps=np.insert(demand.variant_pumps, at, np.zeros(n, dtype=np.int8)).astype(np.int8),
        variant_capabilities=(
            *demand.variant_capabilities[:at],
            *((),) * n,
            *demand.variant_capabilities[at:],
        ),
        day_factor=_day_factor(demand, scenario, calendar, n),
        scripted=scripted,
    )


def _cell_shares(name: str, types: Mapping[str, PoliceIncidentType], weights: Mapping[str, F64]) -> list[F64]:
    return [
        share_of_cells(name, f"police.incident_types.{key}", t.weights.items(), weights)
        for key, t in types.items()
    ]


def _per_year(scenario: Scenario, types: Mapping[str, PoliceIncidentType]) -> list[float]:
    """Return the calls a year of the police types, without those that both services attend."""
    assert scenario.police is not None
    shared, factor = shared_per_year(scenario), scenario.police.demand_factor
    return [
        max(0.0, t.per_year * factor - shared.get(key, 0.0) / max(t.attended_share, 1e-9))
        for key, t in types.items()
    ]


def shared_per_year(scenario: Scenario) -> dict[str, float]:
    """Return incidents a year that both services attend, by the police type that they are like."""
    shared: dict[str, float] = {}
    if scenario.police is not None:
        for key, each in scenario.police.fire_attendance.items():
            fire = scenario.incident_types.get(key)
            if fire is not None:
                number = fire.per_year * scenario.demand_factor * fire.attended_share * each.attended_share
                shared[each.like] = shared.get(each.like, 0.0) + number
    return shared


def week_factors(profile: WeekProfile) -> F64:
    """Return the factors by hour of the week, (168,), mean 1."""
    week = np.array(profile.weekday * 4 + profile.friday + profile.saturday + profile.sunday)
    factors: F64 = week / week.mean()
    return factors


def _day_factor(demand: Demand, scenario: Scenario, calendar: Calendar, n: int) -> F64 | None:
    """Return the factors by day with those of the police types, None where all are 1."""
    assert scenario.police is not None
    days = int(calendar.day[-1]) + 1
    factors = np.ones((n, days))
    for surge in scenario.surges.values():
        first = max(0, (surge.first - scenario.calendar.start).days)
        end = max(0, (surge.last + timedelta(days=1) - scenario.calendar.start).days)
        common = surge.factors.get("all", 1.0) * surge.factors.get(POLICE, 1.0)
        for row, key in enumerate(scenario.police.incident_types):
            factors[row, first:end] *= common * surge.factors.get(key, 1.0)
    if demand.day_factor is None and (factors == 1.0).all():
        return None
    others = np.ones((len(demand.key), days)) if demand.day_factor is None else demand.day_factor
    return np.concatenate([others, factors])


def build_police_demand(
    scenario: Scenario, demand: Demand, capability_names: tuple[str, ...]
) -> PoliceDemand:
    """Return what the police part of every incident type asks for; ``demand`` has all types."""
    assert scenario.police is not None
    police = scenario.police
    grades = grades_of(police)
    shares = {
        k: each.attended_share for k, each in police.fire_attendance.items() if k in scenario.incident_types
    }
    own = len(scenario.incident_types)
    like = [police.fire_attendance[key].like if key in shares else None for key in demand.key[:own]]
    names = [*like, *police.incident_types]
    types = [police.incident_types[name] if name is not None else None for name in names]
    days, shares_of_grades = _grade_shares(scenario, names, grades)

    def per_type(attribute: str) -> F64:
        return np.array([getattr(t, attribute) if t is not None else 0.0 for t in types])

    def per_grade(value: F64) -> F64:
        return np.where(np.array([t is not None for t in types])[:, None], value, 0.0)

    grading = police.schemes[police.scheme].grading
    blue = np.array([grade.blue_lights for grade in grades.values()])
    median = np.array([grade.scene_median_min for grade in grades.values()]) * police.scene_factor
    return PoliceDemand(
        attends=np.array([t is not None for t in types]),
        attended_share=np.array(
            [shares.get(key, 0.0) for key in demand.key[:own]] + [1.0] * (len(types) - own)
        ),
        fire_attends=np.arange(len(types)) < own,
        high_harm=np.array([t is not None and t.high_harm for t in types]),
        crime=("",) * own + tuple(t.crime for t in police.incident_types.values()),
        grade_from_day=days,
        grade_share=shares_of_grades,
        officers=per_grade(
            np.where(blue, per_type("officers_emergency")[:, None], per_type("officers_other")[:, None])
        ),
        capability=_capabilities(types, grades, capability_names),
        scene_median_min=per_grade(per_type("scene_factor")[:, None] * median),
        scene_sigma=per_type("scene_sigma"),
        delay_factor=np.array(
            [[1.0 if n is None else grading[n].delay_factors.get(g, 1.0) for g in grades] for n in names]
        ),
        tied_up_share=np.column_stack([per_type("custody_share"), per_type("hospital_share")]),
        timed_share=per_type("timed_share"),
        by_999=per_grade(np.array([g.by_999_share for g in grades.values()])[None, :]),
    )


def _capabilities(
    types: Sequence[PoliceIncidentType | None], grades: Mapping[str, Grade], names: tuple[str, ...]
) -> NDArray[np.int8]:
    """Return the capability (M, G) asked of the first unit, −1 for any response unit."""
    asked = [
        [
            names.index(t.capability) if t is not None and t.capability and g.specialists else -1
            for g in grades.values()
        ]
        for t in types
    ]
    return np.array(asked, dtype=np.int8)


def _grade_shares(
    scenario: Scenario, names: list[str | None], grades: dict[str, Grade]
) -> tuple[NDArray[np.int32], F64]:
    """Return the local days from which the shares of the grades change, and the shares (K, M, G)."""
    assert scenario.police is not None
    police = scenario.police
    grading = police.schemes[police.scheme].grading
    start = scenario.calendar.start
    rules = [r for r in police.regrading.values() if r.in_use and r.scheme == police.scheme]
    days = sorted({0, *(max(0, (rule.first - start).days) for rule in rules)})
    keys = list(grades)
    shares = np.zeros((len(days), len(names), len(keys)))
    for m, name in enumerate(names):
        if name is not None:
            shares[:, m] = [grading[name].shares.get(key, 0.0) for key in keys]
    for rule in rules:
        to = keys.index(rule.grade)
        from_day = (rule.first - start).days
        for k, day in enumerate(days):
            for m in [m for m, name in enumerate(names) if name == rule.incident_type and day >= from_day]:
                moved = rule.share * shares[k, m, to + 1 :]
                shares[k, m, to + 1 :] -= moved
                shares[k, m, to] += moved.sum()
    for m, kind in enumerate(scenario.incident_types):
        each = police.fire_attendance.get(kind)
        if each is not None and each.most_urgent_share is not None and len(keys) > 1:
            shares[:, m] = 0.0
            shares[:, m, :2] = each.most_urgent_share, 1.0 - each.most_urgent_share
    return np.array(days, dtype=np.int32), shares
