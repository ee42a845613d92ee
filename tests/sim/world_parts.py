"""The parts of a tiny world (``tests.sim.worlds``), each made from what a test says of stations and types."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from sim.world.codes import Duty
from sim.world.fire import SLOT_MIN, Calendar, Demand, People, Rules, Timings, Units
from sim.world.travel import Travel

ALL_SKILLS = 7


@dataclass(frozen=True, kw_only=True)
class Station:
    """A station of a tiny world. ``crewing``: wholetime | on_call | day_crewed | neighbour."""

    node: int  # of the grid
    crewing: str = "wholetime"
    pumps: int = 1
    specials: Sequence[str] = ()  # the capability of each
    people: int | None = None  # of each pool (wholetime: of each watch); None: six a pump
    presence: float = 1.0  # of everyone on duty; the share of time of a neighbour's pump
    skills: Sequence[int] | None = None  # by person (wholetime: of each watch); None: all of them
    muster_min: float | Sequence[float] = 4.0
    block_h: float = 6.0
    core: bool = False
    minimum_crew: int = 4
    preferred_crew: int = 5
    mechanical_per_year: float = 0.0
    key: str = ""  # "" : "S" and the position


@dataclass(frozen=True, kw_only=True)
class Kind:
    """An incident type of a tiny world."""

    key: str = "fire"
    per_year: float = 500.0
    pumps: int = 1
    capabilities: Sequence[str] = ()
    cell_share: Sequence[float] | None = None  # None: even
    hour_of_week: Sequence[float] | None = None  # None: flat
    month: Sequence[float] | None = None
    plt_share: float = 0.3
    late_call_share: float = 0.0
    attended_share: float = 1.0
    primary_fire: bool = True
    group: str = "fire"
    over_border: bool = False
    scene_median_min: float = 30.0
    scene_sigma: float = 0.0
    makeup_share: float = 0.0
    makeup_pumps_mean: float = 1.0
    makeup_after_min: float = 8.0


def grid_travel(
    columns: int,
    rows: int,
    spacing_m: float,
    cells: Sequence[int],
    sites: Sequence[int],
    speed_kph: float,
    access_min: float,
    band_factors: Sequence[float],
) -> Travel:
    """Travel along a grid. One way out of a place."""
    n, bands = columns * rows, len(band_factors)
    x, y = np.arange(n) % columns, np.arange(n) // columns
    steps = np.abs(x[:, None] - x) + np.abs(y[:, None] - y)
    one = np.array([spacing_m / 1000.0 / (speed_kph * factor) * 60.0 for factor in band_factors])
    node_min = steps[None] * one[:, None, None]
    start, head = np.nonzero(steps == 1)
    places = np.array([*cells, *sites], dtype=np.int32)
    cell_nodes = np.array(cells)
    band_of_hour = np.full(168, bands - 1, dtype=np.int8)
    band_of_hour[[24 * day + hour for day in range(5) for hour in range(7, 19)]] = 0
    between = node_min[:, cell_nodes][:, :, np.array(sites, dtype=int)]
    return Travel(
        band_of_hour=band_of_hour,
        leave_node=places[:, None],
        leave_min=np.full((bands, places.size, 1), access_min, dtype=np.float32),
        edge_start=np.searchsorted(start, np.arange(n + 1)).astype(np.int32),
        edge_head=head.astype(np.int32),
        edge_min=np.repeat(one[:, None], head.size, axis=1).astype(np.float32),
        to_cell_min=(node_min[:, cell_nodes] + access_min).astype(np.float32),
        to_site_min=(node_min[:, np.array(sites, dtype=int)] + access_min).astype(np.float32),
        node_cell=steps[:, cell_nodes].argmin(axis=1).astype(np.int32),
        site_min=(between + 2.0 * access_min).astype(np.float32),
        direct_start=np.zeros(places.size + 1, dtype=np.int32),
        direct_place=np.empty(0, dtype=np.int32),
        direct_min=np.empty((bands, 0), dtype=np.float32),
    )


def build_calendar(start: str, days: int) -> Calendar:
    """No clock changes, no bank holidays."""
    first, per_day = date.fromisoformat(start), int(24 * 60 / SLOT_MIN)
    slot = np.arange(days * per_day)
    day = slot // per_day
    hour = (slot % per_day) * SLOT_MIN // 60
    month = np.array([(first + timedelta(days=i)).month for i in range(days)])
    return Calendar(
        start=start,
        horizon_min=days * 1440.0,
        hour_of_week=(((first.weekday() + day) % 7) * 24 + hour).astype(np.int16),
        month=month[day].astype(np.int8),
        day=day.astype(np.int32),
        hour=hour.astype(np.int8),
    )


def _presence(share: Sequence[float], day_crew: Sequence[bool]) -> np.ndarray:
    """Return the presence (R, 168): a share all week, of a day crew in office hours only."""
    presence = np.repeat(np.array(share, dtype=np.float32).reshape(-1, 1), 168, axis=1)
    hour = np.arange(168)
    office = (hour // 24 < 5) & (hour % 24 >= 9) & (hour % 24 < 18)
    presence[np.array(day_crew, dtype=bool).reshape(-1, 1) & ~office[None, :]] = 0.0
    return presence


def build_people(
    stations: Sequence[Station], keys: Sequence[str], muster_sigma: float
) -> tuple[People, list[tuple[int, int]]]:
    """Return the people and each station's first and fallback pool."""
    person: list[tuple[str, int, int, float, float, float, bool]] = []
    pool_key: list[str] = []
    pool_site: list[int] = []
    pool_duty: list[int] = []
    pool_start, pools = [0], []
    for site, station in enumerate(stations):
        duties = {
            "wholetime": (Duty.WHOLETIME,),
            "on_call": (Duty.ON_CALL,),
            "day_crewed": (Duty.DAY, Duty.ON_CALL),
            "neighbour": (),
        }[station.crewing]
        pools.append(tuple(len(pool_key) + i if i < len(duties) else -1 for i in range(2)))
        for duty in duties:
            count = station.people if station.people is not None else 6 * max(station.pumps, 1)
            skills = list(station.skills) if station.skills is not None else [ALL_SKILLS] * count
            muster = station.muster_min
            musters = [muster] * count if isinstance(muster, float | int) else list(muster)
            for watch in range(4) if duty == Duty.WHOLETIME else (-1,):
                person += [
                    (
                        f"{keys[site]}/{duty.name}/{watch}/{i}",
                        skills[i],
                        watch,
                        musters[i],
                        station.presence,
                        station.block_h,
                        duty == Duty.DAY,
                    )
                    for i in range(count)
                ]
            pool_key.append(f"{keys[site]}/{duty.name}")
            pool_site.append(site)
            pool_duty.append(duty)
            pool_start.append(len(person))
    columns: list[Any] = list(zip(*person, strict=True)) if person else [()] * 7
    return People(
        key=tuple(columns[0]),
        pool_key=tuple(pool_key),
        pool_site=np.array(pool_site, dtype=np.int32),
        pool_duty=np.array(pool_duty, dtype=np.int8),
        pool_start=np.array(pool_start, dtype=np.int32),
        skill=np.array(columns[1], dtype=np.int8),
        watch=np.array(columns[2], dtype=np.int8),
        muster_min=np.array(columns[3], dtype=np.float32),
        presence=_presence(columns[4], columns[6]),
        block_h=np.array(columns[5], dtype=np.float32),
        muster_sigma=muster_sigma,
    ), pools


