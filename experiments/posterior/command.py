"""``turnout run --posterior``: simulate, write, print; and print such a run again."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from experiments.errors import UserError
from experiments.execution.results_folder import STUDY
from experiments.posterior.kind import POSTERIOR
from experiments.posterior.report import print_posterior
from experiments.posterior.run import check_asked, run_posterior
from experiments.posterior.summary import PosteriorSummary, posterior_document, posterior_summary_of
from experiments.presentation.as_json import as_text
from experiments.presentation.progress import progress_bar
from experiments.presentation.terminal import console
from experiments.run.study import Settings


def run_over_sample(
    settings: Settings, draws: int | None, file: Path | None, *, by: str | None, as_json: bool
) -> None:
    """Do what ``turnout run --posterior`` does. Raises UserError and Stopped."""
    refused = {"--precision": settings.precision, "--by": by}
    asked = check_asked(draws, file, settings.replications, refused)
    if asked is None:
        return
    with progress_bar(shown=not as_json) as progress:
        found = run_posterior(settings, asked, progress)
    if as_json:
        sys.stdout.write(as_text(posterior_document(found)))
    else:
        print_posterior(found, console())


def show_posterior(folder: Path, *, by: str | None, every: bool, as_json: bool) -> None:
    """Print a finished run over a sample again. Raises UserError."""
    if by is not None:
        msg = f"{folder} is a run over a sample of parameters: it has no breakdowns. Leave --by out."
        raise UserError(msg)
    document, found = read_posterior_run(folder)
    if as_json:
        sys.stdout.write(as_text(document))
    else:
        print_posterior(found, console(), every=every)


def read_posterior_run(folder: Path) -> tuple[dict[str, Any], PosteriorSummary]:
    """Return document and figures of a finished run over a sample. Raises UserError."""
    try:
        document = json.loads((folder / POSTERIOR.file).read_text(encoding="utf-8"))
        identity = json.loads((folder / STUDY.file).read_text(encoding="utf-8"))
        return document, posterior_summary_of(document, identity)
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as fault:
        msg = f"cannot read {folder / POSTERIOR.file}: {fault}."
        raise UserError(msg) from fault
