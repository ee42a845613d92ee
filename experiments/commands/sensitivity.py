"""``turnout sensitivity``: which assumptions drive the answer."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from experiments.commands.options import (
    MOST,
    EngineOption,
    Format,
    FormatOption,
    Out,
    ScenarioName,
    Seed,
    StudyDays,
    Workers,
    Years,
    days_of,
    names,
)
from experiments.execution import engines


def sensitivity(
    base: ScenarioName = "baseline",
    options: Annotated[
        str, typer.Option(help="Scenarios whose ranking is put to the test, with commas: a,b.")
    ] = "",
    measure: Annotated[str, typer.Option(help="The answer in question.")] = "fire.all.within_15",
    trajectories: Annotated[
        int, typer.Option(min=2, max=MOST, help="Morris trajectories of the screening.")
    ] = 6,
    samples: Annotated[
        int, typer.Option(min=0, max=MOST, help="Sobol base samples of the survivors, a power of 2; 0: none.")
    ] = 32,
    rank_samples: Annotated[
        int, typer.Option(min=4, max=MOST, help="Latin hypercube samples on which the options are ranked.")
    ] = 40,
    replications: Annotated[int, typer.Option(min=2, max=MOST, help="Replications of every point.")] = 3,
    years: Years = None,
    days: StudyDays = None,
    seed: Seed = 1,
    workers: Workers = 1,
    engine: EngineOption = None,
    ranges: Annotated[Path | None, typer.Option(help="Your own table of ranges (CSV).")] = None,
    only: Annotated[str, typer.Option(help="Only these assumptions, by path, with commas.")] = "",
    survivors: Annotated[int, typer.Option(min=1, max=MOST, help="Most assumptions with Sobol indices.")] = 6,
    out: Out = None,
    every: Annotated[bool, typer.Option("--all", help="Print every assumption.")] = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """Say which assumptions drive the answer, and whether the ranking of options survives them."""
    from experiments.presentation.as_json import as_text
    from experiments.presentation.progress import progress_bar
    from experiments.presentation.terminal import console
    from experiments.sensitivity.settings import Settings
    from experiments.sensitivity.study import study_sensitivity
    from experiments.sensitivity.text import print_sensitivity
    from experiments.sensitivity.write import sensitivity_document, write_sensitivity

    engines.use(engine, engines.Engine.COMPILED)
    settings = Settings(
        base=base,
        options=names(options),
        measure=measure,
        trajectories=trajectories,
        samples=samples,
        rank_samples=rank_samples,
        replications=replications,
        days=days_of(years, days) or 28,
        seed=seed,
        workers=workers,
        most=survivors,
        ranges=ranges,
        only=names(only),
        out=out,
    )
    with progress_bar(shown=form is Format.TABLE) as progress:
        found = study_sensitivity(settings, progress)
    write_sensitivity(found)
    if form is Format.JSON:
        sys.stdout.write(as_text(sensitivity_document(found)))
    else:
        print_sensitivity(found, console(), every=every)
