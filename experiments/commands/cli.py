"""The command ``turnout``: options and messages only. Slow imports happen inside the commands."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from textwrap import fill
from typing import Annotated

import typer

from experiments.commands.what_if import what_if
from experiments.errors import Stopped, UserError
from experiments.execution.signals import stopping
from experiments.sweep.commands import app as sweep_app


class Format(StrEnum):
    """How results are printed."""

    TABLE = "table"
    JSON = "json"


app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Simulate fire and police response: are the standards met, and why not?",
)
scenario_app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="List, show and check scenarios."
)
app.add_typer(scenario_app, name="scenario")
app.add_typer(sweep_app, name="sweep")
app.command("what-if")(what_if)

FormatOption = Annotated[Format, typer.Option("--format", help="A table to read, or one JSON document.")]
PosteriorOption = Annotated[
    int | None,
    typer.Option(
        min=2, help="Simulate at so many parameter sets of the fitted sample; intervals include it."
    ),
]
PosteriorFileOption = Annotated[
    Path | None, typer.Option(help="Sample for --posterior (CSV); default that of the service.")
]
RunOption = Annotated[
    Path | None, typer.Option("--run", help="Folder of a finished run; default the latest.")
]


def _version(value: bool) -> None:
    if value:
        from experiments.execution.provenance import turnout_version

        typer.echo(f"turnout {turnout_version()}")
        raise typer.Exit


@app.callback()
def turnout(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and end.")
    ] = False,
) -> None:
    """Simulate fire and police response: are the standards met, and why not?"""


@app.command()
def run(
    scenario: Annotated[str, typer.Argument(help="Name of an embedded scenario, or a file.")] = "baseline",
    replications: Annotated[
        int | None,
        typer.Option(min=1, help="How many times the period is simulated; default 5, 2 with --posterior."),
    ] = None,
    precision: Annotated[
        str | None,
        typer.Option(help='Go on until the 95% interval is this narrow: "within_15=0.5" is ±0.5 points.'),
    ] = None,
    most: Annotated[int, typer.Option(min=5, help="Ceiling on replications with --precision.")] = 200,
    years: Annotated[
        float | None,
        typer.Option(min=0.0, max=100.0, help="Length of a replication; default the scenario's."),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, max=2**63 - 1, help="Root of all chance.")] = 1,
    workers: Annotated[int, typer.Option(min=1, max=256, help="Processes; figures do not depend on it.")] = 1,
    out: Annotated[Path | None, typer.Option(help="Folder to write to; default under runs/.")] = None,
    by: Annotated[str | None, typer.Option(help="Also break the figures down, e.g. by district.")] = None,
    posterior: PosteriorOption = None,
    posterior_file: PosteriorFileOption = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Simulate a scenario and print whether the standards are met."""
    from experiments.presentation.progress import progress_bar
    from experiments.run.study import Settings, run_scenario

    if replications is not None and precision is not None:
        msg = "--replications and --precision exclude each other: give one of them."
        raise UserError(msg)
    count = replications or (5 if posterior is None else 2)
    settings = Settings(scenario, count, precision, most, years, seed, workers, out)
    if posterior is not None or posterior_file is not None:
        from experiments.posterior.command import run_over_sample

        run_over_sample(settings, posterior, posterior_file, by=by, as_json=form is Format.JSON)
        return
    with progress_bar(shown=form is Format.TABLE) as progress:
        summary = run_scenario(settings, progress)
    from experiments.commands.show import print_run

    print_run(summary, by=by, as_json=form is Format.JSON)


