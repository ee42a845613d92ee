"""Police draws made by hand: incidents at stated times and places, every duration chosen by the test."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.draws.incidents import Incidents
from sim.draws.police.incidents import PARTS, PoliceDraws
from sim.draws.police_duty import waiting_sites
from sim.draws.replication import Draws
from sim.draws.roster import draw_roster
from sim.engine.run import run
from sim.log.tables import Log
from sim.world.fire import World
from tests.sim.engine.fire.hand import HandTimes
from tests.sim.engine.police.world import EMERGENCY


@dataclass(frozen=True)
class Call:
    """One incident: when it opens for assignment (minutes), where, how urgent, how long each unit stays."""

    at_min: float
    cell: int = 2
    grade: int = EMERGENCY  # −1: not for the police
    scene_min: float = 30.0
    second_min: float = 30.0  # of the second unit
    officers: int = 1
    tied_up: int = 0
    tied_up_min: float = 0.0
    kind: int = 0


def hand_draws(
    world: World, calls: Sequence[Call], *, journey: dict[tuple[int, int], float] | None = None
) -> Draws:
    """Return draws of the calls, which must be in order of time; they open when they are answered."""
    assert all(a.at_min <= b.at_min for a, b in pairwise(calls))

    def column(name: str, dtype: str) -> NDArray[Any]:
        return np.array([getattr(call, name) for call in calls], dtype=dtype)

    return arrays_to_draws(
        world,
        time_min=column("at_min", "float64"),
        cell=column("cell", "int32"),
        kind=column("kind", "int16"),
        grade=column("grade", "int8"),
        scene_min=np.column_stack([column("scene_min", "float64"), column("second_min", "float64")]),
        officers=column("officers", "int8"),
        tied_up=column("tied_up", "int8"),
        tied_up_min=column("tied_up_min", "float64"),
        journey=journey,
    )


def arrays_to_draws(
    world: World,
    *,
    time_min: NDArray[Any],
    grade: NDArray[Any],
    scene_min: NDArray[Any],
    cell: NDArray[Any] | None = None,
    kind: NDArray[Any] | None = None,
    officers: NDArray[Any] | None = None,
    tied_up: NDArray[Any] | None = None,
    tied_up_min: NDArray[Any] | None = None,
    journey: dict[tuple[int, int], float] | None = None,
) -> Draws:
    """Return draws of incidents given as arrays (n,); ``scene_min`` (n, 2) or (n,)."""
    assert world.police is not None
    n = time_min.size
    kinds = np.zeros(n, dtype=np.int16) if kind is None else kind
    scene = scene_min if scene_min.ndim == 2 else np.repeat(scene_min[:, None], PARTS, axis=1)
    incidents = Incidents(
        key=np.arange(1, n + 1, dtype=np.uint64),
        type=kinds,
        cell=np.zeros(n, dtype=np.int32) if cell is None else cell,
        time_min=time_min,
        plt=np.zeros(n, dtype=np.bool_),
        late_call=np.zeros(n, dtype=np.bool_),
        variant=world.demand.variant_start[kinds],
        handling_min=np.zeros(n, dtype=np.float32),
        traffic=np.ones(n, dtype=np.float32),
        scene_z=np.zeros(n, dtype=np.float32),
        makeup_pumps=np.zeros(n, dtype=np.int16),
        makeup_after_min=np.zeros(n, dtype=np.float32),
    )
    roster = draw_roster(world, 1, 0)
    police = PoliceDraws(
        grade=grade.astype(np.int8),
        officers=np.where(grade < 0, 0, 1).astype(np.int8) if officers is None else officers,
        open_min=np.where(grade < 0, np.nan, time_min),
        scene_min=scene,
        tied_up=np.zeros(n, dtype=np.int8) if tied_up is None else tied_up,
        tied_up_min=np.zeros(n) if tied_up_min is None else tied_up_min,
        timed=np.ones(n, dtype=np.bool_),
        received_min=time_min,
        waiting_site=waiting_sites(world, world.police, 1, 0, roster.mode),
    )
    times = HandTimes(world, kinds, journey=journey)
    return Draws(incidents, roster, times, police)  # type: ignore[arg-type]


def play(world: World, calls: Sequence[Call], **options: Any) -> Log:
    """Run the calls."""
    return run(world, hand_draws(world, calls, **options), seed=1, replication=0)


def of(log: Log, row: int, name: str) -> list[Any]:
    """Return a column of an incident's responses, in the order of sending."""
    values: list[Any] = log.responses[name][log.responses["incident"] == row].tolist()
    return values


def response_min(log: Log) -> list[float]:
    """Return minutes from opening to the first arrival, by incident."""
    values: list[float] = (log.incidents["police_first_min"] - log.incidents["police_open_min"]).tolist()
    return values
