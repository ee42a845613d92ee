"""What control decides, as pure functions: whom fire sends, whom the police send or divert, who is served next."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.decisions.fire_dispatch import (
    PUMP,
    Unmet,
    alert_is_lost,
    is_brought,
    leave_out_unreached,
    when_none_is_free,
)
from sim.decisions.nearest import choose, quickest
from sim.decisions.police_dispatch import (
    first_by_age,
    has_waited,
    kind_of_part,
    officers_short,
    reason_of,
    worth_a_look,
    worth_diverting,
)
from sim.world.codes import Reason

INF = math.inf


@given(
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 20), st.booleans()), min_size=1, max_size=12),
)
def test_the_choice_among_bounds_is_the_least_of_the_exact_minutes(
    units: list[tuple[int, int, bool]],
) -> None:
    """Whatever the bounds: the unit chosen is the quickest, the first of several that are equally quick."""
    exact = np.array([float(bound + more if moving else bound) for bound, more, moving in units])
    minutes = np.array([float(bound) for bound, _, _ in units], dtype=np.float32)
    asked: list[int] = []

    def exact_min(unit: int) -> np.float32 | None:
        asked.append(unit)
        return np.float32(exact[unit]) if units[unit][2] else None

    chosen = choose(quickest, minutes, exact_min)
    assert exact[chosen] == exact.min()
    assert minutes[chosen] == exact[chosen]
    assert len(asked) <= 2 * len(units)


def test_nobody_is_chosen_where_nobody_can_be_sent() -> None:
    assert choose(quickest, np.full(3, np.inf, dtype=np.float32), lambda _: None) == -1


def test_ties_go_to_the_first_in_the_list() -> None:
    assert quickest(np.array([7.0, 5.0, 5.0], dtype=np.float32)) == 1


def test_the_appliance_that_was_not_reached_is_tried_again_only_if_there_is_no_other() -> None:
    both, alone = np.array([3.0, 9.0, INF], np.float32), np.array([3.0, INF, INF], np.float32)
    leave_out_unreached(both, 0)
    leave_out_unreached(alone, 0)
    assert quickest(both) == 1
    assert quickest(alone) == 0


@pytest.mark.parametrize("drawn", [False, True])
@pytest.mark.parametrize("before", [False, True])
@pytest.mark.parametrize("reason", list(Reason))
def test_an_alert_is_lost_only_the_first_time_and_never_a_replacements(
    reason: Reason, drawn: bool, before: bool
) -> None:
    assert alert_is_lost(reason, drawn, before) == (drawn and not before and reason != Reason.REPLACEMENT)


def test_pumps_are_waited_for_and_specials_are_not() -> None:
    assert when_none_is_free(PUMP, True) == Unmet.WAITS
    assert when_none_is_free(PUMP, False) == Unmet.LOST
    assert {when_none_is_free(capability, queue) for capability in (0, 5) for queue in (True, False)} == {
        Unmet.GOES_WITHOUT
    }


def test_a_capability_is_brought_by_its_bit() -> None:
    assert [is_brought(capability, 0b1010) for capability in range(4)] == [False, True, False, True]


@given(st.floats(0, 100), st.floats(0, 100), st.floats(0, 20))
def test_a_unit_is_diverted_only_for_more_than_the_gain(free: float, other: float, gain: float) -> None:
    taken = worth_diverting(free, other, gain)
    assert taken == (free - other > gain)
    assert not taken or worth_a_look(True, free, gain), "whoever is taken was looked at"
    assert not worth_a_look(False, free, gain)


def test_a_unit_is_diverted_where_none_is_free() -> None:
    assert worth_diverting(INF, 12.0, 5.0)
    assert not worth_diverting(INF, INF, 5.0)


def test_kinds_of_parts_are_different_numbers() -> None:
    kinds = {
        kind_of_part(grade, capability, district, capabilities=3, districts=4)
        for grade in range(5)
        for capability in range(-1, 3)
        for district in range(-1, 4)
    }
    assert len(kinds) == 5 * 4 * 5


def test_why_a_unit_was_assigned() -> None:
    assert reason_of(True, 9.0, 5.0, 1) == Reason.DIVERTED
    assert reason_of(False, 9.0, 5.0, 1) == Reason.QUEUED
    assert reason_of(False, 5.0, 5.0, 1) == Reason.BACKUP
    assert reason_of(False, 5.0, 5.0, 0) == Reason.QUICKEST


def test_officers_whom_a_unit_does_not_bring_are_left_to_another() -> None:
    assert [officers_short(asked, brings) for asked, brings in ((2, 1), (1, 1), (1, 2))] == [1, 0, 0]


def test_a_part_that_has_waited_long_enough_takes_units_of_any_district() -> None:
    assert has_waited(35.0, 5.0, 30.0)
    assert not has_waited(34.9, 5.0, 30.0)
    assert not has_waited(1e9, 5.0, INF)


def test_the_oldest_is_served_first_ties_by_row_and_part() -> None:
    assert first_by_age([(5.0, 8), (5.0, 6), (7.0, 0)]) == (5.0, 6)
    assert first_by_age([]) is None
