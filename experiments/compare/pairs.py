"""The same incident in base and option, side by side: what a place gains or loses is the mean over its incidents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from experiments.compare.runs import ScenarioRun
from experiments.execution.reading import DamagedFile, read_parquet
from sim.measures.fire.select import counted_incidents
from sim.world.fire import F64, I64, Bool, World

COLUMNS = ("key", "type", "cell", "time_min", "plt", "pumps_asked", "first_pump_min")


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Incidents on own ground that ask for a pump and happen in base and option alike; all arrays (n,).

    ``base_s`` and ``option_s`` are seconds from call to first pump, NaN where none came. ``unpaired`` counts
    the incidents that only one of the two has: demand differs there.
    """

    replication: I64
    cell: I64
    plt: Bool
    base_s: F64
    option_s: F64
    unpaired: int

    @property
    def both(self) -> Bool:
        """Mark the incidents that a pump reached in base and option."""
        return np.isfinite(self.base_s) & np.isfinite(self.option_s)

    @property
    def later_s(self) -> F64:
        """Seconds by which the first pump comes later in the option; infinite if it comes no more."""
        later = self.option_s - self.base_s
        lost, won = np.isnan(self.option_s), np.isnan(self.base_s)
        return np.select([lost & won, lost, won], [0.0, np.inf, -np.inf], later)


@dataclass(frozen=True, slots=True, eq=False)
class _Incidents:
    key: I64
    cell: I64
    plt: Bool
    attendance_s: F64


def pair_incidents(base: ScenarioRun, option: ScenarioRun, worlds: tuple[World, World]) -> Pairs:
    """Pair the incidents of all replications; ``worlds`` are base's and option's, of one map."""
    parts: list[tuple[int, I64, Bool, F64, F64]] = []
    unpaired = 0
    for number in range(base.done.count):
        first = _read(base.folder.replication(number), worlds[0])
        second = _read(option.folder.replication(number), worlds[1])
        _, mine, theirs = np.intersect1d(first.key, second.key, assume_unique=True, return_indices=True)
        same = first.cell[mine] == second.cell[theirs]
        mine, theirs = mine[same], theirs[same]
        unpaired += first.key.size + second.key.size - 2 * mine.size
        parts.append(
            (number, first.cell[mine], first.plt[mine], first.attendance_s[mine], second.attendance_s[theirs])
        )
    return Pairs(
        replication=np.repeat(np.array([p[0] for p in parts]), [p[1].size for p in parts]),
        cell=np.concatenate([p[1] for p in parts]),
        plt=np.concatenate([p[2] for p in parts]),
        base_s=np.concatenate([p[3] for p in parts]),
        option_s=np.concatenate([p[4] for p in parts]),
        unpaired=unpaired,
    )


def _read(replication: Path, world: World) -> _Incidents:
    """Read the incidents of one replication that response figures count (``sim.measures.fire.select.View.counted``)."""
    path = replication / "incidents.parquet"
    table = read_parquet(path, COLUMNS)
    column = {name: table.column(name).to_numpy() for name in COLUMNS}
    try:
        horizon = float((table.schema.metadata or {})[b"turnout.horizon_min"])
    except (KeyError, ValueError):
        raise DamagedFile(path, "it does not say how long its replication is") from None
    call = column["time_min"]
    counted = counted_incidents(world, column, horizon)
    return _Incidents(
        key=column["key"][counted],
        cell=column["cell"][counted].astype(np.int64),
        plt=column["plt"][counted].astype(np.bool_),
        attendance_s=60.0 * (column["first_pump_min"] - call)[counted],
    )


def same_map(worlds: Sequence[World]) -> bool:
    """Say whether all worlds have the same cells."""
    first = worlds[0].cells
    return all(
        np.array_equal(first.easting_m, world.cells.easting_m)
        and np.array_equal(first.northing_m, world.cells.northing_m)
        for world in worlds[1:]
    )
