"""A small busy town, run straight through the engine: replications of a fortnight in a few hundredths of a second."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from sim.engine.run import simulate
from sim.measures import measure
from sim.world.standards import Standard
from tests.sim.worlds import Kind, Station, tiny_world

STANDARD = Standard(key="ten", title="10 minutes", threshold_s=600.0, target=0.9)
MEASURES = (
    "fire.all.mean_s",
    "fire.all.within_10",
    "fire.plt.mean_s",
    "fire.availability.on_call",
    "fire.utilisation.mean",
)


def town(*, second: str = "on_call", key: str = "S1", closed: bool = False) -> Any:
    """Three stations on a grid of 5 × 3 places; the options change the second one only.

    Another ``key`` gives its people other draws of the same distribution: a change that changes nothing.
    """
    stations = [
        Station(node=2, pumps=1, presence=0.93, people=7, core=True),
        Station(
            node=9,
            crewing=second,
            presence=0.6,
            people=9,
            muster_min=[3.0 + 0.4 * i for i in range(9)],
            key=key,
        ),
        Station(node=10, crewing="on_call", presence=0.7, people=10),
    ]
    kinds = (
        Kind(per_year=2500.0, pumps=1, scene_sigma=0.5),
        Kind(key="two", per_year=900.0, pumps=2, scene_sigma=0.5),
    )
    return tiny_world(
        stations=stations[:1] + stations[2:] if closed else stations,
        kinds=kinds,
        columns=5,
        rows=3,
        days=14,
        turnout_sigma=0.3,
        muster_sigma=0.25,
        timings={"handling_sigma": 0.5, "traffic_sigma": 0.12, "journey_sigma": 0.15, "return_factor": 1.25},
    )


def series(world: Any, *, seed: int, replications: int) -> dict[str, list[float]]:
    """Return the measures of the first replications of a seed."""
    found: dict[str, list[float]] = {name: [] for name in MEASURES}
    for number in range(replications):
        values = measure(world, simulate(world, seed=seed, replication=number), [STANDARD]).values
        for name in MEASURES:
            found[name].append(values[name])
    return found


@cache
def worlds() -> dict[str, Any]:
    """Return the base and its options by name."""
    return {
        "base": town(),
        "renamed": town(key="S1b"),
        "closed": town(closed=True),
        "wholetime": town(second="wholetime"),
    }


Series = Callable[[str, int], dict[str, list[float]]]
