"""Unit: a sweep file becomes points, or faults that say what to do."""

from __future__ import annotations

import zlib
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from experiments.presentation.report import HEADLINE
from experiments.sweep.design import Design, read_design
from experiments.sweep.factors import Factor
from experiments.sweep.points import Point, make_points
from experiments.sweep.sampling import latin_hypercube, sample, sobol
from scenarios.loading.faults import ScenarioError
from scenarios.loading.load import load_scenario
from scenarios.schema.scenario import Scenario
from tests.experiments.sweep.sweeping import SMALL, design_file


def read(folder: Path, text: str) -> Design:
    return read_design(design_file(folder, text), outcomes=tuple(HEADLINE))


def points_of(folder: Path, text: str) -> tuple[Design, list[Point]]:
    design = read(folder, text)
    return design, make_points(design, "model")


def faults_of(folder: Path, text: str) -> dict[str, tuple[str, str]]:
    with pytest.raises(ScenarioError) as caught:
        points_of(folder, text)
    return {fault.where: (fault.problem, fault.remedy) for fault in caught.value.faults}


def scenario_of(point: Point) -> Scenario:
    return Scenario.model_validate_json(zlib.decompress(point.scenario_packed))


def factor(name: str = "x", **more: Any) -> Factor:
    return Factor(name, "uncertainty", **{"kind": "number", "paths": ((name,),), **more})


def test_every_lever_combination_meets_the_same_samples(tmp_path: Path) -> None:
    design, points = points_of(tmp_path, SMALL)
    assert [f.name for f in design.factors] == ["cover.policy", "demand_factor", "on_call.availability"]
    by_lever: dict[str, list[tuple[Any, ...]]] = {}
    for point in points:
        by_lever.setdefault(point.values[0], []).append((point.sample, *point.values[1:]))
    assert by_lever["none"] == by_lever["core_stations"]
    assert len(by_lever["none"]) == 3
    assert [point.sample for point in points] == [0, 0, 1, 1, 2, 2]  # stopped early, levers stand compared


def test_a_points_scenario_is_the_base_with_its_values_and_nothing_else(tmp_path: Path) -> None:
    _, points = points_of(tmp_path, SMALL)
    base = load_scenario("baseline").model_dump()
    got = scenario_of(points[3]).model_dump()
    policy, demand, availability = points[3].values
    base["calendar"]["days"] = 3
    base["cover"]["policy"] = policy
    base["demand_factor"] = demand
    base["on_call"]["availability"] = availability
    assert got == base


def test_points_are_told_apart_by_all_that_decides_their_figures(tmp_path: Path) -> None:
    _, points = points_of(tmp_path, SMALL)
    ids = [point.id for point in points]
    assert len(set(ids)) == 6
    assert [point.id for point in points_of(tmp_path, SMALL)[1]] == ids
    for changed in (
        SMALL.replace("replications = 2", "replications = 3"),
        SMALL.replace("days = 3", "days = 4"),
        "seed = 2\n" + SMALL,
        SMALL.replace('"fire.plt.mean_s"', '"fire.primary.mean_s"'),
    ):
        assert not {point.id for point in points_of(tmp_path, changed)[1]} & set(ids)
    design = read(tmp_path, SMALL)
    assert not {point.id for point in make_points(design, "another model")} & set(ids)
    renamed = points_of(tmp_path, SMALL.replace('name = "small"', 'name = "other"'))[1]
    assert [point.id for point in renamed] == ids


