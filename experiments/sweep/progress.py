"""How far a sweep is: a bar on a terminal, otherwise a line every half minute, on standard error."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from experiments.execution.progress import Lines


@dataclass(frozen=True, slots=True)
class State:
    """Points of the sweep, and replications of this command."""

    points: int
    done: int  # failed ones included
    failed: int
    replications_done: int
    replications_left: int
    seconds: float

    @property
    def left_s(self) -> float | None:
        """Return the seconds left at the pace of this command, None while there is no pace."""
        if not self.replications_done:
            return None
        return self.seconds / self.replications_done * self.replications_left


class Tell(Protocol):
    """Hears how far it is."""

    def __call__(self, state: State) -> None:
        """Take the state."""


def silent(state: State) -> None:
    """Say nothing."""
    del state


def line(state: State) -> str:
    """Return the state as one line."""
    failed = f", {state.failed} failed" if state.failed else ""
    left = "" if state.left_s is None else f", {duration(state.left_s)} left"
    return f"{state.done} of {state.points} points{failed}{left}"


def duration(seconds: float) -> str:
    """Return seconds as 1:02:03, or 2:03 below an hour."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


@contextmanager
def telling() -> Iterator[Tell]:
    """Give a function that shows the state."""
    if not sys.stderr.isatty():
        lines = Lines()
        yield lambda state: lines.tell(lambda: line(state))
        return
    from rich import progress as rich
    from rich.console import Console

    columns = (rich.BarColumn(bar_width=24), rich.TextColumn("{task.description}"))
    with rich.Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)

        def tell(state: State) -> None:
            bar.update(task, completed=state.done, total=state.points, description=line(state))

        yield tell
