"""Answering calls: equal to a slow reference written from the rules, and the rules themselves."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.draws.police.call_answering import Answers, Redial, Staffing, answer_calls
from tests.sim.draws.police.rooms import always, answered_slowly, poisson_times

I8 = np.int8


def busy_room(
    seed: int, n: int, handlers: list[int], kept: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, Staffing]:
    """Calls of both lines for a room that is full much of the time; the number on duty changes every 20 minutes."""
    rng = np.random.default_rng(seed)
    received = poisson_times(rng, 0.9 * np.mean(handlers) / 5.0, n)
    line = (rng.uniform(size=n) < 0.6).astype(I8)
    staffing = Staffing(np.arange(len(handlers)) * 20.0, np.array(handlers), kept)
    return received, line, rng.exponential(5.0, n), rng.exponential(4.0, n), staffing


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    handlers=st.lists(st.integers(1, 6), min_size=1, max_size=6),
    kept=st.integers(0, 3),
)
def test_the_quick_answers_are_those_of_the_slow_reference(seed: int, handlers: list[int], kept: int) -> None:
    """Handlers are added or stay: with cuts a replaced person's call and the newcomer's overlap (next test)."""
    received, line, handle, patience, staffing = busy_room(seed, 120, sorted(handlers), kept)
    answers = answer_calls(received, line, handle, patience, staffing)
    np.testing.assert_allclose(
        answers.answered_min, answered_slowly(received, line, handle, patience, staffing)
    )


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), handlers=st.lists(st.integers(1, 6), min_size=1, max_size=1))
def test_fewer_handlers_from_a_time_on_finish_their_calls(seed: int, handlers: list[int]) -> None:
    received, line, handle, patience, staffing = busy_room(seed, 120, [7, *handlers], 1)
    answers = answer_calls(received, line, handle, patience, staffing)
    np.testing.assert_allclose(
        answers.answered_min, answered_slowly(received, line, handle, patience, staffing)
    )


@pytest.mark.parametrize("kept", [0, 2])
def test_every_call_is_answered_or_given_up_at_its_patience(kept: int) -> None:
    received, line, handle, patience, staffing = busy_room(1, 20_000, [3, 9, 4, 5] * 40, kept)
    answers = answer_calls(received, line, handle, patience, staffing)
    waits = (answers.answered_min - received)[~answers.abandoned]
    assert np.isfinite(waits).all()
    assert (waits >= 0.0).all()
    assert (waits <= patience[~answers.abandoned] + 1e-9).all()
    assert 0.01 < answers.abandoned.mean() < 0.6


def in_conversation(answers: Answers, handle: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Number of conversations under way just after each time."""
    starts = np.sort(answers.answered_min[~answers.abandoned])
    ends = np.sort((answers.answered_min + handle)[~answers.abandoned])
    return np.searchsorted(starts, at, side="right") - np.searchsorted(ends, at, side="right")


def test_no_handler_is_on_two_calls() -> None:
    received, line, handle, patience, _ = busy_room(2, 20_000, [6], 0)
    answers = answer_calls(received, line, handle, patience, always(6, 2))
    at = answers.answered_min[~answers.abandoned]
    assert in_conversation(answers, handle, at).max() == 6
    only_101 = Answers(
        np.where(line == 1, answers.answered_min, np.nan), answers.dialled_min, np.zeros(0), np.zeros(0)
    )
    assert in_conversation(only_101, handle, at).max() == 4


def test_999_never_waits_while_a_handler_is_free() -> None:
    received, line, handle, patience, _ = busy_room(3, 20_000, [6], 0)
    answers = answer_calls(received, line, handle, patience, always(6, 2))
    waited = (line == 0) & ~(answers.answered_min <= received)
    assert waited.sum() > 100
    just_then = received[waited] + 1e-9
    assert (in_conversation(answers, handle, just_then) == 6).all()


def test_no_101_call_is_answered_while_a_999_call_waits() -> None:
    received, line, handle, patience, _ = busy_room(4, 20_000, [5], 0)
    answers = answer_calls(received, line, handle, patience, always(5, 0))
    until = np.where(answers.abandoned, received + patience, answers.answered_min)
    emergencies = np.flatnonzero((line == 0) & (until > received))
    answered_101 = np.sort(answers.answered_min[(line == 1) & ~answers.abandoned])
    between = np.searchsorted(answered_101, until[emergencies] - 1e-9) - np.searchsorted(
        answered_101, received[emergencies], side="right"
    )
    assert emergencies.size > 100
    assert (between == 0).all()


def test_a_caller_who_dials_again_waits_from_his_first_call() -> None:
    """One handler talks from 0 to 10; the second caller hangs up at 3, dials at 5, hangs up at 6, dials at 8, waits."""
    received, line = np.array([0.0, 1.0]), np.zeros(2, dtype=I8)
    redial = Redial(np.array([False, True]), 2.0, lambda row, attempt: {1: 1.0, 2: 5.0}[attempt])
    answers = answer_calls(received, line, np.array([10.0, 1.0]), np.array([9.0, 2.0]), always(1), redial)
    assert answers.answered_min.tolist() == [0.0, 10.0]
    assert answers.dialled_min.tolist() == [0.0, 8.0]
    assert answers.early_call.tolist() == [1, 1]
    assert answers.early_dialled_min.tolist() == [1.0, 5.0]


def test_nobody_dials_again_who_was_answered() -> None:
    received, line, handle, patience, staffing = busy_room(5, 5_000, [4], 1)
    redial = Redial(np.ones(5_000, dtype=bool), 2.0, lambda row, attempt: 3.0)
    answers = answer_calls(received, line, handle, patience, staffing, redial)
    assert not answers.abandoned.any()
    assert answers.early_call.size > 50
    again = np.unique(answers.early_call)
    assert (answers.answered_min[again] >= received[again] + patience[again] + 2.0).all()
    alone = np.setdiff1d(np.arange(5_000), again)
    assert (answers.answered_min[alone] <= received[alone] + patience[alone] + 1e-9).all()


def test_a_room_that_closes_leaves_the_patient_waiting_for_ever() -> None:
    received, line, handle = np.array([0.0, 1.0, 2.0]), np.zeros(3, dtype=I8), np.full(3, 5.0)
    shut = Staffing(np.array([0.0, 1.0]), np.array([1, 0]), 0)
    answers = answer_calls(received, line, handle, np.array([1.0, math.inf, 9.0]), shut)
    assert answers.answered_min.tolist()[:2] == [0.0, math.inf]
    assert answers.abandoned.tolist() == [False, False, True]
    with pytest.raises(ValueError, match="0 handlers are on duty"):
        answer_calls(
            received, line, handle, np.ones(3), shut, Redial(np.ones(3, dtype=bool), 2.0, lambda *_: 1.0)
        )
