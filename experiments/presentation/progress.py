"""The progress bar: on a terminal only, and only on standard error."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from experiments.execution.progress import Progress, silent
from experiments.presentation.formatting import minutes_seconds


@contextmanager
def progress_bar(*, shown: bool, what: str = "Replications") -> Iterator[Progress]:
    """Give a function that takes (done, expected); silent where there is no terminal. ``what`` is counted."""
    if not (shown and sys.stderr.isatty()):
        yield silent
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
