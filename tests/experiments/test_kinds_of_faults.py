"""Kinds of faults that were found by trying: intervals outside the possible, words stronger than their interval."""

from __future__ import annotations

from pathlib import Path

import pytest

from experiments.calibrate.settings import Settings, load_subject
from experiments.errors import UserError
from experiments.execution.model import units_of_names
from experiments.sensitivity.text import _stands
from experiments.sweep.design import read_design
from experiments.sweep.text import _outcome_table
from experiments.validate.settings import Settings as ValidateSettings
from experiments.validate.study import validate
from scenarios.loading.datasets import DATA
from scenarios.loading.faults import ScenarioError
from scenarios.loading.load import check_scenario


@pytest.mark.parametrize(
    ("name", "values", "most"),
    [
        ("fire.all.within_15", [0.99, 0.99, 0.80], "100"),
        ("fire.gauge.days_met", [0.0, 0.0, 0.3], ""),
        ("police.met.emergency", [0.99, 0.99, 0.80], "100"),
        ("fire.plt.mean_s", [1.0, 1.0, 60.0], ""),
    ],
)
def test_no_interval_of_a_sweep_is_outside_the_possible(name: str, values: list[float], most: str) -> None:
    rows = [{"closed": "none", "sample": 0, name: value} for value in values]
    table = _outcome_table(rows, ["closed"], name, units_of_names([name])[name], 1)
    (interval,) = list(table.columns[-1].cells)
    low, _, high = interval.partition(" to ")
    assert not low.startswith("-")
    if most:
        assert high.startswith(most)


@pytest.mark.parametrize(
    ("low", "word"), [(0.51, "holds"), (0.49, "is not shown"), (0.89, "holds"), (0.9, "survives")]
)
def test_no_word_is_stronger_than_its_interval(low: float, word: str) -> None:
    assert _stands(low).startswith(word)


def other_service(folder: Path) -> Path:
    file = folder / "other.toml"
    tables = folder / "kent"
    tables.symlink_to(DATA / "essex", target_is_directory=True)
    file.write_text(f'extends = "baseline"\n[geography]\ntables = "{tables.as_posix()}"\n', encoding="utf-8")
    return file


def test_another_service_is_not_fitted_to_the_embedded_ones_figures(tmp_path: Path) -> None:
    file = other_service(tmp_path)
    with pytest.raises(UserError, match="do not say what the service reported"):
        load_subject(Settings(scenario=str(file)))
    with pytest.raises(UserError, match="do not say what the service reported"):
        validate(ValidateSettings(scenario=str(file), out=tmp_path / "out"))
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "path", ["on_call.availabilty", "nowhere", "on_call", "cover.policy", "on_call.availability.x"]
)
def test_a_relative_path_that_leads_nowhere_is_told(tmp_path: Path, path: str) -> None:
    file = tmp_path / "own.toml"
    file.write_text(
        f'extends = "baseline"\nrelative = ["on_call.availability", "{path}"]\n', encoding="utf-8"
    )
    (fault,) = check_scenario(str(file))
    assert path in fault.value


def test_a_sweep_in_which_nothing_varies_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "sweep.toml"
    file.write_text('base = "baseline"\nreplications = 1\n', encoding="utf-8")
    with pytest.raises(ScenarioError, match="nothing varies"):
        read_design(file, outcomes={"fire.all.within_15": "share"})
