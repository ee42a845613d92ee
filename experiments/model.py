"""The one place where the model's parts are fetched: scenario, World, engine, measures, reported figures.

Imports happen when they are needed: geopandas and SciPy are slow to import, and most commands need neither.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from experiments.errors import UserError


def cache_folder() -> Path:
    """Return where travel times are kept between runs; ``TURNOUT_CACHE`` names another place."""
    if os.environ.get("TURNOUT_CACHE"):
        return Path(os.environ["TURNOUT_CACHE"])
    if sys.platform == "win32":
        root = os.environ.get("LOCALAPPDATA") or str(Path.home() / "AppData" / "Local")
    else:
        root = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(root) / "turnout"


def load(name_or_path: str) -> Any:
    """Return the resolved Scenario. Raises UserError telling every fault."""
    from scenarios.load import ScenarioError, load_scenario

    try:
        return load_scenario(name_or_path)
    except ScenarioError as fault:
        raise UserError(str(fault)) from fault


def build(scenario: Any) -> Any:
    """Return the World of a scenario, from the cache where possible. Raises UserError telling every fault."""
    from scenarios.build import build_world
    from scenarios.load import ScenarioError

    try:
        return build_world(scenario, cache_dir=cache_folder())
    except ScenarioError as fault:
        raise UserError(str(fault)) from fault


def standards(scenario: Any) -> tuple[Any, ...]:
    """Return the response standards of a scenario."""
    from scenarios.build import standards_of

    return tuple(standards_of(scenario))


def definitions() -> Mapping[str, Any]:
    """Return every measure's definition: title, unit, text, higher_is_better."""
    from sim.measures import DEFINITIONS

    return DEFINITIONS


def units() -> dict[str, str]:
    """Return the unit of every measure."""
    return {name: definition.unit for name, definition in definitions().items()}


def reported(scenario: Any) -> dict[str, float]:
    """Return the figures that the service reported, by measure name; none for a service without."""
    del scenario
    try:
        from calibration.reported import REPORTED
    except ImportError:
        return {}
    return dict(REPORTED)


def targets(standards: tuple[Any, ...]) -> dict[str, float]:
    """Return the target of each standard by the name of the measure it is about."""
    return {standard.measure: standard.target for standard in standards}
