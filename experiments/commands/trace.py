"""``turnout trace``: one incident, step by step."""

from __future__ import annotations

from typing import Annotated

import typer

from experiments.commands.options import RunFolderOption


def trace(
    incident: Annotated[
        str, typer.Argument(help="Its number or name (turnout trace --list), or: worst.")
    ] = "worst",
    folder: RunFolderOption = None,
    replication: Annotated[int, typer.Option(min=0, help="Which replication of the run.")] = 0,
    listed: Annotated[bool, typer.Option("--list", help="List incidents instead of telling one.")] = False,
    missed: Annotated[
        bool, typer.Option("--missed", help="List those that missed the standard, and why.")
    ] = False,
    most: Annotated[int, typer.Option(min=1, help="How many to list.")] = 20,
) -> None:
    """Tell the story of one incident: who was sent, who was quicker but was not, and why."""
    from experiments.run.trace import print_incidents, print_trace

    if listed or missed:
        print_incidents(folder, replication, missed=missed, most=most)
    else:
        print_trace(folder, replication, incident)