def build_units(
    stations: Sequence[Station],
    keys: Sequence[str],
    pools: Sequence[tuple[int, int]],
    capability_names: tuple[str, ...],
    turnout_min: float,
    turnout_sigma: float,
    on_call_turnout_min: float,
) -> Units:
    listed = [
        (site, station, rank, "" if rank < station.pumps else station.specials[rank - station.pumps])
        for site, station in enumerate(stations)
        for rank in range(station.pumps + len(station.specials))
    ]
    n = len(listed)
    own = np.array([station.crewing != "neighbour" for _, station, _, _ in listed], dtype=bool)
    return Units(
        key=tuple(f"{keys[site]}{name or 'P'}{rank + 1}" for site, _, rank, name in listed),
        site=np.array([site for site, *_ in listed], dtype=np.int32),
        own=own,
        pump=np.array([not name for *_, name in listed]),
        capability=np.array(
            [1 << capability_names.index(name) if name else 0 for *_, name in listed], dtype=np.int64
        ),
        minimum_crew=np.array([2 if name else s.minimum_crew for _, s, _, name in listed], dtype=np.int8),
        preferred_crew=np.array([2 if name else s.preferred_crew for _, s, _, name in listed], dtype=np.int8),
        pool=np.array([pools[site][0] for site, *_ in listed], dtype=np.int32),
        fallback_pool=np.array([pools[site][1] for site, *_ in listed], dtype=np.int32),
        rank=np.array([rank for _, _, rank, _ in listed], dtype=np.int8),
        immediate_turnout_min=np.full((n, 2), turnout_min, dtype=np.float32),
        immediate_sigma=np.full(n, turnout_sigma, dtype=np.float32),
        on_call_turnout_min=np.full(n, on_call_turnout_min, dtype=np.float32),
        mechanical_per_year=np.array([s.mechanical_per_year for _, s, _, _ in listed], dtype=np.float32),
        mechanical_min=np.tile(np.array([180.0, 300.0], dtype=np.float32), (n, 1)),
        neighbour_availability=np.where(own, np.nan, [s.presence for _, s, _, _ in listed]).astype(
            np.float32
        ),
        neighbour_immediate=~own,
    )


