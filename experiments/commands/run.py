"""``turnout run``: simulate, write, print."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from experiments.commands.options import (
    MOST,
    Days,
    EngineOption,
    Format,
    FormatOption,
    Most,
    Out,
    Posterior,
    PosteriorFile,
    ScenarioName,
    Seed,
    Workers,
    Years,
    count_or_precision,
)
from experiments.execution import engines

if TYPE_CHECKING:
    from experiments.run.settings import Settings


def run(
    scenario: ScenarioName = "baseline",
    replications: Annotated[
        int | None,
        typer.Option(
            min=1, max=MOST, help="How many times the period is simulated; default 5, 2 with --posterior."
        ),
    ] = None,
    precision: Annotated[
        str | None,
        typer.Option(help='Go on until the 95% interval is this narrow: "within_15=0.5" is ±0.5 points.'),
    ] = None,
    most: Most = 200,
    years: Years = None,
    days: Days = None,
    seed: Seed = 1,
    workers: Workers = 1,
    engine: EngineOption = None,
    out: Out = None,
    by: Annotated[
        str | None, typer.Option(help="Also break the figures down: district, or district,hour together.")
    ] = None,
    posterior: Posterior = None,
    posterior_file: PosteriorFile = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Simulate a scenario and print whether the standards are met."""
    from experiments.presentation.progress import progress_bar
    from experiments.run.settings import Settings
    from experiments.run.study import run_scenario

    engines.use(
        engine,
        engines.Engine.SIMPY if posterior is None and posterior_file is None else engines.Engine.COMPILED,
    )
    count_or_precision(replications, precision)
    count = replications or (5 if posterior is None else 2)
    settings = Settings(scenario, count, precision, most, years, seed, workers, out, days, by)
    as_json = form is Format.JSON
    if posterior is not None or posterior_file is not None:
        _run_over_sample(settings, posterior, posterior_file, by=by, as_json=as_json)
        return
    with progress_bar(shown=not as_json) as progress:
        summary = run_scenario(settings, progress)
    from experiments.run.text import print_run

    print_run(summary, by=by, as_json=as_json)


def _run_over_sample(
    settings: Settings, draws: int | None, file: Path | None, *, by: str | None, as_json: bool
) -> None:
    from experiments.posterior.result import posterior_document
    from experiments.posterior.settings import check_asked
    from experiments.posterior.study import run_posterior
    from experiments.posterior.text import print_posterior
    from experiments.presentation.as_json import as_text
    from experiments.presentation.progress import progress_bar
    from experiments.presentation.terminal import console

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
