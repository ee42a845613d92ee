"""The command ``turnout``: its commands put together, and its faults told. Options are declared in the files beside."""

from __future__ import annotations

import errno
import os
import sys
from contextlib import suppress
from pathlib import Path
from textwrap import fill
from typing import Annotated, TextIO

import typer

from experiments.commands import geo, scenario, sweep
from experiments.commands.cache import cache
from experiments.commands.calibrate import calibrate
from experiments.commands.compare import compare
from experiments.commands.export import export
from experiments.commands.fit_crews import fit_availability, fit_travel
from experiments.commands.fit_demand import fit_demand
from experiments.commands.ladder import ladder
from experiments.commands.new_service import new_service
from experiments.commands.replay import replay
from experiments.commands.run import run
from experiments.commands.sensitivity import sensitivity
from experiments.commands.show import show
from experiments.commands.trace import trace
from experiments.commands.validate import validate
from experiments.commands.what_if import what_if
from experiments.errors import Stopped, UserError
from experiments.execution.signals import stopping

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}
"""Faults of a place that takes no more."""

app = typer.Typer(
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Simulate fire and police response: are the standards met, and why not?",
)


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


COMMANDS = (
    ("run", run, "Simulate a scenario: are the standards met, and why not?"),
    ("show", show, "A finished run again: summary, breakdowns, every measure."),
    ("trace", trace, "One incident, step by step; or the list of those missed."),
    ("what-if", what_if, "Change a scenario in a few words, and see what it does."),
    ("compare", compare, "Options against a base, on the same incidents and crews."),
    ("ladder", ladder, "How the standards fall as pumps go off the run."),
    ("sensitivity", sensitivity, "Which assumptions drive the answer."),
    ("calibrate", calibrate, "Fit free parameters to a service's reported figures."),
    ("validate", validate, "Predict figures that were not fitted, then compare."),
    ("fit-demand", fit_demand, "Demand from a service's incident records."),
    ("fit-availability", fit_availability, "Availability from records of crews."),
    ("fit-travel", fit_travel, "Turnouts and speeds from mobilisations."),
    ("replay", replay, "Incidents as they were recorded, held against their records."),
    ("export", export, "A run or a comparison for QGIS or a spreadsheet."),
    ("new-service", new_service, "A service of your own to start from: tables explained."),
    ("assumptions", scenario.assumptions, "Every figure that rests on an assumption, and why."),
    ("cache", cache, "What is kept of maps between runs, and how much."),
)
"""Every command with what the list of commands says of it: a line of 80 columns."""
for name, command, told in COMMANDS:
    app.command(name, short_help=told)(command)
app.add_typer(scenario.app, name="scenario")
app.add_typer(geo.app, name="geo", short_help="Maps of your own: roads, areas and stations from files.")
app.add_typer(sweep.app, name="sweep", short_help="A design of scenarios; goes on where it was stopped.")


def main(arguments: list[str] | None = None) -> None:
    """Run the command line: the entry point ``turnout``.

    A fault of the user's ends with one message on standard error and status 2, a stopped run with 130 (Ctrl-C)
    or 143 (termination), a fault of the program's with 70. A reader that has seen enough (``| head``) ends it quietly;
    where results cannot be printed (a full disk), or memory does not suffice, that is the message.
    """
    _open_streams()
    status = _run(arguments)
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        _drop_output()
    except OSError as fault:
        status = _tell(f"turnout: {_unprinted(fault)}", 2)
    sys.exit(status)


def _run(arguments: list[str] | None) -> int | str | None:
    """Run a command and tell its faults; return the status."""
    try:
        with stopping():
            app(arguments, prog_name="turnout", standalone_mode=True)
    except SystemExit as end:
        return end.code
    except Stopped as stop:
        return _tell(str(stop), stop.status)
    except UserError as fault:
        message, status = f"turnout: {fault}", 2
    except MemoryError:
        message, status = "turnout: there is not enough memory. Take fewer --workers, or shorter --days.", 2
    except Exception as fault:
        if os.environ.get("TURNOUT_TRACEBACK"):
            raise
        message, status = _of_the_program(fault)
    else:
        return 0
    return _tell(message, status)


def _of_the_program(fault: Exception) -> tuple[str, int]:
    """Return message and status of a fault that no command expects."""
    if isinstance(fault, OSError) and fault.errno in FULL:
        return f"turnout: {_unprinted(fault)}", 2
    what = " ".join(f"{type(fault).__name__}: {fault}".split())
    return f"turnout: a fault of the program, not yours: {what}. TURNOUT_TRACEBACK=1 shows where.", 70


def _open_streams() -> None:
    """Give a process whose output or messages go nowhere (``2>&-``) a nowhere to write to."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, _nowhere())
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal that lacks a sign shows "?", never a traceback


def _unprinted(fault: OSError) -> str:
    """Say that results cannot be printed, and let go of what is left of them."""
    _drop_output()
    return f"the results cannot be printed: {fault.strerror}. Make room, or print to another place."


def _drop_output() -> None:
    """Send what is still to be printed nowhere: nobody is there to read it."""
    sys.stdout = _nowhere()


def _nowhere() -> TextIO:
    return Path(os.devnull).open("w", encoding="utf-8")


def _tell(message: str, status: int) -> int:
    """Print a message of at most 80 columns on standard error; return the status."""
    if "\n" not in message:
        message = fill(message, 80, break_long_words=False, break_on_hyphens=False)
    with suppress(OSError):
        sys.stderr.write(message + "\n")
        sys.stderr.flush()
    return status


if __name__ == "__main__":
    main()
