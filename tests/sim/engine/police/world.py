"""Small hand-made police worlds: cells on a line, every number chosen by the test.

``police_world()`` is five cells 2 km apart (two minutes each at 60 km/h), one car in the middle, grades *emergency*
(diverts), *priority* and *routine*, no scatter in any time, no delay, no turnout. ``tests.sim.worlds.change`` and
``dataclasses.replace`` change the rest; ``with_rules`` and ``with_grades`` the police part.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.world.fire import Sites, Units, World
from sim.world.police import Abstraction, Grades, Police, PoliceDemand, PoliceRules, PoliceUnits
from tests.sim.world_parts import grid_travel
from tests.sim.worlds import Kind, Station, change, tiny_world

EMERGENCY, PRIORITY, ROUTINE = 0, 1, 2
GRADES = ("emergency", "priority", "routine")


@dataclass(frozen=True, kw_only=True)
class Car:
    """A police car. ``on_duty``: by half hour of the week, or one number for all of it."""

    node: int = 2
    district: int = 0
    officers: int = 1
    support: bool = False
    capability: bool = False  # has the one capability that there is
    patrol: Sequence[tuple[int, float]] = ()  # nodes and shares; none: its base
    on_duty: int | Sequence[int] = 1
    abstraction_share: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Crime:
    """A type of police incident; per grade values as sequences of three."""

    key: str = "crime"
    per_year: float = 500.0
    grade_share: Sequence[float] = (0.3, 0.4, 0.3)
    officers: float = 1.0
    capability: bool = False
    scene_min: Sequence[float] = (30.0, 30.0, 30.0)
    scene_sigma: float = 0.0
    tied_up_share: tuple[float, float] = (0.0, 0.0)
    cell_share: Sequence[float] | None = None
    delay_factor: float = 1.0


def police_world(
    cars: Sequence[Car] = (Car(),),
    crimes: Sequence[Crime] = (Crime(),),
    *,
    columns: int = 5,
    rows: int = 1,
    spacing_m: float = 2000.0,
    districts: Sequence[int] | None = None,
    custody: Sequence[int] = (),
    hospital: Sequence[int] = (),
    days: int = 28,
    fire: Sequence[Station] = (),
    fire_kinds: Sequence[Kind] = (),
    fire_police_share: float = 1.0,
    grades: Mapping[str, Any] | None = None,
    rules: Mapping[str, Any] | None = None,
    abstractions: Sequence[Abstraction] = (),
    timings: Mapping[str, Any] | None = None,
) -> World:
    """Build a world with the police alone, or with ``fire`` stations and ``fire_kinds`` as well.

    ``districts`` are of the cells (None: all one). Sites: fire stations, then one a node that any car uses,
    custody suites, hospitals. The police attend ``fire_police_share`` of the fire types' incidents too.
    """
    n_cells = columns * rows
    of_cell = [0] * n_cells if districts is None else list(districts)
    nodes = sorted(
        {c.node for c in cars} | {node for c in cars for node, _ in c.patrol} | {*custody, *hospital}
    )
    kinds = [*fire_kinds, *(Kind(key=c.key, per_year=c.per_year, pumps=0, cell_share=c.cell_share,
                                 group="police", primary_fire=False) for c in crimes)]  # fmt: skip
    world = tiny_world(
        stations=list(fire),
        kinds=kinds,
        columns=columns,
        rows=rows,
        spacing_m=spacing_m,
        days=days,
        timings=timings,
    )
    site_of = {node: len(fire) + i for i, node in enumerate(nodes)}
    world = replace(
        world,
        sites=_sites(world, nodes),
        units=_units(world, cars, site_of),
        travel=grid_travel(
            columns, rows, spacing_m, list(range(n_cells)), [s.node for s in fire] + nodes, 60.0, 0.0, (1.0,)
        ),
        capability_names=(*world.capability_names, "specialist"),
    )
    return replace(
        world,
        police=Police(
            grades=_grades(1 + max([*of_cell, *(c.district for c in cars)]), grades or {}),
            demand=_demand(len(fire_kinds), crimes, fire_police_share, len(world.capability_names) - 1),
            units=_police_units(len(world.units.key) - len(cars), cars, site_of),
            rules=_rules([site_of[n] for n in custody], [site_of[n] for n in hospital], rules or {}),
            district_names=tuple(f"D{i}" for i in range(1 + max(of_cell))),
            district_of_cell=np.array(of_cell, dtype=np.int16),
            lines=None,
            abstractions=tuple(abstractions),
        ),
    )


def _sites(world: World, nodes: Sequence[int]) -> Sites:
    sites, cells, n = world.sites, world.cells, len(nodes)
    at = np.array(nodes, dtype=int)
    return Sites(
        key=(*sites.key, *(f"N{node}" for node in nodes)),
        name=(*sites.name, *(f"Place {node}" for node in nodes)),
        service=(*sites.service, *["police"] * n),
        own=np.append(sites.own, np.ones(n, dtype=bool)).astype(bool),
        core=np.append(sites.core, np.zeros(n, dtype=bool)).astype(bool),
        district=np.append(sites.district, np.zeros(n)).astype(np.int16),
        easting_m=np.append(sites.easting_m, cells.easting_m[at]),
        northing_m=np.append(sites.northing_m, cells.northing_m[at]),
    )


def _units(world: World, cars: Sequence[Car], site_of: Mapping[int, int]) -> Units:
    n, mask = len(cars), 1 << len(world.capability_names)
    own: dict[str, Any] = {
        "key": tuple(f"C{i}" for i in range(n)),
        "site": np.array([site_of[c.node] for c in cars], dtype=np.int32),
        "own": np.ones(n, dtype=bool), "pump": np.zeros(n, dtype=bool),
        "capability": np.array([mask * c.capability for c in cars], dtype=np.int64),
        "minimum_crew": np.ones(n, dtype=np.int8), "preferred_crew": np.ones(n, dtype=np.int8),
        "pool": np.full(n, -1, dtype=np.int32), "fallback_pool": np.full(n, -1, dtype=np.int32),
        "rank": np.arange(n).astype(np.int8),
        "immediate_turnout_min": np.ones((n, 2), dtype=np.float32), "immediate_sigma": np.zeros(n, dtype=np.float32),
        "on_call_turnout_min": np.ones(n, dtype=np.float32), "mechanical_per_year": np.zeros(n, dtype=np.float32),
        "mechanical_min": np.ones((n, 2), dtype=np.float32),
        "neighbour_availability": np.full(n, np.nan, dtype=np.float32), "neighbour_immediate": np.zeros(n, dtype=bool),
    }  # fmt: skip
    fire = world.units
    joined: dict[str, Any] = {
        name: getattr(fire, name) + value
        if isinstance(value, tuple)
        else np.concatenate([getattr(fire, name).reshape(-1, *value.shape[1:]).astype(value.dtype), value])
        for name, value in own.items()
    }
    return Units(**joined)


def _police_units(before: int, cars: Sequence[Car], site_of: Mapping[int, int]) -> PoliceUnits:
    def column(of_cars: Sequence[Any], of_fire: Any, dtype: str) -> NDArray[Any]:
        return np.array([of_fire] * before + list(of_cars), dtype=dtype)

    patrols = [[(site_of[node], share) for node, share in c.patrol] or [(site_of[c.node], 1.0)] for c in cars]
    flat = [one for places in patrols for one in places]
    duty = np.zeros((336, before + len(cars)), dtype=np.int8)
    for i, car in enumerate(cars):
        duty[:, before + i] = car.on_duty
    return PoliceUnits(
        police=column([True] * len(cars), False, "bool"),
        district=column([c.district for c in cars], -1, "int16"),
        officers=column([c.officers for c in cars], 0, "int8"),
        support=column([c.support for c in cars], False, "bool"),
        patrol_start=np.concatenate(
            (np.zeros(before), np.cumsum([0, *(len(places) for places in patrols)]))
        ).astype(np.int32),
        patrol_site=np.array([site for site, _ in flat], dtype=np.int32),
        patrol_share=np.array([share for _, share in flat]),
        on_duty=duty,
        abstraction_share=column([c.abstraction_share for c in cars], 0.0, "float64"),
    )


def _grades(districts: int, changed: Mapping[str, Any]) -> Grades:
    n = len(GRADES)
    given: dict[str, Any] = {
        "key": GRADES,
        "blue_lights": np.array([True, False, False]),
        "diverts": np.array([True, False, False]),
        "divertible": np.array([False, True, True]),
        "eligible_districts": np.ones((n, districts, districts), dtype=bool),
        "wider_after_min": np.full(n, np.inf),
        "support_units": np.array([True, False, False]),
        "delay_median_min": np.zeros(n),
        "delay_sigma": np.zeros(n),
        "hours": np.array([[0, 24]] * n, dtype=np.int8),
        "target_min": np.array([[20.0, 15.0], [60.0, 60.0], [2880.0, 2880.0]]),
    }
    return Grades(**{**given, **changed})


def _demand(fire: int, crimes: Sequence[Crime], share: float, capability: int) -> PoliceDemand:
    n, grades = fire + len(crimes), len(GRADES)
    new = [Crime(key="fire", grade_share=(1.0, 0.0, 0.0))] * fire + list(crimes)
    return PoliceDemand(
        attends=np.array([share > 0.0] * fire + [True] * len(crimes)),
        attended_share=np.array([share] * fire + [1.0] * len(crimes)),
        fire_attends=np.arange(n) < fire,
        high_harm=np.zeros(n, dtype=bool),
        crime=tuple(c.key for c in new),
        grade_from_day=np.array([0], dtype=np.int32),
        grade_share=np.array([[c.grade_share for c in new]], dtype=np.float64),
        officers=np.repeat([[c.officers] for c in new], grades, axis=1).astype(np.float64),
        capability=np.repeat([[capability if c.capability else -1] for c in new], grades, axis=1).astype(
            np.int8
        ),
        scene_median_min=np.array([c.scene_min for c in new], dtype=np.float64),
        scene_sigma=np.array([c.scene_sigma for c in new]),
        delay_factor=np.repeat([[c.delay_factor] for c in new], grades, axis=1).astype(np.float64),
        tied_up_share=np.array([c.tied_up_share for c in new], dtype=np.float64),
        timed_share=np.ones(n),
        by_999=np.full((n, grades), 0.5),
    )


def _rules(custody: Sequence[int], hospital: Sequence[int], changed: Mapping[str, Any]) -> PoliceRules:
    given: dict[str, Any] = {
        "blue_factor": 1.0, "ordinary_factor": 1.0, "turnout_median_min": 0.0, "turnout_sigma": 0.0, "divert": True,
        "committed_min": 10.0, "divert_gain_min": 0.0, "tied_up_median_min": np.array([60.0, 90.0]),
        "tied_up_sigma": np.zeros(2), "paperwork_min": 0.0,
        "tied_up_sites": (np.array(custody, dtype=np.int32), np.array(hospital, dtype=np.int32)),
    }  # fmt: skip
    return PoliceRules(**{**given, **changed})


def with_rules(world: World, **fields: Any) -> World:
    """Return the world with other police rules."""
    assert world.police is not None
    return change(world, "police", rules=replace(world.police.rules, **fields))


def with_grades(world: World, **fields: Any) -> World:
    """Return the world with other grades."""
    assert world.police is not None
    return change(world, "police", grades=replace(world.police.grades, **fields))
