"""``turnout sensitivity``: study, write, print."""

from __future__ import annotations

import sys

from experiments.presentation.as_json import as_text
from experiments.presentation.progress import progress_bar
from experiments.presentation.terminal import console
from experiments.sensitivity.report import print_sensitivity
from experiments.sensitivity.results import sensitivity_document, write_sensitivity
from experiments.sensitivity.study import Settings, study_sensitivity


def run_sensitivity(settings: Settings, *, every: bool = False, as_json: bool = False) -> None:
    """Do what the command does. Raises UserError and Stopped."""
    with progress_bar(shown=not as_json) as progress:
        found = study_sensitivity(settings, progress)
    write_sensitivity(found)
    if as_json:
        sys.stdout.write(as_text(sensitivity_document(found)))
    else:
        print_sensitivity(found, console(), every=every)
