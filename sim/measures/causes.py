"""Misses by cause and group, of either service."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum

import numpy as np

from sim.measures.grouping import Table
from sim.world.codes import label
from sim.world.fire import I8, I64


def causes_table(causes: type[IntEnum], cause: I8, group: I64, names: Sequence[str]) -> Table:
    """Return misses by cause for each group that has any; columns group, missed, and one a cause.

    ``cause`` and ``group`` are of each miss; ``group`` is its place in ``names``, −1 for none.
    """
    inside = group >= 0
    index = group[inside] * len(causes) + cause[inside]
    count = np.bincount(index, minlength=len(names) * len(causes)).reshape(len(names), len(causes))
    rows = np.flatnonzero(count.sum(axis=1) > 0)
    table: Table = {
        "group": np.array([names[int(row)] for row in rows], dtype=np.str_),
        "missed": count[rows].sum(axis=1),
    }
    for member in causes:
        table[label(member).replace(" ", "_")] = count[rows, member]
    return table
