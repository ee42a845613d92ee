"""A service and a log of any size, of numbers that mean nothing: for speed and for checking against plain loops."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np

from sim.log.tables import Log
from sim.world.codes import Mode, Origin, Outcome
from sim.world.fire import World
from sim.world.log_schema import INCIDENTS, RESPONSES, ROSTER, STANDBY
from tests.sim.measures.towns import town


def synthetic_world(*, cells: int = 4000, stations: int = 50, neighbours: int = 63, years: int = 1) -> World:
    """Return a World with 66 own pumps (18 wholetime, 4 day-crewed), specials left out, and neighbours' pumps."""
    rng = np.random.default_rng(1)
    base = town(days=365 * years)
    day = base.calendar.day
    units, sites = 66 + neighbours, stations + neighbours
    own = np.arange(units) < 66
    site = np.where(own, np.arange(units) % stations, stations + np.arange(units) - 66).astype(np.int32)
    pool = np.where(own, np.arange(units), -1).astype(np.int32)
    duty = np.where(np.arange(66) < 18, 0, np.where(np.arange(66) < 22, 1, 2)).astype(np.int8)
    per_unit = {
        "own": own, "pump": np.ones(units, bool), "site": site, "pool": pool,
        "fallback_pool": np.where(np.arange(units) < 22, np.arange(units), -1).astype(np.int32),
        "neighbour_immediate": ~own, "capability": np.zeros(units, np.int64),
        "immediate_turnout_min": np.tile(np.array([1.2, 1.6], np.float32), (units, 1)),
        "on_call_turnout_min": np.full(units, 5.0, np.float32),
    }  # fmt: skip
    return replace(
        base,
        calendar=replace(base.calendar, month=(1 + (day // 31) % 12).astype(np.int8)),
        cells=replace(
            base.cells,
            district=rng.integers(0, 2, cells).astype(np.int16),
            settlement=np.zeros(cells, np.int32),
            urban=rng.random(cells) < 0.5,
            inside=rng.random(cells) < 0.97,
        ),
        sites=replace(
            base.sites,
            key=tuple(f"S{s}" for s in range(sites)),
            name=tuple(f"S{s}" for s in range(sites)),
            service=tuple("own" if s < stations else "Next" for s in range(sites)),
            own=np.arange(sites) < stations,
        ),
        units=replace(base.units, key=tuple(f"u{u}" for u in range(units)), **per_unit),
        people=replace(
            base.people,
            key=tuple(f"p{q}" for q in range(66)),
            pool_key=tuple(f"p{q}" for q in range(66)),
            pool_duty=duty,
            pool_start=np.arange(67, dtype=np.int32),
            presence=np.ones((66, 168), np.float32),
        ),
        travel=replace(base.travel, site_min=rng.gamma(4.0, 3.0, (1, cells, sites)).astype(np.float32)),
    )


def synthetic_log(world: World, *, incidents: int = 14340, changes: int = 200_000, seed: int = 2) -> Log:
    """Return a log with 1.4 responses an incident and ``changes`` rows of roster, in the engine's orders."""
    rng = np.random.default_rng(seed)
    horizon, units, n = world.calendar.horizon_min, len(world.units.key), incidents
    call = np.sort(rng.random(n) * horizon)
    handling = rng.lognormal(np.log(1.25), 0.5, n).astype(np.float32)
    pumps = rng.choice([1, 2], n, p=[0.6, 0.4])
    of = np.repeat(np.arange(n), pumps)
    order = np.concatenate([np.arange(count) for count in pumps])
    decided = call[of] + handling[of]
    turnout, travel = rng.gamma(4.0, 0.7, of.size), rng.gamma(4.0, 2.5, of.size)
    arrived = decided + turnout + travel
    unit = rng.integers(0, units, of.size)
    lost = rng.random(of.size) < 0.002
    for column in (turnout, travel, arrived):
        column[lost] = np.nan
    first = np.full(n, np.inf)
    np.fmin.at(first, of, np.where(lost, np.inf, arrived))
    first_unit = np.full(n, -1)
    best = ~lost & (arrived == first[of])
    first_unit[of[best]] = unit[best]
    second = np.full(n, np.inf)
    np.fmin.at(second, of[~best & ~lost], arrived[~best & ~lost])
    tables = SimpleNamespace(
        incidents={
            "key": np.arange(n), "type": rng.choice(3, n, p=[0.4, 0.57, 0.03]), "time_min": call,
            "cell": rng.integers(0, world.cells.inside.size, n), "plt": rng.random(n) < 0.3, "pumps_asked": pumps,
            "handling_min": handling, "traffic": rng.lognormal(0, 0.1, n), "first_alert_min": call + handling,
            "first_pump_min": np.where(np.isinf(first), np.nan, first), "first_unit": first_unit,
            "second_pump_min": np.where(np.isinf(second), np.nan, second),
        },
        responses={
            "incident": of, "unit": unit, "order": order, "capability": np.full(of.size, -1),
            "origin": rng.choice([Origin.HOME, Origin.RETURNING], of.size, p=[0.95, 0.05]),
            "mode": rng.choice([Mode.IMMEDIATE, Mode.ON_CALL], of.size), "decided_min": decided,
            "alerted_min": np.where(lost, np.nan, decided), "departed_min": decided + turnout,
            "estimate_min": rng.gamma(4.0, 3.0, of.size), "turnout_min": turnout, "travel_min": travel,
            "arrived_min": arrived, "released_min": arrived + 30.0, "ended_min": arrived + 40.0,
            "outcome": np.where(lost, Outcome.NOT_ALERTED, Outcome.ATTENDED),
        },
        standby={},
        roster=_roster(world, rng, changes),
    )  # fmt: skip
    filled = {
        name: _filled(getattr(tables, name), columns)
        for name, columns in (
            ("incidents", INCIDENTS), ("responses", RESPONSES), ("standby", STANDBY), ("roster", ROSTER),
        )
    }  # fmt: skip
    return Log(replication=0, seed=seed, horizon_min=horizon, **filled)


def _roster(world: World, rng: np.random.Generator, changes: int) -> dict[str, Any]:
    units, each = len(world.units.key), changes // len(world.units.key)
    slots = int(world.calendar.horizon_min / 30)
    chosen = [np.sort(rng.choice(slots, min(each, slots), replace=False)) for _ in range(units)]
    for times in chosen:
        times[0] = 0
    time = np.concatenate(chosen) * 30.0
    return {
        "unit": np.repeat(np.arange(units), [times.size for times in chosen]),
        "time_min": time,
        "mode": rng.choice([0, 1, 2, 3], time.size, p=[0.15, 0.02, 0.4, 0.43]),
    }


def _filled(table: dict[str, Any], columns: Any) -> dict[str, Any]:
    size = len(next(iter(table.values()), ()))
    return {name: np.asarray(table.get(name, np.zeros(size)), dtype) for name, dtype, _, _ in columns}
