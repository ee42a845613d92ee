"""``turnout ladder``: how the standards fall as pumps go off the run."""

from __future__ import annotations

import sys
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
from experiments.errors import UserError
from experiments.execution import engines


def ladder(
    base: ScenarioName = "baseline",
    rungs: Annotated[str, typer.Option(help="Numbers of pumps, with commas; default 66,60,56 … 40.")] = "",
    by: Annotated[
        str, typer.Option(help="Which pumps go first: random, on_call_by_day, farthest, with commas.")
    ] = "random,on_call_by_day,farthest",
    orders: Annotated[int, typer.Option(min=1, max=1000, help="Orders drawn by lot.")] = 3,
    leave_one_out: Annotated[
        bool,
        typer.Option("--leave-one-out/--no-leave-one-out", help="Say what each pump is worth, and when."),
    ] = True,
    replications: Annotated[
        int, typer.Option(min=1, max=MOST, help="How many times the period is simulated.")
    ] = 5,
    years: Years = None,
    days: StudyDays = None,
    seed: Seed = 1,
    workers: Workers = 1,
    engine: EngineOption = None,
    out: Out = None,
    every: Annotated[bool, typer.Option("--all", help="Print every pump.")] = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """Say how the standards fall as pumps go off the run, and what each pump is worth."""
    from experiments.ladder.settings import Settings
    from experiments.ladder.study import study_ladder
    from experiments.ladder.text import print_ladder
    from experiments.ladder.write import ladder_document, write_ladder
    from experiments.presentation.as_json import as_text
    from experiments.presentation.progress import progress_bar
    from experiments.presentation.terminal import console

    engines.use(engine, engines.Engine.COMPILED)
    settings = Settings(
        base=base,
        rungs=_rungs(rungs),
        by=names(by),
        orders=orders,
        leave_one_out=leave_one_out,
        replications=replications,
        days=days_of(years, days) or 28,
        seed=seed,
        workers=workers,
        out=out,
    )
    with progress_bar(shown=form is Format.TABLE) as progress:
        found = study_ladder(settings, progress)
    write_ladder(found)
    if form is Format.JSON:
        sys.stdout.write(as_text(ladder_document(found)))
    else:
        print_ladder(found, console(), every=every)


def _rungs(text: str) -> tuple[int, ...]:
    """Read "66,60,56". Raises UserError naming what is no number."""
    rungs = []
    for part in names(text):
        try:
            rungs.append(int(part))
        except ValueError:
            msg = f'--rungs "{part}": not a whole number of pumps. Write, for instance, 66,60,56.'
            raise UserError(msg) from None
    return tuple(rungs)
