"""What is identified, by what, and which ridges remain: worlds where the answer is known."""

from __future__ import annotations

import numpy as np
import pytest

from calibration.fit import Calibration
from calibration.identify import Identification, identify
from calibration.parameters import Parameter
from calibration.reported import Reported
from calibration.simulated_runs import Runs


@pytest.fixture(scope="module")
def found() -> Identification:
    """Speed and handling only in their sum, crews by themselves, paint by nothing."""
    words = {"speed": ("slower roads", "faster roads"), "handling": ("longer handling", "shorter handling")}
    parameters = tuple(
        Parameter(
            key, (key,), -5.0, 5.0, "linear", 0.0, 1.0, higher=words.get(key, ("", ""))[0],
            lower=words.get(key, ("", ""))[1], meaning=key,
        )
        for key in ("speed", "handling", "crews", "paint")
    )  # fmt: skip
    figures = tuple(
        Reported(name, value, "", 0.0, "2020", sampling_sd=0.1, use="fit")
        for name, value in (("time", 0.5), ("available", 1.2))
    )
    fit = Calibration(parameters, figures)
    points = fit.next_points(80)
    values = points @ np.array([[1.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0]]).T
    fit.learn(Runs(points, values[:, None, :], ("time", "available"), ((1, 0),)))
    return identify(fit, fit.posterior(2000, seed=1))


def test_verdicts(found: Identification) -> None:
    assert found.verdict("crews") == "identified"
    assert found.verdict("speed") == found.verdict("handling") == "partly identified"
    assert found.verdict("paint") == "stays at its prior"


def test_spreads_are_those_of_theory(found: Identification) -> None:
    remaining = {each.parameter.key: each.remaining for each in found.parameters}
    error = 2.0 * 0.1**2  # the reported year's chance and that of the one replication
    assert remaining["speed"] == pytest.approx(np.sqrt(1.0 - 1.0 / (2.0 + error)), rel=0.05)
    assert remaining["crews"] == pytest.approx(np.sqrt(error / (1.0 + error)), rel=0.06)
    assert remaining["paint"] == pytest.approx(1.0, rel=0.05)
    crews = found.parameters[2]
    assert crews.low < 1.2 < crews.high
    assert crews.shift == pytest.approx(1.2 / (1.0 + error), abs=0.02)


def test_figures_inform_what_they_depend_on(found: Identification) -> None:
    informed = {each.parameter.key: [by.target for by in each.informed_by] for each in found.parameters}
    assert informed == {"speed": ["time"], "handling": ["time"], "crews": ["available"], "paint": []}
    [by] = found.parameters[2].informed_by
    assert by.alone == pytest.approx(found.parameters[2].contraction, abs=0.02)


def test_the_ridge_is_named_in_words(found: Identification) -> None:
    [ridge] = found.ridges
    assert set(ridge.keys) == {"speed", "handling"}
    assert ridge.posterior_sd < 0.15
    assert ridge.words in (
        "slower roads can be made up for by shorter handling: the figures know the combination, not its parts",
        "longer handling can be made up for by faster roads: the figures know the combination, not its parts",
    )
    assert found.correlation[0, 1] < -0.9
