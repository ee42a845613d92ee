"""The reference fleet: stations and appliances as the service's tables have them, whatever a scenario changes.

What is reported of a service (on-call pumps on the run 79.2% of the time) is true of the fleet that it had. The
builder solves people's availability on that fleet, so that a what-if changes nobody's but those it names.
"""

from __future__ import annotations

from functools import lru_cache

from pydantic import ValidationError

from scenarios.loading.datasets import lay_tables, tables_digest, tables_folder
from scenarios.loading.layers import Layered
from scenarios.schema.scenario import Appliance, OnCallHours, Scenario, Station

_Fleet = tuple[dict[str, Station], dict[str, Appliance], dict[str, OnCallHours]]


def reference_scenario(scenario: Scenario) -> Scenario:
    """Return the scenario with the stations and appliances of its tables.

    It is the scenario itself where its on-call fleet is the tables', or where the tables by themselves make no
    fleet (rows that only a scenario file completes), or one without on-call pumps.
    """
    tables = scenario.geography.tables
    fleet = _fleet_of_tables(tables, tables_digest(tables))
    if fleet is None or _on_call_of(*fleet) == _on_call_of(
        scenario.stations, scenario.appliances, scenario.on_call_hours
    ):
        return scenario
    stations, appliances, hours = fleet
    return scenario.model_copy(
        update={"stations": stations, "appliances": appliances, "on_call_hours": hours}
    )


def _on_call_of(
    stations: dict[str, Station], appliances: dict[str, Appliance], hours: dict[str, OnCallHours]
) -> list[object]:
    """Return all of a fleet that on-call people's availability depends on."""
    return [
        (
            key,
            each.station,
            each.crewing,
            each.kind,
            each.minimum_crew,
            each.availability,
            station.on_call_people,
            hours.get(each.station),
        )
        for key, each in appliances.items()
        if not each.removed and (station := stations[each.station]).service == "own"
    ]


@lru_cache(maxsize=4)
def _fleet_of_tables(tables: str, digest: str) -> _Fleet | None:
    """Return the fleet of a folder of tables whose content has this digest."""
    del digest  # a folder whose content changes is read again
    layered = Layered()
    if lay_tables(layered, tables_folder(tables)):
        return None
    try:
        stations = {k: Station.model_validate(v) for k, v in layered.values.get("stations", {}).items()}
        appliances = {k: Appliance.model_validate(v) for k, v in layered.values.get("appliances", {}).items()}
        stated = layered.values.get("on_call_hours", {}).items()
        hours = {k: OnCallHours.model_validate(v) for k, v in stated}
    except ValidationError:
        return None
    on_call = any(each.crewing == "on_call" and not each.removed for each in appliances.values())
    return (stations, appliances, hours) if on_call and _sound(stations, appliances) else None


def _sound(stations: dict[str, Station], appliances: dict[str, Appliance]) -> bool:
    return all(each.station in stations for each in appliances.values())
