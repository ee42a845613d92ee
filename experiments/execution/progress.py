"""Progress of what is executed, for whoever shows it."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[int, int], None]
"""Hears (replications done, replications expected)."""


def silent(done: int, total: int) -> None:
    """Show nothing."""
    del done, total
