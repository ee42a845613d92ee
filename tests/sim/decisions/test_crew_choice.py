"""Crew picking against brute force: every set of people, every way to give them the places of a crew."""

from __future__ import annotations

import math
from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.decisions.crew_choice import Need, crewable_units, pick_crew, pump_need, special_need
from sim.decisions.legal_crew import holders

OFFICER, DRIVER, WEARER = 1, 2, 4
ALL = 7


def people_of(mask: int) -> list[int]:
    return [i for i in range(mask.bit_length()) if mask >> i & 1]


def is_legal(skills: list[int], people: list[int], need: Need) -> bool:
    """By trying every way to give the roles to different people."""
    if len(people) < need.minimum:
        return False
    roles = [OFFICER] * need.officers + [DRIVER] * need.drivers + [WEARER] * need.wearers
    return any(
        all(skills[person] & role for person, role in zip(chosen, roles, strict=True))
        for chosen in permutations(people, len(roles))
    )


def can_crew_all(skills: list[int], people: list[int], needs: tuple[Need, ...]) -> bool:
    """By trying every smallest crew for the first and going on with the rest."""
    if not needs:
        return True
    return any(
        is_legal(skills, list(crew), needs[0])
        and can_crew_all(skills, [p for p in people if p not in crew], needs[1:])
        for crew in combinations(people, needs[0].minimum)
    )


def most_crews(skills: list[int], people: list[int], needs: tuple[Need, ...]) -> int:
    crews = 0
    while crews < len(needs) and can_crew_all(skills, people, needs[: crews + 1]):
        crews += 1
    return crews


def crews_in_rank_order(skills: np.ndarray, mask: int, needs: list[int], ba: int = 2) -> int:
    """Return how many of the pumps, taken in rank order, can be crewed before one cannot."""
    crewable = crewable_units(skills, mask, tuple(pump_need(minimum, ba) for minimum in needs))
    return (~crewable & crewable + 1).bit_length() - 1


skill_lists = st.lists(st.integers(0, 7), min_size=1, max_size=8)
minima = st.lists(st.integers(2, 4), min_size=1, max_size=3)


@settings(max_examples=150, deadline=None)
@given(skill_lists, st.integers(0, 255), minima, st.integers(0, 2))
def test_crews_in_rank_order_agree_with_brute_force(
    skills: list[int], mask: int, needs: list[int], ba: int
) -> None:
    pumps = tuple(pump_need(minimum, ba) for minimum in needs)
    present = people_of(mask & (1 << len(skills)) - 1)
    answer = crews_in_rank_order(np.array(skills, dtype=np.int8), mask, needs, ba)
    assert answer == most_crews(skills, present, pumps)


@settings(max_examples=150, deadline=None)
@given(skill_lists, st.integers(0, 255), minima, st.lists(st.integers(1, 4), max_size=2))
def test_crewable_units_follow_the_written_rule(
    skills: list[int], mask: int, needs: list[int], specials: list[int]
) -> None:
    present = people_of(mask & (1 << len(skills)) - 1)
    taken: tuple[Need, ...] = ()
    expected = 0
    for position, minimum in enumerate(needs):
        if can_crew_all(skills, present, (*taken, pump_need(minimum))):
            taken = (*taken, pump_need(minimum))
            expected |= 1 << position
    for position, minimum in enumerate(specials, start=len(needs)):
        expected |= is_legal(skills, present, special_need(minimum)) << position
    answer = crewable_units(
        np.array(skills, dtype=np.int8),
        mask,
        tuple(pump_need(minimum) for minimum in needs),
        tuple(special_need(minimum) for minimum in specials),
    )
    assert answer == expected


@st.composite
def calls_for_a_crew(draw: st.DrawFn) -> dict[str, object]:
    skills = draw(st.lists(st.sampled_from([0, 1, 2, 3, 4, 4, 5, 6, 7, 7]), min_size=4, max_size=9))
    ready = draw(
        st.lists(st.sampled_from([1.0, 2.0, 2.5, 3.0, 4.0, 5.5]), min_size=len(skills), max_size=len(skills))
    )
    return {
        "skills": skills,
        "mask": draw(st.integers(0, (1 << len(skills)) - 1) | st.just((1 << len(skills)) - 1)),
        "ready": draw(st.none() | st.just(ready)),
        "minimum": draw(st.integers(2, 4)),
        "preferred": draw(st.integers(2, 6)),
        "special": draw(st.booleans()),
        "next": tuple(pump_need(m) for m in draw(st.lists(st.sampled_from([2, 3, 4]), max_size=2))),
    }


