"""A police force on the baseline's cells and roads: as large as the real one, its numbers made up.

``python -m tests.sim.engine.police.county DAYS`` times a replication; benches and the invariants of a fortnight use it.
"""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from sim.engine.run import simulate
from sim.world.fire import Demand, Units, World
from sim.world.police import Grades, Police, PoliceDemand, PoliceRules, PoliceUnits
from tests.benchmarks.baseline import world as fire_world

CARS = 150
PER_DAY = 482.0
# share of incidents, grade shares, median minutes at the scene by grade, mean officers for an emergency
KINDS = {
    "violence": (0.25, (0.45, 0.35, 0.20), (60.0, 60.0, 50.0), 1.6),
    "burglary": (0.06, (0.30, 0.60, 0.10), (60.0, 60.0, 50.0), 1.4),
    "robbery": (0.01, (0.70, 0.25, 0.05), (60.0, 60.0, 50.0), 1.6),
    "rape": (0.01, (0.40, 0.30, 0.30), (120.0, 120.0, 90.0), 1.5),
    "crime": (0.25, (0.20, 0.35, 0.45), (45.0, 45.0, 40.0), 1.2),
    "anti_social": (0.15, (0.25, 0.50, 0.25), (30.0, 30.0, 25.0), 1.2),
    "welfare": (0.17, (0.40, 0.45, 0.15), (50.0, 50.0, 40.0), 1.3),
    "road": (0.10, (0.65, 0.25, 0.10), (50.0, 50.0, 40.0), 1.5),
}


