"""Whether a scenario carries the shipped fit: predictions move it from there to each parameter set of the sample."""

from __future__ import annotations

from calibration.parameters import Parameter
from experiments.calibrate.settings import FITTED, SCENARIOS
from experiments.errors import UserError
from experiments.execution.documents import Document, Value
from scenarios.schema.scenario import Scenario


def check_one_service(scenario: Scenario) -> None:
    """Raise UserError for a scenario of several services."""
    if scenario.service not in FITTED:
        msg = (
            f"{scenario.name} is of the service {scenario.service}: predictions are checked for one service at a "
            f"time. Validate a scenario that extends {' or '.join(FITTED.values())}."
        )
        raise UserError(msg)


def check_carries_fit(scenario: Scenario, parameters: tuple[Parameter, ...]) -> None:
    """Raise UserError if the scenario has none of the fitted values, only those before."""
    from experiments.execution import model

    before, after = SCENARIOS[scenario.service], FITTED[scenario.service]
    plain, fitted = model.load(before), model.load(after)
    if fitted.geography.tables != scenario.geography.tables:
        return
    if has_values_before(scenario, plain, fitted, parameters):
        msg = (
            f"{scenario.name} carries no fitted value: it says of the fitted fields what {before} says. "
            f'Let it extend "{after}" in place of "{before}".'
        )
        raise UserError(msg)


def has_values_before(
    scenario: Scenario, plain: Scenario, fitted: Scenario, parameters: tuple[Parameter, ...]
) -> bool:
    """Say whether a scenario has the values of ``plain`` wherever these differ from the fitted ones."""
    from scenarios.uncertainty.range_paths import at, places

    own, old, new = (each.model_dump(mode="python") for each in (scenario, plain, fitted))
    there = [place for each in parameters for path in each.paths for place in places(plain, path)]
    changed = [place for place in there if _at(at, old, place) != _at(at, new, place)]
    return bool(changed) and all(_at(at, own, place) == _at(at, old, place) for place in changed)


def _at(at: Value, content: Document, place: tuple[str, ...]) -> Value:
    try:
        return at(content, place)
    except (KeyError, TypeError):
        return None
