"""``turnout new-service``: a service of one's own to start from."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from experiments.commands.options import Out


def new_service(
    name: Annotated[str, typer.Argument(help="Of the service: lower case letters, digits, _ and -.")],
    out: Out = None,
) -> None:
    """Write a service that runs as it is, one town and three stations, with every table explained."""
    from experiments.new_service.write import write_service

    file = write_service(name, out)
    sys.stdout.write(
        f"{file.parent}: a service of one town and three stations. README.md there tells what each table holds.\n"
        f"turnout run {file}\n"
    )
