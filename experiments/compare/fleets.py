"""Availability of two fleets: a share of other pumps is neither better nor worse, so the pumps of both are told."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from experiments.compare.runs import ScenarioRun
from experiments.presentation.formatting import change, change_span
from experiments.statistics.paired import mean, paired_difference
from scenarios.schema.scenario import Scenario
from sim.measures import Definition

OVERALL = "fire.availability.overall"
_CLASS = "fire.availability."
_OF_THE_FLEET = (OVERALL, "fire.off_the_run.no_crew", "fire.off_the_run.mechanical")


def own_pumps(scenario: Scenario, crewing: str | None = None) -> frozenset[str]:
    """Return the keys of the service's own pumps, of one crewing only if it is given."""
    return frozenset(
        key
        for key, each in scenario.appliances.items()
        if each.kind == "pump"
        and not each.removed
        and scenario.stations[each.station].service == "own"
        and crewing in (None, each.crewing)
    )


def of_other_pumps(measure: str, base: Scenario, option: Scenario) -> bool:
    """Return whether a share of pumps' time is of other pumps in the option than in the base."""
    if measure in _OF_THE_FLEET:
        return own_pumps(base) != own_pumps(option)
    if not measure.startswith(_CLASS):
        return False
    crewing = measure.removeprefix(_CLASS)
    return own_pumps(base, crewing) != own_pumps(option, crewing)


def as_judged(definition: Definition, base: Scenario, option: Scenario) -> Definition:
    """Return a measure's definition for a comparison: a share of other pumps is better neither way."""
    if of_other_pumps(definition.name, base, option):
        return replace(definition, higher_is_better=None)
    return definition


def fleet_note(base: ScenarioRun, option: ScenarioRun) -> str | None:
    """Say how the availability of the pumps that both have differs; None where the fleets are the same."""
    before, after = own_pumps(base.scenario), own_pumps(option.scenario)
    if before == after:
        return None
    both = sorted(before & after)
    paired = paired_difference(_availability(base, both), _availability(option, both))
    low, high = paired.interval.low, paired.interval.high
    return (
        f"Availability is a share of the pumps there are, {len(before)} in the base and {len(after)} here: higher or "
        f"lower is neither better nor worse. The {len(both)} pumps of both: "
        f"{change(paired.interval.value, 'share')} points ({change_span(low, high, 'share')})."
    )


def _availability(run: ScenarioRun, pumps: list[str]) -> list[float]:
    """Return the mean availability of some pumps in each replication."""
    found = []
    for number in range(run.done.count):
        table = run.table(number, "by_appliance", ("appliance", "availability"))
        chosen = np.isin(table["appliance"].astype(str), pumps)
        found.append(mean(table["availability"][chosen].tolist()))
    return found
