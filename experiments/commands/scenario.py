"""``turnout scenario list|show|check|schema`` and ``turnout assumptions``."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from experiments.commands.options import Format, FormatOption, ScenarioName


class Service(StrEnum):
    """Whose scenarios."""

    FIRE = "fire"
    POLICE = "police"
    JOINT = "joint"


app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="List, show and check scenarios.")


def assumptions(scenario: ScenarioName = "baseline", form: FormatOption = Format.TABLE) -> None:
    """List every parameter that rests on an assumption, with its reason."""
    from experiments.commands.library import print_assumptions

    print_assumptions(scenario, as_json=form is Format.JSON)


@app.command("list")
def list_(
    service: Annotated[Service | None, typer.Option(help="Only those of one service, or joint.")] = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """List the embedded scenarios."""
    from experiments.commands.library import print_library

    print_library(service=None if service is None else service.value, as_json=form is Format.JSON)


@app.command("show")
def show(name: ScenarioName, form: FormatOption = Format.TABLE) -> None:
    """Print a scenario with everything resolved."""
    from experiments.commands.library import print_scenario

    print_scenario(name, as_json=form is Format.JSON)


@app.command("check")
def check(file: Annotated[Path, typer.Argument(help="Scenario file (TOML).")]) -> None:
    """Check a scenario file and tell every fault at once."""
    from experiments.commands.library import check_file

    check_file(file)


@app.command("schema")
def schema() -> None:
    """Print the JSON Schema of a scenario, for editors."""
    from experiments.commands.library import print_schema

    print_schema()
