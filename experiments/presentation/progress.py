"""How far the work is, on standard error: a bar on a terminal, otherwise a line every half minute."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from experiments.execution.progress import Lines, Progress
from experiments.presentation.formatting import minutes_seconds


@contextmanager
def progress_bar(*, shown: bool, what: str = "Replications") -> Iterator[Progress]:
    """Give a function that takes (done, expected). ``what`` is counted.

    Lines stand in for the bar where it is not ``shown`` or there is no terminal, so that a long run is never silent.
    """
    if not (shown and sys.stderr.isatty()):
        yield _told_in_lines(what)
        return
    from rich import progress as rich
    from rich.console import Console
    from rich.text import Text

    class Left(rich.ProgressColumn):
        """Time left, from the mean of the replications done by this command."""

        def render(self, task: rich.Task) -> Text:
            done = task.completed - float(task.fields["before"])
            if not task.total or task.elapsed is None or done <= 0:
                return Text("?")
            seconds = task.elapsed / done * max(task.total - task.completed, 0.0)
            return Text(minutes_seconds(seconds))

    columns = (
        rich.TextColumn(what),
        rich.BarColumn(bar_width=24),
        rich.MofNCompleteColumn(),
        rich.TextColumn("left"),
        Left(),
        rich.TextColumn("spent"),
        rich.TimeElapsedColumn(),
    )
    with rich.Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("run", total=None, before=-1)
        before: list[int] = []

        def tell(done: int, total: int) -> None:
            if not before:
                before.append(done)
            bar.update(task, completed=done, total=total, before=before[0])

        yield tell


def _told_in_lines(what: str) -> Progress:
    lines = Lines()
    before: list[int] = []

    def tell(done: int, total: int) -> None:
        if not before:
            before.append(done)
        lines.tell(lambda: _line(what, done, total, lines.seconds, done - before[0]))

    return tell


def _line(what: str, done: int, total: int, seconds: float, made: int) -> str:
    """Return how far it is: ``made`` of those done were made by this command, in ``seconds``."""
    left = f", {minutes_seconds(seconds / made * max(total - done, 0))} left" if made > 0 else ""
    return f"{what}: {done} of {total}{left}"
