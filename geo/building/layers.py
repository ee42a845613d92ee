"""Files of shapes, of any format that GDAL reads: opened, checked, put on the National Grid."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import shapely

from geo.errors import Fault, GeoDataError
from geo.plain_files import read_plain

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

GRID = 27700
MOST_UNPACKED = 4_000_000_000
"""Bytes that a zipped source may hold when unpacked."""


def read_layer(path: Path, layer: str = "") -> GeoDataFrame:
    """Return the features of a file, or of one of its layers, in EPSG:27700.

    Raises GeoDataError: unreadable, no such layer, no features, no shapes, no coordinate system, or not on the grid.
    """
    import geopandas  # noqa: PLC0415  (start-up time)

    check_file(path)
    source = f"zip://{path}" if path.suffix.lower() == ".zip" else str(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            frame = geopandas.read_file(source, layer=layer or None)
    except Exception as fault:  # GDAL has many ways to say no
        why = " ".join(str(fault).split())[:160] or type(fault).__name__
        remedy = f"cannot be read as shapes ({why}); give a GeoPackage, GeoJSON or Shapefile"
        raise GeoDataError(path, [Fault("file", "layer" if layer else "", layer, remedy)]) from None
    faults = []
    if not isinstance(frame, geopandas.GeoDataFrame):
        faults.append(Fault("file", "geometry", "", "has no shapes"))
    elif not len(frame):
        faults.append(Fault("file", "", "", "has no features"))
    elif frame.crs is None:
        faults.append(Fault("file", "crs", "", "has no coordinate system; write one, e.g. EPSG:27700"))
    if faults:
        raise GeoDataError(path, faults)
    return _on_grid(frame, path)


def _on_grid(frame: GeoDataFrame, path: Path) -> GeoDataFrame:
    missing = frame.geometry.isna() | frame.geometry.is_empty
    if missing.any():
        rows = np.flatnonzero(missing.to_numpy())[:20].tolist()
        faults = [
            Fault(f"feature {row + 1}", "geometry", "", "is empty; draw it or take it out") for row in rows
        ]
        raise GeoDataError(path, faults)
    try:
        there = frame.to_crs(GRID)
    except Exception as fault:
        remedy = f"cannot be put on the National Grid ({fault}); give EPSG:27700 or WGS84"
        raise GeoDataError(path, [Fault("file", "crs", str(frame.crs), remedy)]) from None
    west, south, east, north = there.total_bounds
    if not (
        np.isfinite([west, south, east, north]).all()
        and west > -1e5
        and south > -1e5
        and east < 8e5
        and north < 1.4e6
    ):
        remedy = "its coordinates do not lie in Great Britain: swapped, or of another coordinate system than it says"
        raise GeoDataError(path, [Fault("file", "crs", str(frame.crs), remedy)])
    there["geometry"] = shapely.force_2d(there.geometry.to_numpy())
    return there


def check_file(path: Path) -> None:
    """Raise GeoDataError if a file is not there, is no plain file, is empty, or unpacks to far too much."""
    try:
        with path.open("rb"):
            pass
        size = path.stat().st_size
        if not path.is_file():
            raise OSError("it is no plain file")
    except OSError as fault:
        remedy = f"cannot be read: {fault.strerror or fault}; correct the path"
        raise GeoDataError(path, [Fault("file", "", "", remedy)]) from None
    if size == 0:
        raise GeoDataError(path, [Fault("file", "", "", "is empty; fetch it again")])
    if path.suffix.lower() in {".zip", ".xlsx", ".ods"}:
        _check_zip(path)


def _check_zip(path: Path) -> None:
    import zipfile  # noqa: PLC0415

    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(each.file_size for each in archive.infolist())
    except (zipfile.BadZipFile, OSError) as fault:
        raise GeoDataError(path, [Fault("file", "", "", f"is damaged ({fault}); fetch it again")]) from None
    if unpacked > MOST_UNPACKED:
        remedy = f"would unpack to {unpacked / 1e9:.0f} GB; give a smaller extract, or the files unpacked"
        raise GeoDataError(path, [Fault("file", "", "", remedy)])


def read_bytes(path: Path) -> bytes:
    """Return the content of a file. Raises GeoDataError as ``check_file`` does."""
    check_file(path)
    try:
        return read_plain(path)
    except OSError as fault:
        remedy = f"cannot be read: {fault.strerror or fault}"
        raise GeoDataError(path, [Fault("file", "", "", remedy)]) from None
