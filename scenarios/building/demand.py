"""The demand of a scenario as arrays: how often, when and where each type of incident happens."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from scenarios.building.events import build_day_factor, build_scripted, scripted_attendance
from scenarios.loading.faults import ScenarioError, ScenarioFault
from sim.world.fire import Calendar, Demand

if TYPE_CHECKING:
    from scenarios.building.map import Geography
    from scenarios.schema.scenario import HourProfile, IncidentType, MonthProfile, Scenario

F64 = NDArray[np.float64]

_DAYS_OF_MONTH = np.array([31, 28.25, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])


def build_demand(
    scenario: Scenario, geography: Geography, calendar: Calendar, capability_names: tuple[str, ...]
) -> Demand:
    """Return the arrays of every incident type, in the scenario's order, and what is scripted besides."""
    types = scenario.incident_types
    weights = cell_weights(geography)
    drawn = [v for t in types.values() for v in t.attendance.items()]
    scripted = build_scripted(scenario, geography.cells, calendar, first_variant=len(drawn))
    variants = drawn + ([] if scripted is None else scripted_attendance(scenario, scripted))
    counts = [len(t.attendance) for t in types.values()]

    def column(name: str, dtype: type[np.generic] = np.float64) -> NDArray[np.generic]:
        return np.array([getattr(t, name) for t in types.values()], dtype=dtype)

    return Demand(
        key=tuple(types),
        per_year=np.array([t.per_year * _factor(scenario, t) for t in types.values()]),
        hour_of_week=_stacked([_hours(scenario.profiles_hour[t.hour_profile]) for t in types.values()], 168),
        month=_stacked([month_factors(scenario.profiles_month[t.month_profile]) for t in types.values()], 12),
        cell_share=_stacked(
            [
                share_of_cells(scenario.name, f"incident_types.{key}", t.weights.items(), weights)
                for key, t in types.items()
            ],
            len(geography.cells),
        ),
        plt_share=column("plt_share").astype(np.float64),
        late_call_share=column("late_call_share").astype(np.float64),
        primary_fire=column("primary_fire", np.bool_).astype(np.bool_),
        property_fire=column("property_fire", np.bool_).astype(np.bool_),
        group=tuple(t.group for t in types.values()),
        attended_share=column("attended_share").astype(np.float64),
        over_border=np.array([t.group == "over_border" for t in types.values()], dtype=np.bool_),
        scene_median_min=column("scene_median_min").astype(np.float64),
        scene_sigma=column("scene_sigma").astype(np.float64),
        makeup_share=column("makeup_share").astype(np.float64),
        makeup_pumps_mean=column("makeup_pumps_mean").astype(np.float64),
        makeup_after_min=column("makeup_after_min").astype(np.float64),
        variant_start=np.concatenate([[0], np.cumsum(counts)]).astype(np.int32),
        variant_share=np.array([v.share for _, v in variants]),
        variant_name=tuple(name for name, _ in variants),
        variant_pumps=np.array([v.pumps for _, v in variants], dtype=np.int8),
        variant_capabilities=tuple(
            tuple(capability_names.index(c) for c in v.capabilities) for _, v in variants
        ),
        day_factor=build_day_factor(scenario, calendar),
        scripted=scripted,
    )


def cell_weights(geography: Geography) -> dict[str, F64]:
    """Return the spatial weights by name, each (C,) and summing to 1 (or 0 where a map has none of it).

    population: residents inside; urban_population: those in urban cells; road: metres of main road; countryside:
    open land; outside: residents over the border.
    """
    cells = geography.cells
    raw = {
        "population": cells.population * cells.inside,
        "urban_population": cells.population * (cells.inside & cells.urban),
        "road": geography.main_road_m * cells.inside,
        "countryside": cells.area_km2 * (1.0 - cells.built_up_share) * cells.inside,
        "outside": cells.population * ~cells.inside,
    }
    return {name: w / w.sum() if w.sum() > 0 else w for name, w in raw.items()}


def _stacked(rows: list[F64], width: int) -> F64:
    """Return rows as one array, (0, width) if there are none (a police service alone)."""
    return np.stack(rows) if rows else np.empty((0, width))


def _factor(scenario: Scenario, incident_type: IncidentType) -> float:
    return 1.0 if incident_type.group == "over_border" else scenario.demand_factor


def share_of_cells(
    name: str, path: str, weights: Iterable[tuple[str, float]], cells: Mapping[str, F64]
) -> F64:
    """Return where a type happens, (C,), summing to 1. Raises ScenarioError where the map has none of its weights.

    ``name`` is the scenario's, ``path`` leads to the type; ``cells`` are the map's weights by name.
    """
    given = tuple(weights)
    mixed = sum((factor * cells[weight] for weight, factor in given), np.zeros(1))
    total = float(mixed.sum())
    if not 0.0 < total < np.inf:
        told = ", ".join(f"{weight} {factor:g}" for weight, factor in given) or "none"
        remedy = "give a weight above 0 of something that the map has (population, road, countryside, ...)"
        problem = "no place of the map has any of these weights, or they are too large"
        raise ScenarioError([ScenarioFault(name, f"{path}.weights", told, problem, remedy)])
    share: F64 = mixed / total
    return share


def _hours(profile: HourProfile) -> F64:
    week = np.array(profile.weekday * 5 + profile.weekend * 2)
    factors: F64 = week / week.mean()
    return factors


def month_factors(profile: MonthProfile) -> F64:
    """Return the factors by calendar month, (12,), mean 1 over the days of a year."""
    months = np.array(profile.months)
    factors: F64 = months / np.average(months, weights=_DAYS_OF_MONTH)
    return factors
