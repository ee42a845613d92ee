"""Small hand-made worlds for tests: places on a grid of roads, every number chosen by the test.

``tiny_world()`` is one wholetime station with one pump, always crewed, in the middle of five cells on a line
2 km apart, flat demand of one type, no scatter in any time. Every option changes one thing; anything else can be
changed with ``dataclasses.replace`` or ``change`` (``change(world, "timings", handling_sigma=0.5)``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from sim.world.fire import Cells, Sites, World
from tests.sim.world_parts import (
    Kind,
    Station,
    build_calendar,
    build_demand,
    build_people,
    build_rules,
    build_timings,
    build_units,
    grid_travel,
)

__all__ = ["Kind", "Station", "change", "tiny_world"]


def tiny_world(
    *,
    stations: Sequence[Station] | None = None,
    kinds: Sequence[Kind] = (Kind(),),
    columns: int = 5,
    rows: int = 1,
    spacing_m: float = 2000.0,
    cell_nodes: Sequence[int] | None = None,
    urban: Sequence[bool] | None = None,
    speed_kph: float = 60.0,
    access_min: float = 0.0,
    band_factors: Sequence[float] = (1.0,),
    start: str = "2021-04-01",
    days: int = 28,
    turnout_min: float = 1.5,
    turnout_sigma: float = 0.0,
    on_call_turnout_min: float = 5.0,
    muster_sigma: float = 0.0,
    timings: Mapping[str, Any] | None = None,
    rules: Mapping[str, Any] | None = None,
) -> World:
    """Build a world. Nodes are numbered along the rows of a grid of ``columns`` × ``rows``.

    Each of ``cell_nodes`` (None: every node) is a cell of 1,000 people. Travel is along the grid at ``speed_kph``
    × the band's factor (band 0: Monday to Friday 07 to 19, the last band: otherwise), plus ``access_min`` at
    each end.
    """
    stations = [Station(node=columns * rows // 2)] if stations is None else list(stations)
    cells = list(range(columns * rows)) if cell_nodes is None else list(cell_nodes)
    capability_names = tuple(
        sorted({c for s in stations for c in s.specials} | {c for k in kinds for c in k.capabilities})
    )
    keys = [station.key or f"S{i}" for i, station in enumerate(stations)]
    people, pools = build_people(stations, keys, muster_sigma)
    east = np.arange(columns * rows) % columns * spacing_m + 500_000.0
    north = np.arange(columns * rows) // columns * spacing_m + 200_000.0
    nodes = [station.node for station in stations]
    own = np.array([station.crewing != "neighbour" for station in stations], dtype=bool)
    return World(
        name="tiny",
        digest="tiny",
        calendar=build_calendar(start, days),
        cells=Cells(
            easting_m=east[cells],
            northing_m=north[cells],
            population=np.full(len(cells), 1000.0),
            district=np.zeros(len(cells), dtype=np.int16),
            district_names=("Tiny",),
            settlement=np.zeros(len(cells), dtype=np.int32),
            settlement_names=("Tinytown",),
            urban=np.array(urban if urban is not None else [i % 2 == 0 for i in range(len(cells))]),
            inside=np.ones(len(cells), dtype=np.bool_),
        ),
        sites=Sites(
            key=tuple(keys),
            name=tuple(f"Station {key}" for key in keys),
            service=tuple("own" if mine else "Next Door" for mine in own),
            own=own,
            core=np.array([station.core for station in stations], dtype=bool),
            district=np.where(own, 0, -1).astype(np.int16),
            easting_m=east[nodes],
            northing_m=north[nodes],
        ),
        units=build_units(
            stations, keys, pools, capability_names, turnout_min, turnout_sigma, on_call_turnout_min
        ),
        people=people,
        demand=build_demand(kinds, len(cells), capability_names),
        timings=build_timings(timings or {}),
        rules=build_rules(rules or {}),
        travel=grid_travel(columns, rows, spacing_m, cells, nodes, speed_kph, access_min, band_factors),
        capability_names=capability_names,
    )


def change(world: World, part: str, **fields: Any) -> World:
    """Return a copy of the world with fields of one of its parts replaced."""
    return replace(world, **{part: replace(getattr(world, part), **fields)})
