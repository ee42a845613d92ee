"""Barriers and crossings of a geography, kept beside its roads."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from geo.barriers import Barriers

BARRIERS, CROSSINGS = "barriers.parquet", "crossings.parquet"


def write_barriers(folder: Path, barriers: Barriers) -> None:
    """Write barriers and crossings, if there are any."""
    if not len(barriers.piece_name):
        return
    start, end = barriers.piece_start_m, barriers.piece_end_m
    pieces = {
        "barrier": barriers.piece_name,
        "x": start[:, 0],
        "y": start[:, 1],
        "to_x": end[:, 0],
        "to_y": end[:, 1],
    }
    pd.DataFrame(pieces).to_parquet(folder / BARRIERS, index=False)
    at = np.asarray(barriers.crossing_m).reshape(-1, 2)
    crossings = {
        "crossing": barriers.crossing_name, "x": at[:, 0], "y": at[:, 1], "radius_m": barriers.crossing_radius_m
    }  # fmt: skip
    pd.DataFrame(crossings).to_parquet(folder / CROSSINGS, index=False)


def read_kept_barriers(folder: Path) -> Barriers:
    """Return the barriers of a geography, none if it has none."""
    if not (folder / BARRIERS).exists():
        return Barriers.none()
    pieces, crossings = (pd.read_parquet(folder / name) for name in (BARRIERS, CROSSINGS))
    return Barriers(
        tuple(pieces["barrier"].tolist()),
        pieces[["x", "y"]].to_numpy(dtype=np.float64),
        pieces[["to_x", "to_y"]].to_numpy(dtype=np.float64),
        tuple(crossings["crossing"].tolist()),
        crossings[["x", "y"]].to_numpy(dtype=np.float64),
        crossings["radius_m"].to_numpy(dtype=np.float64),
    )
