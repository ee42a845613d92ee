"""The police what-ifs change what they say and nothing else, whatever the tables of cars become."""

from __future__ import annotations

import pytest

from scenarios.loading.load import load_scenario
from scenarios.schema.police import Police

DISTRICTS = 10


def police(name: str) -> Police:
    section = load_scenario(name).police
    assert section is not None
    return section


BASE = police("police-baseline")


def response_cars(of: Police, shift: str) -> tuple[float, float]:
    """Single and double crewed response cars of a shift."""
    rows = [row for row in of.cars.values() if row.role == "response" and row.shift == shift]
    return sum(row.single_cars for row in rows), sum(row.double_cars for row in rows)


def test_a_car_of_each_district_goes_from_early_to_late() -> None:
    option = police("police-early-to-late")
    for shift, change in (("early", -DISTRICTS), ("late", DISTRICTS), ("night", 0)):
        before, after = response_cars(BASE, shift), response_cars(option, shift)
        assert (after[0] - before[0], after[1] - before[1]) == (change, 0)


def test_twenty_double_crewed_night_cars_become_forty_single_crewed() -> None:
    before, after = (response_cars(each, "night") for each in (BASE, police("police-single-crew-nights")))
    assert (after[0] - before[0], after[1] - before[1]) == (40, -20)


def test_the_nine_drop_ins_are_patrol_places_only_where_it_is_asked() -> None:
    asked = police("police-drop-ins").places
    drop_ins = [key for key in asked if key.startswith("drop-in-")]
    assert len(drop_ins) == 9
    assert all(BASE.places[key].weight == 0.0 < asked[key].weight for key in drop_ins)


def test_two_more_call_handlers_are_there_at_every_hour() -> None:
    more = police("police-call-handlers-plus-2").lines
    for name in ("handlers_weekday", "handlers_weekend"):
        now, then = getattr(BASE.lines, name), getattr(more, name)
        assert [a - b for a, b in zip(then, now, strict=True)] == [2] * 24


def test_hospital_stays_are_halved() -> None:
    now, half = BASE.dispatch.hospital_median_min, police("police-hospital-halved").dispatch
    assert half.hospital_median_min == pytest.approx(0.5 * now)


@pytest.mark.parametrize("name", ["police-no-abstractions", "police-abstractions-all-year"])
def test_the_dated_windows_are_off(name: str) -> None:
    windows = {key: each for key, each in police(name).abstractions.items() if key in BASE.abstractions}
    assert windows
    assert not any(each.in_use for each in windows.values())
