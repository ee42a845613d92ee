"""``turnout trace``: one incident, step by step."""

from __future__ import annotations

from typing import Annotated

import typer

from experiments.commands.options import MOST, RunFolderOption, TableFormat, TableFormatOption
from experiments.errors import UserError


def trace(
    incident: Annotated[
        str, typer.Argument(help="Its number or name (turnout trace --list), or: worst.")
    ] = "worst",
    folder: RunFolderOption = None,
    replication: Annotated[int, typer.Option(min=0, max=MOST, help="Which replication of the run.")] = 0,
    listed: Annotated[bool, typer.Option("--list", help="List incidents instead of telling one.")] = False,
    missed: Annotated[
        bool, typer.Option("--missed", help="List those that missed the standard, and why.")
    ] = False,
    most: Annotated[
        int | None, typer.Option(min=1, max=MOST, help="How many to list; default 20, all as CSV or JSON.")
    ] = None,
    form: TableFormatOption = TableFormat.TABLE,
) -> None:
    """Tell the story of one incident: who was sent, who was quicker but was not, and why."""
    if listed or missed:
        from experiments.run.trace_list import print_incidents

        print_incidents(folder, replication, missed=missed, most=most, form=form.value)
        return
    from experiments.run.trace import print_trace

    if form is TableFormat.CSV:
        msg = "one incident is told in words or as JSON: leave --format csv out, or add --list."
        raise UserError(msg)
    print_trace(folder, replication, incident, as_json=form is TableFormat.JSON)
