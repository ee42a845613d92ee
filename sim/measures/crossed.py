"""First attendance, or time met by the police, by two or three things together: by station and hour, say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product

import numpy as np

from sim.log.tables import Log
from sim.measures.fire import breakdown as fire
from sim.measures.fire.response import first_pump_parts
from sim.measures.fire.select import view
from sim.measures.grouping import Table
from sim.measures.joint import has_fire
from sim.measures.police import met as police
from sim.measures.police.select import police_view
from sim.world.fire import I64, World

FIRE = ("type", "district", "hour", "weekday", "month", "urban_rural", "station", "first_crewing")
POLICE = ("type", "district", "hour", "weekday", "month", "urban_rural")
_PREFIX = "police_"


def crossed_names(*, fire: bool, police: bool) -> tuple[str, ...]:
    """Return what incidents can be grouped by; the police's beside fire's with ``police_`` before their names."""
    return (FIRE if fire else ()) + tuple(f"{_PREFIX}{name}" if fire else name for name in POLICE if police)


def crossed(world: World, log: Log, names: Sequence[str]) -> Table:
    """Return a row for every combination that has incidents: a column for each name, then the usual figures.

    Names are those of ``crossed_names``; all of one service.
    """
    of_police = not has_fire(world) or names[0].startswith(_PREFIX)
    keys = [name.removeprefix(_PREFIX) for name in names]
    if of_police:
        seen = police_view(world, log)
        index, labels = _combined(police.groups(seen), keys)
        table = police.breakdown(seen, index, labels, police.quickest_first(seen))
    else:
        shown = view(world, log)
        index, labels = _combined(fire.groups(shown), keys)
        table = fire.breakdown(shown, index, labels, first_pump_parts(shown))
    parts = [text.split("\0") for text in table.pop("group").tolist()]
    columns = zip(*parts, strict=True) if parts else [[] for _ in names]
    return {name: np.array(list(c), dtype=np.str_) for name, c in zip(keys, columns, strict=True)} | table


def _combined(groups: Mapping[str, tuple[I64, Sequence[str]]], keys: Sequence[str]) -> tuple[I64, list[str]]:
    """Return the group (n,) of every incident among all combinations, −1 where it has none, and their names."""
    chosen = [groups[f"by_{key}"] for key in keys]
    index = np.zeros(chosen[0][0].size, dtype=np.int64)
    none = np.zeros(index.size, dtype=np.bool_)
    for group, names in chosen:
        none |= group < 0
        index = index * len(names) + group
    labels = ["\0".join(each) for each in product(*(names for _, names in chosen))]
    return np.where(none, -1, index), labels
