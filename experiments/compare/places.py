"""Who gains and who loses: by cell and by district, in people and in life-threatening incidents a year.

A cell gains or loses by its expected first attendance: the mean difference over its paired incidents of all
replications, shrunk towards the ground of its nearest station (``shrink``). Its people are the census's, its
life-threatening incidents a year those that the base's demand expects there, not those that happened.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from experiments.compare.pairs import Pairs
from experiments.statistics.intervals import Interval, t_interval, within_range
from experiments.statistics.paired import Paired, Verdict, holm, judge, paired_difference
from experiments.statistics.small_area import CellMeans, shrunk_means
from sim.measures import station_ground
from sim.world.fire import F64, I64, Bool, World

LIMITS_S = (30, 60)
"""Seconds by which a place or an incident must be earlier or later to be counted."""

Z95 = 1.96
LEAST = 30
"""Fewest paired incidents of a station's ground for anything to be said of its cells (assumption)."""

BANDS = tuple(f"{way}_{limit}" for way in ("later", "earlier") for limit in LIMITS_S)
"""``later_30``: the first pump comes more than 30 s later; and so on."""

Counts = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class DistrictChange:
    """One district. ``mean`` and ``plt_mean`` are differences in seconds, ``within_15`` in fractions, over the
    replications, of paired incidents; the verdict is on ``mean``, after Holm over the districts.

    ``population`` and ``plt`` (incidents a year) say how much of the district gains or loses, by band.
    """

    name: str
    people: float
    incidents_per_year: float
    base_s: float
    option_s: float
    mean: Interval
    verdict: Verdict
    slight: bool
    within_15: Interval
    plt_mean: Interval
    population: Counts
    plt: Counts


@dataclass(frozen=True, slots=True, eq=False)
class CellChange:
    """The cells inside the service's ground; all arrays (k,). ``means`` are of ``later_s``, seconds."""

    cell: I64
    easting_m: F64
    northing_m: F64
    district: tuple[str, ...]
    settlement: tuple[str, ...]
    station: tuple[str, ...]  # nearest of the base: the area that it leans on
    people: F64
    plt_per_year: F64
    base_s: F64  # raw mean of its incidents, NaN without any
    means: CellMeans
    size_m: float  # side of a cell


