"""Chance of responses: the declared distributions, keyed, in any order of asking."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from sim.draws.incidents import Incidents, draw_incidents
from sim.draws.keys import NORMAL_TABLE, bits_of_one, stream
from sim.draws.response_times import ResponseTimes
from sim.world.fire import World
from tests.sim.worlds import Kind, Station, tiny_world

STATIONS = [
    Station(node=1, key="A"),
    Station(node=3, crewing="on_call", people=13, key="B", muster_min=[3.0 + i / 10 for i in range(13)]),
]


def make(
    *, stations: list[Station] = STATIONS, per_year: float = 10_000.0, seed: int = 1
) -> tuple[World, Incidents, ResponseTimes]:
    world = tiny_world(
        stations=stations,
        kinds=[Kind(per_year=per_year, scene_median_min=40.0, scene_sigma=0.6)],
        days=365,
        muster_sigma=0.25,
        timings={"journey_sigma": 0.15, "failure_per_response": 0.02},
    )
    sigma = np.full_like(world.units.immediate_sigma, TURNOUT_SIGMA)
    world = replace(world, units=replace(world.units, immediate_sigma=sigma))
    incidents = draw_incidents(world, seed, 0)
    return world, incidents, ResponseTimes(world, incidents, seed, 0)


TURNOUT_SIGMA = 0.3


def both(times: ResponseTimes, n: int, units: int = 2) -> tuple[np.ndarray, np.ndarray]:
    """Standard normals behind the journey and turnout factors, each (n, units)."""
    drawn = np.log(np.array([[times.of(i, u) for u in range(units)] for i in range(n)]))
    return drawn[..., 0] / 0.15, drawn[..., 1] / TURNOUT_SIGMA


def test_journeys_and_turnouts_have_their_distributions() -> None:
    _, incidents, times = make()
    journey, turnout = both(times, len(incidents))
    for unit in range(2):
        assert stats.kstest(journey[:, unit], "norm").pvalue > 1e-3
        assert stats.kstest(turnout[:, unit], "norm").pvalue > 1e-3
    drawn = np.column_stack([journey, turnout])
    off_diagonal = np.corrcoef(drawn.T)[~np.eye(4, dtype=bool)]
    assert np.abs(off_diagonal).max() < 4.5 / np.sqrt(len(incidents))
    assert np.abs([np.corrcoef(c[1:], c[:-1])[0, 1] for c in drawn.T]).max() < 4.5 / np.sqrt(len(incidents))


def test_failures_are_as_frequent_as_declared() -> None:
    _, incidents, times = make()
    failed = np.array([[times.failed(i, u) for u in range(2)] for i in range(len(incidents))])
    error = np.sqrt(0.02 * 0.98 / failed.size)
    assert abs(failed.mean() - 0.02) < 4.0 * error
    for z in both(times, len(incidents)):  # failing has nothing to do with being slow
        assert abs(z[failed].mean()) < 4.0 / np.sqrt(failed.sum())


@pytest.mark.parametrize(("share", "expected"), [(0.0, False), (1.0, True)])
def test_certain_failure_is_certain(share: float, expected: bool) -> None:
    world, incidents, _ = make(per_year=300.0)
    world = replace(world, timings=replace(world.timings, failure_per_response=share))
    times = ResponseTimes(world, incidents, 1, 0)
    assert {times.failed(i, u) for i in range(len(incidents)) for u in range(2)} == {expected}


def test_times_at_scene_share_half_their_variance_within_an_incident() -> None:
    _, incidents, times = make()
    z = np.array(
        [
            [np.log(times.scene_min(i, order) / 40.0) / 0.6 for order in range(3)]
            for i in range(len(incidents))
        ]
    )
    for order in range(3):
        assert stats.kstest(z[:, order], "norm").pvalue > 1e-3
    for one, other in ((0, 1), (1, 2)):
        # standard error of a correlation r is (1 − r²) / √n
        assert abs(np.corrcoef(z[:, one], z[:, other])[0, 1] - 0.5) < 4.0 * 0.75 / np.sqrt(len(incidents))


def test_time_at_scene_of_a_late_order_is_made_the_same_way() -> None:
    _, incidents, times = make()
    z = np.array([np.log(times.scene_min(i, 11) / 40.0) / 0.6 for i in range(len(incidents))])
    assert stats.kstest(z, "norm").pvalue > 1e-3
    assert times.scene_min(5, 7) != times.scene_min(5, 8)
    assert times.scene_min(5, 11) == times.scene_min(5, 11)


def test_musters_have_their_medians_and_scatter() -> None:
    _, incidents, times = make()
    medians = np.array([3.0 + i / 10 for i in range(13)])
    z = np.array([np.log(times.muster_min(i, 1) / medians) / 0.25 for i in range(len(incidents))])
    assert z.shape[1] == 13
    assert stats.kstest(z[:, 0], "norm").pvalue > 1e-3
    off_diagonal = np.corrcoef(z.T)[~np.eye(13, dtype=bool)]
    assert np.abs(off_diagonal).max() < 4.5 / np.sqrt(len(incidents))


def test_answers_do_not_depend_on_the_order_of_asking() -> None:
    _, incidents, times = make()
    _, _, other = make()
    wanted = [0, 5000, 1, len(incidents) - 1, 1024, 1023, 3072, 0]
    forwards = {i: (times.of(i, 0), times.failed(i, 1), times.scene_min(i, 1)) for i in sorted(wanted)}
    for i in reversed(wanted):
        assert (other.of(i, 0), other.failed(i, 1), other.scene_min(i, 1)) == forwards[i]


def test_every_appliance_of_an_incident_is_drawn_by_one_formula() -> None:
    """Whatever the order: the first appliance of an incident as the twentieth."""
    _, incidents, times = make(per_year=300.0)
    stream_of = int(stream(1, 0, "scene"))
    sigma = 0.6 * np.sqrt(0.5)
    for i in range(0, len(incidents), 50):
        for order in (0, 7, 8, 19):
            own = bits_of_one(bits_of_one(stream_of, int(incidents.key[i])), order) >> 48
            z = float(incidents.scene_z[i]) + float(NORMAL_TABLE[own])
            assert times.scene_min(i, order) == pytest.approx(40.0 * np.exp(sigma * z), rel=1e-12)


def test_times_belongs_to_unit_person_and_incident() -> None:
    """More incidents, another station in front and one more person change no response there was."""
    world, incidents, times = make(per_year=3000.0)
    more = [Station(node=0, key="NEW"), STATIONS[0], replace(STATIONS[1], people=14, muster_min=4.0)]
    later_world, later_incidents, later = make(stations=more, per_year=4000.0)
    row_now = {int(key): row for row, key in enumerate(later_incidents.key)}
    unit_now = [later_world.units.key.index(key) for key in world.units.key]
    scale = np.array([3.0 + i / 10 for i in range(13)]) / 4.0
    for i in range(0, len(incidents), 97):
        j = row_now[int(incidents.key[i])]
        assert [later.of(j, u) for u in unit_now] == [times.of(i, u) for u in range(len(unit_now))]
        assert later.scene_min(j, 2) == times.scene_min(i, 2)
        assert later.muster_min(j, 2)[:13] * scale == pytest.approx(times.muster_min(i, 1), rel=1e-5)


def test_seeds_differ() -> None:
    world, incidents, times = make(per_year=300.0)
    for other in (ResponseTimes(world, incidents, 2, 0), ResponseTimes(world, incidents, 1, 1)):
        assert times.of(0, 0) != other.of(0, 0)
        assert not np.array_equal(times.muster_min(0, 1), other.muster_min(0, 1))
        assert times.scene_min(0, 0) != other.scene_min(0, 0)
        assert times.scene_min(0, 11) != other.scene_min(0, 11)
