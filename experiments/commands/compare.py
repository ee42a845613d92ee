"""``turnout compare``: options against a base on the same incidents and crews."""

from __future__ import annotations

from typing import Annotated

import typer

from experiments.commands.options import (
    MOST,
    ComparisonOut,
    Days,
    EngineOption,
    EveryMeasure,
    Format,
    FormatOption,
    Most,
    Posterior,
    PosteriorFile,
    Seed,
    Workers,
    Years,
    count_or_precision,
)
from experiments.execution import engines


def compare(
    scenarios: Annotated[
        list[str] | None,
        typer.Argument(metavar="BASE OPTION...", help="The base, then one option or more: names or files."),
    ] = None,
    replications: Annotated[
        int | None,
        typer.Option(
            min=1, max=MOST, help="How many times each is simulated; default 10, 2 with --posterior."
        ),
    ] = None,
    precision: Annotated[
        str | None,
        typer.Option(help='Go on until the interval of the difference is this narrow: "within_15=0.3".'),
    ] = None,
    most: Most = 200,
    years: Years = None,
    days: Days = None,
    seed: Seed = 1,
    workers: Workers = 1,
    engine: EngineOption = None,
    interest: Annotated[
        str | None, typer.Option(help='Smallest differences of interest; default "points=0.1,s=1,pumps=0.1".')
    ] = None,
    by: Annotated[str | None, typer.Option(help="Also print who gains and loses: district or cell.")] = None,
    out: ComparisonOut = None,
    every: EveryMeasure = False,
    posterior: Posterior = None,
    posterior_file: PosteriorFile = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Compare options with a base on the same incidents and crews."""
    from experiments.compare.asked import Asked, compare_named

    engines.use(engine, engines.Engine.COMPILED)
    count_or_precision(replications, precision)
    asked = Asked(
        replications=replications or (10 if posterior is None else 2),
        precision=precision,
        most=most,
        years=years,
        days=days,
        seed=seed,
        workers=workers,
        interest=interest,
        by=by,
        out=out,
        every=every,
        as_json=form is Format.JSON,
        posterior=posterior,
        posterior_file=posterior_file,
    )
    compare_named(scenarios or [], asked)
