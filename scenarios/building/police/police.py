"""Joining the police to a World: grades, rules, lines, abstractions, and the parts that the other modules build."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from scenarios.building.demand import month_factors
from scenarios.building.police.cars import build_police_part
from scenarios.building.police.demand import build_police_demand, district_of_cell, grades_of, week_factors
from scenarios.building.police.sites import POLICE
from sim.world.fire import Demand, Sites
from sim.world.police import Abstraction, Grades, Lines, Police, PoliceRules

if TYPE_CHECKING:
    from scenarios.building.map import Geography
    from scenarios.schema.police import Grade
    from scenarios.schema.police import Police as PoliceSection
    from scenarios.schema.scenario import Scenario

F64 = NDArray[np.float64]
I32 = NDArray[np.int32]


def build_police(
    scenario: Scenario,
    geography: Geography,
    demand: Demand,
    sites: Sites,
    capability_names: tuple[str, ...],
    fire_units: int,
) -> Police:
    """Return the police part of a World; ``demand`` and ``sites`` have the police's in them."""
    assert scenario.police is not None
    section = scenario.police
    built = build_police_demand(scenario, demand, capability_names)
    return Police(
        grades=_grades(section),
        demand=built,
        units=build_police_part(scenario, sites, fire_units),
        rules=_rules(section, sites),
        district_names=tuple(each.name for each in section.districts.values()),
        district_of_cell=district_of_cell(section, geography),
        lines=_lines(section, demand, built.grade_share[0], built.by_999) if section.lines.in_use else None,
        abstractions=_abstractions(scenario),
    )


def _grades(section: PoliceSection) -> Grades:
    grades = grades_of(section)
    rows = list(grades.values())

    def target(minutes: float | None) -> float:
        return np.inf if minutes is None else minutes

    factor = [section.emergency_delay_factor if g.blue_lights else section.other_delay_factor for g in rows]
    return Grades(
        key=tuple(grades),
        blue_lights=np.array([g.blue_lights for g in rows]),
        diverts=np.array([g.diverts for g in rows]),
        divertible=np.array([g.divertible for g in rows]),
        eligible_districts=np.stack([_eligible(section, g) for g in rows]),
        wider_after_min=np.array([g.wider_after_min for g in rows]),
        support_units=np.array([g.support_cars for g in rows]),
        delay_median_min=np.array([g.delay_median_min for g in rows]) * factor,
        delay_sigma=np.array([g.delay_sigma for g in rows]),
        hours=np.array([g.hours for g in rows], dtype=np.int8),
        target_min=np.array([[target(g.target_rural_min), target(g.target_urban_min)] for g in rows]),
    )


def _eligible(section: PoliceSection, grade: Grade) -> NDArray[np.bool_]:
    """Return whether a car of one district (column) may be sent at once to another's incident (row)."""
    names = list(section.districts)
    if grade.reach == "force":
        return np.ones((len(names), len(names)), dtype=np.bool_)
    eligible = np.eye(len(names), dtype=np.bool_)
    if grade.reach == "neighbours":
        for row, each in enumerate(section.districts.values()):
            eligible[row, [names.index(other) for other in each.neighbours]] = True
    return eligible


def _rules(section: PoliceSection, sites: Sites) -> PoliceRules:
    dispatch = section.dispatch

    def places(kind: str) -> I32:
        keys = [key for key, each in section.facilities.items() if each.kind == kind and each.in_use]
        return np.array([sites.key.index(f"facility-{key}") for key in keys], dtype=np.int32)

    return PoliceRules(
        blue_factor=dispatch.blue_factor,
        ordinary_factor=dispatch.ordinary_factor,
        turnout_median_min=dispatch.turnout_median_s / 60.0,
        turnout_sigma=dispatch.turnout_sigma,
        divert=dispatch.divert,
        committed_min=dispatch.committed_min,
        divert_gain_min=dispatch.divert_gain_min,
        tied_up_median_min=np.array([dispatch.custody_median_min, dispatch.hospital_median_min]),
        tied_up_sigma=np.array([dispatch.custody_sigma, dispatch.hospital_sigma]),
        tied_up_sites=(places("custody"), places("hospital")),
        paperwork_min=dispatch.paperwork_min,
    )


def _lines(section: PoliceSection, demand: Demand, grade_share: F64, by_999: F64) -> Lines:
    """Return the telephone lines: calls that bring no incident are what the incidents leave of all calls."""
    lines = section.lines
    week = week_factors(section.profiles_hour[lines.hour_profile])
    police = np.array([group == POLICE for group in demand.group])
    attended_per_hour = demand.per_year * demand.attended_share * police / (365.0 * 24.0)
    share_999 = (grade_share * by_999).sum(axis=1)
    by_line = np.stack([share_999, 1.0 - share_999]) * attended_per_hour
    total = np.array([[lines.calls_999_per_day], [lines.calls_101_per_day]]) / 24.0 * week
    handlers = np.array(lines.handlers_weekday * 5 + lines.handlers_weekend * 2, dtype=np.int16)
    month = month_factors(section.profiles_month[lines.month_profile])
    return Lines(
        other_per_hour=np.maximum(0.0, total - by_line @ demand.hour_of_week),
        month=np.stack([month, month]),
        handlers=handlers,
        kept_for_999=lines.kept_for_999,
        handle_mean_min=np.array([lines.handle_999_mean_min, lines.handle_101_mean_min]),
        patience_mean_min=np.array([lines.patience_999_mean_min, lines.patience_101_mean_min]),
        redial_min=lines.redial_min,
        answer_target_s=np.array([lines.answer_999_target_s, lines.answer_101_target_s]),
    )


def _abstractions(scenario: Scenario) -> tuple[Abstraction, ...]:
    assert scenario.police is not None
    names = list(scenario.police.districts)
    start, days = scenario.calendar.start, scenario.calendar.days
    return tuple(
        Abstraction(
            name=key,
            first_day=(each.first - start).days,
            last_day=(each.last - start).days,
            hours=each.hours,
            share=each.share,
            districts=tuple(names.index(name) for name in each.districts),
        )
        for key, each in scenario.police.abstractions.items()
        if each.in_use and (each.last - start).days >= 0 and (each.first - start).days < days
    )
