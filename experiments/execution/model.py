"""The one place where the model's parts are fetched: scenario, World, engine, measures, reported figures.

Imports happen when they are needed: geopandas and SciPy are slow to import, and most commands need neither.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from experiments.errors import UserError
from experiments.execution import engines

if TYPE_CHECKING:  # for types only: see above
    from scenarios.schema.scenario import Scenario
    from sim.draws.replication import Draws
    from sim.log.tables import Log
    from sim.measures import Definition, Measures
    from sim.measures.police import PoliceNames
    from sim.world.fire import World
    from sim.world.standards import Standard


def cache_folder() -> Path | None:
    """Return the place that ``TURNOUT_CACHE`` names for maps kept between runs; None: the user's cache folder."""
    named = os.environ.get("TURNOUT_CACHE")
    return Path(named) if named else None


def load(name_or_path: str) -> Scenario:
    """Return the resolved Scenario. Raises UserError telling every fault."""
    from scenarios.loading.faults import ScenarioError
    from scenarios.loading.load import load_scenario

    try:
        return load_scenario(name_or_path)
    except ScenarioError as fault:
        raise UserError(str(fault)) from fault


def input_digests(scenario: Scenario) -> dict[str, str]:
    """Return the SHA-256 of every table that the scenario's service is made from."""
    from experiments.execution.provenance import file_digests
    from scenarios.loading.datasets import geography_folder

    folder = geography_folder(scenario)
    return file_digests(folder, folder.glob("*.csv"))


def build(scenario: Scenario) -> World:
    """Return the World of a scenario, from the cache where possible. Raises UserError telling every fault."""
    from geo.errors import GeoDataError
    from scenarios.building.world import build_world
    from scenarios.loading.faults import ScenarioError
    from scenarios.loading.load import digest

    try:
        key = (digest(scenario), cache_folder())
        if key not in _BUILT:
            world = build_world(scenario, cache_dir=cache_folder())
            while len(_BUILT) >= _MOST_BUILT:
                del _BUILT[next(iter(_BUILT))]
            _BUILT[key] = world
        return _BUILT[key]
    except (ScenarioError, GeoDataError) as fault:
        raise UserError(str(fault)) from fault


_MOST_BUILT = 2
_BUILT: dict[tuple[str, Path | None], World] = {}
"""The last Worlds: a comparison, and a run that is shown, ask for the same ones again."""


def simulate(world: World, *, seed: int, replication: int) -> Log:
    """Draw one replication and play it, for whoever makes many."""
    return play(world, engines.draw(world, seed, replication), seed=seed, replication=replication)


def simulate_to_read(world: World, *, seed: int, replication: int) -> Log:
    """Draw one replication and play it with SimPy, unless the command says otherwise."""
    from sim.draws.replication import draw

    drawn = draw(world, seed, replication)
    return engines.play(world, drawn, seed=seed, replication=replication, otherwise=engines.Engine.SIMPY)


def play(world: World, draws: Draws, *, seed: int, replication: int) -> Log:
    """Play a replication whose draws are made."""
    return engines.play(world, draws, seed=seed, replication=replication)


def measure(world: World, log: Log, standards: Sequence[Standard] = (), *, tables: bool = True) -> Measures:
    """Return every figure of a log, with its breakdowns or without, in half the time.

    Raises ValueError if a standard names a filter that does not exist.
    """
    from sim.measures import measure as measured

    return measured(world, log, standards, tables=tables)


def values(world: World, log: Log, standards: Sequence[Standard] = ()) -> dict[str, float]:
    """Return the figures of a log without their breakdowns. Raises as ``measure`` does."""
    return measure(world, log, standards, tables=False).values


def standards(scenario: Scenario) -> tuple[Standard, ...]:
    """Return the response standards of a scenario."""
    from scenarios.building.world import standards_of

    return tuple(standards_of(scenario))


def police_names(scenario: Scenario | None) -> PoliceNames | None:
    """Return the grades and crimes that name the police figures of a scenario, None without police."""
    from sim.measures.police import PoliceNames
    from sim.measures.police.select import crime_keys

    if scenario is None or scenario.police is None or scenario.service == "fire":
        return None
    police = scenario.police
    grades = police.schemes[police.scheme].grades
    ordered = sorted(grades, key=lambda key: int(grades[key].urgency))
    return PoliceNames(
        tuple(ordered), crime_keys(tuple(each.crime for each in police.incident_types.values()))
    )


