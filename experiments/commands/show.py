"""``turnout show``: a finished run again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from experiments.commands.options import RunFolderOption, TableFormat, TableFormatOption
from experiments.errors import UserError


def show(
    folder: Annotated[
        Path | None, typer.Argument(help="Folder of a finished run; default the latest.")
    ] = None,
    run: RunFolderOption = None,
    by: Annotated[
        str | None, typer.Option(help="Break the figures down: district, or district,hour together.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Every measure, with its definition.")] = False,
    appendix: Annotated[
        bool,
        typer.Option("--appendix", help="Police time met by crime, grade and month, as the force reports."),
    ] = False,
    form: TableFormatOption = TableFormat.TABLE,
) -> None:
    """Show a finished run again: its summary, a breakdown, or every measure."""
    from experiments.execution.results_folder import POSTERIOR, RUN, latest
    from experiments.posterior.show import show_posterior
    from experiments.run.text import show_run

    if folder is not None and run is not None:
        msg = "name the run once: as FOLDER or with --run."
        raise UserError(msg)
    shown = folder or run or latest(RUN, POSTERIOR)
    if not (shown / POSTERIOR.file).exists():
        show_run(shown, by=by, every=every, form=form.value, appendix=appendix)
    elif form is TableFormat.CSV:
        msg = f"{shown} is a run over a sample of parameters: give --format json."
        raise UserError(msg)
    else:
        as_json = form is TableFormat.JSON
        show_posterior(shown, by="police_appendix1" if appendix else by, every=every, as_json=as_json)
