"""Names that a user reads in place of indices: incidents, cells, stations."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.draws.incidents import incident_text
from sim.log.tables import Log
from sim.world.fire import World


def incident_name(world: World, log: Log, row: int) -> str:
    """Return the name a user reads and types: type, day, serial, as in ``dwelling_fire-0123-02``."""
    return incident_text(world.demand.key[int(log.incidents["type"][row])], int(log.incidents["key"][row]))


def incident_names(world: World, log: Log) -> NDArray[np.object_]:
    """Return the name (n,) of every incident of the log."""
    keys, kinds = log.incidents["key"].tolist(), log.incidents["type"].tolist()
    names = [incident_text(world.demand.key[kind], key) for kind, key in zip(kinds, keys, strict=True)]
    return np.array(names, dtype=object)


def place_name(world: World, place: int) -> str:
    """Return the name of a place: of a station, or of the settlement nearest to a cell."""
    cells = world.cells.inside.size
    return world.sites.name[place - cells] if place >= cells else cell_name(world, place)


def cell_name(world: World, cell: int) -> str:
    """Return the settlement nearest to a cell; empty where there is none."""
    settlement = int(world.cells.settlement[cell])
    return world.cells.settlement_names[settlement] if settlement >= 0 else ""


def place_names(world: World) -> NDArray[np.object_]:
    """Return the name (P,) of every place."""
    return np.array(
        [place_name(world, place) for place in range(world.cells.inside.size + len(world.sites.name))],
        dtype=object,
    )
