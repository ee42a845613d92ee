"""A scenario at one parameter set of the posterior sample; what the scenario itself sets, it keeps.

The sample was fitted to the service as it was: the *reference*, the library's baseline, which carries the best fit.
Where a scenario says something else than the reference about a field that a parameter acts on, it does so on purpose.
If it names the field in ``relative`` (``turnout what-if --availability on_call=+5pt`` does), its difference from the
reference stays at every draw: five points more than the draw's. Otherwise its own value stays. Everywhere else the
field goes with the parameter, from the best fit to the draw.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from calibration.parameters import Parameter
from experiments.errors import UserError
from experiments.execution.documents import Document
from experiments.posterior.sample import Sample
from scenarios.schema.scenario import Scenario

FITTED = {"fire": "baseline", "police": "police-baseline", "joint": "joint"}
"""By service: the library's scenario that carries the best fit."""
ROUNDING = 1e-4
"""Values of a sample and of a scenario file agree to so much of 1, or of themselves."""


def reference_of(base: Scenario) -> Scenario:
    """Return the scenario that carries the best fit, for ``base`` and what is compared with it.

    For a service of other tables than the library's that is ``base`` itself.
    """
    from experiments.execution import model
    from scenarios.loading.files import library_files

    name = FITTED.get(base.service, "")
    if name not in library_files():
        return base
    reference = model.load(name)
    return reference if reference.geography.tables == base.geography.tables else base


@dataclass(frozen=True, slots=True)
class Overruled:
    """A parameter that does not move some field of a scenario, because the scenario sets it itself."""

    parameter: str
    meaning: str
    fields: tuple[str, ...]  # dotted paths
    wholly: bool  # no field is left that the parameter moves


@dataclass(frozen=True, slots=True)
class Shifted:
    """A field that a scenario changes by so much, and that keeps the difference at every parameter set."""

    parameter: str
    field: str  # dotted path
    by: str  # "+0.05", "× 1.1"


def shifted(scenario: Scenario, reference: Scenario, parameters: Sequence[Parameter]) -> tuple[Shifted, ...]:
    """Return the fields that go with the parameters from a changed level."""
    from scenarios.uncertainty.range_paths import at, places

    own, plain = (each.model_dump(mode="python") for each in (scenario, reference))
    return tuple(
        Shifted(each.key, ".".join(place), _by(each, float(at(own, place)), float(at(plain, place))))
        for each in parameters
        for path in each.paths
        for place in places(scenario, path)
        if _relative(scenario, own, plain, place)
    )


def _by(parameter: Parameter, own: float, plain: float) -> str:
    return f"× {own / plain:.4g}" if _by_ratio(parameter, plain) else f"{own - plain:+.4g}"


def _by_ratio(parameter: Parameter, plain: float) -> bool:
    return plain != 0.0 and (parameter.acts == "factor" or parameter.transform == "log")


def _shift(parameter: Parameter, own: float, plain: float, drawn: float) -> float:
    """Return a draw's value changed as ``own`` is against ``plain``: by ratio, or by points; shares end at 0 and 1."""
    if _by_ratio(parameter, plain):
        return drawn * own / plain
    value = drawn + own - plain
    return min(1.0, max(0.0, value)) if parameter.transform == "logit" else value


def _relative(scenario: Scenario, own: Document, plain: Document, place: tuple[str, ...]) -> bool:
    """Say whether a scenario changes a place by so much: it says so, and the reference has the place too."""
    from scenarios.uncertainty.range_paths import at

    if ".".join(place) not in scenario.relative:
        return False
    try:
        return bool(at(own, place) != at(plain, place))
    except (KeyError, TypeError):
        return False


def overruled(
    scenario: Scenario, reference: Scenario, parameters: Sequence[Parameter]
) -> tuple[Overruled, ...]:
    """Return what of the parameters the scenario keeps as it says."""
    from scenarios.uncertainty.range_paths import places

    own, plain = (each.model_dump(mode="python") for each in (scenario, reference))
    found = []
    for each in parameters:
        there = [place for path in each.paths for place in places(scenario, path)]
        fields = tuple(
            ".".join(place)
            for place in there
            if _own(own, plain, place) and not _relative(scenario, own, plain, place)
        )
        if fields:
            found.append(Overruled(each.key, each.meaning, fields, len(fields) == len(there)))
    return tuple(found)


def not_carried(reference: Scenario, sample: Sample) -> tuple[str, ...]:
    """Return the fields about which the reference says something else than the sample's best fit.

    Only of parameters that are values: what a factor has multiplied is not known.
    """
    from scenarios.uncertainty.range_paths import at, places

    content = reference.model_dump(mode="python")
    return tuple(
        ".".join(place)
        for each, fitted in zip(sample.parameters, sample.fitted, strict=True)
        if each.acts == "value"
        for path in each.paths
        for place in places(reference, path)
        if abs(float(at(content, place)) - fitted) > ROUNDING * max(1.0, abs(fitted))
    )


def draw_scenario(
    scenario: Scenario, reference: Scenario, sample: Sample, values: Sequence[float]
) -> Scenario:
    """Return ``scenario`` as it is at ``values`` of the sample's parameters.

    Raises UserError if the scenario cannot take them.
    """
    from calibration.parameters import apply
    from scenarios.loading.faults import ScenarioError
    from scenarios.uncertainty.range_paths import at, places, put

    parameters = sample.parameters
    content = scenario.model_dump(mode="python")
    own, plain = (each.model_dump(mode="python") for each in (scenario, reference))
    try:
        drawn = apply(reference, parameters, values, carried=sample.fitted).model_dump(mode="python")
        for each in parameters:
            for path in each.paths:
                for place in places(scenario, path):
                    if _relative(scenario, own, plain, place):
                        numbers = (float(at(each_of, place)) for each_of in (own, plain, drawn))
                        put(content, place, _shift(each, *numbers))
                    elif not _own(own, plain, place):
                        put(content, place, at(drawn, place))
        return Scenario.model_validate(content)
    except (ScenarioError, ValueError) as fault:
        told = ", ".join(f"{each.key} {value:.6g}" for each, value in zip(parameters, values, strict=True))
        msg = f"the scenario {scenario.name} cannot take a parameter set of the sample ({told}): {fault}"
        raise UserError(msg) from fault


def _own(own: Document, plain: Document, place: tuple[str, ...]) -> bool:
    """Say whether a scenario says something of its own at a place."""
    from scenarios.uncertainty.range_paths import at

    try:
        return bool(at(own, place) != at(plain, place))
    except (KeyError, TypeError):
        return True  # the reference has no such place: a station or type that the scenario adds
