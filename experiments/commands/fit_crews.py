"""``turnout fit-availability`` and ``turnout fit-travel``: crews and journeys from a service's records."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from experiments.commands.options import Out

if TYPE_CHECKING:
    from experiments.fit_crews.study import Written

Mapping = Annotated[
    Path | None,
    typer.Option(help="What the columns mean (TOML); not needed where they have the usual names."),
]
OfScenario = Annotated[str, typer.Option(help="Whose appliances these are: a name or a file.")]


def fit_availability(
    records: Annotated[Path, typer.Argument(help="When appliances were on the run: spans or snapshots.")],
    mapping: Mapping = None,
    scenario: OfScenario = "baseline",
    out: Out = None,
) -> None:
    """Fit availability by station and hour of the week, wholetime levels and changeovers; write an overlay."""
    from experiments.fit_crews.study import Settings, availability

    _tell(availability(Settings(records, mapping, scenario, out))[2])


def fit_travel(
    records: Annotated[Path, typer.Argument(help="Mobilisations: alerted, mobile, arrived, and where.")],
    mapping: Mapping = None,
    scenario: OfScenario = "baseline",
    out: Out = None,
) -> None:
    """Fit turnouts by crew and hour, and speeds by kind of road; write an overlay."""
    from experiments.fit_crews.study import Settings, travel

    _tell(travel(Settings(records, mapping, scenario, out))[1])


def _tell(written: Written) -> None:
    sys.stdout.write(written.report)
    sys.stdout.write(f"\nWritten to {written.folder}; the fit as a scenario: {written.overlay}\n")
