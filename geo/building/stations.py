"""A table of fire stations: CSV, Excel or OpenDocument; the Home Office's list as it is published among them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.building.recipe import Stations
from geo.building.reports import Notes
from geo.building.tables import Rows, position_columns, positions
from geo.errors import Fault, GeoDataError

F64 = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class StationList:
    """Stations (S,) in EPSG:27700; ``own`` False: a neighbour's."""

    code: tuple[str, ...]
    name: tuple[str, ...]
    service: tuple[str, ...]
    own: NDArray[np.bool_]
    easting_m: F64
    northing_m: F64


def read_stations(source: Stations, rows: Rows, near: F64, notes: Notes) -> StationList:
    """Return the stations of a service and those of its neighbours near its areas ``near`` (C, 2).

    Rows without a position are left out and listed. Raises GeoDataError: no such columns, no station of the service,
    positions that are swapped or off the grid.
    """
    rows.needs(*(name for name in (source.name, source.code, source.service_column) if name))
    placed = _placed(source, rows, notes)
    easting, northing = positions(placed, source.position)
    placed.raise_faults()
    service = (
        [row[source.service_column] for row in placed.rows] if source.service_column else [""] * len(placed)
    )
    own = np.array([not source.service or each == source.service for each in service])
    if not own.any():
        known = ", ".join(sorted(set(service))[:40])
        raise GeoDataError(
            placed.path,
            [Fault("stations", "service", source.service, f"has no station; the file has {known}")],
        )
    keep = np.array(
        [
            bool(mine) or _least_m(near, x, y) <= source.within_km * 1000.0
            for mine, x, y in zip(own, easting, northing, strict=True)
        ]
    )
    notes.count(
        f"stations of other services left out, over {source.within_km:g} km from every area",
        int((~keep).sum()),
    )
    at = np.flatnonzero(keep).tolist()
    code = [
        placed.rows[i][source.code] if source.code else f"S{number + 1:02d}" for number, i in enumerate(at)
    ]
    return StationList(
        tuple(code),
        tuple(" ".join(placed.rows[i][source.name].split()) for i in at),
        tuple(service[i] for i in at),
        own[at],
        easting[at],
        northing[at],
    )


def _least_m(near: F64, x: float, y: float) -> float:
    return float(np.hypot(near[:, 0] - x, near[:, 1] - y).min())


def _placed(source: Stations, rows: Rows, notes: Notes) -> Rows:
    """Return the rows that have a position, and note the others."""
    pair = source.position or position_columns(rows)
    if pair is None or rows.shapes is not None:
        return rows
    rows.needs(*pair)
    lost = [row for row in rows.rows if not (_is_number(row[pair[0]]) and _is_number(row[pair[1]]))]
    if lost:
        names = ", ".join(" ".join(row[source.name].split()) for row in lost)
        notes.say(f"{len(lost)} stations have no position and are left out: {names}.")
    kept = [row for row in rows.rows if _is_number(row[pair[0]]) and _is_number(row[pair[1]])]
    return Rows(rows.path, rows.names, kept, None, rows.first_line)


def _is_number(text: str) -> bool:
    try:
        return bool(np.isfinite(float(text)))
    except ValueError:
        return False