def build_demand(kinds: Sequence[Kind], cells: int, capability_names: tuple[str, ...]) -> Demand:
    """One variant a type."""

    def column(name: str) -> Any:
        return np.array([getattr(kind, name) for kind in kinds])

    def table(name: str, width: int, flat: float) -> Any:
        given = [getattr(kind, name) for kind in kinds]
        return np.array([np.full(width, flat) if row is None else row for row in given], dtype=np.float64)

    return Demand(
        key=tuple(kind.key for kind in kinds),
        per_year=column("per_year").astype(np.float64),
        hour_of_week=table("hour_of_week", 168, 1.0),
        month=table("month", 12, 1.0),
        cell_share=table("cell_share", cells, 1.0 / cells),
        plt_share=column("plt_share"),
        late_call_share=column("late_call_share"),
        primary_fire=column("primary_fire"),
        property_fire=column("primary_fire"),
        group=tuple(kind.group for kind in kinds),
        attended_share=column("attended_share"),
        over_border=column("over_border"),
        scene_median_min=column("scene_median_min"),
        scene_sigma=column("scene_sigma"),
        makeup_share=column("makeup_share"),
        makeup_pumps_mean=column("makeup_pumps_mean"),
        makeup_after_min=column("makeup_after_min"),
        variant_start=np.arange(len(kinds) + 1, dtype=np.int32),
        variant_share=np.ones(len(kinds)),
        variant_name=tuple("all" for _ in kinds),
        variant_pumps=column("pumps").astype(np.int8),
        variant_capabilities=tuple(tuple(capability_names.index(c) for c in k.capabilities) for k in kinds),
    )


def build_timings(changed: Mapping[str, Any]) -> Timings:
    given: dict[str, Any] = {
        "handling_median_min": 1.0,
        "handling_sigma": 0.0,
        "traffic_sigma": 0.0,
        "journey_sigma": 0.0,
        "failure_per_response": 0.0,
        "failure_found_min": 4.0,
        "standby_turnout_min": 0.5,
        "day_hours": (7, 23),
        "return_factor": 1.0,
    }
    return Timings(**{**given, **changed})


def build_rules(changed: Mapping[str, Any]) -> Rules:
    given: dict[str, Any] = {
        "dispatch": "quickest",
        "cover": "none",
        "cover_parameters": {},
        "neighbours_help": True,
        "queue_when_none": True,
        "gauge_hours": (17, 18, 19),
        "gauge_target": 1,
    }
    return Rules(**{**given, **changed})
