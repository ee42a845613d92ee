"""Where each row says that it was: the mapping's ways in their order, until one gives a place."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from calibration.demand.mapping import PlacePart
from calibration.demand.reader import Reader
from geo.grid import in_great_britain, to_grid

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]


def read_places(reader: Reader, kept: I64) -> tuple[F64, F64, NDArray[np.str_]]:
    """Return eastings and northings (metres, NaN where unknown) and place names ("" where none) of the rows kept."""
    easting, northing = np.full(kept.size, np.nan), np.full(kept.size, np.nan)
    names: list[str] = [""] * kept.size
    open_rows = list(range(kept.size))
    refused: dict[int, tuple[str, str]] = {}
    for way in reader.mapping.place:
        if way.name is not None:
            for k in open_rows:
                names[k] = reader.text(int(kept[k]), way.name)
            open_rows = [k for k in open_rows if not names[k]]
            continue
        first, second = _pairs(reader, kept, open_rows, way, refused)
        for k, a, b in zip(open_rows, first, second, strict=True):
            easting[k], northing[k] = a, b
        open_rows = [k for k in open_rows if not np.isfinite(easting[k])]
    for k in open_rows:
        if k in refused:
            reader.lose(int(kept[k]), "place", *refused[k])
    return easting, northing, np.array(names, dtype=np.str_)


def _pairs(
    reader: Reader, kept: I64, rows: list[int], way: PlacePart, refused: dict[int, tuple[str, str]]
) -> tuple[F64, F64]:
    """Return grid metres of one way for some rows; NaN where it gives none (0, 0 stands for none)."""
    names = (way.easting, way.northing) if way.easting is not None else (way.lon, way.lat)
    pair = np.full((len(rows), 2), np.nan)
    for at, k in enumerate(rows):
        texts = [reader.text(int(kept[k]), name) for name in names]
        if not all(texts):
            continue
        try:
            pair[at] = [float(text) for text in texts]
        except ValueError:
            refused[k] = ("place: not a pair of numbers", ", ".join(texts))
    pair[(pair == 0.0).all(axis=1)] = np.nan
    x, y = pair[:, 0], pair[:, 1]
    on_grid = (x >= 0) & (x < 700_000) & (y >= 0) & (y < 1_300_000)
    good = on_grid if way.easting is not None else in_great_britain(y, x)
    for at in np.flatnonzero(np.isfinite(x) & ~good).tolist():
        refused[rows[at]] = ("place: no position in Great Britain", f"{x[at]:g}, {y[at]:g}")
    if way.easting is None and good.any():
        x[good], y[good] = to_grid(y[good], x[good])
    return np.where(good, x, np.nan), np.where(good, y, np.nan)
