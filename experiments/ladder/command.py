"""``turnout ladder``: climb down, write, print."""

from __future__ import annotations

import sys

from experiments.errors import UserError
from experiments.ladder.report import print_ladder
from experiments.ladder.results import ladder_document, write_ladder
from experiments.ladder.study import Settings, study_ladder
from experiments.presentation.as_json import as_text
from experiments.presentation.progress import progress_bar
from experiments.presentation.terminal import console


def run_ladder(settings: Settings, *, every: bool = False, as_json: bool = False) -> None:
    """Do what the command does. Raises UserError and Stopped."""
    with progress_bar(shown=not as_json) as progress:
        found = study_ladder(settings, progress)
    write_ladder(found)
    if as_json:
        sys.stdout.write(as_text(ladder_document(found)))
    else:
        print_ladder(found, console(), every=every)


def parse_rungs(text: str) -> tuple[int, ...]:
    """Read "66,60,56". Raises UserError naming what is no number."""
    rungs = []
    for part in text.split(","):
        if part.strip():
            try:
                rungs.append(int(part))
            except ValueError:
                msg = f'--rungs "{part.strip()}": not a whole number of pumps. Write, for instance, 66,60,56.'
                raise UserError(msg) from None
    return tuple(rungs)
