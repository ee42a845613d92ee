"""Availability by counting: against enumeration of every set of people, and the levels solved from it."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.decisions.crew_choice import crewable_units, pump_need
from sim.decisions.pool_availability import (
    availability_by_pump,
    mechanical_share,
    solve_on_call_level,
    solve_wholetime_presence,
)
from sim.draws.keys import stream
from sim.draws.skills import assign_skills


def enumerated(skills: list[int], presence: float, minima: list[int], ba: int) -> list[float]:
    """Share of time of each pump, summed over all 2ⁿ sets of people."""
    needs = tuple(pump_need(minimum, ba) for minimum in minima)
    shares = [0.0] * len(minima)
    for here in product((0, 1), repeat=len(skills)):
        probability = np.prod([presence if one else 1.0 - presence for one in here])
        mask = sum(1 << i for i, one in enumerate(here) if one)
        crewable = crewable_units(np.array(skills, dtype=np.int8), mask, needs)
        for pump in range(len(minima)):
            shares[pump] += float(probability) * (crewable >> pump & 1)
    return shares


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(0, 7), min_size=1, max_size=8),
    st.floats(0.0, 1.0),
    st.lists(st.integers(2, 5), min_size=1, max_size=3),
    st.integers(0, 2),
)
def test_availability_equals_enumeration(
    skills: list[int], presence: float, minima: list[int], ba: int
) -> None:
    exact = availability_by_pump(np.array(skills, dtype=np.int8), np.array([presence]), minima, ba)[0]
    assert exact == pytest.approx(enumerated(skills, presence, minima, ba), abs=1e-12)


def test_availability_by_hand() -> None:
    everyone = np.full(4, 7, dtype=np.int8)
    assert availability_by_pump(everyone, np.array([0.5]), 1)[0, 0] == pytest.approx(0.5**4)
    five = np.full(5, 7, dtype=np.int8)
    assert availability_by_pump(five, np.array([0.5]), 1)[0, 0] == pytest.approx(6 / 32)
    assert availability_by_pump(five, np.array([1.0]), 2)[0].tolist() == [1.0, 0.0]


def weekly_pattern() -> np.ndarray:
    hour = np.arange(168)
    work = (hour // 24 < 5) & (hour % 24 >= 7) & (hour % 24 < 18)
    return np.where(work, 0.8, np.where(hour // 24 < 5, 1.12, 1.0))


@pytest.mark.parametrize(
    ("people", "pumps", "target"), [(13, 1, 0.792), (20, 2, 0.7), (13, 1, 0.999), (9, 1, 0.05)]
)
def test_the_level_of_an_on_call_pool_meets_its_target(people: int, pumps: int, target: float) -> None:
    skills = assign_skills(stream(0, 0, "skills", "A"), people, 0.4, 0.5, 0.85, crews=pumps)
    pattern = weekly_pattern()
    level = solve_on_call_level(skills, pattern, pumps, target)
    reached = np.mean(
        [availability_by_pump(skills, np.array([min(1.0, level * p)]), pumps)[0].mean() for p in pattern]
    )
    assert reached == pytest.approx(target, abs=1e-9)


@pytest.mark.parametrize(("riders", "pumps", "target"), [(7, 1, 0.986), (14, 2, 0.986), (6, 1, 0.9)])
def test_the_presence_of_a_watch_meets_its_target(riders: int, pumps: int, target: float) -> None:
    skills = np.concatenate(
        [assign_skills(stream(0, 0, "skills", str(w)), riders, 0.4, 0.6, 1.0, crews=pumps) for w in range(4)]
    )
    watch = np.repeat(np.arange(4), riders)
    presence = solve_wholetime_presence(riders, pumps, target, skill=skills, watch=watch)
    reached = [
        availability_by_pump(skills[watch == w], np.array([presence]), pumps)[0].mean() for w in range(4)
    ]
    assert np.mean(reached) == pytest.approx(target, abs=1e-9)
    alike = solve_wholetime_presence(riders, pumps, target)
    everyone = np.full(riders, 7, dtype=np.int8)
    assert availability_by_pump(everyone, np.array([alike]), pumps)[0].mean() == pytest.approx(
        target, abs=1e-9
    )
    assert alike <= presence + 1e-12  # more skills need no more people


def test_a_target_out_of_reach_is_told() -> None:
    nobody_drives = np.array([5, 5, 4, 4, 4, 4], dtype=np.int8)
    with pytest.raises(ValueError, match=r"availability 0\.790 is out of reach: 6 people .* at most 0\.000"):
        solve_on_call_level(nobody_drives, np.ones(168), 1, 0.79)
    with pytest.raises(ValueError, match="out of reach: 3 people"):
        solve_wholetime_presence(3, 1, 0.9)


def test_impossible_questions_are_told() -> None:
    everyone = np.full(6, 7, dtype=np.int8)
    with pytest.raises(ValueError, match=r"availability 1\.2: must be a share"):
        solve_on_call_level(everyone, np.ones(168), 1, 1.2)
    with pytest.raises(ValueError, match="zero in every hour"):
        solve_on_call_level(everyone, np.zeros(168), 1, 0.5)
    with pytest.raises(ValueError, match="specials only"):
        solve_wholetime_presence(6, (), 0.5)


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 3),
    st.integers(0, 12),
    st.floats(0.0, 1.0),
    st.floats(0.0, 1.0),
    st.floats(0.0, 1.0),
    st.integers(0, 99),
)
def test_skills_are_enough_for_every_crew(
    crews: int, more: int, officers: float, drivers: float, wearers: float, name: int
) -> None:
    n = 4 * crews + more
    skills = assign_skills(stream(0, 0, "skills", str(name)), n, officers, drivers, wearers, crews=crews)
    assert crewable_units(skills, (1 << n) - 1, (pump_need(4),) * crews) == (1 << crews) - 1
    for bit, share in ((1, officers), (2, drivers), (4, wearers)):
        held = np.count_nonzero(skills & bit)
        assert min(n, 2 * crews) <= held
        assert held >= np.floor(share * n + 0.5)


def test_one_more_person_changes_few_of_the_others() -> None:
    for n in range(8, 30):
        before = assign_skills(stream(0, 0, "skills", "A"), n, 0.4, 0.5, 0.85)
        after = assign_skills(stream(0, 0, "skills", "A"), n + 1, 0.4, 0.5, 0.85)[:n]
        for bit in (1, 2, 4):
            assert np.count_nonzero((before ^ after) & bit) <= 1


def test_mechanical_share_by_hand() -> None:
    assert mechanical_share(6.0, 180.0, 300.0, 365.0) == pytest.approx(24.0 / 8760.0)
