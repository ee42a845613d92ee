"""The files that a fit leaves."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from calibration.parameters import Parameter, apply
from calibration.posterior_file import fitted_overlay, read_posterior, write_posterior
from scenarios.loading.faults import ScenarioError
from scenarios.loading.load import load_scenario

KEYS = ("speed", "level")


def test_a_sample_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "sub" / "sample.csv"
    values = np.random.default_rng(1).random((5, 2))
    write_posterior(path, KEYS, [1.0 / 3.0, 0.79], values)
    found = read_posterior(path)
    assert found.keys == KEYS
    assert found.fitted == pytest.approx([1.0 / 3.0, 0.79], rel=1e-8)
    assert found.values == pytest.approx(values, rel=1e-8)
    assert [each.name for each in path.parent.iterdir()] == ["sample.csv"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("draw,a\nfitted,1\n0,x\n1,nan\n", "no finite number"),
        ("draw,a\nfitted,1\n0,1,2\n", "2 values under 1|3 values under 2"),
        ("draw,a,a\nfitted,1,1\n0,1,1\n", "each once"),
        ("a,b\n1,2\n", "first line"),
        ("draw,a\n0,1\n1,1\n", "a row fitted"),
        ("draw,a\nfitted,1\n", "at least one draw"),
    ],
)
def test_a_damaged_sample_is_refused(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "sample.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError, match=told):
        read_posterior(path)


def test_the_overlay_loads_to_the_fitted_scenario(tmp_path: Path) -> None:
    base = load_scenario("uncalibrated")
    parameters = (
        Parameter("speed", ("travel.speed_factor",), 0.8, 1.2, "log", 1.0, 0.1),
        Parameter(
            "country", ("incident_types.*.weights.countryside",), 0.5, 2.0, "log", 1.0, 0.3, acts="factor"
        ),
    )
    path = tmp_path / "fitted.toml"
    text = fitted_overlay("uncalibrated", base, parameters, [1.0 / 1.1, 1.234567890123], "one line\nanother")
    path.write_text(text, encoding="utf-8")
    assert text.startswith("# one line\n# another\n")
    loaded = load_scenario(path)
    fitted = apply(base, parameters, [1.0 / 1.1, 1.234567890123])
    assert loaded.travel == fitted.travel
    assert loaded.incident_types == fitted.incident_types
