"""Checks of what a scenario says of single days and of riders: types and groups that exist, times in the period."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from scenarios.loading.faults import nearest_remedy
from scenarios.schema.local_time import exists
from scenarios.schema.scenario import Scenario

GROUPS = ("fire", "false_alarm", "special_service", "over_border", "all")
MOST_SCRIPTED = 80  # each has an attendance of its own, and the log numbers them in one byte
LARGEST_ROSTER = 60


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something wrong at ``path`` of the scenario."""

    path: tuple[str, ...]
    value: object
    problem: str
    remedy: str


def event_flaws(scenario: Scenario) -> Iterator[Flaw]:
    """Yield what is wrong with scripted incidents and surges."""
    yield from _scripted(scenario)
    known = [*scenario.incident_types, *GROUPS]
    if scenario.police is not None:
        known += [*scenario.police.incident_types, "police"]
    for key, surge in scenario.surges.items():
        if surge.last < surge.first:
            yield Flaw(("surges", key, "last"), surge.last, "before the first day", "swap the two")
        for name in surge.factors:
            if name not in known:
                path = ("surges", key, "factors", name)
                yield Flaw(path, "", f"unknown incident type or group {name}", nearest_remedy(name, known))


def _scripted(scenario: Scenario) -> Iterator[Flaw]:
    script = scenario.scripted_incidents
    if len(script) > MOST_SCRIPTED:
        problem = f"more than {MOST_SCRIPTED} scripted incidents"
        yield Flaw(("scripted_incidents",), len(script), problem, "use a surge for a day of many calls")
    first = scenario.calendar.start
    end = first + timedelta(days=scenario.calendar.days)
    carried = sorted({c for a in scenario.appliances.values() if not a.removed for c in a.capabilities})
    for key, each in script.items():
        path = ("scripted_incidents", key)
        if each.type not in scenario.incident_types:
            remedy = nearest_remedy(each.type, scenario.incident_types)
            yield Flaw((*path, "type"), each.type, "unknown incident type", remedy)
        if not first <= each.at.date() < end:
            problem = f"not within the simulated days, {first} to {end - timedelta(days=1)}"
            yield Flaw((*path, "at"), each.at, problem, "move it, or calendar.start and calendar.days")
        elif not exists(each.at, scenario.calendar.timezone):
            problem = "no clock shows this time: the clocks go forward over it"
            yield Flaw((*path, "at"), each.at, problem, "give the time an hour earlier or later")
        if each.pumps == 0 and not each.capabilities:
            yield Flaw((*path, "pumps"), 0, "nothing is sent", "ask for a pump or a capability")
        for capability in each.capabilities:
            if capability not in carried:
                problem = f"unknown capability {capability}: no appliance has it"
                remedy = (
                    nearest_remedy(capability, carried) if carried else "give an appliance the capability"
                )
                yield Flaw((*path, "capabilities"), list(each.capabilities), problem, remedy)


def rider_flaws(scenario: Scenario, rosters: Mapping[str, int]) -> Iterator[Flaw]:
    """Yield day riders whom no on-call crew can take; ``rosters`` has the on-call people of each station."""
    for code, station in scenario.stations.items():
        if station.day_riders == 0:
            continue
        path = ("stations", code, "day_riders")
        if station.service != "own" or rosters.get(code, 0) == 0:
            remedy = "give the station an on-call pump, or crew one of its pumps day_crewed or wholetime"
            yield Flaw(path, station.day_riders, "no on-call crew to ride with", remedy)
        elif rosters[code] + station.day_riders > LARGEST_ROSTER:
            problem = f"with {rosters[code]} on-call people more than {LARGEST_ROSTER} people"
            yield Flaw(path, station.day_riders, problem, "lower the one or the other")
