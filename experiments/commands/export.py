"""``turnout export``: a run or a comparison for QGIS, a spreadsheet, or anything that reads CSV."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def export(
    folder: Annotated[
        Path | None, typer.Argument(help="Folder of a run or a comparison; default the latest run.")
    ] = None,
    gpkg: Annotated[Path | None, typer.Option(help="Write a GeoPackage, for QGIS.")] = None,
    xlsx: Annotated[Path | None, typer.Option(help="Write a workbook, for a spreadsheet.")] = None,
    csv: Annotated[Path | None, typer.Option(help="Write a folder of CSV files.")] = None,
    replication: Annotated[int, typer.Option(min=0, help="Which replication of a run.")] = 0,
    routes: Annotated[
        bool, typer.Option("--routes", help="Also the way of each response, as a line.")
    ] = False,
) -> None:
    """Export incidents, what was sent, areas with results, stations and codes, in words, local time and metres."""
    from experiments.export.study import Settings
    from experiments.export.study import export as exported
    from experiments.presentation.terminal import console

    whence, where, told = exported(Settings(folder, gpkg, xlsx, csv, replication, routes))
    out = console()
    for name, rows in told:
        out.print(f"{name}: {rows:,} rows")
    out.print(f"{whence} written to {where}.")
