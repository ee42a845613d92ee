"""Unit: the same incident on both sides, on logs that the engine wrote."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from experiments.compare.pairs import Pairs, pair_incidents, same_map
from experiments.compare.places import compare_places, in_bands, plt_rate
from experiments.compare.text_places import same_incidents_text
from experiments.execution.tables import write_log
from experiments.statistics.paired import Verdict
from sim.engine.run import simulate
from sim.measures import measure
from tests.experiments.compare.town import town, worlds
from tests.sim.worlds import Kind, tiny_world

SEED, REPLICATIONS = 3, 3


@dataclass(frozen=True)
class FakeRun:
    """What ``pair_incidents`` needs of a run."""

    path: Path

    @property
    def folder(self) -> FakeRun:
        return self

    @property
    def done(self) -> Any:
        return type("Done", (), {"count": REPLICATIONS})

    def replication(self, number: int) -> Path:
        return self.path / str(number)


def run(world: Any, path: Path) -> Any:
    for number in range(REPLICATIONS):
        (path / str(number)).mkdir(parents=True)
        write_log(path / str(number), simulate(world, seed=SEED, replication=number))
    return FakeRun(path)


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    root = tmp_path_factory.mktemp("runs")
    return {name: run(worlds()[name], root / name) for name in ("base", "closed")}


@pytest.fixture(scope="module")
def closed(runs: dict[str, Any]) -> Pairs:
    return pair_incidents(runs["base"], runs["closed"], (worlds()["base"], worlds()["closed"]))


def test_pairs_are_the_incidents_that_the_measures_count(runs: dict[str, Any], closed: Pairs) -> None:
    for number in range(REPLICATIONS):
        for name, side in (("base", closed.base_s), ("closed", closed.option_s)):
            log = simulate(worlds()[name], seed=SEED, replication=number)
            mean_s = measure(worlds()[name], log).values["fire.all.mean_s"]
            mine = side[closed.replication == number]
            assert np.nanmean(mine) == pytest.approx(mean_s, rel=1e-6)
    assert closed.unpaired == 0


def test_a_scenario_paired_with_itself_differs_nowhere(runs: dict[str, Any]) -> None:
    base = worlds()["base"]
    pairs = pair_incidents(runs["base"], runs["base"], (base, base))
    assert not pairs.later_s.any()
    places = compare_places(pairs, base, replications=REPLICATIONS, smallest_s=1.0, size_m=2000.0)
    assert set(places.population.values()) == {0.0}
    assert places.districts[0].verdict is Verdict.NONE


def test_incidents_that_only_one_side_has_are_counted_and_left_out(tmp_path: Path) -> None:
    few, many = (tiny_world(kinds=(Kind(per_year=rate),), days=28) for rate in (400.0, 900.0))
    pairs = pair_incidents(run(few, tmp_path / "few"), run(many, tmp_path / "many"), (few, many))
    sizes = [
        sum(simulate(world, seed=SEED, replication=k).incidents["key"].size for k in range(REPLICATIONS))
        for world in (few, many)
    ]
    assert pairs.cell.size == sizes[0]  # raising a rate only adds incidents
    assert pairs.unpaired == sizes[1] - sizes[0] > 0


def test_never_attended_is_infinitely_late_and_no_part_of_a_mean() -> None:
    base, option = np.array([300.0, 300.0, np.nan, np.nan]), np.array([360.0, np.nan, 300.0, np.nan])
    one = np.zeros(4, dtype=np.int64)
    pairs = Pairs(one, one, one.astype(bool), base, option, 0)
    assert pairs.later_s.tolist() == [60.0, np.inf, -np.inf, 0.0]
    assert pairs.both.tolist() == [True, False, False, False]


def test_bands_count_what_is_beyond_them_and_not_what_is_unknown() -> None:
    later = np.array([30.0, 31.0, 61.0, -45.0, -90.0, np.nan])
    found = in_bands(later, np.array([1.0, 2.0, 4.0, 8.0, 16.0, 32.0]))
    assert found == {"later_30": 6.0, "later_60": 4.0, "earlier_30": 24.0, "earlier_60": 16.0}


def test_expected_life_threatening_incidents_are_those_that_happen(runs: dict[str, Any]) -> None:
    world = worlds()["base"]
    logs = [simulate(world, seed=9, replication=k).incidents for k in range(12)]
    years = 12 * world.calendar.horizon_min / 1440.0 / world.calendar.year_days
    happened = sum(int(log["plt"].sum()) for log in logs)
    expected = float(plt_rate(world).sum()) * years
    assert happened == pytest.approx(expected, abs=4 * expected**0.5)


def test_closing_a_station_hurts_its_own_surroundings(closed: Pairs) -> None:
    base = worlds()["base"]
    places = compare_places(closed, base, replications=REPLICATIONS, smallest_s=1.0, size_m=2000.0)
    cells = places.cells
    site = base.sites.key.index("S1")
    away = np.hypot(
        cells.easting_m - base.sites.easting_m[site], cells.northing_m - base.sites.northing_m[site]
    )
    assert cells.means.mean[np.argmin(away)] == max(cells.means.mean)
    assert places.population["later_60"] >= 1000.0
    assert places.plt["later_60"] > 0.0
    assert places.plt_incidents["later_60"].value > 5.0 * places.plt_incidents["earlier_60"].value > 0.0
    assert places.districts[0].verdict is Verdict.WORSE
    assert places.people == 15_000.0


def test_maps_of_other_cells_are_told_apart() -> None:
    base = worlds()["base"]
    assert same_map((base, town(closed=True)))
    assert not same_map((base, tiny_world()))


def test_where_demand_differs_the_incidents_in_both_are_compared(tmp_path: Path) -> None:
    few, many = (tiny_world(kinds=(Kind(per_year=rate),), days=28) for rate in (400.0, 4000.0))
    pairs = pair_incidents(run(few, tmp_path / "few"), run(many, tmp_path / "many"), (few, many))
    places = compare_places(pairs, few, replications=REPLICATIONS, smallest_s=1.0, size_m=2000.0)
    assert places.unpaired_per_year > 3000.0
    assert places.whole.mean.value > 0.0  # the pump is more often out
    assert places.whole.people == places.people
    assert "happen in only one of the two" in same_incidents_text(places)
