"""The progress bar: on a terminal only, and only on standard error."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Progress = Callable[[int, int], None]
"""Hears (replications done, replications expected)."""


def silent(done: int, total: int) -> None:
    """Show nothing."""
    del done, total


@contextmanager
def progress_bar(*, shown: bool) -> Iterator[Progress]:
    """Give a function that takes (replications done, expected); silent where there is no terminal."""
    if not (shown and sys.stderr.isatty()):
        yield silent
        return
    from rich import progress as rich
    from rich.console import Console

    columns = (
        rich.TextColumn("Replications"),
        rich.BarColumn(bar_width=24),
        rich.MofNCompleteColumn(),
        rich.TextColumn("left"),
        rich.TimeRemainingColumn(),
        rich.TextColumn("spent"),
        rich.TimeElapsedColumn(),
    )
    with rich.Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("run", total=None)

        def tell(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        yield tell
