"""``turnout export``: which folder, which tables, which form."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from experiments.compare.write import DOCUMENT
from experiments.errors import UserError
from experiments.execution import model
from experiments.execution.results_folder import latest
from experiments.execution.store import SCENARIO_FILE
from experiments.export.tables import Layer, layers_of_run
from experiments.export.write import write_csv, write_gpkg, write_xlsx
from experiments.run.trace import read_replication

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

Told = list[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Settings:
    """What is exported, and where to: one of the three."""

    folder: Path | None
    gpkg: Path | None = None
    xlsx: Path | None = None
    csv: Path | None = None
    replication: int = 0
    routes: bool = False


def export(settings: Settings) -> tuple[Path, Path, Told]:
    """Export a run or a comparison; return whence, where to, and the tables with their rows. Raises UserError."""
    forms: tuple[tuple[Path | None, Callable[[Path, Iterator[Layer]], Told]], ...] = (
        (settings.gpkg, write_gpkg),
        (settings.xlsx, write_xlsx),
        (settings.csv, write_csv),
    )
    asked = [(path, write) for path, write in forms if path is not None]
    if len(asked) != 1:
        msg = "say where to, and in which form: --gpkg FILE, --xlsx FILE or --csv FOLDER, one of them."
        raise UserError(msg)
    path, write = asked[0]
    folder = settings.folder or latest()
    if path.is_dir() and settings.csv is None:
        raise UserError(f"{path} is a folder: name a file.")
    layers = _of_comparison(folder) if (folder / DOCUMENT).exists() else _of_run(folder, settings)
    return folder, path, write(path, layers)


def _of_run(folder: Path, settings: Settings) -> Iterator[Layer]:
    run, log = read_replication(folder, settings.replication)
    scenario = model.load(str(run / SCENARIO_FILE))
    return layers_of_run(scenario, model.build(scenario), log, routes=settings.routes)


def _of_comparison(folder: Path) -> Iterator[Layer]:
    """Return the tables of a comparison; those of cells with the squares of its maps."""
    tables = sorted(folder.glob("*.csv"))
    if not tables:
        raise UserError(f"{folder} has no tables: compare again, with --by cell for those of places.")
    for table in tables:
        rows = pd.read_csv(table)
        yield Layer(table.stem, rows, _shapes(table.with_suffix(".geojson"), len(rows)))


def _shapes(path: Path, count: int) -> list[BaseGeometry] | None:
    if not path.exists():
        return None
    import geopandas

    shapes = list(geopandas.read_file(path).to_crs(27700).geometry)
    return shapes if len(shapes) == count else None
