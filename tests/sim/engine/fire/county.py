"""A small county with one of everything: every crewing, specials, neighbours, cover moves, failures and make-ups.

Run as a program it prints the digests of a seed's first replications, so that tests can compare processes:
``python -m tests.sim.engine.fire.county SEED REPLICATIONS``.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import date
from typing import Any

from scenarios.building.calendar import build_calendar
from scenarios.schema.scenario import CalendarSettings
from sim.engine.run import simulate
from sim.world.fire import World
from tests.sim.worlds import Kind, Station, tiny_world

COLUMNS, ROWS = 6, 4
COVER = {"delay_min": 5.0, "longest_move_min": 30.0, "reach_min": 8.0, "least_gain": 0.005}

CREWINGS: dict[str, tuple[Station, ...]] = {
    "wholetime": (
        Station(key="Ash", node=7, pumps=2, people=10, specials=["ladder"], core=True, presence=0.93),
        Station(key="Beech", node=16, people=6, core=True, presence=0.9),
    ),
    "on_call": (
        Station(key="Cedar", node=2, crewing="on_call", people=9, presence=0.6, muster_min=5.0),
        Station(key="Damson", node=21, crewing="on_call", pumps=2, people=14, presence=0.7, core=True),
    ),
    "day_crewed": (
        Station(key="Elm", node=10, crewing="day_crewed", people=7, presence=0.85, core=True),
        Station(key="Fir", node=18, crewing="day_crewed", people=8, presence=0.8, specials=["rescue"]),
    ),
    "mixed": (
        Station(key="Ash", node=7, pumps=2, people=10, specials=["ladder"], core=True, presence=0.93),
        Station(key="Cedar", node=2, crewing="on_call", people=9, presence=0.6, muster_min=5.0),
        Station(key="Elm", node=10, crewing="day_crewed", people=7, presence=0.85, core=True),
        Station(key="Fir", node=18, crewing="on_call", people=8, presence=0.75, mechanical_per_year=100.0),
    ),
}
NEIGHBOUR = Station(key="Next", node=23, crewing="neighbour", presence=0.7)
CALENDARS = {
    "plain": CalendarSettings(start=date(2021, 4, 12), days=4),
    "bank holiday": CalendarSettings(start=date(2021, 4, 1), days=4, bank_holidays=(date(2021, 4, 2),)),
    "spring forward": CalendarSettings(start=date(2021, 3, 26), days=4),
    "autumn back": CalendarSettings(start=date(2021, 10, 29), days=4),
}


def county(
    *,
    crewing: str = "mixed",
    cover: str = "core_stations",
    neighbours: str = "help",
    specials: bool = True,
    makeups: bool = True,
    failures: bool = True,
    calendar: str = "spring forward",
    queue: bool = True,
    per_day: float = 60.0,
    more: tuple[Station, ...] = (),
    first: tuple[Station, ...] = (),
    **rules: Any,
) -> World:
    """Build it; every option is a feature. ``more`` stations are listed last, ``first`` ones before all others."""
    stations = list(CREWINGS[crewing])
    if not specials:
        stations = [replace(station, specials=()) for station in stations]
    if neighbours != "none":
        stations.append(NEIGHBOUR)
    kinds = [
        Kind(
            key="fire", per_year=per_day * 200.0, pumps=2, makeup_share=0.2 * makeups, makeup_pumps_mean=2.0
        ),
        Kind(
            key="rescue",
            per_year=per_day * 100.0,
            capabilities=["rescue", "ladder"] if specials else [],
            scene_sigma=0.5,
            group="special_service",
            primary_fire=False,
        ),
        Kind(
            key="theirs", per_year=per_day * 65.0, over_border=True, group="over_border", primary_fire=False
        ),
    ]
    world = tiny_world(
        stations=[*first, *stations, *more],
        kinds=kinds,
        columns=COLUMNS,
        rows=ROWS,
        spacing_m=2500.0,
        band_factors=(0.7, 1.0),
        turnout_sigma=0.3,
        muster_sigma=0.4,
        timings={
            "handling_sigma": 0.5,
            "traffic_sigma": 0.2,
            "journey_sigma": 0.2,
            "failure_per_response": 0.03 * failures,
            "return_factor": 1.25,
        },
        rules={
            "cover": cover,
            "cover_parameters": COVER,
            "neighbours_help": neighbours == "help",
            "queue_when_none": queue,
            **rules,
        },
    )
    return replace(world, calendar=build_calendar(CALENDARS[calendar]))


def digests(seed: int, replications: int) -> list[str]:
    """Return the digest of each of a seed's first replications."""
    world = county()
    return [simulate(world, seed=seed, replication=i).sha256() for i in range(replications)]


if __name__ == "__main__":
    sys.stdout.write("\n".join(digests(int(sys.argv[1]), int(sys.argv[2]))))