def county(days: int, *, cars: int = CARS, cache_dir: Path | None = None) -> World:
    """Return the World: bases at the fire stations, three patterns of shifts of sixteen hours."""
    world = fire_world(days, cache_dir)
    own = np.flatnonzero(world.sites.own)
    base = own[np.arange(cars) * own.size // cars]
    district = np.maximum(world.sites.district[base], 0).astype(np.int16)
    return replace(
        world,
        units=_units(world, base),
        demand=_demand(world),
        people=replace(
            world.people,
            key=(), pool_key=(), pool_site=world.people.pool_site[:0], pool_duty=world.people.pool_duty[:0],
            pool_start=np.zeros(1, dtype=np.int32), skill=world.people.skill[:0], watch=world.people.watch[:0],
            muster_min=world.people.muster_min[:0], presence=world.people.presence[:0],
            block_h=world.people.block_h[:0],
        ),
        rules=replace(world.rules, cover="none", cover_parameters={}),
        timings=replace(world.timings, handling_factor=None),
        police=_police(world, base, district),
    )  # fmt: skip


def _units(world: World, base: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Units:
    n = base.size
    some = np.zeros(n, dtype=np.intp)
    old = world.units
    return replace(
        old,
        key=tuple(f"C{i}" for i in range(n)), site=base.astype(np.int32), own=np.ones(n, dtype=bool),
        pump=np.zeros(n, dtype=bool), capability=np.zeros(n, dtype=np.int64), minimum_crew=old.minimum_crew[some],
        preferred_crew=old.preferred_crew[some], pool=np.full(n, -1, dtype=np.int32),
        fallback_pool=np.full(n, -1, dtype=np.int32), rank=np.zeros(n, dtype=np.int8),
        immediate_turnout_min=old.immediate_turnout_min[some], immediate_sigma=old.immediate_sigma[some],
        on_call_turnout_min=old.on_call_turnout_min[some], mechanical_per_year=np.zeros(n, dtype=np.float32),
        mechanical_min=old.mechanical_min[some], neighbour_availability=np.full(n, np.nan, dtype=np.float32),
        neighbour_immediate=np.zeros(n, dtype=bool),
    )  # fmt: skip


def _demand(world: World) -> Demand:
    cells, n = world.cells, len(KINDS)
    share = np.where(cells.inside, cells.population, 0.0)
    hour = 1.0 + 0.6 * np.sin((np.arange(168) % 24 - 10) / 24.0 * 2.0 * np.pi)
    return replace(
        world.demand,
        key=tuple(KINDS), per_year=np.array([PER_DAY * 365.0 * kind[0] for kind in KINDS.values()]),
        hour_of_week=np.tile(hour / hour.mean(), (n, 1)), month=np.ones((n, 12)),
        cell_share=np.tile(share / share.sum(), (n, 1)), plt_share=np.zeros(n), late_call_share=np.zeros(n),
        primary_fire=np.zeros(n, dtype=bool), property_fire=np.zeros(n, dtype=bool),
        group=("police",) * n, attended_share=np.ones(n),
        over_border=np.zeros(n, dtype=bool), scene_median_min=np.full(n, 50.0), scene_sigma=np.full(n, 0.6),
        makeup_share=np.zeros(n), makeup_pumps_mean=np.ones(n), makeup_after_min=np.ones(n),
        variant_start=np.arange(n + 1, dtype=np.int32), variant_share=np.ones(n), variant_name=("",) * n,
        variant_pumps=np.zeros(n, dtype=np.int8), variant_capabilities=((),) * n, day_factor=None, scripted=None,
    )  # fmt: skip


def _police(
    world: World,
    base: np.ndarray[tuple[int], np.dtype[np.int64]],
    district: np.ndarray[tuple[int], np.dtype[np.int16]],
) -> Police:
    n, m, d, g = base.size, len(KINDS), len(world.cells.district_names), 3
    half_hour = np.arange(336) % 48
    on = np.zeros((336, n), dtype=np.int8)
    for car in range(n):
        start = (14, 30, 46)[car % 3]
        since = (half_hour - start) % 48
        on[:, car] = np.where(since >= 32, 0, np.where((since == 0) | (since == 31), 2, 1))
    own_only = np.broadcast_to(np.eye(d, dtype=bool), (g, d, d)).copy()
    own_only[0] = True
    of_site = np.flatnonzero(world.sites.own)
    patrol = [
        np.append(base[car], of_site[np.argsort(_apart(world, base[car], of_site))[1:3]]) for car in range(n)
    ]
    return Police(
        grades=Grades(
            key=("emergency", "priority", "routine"),
            blue_lights=np.array([True, False, False]), diverts=np.array([True, False, False]),
            divertible=np.array([False, True, True]), eligible_districts=own_only,
            wider_after_min=np.array([0.0, 30.0, 240.0]),
            support_units=np.array([True, False, False]), delay_median_min=np.array([2.0, 10.0, 60.0]),
            delay_sigma=np.full(3, 0.5), hours=np.array([[0, 24], [0, 24], [8, 22]], dtype=np.int8),
            target_min=np.array([[20.0, 15.0], [60.0, 60.0], [2880.0, 2880.0]]),
        ),
        demand=PoliceDemand(
            attends=np.ones(m, dtype=bool), attended_share=np.ones(m), fire_attends=np.zeros(m, dtype=bool),
            high_harm=np.ones(m, dtype=bool), crime=tuple(KINDS), grade_from_day=np.zeros(1, dtype=np.int32),
            grade_share=np.array([[kind[1] for kind in KINDS.values()]]),
            officers=np.array([[kind[3], 1.2, 1.0] for kind in KINDS.values()]),
            capability=np.full((m, g), -1, dtype=np.int8),
            scene_median_min=np.array([kind[2] for kind in KINDS.values()]), scene_sigma=np.full(m, 0.6),
            delay_factor=np.ones((m, g)), tied_up_share=np.tile([0.06, 0.05], (m, 1)), timed_share=np.full(m, 0.8),
            by_999=np.full((m, g), 0.5),
        ),
        units=PoliceUnits(
            police=np.ones(n, dtype=bool), district=district,
            officers=np.where(np.arange(n) % 5 < 2, 2, 1).astype(np.int8),
            support=np.arange(n) % 25 == 0, patrol_start=np.arange(0, 3 * n + 1, 3, dtype=np.int32),
            patrol_site=np.concatenate(patrol).astype(np.int32), patrol_share=np.tile([0.4, 0.3, 0.3], n),
            on_duty=on, abstraction_share=np.full(n, 0.05),
        ),
        rules=PoliceRules(
            blue_factor=0.9, ordinary_factor=1.4, turnout_median_min=1.5, turnout_sigma=0.4, divert=True,
            committed_min=10.0, divert_gain_min=3.0, tied_up_median_min=np.array([120.0, 150.0]),
            tied_up_sigma=np.full(2, 0.5), tied_up_sites=(base[::30].astype(np.int32), base[::40].astype(np.int32)),
            paperwork_min=10.0,
        ),
        district_names=world.cells.district_names, district_of_cell=world.cells.district.astype(np.int16), lines=None,
    )  # fmt: skip


def _apart(
    world: World, site: int, others: np.ndarray[tuple[int], np.dtype[np.int64]]
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    sites = world.sites
    apart: np.ndarray[tuple[int], np.dtype[np.float64]] = np.hypot(
        sites.easting_m[others] - sites.easting_m[site], sites.northing_m[others] - sites.northing_m[site]
    )
    return apart


if __name__ == "__main__":
    county_world = county(int(sys.argv[1]))
    for replication in range(int(sys.argv[2]) if len(sys.argv) > 2 else 2):
        began = time.process_time()
        log = simulate(county_world, seed=1, replication=replication)
        sys.stdout.write(
            f"{len(log.incidents['key'])} incidents, {len(log.responses['unit'])} responses,"
            f" {time.process_time() - began:.2f} s\n"
        )
