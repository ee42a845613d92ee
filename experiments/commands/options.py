"""Options that several commands share, each declared once."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from experiments.errors import UserError
from experiments.execution.engines import Engine


class Format(StrEnum):
    """How results are printed."""

    TABLE = "table"
    JSON = "json"


class TableFormat(StrEnum):
    """How figures are printed that a spreadsheet may take."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


MOST = 100_000
"""Most replications, points or samples of one command: more would take weeks."""

MOST_SEED = 2**63 - 1


def completed_scenarios(incomplete: str) -> list[str]:
    """Return the embedded scenarios that a word may become: for completion in a shell, so without slow imports."""
    folder = Path(__file__).resolve().parents[2] / "scenarios" / "library"
    return sorted(path.stem for path in folder.glob("*.toml") if path.stem.startswith(incomplete))


ScenarioName = Annotated[
    str, typer.Argument(help="Name of an embedded scenario, or a file.", autocompletion=completed_scenarios)
]
FormatOption = Annotated[Format, typer.Option("--format", help="A table to read, or one JSON document.")]
TableFormatOption = Annotated[
    TableFormat, typer.Option("--format", help="A table to read, CSV for a spreadsheet, or JSON.")
]
Out = Annotated[Path | None, typer.Option(help="Folder to write to; default under runs/.")]
ComparisonOut = Annotated[Path | None, typer.Option(help="Folder for the comparison's tables and map.")]
Seed = Annotated[int, typer.Option(min=0, max=MOST_SEED, help="Root of all chance.")]
FitSeed = Annotated[int, typer.Option(min=0, max=2**62, help="Root of all chance.")]
"""Of commands that add to it, so that a prediction meets no year that the fit has met."""

Workers = Annotated[int, typer.Option(min=1, max=256, help="Processes; figures do not depend on it.")]
EngineOption = Annotated[
    Engine | None,
    typer.Option("--engine", help="simpy, to read, or compiled, to be quick; both write the same log."),
]
"""Default: simpy where one run is made, compiled where many are."""

Years = Annotated[
    float | None,
    typer.Option(min=0.0, max=100.0, help="Length of a replication, in years."),
]
Days = Annotated[
    int | None, typer.Option(min=1, max=36600, help="The same in days; default the scenario's length.")
]
StudyDays = Annotated[int | None, typer.Option(min=1, max=36600, help="The same in days; default 28.")]
Most = Annotated[int, typer.Option(min=5, max=MOST, help="Ceiling on replications with --precision.")]
Posterior = Annotated[
    int | None,
    typer.Option(
        min=2, max=MOST, help="Simulate at so many parameter sets of the fitted sample; intervals include it."
    ),
]
PosteriorFile = Annotated[
    Path | None, typer.Option(help="Sample for --posterior (CSV); default that of the service.")
]
EveryMeasure = Annotated[bool, typer.Option("--all", help="Every measure, not only the first.")]
Targets = Annotated[Path | None, typer.Option(help="Your own table of reported figures (CSV).")]
RunFolderOption = Annotated[
    Path | None, typer.Option("--run", help="Folder of a finished run; default the latest.")
]


def count_or_precision(replications: int | None, precision: str | None) -> None:
    """Raise UserError if both are given: each decides the number of replications."""
    if replications is not None and precision is not None:
        msg = "--replications and --precision exclude each other: give one of them."
        raise UserError(msg)


def days_of(years: float | None, days: int | None) -> int | None:
    """Return the length of replications in days, None where nothing is said. Raises UserError if both are given."""
    if years is not None and days is not None:
        msg = "--years and --days exclude each other: give one of them."
        raise UserError(msg)
    return days if years is None else max(1, round(365.0 * years))


def names(text: str) -> tuple[str, ...]:
    """Read names with commas between them."""
    return tuple(name.strip() for name in text.split(",") if name.strip())
