"""Every scenario of the library loads, is built and runs; each says its question, its source and what to expect."""

from __future__ import annotations

import importlib.util
from functools import lru_cache
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from scenarios.building.world import build_world
from scenarios.loading.load import load_scenario
from sim.engine.run import simulate
from sim.log.tables import Log

ROOT = Path(__file__).resolve().parents[3]
DAYS = 7


@lru_cache(maxsize=1)
def table_maker() -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "make_library_table", ROOT / "docs" / "make_library_table.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    import sys

    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


LIBRARY = table_maker().library()
NOT_SHOWN = {("dynamic-cover", "fire.all.within_15")}
"""Expectations that the model does not bear out (nor contradict): told in docs/what_if_library.md."""
AGAINST = {("police-early-to-late", "police.met.priority")}
"""Expectations that the model contradicts: told, with the reason, in docs/what_if_police.md."""


def week_of(name: str) -> Log:
    scenario = load_scenario(name)
    days = min(DAYS, scenario.calendar.days)
    calendar = scenario.calendar.model_copy(update={"days": days})
    return simulate(build_world(scenario.model_copy(update={"calendar": calendar})), seed=1, replication=0)


@pytest.mark.parametrize("name", LIBRARY)
def test_it_runs_and_says_what_it_asks(name: str) -> None:
    scenario = load_scenario(name)
    assert scenario.name == name
    assert scenario.question.endswith("?")
    assert scenario.source
    log = week_of(name)
    assert len(log.incidents["time_min"]) > 50
    assert np.isfinite(log.incidents["time_min"]).all()


def test_every_scenario_has_an_expectation_of_a_known_measure() -> None:
    rows = table_maker().expectations()
    assert {row.scenario for row in rows} == set(LIBRARY)
    for row in rows:
        known = table_maker().higher_is_better(table_maker().base_of(row.scenario))
        assert row.measure in known, row
        assert row.expected in {"better", "worse", "more", "less", "none"}, row
        assert row.why, row
        if row.expected in {"better", "worse"}:
            assert known[row.measure] is not None, row


@pytest.mark.parametrize("base", ["baseline", "police-baseline"])
def test_the_tables_of_the_docs_are_of_todays_model(base: str) -> None:
    maker = table_maker()
    assert maker.stamp(base) in maker.PARTS[base].page.read_text(encoding="utf-8"), "stale: make library"


def test_the_fleet_that_loses_a_fifth_has_lost_the_tenth() -> None:
    gone = [
        {key for key, each in load_scenario(f"fleet-minus-{n}").appliances.items() if each.removed}
        for n in (10, 20)
    ]
    assert gone[0] < gone[1]
    assert [len(each) for each in gone] == [7, 13]


def test_the_spate_day_has_its_112_incidents_of_which_75_are_fires() -> None:
    from sim.draws.replication import draw

    world = build_world(load_scenario("spate-day"))
    fires = np.array([group == "fire" for group in world.demand.group])
    border = world.demand.over_border
    counts = []
    for replication in range(40):
        incidents = draw(world, 1, replication).incidents
        of_day = (incidents.time_min // 1440).astype(int) == 1
        kinds = incidents.type[of_day]
        counts.append((np.count_nonzero(~border[kinds]), np.count_nonzero(fires[kinds])))
    mean, error = np.mean(counts, axis=0), np.std(counts, axis=0) / np.sqrt(40)
    assert (abs(mean - np.array([112.0, 75.0])) < 3.0 * error + 2.0).all()


def test_twelve_pumps_go_to_the_refinery() -> None:
    log = week_of("refinery-fire")
    row = int(np.flatnonzero(log.incidents["time_min"] == 600.0)[0])
    sent = (log.responses["incident"] == row) & (log.responses["capability"] == -1)
    assert np.count_nonzero(np.isfinite(log.responses["arrived_min"][sent])) == 12


@pytest.mark.long
@pytest.mark.parametrize("name", LIBRARY)
def test_the_direction_is_what_an_officer_would_expect(
    name: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    maker = table_maker()
    runs = tmp_path_factory.getbasetemp() / "library-runs"
    found = maker.compare_with_base(name, replications=6, workers=2, runs=runs).options[0]
    higher = maker.higher_is_better(maker.base_of(name))
    told = {
        row.measure: maker.outcome(
            row.expected, found.measure(row.measure), higher_is_better=higher[row.measure]
        )
        for row in maker.expectations()
        if row.scenario == name
    }
    borne_out = {"yes", "leaning"}
    for measure, answer in told.items():
        case = (name, measure)
        allowed = borne_out | {"no"} if case in NOT_SHOWN else {"against"} if case in AGAINST else borne_out
        assert answer in allowed, told