@app.command()
def compare(
    scenarios: Annotated[
        list[str] | None,
        typer.Argument(metavar="BASE OPTION...", help="The base, then one option or more: names or files."),
    ] = None,
    replications: Annotated[
        int | None,
        typer.Option(min=1, help="How many times each is simulated; default 10, 2 with --posterior."),
    ] = None,
    precision: Annotated[
        str | None,
        typer.Option(help='Go on until the interval of the difference is this narrow: "within_15=0.3".'),
    ] = None,
    most: Annotated[int, typer.Option(min=5, help="Ceiling on replications with --precision.")] = 200,
    years: Annotated[
        float | None,
        typer.Option(min=0.0, max=100.0, help="Length of a replication; default the scenario's."),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, max=2**63 - 1, help="Root of all chance.")] = 1,
    workers: Annotated[int, typer.Option(min=1, max=256, help="Processes; figures do not depend on it.")] = 1,
    interest: Annotated[
        str | None, typer.Option(help='Smallest differences of interest; default "points=0.1,s=1,pumps=0.1".')
    ] = None,
    by: Annotated[str | None, typer.Option(help="Also print who gains and loses: district or cell.")] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for the comparison's tables and map.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Every measure, not only the first.")] = False,
    posterior: PosteriorOption = None,
    posterior_file: PosteriorFileOption = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Compare options with a base on the same incidents and crews."""
    from experiments.compare.command import Asked, compare_named

    if replications is not None and precision is not None:
        msg = "--replications and --precision exclude each other: give one of them."
        raise UserError(msg)
    asked = Asked(
        replications=replications or (10 if posterior is None else 2),
        precision=precision,
        most=most,
        years=years,
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


@app.command()
def sensitivity(
    base: Annotated[str, typer.Argument(help="Name of an embedded scenario, or a file.")] = "baseline",
    options: Annotated[
        str, typer.Option(help="Scenarios whose ranking is put to the test, with commas: a,b.")
    ] = "",
    measure: Annotated[str, typer.Option(help="The answer in question.")] = "fire.all.within_15",
    trajectories: Annotated[int, typer.Option(min=2, help="Morris trajectories of the screening.")] = 6,
    samples: Annotated[
        int, typer.Option(min=0, help="Sobol base samples of the survivors, a power of 2; 0: none.")
    ] = 32,
    rank_samples: Annotated[
        int, typer.Option(min=4, help="Latin hypercube samples on which the options are ranked.")
    ] = 40,
    replications: Annotated[int, typer.Option(min=2, help="Replications of every point.")] = 3,
    days: Annotated[int, typer.Option(min=1, max=36600, help="Length of a replication.")] = 28,
    seed: Annotated[int, typer.Option(min=0, max=2**63 - 1, help="Root of all chance.")] = 1,
    workers: Annotated[int, typer.Option(min=1, max=256, help="Processes; figures do not depend on it.")] = 1,
    ranges: Annotated[Path | None, typer.Option(help="Your own table of ranges (CSV).")] = None,
    only: Annotated[str, typer.Option(help="Only these assumptions, by path, with commas.")] = "",
    survivors: Annotated[int, typer.Option(min=1, help="Most assumptions with Sobol indices.")] = 6,
    out: Annotated[Path | None, typer.Option(help="Folder to write to; default under runs/.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Print every assumption.")] = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """Say which assumptions drive the answer, and whether the ranking of options survives them."""
    from experiments.sensitivity.command import run_sensitivity
    from experiments.sensitivity.study import Settings

    settings = Settings(
        base=base,
        options=_names(options),
        measure=measure,
        trajectories=trajectories,
        samples=samples,
        rank_samples=rank_samples,
        replications=replications,
        days=days,
        seed=seed,
        workers=workers,
        most=survivors,
        ranges=ranges,
        only=_names(only),
        out=out,
    )
    run_sensitivity(settings, every=every, as_json=form is Format.JSON)


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


@app.command()
def ladder(
    base: Annotated[str, typer.Argument(help="Name of an embedded scenario, or a file.")] = "baseline",
    rungs: Annotated[str, typer.Option(help="Numbers of pumps, with commas; default 66,60,56 … 40.")] = "",
    by: Annotated[
        str, typer.Option(help="Which pumps go first: random, on_call_by_day, farthest, with commas.")
    ] = "random,on_call_by_day,farthest",
    orders: Annotated[int, typer.Option(min=1, max=1000, help="Orders drawn by lot.")] = 3,
    leave_one_out: Annotated[
        bool,
        typer.Option("--leave-one-out/--no-leave-one-out", help="Say what each pump is worth, and when."),
    ] = True,
    replications: Annotated[int, typer.Option(min=1, help="How many times the period is simulated.")] = 5,
    days: Annotated[int, typer.Option(min=1, max=36600, help="Length of a replication.")] = 28,
    seed: Annotated[int, typer.Option(min=0, max=2**63 - 1, help="Root of all chance.")] = 1,
    workers: Annotated[int, typer.Option(min=1, max=256, help="Processes; figures do not depend on it.")] = 1,
    out: Annotated[Path | None, typer.Option(help="Folder to write to; default under runs/.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Print every pump.")] = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """Say how the standards fall as pumps go off the run, and what each pump is worth."""
    from experiments.ladder.command import parse_rungs, run_ladder
    from experiments.ladder.study import Settings

    settings = Settings(
        base=base,
        rungs=parse_rungs(rungs),
        by=_names(by),
        orders=orders,
        leave_one_out=leave_one_out,
        replications=replications,
        days=days,
        seed=seed,
        workers=workers,
        out=out,
    )
    run_ladder(settings, every=every, as_json=form is Format.JSON)


@app.command("fit-demand")
def fit_demand(
    records: Annotated[Path, typer.Argument(help="Incident records (CSV), a row an incident.")],
    mapping: Annotated[Path, typer.Option(help="What the columns mean (TOML).")],
    scenario: Annotated[
        str, typer.Option(help="Scenario whose demand is fitted: a name or a file.")
    ] = "baseline",
    out: Annotated[Path | None, typer.Option(help="Folder to write to; default under runs/.")] = None,
) -> None:
    """Fit rates, profiles, places, times at scene and attendances to incident records."""
    from experiments.fit_demand.command import run_fit_demand

    run_fit_demand(records, mapping, scenario, out)


@app.command()
def calibrate(
    service: Annotated[str, typer.Option(help="fire or police: whose parameters and figures.")] = "fire",
    scenario: Annotated[
        str | None, typer.Option(help="What is fitted; default the service's, before any fitted value.")
    ] = None,
    budget: Annotated[
        float, typer.Option(min=0.1, help="Minutes it may take; the first points are timed for it.")
    ] = 20.0,
    points: Annotated[
        int | None, typer.Option(min=1, help="Points of all waves, in place of --budget.")
    ] = None,
    waves: Annotated[int, typer.Option(min=1, max=10, help="Rounds of simulating and fitting.")] = 3,
    replications: Annotated[int, typer.Option(min=1, help="Replications of every point.")] = 2,
    days: Annotated[
        int | None, typer.Option(min=1, max=36600, help="Length of a replication; default the scenario's.")
    ] = None,
    targets: Annotated[Path | None, typer.Option(help="Your own table of reported figures (CSV).")] = None,
    parameters: Annotated[Path | None, typer.Option(help="Your own table of parameters (CSV).")] = None,
    seed: Annotated[int, typer.Option(min=0, max=2**62, help="Root of all chance.")] = 1,
    workers: Annotated[int, typer.Option(min=1, max=256, help="Processes; figures do not depend on it.")] = 1,
    out: Annotated[Path | None, typer.Option(help="Folder to write to; default under runs/.")] = None,
    ship: Annotated[bool, typer.Option("--ship", help="Make the fit that of the shipped baseline.")] = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """Fit a service's free parameters to its reported figures, and say what the figures tell."""
    from experiments.calibrate.command import run_calibrate
    from experiments.calibrate.settings import Settings

    settings = Settings(
        service=service,
        scenario=scenario,
        targets=targets,
        parameters=parameters,
        budget_min=budget,
        points=points,
        waves=waves,
        replications=replications,
        days=days,
        workers=workers,
        seed=seed,
        out=out,
    )
    run_calibrate(settings, shipped=ship, as_json=form is Format.JSON)