@settings(max_examples=200, deadline=None)
@given(calls_for_a_crew())
def test_picked_crew_is_quickest_and_spares_the_next_pumps(call: dict[str, object]) -> None:
    skills, mask, minimum, preferred = call["skills"], call["mask"], call["minimum"], call["preferred"]
    following, special = call["next"], call["special"]
    assert isinstance(skills, list)
    assert isinstance(mask, int)
    assert isinstance(minimum, int)
    assert isinstance(preferred, int)
    assert isinstance(following, tuple)
    ready = call["ready"] if isinstance(call["ready"], list) else None
    need = special_need(minimum) if special else pump_need(minimum)
    crew, ready_min = pick_crew(
        np.array(skills, dtype=np.int8),
        mask,
        None if ready is None else np.array(ready),
        minimum,
        preferred,
        special=bool(special),
        next_needs=following,
    )
    present = people_of(mask)
    times = ready or [0.0] * len(skills)
    largest = max(preferred, minimum)
    legal = [
        crew_of
        for size in range(minimum, min(largest, len(present)) + 1)
        for crew_of in combinations(present, size)
        if is_legal(skills, list(crew_of), need)
    ]
    if not legal:
        assert (crew, ready_min) == (0, math.inf)
        return
    quickest = min(max(times[p] for p in crew_of) for crew_of in legal)
    in_by_then = [crew_of for crew_of in legal if max(times[p] for p in crew_of) <= quickest]

    def leaves(crew_of: tuple[int, ...]) -> int:
        return most_crews(skills, [p for p in present if p not in crew_of], following)

    left = {crew_of: leaves(crew_of) for crew_of in in_by_then}
    most_left = max(left.values())
    chosen = tuple(people_of(crew))
    assert ready_min == quickest
    assert chosen in left  # legal, present, in by then, no more than preferred
    assert left[chosen] == most_left
    assert len(chosen) == max(len(crew_of) for crew_of, crews in left.items() if crews == most_left)


def test_the_latest_without_a_needed_skill_stays_behind() -> None:
    skills = np.array([ALL, ALL, WEARER, WEARER, WEARER, ALL], dtype=np.int8)
    # legal at 4 minutes (0..3); person 4 is in too and rides fifth, person 5 comes too late
    crew, ready_min = pick_crew(skills, 0b111111, np.array([1.0, 2.0, 3.0, 4.0, 4.0, 9.0]), 4, 5)
    assert people_of(crew) == [0, 1, 2, 3, 4]
    assert ready_min == 4.0
    crew, _ = pick_crew(skills, 0b111111, np.array([1.0, 2.0, 3.0, 4.0, 4.0, 9.0]), 4, 4)
    assert people_of(crew) == [0, 1, 2, 3]


def test_the_crew_waits_for_its_driver() -> None:
    skills = np.array([OFFICER | WEARER, WEARER, WEARER, WEARER, DRIVER], dtype=np.int8)
    crew, ready_min = pick_crew(skills, 0b11111, np.array([1.0, 1.5, 2.0, 3.0, 7.0]), 4, 4)
    assert ready_min == 7.0
    assert people_of(crew) == [0, 1, 2, 4]  # of the three wearers the latest stays


def test_first_pump_does_not_take_both_drivers() -> None:
    # two pumps; persons 0 and 1 are the only drivers, 2 and 3 the only officers
    skills = np.array([6, 6, 5, 5, 4, 4, 4, 4], dtype=np.int8)
    crew, _ = pick_crew(skills, 0xFF, None, 4, 5, next_needs=(pump_need(4),))
    assert crews_in_rank_order(skills, 0xFF & ~crew, [4]) == 1
    assert crew.bit_count() == 4
    alone, _ = pick_crew(skills, 0xFF, None, 4, 5)
    assert alone.bit_count() == 5


def test_a_special_takes_those_whom_no_pump_needs_or_else_a_pumps_crew() -> None:
    skills = np.array([OFFICER | DRIVER | WEARER, DRIVER, WEARER, WEARER, DRIVER, 0], dtype=np.int8)
    spared, _ = pick_crew(skills, 0b111111, None, 2, 2, special=True, next_needs=(pump_need(4),))
    assert crews_in_rank_order(skills, 0b111111 & ~spared, [4]) == 1
    jump, _ = pick_crew(skills, 0b001111, None, 2, 2, special=True, next_needs=(pump_need(4),))
    assert jump.bit_count() == 2
    assert crews_in_rank_order(skills, 0b001111 & ~jump, [4]) == 0


def test_needs_fit_into_the_minimum() -> None:
    assert pump_need(4) == Need(4, 1, 1, 2)
    assert pump_need(3) == Need(3, 1, 1, 1)
    assert pump_need(1) == Need(1, 0, 1, 0)
    assert pump_need(6, 0) == Need(6, 1, 1, 0)
    assert special_need(2) == Need(2, 0, 1, 0)


@pytest.mark.parametrize(
    ("skills", "crews"),
    [
        ([ALL] * 3, 0),  # never fewer than four
        ([ALL] * 4, 1),
        ([ALL] * 7, 1),
        ([ALL] * 8, 2),
        ([OFFICER | WEARER] * 8, 0),  # nobody drives
        ([WEARER] * 7 + [ALL], 0),  # one person is not both officer and driver
        ([WEARER] * 6 + [OFFICER, DRIVER], 1),
        ([OFFICER, DRIVER, WEARER, 0], 0),  # one wearer is no team
    ],
)
def test_crews_by_hand(skills: list[int], crews: int) -> None:
    assert crews_in_rank_order(np.array(skills, dtype=np.int8), (1 << len(skills)) - 1, [4, 4]) == crews


def test_people_beyond_the_pool_are_ignored() -> None:
    skills = np.array([ALL] * 4, dtype=np.int8)
    assert holders(skills)[0] == 0b1111
    assert crews_in_rank_order(skills, 2**63 - 1, [4, 4]) == 1
    crew, _ = pick_crew(skills, 2**63 - 1, None, 4, 6)
    assert crew == 0b1111


def test_nobody_gives_no_crew() -> None:
    assert pick_crew(np.array([ALL] * 6, dtype=np.int8), 0, None, 4, 5) == (0, math.inf)
