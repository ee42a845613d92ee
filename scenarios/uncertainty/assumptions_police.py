"""What the police section of a scenario assumes, entry by entry, in a few words."""

from __future__ import annotations

from functools import singledispatch

from scenarios.loading.faults import listed
from scenarios.schema.base import Source
from scenarios.schema.police import (
    AbstractionWindow,
    CarPattern,
    Centre,
    FireAttendance,
    Grade,
    Grading,
    PatrolPlace,
    PoliceBase,
    PoliceFacility,
    PoliceIncidentType,
    PolicingDistrict,
    Regrading,
    Shift,
    WeekProfile,
)
from scenarios.schema.scenario import Scenario


def police_tables(scenario: Scenario) -> dict[str, dict[str, Source]]:
    """Return the tables of the police section by the path at which they stand; none without one."""
    police = scenario.police
    if police is None:
        return {}
    tables: dict[str, dict[str, Source]] = {
        f"police.{name}": dict(getattr(police, name))
        for name in type(police).model_fields
        if name != "schemes" and isinstance(getattr(police, name), dict)
    }
    for key, scheme in police.schemes.items():
        tables[f"police.schemes.{key}.grades"] = dict(scheme.grades)
        tables[f"police.schemes.{key}.grading"] = dict(scheme.grading)
    return tables


@singledispatch
def police_gist(entry: Source) -> str:
    """Return what is assumed of an entry of the police section, in a few words."""
    del entry
    return ""


@police_gist.register
def _place(entry: PoliceBase | PatrolPlace | Centre | PoliceFacility) -> str:
    return f"{entry.name} at {entry.lat}, {entry.lon}"


@police_gist.register
def _type(entry: PoliceIncidentType) -> str:
    return f"{entry.per_year:g} reported a year, {entry.attended_share:.0%} attended"


@police_gist.register
def _grading(entry: Grading) -> str:
    return ", ".join(f"{name} {share:.0%}" for name, share in entry.shares.items())


@police_gist.register
def _grade(entry: Grade) -> str:
    return f"delay {entry.delay_median_min:g} min, {entry.scene_median_min:g} min at the scene"


@police_gist.register
def _cars(entry: CarPattern) -> str:
    return f"{entry.single_cars:g} single and {entry.double_cars:g} double crewed"


@police_gist.register
def _shift(entry: Shift) -> str:
    return f"{entry.length_h:g} h from {listed(f'{start:g}' for start in entry.starts)}"


@police_gist.register
def _abstraction(entry: AbstractionWindow) -> str:
    return f"{entry.share:.0%} of the cars away, {entry.first} to {entry.last}"


@police_gist.register
def _fire(entry: FireAttendance) -> str:
    return f"{entry.attended_share:.0%}, like {entry.like}"


@police_gist.register
def _regrading(entry: Regrading) -> str:
    return f"{entry.share:.0%} of {entry.incident_type} to {entry.grade} from {entry.first}"


@police_gist.register
def _district(entry: PolicingDistrict) -> str:
    return f"{listed(entry.authorities)}, {entry.demand_factor:g} incidents a resident"


@police_gist.register
def _profile(entry: WeekProfile) -> str:
    del entry
    return "profile"