def test_options_are_scenarios_changes_or_fields_and_combine(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text('extends = "call-challenge"\n[cover]\npolicy = "none"\n')
    text = """
        days = 3
        outcomes = ["fire.plt.mean_s"]
        [levers.choice]
        options = { as_now = {}, file = "mine.toml", closed = ["close Tollesbury"] }
        [levers.spares]
        options = { few = {}, kitted = "kitted-spares", field = { "mechanical.shortest_h" = 1.0 } }
    """
    design, points = points_of(tmp_path, text)
    by = {point.values: scenario_of(point) for point in points}
    assert len(by) == 9
    baseline = load_scenario("baseline")
    alarms = "false_alarm_apparatus"
    assert by["file", "kitted"].incident_types[alarms].attended_share == 0.60
    assert by["file", "kitted"].cover.policy == "none"
    assert by["file", "kitted"].mechanical == load_scenario("kitted-spares").mechanical
    assert by["closed", "field"].mechanical.shortest_h == 1.0
    assert len(by["closed", "few"].stations) == len(baseline.stations) - 1
    assert not any(a.station == "E45" for a in by["closed", "few"].appliances.values())
    assert by["as_now", "few"] == design.base


def test_all_faults_of_a_file_come_together_with_the_nearest_known(tmp_path: Path) -> None:
    faults = faults_of(
        tmp_path,
        """
        bass = "baseline"
        replications = 0
        outcomes = ["fire.all.within15"]
        [levers]
        cover.polcy = ["none"]
        "cover.policy" = ["none", "cor_stations"]
        dispatch = "quickest"
        "appliances.E99P1.crewing" = ["on_call"]
        travel = [1]
        x = { options = { a = "no-such", b = ["close Nowhere"], c = { "cover.policee" = "none" } } }
        [uncertainties]
        demand_factor = { low = 1.1, high = 0.9 }
        "on_call.availability" = { low = 0.5, high = 1.5 }
        "mechanical.longest_h" = { lo = 1.0, high = 3.0 }
        "gauge.target" = { low = 60.5, high = 70 }
        "neighbour.help" = { low = 0, high = 1 }
        """,
    )
    expected = {
        "bass": "base",
        "replications": "docs/sweep.md",
        "lever cover.polcy": "policy",
        "lever cover.policy": "core_stations",
        "lever dispatch": "list",
        "lever appliances.E99P1.crewing": "E",
        "lever travel": "speed_factor",
        "lever x, option a": "library",
        "lever x, option b": "nearest known",
        "lever x, option c": "policy",
        "uncertainty demand_factor": "",
        "uncertainty on_call.availability": "0 to 1",
        "uncertainty mechanical.longest_h": "low",
        "uncertainty gauge.target": "whole",
        "uncertainty neighbour.help": "list",
    }
    assert set(faults) == set(expected)
    for where, hint in expected.items():
        assert hint in faults[where][1], where


@pytest.mark.parametrize(
    ("changes", "where", "problem"),
    [
        ("n = 3", "sampling.n", "missing"),
        ('method = "latin_hypercube"', "sampling.n", "says nothing"),
        ('method = "latin_hypercube"\nn = 3', "uncertainty demand_factor", "steps"),
        ('"fire.all.within_15", ', "outcomes", "no measure"),
    ],
)
def test_a_method_and_its_settings_must_fit(tmp_path: Path, changes: str, where: str, problem: str) -> None:
    swap = {"n = 3": "", '"fire.all.within_15", ': '"fire.all.within_15", "fire.all", '}
    text = SMALL.replace(changes, swap.get(changes, "")) if changes != 'method = "latin_hypercube"' else None
    text = text if text is not None else SMALL.replace(changes, 'method = "grid"')
    assert problem in faults_of(tmp_path, text)[where][0]


def test_a_sobol_sample_has_a_power_of_two(tmp_path: Path) -> None:
    text = SMALL.replace("latin_hypercube", "sobol").replace("n = 3", "n = 20")
    assert faults_of(tmp_path, text)["sampling.n"][1] == "give 16 or 32"


def test_two_factors_must_not_set_one_field(tmp_path: Path) -> None:
    text = SMALL.replace(
        "[uncertainties]", 'calls = { options = { all = {}, some = "no-cover-moves" } }\n[uncertainties]'
    )
    assert "cover.policy sets too" in faults_of(tmp_path, text)["lever calls"][0]


def test_a_combination_that_is_no_scenario_is_a_fault_of_the_design(tmp_path: Path) -> None:
    text = """
        [levers]
        closed = { options = { none = {}, one = ["close South Woodham Ferrers"] } }
        crew = { values = ["on_call", "day_crewed"], path = "appliances.E32P1.crewing" }
    """
    ((where, (problem, _)),) = faults_of(tmp_path, text).items()
    assert where == 'point 2 (closed = "one", crew = "on_call")'
    assert "unknown appliance E32P1" in problem


def test_values_that_fit_only_each_other_are_let_through(tmp_path: Path) -> None:
    text = """
        [uncertainties]
        mechanical.shortest_h = [5.5, 6.0]
        mechanical.longest_h = [7.0, 8.0]
        [sampling]
        method = "list"
    """
    _, points = points_of(tmp_path, text)
    assert [point.values for point in points] == [(5.5, 7.0), (6.0, 8.0)]


def test_latin_hypercube_takes_each_stratum_once_and_keys_each_factor() -> None:
    factors = [factor("a", bounds=(0.0, 1.0)), factor("b", bounds=(5.0, 6.0))]
    shares = latin_hypercube(factors, 50, 3)
    for column in shares.T:
        assert sorted((column * 50).astype(int)) == list(range(50))
    more = latin_hypercube([factor("new", bounds=(0.0, 1.0)), *factors], 50, 3)
    assert np.array_equal(more[:, 1:], shares)
    assert not np.array_equal(latin_hypercube(factors, 50, 4), shares)
    assert abs(np.corrcoef(shares.T)[0, 1]) < 0.4


def test_sobol_is_balanced_and_seeded() -> None:
    factors = [factor(name, bounds=(0.0, 1.0)) for name in "abc"]
    shares = sobol(factors, 32, 3)
    for column in shares.T:
        assert sorted((column * 32).astype(int)) == list(range(32))
    assert np.array_equal(sobol(factors, 32, 3), shares)
    assert not np.array_equal(sobol(factors, 32, 4), shares)


def test_values_and_whole_numbers_are_equally_likely() -> None:
    listed = factor(kind="text", values=("p", "q", "r"))
    whole = factor(kind="whole", bounds=(3.0, 5.0))
    got = sample([listed, whole], "latin_hypercube", n=300, seed=1)
    assert Counter(row[0] for row in got) == {"p": 100, "q": 100, "r": 100}
    assert Counter(row[1] for row in got) == {3: 100, 4: 100, 5: 100}
    assert all(type(row[1]) is int for row in got)


def test_ranges_keep_within_their_ends() -> None:
    log = factor(bounds=(0.1, 10.0), scale="log", steps=3)
    assert log.levels == (0.1, 1.0, 10.0)
    linear = factor(bounds=(1 / 3, 2 / 3), steps=2)
    assert linear.levels == (1 / 3, 2 / 3)
    assert [factor(kind="whole", bounds=(1.0, 9.0), steps=3).at(s, ends=True) for s in (0, 0.5, 1)] == [
        1,
        5,
        9,
    ]