@dataclass(frozen=True, slots=True)
class Alike:
    """Cells of one station's ground that are told as nearly one value.

    They differ by less than their errors, and by less than lies between the limits that are counted.
    """

    station: str
    cells: int
    people: float
    least_s: float  # of their means
    most_s: float
    error_s: float  # the largest standard error of one of them


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Who gains and who loses under one option.

    ``population`` and ``plt`` count cells by expected attendance; ``plt_incidents`` counts, a year and with an
    interval over the replications, the very incidents whose own first pump came earlier or later.
    """

    districts: tuple[DistrictChange, ...]
    whole: DistrictChange  # all of the service, over the incidents that both have
    cells: CellChange
    people: float
    plt_per_year: float
    population: Counts
    plt: Counts
    plt_incidents: Mapping[str, Interval]
    people_unknown: float  # in cells of grounds with too few incidents
    unpaired_per_year: float
    alike: tuple[Alike, ...] = ()  # of the cells that the counts by place are of


@dataclass(frozen=True, slots=True)
class _About:
    years: float  # of one replication
    replications: int
    smallest_s: float


def compare_places(
    pairs: Pairs, world: World, *, replications: int, smallest_s: float, size_m: float
) -> Places:
    """Return gains and losses from paired incidents; ``world`` is the base's, ``size_m`` a cell's side."""
    years = world.calendar.horizon_min / 1440.0 / world.calendar.year_days
    about = _About(years, replications, smallest_s)
    cells = _cells(pairs, world, size_m)
    return Places(
        districts=_districts(pairs, world, cells, about),
        whole=_whole(pairs, cells, about),
        cells=cells,
        people=float(cells.people.sum()),
        plt_per_year=float(cells.plt_per_year.sum()),
        population=in_bands(cells.means.mean, cells.people),
        plt=in_bands(cells.means.mean, cells.plt_per_year),
        plt_incidents=_incident_bands(pairs, years, replications),
        people_unknown=float(cells.people[np.isnan(cells.means.mean)].sum()),
        unpaired_per_year=pairs.unpaired / (years * replications),
        alike=told_as_one(cells),
    )


def told_as_one(cells: CellChange) -> tuple[Alike, ...]:
    """Return the grounds whose cells cannot be told apart and of which some are counted, most people first."""
    found = []
    station = np.array(cells.station)
    for one in sorted(set(cells.station)):
        mine = (station == one) & np.isfinite(cells.means.mean)
        later = cells.means.mean[mine]
        if np.count_nonzero(mine) < 2 or float(np.abs(later).max()) <= min(LIMITS_S):
            continue
        error = float(cells.means.error[mine].max())
        if np.ptp(later) > min(2.0 * Z95 * error, float(np.ptp(LIMITS_S))):
            continue
        least, most = float(later.min()), float(later.max())
        people = float(cells.people[mine].sum())
        found.append(Alike(one, int(np.count_nonzero(mine)), people, least, most, error))
    return tuple(sorted(found, key=lambda each: -each.people))


def in_bands(later_s: F64, weight: F64) -> dict[str, float]:
    """Return the sum of ``weight`` where the first pump comes later or earlier by more than each limit."""
    with np.errstate(invalid="ignore"):
        later = {f"later_{limit}": float(weight[later_s > limit].sum()) for limit in LIMITS_S}
        earlier = {f"earlier_{limit}": float(weight[later_s < -limit].sum()) for limit in LIMITS_S}
    return later | earlier


def plt_rate(world: World) -> F64:
    """Return the expected life-threatening incidents a year (C,) that ask for a pump, on own ground."""
    demand = world.demand
    with_pump = np.array(
        [
            demand.variant_share[a:b][demand.variant_pumps[a:b] > 0].sum()
            for a, b in zip(demand.variant_start[:-1], demand.variant_start[1:], strict=True)
        ]
    )
    rate = demand.per_year * demand.attended_share * demand.plt_share * with_pump * ~demand.over_border
    return np.asarray(rate @ demand.cell_share) * world.cells.inside


def _cells(pairs: Pairs, world: World, size_m: float) -> CellChange:
    cells = world.cells
    ground = np.where(cells.inside, station_ground(world), -1)
    kept = pairs.both
    means = shrunk_means(pairs.cell[kept], pairs.later_s[kept], ground, least=LEAST)
    total = np.bincount(pairs.cell[kept], weights=pairs.base_s[kept], minlength=ground.size)
    rows = np.flatnonzero(cells.inside)
    with np.errstate(divide="ignore", invalid="ignore"):
        base_s = np.where(means.count > 0, total / means.count, np.nan)
    return CellChange(
        cell=rows,
        easting_m=np.asarray(cells.easting_m[rows], dtype=np.float64),
        northing_m=np.asarray(cells.northing_m[rows], dtype=np.float64),
        district=tuple(cells.district_names[i] if i >= 0 else "" for i in cells.district[rows]),
        settlement=tuple(cells.settlement_names[i] if i >= 0 else "" for i in cells.settlement[rows]),
        station=tuple(world.sites.key[i] if i >= 0 else "" for i in ground[rows]),
        people=np.asarray(cells.population[rows], dtype=np.float64),
        plt_per_year=plt_rate(world)[rows],
        base_s=base_s[rows],
        means=means.of(rows),
        size_m=size_m,
    )


def _incident_bands(pairs: Pairs, years: float, replications: int) -> dict[str, Interval]:
    """Return how many life-threatening incidents a year had their own first pump later or earlier."""
    later = pairs.later_s
    found = {}
    for limit in LIMITS_S:
        for way, hit in (("later", later > limit), ("earlier", later < -limit)):
            number = np.bincount(pairs.replication[hit & pairs.plt], minlength=replications)
            found[f"{way}_{limit}"] = within_range(t_interval((number / years).tolist()), "per_year")
    return found


def _by_replication(pairs: Pairs, chosen: Bool, value: F64, replications: int) -> list[float]:
    """Return the mean of ``value`` over chosen incidents in each replication, NaN without any."""
    place = pairs.replication[chosen]
    count = np.bincount(place, minlength=replications)
    total = np.bincount(place, weights=value[chosen], minlength=replications)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean: list[float] = np.where(count > 0, total / count, np.nan).tolist()
    return mean


def _districts(pairs: Pairs, world: World, cells: CellChange, about: _About) -> tuple[DistrictChange, ...]:
    """Compare each district that has incidents, in the order of the world's."""
    names = world.cells.district_names
    where = world.cells.district[pairs.cell].astype(np.int64)
    present = [i for i in range(len(names)) if (where == i).any()]
    paired = [_paired(pairs, where == i, about) for i in present]
    adjusted = holm([one.p for one in paired])
    return tuple(
        _change(pairs, names[i], where == i, cells, one, p, about)
        for i, one, p in zip(present, paired, adjusted, strict=True)
    )


def _whole(pairs: Pairs, cells: CellChange, about: _About) -> DistrictChange:
    """Compare all of the service, over the incidents that both have."""
    here = np.ones(pairs.cell.size, dtype=np.bool_)
    paired = _paired(pairs, here, about)
    return _change(pairs, "", here, cells, paired, paired.p, about)


def _paired(pairs: Pairs, here: Bool, about: _About) -> Paired:
    chosen = pairs.both & here
    base = _by_replication(pairs, chosen, pairs.base_s, about.replications)
    return paired_difference(base, _by_replication(pairs, chosen, pairs.option_s, about.replications))


def _change(
    pairs: Pairs, name: str, here: Bool, cells: CellChange, paired: Paired, p: float, about: _About
) -> DistrictChange:
    """Return the change of one district, or of all of them if ``name`` is empty."""
    verdict, slight = judge(paired, p=p, smallest=about.smallest_s, higher_is_better=False)
    mine = np.array([name in ("", district) for district in cells.district], dtype=np.bool_)
    within = (pairs.option_s <= 900.0).astype(np.float64) - (pairs.base_s <= 900.0)
    plt = pairs.both & here & pairs.plt
    return DistrictChange(
        name=name,
        people=float(cells.people[mine].sum()),
        incidents_per_year=float(here.sum()) / (about.years * about.replications),
        base_s=paired.base,
        option_s=paired.option,
        mean=paired.interval,
        verdict=verdict,
        slight=slight,
        within_15=t_interval(_by_replication(pairs, here, within, about.replications)),
        plt_mean=t_interval(_by_replication(pairs, plt, pairs.later_s, about.replications)),
        population=in_bands(cells.means.mean[mine], cells.people[mine]),
        plt=in_bands(cells.means.mean[mine], cells.plt_per_year[mine]),
    )
