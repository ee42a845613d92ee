"""Progress of what is executed, for whoever shows it."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

Progress = Callable[[int, int], None]
"""Hears (replications done, replications expected)."""

EVERY_S = 30.0
"""How often a line is written where there is no terminal for a bar."""


def silent(done: int, total: int) -> None:
    """Show nothing."""
    del done, total


class Lines:
    """A line on standard error at the first word after each half minute: a log that is read later stays short."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin to count the seconds; ``clock`` tells them."""
        self._clock = clock
        self.began = clock()
        self._next = self.began + EVERY_S

    @property
    def seconds(self) -> float:
        """Return the seconds since the beginning."""
        return self._clock() - self.began

    def tell(self, line: Callable[[], str]) -> None:
        """Write the line that ``line`` makes, if it is time."""
        if self._clock() < self._next:
            return
        self._next = self._clock() + EVERY_S
        try:
            sys.stderr.write(line() + "\n")
            sys.stderr.flush()
        except (OSError, ValueError):
            pass  # nobody listens any more: the work goes on
