"""The calls of a run: every incident is handed to the service that is to answer it, when it is to be decided."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from sim.engine.clock import Clock, Story

Open = Callable[[int, float], None]
"""Answers an incident (row) that is decided at a minute."""

Agenda = tuple[NDArray[np.integer], NDArray[np.float64], int, Open]
"""Of one service: the rows that it attends, when each is decided (minutes), what that is called, who answers."""


def in_turn(agendas: Sequence[Agenda]) -> Iterator[tuple[float, int, int, Open]]:
    """Yield minute, happening, row and answer of every incident in the order of deciding.

    At the same minute by service, in the order given, then by row.
    """
    rows = np.concatenate([rows for rows, _, _, _ in agendas])
    at_min = np.concatenate([minutes for _, minutes, _, _ in agendas])
    which = np.repeat(np.arange(len(agendas)), [rows.size for rows, _, _, _ in agendas])
    order = np.lexsort((rows, which, at_min))
    told = [(happening, answer) for _, _, happening, answer in agendas]
    for minute, service, row in zip(
        at_min[order].tolist(), which[order].tolist(), rows[order].tolist(), strict=True
    ):
        yield minute, told[service][0], row, told[service][1]


def take_calls(clock: Clock, calls: Iterable[tuple[float, int, int, Open]]) -> Story:
    """Hand every incident to the service that is to answer it, when its call has been handled (police: and graded)."""
    for decided_min, happening, row, answer in calls:
        yield clock.at(happening, row, decided_min)
        answer(row, clock.now_min)
