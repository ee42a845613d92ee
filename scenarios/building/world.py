"""Scenario → World: join the map, the fleet, the people and the demand into one set of arrays."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np

from scenarios.building.calendar import build_calendar
from scenarios.building.demand import build_demand
from scenarios.building.fleet import Z90, build_sites, build_units, capabilities_of, plan_pools
from scenarios.building.geography import build_geography
from scenarios.building.map import Geography
from scenarios.building.people import build_people
from scenarios.building.police.cars import build_police_units
from scenarios.building.police.demand import with_police_demand
from scenarios.building.police.police import build_police
from scenarios.building.police.sites import joined, with_police_sites
from scenarios.loading.datasets import tables_folder
from scenarios.loading.load import digest
from scenarios.schema.scenario import Scenario
from sim.world.fire import Cells, Demand, Rules, Timings, World
from sim.world.standards import Standard


def build_world(
    scenario: Scenario, *, cache_dir: Path | None = None, geography: Geography | None = None
) -> World:
    """Compile a scenario.

    ``cache_dir`` is where the map's arrays are kept between runs (None: the user's cache folder); a ``geography``
    that the caller has made of the scenario is taken instead. Raises ScenarioError or GeoDataError, with every
    fault found, if the map and the scenario do not fit each other.
    """
    if geography is None:
        geography = build_geography(scenario, tables_folder(scenario.geography.tables), cache_dir)
    calendar = build_calendar(scenario.calendar)
    capability_names = capabilities_of(scenario)
    plans = plan_pools(scenario)
    sites = with_police_sites(
        build_sites(scenario, geography.cells.district_names), scenario, geography.cells
    )
    units = build_units(scenario, plans, capability_names)
    demand = build_demand(scenario, geography, calendar, capability_names)
    police = None
    if scenario.police is not None:
        fire_units = len(units.key)
        units = joined(units, build_police_units(scenario, capability_names, sites))
        demand = with_police_demand(demand, scenario, geography, calendar)
        police = build_police(scenario, geography, demand, sites, capability_names, fire_units)
    cells = geography.cells
    return World(
        name=scenario.name,
        digest=digest(scenario),
        calendar=calendar,
        cells=Cells(
            easting_m=cells.easting_m,
            northing_m=cells.northing_m,
            population=cells.population,
            district=cells.district,
            district_names=cells.district_names,
            settlement=cells.settlement,
            settlement_names=cells.settlement_names,
            urban=cells.urban,
            inside=cells.inside,
        ),
        sites=sites,
        units=units,
        people=build_people(scenario, plans, sites.key),
        demand=demand,
        timings=_timings(scenario, demand),
        rules=_rules(scenario),
        travel=geography.travel,
        capability_names=capability_names,
        police=police,
    )


def standards_of(scenario: Scenario) -> tuple[Standard, ...]:
    """Return the standards that the scenario's own service is judged by."""
    return tuple(
        Standard(
            key=key,
            title=s.title,
            clock=s.clock,
            incidents=s.incidents,
            home_office_exclusions=s.home_office_exclusions,
            area=s.area,
            unit_order=s.unit_order,
            statistic=s.statistic,
            threshold_s=s.threshold_s,
            percentile=s.percentile,
            target=s.target,
            source=s.source,
            service=s.service,
        )
        for key, s in scenario.standards.items()
        if s.target is not None and s.authority == "own"
    )


def _timings(scenario: Scenario, demand: Demand) -> Timings:
    """Return the times of control and the roads.

    The reported number of mobilising failures a year becomes a probability of a response, by the responses that
    the first attendances ask for in a year.
    """
    control, travel = scenario.control, scenario.travel
    pumps = [
        float(demand.variant_share[a:b] @ demand.variant_pumps[a:b])
        for a, b in zip(demand.variant_start[:-1], demand.variant_start[1:], strict=True)
    ]
    by_group = {str(name): factor for name, factor in control.handling_factor.items()}
    responses_per_year = float((demand.per_year * demand.attended_share) @ pumps)
    return Timings(
        handling_median_min=control.call_handling_median_s / 60.0,
        handling_sigma=math.log(control.call_handling_p90_s / control.call_handling_median_s) / Z90,
        traffic_sigma=travel.traffic_sigma,
        journey_sigma=travel.journey_sigma,
        failure_per_response=(
            min(1.0, control.mobilising_failures_per_year / max(responses_per_year, 1.0))
            if scenario.service != "police"
            else 0.0
        ),
        failure_found_min=control.failure_found_min,
        standby_turnout_min=control.standby_turnout_s / 60.0,
        return_factor=travel.return_factor,
        day_hours=scenario.wholetime.day_turnout_hours,
        handling_factor=np.array([by_group.get(name, 1.0) for name in demand.group]),
    )


def _rules(scenario: Scenario) -> Rules:
    cover = scenario.cover
    return Rules(
        dispatch=scenario.dispatch,
        cover=cover.policy,
        cover_parameters={
            "reach_min": cover.reach_min,
            "delay_min": cover.delay_min,
            "group_delay_min": cover.group_delay_min,
            "longest_move_min": cover.longest_move_min,
            "least_gain": cover.least_gain,
        },
        neighbours_help=scenario.neighbour.help,
        queue_when_none=True,
        gauge_hours=scenario.gauge.hours,
        gauge_target=scenario.gauge.target,
    )
