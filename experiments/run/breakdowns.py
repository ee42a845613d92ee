"""Breakdowns of a run: the tables that it holds, and others by several things together, worked out from its logs."""

from __future__ import annotations

from pathlib import Path

from experiments.errors import UserError
from experiments.execution import model
from experiments.execution.documents import Value
from experiments.execution.store import SCENARIO_FILE, RunFolder
from experiments.execution.tables import read_log, stack
from experiments.presentation.breakdown import ALIASES, average, named, read_breakdown
from scenarios.schema.scenario import Scenario
from sim.measures.crossed import crossed, crossed_names
from sim.measures.definitions import table_names

MOST = 3


def check_by(by: str | None, scenario: Scenario) -> None:
    """Raise UserError if a run of the scenario will have no such breakdown: before anything is simulated."""
    if by is None:
        return
    if "," in by:
        _crossed(by, scenario)
        return
    fire, police = _services(scenario)
    names = sorted(name.removeprefix("by_") for name in table_names(fire=fire, police=police))
    if named(names, ALIASES.get(by, by).replace("-", "_")) not in names:
        msg = f'--by "{by}": a run of {scenario.name} has no such breakdown. It has: {", ".join(names)}.'
        raise UserError(msg)


def columns_by(run: Path, by: str) -> dict[str, list[Value]]:
    """Return a breakdown averaged over the replications of a run: one that it holds, or ``station,hour`` from its logs.

    Raises UserError if it cannot be had.
    """
    if "," not in by:
        return read_breakdown(run, by)
    scenario = model.load(str(run / SCENARIO_FILE))
    names = _crossed(by, scenario)
    world, folder = model.build(scenario), RunFolder(run)
    tables = ((k, crossed(world, read_log(folder.replication(k)), names)) for k in range(folder.series()))
    return average(stack(tables))


def _services(scenario: Scenario) -> tuple[bool, bool]:
    """Return whether the fire service and the police are in a scenario."""
    return scenario.service != "police", scenario.service != "fire"


def _crossed(by: str, scenario: Scenario) -> list[str]:
    """Return what to break down by, together. Raises UserError if the scenario's incidents cannot be."""
    typed = [part.strip().replace("-", "_") for part in by.split(",")]
    names = [ALIASES.get(name, name) for name in typed]
    fire, police = _services(scenario)
    known = crossed_names(fire=fire, police=police)
    unknown = ", ".join(name or "nothing" for name in names if name not in known)
    if unknown:
        msg = f'--by "{by}": incidents cannot be put together by {unknown}. Known: {", ".join(known)}.'
        raise UserError(msg)
    if len(set(names)) != len(names) or not 1 < len(names) <= MOST:
        msg = f'--by "{by}": name two or three different things, such as district,hour.'
        raise UserError(msg)
    if len({name.startswith("police_") for name in names}) > 1:
        msg = f"--by \"{by}\": fire's incidents and the police's go into no common table. Name things of one service."
        raise UserError(msg)
    return names
