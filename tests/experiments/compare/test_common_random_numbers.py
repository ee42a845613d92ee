"""Long: what common random numbers are worth, and that nothing is found where nothing differs (A/A).

All on the town of ``tests.experiments.compare.town``: a replication is 14 days. The figures that it printed last are in
docs/comparison.md.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from experiments.compare import CompareSettings, compare_scenarios
from experiments.statistics.intervals import t_interval
from experiments.statistics.paired import (
    Verdict,
    holm,
    judge,
    paired_difference,
    unpaired_difference,
)
from tests.experiments.compare.town import MEASURES, series, worlds

pytestmark = pytest.mark.long

SEEDS, REPLICATIONS = 200, 6
SMALLEST = {"fire.all.mean_s": 1.0, "fire.plt.mean_s": 1.0}
FALSE = (Verdict.BETTER, Verdict.WORSE)

COUNTY_MEASURES = (
    "fire.all.mean_s",
    "fire.all.within_15",
    "fire.plt.mean_s",
    "fire.second_pump.mean_s",
    "fire.availability.overall",
)

Series = dict[str, list[float]]


def tell(text: str) -> None:
    """Say a figure for docs/comparison.md: pytest -s shows it."""
    print(f"\n{text}")  # noqa: T201


@pytest.fixture(scope="module")
def many() -> dict[str, list[Series]]:
    """Return base and renamed town, each from 200 seeds; the base also from 200 others."""
    return {
        "base": [series(worlds()["base"], seed=seed, replications=REPLICATIONS) for seed in range(SEEDS)],
        "other seeds": [
            series(worlds()["base"], seed=10_000 + seed, replications=REPLICATIONS) for seed in range(SEEDS)
        ],
        "renamed": [
            series(worlds()["renamed"], seed=seed, replications=REPLICATIONS) for seed in range(SEEDS)
        ],
    }


def allowed(share: float, trials: int = SEEDS) -> float:
    return 3.0 * math.sqrt(share * (1.0 - share) / trials)


def covers(interval: Any) -> bool:
    return bool(interval.low <= 0.0 <= interval.high)


def share_covering(intervals: list[Any]) -> float:
    return float(np.mean([covers(interval) for interval in intervals]))


def test_the_same_scenario_and_seed_differ_nowhere() -> None:
    once, again = (series(worlds()["base"], seed=1, replications=3) for _ in range(2))
    assert once == again


@pytest.mark.parametrize("name", MEASURES)
def test_unpaired_intervals_of_two_seeds_cover_zero_in_95_of_100(
    many: dict[str, list[Series]], name: str
) -> None:
    pairs = zip(many["base"], many["other seeds"], strict=True)
    share = share_covering([unpaired_difference(a[name], b[name]) for a, b in pairs])
    tell(f"A/A, two seeds, {name}: unpaired interval covers zero in {share:.1%}")
    assert abs(share - 0.95) <= allowed(0.95)


@pytest.mark.parametrize("name", MEASURES)
def test_paired_intervals_of_a_change_that_changes_nothing_cover_zero_in_95_of_100(
    many: dict[str, list[Series]], name: str
) -> None:
    """A station gets another name, so other draws of the same distribution: the true difference is zero."""
    pairs = [paired_difference(a[name], b[name]) for a, b in zip(many["base"], many["renamed"], strict=True)]
    share = share_covering([pair.interval for pair in pairs])
    spread = float(np.mean([pair.spread for pair in pairs]))
    verdicts = [judge(p, p=p.p, smallest=SMALLEST.get(name, 0.001), higher_is_better=True)[0] for p in pairs]
    false = sum(verdict in FALSE for verdict in verdicts) / SEEDS
    tell(f"A/A, renamed, {name}: covers zero in {share:.1%}, false verdicts {false:.1%}, spread {spread:.3g}")
    assert spread > 0.0  # or nothing would be tested
    assert abs(share - 0.95) <= allowed(0.95)
    assert false <= 0.05 + allowed(0.05)


def test_holm_holds_the_chance_of_any_false_verdict_over_five_options(many: dict[str, list[Series]]) -> None:
    """Five options that change nothing: the base of other seeds, five at a time, against one base."""
    name, families, any_plain, any_adjusted = "fire.all.mean_s", SEEDS // 5, 0, 0
    for k in range(families):
        base = many["base"][k][name]
        pairs = [paired_difference(base, many["other seeds"][5 * k + i][name]) for i in range(5)]
        p = [pair.p for pair in pairs]
        any_plain += min(p) < 0.05
        any_adjusted += min(holm(p)) < 0.05
    tell(f"false in any of 5 options: plain {any_plain / families:.1%}, Holm {any_adjusted / families:.1%}")
    assert any_adjusted / families <= 0.05 + allowed(0.05, families)


def one_station_changes() -> list[Any]:
    """Return the embedded county with a station closed, and with one pump crewed otherwise."""
    from scenarios.loading.load import load_scenario

    base = load_scenario("baseline")
    stations = {key: value for key, value in base.stations.items() if key != "E44"}
    appliances = {key: value for key, value in base.appliances.items() if value.station != "E44"}
    closed = base.model_copy(update={"name": "e44-closed", "stations": stations, "appliances": appliances})
    on_call = base.appliances["E11P1"].model_copy(update={"crewing": "on_call"})
    crewed = base.model_copy(
        update={"name": "e11-on-call", "appliances": {**base.appliances, "E11P1": on_call}}
    )
    return [base, closed, crewed]


def test_pairing_cuts_the_variance_of_a_one_station_change_fivefold(tmp_path: Path) -> None:
    base, *options = one_station_changes()
    settings = CompareSettings(replications=20, years=0.25, workers=2, runs=tmp_path, places=False)
    for option in compare_scenarios(base, options, settings).options:
        ratios = {name: option.measure(name).variance_ratio for name in COUNTY_MEASURES}
        tell(
            f"{option.name}: unpaired over paired variance { ({k: round(v, 1) for k, v in ratios.items()}) }"
        )
        assert min(ratios.values()) >= 5.0


def test_a_paired_interval_holds_the_difference_that_many_replications_find() -> None:
    """Of 60 comparisons of six replications, 95% hold the difference that 360 of other seeds find."""
    name, base, closed = "fire.all.mean_s", worlds()["base"], worlds()["closed"]
    found = []
    for seed in range(60):
        pair = [series(world, seed=500 + seed, replications=REPLICATIONS)[name] for world in (base, closed)]
        found.append(paired_difference(*pair).interval)
    truth = t_interval([interval.value for interval in found]).value
    share = float(np.mean([interval.low <= truth <= interval.high for interval in found]))
    assert abs(share - 0.95) <= allowed(0.95, 60)
