"""Incidents keep their identity: names, and draws that nothing unrelated moves."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

import sim.draws.incidents
from sim.draws.incidents import Incidents, draw_incidents, incident_text, key_of
from tests.sim.worlds import Kind, Station, change, tiny_world

COLUMNS = tuple(Incidents.__slots__)


def columns(incidents: Incidents, rows: NDArray[Any] | slice = slice(None)) -> dict[str, bytes]:
    return {name: getattr(incidents, name)[rows].tobytes() for name in COLUMNS}


@pytest.mark.parametrize("factor", [1.02, 1.3, 10.0])
def test_raising_a_rate_keeps_every_old_incident_byte_for_byte(factor: float) -> None:
    world = tiny_world(
        kinds=[Kind(per_year=2000.0, makeup_share=0.2), Kind(key="rtc", per_year=300.0)], days=120
    )
    more = change(world, "demand", per_year=world.demand.per_year * np.array([factor, 1.0]))
    old, new = draw_incidents(world, 4, 1), draw_incidents(more, 4, 1)
    kept = np.isin(new.key, old.key)
    assert columns(new, kept) == columns(old)
    assert np.all(new.type[~kept] == 0)
    assert len(new) > len(old)


def test_adding_a_type_moves_nothing_of_the_others() -> None:
    kinds = [Kind(key="fire"), Kind(key="rtc", per_year=800.0)]
    before = draw_incidents(tiny_world(kinds=kinds), 1, 0)
    after = draw_incidents(tiny_world(kinds=[kinds[1], Kind(key="flood"), kinds[0]]), 1, 0)
    kept = np.isin(after.key, before.key)
    old, new = columns(before), columns(after, kept)
    for position in ("type", "variant"):  # indices into the tables of the scenario
        old.pop(position)
        new.pop(position)
    assert new == old
    assert set(after.type[~kept]) == {1}


def test_adding_a_station_moves_no_incident() -> None:
    before = draw_incidents(tiny_world(stations=[Station(node=2)]), 1, 0)
    after = draw_incidents(tiny_world(stations=[Station(node=0, crewing="on_call"), Station(node=2)]), 1, 0)
    assert columns(after) == columns(before)


def test_a_longer_horizon_continues_the_shorter() -> None:
    short = draw_incidents(tiny_world(days=28), 1, 0)
    long = draw_incidents(tiny_world(days=90), 1, 0)
    assert columns(long, slice(0, len(short))) == columns(short)
    assert long.time_min[len(short)] >= 28 * 1440.0


def test_thinning_keeps_a_share_and_leaves_it_as_it_was() -> None:
    world = tiny_world(kinds=[Kind(per_year=20_000.0)], days=365)
    everything = draw_incidents(world, 1, 0)
    some = draw_incidents(change(world, "demand", attended_share=np.array([0.25])), 1, 0)
    kept = np.isin(everything.key, some.key)
    assert columns(everything, kept) == columns(some)
    assert abs(kept.mean() - 0.25) < 4.0 * np.sqrt(0.25 * 0.75 / len(everything))
    # whether a call is attended has nothing to do with what it is
    assert abs(some.plt.mean() - 0.3) < 4.0 * np.sqrt(0.3 * 0.7 / len(some))
    assert stats.chisquare(np.bincount(some.cell, minlength=5)).pvalue > 1e-3


def test_seeds_and_replications_differ() -> None:
    world = tiny_world()
    times = [draw_incidents(world, *pair).time_min.tobytes() for pair in ((1, 0), (1, 1), (2, 0))]
    assert len(set(times)) == 3


def test_names_round_trip() -> None:
    world = tiny_world(kinds=[Kind(key="gain-entry"), Kind(key="fire")])
    incidents = draw_incidents(world, 1, 0)
    for row in (0, len(incidents) // 2, len(incidents) - 1):
        text = incident_text(world.demand.key[incidents.type[row]], int(incidents.key[row]))
        assert key_of(text) == incidents.key[row]
        kind, day, _ = text.rsplit("-", 2)
        assert kind == world.demand.key[incidents.type[row]]
        assert int(day) == int(incidents.time_min[row] // 1440)


@pytest.mark.parametrize(
    "text", ["", "fire", "fire-1", "fire-x-1", "-1-2", "fire-1-99999", "fire-9999999-1", "fire-²-1"]
)
def test_a_bad_name_is_told(text: str) -> None:
    with pytest.raises(ValueError, match="not an incident name"):
        key_of(text)


def test_types_whose_hashes_collide_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sim.draws.incidents, "type_hash", lambda _: 7)
    with pytest.raises(ValueError, match="'fire' and 'rtc' share a hash"):
        draw_incidents(tiny_world(kinds=[Kind(), Kind(key="rtc")]), 1, 0)


def test_more_calls_in_a_day_than_serials_is_told() -> None:
    with pytest.raises(ValueError, match=r"'fire': \d+ calls in one day"):
        draw_incidents(tiny_world(kinds=[Kind(per_year=365.0 * 80_000.0)], days=2), 1, 0)
