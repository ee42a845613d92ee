"""The quick ways over columns against slow plain loops, on logs of random numbers."""

from dataclasses import replace

import numpy as np
import pytest

from sim.measures import main_standard, measure, station_ground
from sim.measures.fire.availability import changes, mode_minutes
from sim.measures.fire.gauge import read_gauge
from sim.measures.fire.missed import classify
from sim.measures.fire.select import view
from sim.measures.grouping import group_quantiles
from sim.measures.timeline import Timeline, sorted_roster
from sim.world.codes import ON_THE_RUN, Cause, Mode
from sim.world.standards import Standard
from tests.sim.measures.synthetic import synthetic_log, synthetic_world
from tests.sim.measures.towns import town

FIFTEEN = Standard(key="all", title="15 minutes", threshold_s=900.0, target=0.9)
MEAN = Standard(key="mean", title="mean", statistic="mean", target=600.0)


@pytest.fixture(scope="module")
def year():
    world = synthetic_world(cells=50)
    return world, synthetic_log(world, incidents=800, changes=6000)


def test_quantiles_by_group_are_numpys():
    rng = np.random.default_rng(3)
    group, values = rng.integers(0, 7, 400), rng.gamma(3.0, 2.0, 400)
    values[rng.random(400) < 0.1] = np.nan
    group[group == 4] = 5  # an empty group
    for share, found in zip(
        (0.0, 0.5, 0.9, 1.0), group_quantiles(group, values, (0.0, 0.5, 0.9, 1.0), 7), strict=True
    ):
        for g in range(7):
            mine = values[(group == g) & ~np.isnan(values)]
            expected = np.quantile(mine, share) if mine.size else np.nan
            assert found[g] == pytest.approx(expected, nan_ok=True)


def test_breakdown_by_district_is_the_plain_one(year):
    world, log = year
    table = measure(world, log).tables["by_district"]
    incidents = log.incidents
    for position, name in enumerate(table["group"]):
        rows = [
            i
            for i in range(incidents["time_min"].size)
            if world.cells.district_names[world.cells.district[incidents["cell"][i]]] == name
            and world.cells.inside[incidents["cell"][i]]
            and not world.demand.over_border[incidents["type"][i]]
        ]
        minutes = np.array([incidents["first_pump_min"][i] - incidents["time_min"][i] for i in rows])
        came = minutes[~np.isnan(minutes)]
        assert table["incidents"][position] == len(rows)
        assert table["within_15"][position] == pytest.approx(sum(came <= 15) / len(rows))
        assert table["p90_s"][position] == pytest.approx(60 * np.quantile(came, 0.9))


def test_gauge_counts_pumps_one_by_one(year):
    world, log = year
    readings = read_gauge(world, log, changes(world, log, sorted_roster(log), ON_THE_RUN))
    assert readings.number.size == 3 * 365
    timeline = Timeline(log)
    for day, hour, number in zip(readings.day[::50], readings.hour[::50], readings.number[::50], strict=True):
        modes = timeline.mode_at(np.arange(66), 1440.0 * day + 60.0 * hour)
        assert number == sum(mode in {Mode.IMMEDIATE, Mode.ON_CALL} for mode in modes)


def test_every_minute_of_the_roster_is_in_one_mode(year):
    world, log = year
    minutes = mode_minutes(world, log, sorted_roster(log))
    assert minutes.sum(axis=1) == pytest.approx(np.full(len(world.units.key), log.horizon_min))


def test_pumps_out_at_once_by_counting(year):
    world, log = year
    table = measure(world, log).tables["simultaneous"]
    responses = log.responses
    own = world.units.own[responses["unit"]] & ~np.isnan(responses["alerted_min"])
    begin, end = responses["alerted_min"][own], responses["released_min"][own]
    times = np.random.default_rng(4).uniform(0, log.horizon_min, 4000)
    out = ((begin[None, :] <= times[:, None]) & (times[:, None] < end[None, :])).sum(axis=1)
    mean = float(np.dot(table["share_of_time"], np.arange(table["share_of_time"].size)))
    assert abs(out.mean() - mean) < 4 * out.std() / np.sqrt(times.size)


def test_station_ground_is_the_nearest_own_station_with_a_pump():
    world = synthetic_world(cells=30)
    nearest = world.travel.site_min[0][:, :50].argmin(axis=1)
    assert np.array_equal(station_ground(world), nearest)


def test_station_ground_weighs_the_bands_by_their_hours():
    world = town()
    rush = world.travel.site_min[0].copy()
    rush[0, 1] = 0.0  # B is the nearer to cell 0, but only for an hour of the week
    band = np.zeros(168, dtype=np.int8)
    band[8] = 1
    two = replace(world.travel, site_min=np.stack([world.travel.site_min[0], rush]), band_of_hour=band)
    assert station_ground(replace(world, travel=two))[0] == 0
    mostly = replace(two, band_of_hour=(1 - band).astype(np.int8))
    assert station_ground(replace(world, travel=mostly))[0] == 1


def test_causes_add_up_on_many_misses(year):
    world, log = year
    misses = classify(view(world, log), FIFTEEN, Timeline(log))
    assert misses.row.size > 100
    assert np.bincount(misses.cause, minlength=len(Cause)).sum() == misses.row.size
    assert sum(misses.shares().values()) == pytest.approx(1.0)


def test_misses_are_of_the_first_standard_that_can_be_missed(year):
    world, log = year
    assert main_standard([MEAN, FIFTEEN]) is FIFTEEN
    assert main_standard([MEAN]) is None
    found = measure(world, log, [MEAN])
    assert found.misses is None
    assert np.isnan(found.values["missed.count"])


def test_measuring_twice_gives_the_same_and_leaves_the_log_alone(year):
    world, log = year
    before = log.sha256()
    first, second = measure(world, log, [FIFTEEN]), measure(world, log, [FIFTEEN])
    assert log.sha256() == before
    assert first.values == pytest.approx(second.values, nan_ok=True)


def test_tables_have_equal_columns_and_text_keys(year):
    """The keys of a row are text, the rest are figures: so replications can be averaged row by row."""
    world, log = year
    for name, table in measure(world, log, [FIFTEEN]).tables.items():
        assert len({column.size for column in table.values()}) == 1, name
        assert next(iter(table.values())).dtype.kind == "U", name
