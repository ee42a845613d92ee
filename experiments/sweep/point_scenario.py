"""One point's scenario: the options' changes and the factors' values laid over the base, and checked."""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy

from experiments.execution.documents import Value
from experiments.sweep.factors import Factor, Option
from scenarios.loading.datasets import geography_folder, map_folder
from scenarios.loading.faults import ScenarioFault
from scenarios.loading.layers import Layered, Origin
from scenarios.loading.map_facts import map_facts
from scenarios.loading.validate import validate
from scenarios.schema.scenario import Scenario

Chosen = Iterable[tuple[Factor, Value]]


class Base:
    """The scenario that every point of a sweep starts from."""

    def __init__(self, scenario: Scenario) -> None:
        """Open the scenario up into values."""
        self._name = scenario.name
        self._values = scenario.model_dump()
        self._map = map_facts(geography_folder(scenario), map_folder(scenario))

    def scenario_at(self, chosen: Chosen) -> tuple[Scenario | None, list[ScenarioFault]]:
        """Return the base with every factor at its value: options first, so that fields have the last word.

        The scenario keeps the base's name and title: points of the same content are the same scenario. A fault
        of a value names its factor as the file.
        """
        chosen = list(chosen)
        layered = Layered(values=deepcopy(self._values), map=self._map)
        layered.origins[()] = Origin(self._name)
        for factor, value in chosen:
            if factor.options:
                _lay_option(layered, factor.option(value), Origin(f"{factor.role} {factor.name}"))
        for factor, value in chosen:
            for path in factor.paths:
                layered.lay({path[-1]: value}, Origin(f"{factor.role} {factor.name}"), at=path[:-1])
        return validate(layered)


def _lay_option(layered: Layered, option: Option, origin: Origin) -> None:
    layered.lay(deepcopy(option.content), origin)
    for table, names in option.remove.items():
        for name in names:
            if table == "attendance":
                kind, _, variant = name.partition(".")
                layered.drop(("incident_types", kind, "attendance", variant))
                continue
            layered.drop((table, name))
            if table == "stations":
                _drop_appliances(layered, option, name)


def _drop_appliances(layered: Layered, option: Option, station: str) -> None:
    """Take out the appliances of a station that closes, but for those that the option moves elsewhere."""
    moved = option.content.get("appliances", {})
    appliances = layered.values["appliances"]
    for key in [key for key, each in appliances.items() if each.get("station") == station]:
        if key not in moved:
            layered.drop(("appliances", key))