@app.command()
def validate(
    scenario: Annotated[
        str, typer.Argument(help="The other time: what is known to differ, and no more.")
    ] = "essex-2018",
    targets: Annotated[
        Path | None, typer.Option(help="Your own table of reported figures (CSV); default the shipped one.")
    ] = None,
    fit: Annotated[
        Path | None, typer.Option(help="Folder of a calibration; default the shipped fit.")
    ] = None,
    draws: Annotated[
        int | None, typer.Option(min=2, help="Parameter sets of the posterior sample (12; by month 4).")
    ] = None,
    replications: Annotated[
        int | None, typer.Option(min=1, help="Replications of each (2; by month 1).")
    ] = None,
    days: Annotated[
        int | None, typer.Option(min=1, max=36600, help="Length of a replication; default the scenario's.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, max=2**62, help="Root of all chance.")] = 1,
    workers: Annotated[int, typer.Option(min=1, max=256, help="Processes; figures do not depend on it.")] = 1,
    out: Annotated[Path | None, typer.Option(help="Folder to write to; default under runs/.")] = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Predict figures that were not fitted, then compare them with what was reported."""
    from experiments.validate.command import run_validate
    from experiments.validate.study import Settings

    settings = Settings(scenario, targets, fit, draws, replications, days, workers, seed, out)
    run_validate(settings, as_json=form is Format.JSON)


@app.command()
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
    from experiments.commands.show import show_run

    show_run(folder, by=by, every=every, as_json=form is Format.JSON, appendix=appendix)


@app.command()
def trace(
    incident: Annotated[
        str, typer.Argument(help="Its number or name (turnout trace --list), or: worst.")
    ] = "worst",
    folder: RunOption = None,
    replication: Annotated[int, typer.Option(min=0, help="Which replication of the run.")] = 0,
    listed: Annotated[bool, typer.Option("--list", help="List incidents instead of telling one.")] = False,
    missed: Annotated[
        bool, typer.Option("--missed", help="List those that missed the standard, and why.")
    ] = False,
    most: Annotated[int, typer.Option(min=1, help="How many to list.")] = 20,
) -> None:
    """Tell the story of one incident: who was sent, who was quicker but was not, and why."""
    from experiments.commands.trace import list_incidents, tell_story

    if listed or missed:
        list_incidents(folder, replication, missed=missed, most=most)
    else:
        tell_story(folder, replication, incident)


@app.command()
def assumptions(
    scenario: Annotated[str, typer.Argument(help="Name of an embedded scenario, or a file.")] = "baseline",
    form: FormatOption = Format.TABLE,
) -> None:
    """List every parameter that rests on an assumption, with its reason."""
    from experiments.commands.library import print_assumptions

    print_assumptions(scenario, as_json=form is Format.JSON)


@scenario_app.command("list")
def scenario_list(form: FormatOption = Format.TABLE) -> None:
    """List the embedded scenarios."""
    from experiments.commands.library import print_library

    print_library(as_json=form is Format.JSON)


@scenario_app.command("show")
def scenario_show(
    name: Annotated[str, typer.Argument(help="Name of an embedded scenario, or a file.")],
    form: FormatOption = Format.TABLE,
) -> None:
    """Print a scenario with everything resolved."""
    from experiments.commands.library import print_scenario

    print_scenario(name, as_json=form is Format.JSON)


@scenario_app.command("check")
def scenario_check(file: Annotated[Path, typer.Argument(help="Scenario file (TOML).")]) -> None:
    """Check a scenario file and tell every fault at once."""
    from experiments.commands.library import check_file

    check_file(file)


@scenario_app.command("schema")
def scenario_schema() -> None:
    """Print the JSON Schema of a scenario, for editors."""
    from experiments.commands.library import print_schema

    print_schema()


def main(arguments: list[str] | None = None) -> None:
    """Run the command line: the entry point ``turnout``.

    A fault of the user's ends with one message on standard error and status 2, a stopped run with 130 (Ctrl-C)
    or 143 (termination), a fault of the program's with 70. A reader that has seen enough (``| head``) ends it quietly.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal that lacks a sign shows "?", never a traceback
    try:
        with stopping():
            app(arguments, prog_name="turnout", standalone_mode=True)
    except UserError as fault:
        _end(f"turnout: {fault}", 2)
    except Stopped as stop:
        _end(str(stop), stop.status)
    except Exception as fault:
        if os.environ.get("TURNOUT_TRACEBACK"):
            raise
        what = " ".join(f"{type(fault).__name__}: {fault}".split())
        _end(f"turnout: a fault of the program, not yours: {what}. TURNOUT_TRACEBACK=1 shows where.", 70)


def _end(message: str, status: int) -> None:
    if "\n" not in message:
        message = fill(message, 80, break_long_words=False, break_on_hyphens=False)
    with suppress(BrokenPipeError):
        sys.stderr.write(message + "\n")
    sys.exit(status)


if __name__ == "__main__":
    main()
