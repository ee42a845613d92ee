"""The police control room's telephones: who is answered, when, and who gives up.

Two lines, 999 (row 0) and 101 (row 1). A caller waits in the order of dialling; a handler who becomes free takes
the longest waiting 999 call, and a 101 call only if no 999 call waits (non-preemptive: a call begun is finished).
Some handlers are kept for 999 and take no 101 call; a 999 call goes to one of them first, so that the others stay
free for 101. A caller hangs up when the wait reaches his patience. With one line, one staffing and exponential
times this is the Erlang A model (Palm 1957; Garnett, Mandelbaum and Reiman, "Designing a call center with
impatient customers", M&SOM 4 (2002)), and Erlang C when nobody gives up.

When fewer handlers are on duty from some time on, those idle go first, then those who finish a call first: nobody
leaves a call (assumption). Nothing random is drawn here.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from heapq import heapify, heappop, heappush, heapreplace

import numpy as np
from numpy.typing import NDArray

F64 = NDArray[np.float64]
I8 = NDArray[np.int8]
I32 = NDArray[np.int32]
Bool = NDArray[np.bool_]

LINE_999, LINE_101 = 0, 1
_INF = float("inf")
_STAFFING = -1


@dataclass(frozen=True, slots=True, eq=False)
class Staffing:
    """Call handlers on duty: ``handlers[i]`` from ``from_min[i]`` (ascending) on; none before the first.

    ``kept_for_999`` of them take no 101 call (all of them if fewer are on duty).
    """

    from_min: F64
    handlers: NDArray[np.integer]
    kept_for_999: int


@dataclass(frozen=True, slots=True, eq=False)
class Redial:
    """Which callers dial again after giving up, and how.

    ``calls_again`` (n,); ``after_min`` from hanging up to dialling; ``patience_min`` gives the patience of the
    row's attempt (1 the first redial). The conversation lasts as long as it would have lasted at first.
    """

    calls_again: Bool
    after_min: float
    patience_min: Callable[[int, int], float]


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """What became of n calls, in the order they were given, and of the earlier attempts of those who redialled.

    ``answered_min`` is NaN for one who gave up for good, and inf for one who would wait for ever in a room that
    stays empty. ``dialled_min`` is the last attempt. Attempts given up before a redial: ``early_call`` (row),
    ``early_dialled_min``.
    """

    answered_min: F64
    dialled_min: F64
    early_call: I32
    early_dialled_min: F64

    @property
    def abandoned(self) -> Bool:
        """Whether the caller gave up for good (n,)."""
        return np.isnan(self.answered_min)


def answer_calls(
    received_min: F64,
    line: I8,
    handle_min: F64,
    patience_min: F64,
    staffing: Staffing,
    redial: Redial | None = None,
) -> Answers:
    """Return who was answered when. Minutes; all (n,), ``received_min`` ascending, ``line`` 0 for 999, 1 for 101.

    Deterministic. After the last call the last staffing stays until every caller is answered or has given up.
    ValueError if callers would dial again for ever because that staffing answers none.
    """
    _must_end(staffing, redial)
    room = _Room(handle_min, patience_min, staffing.kept_for_999)
    answered, dialled, waiting, lines = room.answered, received_min.tolist(), room.waiting, line.tolist()
    handle, patience, kept, general = room.handle, room.patience, room.kept, room.general
    again = np.zeros(len(lines), dtype=bool) if redial is None else redial.calls_again
    calls_again, after_min = again.tolist(), 0.0 if redial is None else redial.after_min
    redials: list[tuple[float, int]] = []
    early: list[tuple[int, float]] = []
    attempt: dict[int, int] = {}
    waiting_999, waiting_101 = waiting
    for now, row in _events(received_min, staffing, redials):
        if waiting_999 or waiting_101:
            room.catch_up(now)
        if row < 0:
            room.staff(int(staffing.handlers[_STAFFING - row]), now)
            continue
        if dialled[row] != now and redial is not None:  # dials again, unless answered meanwhile
            if answered[row] is not None:
                continue
            early.append((row, dialled[row]))
            dialled[row] = now
            attempt[row] = attempt.get(row, 0) + 1
            patience[row] = redial.patience_min(row, attempt[row])
        if kept[0] <= now and not lines[row]:
            heapreplace(kept, now + handle[row])
            answered[row] = now
        elif general[0] <= now:
            heapreplace(general, now + handle[row])
            answered[row] = now
        else:
            gives_up = now + patience[row]
            waiting[lines[row]].append((row, gives_up))
            if calls_again[row] and gives_up < _INF:
                heappush(redials, (gives_up + after_min, row))
    room.catch_up(_INF)
    return _answers(answered, dialled, early)


def _must_end(staffing: Staffing, redial: Redial | None) -> None:
    if redial is None or not redial.calls_again.any():
        return
    last = int(staffing.handlers[-1]) if len(staffing.handlers) else 0
    if last <= staffing.kept_for_999 or not redial.after_min > 0.0:
        raise ValueError(
            f"callers dial again {redial.after_min} min after giving up, and at the end {last} handlers are on duty,"
            f" {staffing.kept_for_999} kept for 999: both must leave room to answer them"
        )


def _answers(answered: list[float | None], dialled: list[float], early: list[tuple[int, float]]) -> Answers:
    return Answers(
        answered_min=np.array(answered, dtype=np.float64),
        dialled_min=np.array(dialled, dtype=np.float64),
        early_call=np.array([row for row, _ in early], dtype=np.int32),
        early_dialled_min=np.array([when for _, when in early], dtype=np.float64),
    )


def _events(
    received_min: F64, staffing: Staffing, redials: list[tuple[float, int]]
) -> Iterator[tuple[float, int]]:
    """Yield (minute, row) in order of time: changes of staffing (row −1 − i), redials, first calls.

    ``redials`` is a heap to which the caller adds. Changes after the last call and redial are not needed.
    """
    changes = staffing.from_min
    order = np.argsort(np.concatenate((changes, received_min)), kind="stable")
    rows = np.where(order < changes.size, _STAFFING - order, order - changes.size).tolist()
    times = np.concatenate((changes, received_min))[order].tolist()
    for now, row in zip(times, rows, strict=True):
        while redials and redials[0][0] <= now:
            yield heappop(redials)
        yield now, row
    while redials:
        yield heappop(redials)


class _Room:
    """Handlers, as heaps of the minute at which each is free, and the two queues of (row, gives up at)."""

    __slots__ = ("answered", "general", "handle", "kept", "kept_for_999", "patience", "waiting")

    def __init__(self, handle_min: F64, patience_min: F64, kept_for_999: int) -> None:
        """Open an empty room; each heap ends with one who is never free, so that it always has a first."""
        self.handle: list[float] = handle_min.tolist()
        self.patience: list[float] = patience_min.tolist()
        self.answered: list[float | None] = [None] * len(self.handle)
        self.waiting: tuple[deque[tuple[int, float]], deque[tuple[int, float]]] = (deque(), deque())
        self.kept = [_INF]
        self.general = [_INF]
        self.kept_for_999 = kept_for_999

    def staff(self, handlers: int, now: float) -> None:
        """Put ``handlers`` on duty from ``now``."""
        kept = min(self.kept_for_999, handlers)
        for pool, wanted in ((self.kept, kept), (self.general, handlers - kept)):
            while len(pool) - 1 > wanted:
                heappop(pool)  # the one who is free first goes
            if len(pool) - 1 < wanted:
                pool.extend([now] * (wanted + 1 - len(pool)))
                heapify(pool)

    def catch_up(self, until: float) -> None:
        """Give the handlers who became free by ``until`` to those who wait."""
        kept, general, answered, handle = self.kept, self.general, self.answered, self.handle
        waiting_999, waiting_101 = self.waiting
        while waiting_999:
            pool = kept if kept[0] <= general[0] else general
            free = pool[0]
            if free > until:
                return
            row, gives_up = waiting_999.popleft()
            if gives_up >= free:
                answered[row] = free
                heapreplace(pool, free + handle[row])
        while waiting_101:
            free = general[0]
            if free > until:
                return
            row, gives_up = waiting_101.popleft()
            if gives_up >= free:
                answered[row] = free
                heapreplace(general, free + handle[row])
