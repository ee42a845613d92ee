"""Scripted incidents and surges: they come when and where they are said to, and nothing else moves."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest

from geo.grid import to_grid
from scenarios.building.world import build_world
from scenarios.loading.faults import ScenarioFault
from scenarios.loading.load import check_scenario, load_scenario
from scenarios.schema.scenario import Scenario, ScriptedIncident, Surge
from sim.draws.incidents import Incidents, incident_text, key_of
from sim.draws.replication import draw
from sim.engine.run import simulate
from sim.world.fire import World


def scripted(**changes: object) -> ScriptedIncident:
    return ScriptedIncident(
        **{  # type: ignore[arg-type]
            "type": "other_building_fire",
            "at": datetime(2020, 7, 3, 14, 30),
            "lat": 51.514,
            "lon": 0.500,
            "plt": True,
            "pumps": 12,
            "capabilities": ("foam",),
            "scene_median_min": 300.0,
            **changes,
        }
    )


@lru_cache(maxsize=4)
def baseline(days: int = 7) -> Scenario:
    base = load_scenario("baseline")
    calendar = base.calendar.model_copy(update={"start": date(2020, 7, 1), "days": days})
    return base.model_copy(update={"calendar": calendar})


def with_script(*incidents: ScriptedIncident, base: Scenario | None = None) -> World:
    named = {f"event-{i}": each for i, each in enumerate(incidents)}
    return build_world((base or baseline()).model_copy(update={"scripted_incidents": named}))


def rows(incidents: Incidents, chosen: np.ndarray) -> dict[str, bytes]:
    return {f.name: getattr(incidents, f.name)[chosen].tobytes() for f in fields(incidents)}


def test_a_scripted_incident_comes_at_its_local_time_and_place() -> None:
    world = with_script(scripted())
    incidents = draw(world, 1, 0).incidents
    (row,) = np.flatnonzero(incidents.key == key_of("other_building_fire-0002-65535"))
    assert incidents.time_min[row] == 2 * 1440 + 14.5 * 60
    east, north = to_grid([51.514], [0.500])
    cell = incidents.cell[row]
    assert abs(world.cells.easting_m[cell] - east[0]) <= 500.0
    assert abs(world.cells.northing_m[cell] - north[0]) <= 500.0
    assert incidents.plt[row]
    assert world.demand.variant_pumps[incidents.variant[row]] == 12


def test_nothing_drawn_moves() -> None:
    world = with_script(scripted(), scripted(type="flooding", pumps=1, capabilities=()))
    plain = draw(build_world(baseline()), 5, 1).incidents
    mixed = draw(world, 5, 1).incidents
    kept = np.isin(mixed.key, plain.key)
    assert len(mixed) == len(plain) + 2
    assert rows(mixed, kept) == rows(plain, np.ones(len(plain), dtype=bool))


def test_pumps_go_and_stay_as_long_as_said() -> None:
    log = simulate(with_script(scripted()), seed=1, replication=0)
    row = int(np.flatnonzero(log.incidents["time_min"] == 2 * 1440 + 14.5 * 60)[0])
    sent = log.responses["incident"] == row
    pumps = sent & (log.responses["capability"] == -1)
    assert np.count_nonzero(pumps) >= 12
    scene = log.responses["released_min"][pumps] - log.responses["arrived_min"][pumps]
    assert 120.0 < np.nanmedian(scene) < 700.0


def test_makeup_is_as_said() -> None:
    log = simulate(
        with_script(scripted(pumps=4, makeup_pumps=8, makeup_after_min=10.0)), seed=1, replication=0
    )
    row = int(np.flatnonzero(log.incidents["time_min"] == 2 * 1440 + 14.5 * 60)[0])
    sent = (log.responses["incident"] == row) & (log.responses["capability"] == -1)
    assert np.count_nonzero(sent) >= 12


def test_summer_time_counts() -> None:
    base = load_scenario("baseline")
    calendar = base.calendar.model_copy(update={"start": date(2020, 10, 24), "days": 3})
    world = with_script(
        scripted(at=datetime(2020, 10, 26, 12, 0)), base=base.model_copy(update={"calendar": calendar})
    )
    assert world.demand.scripted is not None
    assert world.demand.scripted.time_min.tolist() == [(2 * 24 + 12 + 1) * 60.0]


def test_two_of_one_day_have_names_of_their_own() -> None:
    world = with_script(scripted(), scripted(at=datetime(2020, 7, 3, 20, 0)))
    incidents = draw(world, 1, 0).incidents
    names = {
        incident_text(world.demand.key[incidents.type[r]], int(incidents.key[r]))
        for r in np.flatnonzero(incidents.scene_median_min == 300.0)
    }
    assert names == {"other_building_fire-0002-65535", "other_building_fire-0002-65534"}


def test_one_beyond_a_shortened_run_does_not_happen() -> None:
    world = with_script(scripted(), base=baseline(2))
    assert world.demand.scripted is None


def test_a_surge_multiplies_its_days_only() -> None:
    surge = Surge(
        first=date(2020, 7, 3), last=date(2020, 7, 4), factors={"secondary_fire": 10.0, "fire": 2.0}
    )
    base = baseline()
    world = build_world(base.model_copy(update={"surges": {"dry": surge}}))
    factor = world.demand.day_factor
    assert factor is not None
    fires = world.demand.key.index("secondary_fire")
    assert factor[fires].tolist() == [1, 1, 20, 20, 1, 1, 1]
    assert factor[world.demand.key.index("dwelling_fire")].tolist() == [1, 1, 2, 2, 1, 1, 1]
    assert (factor[world.demand.key.index("flooding")] == 1).all()
    plain, more = draw(build_world(base), 2, 0).incidents, draw(world, 2, 0).incidents
    assert np.isin(plain.key, more.key).all()
    day = (more.time_min[~np.isin(more.key, plain.key)] // 1440).astype(int)
    assert set(day.tolist()) <= {2, 3}
    assert day.size > 50


def test_a_surge_of_all_leaves_the_border_out() -> None:
    surge = Surge(first=date(2020, 7, 1), last=date(2020, 7, 1), factors={"all": 3.0})
    factor = build_world(baseline().model_copy(update={"surges": {"all": surge}})).demand.day_factor
    assert factor is not None
    assert sorted(set(factor[:, 0].tolist())) == [1.0, 3.0]


TEXT = """extends = "baseline"
[scripted_incidents.refinery]
type = "other_building_fire"
at = 2020-07-03T14:30:00
lat = 51.514
lon = 0.500
pumps = 12
"""


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("other_building_fire", "building_fire", "unknown incident type"),
        ("2020-07-03", "2022-07-03", "not within the simulated days"),
        ("2020-07-03T14:30:00", "2020-07-03T14:30:00Z", "local date and time"),
        ("2020-07-03T14:30:00", "14", "local date and time"),
        ("pumps = 12", "pumps = 0", "nothing is sent"),
        ("pumps = 12", 'pumps = 12\ncapabilities = ["fome"]', "unknown capability fome"),
        (
            "pumps = 12",
            "pumps = 12\n[surges.a]\nfirst = 2020-07-02\nlast = 2020-07-01\nfactors = {}",
            "before the first",
        ),
        (
            "pumps = 12",
            "pumps = 12\n[surges.a]\nfirst = 2020-07-01\nlast = 2020-07-01\nfactors = {floding = 2.0}",
            "unknown incident type or group floding",
        ),
    ],
)
def test_faults_are_told(old: str, new: str, told: str, tmp_path: Path) -> None:
    file = tmp_path / "script.toml"
    file.write_text(TEXT, encoding="utf-8")
    assert check_scenario(file) == []
    file.write_text(TEXT.replace(old, new), encoding="utf-8")
    faults: list[ScenarioFault] = check_scenario(file)
    assert [told in fault.problem for fault in faults] == [True]
