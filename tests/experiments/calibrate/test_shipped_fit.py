"""The shipped fit: the baseline is the uncalibrated service with the fitted values, and says so."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from calibration.parameters import FOLDER, apply, read_parameters
from calibration.posterior_file import PosteriorFile, read_posterior
from experiments.calibrate.fitted import fitted_values, with_fitted
from experiments.calibrate.settings import FITTED, SCENARIOS, Settings, load_subject
from experiments.calibrate.simulator import Kept, build_with_kept
from scenarios.building.world import build_world
from scenarios.loading.datasets import tables_folder
from scenarios.loading.load import load_scenario
from scenarios.uncertainty.assumptions import list_assumptions

SERVICES = ("fire", "police")
ABOUT = {"name", "title", "question", "source"}


def sample_of(service: str) -> PosteriorFile:
    return read_posterior(tables_folder("essex") / f"posterior_{service}.csv")


@pytest.mark.parametrize("service", SERVICES)
def test_the_baseline_is_the_uncalibrated_service_with_the_fitted_values(service: str) -> None:
    sample = sample_of(service)
    parameters = read_parameters(FOLDER / f"{service}.csv")
    assert sample.keys == tuple(each.key for each in parameters)
    made = apply(load_scenario(SCENARIOS[service]), parameters, sample.fitted)
    baseline = load_scenario(FITTED[service]).model_dump(exclude=ABOUT)
    for part, mine in made.model_dump(exclude=ABOUT).items():
        assert _plain(mine) == pytest.approx(_plain(baseline[part])), part


def _plain(thing: object, at: str = "") -> dict[str, object]:
    """Flatten records to their numbers and texts by path."""
    if isinstance(thing, dict):
        return {
            key: value for name, each in thing.items() for key, value in _plain(each, f"{at}.{name}").items()
        }
    return {at: thing if isinstance(thing, (int, float)) else str(thing)}


@pytest.mark.parametrize("service", SERVICES)
def test_every_draw_of_the_sample_is_inside_the_bounds(service: str) -> None:
    sample = sample_of(service)
    for i, each in enumerate(read_parameters(FOLDER / f"{service}.csv")):
        column = np.append(sample.values[:, i], sample.fitted[i])
        assert (column >= each.low * (1 - 1e-6)).all() or each.low < 0.0, each.key
        assert (column <= each.high * (1 + 1e-6)).all(), each.key
        assert (column >= each.low - 1e-6).all(), each.key


@pytest.mark.parametrize("service", SERVICES)
def test_every_parameter_has_its_meaning_and_source_and_can_be_applied_at_both_bounds(service: str) -> None:
    subject = load_subject(Settings(service=service))
    for ends in ("low", "high"):
        values = [getattr(each, ends) for each in subject.parameters]
        assert apply(subject.scenario, subject.parameters, values).name == SCENARIOS[service]
    for each in subject.parameters:
        assert len(each.meaning) > 20, each.key
        assert len(each.source) > 20 or each.confidence == "assumption", each.key
        assert each.higher != each.lower


def test_fitted_values_are_listed_with_their_interval_and_replace_what_was_assumed() -> None:
    baseline = load_scenario("baseline")
    fitted = fitted_values(baseline)
    assert {each.confidence for each in fitted} == {"fitted"}
    assert all("nine times in ten" in each.meaning for each in fitted)
    listed = with_fitted(baseline, list_assumptions(baseline))
    paths = [each.path for each in listed]
    assert "control.call_handling_median_s" not in paths
    assert "travel.class_factor" not in paths
    assert "travel.traffic_sigma" in paths


def test_a_joint_scenario_carries_the_fitted_values_of_both_services() -> None:
    both = [fitted_values(load_scenario(FITTED[service])) for service in SERVICES]
    assert [each.path for each in fitted_values(load_scenario("joint"))] == [
        each.path for one in both for each in one
    ]
    assert all(len(one) > 10 for one in both)


def test_a_value_that_a_scenario_changes_on_purpose_is_not_a_fitted_one() -> None:
    keys = [each.source for each in fitted_values(load_scenario("on-call-plus-5"))]
    assert not any("as on_call_availability;" in each for each in keys)
    assert any("as wholetime_availability;" in each for each in keys)


def test_the_scenario_of_2018_changes_what_is_known_to_have_differed(tmp_path: Path) -> None:
    before = load_scenario("essex-2018")
    calls = dict.fromkeys(("fire", "false_alarm", "special_service"), 0.0)
    plt = 0.0
    for each in before.incident_types.values():
        if each.group in calls:
            calls[each.group] += each.per_year * each.attended_share
            plt += each.per_year * each.attended_share * each.plt_share
    assert calls == pytest.approx({"fire": 4783, "false_alarm": 6334, "special_service": 4497}, abs=8.0)
    baseline = load_scenario("baseline")
    same = ("stations", "appliances", "travel", "control", "mechanical", "neighbour", "cover", "standards")
    assert all(getattr(before, part) == getattr(baseline, part) for part in same)
    assert before.on_call.availability == 0.76


def test_a_world_on_what_a_process_keeps_is_the_world(tmp_path: Path) -> None:
    subject = load_subject(Settings(days=2))
    values = [each.prior_centre for each in subject.parameters]
    moved = apply(subject.scenario, subject.parameters, [1.1, 0.95, *values[2:]])
    kept = Kept()
    build_with_kept(subject.scenario, kept)
    mine, plain = build_with_kept(moved, kept), build_world(moved, cache_dir=tmp_path)
    np.testing.assert_array_equal(mine.travel.site_min, plain.travel.site_min)
    np.testing.assert_array_equal(mine.travel.to_cell_min, plain.travel.to_cell_min)
    np.testing.assert_array_equal(mine.demand.cell_share, plain.demand.cell_share)
    assert mine.digest == plain.digest
