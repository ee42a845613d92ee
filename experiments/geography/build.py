"""``turnout geo build``: a recipe to the folder of a geography, its ways to areas worked out beforehand."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from experiments.errors import UserError
from experiments.execution.provenance import turnout_version

if TYPE_CHECKING:
    from geo.building.build import Made
    from scenarios.schema.scenario import Scenario

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Settings:
    """What is built, where, and for whose speeds."""

    recipe: Path
    out: Path | None = None
    scenario: str | None = None  # whose speeds; None: those of the embedded tables
    workers: int = 1


@dataclass(frozen=True, slots=True)
class Built:
    """What was made, and how long it took."""

    made: Made
    seconds: float


def build_map(settings: Settings, say: Say) -> Built:
    """Make a geography. Raises UserError with every fault of a source."""
    from geo.building.build import build
    from geo.errors import GeoDataError
    from scenarios.loading.datasets import tables_folder
    from scenarios.loading.faults import ScenarioError

    started = time.perf_counter()
    out = settings.out or settings.recipe.with_suffix("")
    if out == settings.recipe:
        out = settings.recipe.with_name(f"{settings.recipe.name}-map")
    base = settings.recipe.parent
    try:
        made = build(
            settings.recipe,
            out,
            find=lambda name: tables_folder(name, base=base),
            version=turnout_version(),
            say=say,
        )
        _keep_ways(made, _scenario(settings.scenario), settings.workers, say)
    except (GeoDataError, ScenarioError) as fault:
        raise UserError(str(fault)) from fault
    except OSError as fault:
        raise UserError(
            f"{out} cannot be written: {fault.strerror or fault}. Choose another folder with --out."
        ) from fault
    return Built(made, time.perf_counter() - started)


def _scenario(name: str | None) -> Scenario:
    from scenarios.loading.load import load_scenario

    return load_scenario(name or "uncalibrated")


def _keep_ways(made: Made, scenario: Scenario, workers: int, say: Say) -> None:
    """Work out the ways from every node to every area at the speeds of a scenario, unless they are kept."""
    from geo.building.folder import read_map
    from scenarios.building.built_map import built_network, make_matrix, matrix_of
    from scenarios.building.speeds import scaled_speeds
    from scenarios.loading.datasets import geography_folder

    speeds = scaled_speeds(geography_folder(scenario), scenario.travel)
    digest = str(made.manifest["digest"])
    if matrix_of(made.folder, digest, speeds) is not None:
        return
    say("Working out the ways to areas ...")
    none = np.zeros(0)
    network = built_network(read_map(made.folder), none, none, none, [])
    make_matrix(made.folder, digest, network, speeds, workers, say)
