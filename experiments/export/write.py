"""Writing exported tables: GeoPackage, Excel, CSV; each whole, under another name first."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from experiments.errors import UserError
from experiments.presentation.spreadsheet import cell

if TYPE_CHECKING:
    from experiments.export.tables import Layer

MOST_ROWS = 1_048_575
"""Rows below the header that a sheet of Excel holds."""


def write_gpkg(path: Path, layers: Iterable[Layer]) -> list[tuple[str, int]]:
    """Write a GeoPackage, a layer a table; return their names and rows. Raises UserError."""
    import geopandas
    import pyogrio

    part = _part(path, ".gpkg")
    told = []
    try:
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
        part.replace(path)
    except (OSError, pyogrio.errors.DataSourceError) as fault:
        raise _cannot(path, fault) from fault
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    return told


def write_xlsx(path: Path, layers: Iterable[Layer]) -> list[tuple[str, int]]:
    """Write a workbook, a sheet a table; return their names and rows. Raises UserError: too many rows for a sheet."""
    from openpyxl import Workbook

    part = _part(path, ".xlsx")
    book = Workbook(write_only=True)
    told = []
    for layer in layers:
        if len(layer.rows) > MOST_ROWS:
            msg = f"{layer.name} has {len(layer.rows):,} rows, more than a sheet holds: export with --csv or --gpkg."
            raise UserError(msg)
        rows = _naive(layer.rows)
        sheet = book.create_sheet(layer.name)
        sheet.append(list(rows.columns))
        for values in rows.astype(object).where(rows.notna(), None).itertuples(index=False, name=None):
            sheet.append([cell(_plain(value)) for value in values])
        told.append((layer.name, len(rows)))
    try:
        book.save(part)
        part.replace(path)
    except OSError as fault:
        raise _cannot(path, fault) from fault
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    return told


def write_csv(folder: Path, layers: Iterable[Layer]) -> list[tuple[str, int]]:
    """Write a folder of CSV files; return their names and rows. Raises UserError."""
    told = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for layer in layers:
            rows = layer.rows.map(cell) if len(layer.rows) else layer.rows
            path = folder / f"{layer.name}.csv"
            part = _part(path, ".csv")
            rows.to_csv(part, index=False, lineterminator="\n")
            part.replace(path)
            told.append((layer.name, len(rows)))
    except OSError as fault:
        raise _cannot(folder, fault) from fault
    return told


def _part(path: Path, suffix: str) -> Path:
    return path.with_name(f".{path.stem}.{os.getpid()}.part{suffix}")


def _cannot(path: Path, fault: Exception) -> UserError:
    why = getattr(fault, "strerror", None) or str(fault)
    return UserError(f"cannot write {path}: {why}. Choose another place.")


def _plain(value: object) -> object:
    return value.item() if hasattr(value, "item") and not isinstance(value, str) else value


def _naive(rows: pd.DataFrame) -> pd.DataFrame:
    """Return moments without their zone: local time, as the headings say."""
    shown = rows.copy()
    for name in shown.columns:
        if isinstance(shown[name].dtype, pd.DatetimeTZDtype):
            shown[name] = shown[name].dt.tz_localize(None)
    return shown
