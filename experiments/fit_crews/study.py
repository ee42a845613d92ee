"""``turnout fit-availability`` and ``turnout fit-travel``: records to an overlay and a report."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from calibration.crews.availability import (
    AvailabilityFit,
    States,
    fit_availability,
    read_states,
    with_availability,
)
from calibration.crews.columns import CrewTable, open_table
from calibration.crews.travel import TravelFit, fit_travel, read_journeys, with_travel
from experiments.errors import UserError
from experiments.execution import model
from experiments.execution.results_folder import write_text, writing
from experiments.fit_crews.report import availability_report, travel_report
from geo.errors import GeoDataError

if TYPE_CHECKING:
    from geo.roads import RoadGraph
    from scenarios.schema.scenario import Scenario
    from sim.world.fire import World

MARK = "fit-crews.txt"
OVERLAY, REPORT = "overlay.toml", "report.md"


@dataclass(frozen=True, slots=True)
class Settings:
    """Records, what their columns mean, whose scenario, and where to write."""

    records: Path
    mapping: Path | None = None
    scenario: str = "baseline"
    out: Path | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Written:
    """Where a fit was written, and what could not be used, by why."""

    folder: Path
    overlay: Path
    lost: dict[str, int]
    report: str


def availability(settings: Settings) -> tuple[AvailabilityFit, States, Written]:
    """Fit availability to spans or snapshots. Raises UserError telling every fault."""
    base = model.load(settings.scenario)
    try:
        table = open_table(settings.records, settings.mapping)
        states = read_states(table, base)
    except GeoDataError as fault:
        raise UserError(str(fault)) from fault
    fit = fit_availability(states, base)
    if not fit.stations and np.isnan(fit.wholetime[0]):
        raise UserError(f"{settings.records} tells of no own pump of {base.name}.")
    option = with_availability(base, fit, f"{settings.records.name}, {fit.weeks:.0f} weeks")
    report = availability_report(fit, base, table.lost)
    return fit, states, _write(settings, "fit-availability", base, option, report, table)


def travel(settings: Settings) -> tuple[TravelFit, Written]:
    """Fit turnouts and speeds to mobilisations. Raises UserError telling every fault."""
    base = model.load(settings.scenario)
    try:
        table = open_table(settings.records, settings.mapping)
        journeys = read_journeys(table)
    except GeoDataError as fault:
        raise UserError(str(fault)) from fault
    world = model.build(base)
    fit = fit_travel(journeys, base, world, _graph(base), _town_share(base, world))
    report = travel_report(fit, base, table.lost)
    return fit, _write(settings, "fit-travel", base, with_travel(base, fit), report, table)


def _graph(scenario: Scenario) -> RoadGraph:
    from geo.building.folder import read_links
    from scenarios.building.terrain import written_roads
    from scenarios.loading.datasets import geography_folder, map_folder

    own = map_folder(scenario)
    return written_roads(geography_folder(scenario)).graph if own is None else read_links(own).graph()


def _town_share(scenario: Scenario, world: World) -> NDArray[np.float64]:
    """Return how much of the minutes on and off the network is driven as in town, by place (cells, then sites)."""
    from geo.access import AccessRules
    from geo.roads import CLASS_INDEX
    from scenarios.building.geography import build_geography
    from scenarios.building.speeds import scaled_speeds
    from scenarios.loading.datasets import geography_folder

    tables, rules = geography_folder(scenario), AccessRules()
    cells = build_geography(scenario, tables, model.cache_folder()).cells
    near = cKDTree(np.column_stack([cells.easting_m, cells.northing_m])).query(
        np.column_stack([world.sites.easting_m, world.sites.northing_m])
    )[1]
    built = np.concatenate([cells.built_up_share, cells.built_up_share[near]])
    pace = scaled_speeds(tables, scenario.travel).m_per_min().mean(axis=0)
    town = built * rules.detour_urban / pace[CLASS_INDEX["urban_minor"]]
    country = (1.0 - built) * rules.detour_rural / pace[CLASS_INDEX["minor"]]
    return np.asarray(town / (town + country), dtype=np.float64)


def _write(
    settings: Settings, what: str, base: Scenario, option: Scenario, report: str, table: CrewTable
) -> Written:
    from scenarios.changes.overlay import save_option
    from scenarios.loading.faults import ScenarioError

    folder = settings.out or Path("runs") / f"{what}-{settings.records.stem.lower()}"
    named = option.model_copy(
        update={"name": f"fitted-{base.name}", "title": f"{base.title}, fitted to {settings.records.name}"}
    )
    with writing(folder):
        if folder.exists() and any(folder.iterdir()) and not (folder / MARK).exists():
            msg = f"{folder} is not empty and holds no fit. Choose a new or empty folder with --out."
            raise UserError(msg)
        folder.mkdir(parents=True, exist_ok=True)
        write_text(folder / MARK, f"Written by turnout {what}: report.md tells what is here.\n")
        try:
            save_option(folder / OVERLAY, settings.scenario, base, named, force=True)
        except ScenarioError as fault:
            raise UserError(str(fault)) from fault
        write_text(folder / REPORT, report)
    return Written(folder, folder / OVERLAY, dict(table.lost), report)
