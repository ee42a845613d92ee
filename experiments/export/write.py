"""Writing exported tables: GeoPackage, Excel, CSV; each whole, under another name first."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from experiments.errors import UserError
from experiments.execution.results_folder import whole
from experiments.presentation.spreadsheet import cell

if TYPE_CHECKING:
    from openpyxl import Workbook

    from experiments.export.tables import Layer

MOST_ROWS = 1_048_575
"""Rows below the header that a sheet of Excel holds."""


def write_gpkg(path: Path, layers: Iterable[Layer]) -> list[tuple[str, int]]:
    """Write a GeoPackage, a layer a table; return their names and rows. Raises UserError."""
    import geopandas
    import pyogrio

    told = []
    with _writing(path, pyogrio.errors.DataSourceError), whole(path, ".gpkg") as part:
        for layer in layers:
            rows = _naive(layer.rows)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                if layer.shapes is not None:
                    frame = geopandas.GeoDataFrame(rows, geometry=list(layer.shapes), crs=27700)
                    frame.to_file(part, layer=layer.name, driver="GPKG")
                else:
                    pyogrio.write_dataframe(rows, part, layer=layer.name, driver="GPKG")
            told.append((layer.name, len(rows)))
    return told


def write_xlsx(path: Path, layers: Iterable[Layer]) -> list[tuple[str, int]]:
    """Write a workbook, a sheet a table; return their names and rows. Raises UserError: too many rows for a sheet."""
    from openpyxl import Workbook

    told = []
    with _writing(path), whole(path) as part, _closing(Workbook(write_only=True)) as book:
        for layer in layers:
            if len(layer.rows) > MOST_ROWS:
                why = "more than a sheet holds: export with --csv or --gpkg."
                raise UserError(f"{layer.name} has {len(layer.rows):,} rows, {why}")
            rows = _naive(layer.rows)
            sheet = book.create_sheet(layer.name)
            sheet.append(list(rows.columns))
            for values in rows.astype(object).where(rows.notna(), None).itertuples(index=False, name=None):
                sheet.append([cell(_plain(value)) for value in values])
            told.append((layer.name, len(rows)))
        book.save(part)
    return told


@contextmanager
def _closing(book: Workbook) -> Iterator[Workbook]:
    """Close the sheets of a workbook that a fault kept from being saved: openpyxl would complain of them on stderr."""
    try:
        yield book
    finally:
        for sheet in book.worksheets:
            if not sheet.closed:
                sheet.close()


def write_csv(folder: Path, layers: Iterable[Layer]) -> list[tuple[str, int]]:
    """Write a folder of CSV files; return their names and rows. Raises UserError."""
    told = []
    with _writing(folder):
        folder.mkdir(exist_ok=True)
        for layer in layers:
            rows = layer.rows.map(cell) if len(layer.rows) else layer.rows
            with whole(folder / f"{layer.name}.csv") as part:
                rows.to_csv(part, index=False, lineterminator="\n")
            told.append((layer.name, len(rows)))
    return told


@contextmanager
def _writing(path: Path, also: type[Exception] = OSError) -> Iterator[None]:
    """Make the folder above; turn what goes wrong into one message. ``also``: what a library raises of its own."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield
    except (OSError, also) as fault:
        why = getattr(fault, "strerror", None) or str(fault)
        raise UserError(f"cannot write {path}: {why}. Choose another place.") from fault


def _plain(value: object) -> object:
    return value.item() if hasattr(value, "item") and not isinstance(value, str) else value


def _naive(rows: pd.DataFrame) -> pd.DataFrame:
    """Return moments without their zone: local time, as the headings say."""
    shown = rows.copy()
    for name in shown.columns:
        if isinstance(shown[name].dtype, pd.DatetimeTZDtype):
            shown[name] = shown[name].dt.tz_localize(None)
    return shown
