"""``turnout validate``: predict what was not fitted, compare, print."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from experiments.commands.options import (
    MOST,
    Days,
    EngineOption,
    FitSeed,
    Format,
    FormatOption,
    Out,
    Workers,
    Years,
    days_of,
)
from experiments.execution import engines


def validate(
    scenario: Annotated[
        str | None, typer.Argument(help="The other time: what is known to differ, and no more.")
    ] = None,
    targets: Annotated[
        Path | None, typer.Option(help="Your own table of reported figures (CSV); default the shipped one.")
    ] = None,
    fit: Annotated[
        Path | None, typer.Option(help="Folder of a calibration; default the shipped fit.")
    ] = None,
    draws: Annotated[
        int | None,
        typer.Option(min=2, max=MOST, help="Parameter sets of the posterior sample (12; by month 4)."),
    ] = None,
    replications: Annotated[
        int | None, typer.Option(min=1, max=MOST, help="Replications of each (2; by month 1).")
    ] = None,
    years: Years = None,
    days: Days = None,
    seed: FitSeed = 1,
    workers: Workers = 1,
    engine: EngineOption = None,
    out: Out = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Predict figures that were not fitted, then compare them with what was reported."""
    from experiments.presentation.as_json import as_text
    from experiments.presentation.progress import progress_bar
    from experiments.validate import study
    from experiments.validate.settings import Settings
    from experiments.validate.text import document, text
    from scenarios.loading.datasets import default_of

    engines.use(engine, engines.Engine.COMPILED)
    settings = Settings(
        scenario or default_of("validate"),
        targets,
        fit,
        draws,
        replications,
        days_of(years, days),
        workers,
        seed,
        out,
    )
    with progress_bar(shown=form is Format.TABLE, what="Points") as progress:
        found = study.validate(settings, progress)
    sys.stdout.write(as_text(document(found)) if form is Format.JSON else text(found))