def definitions(
    standards: Sequence[Standard] = (), *, scenario: Scenario | None = None
) -> dict[str, Definition]:
    """Return every measure's definition (title, unit, text, higher_is_better), those of standards last.

    Which there are depends on the services of ``scenario``; None: a fire service.
    """
    from sim.measures import definitions_for, standard_definition

    judged = [standard_definition(standard) for standard in standards]
    fire = scenario is None or scenario.service != "police"
    found = definitions_for(fire=fire, police=police_names(scenario))
    return {**found, **{definition.name: definition for definition in judged}}


def units(standards: Sequence[Standard] = (), *, scenario: Scenario | None = None) -> dict[str, str]:
    """Return the unit of every measure."""
    return {name: definition.unit for name, definition in definitions(standards, scenario=scenario).items()}


def units_of_names(names: Sequence[str]) -> dict[str, str]:
    """Return the units of measures of which only the names are known; standards are not among them."""
    from sim.measures.definitions import definitions_for, names_told_by

    return {name: each.unit for name, each in definitions_for(fire=True, police=names_told_by(names)).items()}


def reported(scenario: Scenario) -> dict[str, float]:
    """Return the figures that a scenario's service reported by measure name; none where its tables do not tell.

    Of the embedded service fire's are of the base year, the police's of the months of the run where all of them were
    reported; of another the last of each measure in its own table.
    """
    from scenarios.loading.datasets import is_embedded

    if not is_embedded(scenario):
        return _own_reported(scenario)
    found: dict[str, float] = {}
    if scenario.service != "police":
        from calibration.reported import REPORTED

        found |= REPORTED
    if scenario.service != "fire":
        from experiments.execution.police_reported import reported_by_police

        found |= reported_by_police(scenario.calendar.start, scenario.calendar.days)
    return found


def map_attribution(scenario: Scenario) -> str:
    """Return whose data the map of a scenario is made from, as their licences ask; "" for a map of tables."""
    from geo.building.manifest import read_manifest, told_sources
    from scenarios.loading.datasets import map_folder

    folder = map_folder(scenario)
    told = [] if folder is None else told_sources(read_manifest(folder)["sources"])
    return f"Map: {'; '.join(told)}." if told else ""


def _own_reported(scenario: Scenario) -> dict[str, float]:
    from calibration.reported import read_reported
    from scenarios.loading.datasets import own_table
    from scenarios.loading.faults import ScenarioError

    services = ("fire", "police") if scenario.service == "joint" else (scenario.service,)
    tables = [own_table(scenario, f"reported_{service}.csv") for service in services]
    try:
        return {
            each.measure: each.value for table in tables if table is not None for each in read_reported(table)
        }
    except ScenarioError as fault:
        raise UserError(str(fault).replace("in the scenario", "in the table", 1)) from fault


def targets(standards: Sequence[Standard]) -> dict[str, float]:
    """Return the targets of standards by the names of the measures that they judge.

    Each standard judges ``standard.<key>``, and where one of the stable names is the same figure, that too.
    """
    found = {f"standard.{standard.key}": float(standard.target) for standard in standards}
    for standard in standards:
        name = stable_name(standard)
        if name is not None:
            found.setdefault(name, float(standard.target))
    return found


def stable_name(standard: Standard) -> str | None:
    """Return the stable measure that is the figure of ``standard``, None if there is none."""
    from sim.measures import DEFINITIONS

    if standard.service == "police":
        whole = standard.clock == "call" and standard.area == "all" and standard.statistic == "share_met"
        return f"police.met.{standard.incidents.replace('+', '.')}" if whole else None
    scopes = {("all", False): "fire.all", ("plt", False): "fire.plt", ("primary_fire", True): "fire.primary"}
    scope = scopes.get((standard.incidents, standard.home_office_exclusions))
    if scope is None or standard.area != "all" or standard.unit_order != 1:
        return None
    if standard.clock == "mobilisation":
        scope += ".from_mobilisation"
    statistic = "mean_s"
    if standard.statistic == "share_within" and standard.threshold_s is not None:
        statistic = f"within_{standard.threshold_s / 60:g}"
    elif standard.statistic == "percentile" and standard.percentile is not None:
        statistic = f"p{100 * standard.percentile:g}_s"
    name = f"{scope}.{statistic}"
    return name if name in DEFINITIONS else None
