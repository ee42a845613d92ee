"""What the user asked of a calibration, and what it works on: scenario, free parameters, reported figures."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from calibration.parameters import FOLDER as PARAMETERS
from calibration.parameters import Parameter, read_parameters
from calibration.reported import FOLDER as TARGETS
from calibration.reported import Reported, names_of, read_reported
from experiments.calibrate.periods import check_periods
from experiments.calibrate.simulator import stated_figures
from experiments.errors import UserError
from experiments.execution.documents import Document
from experiments.execution.provenance import code_digest, turnout_version
from scenarios.schema.scenario import Scenario

SCENARIOS = {"fire": "uncalibrated", "police": "uncalibrated-police"}
"""The scenario that a service's free parameters are fitted on, before any fitted value."""
FITTED = {"fire": "baseline", "police": "police-baseline"}
"""The library's scenario that carries the best fit of a service."""
FITTED_SERVICES = {"fire": ("fire",), "police": ("police",), "joint": ("fire", "police")}
"""Whose fits matter to a scenario, by its field ``service``."""
CHECK_SEED = 7_368_787
"""Added to the seed for the runs that check a fit: no replication of the fit has such a root seed."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the user asked for. ``points`` (all waves together) stands in for ``budget_min`` where it is given.

    ``replications`` of every point; ``anchor`` of the best point, to take out what the chance of the few
    replications adds; ``check`` of the fitted values on seeds that the fit never met.
    """

    service: str = "fire"
    scenario: str | None = None
    targets: Path | None = None
    parameters: Path | None = None
    budget_min: float = 20.0
    points: int | None = None
    waves: int = 3
    replications: int = 2
    anchor: int = 24
    check: int = 20
    days: int | None = None
    draws: int = 400
    workers: int = 1
    seed: int = 1
    out: Path | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """What is fitted: the scenario, its free parameters, and the reported figures that they answer to."""

    reference: str
    scenario: Scenario
    parameters: tuple[Parameter, ...]
    figures: tuple[Reported, ...]

    @property
    def outputs(self) -> tuple[str, ...]:
        """Return the names of the outputs that the figures are compared with."""
        return names_of(self.figures)


def load_subject(settings: Settings) -> Subject:
    """Return scenario, parameters and figures. Raises UserError telling every fault."""
    from experiments.execution import model
    from experiments.sensitivity.study import with_days

    if settings.service not in SCENARIOS:
        msg = f'--service "{settings.service}": there is fire and police.'
        raise UserError(msg)
    reference = settings.scenario or SCENARIOS[settings.service]
    scenario = model.load(reference)
    if settings.days is not None:
        scenario = with_days(scenario, settings.days)
    parameters = read_table(settings.parameters or parameters_file(scenario, settings.service), parameters_of)
    figures = read_table(settings.targets or figures_file(scenario, settings.service), read_reported)
    return Subject(reference, scenario, parameters, _to_fit(scenario, figures, settings))


def figures_file(scenario: Scenario, service: str) -> Path:
    """Return the table of what a scenario's service reported: its own, or the shipped one of an embedded service.

    Raises UserError if there is none: nobody is held against another service's figures.
    """
    from scenarios.loading.datasets import is_embedded, own_table

    name = f"reported_{service}.csv"
    own = own_table(scenario, name)
    if own is not None:
        return own
    if not is_embedded(scenario):
        msg = (
            f"{scenario.name} stands on the tables {scenario.geography.tables}, which do not say what the service "
            f"reported: put {name} there, or give it with --targets FILE (docs/calibration.md says how it looks)."
        )
        raise UserError(msg)
    return TARGETS / f"{service}.csv"


def parameters_file(scenario: Scenario, service: str) -> Path:
    """Return the table of what may be fitted: the service's own, or the shipped one."""
    from scenarios.loading.datasets import own_table

    return own_table(scenario, f"parameters_{service}.csv") or PARAMETERS / f"{service}.csv"


def parameters_of(path: Path) -> tuple[Parameter, ...]:
    """Return the parameters of a table. Raises ScenarioError."""
    return read_parameters(path)


Table = TypeVar("Table")


def read_table(path: Path, read: Callable[[Path], Table]) -> Table:
    """Return what ``read`` makes of a table. Raises UserError if it is not there, or telling every fault."""
    from scenarios.loading.faults import ScenarioError

    if not path.is_file():
        msg = f"{path}: there is no such table."
        raise UserError(msg)
    try:
        return read(path)
    except ScenarioError as fault:
        raise UserError(str(fault).replace("in the scenario", "in the table", 1)) from fault


def _to_fit(scenario: Scenario, figures: Sequence[Reported], settings: Settings) -> tuple[Reported, ...]:
    chosen = tuple(figure for figure in figures if figure.use == "fit")
    if not chosen:
        where = settings.targets or f"the shipped figures of {settings.service}"
        msg = f'{where}: no figure is marked "fit" in the column use. Mark those that are to be fitted.'
        raise UserError(msg)
    check_measures(chosen, known_figures(scenario))
    check_periods(chosen, scenario)
    return chosen


def known_figures(scenario: Scenario) -> set[str]:
    """Return every figure that a run of the scenario gives, or that the scenario states, by name."""
    from experiments.execution import model

    return {*model.definitions(model.standards(scenario), scenario=scenario), *stated_figures(scenario)}


def check_measures(figures: Sequence[Reported], known: Set[str]) -> None:
    """Raise UserError naming every figure that no run gives, each with the nearest measure that there is."""
    from scenarios.loading.faults import nearest

    wrong = sorted({figure.measure for figure in figures if figure.measure not in known})
    if wrong:
        told = "; ".join(f"{name} (the nearest is {nearest(name, known)})" for name in wrong)
        msg = f"no run gives these measures: {told}. See docs/measures.md."
        raise UserError(msg)


def identity_of(subject: Subject, settings: Settings) -> Document:
    """Return what decides a fit's results, but for its plan of points."""
    from scenarios.loading.load import digest

    return {
        "study": "calibrate",
        "service": settings.service,
        "scenario": subject.scenario.name,
        "scenario_sha256": digest(subject.scenario),
        "parameters_sha256": _sha256(subject.parameters),
        "targets_sha256": _sha256(subject.figures),
        "replications": settings.replications,
        "anchor": settings.anchor,
        "check": settings.check,
        "draws": settings.draws,
        "seed": settings.seed,
        "turnout": turnout_version(),
        "model_sha256": code_digest(),
    }


def _sha256(things: Sequence[object]) -> str:
    return hashlib.sha256(repr(tuple(things)).encode()).hexdigest()


def command_of(settings: Settings) -> str:
    """Return the command that gives the same results again, whatever the machine."""
    words = ["turnout calibrate", f"--service {settings.service}"]
    if settings.scenario is not None:
        words.append(f"--scenario {settings.scenario}")
    if settings.targets is not None:
        words.append(f"--targets {settings.targets}")
    if settings.parameters is not None:
        words.append(f"--parameters {settings.parameters}")
    if settings.points is not None:
        words.append(f"--points {settings.points}")
    else:
        words.append(f"--budget {settings.budget_min:g}")
    if settings.days is not None:
        words.append(f"--days {settings.days}")
    words += [
        f"--waves {settings.waves}",
        f"--replications {settings.replications}",
        f"--seed {settings.seed}",
    ]
    return " ".join(words)
