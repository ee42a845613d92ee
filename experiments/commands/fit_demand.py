"""``turnout fit-demand``: a service's incident records to demand."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from experiments.commands.options import Out


def fit_demand(
    records: Annotated[Path, typer.Argument(help="Incident records (CSV), a row an incident.")],
    mapping: Annotated[Path, typer.Option(help="What the columns mean (TOML).")],
    scenario: Annotated[
        str, typer.Option(help="Scenario whose demand is fitted: a name or a file.")
    ] = "baseline",
    out: Out = None,
) -> None:
    """Fit rates, profiles, places, times at scene and attendances to incident records."""
    from experiments.fit_demand.settings import Settings
    from experiments.fit_demand.study import fit_records
    from experiments.fit_demand.text import print_fit
    from experiments.presentation.terminal import console

    print_fit(*fit_records(Settings(records, mapping, scenario, out)), console())
