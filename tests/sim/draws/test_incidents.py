"""Incidents: the right numbers in the right places, and no incident moved by what does not concern it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from sim.draws.incidents import Incidents, draw_incidents, poisson_quantile
from sim.world.fire import World
from tests.sim.worlds import Kind, change, tiny_world

COLUMNS = tuple(Incidents.__slots__)


def chi_square_p(observed: NDArray[Any], expected: NDArray[Any]) -> float:
    return float(stats.chisquare(observed, expected * observed.sum() / expected.sum()).pvalue)


@pytest.fixture(scope="module")
def uneven() -> tuple[World, Incidents]:
    """A year of one busy type with a strong profile in every dimension: about 40,000 incidents."""
    hour = np.tile(1.0 + 0.8 * np.sin(np.arange(24) / 24 * 2 * np.pi), 7)
    hour[120:] *= 1.5
    month = np.linspace(0.6, 1.4, 12)
    world = tiny_world(
        kinds=[
            Kind(
                per_year=40_000.0,
                hour_of_week=hour / hour.mean(),
                month=month,
                cell_share=[0.5, 0.0, 0.25, 0.2, 0.05],
                plt_share=0.3,
                late_call_share=0.05,
                makeup_share=0.1,
                makeup_pumps_mean=2.5,
            )
        ],
        days=365,
        start="2021-01-01",
        timings={"handling_sigma": 0.5, "traffic_sigma": 0.2},
    )
    return world, draw_incidents(world, 11, 0)


def slots(world: World, incidents: Incidents) -> NDArray[Any]:
    return (incidents.time_min // 30.0).astype(int)


def test_counts_by_hour_of_week_follow_the_profile(uneven: tuple[World, Incidents]) -> None:
    world, incidents = uneven
    hours = world.calendar.hour_of_week
    expected = world.demand.hour_of_week[0, hours] * world.demand.month[0, world.calendar.month - 1]
    by_hour = np.bincount(hours, weights=expected, minlength=168)
    observed = np.bincount(hours[slots(world, incidents)], minlength=168)
    assert chi_square_p(observed, by_hour) > 1e-3


def test_counts_by_month_follow_the_profile(uneven: tuple[World, Incidents]) -> None:
    world, incidents = uneven
    months = world.calendar.month - 1
    expected = world.demand.hour_of_week[0, world.calendar.hour_of_week] * world.demand.month[0, months]
    observed = np.bincount(months[slots(world, incidents)], minlength=12)
    assert chi_square_p(observed, np.bincount(months, weights=expected, minlength=12)) > 1e-3


def test_counts_by_cell_follow_the_shares(uneven: tuple[World, Incidents]) -> None:
    world, incidents = uneven
    observed = np.bincount(incidents.cell, minlength=5)
    assert observed[1] == 0  # no share, no incident
    share = world.demand.cell_share[0]
    assert chi_square_p(observed[share > 0], share[share > 0]) > 1e-3


def test_time_within_the_slot_is_uniform(uneven: tuple[World, Incidents]) -> None:
    _, incidents = uneven
    assert stats.kstest(incidents.time_min % 30.0 / 30.0, "uniform").pvalue > 1e-3


def test_where_and_when_are_independent(uneven: tuple[World, Incidents]) -> None:
    world, incidents = uneven
    table = np.zeros((5, 24))
    np.add.at(table, (incidents.cell, world.calendar.hour[slots(world, incidents)]), 1)
    assert stats.chi2_contingency(table[table.sum(axis=1) > 0]).pvalue > 1e-3


def test_total_is_poisson_with_the_yearly_rate(uneven: tuple[World, Incidents]) -> None:
    world, _ = uneven
    expected = (
        40_000.0
        * (
            world.demand.hour_of_week[0, world.calendar.hour_of_week]
            * world.demand.month[0, world.calendar.month - 1]
        ).mean()
    )
    totals = np.array([len(draw_incidents(world, 3, replication)) for replication in range(40)])
    assert abs(totals.mean() - expected) < 4.0 * np.sqrt(expected / totals.size)  # 4 standard errors
    # variance of a Poisson total equals its mean: (n − 1) s² / mean is chi-square with n − 1 degrees of freedom
    dispersion = (totals.size - 1) * totals.var(ddof=1) / expected
    assert 1e-3 < stats.chi2.cdf(dispersion, totals.size - 1) < 1.0 - 1e-3


def test_gaps_of_a_flat_process_are_exponential() -> None:
    incidents = draw_incidents(tiny_world(kinds=[Kind(per_year=20_000.0)], days=365), 2, 0)
    gaps = np.diff(incidents.time_min)
    assert stats.kstest(gaps, "expon", args=(0.0, 365.0 * 1440.0 / 20_000.0)).pvalue > 1e-3


def test_flags_and_durations_have_their_distributions(uneven: tuple[World, Incidents]) -> None:
    _, incidents = uneven
    n = len(incidents)

    def close(share: float, expected: float, rows: int = n) -> bool:
        return abs(share - expected) < 4.0 * np.sqrt(expected * (1.0 - expected) / rows)

    assert close(incidents.plt.mean(), 0.3)
    assert close(incidents.late_call.mean(), 0.05)
    assert stats.kstest(np.log(incidents.handling_min) / 0.5, "norm").pvalue > 1e-3  # median 1 minute
    assert stats.kstest(np.log(incidents.traffic) / 0.2, "norm").pvalue > 1e-3  # median 1
    assert stats.kstest(incidents.scene_z, "norm").pvalue > 1e-3
    made_up = incidents.makeup_pumps > 0
    assert close(made_up.mean(), 0.1)
    pumps = incidents.makeup_pumps[made_up]
    assert abs(pumps.mean() - 2.5) < 4.0 * np.sqrt(2.5 * 1.5 / pumps.size)  # geometric: variance m (m − 1)
    assert close((pumps == 1).mean(), 1.0 / 2.5, pumps.size)
    assert np.median(incidents.makeup_after_min) == pytest.approx(8.0, rel=0.02)


def test_flags_of_an_incident_are_independent(uneven: tuple[World, Incidents]) -> None:
    _, incidents = uneven
    drawn = np.array(
        [
            incidents.plt,
            incidents.late_call,
            incidents.makeup_pumps > 0,
            np.log(incidents.handling_min),
            np.log(incidents.traffic),
            incidents.scene_z,
            np.log(incidents.makeup_after_min),
            incidents.cell,
        ],
        dtype=float,
    )
    off_diagonal = np.corrcoef(drawn)[~np.eye(len(drawn), dtype=bool)]
    assert np.abs(off_diagonal).max() < 4.5 / np.sqrt(len(incidents))


def test_makeups_of_mean_one_are_one_pump() -> None:
    incidents = draw_incidents(tiny_world(kinds=[Kind(makeup_share=1.0, makeup_pumps_mean=1.0)]), 1, 0)
    assert len(incidents)
    assert np.all(incidents.makeup_pumps == 1)


def test_variants_follow_their_shares() -> None:
    world = change(
        tiny_world(kinds=[Kind(key="one"), Kind(key="other", per_year=20_000.0)], days=365),
        "demand",
        variant_start=np.array([0, 1, 4], dtype=np.int32),
        variant_share=np.array([1.0, 0.7, 0.0, 0.3]),
    )
    incidents = draw_incidents(world, 1, 0)
    assert np.all(incidents.variant[incidents.type == 0] == 0)
    counts = np.bincount(incidents.variant[incidents.type == 1], minlength=4)
    assert counts[0] == counts[2] == 0
    assert chi_square_p(counts[[1, 3]], np.array([0.7, 0.3])) > 1e-3


def test_rows_are_sorted_and_keys_unique(uneven: tuple[World, Incidents]) -> None:
    world, incidents = uneven
    assert np.all(np.diff(incidents.time_min) >= 0)
    assert np.unique(incidents.key).size == len(incidents)
    assert incidents.time_min[0] >= 0
    assert incidents.time_min[-1] < world.calendar.horizon_min
    expected = {"key": "u8", "type": "i2", "cell": "i4", "time_min": "f8", "plt": "b1", "late_call": "b1"} | {
        "variant": "i4", "handling_min": "f4", "traffic": "f4", "scene_z": "f4", "makeup_pumps": "i2",
        "makeup_after_min": "f4", "scene_median_min": "f4",
    }  # fmt: skip
    assert {name: getattr(incidents, name).dtype for name in COLUMNS} == {
        n: np.dtype(t) for n, t in expected.items()
    }


def test_no_demand_gives_no_incidents() -> None:
    incidents = draw_incidents(tiny_world(kinds=[Kind(per_year=0.0)]), 1, 0)
    assert len(incidents) == 0


def test_the_short_day_of_spring_loses_an_hour_and_no_more() -> None:
    """With the hour from 01:00 to 02:00 missing on day 3, that day has 23/24 of the calls and none at 01."""
    world = tiny_world(kinds=[Kind(per_year=365.0 * 2000.0)], days=7)
    keep = np.ones(world.calendar.day.size, dtype=bool)
    keep[3 * 48 + 2 : 3 * 48 + 4] = False
    calendar = replace(
        world.calendar,
        horizon_min=world.calendar.horizon_min - 60.0,
        **{name: getattr(world.calendar, name)[keep] for name in ("hour_of_week", "month", "day", "hour")},
    )
    short = replace(world, calendar=calendar)
    counts = np.zeros(7)
    for replication in range(10):
        incidents = draw_incidents(short, 1, replication)
        rows = slots(short, incidents)
        counts += np.bincount(calendar.day[rows], minlength=7)
        assert not np.any((calendar.day[rows] == 3) & (calendar.hour[rows] == 1))
    expected = np.full(7, 20_000.0)
    expected[3] *= 23.0 / 24.0
    assert stats.chi2.sf(((counts - expected) ** 2 / expected).sum(), 7) > 1e-3


@settings(max_examples=200)
@given(
    st.floats(1e-12, 1.0, exclude_max=True),
    st.one_of(st.floats(0.0, 30.0), st.floats(30.0, 20_000.0)),
)
def test_poisson_quantile_agrees_with_scipy(u: float, mean: float) -> None:
    ours = int(poisson_quantile(np.array([u]), np.array([mean]))[0])
    # equal up to rounding: SciPy's probability at our answer reaches u, and just below it does not
    assert stats.poisson.cdf(ours, mean) >= u - 1e-10
    assert ours == 0 or stats.poisson.cdf(ours - 1, mean) <= u + 1e-10


def test_poisson_quantile_grows_with_the_mean() -> None:
    u = np.full(2000, 0.73)
    counts = poisson_quantile(u, np.linspace(0.0, 400.0, 2000))
    assert np.all(np.diff(counts) >= 0)
