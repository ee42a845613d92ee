"""Which values of a scenario are fitted ones, with the interval that the reported figures leave them."""

from __future__ import annotations

import math

import numpy as np

from calibration.parameters import FOLDER, Parameter, apply, read_parameters
from calibration.posterior_file import read_posterior
from experiments.calibrate.report import value_of
from experiments.calibrate.settings import FITTED_SERVICES, SCENARIOS
from scenarios.loading.datasets import geography_folder
from scenarios.loading.load import load_scenario
from scenarios.schema.scenario import Scenario
from scenarios.uncertainty.assumptions import Assumption
from scenarios.uncertainty.range_paths import at, places

FITTED = "fitted"


def fitted_values(scenario: Scenario) -> list[Assumption]:
    """Return the fitted values that a scenario carries, as it carries them; none if nothing was fitted for its tables.

    A value that the scenario changes on purpose is its own and no fitted one. A joint scenario carries both services'.
    """
    services = FITTED_SERVICES.get(scenario.service, ())
    return [each for service in services for each in _fitted_of(service, scenario)]


def _fitted_of(service: str, scenario: Scenario) -> list[Assumption]:
    file = geography_folder(scenario) / f"posterior_{service}.csv"
    if not file.is_file():
        return []
    sample = read_posterior(file)
    by_key = {each.key: each for each in read_parameters(FOLDER / f"{service}.csv")}
    if not set(sample.keys) <= set(by_key):
        return []
    parameters = tuple(by_key[key] for key in sample.keys)
    plain = load_scenario(SCENARIOS[service])
    calibrated = apply(plain, parameters, sample.fitted)
    low, high = np.quantile(sample.values, [0.05, 0.95], axis=0)
    return [
        _fitted(each, float(sample.fitted[i]), float(low[i]), float(high[i]))
        for i, each in enumerate(parameters)
        if _carries(scenario, calibrated, each)
    ]


def _carries(scenario: Scenario, calibrated: Scenario, parameter: Parameter) -> bool:
    mine, fitted = scenario.model_dump(mode="python"), calibrated.model_dump(mode="python")
    for path in parameter.paths:
        where = places(scenario, path)
        if not where or where != places(calibrated, path):
            return False
        if not all(_same(at(mine, place), at(fitted, place)) for place in where):
            return False
    return True


def _same(mine: float, fitted: float) -> bool:
    return math.isclose(mine, fitted, rel_tol=1e-9, abs_tol=1e-12)


def _fitted(each: Parameter, value: float, low: float, high: float) -> Assumption:
    interval = f"{value_of(each, low)} to {value_of(each, high)}"
    unit = "" if each.unit in ("factor", "share") else each.unit
    return Assumption(
        path=" ".join(each.paths),
        value=value_of(each, value),
        unit=unit,
        meaning=f"{each.meaning}; nine times in ten from {interval}",
        source=f"fitted to the reported figures as {each.key}; beforehand: {each.source}",
        confidence=FITTED,
    )


def with_fitted(scenario: Scenario, listed: list[Assumption]) -> list[Assumption]:
    """Return the assumptions with the fitted values first, in place of what was assumed of the same settings."""
    fitted = fitted_values(scenario)
    taken = {name for each in fitted for path in each.path.split() for name in _settings(path)}
    return [*fitted, *(each for each in listed if each.path not in taken)]


def _settings(path: str) -> list[str]:
    """Return the settings that a path of a parameter names: not those of tables, which have rows of their own."""
    *outer, last = path.split(".")
    if "*" in outer or outer[0] in ("stations", "appliances", "incident_types"):
        return []
    if len(outer) > 1:  # a name in a table of factors
        return [".".join(outer)]
    return [f"{outer[0]}.{name}" for name in last.split("|")]
