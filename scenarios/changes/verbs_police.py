"""The verbs of the police: cars, grades, abstraction, the control room's delay. Pure, as the others."""

from __future__ import annotations

from typing import Any

from scenarios.changes.names import ChangeError, find_key, fold
from scenarios.changes.patch import Patch
from scenarios.loading.faults import listed
from scenarios.schema.police import CarPattern, Police
from scenarios.schema.scenario import Scenario

RESPONSE = "response"
EVERY, NIGHT = "all", "night"


def _police(scenario: Scenario) -> Police:
    if scenario.police is None:
        raise ChangeError(
            f"{scenario.name} has no police", "start from one that has: turnout what-if police-baseline …"
        )
    return scenario.police


def units(scenario: Scenario, whom: str, factor: float) -> Patch:
    """Multiply the response cars on duty: of all, a district, a shift, or ``night`` (every shift so marked).

    Fractions of a car are kept as the scenario keeps them: see ``police.cars`` in the field table.
    """
    police = _police(scenario)
    chosen = _chosen(police, whom)
    if not chosen:
        raise ChangeError(f"no response car is on duty for {whom}", "see police.cars")
    rows = {
        key: {
            "single_cars": round(car.single_cars * factor, 6),
            "double_cars": round(car.double_cars * factor, 6),
        }
        for key, car in chosen.items()
    }
    return Patch(lay={"police": {"cars": rows}})


def _chosen(police: Police, whom: str) -> dict[str, CarPattern]:
    response = {key: car for key, car in police.cars.items() if car.role == RESPONSE}
    if fold(whom) == EVERY:
        return response
    if fold(whom) == NIGHT and NIGHT not in police.shifts:
        return {key: car for key, car in response.items() if police.shifts[car.shift].night}
    districts = {each.name: key for key, each in police.districts.items()}
    known = [*police.districts, *districts, *police.shifts, EVERY, NIGHT]
    found = find_key(known, whom, "district or shift")
    found = districts.get(found, found)
    return {key: car for key, car in response.items() if found in (car.district, car.shift)}


def grades(scenario: Scenario, scheme: str) -> Patch:
    """Grade by another scheme, such as the force's or the national one."""
    schemes = _police(scenario).schemes
    return Patch(
        lay={"police": {"scheme": find_key(schemes, scheme, f"scheme; known: {listed(list(schemes))}")}}
    )


def abstraction(scenario: Scenario, window: str, value: float | bool) -> Patch:
    """Put a dated window of abstraction in use or out of it, or (``window`` empty) set the everyday share."""
    police = _police(scenario)
    if not window:
        return Patch(lay={"police": {"abstraction_share": value}})
    chosen = list(police.abstractions)
    if fold(window) != EVERY:
        chosen = [find_key(chosen, window, f"abstraction; known: {listed([*chosen, EVERY])}")]
    return Patch(lay={"police": {"abstractions": {key: {"in_use": value} for key in chosen}}})


def control_delay(scenario: Scenario, factor: float) -> Patch:
    """Multiply the time from grading to being open for assignment, in every grade."""
    if factor <= 0.0:
        raise ChangeError("a delay of nothing", "give a factor above 0, such as ×0.01")
    police = _police(scenario)
    lay: dict[str, Any] = {
        name: round(getattr(police, name) * factor, 6)
        for name in ("emergency_delay_factor", "other_delay_factor")
    }
    return Patch(lay={"police": lay})
