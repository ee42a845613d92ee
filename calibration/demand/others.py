"""Types of the scenario that the records do not tell of: they keep their demand, or have none, as the mapping says.

Records that hold all of a service's incidents under fewer types than the scenario has would double its demand if the
other types were kept in silence; a file of one type would empty the service if they were not. The mapping must say.
"""

from __future__ import annotations

from collections.abc import Iterable

from calibration.demand.mapping import Mapping
from scenarios.loading.faults import ScenarioFault
from scenarios.schema.scenario import IncidentType, Scenario


def attended_per_year(each: IncidentType, scenario: Scenario) -> float:
    """Return the incidents a year that a type brings to be attended."""
    return each.per_year * each.attended_share * scenario.demand_factor


def without_a_rule(mapping: Mapping, scenario: Scenario) -> list[str]:
    """Return the types on the service's own ground that have demand and that no rule of the mapping names."""
    return without(scenario, (kind.type for kind in mapping.kinds if kind.type is not None))


def without(scenario: Scenario, told_of: Iterable[str]) -> list[str]:
    """Return the types on the service's own ground that have demand, but for those ``told_of``."""
    known = set(told_of)
    return [
        key
        for key, each in scenario.incident_types.items()
        if key not in known and each.group != "over_border" and attended_per_year(each, scenario) > 0.0
    ]


def rates_are_wanted(mapping: Mapping) -> bool:
    """Return whether the overlay takes numbers of incidents from the records."""
    return mapping.fit.rates and not mapping.records.districts


def check_others(mapping: Mapping, file: str, scenario: Scenario, name: str) -> list[ScenarioFault]:
    """Return a fault where the mapping does not say what becomes of the types that it does not name."""
    others = without_a_rule(mapping, scenario)
    named = [kind.type for kind in mapping.kinds if kind.type in scenario.incident_types]
    if mapping.fit.others is not None or not others or not named or not rates_are_wanted(mapping):
        return []
    many = sum(attended_per_year(scenario.incident_types[key], scenario) for key in others)
    verb = "is" if len(others) == 1 else "are"
    return [
        ScenarioFault(
            file,
            "fit.others",
            "",
            f"{', '.join(others)} of {name} {verb} named by no rule ({many:,.0f} incidents a year): if the records "
            "hold such incidents under other types, they would count twice",
            'write others = "none" where the records hold every incident of the service; others = "keep" where '
            "they hold some types only and the rest are to stay as they are; or a rule for each",
        )
    ]


def note_of_others(mapping: Mapping, scenario: Scenario, counted: Iterable[str]) -> str | None:
    """Return what is said of the types that have no row, None where there are none."""
    others = without(scenario, counted)
    if not others or not rates_are_wanted(mapping):
        return None
    many = sum(attended_per_year(scenario.incident_types[key], scenario) for key in others)
    if mapping.fit.others == "none":
        return f"Without demand in the overlay, as the mapping says: {', '.join(others)} ({many:,.0f} a year before)."
    return f"Not in the records, kept as they are: {', '.join(others)} ({many:,.0f} incidents a year)."


def emptied(old: IncidentType, source: str) -> IncidentType:
    """Return a type without demand."""
    told = f"{source}: no row of this type, and the records hold every incident; before: {old.source}"
    return old.model_copy(update={"per_year": 0.0, "source": told})
