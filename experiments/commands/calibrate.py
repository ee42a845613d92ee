"""``turnout calibrate``: fit, write, print."""

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
    Targets,
    Workers,
    Years,
    days_of,
)
from experiments.execution import engines


def calibrate(
    service: Annotated[str, typer.Option(help="fire or police: whose parameters and figures.")] = "fire",
    scenario: Annotated[
        str | None, typer.Option(help="What is fitted; default the service's, before any fitted value.")
    ] = None,
    budget: Annotated[
        float, typer.Option(min=0.1, help="Minutes it may take; the first points are timed for it.")
    ] = 20.0,
    points: Annotated[
        int | None, typer.Option(min=1, max=MOST, help="Points of all waves, in place of --budget.")
    ] = None,
    waves: Annotated[int, typer.Option(min=1, max=10, help="Rounds of simulating and fitting.")] = 3,
    replications: Annotated[int, typer.Option(min=1, max=MOST, help="Replications of every point.")] = 2,
    years: Years = None,
    days: Days = None,
    targets: Targets = None,
    parameters: Annotated[Path | None, typer.Option(help="Your own table of parameters (CSV).")] = None,
    seed: FitSeed = 1,
    workers: Workers = 1,
    engine: EngineOption = None,
    out: Out = None,
    ship: Annotated[bool, typer.Option("--ship", help="Make the fit that of the shipped baseline.")] = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """Fit a service's free parameters to its reported figures, and say what the figures tell."""
    from experiments.calibrate import study
    from experiments.calibrate.settings import Settings
    from experiments.calibrate.text import document, text
    from experiments.calibrate.write import ship as ship_fit
    from experiments.calibrate.write import write_calibrated
    from experiments.presentation.as_json import as_text
    from experiments.presentation.progress import progress_bar

    engines.use(engine, engines.Engine.COMPILED)
    settings = Settings(
        service=service,
        scenario=scenario,
        targets=targets,
        parameters=parameters,
        budget_min=budget,
        points=points,
        waves=waves,
        replications=replications,
        days=days_of(years, days),
        workers=workers,
        seed=seed,
        out=out,
    )
    as_json = form is Format.JSON

    def say(line: str) -> None:
        if not as_json:
            sys.stderr.write(line + "\n")

    with progress_bar(shown=not as_json, what="Points") as progress:
        found = study.calibrate(settings, progress, say)
    write_calibrated(found)
    files = ship_fit(found) if ship else ()
    sys.stdout.write(as_text(document(found)) if as_json else text(found))
    for file in files:
        say(f"Written: {file}")
