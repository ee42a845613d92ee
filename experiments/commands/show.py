"""``turnout show``: a finished run again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from experiments.commands.options import Format, FormatOption


def show(
    folder: Annotated[
        Path | None, typer.Argument(help="Folder of a finished run; default the latest.")
    ] = None,
    by: Annotated[str | None, typer.Option(help="Break the figures down, e.g. by district.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Every measure, with its definition.")] = False,
    appendix: Annotated[
        bool,
        typer.Option("--appendix", help="Police time met by crime, grade and month, as the force reports."),
    ] = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """Show a finished run again: its summary, a breakdown, or every measure."""
    from experiments.execution.results_folder import POSTERIOR, RUN, latest
    from experiments.posterior.show import show_posterior
    from experiments.run.text import show_run

    run = folder or latest(RUN, POSTERIOR)
    as_json = form is Format.JSON
    if (run / POSTERIOR.file).exists():
        show_posterior(run, by="police_appendix1" if appendix else by, every=every, as_json=as_json)
    else:
        show_run(run, by=by, every=every, as_json=as_json, appendix=appendix)
