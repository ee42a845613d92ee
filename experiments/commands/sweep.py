"""The commands ``turnout sweep FILE``, ``turnout sweep status`` and ``turnout sweep table``: options only."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from typer.core import TyperGroup

from experiments.commands.options import EngineOption, Format, FormatOption, Out, TableFormat, Workers
from experiments.execution import engines
from experiments.execution.documents import Untyped


class SweepGroup(TyperGroup):
    """A group whose first word may be a file: ``turnout sweep FILE`` is ``turnout sweep run FILE``."""

    def parse_args(self, ctx: Untyped, args: list[str]) -> list[str]:
        """Put ``run`` before arguments that begin with none of the commands."""
        if args and args[0] not in self.commands and args[0] != "--help":
            args = ["run", *args]
        return super().parse_args(ctx, args)


app = typer.Typer(
    cls=SweepGroup,
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Run a design of scenarios: turnout sweep FILE. Kill it at any time; the same command goes on.",
)
Folder = Annotated[Path | None, typer.Argument(help="Folder of a sweep; default the latest.")]


@app.command("run")
def run(
    file: Annotated[Path, typer.Argument(help="Sweep file (TOML); see docs/sweep.md.")],
    workers: Workers = 1,
    engine: EngineOption = None,
    scheduler: Annotated[
        str | None, typer.Option(help="Address of a Dask scheduler to run on, such as tcp://10.0.0.5:8786.")
    ] = None,
    out: Out = None,
    retry_failed: Annotated[
        bool, typer.Option("--retry-failed", help="Do points that failed before again.")
    ] = False,
) -> None:
    """Run a sweep, or the rest of it (the word run may be left out)."""
    from experiments.sweep.progress import telling
    from experiments.sweep.settings import SweepSettings
    from experiments.sweep.study import run_sweep
    from experiments.sweep.text import print_swept

    engines.use(engine, engines.Engine.COMPILED)
    with telling() as tell:
        swept = run_sweep(SweepSettings(file, workers, scheduler, out, retry_failed), tell)
    print_swept(swept)
    if swept.failed:
        sys.exit(1)


@app.command("status")
def status(
    folder: Folder = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Tell how far a sweep is, and which points failed and why."""
    from experiments.sweep.text import print_status

    print_status(folder, as_json=form is Format.JSON)


@app.command("table")
def table(
    folder: Folder = None,
    form: Annotated[
        TableFormat, typer.Option("--format", help="A summary by lever; or every replication as CSV or JSON.")
    ] = TableFormat.TABLE,
) -> None:
    """Print the results of a sweep, finished or not."""
    from experiments.sweep.text import print_table

    print_table(folder, form=form.value)
