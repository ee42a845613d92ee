"""Print a run over a sample of parameters again."""

from __future__ import annotations

import sys
from pathlib import Path

from experiments.errors import UserError
from experiments.execution.reading import read_json
from experiments.execution.results_folder import POSTERIOR, STUDY, read_identity
from experiments.posterior.result import PosteriorDocument, PosteriorSummary, posterior_summary_of
from experiments.posterior.text import print_posterior
from experiments.presentation.as_json import RunIdentity, as_text
from experiments.presentation.terminal import console


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


def read_posterior_run(folder: Path) -> tuple[PosteriorDocument, PosteriorSummary]:
    """Return document and figures of a finished run over a sample. Raises UserError."""
    read_identity(folder, STUDY)  # tells what is wrong with a folder that is none
    document = read_json(folder / POSTERIOR.file, PosteriorDocument)
    return document, posterior_summary_of(document, read_json(folder / STUDY.file, RunIdentity))
