"""A stand-in for the simulation: two figures that follow two parameters, with the chance of the years."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from experiments.calibrate import simulator
from experiments.calibrate.simulator import Block, Simulator

PARAMETERS = """key,paths,acts,low,high,transform,prior_centre,prior_sd,unit,higher,lower,meaning,source,confidence
speed,travel.class_factor.urban_a|minor,value,0.8,1.25,log,1,0.08,factor,faster,slower,speeds,a test,assumption
muster,on_call.muster_median_s|turnout_estimate_s,factor,0.8,1.2,log,1,0.08,factor,slow,quick,muster,a test,assumption
failures,control.mobilising_failures_per_year,value,15,60,log,27,0.25,a year,more,fewer,failures,a test,assumption
"""
TARGETS = """measure,value,unit,rounding,period,sampling_sd,use
fire.all.within_15,0.86,share,0.01,2020/21,0.003,fit
fire.plt.mean_s,623,s,1,2020/21,4,fit
fire.plt.mean_s,640,s,1,2018,4,hold_out
"""


def figures(block: Block) -> dict[str, list[float]]:
    """Faster roads and quicker musters give shorter times; years differ, the same way at every point."""
    speed, muster, _ = block.values
    within, mean = [], []
    for number in range(block.first, block.first + block.count):
        year = np.random.default_rng([block.seed, number]).normal()
        log_odds = 2.0 + 3.0 * np.log(speed) - 1.0 * np.log(muster) - 0.02 * year
        within.append(float(1.0 / (1.0 + np.exp(-log_odds))))
        mean.append(float(610.0 - 250.0 * np.log(speed) + 150.0 * np.log(muster) + 3.0 * year))
    return {"fire.all.within_15": within, "fire.plt.mean_s": mean}


@pytest.fixture(scope="module")
def stand_in() -> Iterator[list[Block]]:
    """Put the stand-in in the simulation's place; give the blocks that it was asked for."""
    asked: list[Block] = []

    def evaluate(each: Simulator, block: Block) -> dict[str, object]:
        asked.append(block)
        found = figures(block)
        return {"measures": {name: found[name] for name in each.outputs}, "seconds": {"simulate": 2.0}}

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(simulator, "evaluate", evaluate)
        yield asked


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Write the tables of parameters and figures."""
    folder = tmp_path_factory.mktemp("tables")
    parameters, targets = folder / "parameters.csv", folder / "targets.csv"
    parameters.write_text(PARAMETERS, encoding="utf-8")
    targets.write_text(TARGETS, encoding="utf-8")
    return parameters, targets
