"""The police dispatch against queueing theory: Erlang C, Cobham's priorities, and priorities that pre-empt.

Sources of the formulas:
- Erlang C: Cooper, *Introduction to Queueing Theory* (1981), chapter 3.
- Non-preemptive priorities, c servers, one service rate: Cobham, "Priority assignment in waiting line problems",
  *Operations Research* 2 (1954), 70–76; one server and a rate of service for each grade: Kleinrock, *Queueing Systems*
  II (1976), section 3.6.
- Preemptive-resume priorities, one server: Kleinrock II, section 3.4 (after White and Christie, 1958). With c servers
  and one exponential rate, the first k grades together are an M/M/c queue whatever the order within them, so that the
  number of each grade in the system is a difference of two Erlang C figures (Bondi and Buzen, "The response times of
  priority classes under preemptive resume in M/G/m queues", *SIGMETRICS* 1984, where it is exact).

A figure must lie within K standard errors of theory, of batch means over 25 batches much longer than a busy period,
after a start is dropped. Times at the scene are exponential, there is no travel and no delay, every unit suits.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.engine.run import run, simulate
from sim.log.tables import Log
from sim.world.fire import World
from tests.sim.engine.fire.test_queueing_theory import agrees, erlang_c
from tests.sim.engine.police.hand import arrays_to_draws
from tests.sim.engine.police.world import Car, Crime, police_world

F64 = NDArray[np.float64]

SIZES = [
    pytest.param(15_000, id="quick"),
    pytest.param(300_000, id="long", marks=pytest.mark.long),
]


def one_cell(cars: int, *, divert: bool, **rules: float) -> World:
    """Cars at the one cell there is, always on duty; work may be left at any moment."""
    given = {"divert": divert, "committed_min": 0.0, **rules}
    return police_world([Car(node=0)] * cars, [Crime()], columns=1, days=28, rules=given)


def queue(
    world: World, load: Sequence[float], service_min: Sequence[float], *, number: int, seed: int
) -> tuple[Log, F64]:
    """Run Poisson calls of some grades; ``load`` is what each offers in Erlang. Returns the log and the services."""
    rng = np.random.default_rng(seed)
    per_min = np.array(load) / np.array(service_min)
    time_min = np.cumsum(rng.exponential(1.0 / per_min.sum(), number))
    grade = rng.choice(len(load), number, p=per_min / per_min.sum())
    service = rng.exponential(np.array(service_min)[grade])
    draws = arrays_to_draws(world, time_min=time_min, grade=grade, scene_min=service)
    return run(world, draws, seed=1, replication=0), service


def first_waits(log: Log, grade: int) -> F64:
    """Minutes from opening to the first arrival of a grade's incidents."""
    mine = log.incidents["grade"] == grade
    waits: F64 = (log.incidents["police_first_min"] - log.incidents["police_open_min"])[mine]
    return waits


def sojourns(log: Log, grade: int) -> F64:
    """Minutes from opening to the end of the work."""
    mine = log.incidents["grade"] == grade
    minutes: F64 = (log.incidents["closed_min"] - log.incidents["police_open_min"])[mine]
    return minutes


@pytest.mark.parametrize("number", SIZES)
@pytest.mark.parametrize(("cars", "load"), [(1, 0.6), (3, 2.1), (8, 6.0)])
def test_one_grade_gives_erlang_c(cars: int, load: float, number: int) -> None:
    log, _ = queue(one_cell(cars, divert=True), [load], [40.0], number=number, seed=100 + cars)
    wait, waiting = first_waits(log, 0), erlang_c(cars, load)
    agrees((wait > 1e-9).astype(np.float64), waiting)
    agrees(wait, waiting * 40.0 / (cars - load))


@pytest.mark.parametrize("number", SIZES)
@pytest.mark.parametrize(("cars", "load"), [(1, (0.3, 0.4)), (3, (0.9, 1.3)), (4, (1.0, 1.0, 1.0))])
def test_grades_without_diversion_give_cobhams_waits(cars: int, load: tuple[float, ...], number: int) -> None:
    service = 40.0
    log, _ = queue(one_cell(cars, divert=False), load, [service] * len(load), number=number, seed=200 + cars)
    assert not log.incidents["diversions"].any()
    residual = erlang_c(cars, sum(load)) * service / cars
    above = 0.0
    for grade, own in enumerate(load):
        theory = residual / ((1.0 - above / cars) * (1.0 - (above + own) / cars))
        agrees(first_waits(log, grade), theory)
        above += own


@pytest.mark.parametrize("number", SIZES)
def test_grades_of_unequal_work_without_diversion_give_cobhams_waits_for_one_car(number: int) -> None:
    load, service = (0.3, 0.35), (25.0, 60.0)
    log, _ = queue(one_cell(1, divert=False), load, service, number=number, seed=301)
    residual = sum(
        one * minutes for one, minutes in zip(load, service, strict=True)
    )  # λE[S²]/2 of exponentials
    agrees(first_waits(log, 0), residual / (1.0 - load[0]))
    agrees(first_waits(log, 1), residual / ((1.0 - load[0]) * (1.0 - sum(load))))


@pytest.mark.parametrize("number", SIZES)
def test_diversion_gives_preemptive_resume_for_one_car(number: int) -> None:
    """The emergency sees its own load alone; the other waits, works, and is put back until it is done."""
    load, service = (0.35, 0.35), (30.0, 50.0)
    log, _ = queue(one_cell(1, divert=True), load, service, number=number, seed=401)
    assert log.incidents["diversions"].any()
    agrees(first_waits(log, 0), load[0] * service[0] / (1.0 - load[0]))
    agrees(sojourns(log, 0), service[0] / (1.0 - load[0]))
    residual = load[0] * service[0] + load[1] * service[1]
    free_of_0 = 1.0 - load[0]
    agrees(sojourns(log, 1), service[1] / free_of_0 + residual / (free_of_0 * (1.0 - sum(load))))


@pytest.mark.parametrize("number", SIZES)
@pytest.mark.parametrize(("cars", "load"), [(2, (0.7, 0.6)), (4, (1.6, 1.2)), (6, (3.6, 1.2))])
def test_diversion_gives_preemptive_resume_for_several_cars(
    cars: int, load: tuple[float, float], number: int
) -> None:
    """One exponential rate: emergencies are an M/M/c of their own, all together an M/M/c as well."""
    service = 40.0
    log, _ = queue(one_cell(cars, divert=True), load, [service] * 2, number=number, seed=500 + cars)

    def in_system(offered: float) -> float:
        return offered + erlang_c(cars, offered) * offered / (cars - offered)

    high, both = in_system(load[0]), in_system(sum(load))
    agrees(first_waits(log, 0), (high / load[0] - 1.0) * service)
    agrees(sojourns(log, 0), high / load[0] * service)
    agrees(sojourns(log, 1), (both - high) / load[1] * service)


@pytest.mark.parametrize("number", SIZES)
def test_emergencies_that_may_divert_do_not_see_lower_work(number: int) -> None:
    """The same emergencies with and without routine work are answered in the same minute, incident by incident."""
    rng = np.random.default_rng(7)
    time_min = np.cumsum(rng.exponential(20.0, number))
    grade = rng.choice([0, 2], number)
    service = rng.exponential(30.0, number)
    world = one_cell(2, divert=True)
    log = run(
        world,
        arrays_to_draws(world, time_min=time_min, grade=grade, scene_min=service),
        seed=1,
        replication=0,
    )
    alone = grade == 0
    only = run(
        world,
        arrays_to_draws(world, time_min=time_min[alone], grade=grade[alone], scene_min=service[alone]),
        seed=1,
        replication=0,
    )
    assert np.allclose(first_waits(log, 0), first_waits(only, 0), atol=1e-6)
    assert math.isfinite(float(sojourns(log, 2).sum()))


@pytest.mark.parametrize(
    "days", [pytest.param(300, id="quick"), pytest.param(4000, id="long", marks=pytest.mark.long)]
)
def test_the_models_own_draws_give_pollaczek_khinchine(days: int) -> None:
    """M/G/1: incidents, lognormal times at the scene, custody and paperwork as the model draws them, one car."""
    scene, sigma, share, custody, paperwork = 25.0, 0.5, 0.2, 40.0, 5.0
    mean_scene = scene * math.exp(sigma**2 / 2.0)
    mean = mean_scene + share * custody + paperwork
    variance = mean_scene**2 * (math.exp(sigma**2) - 1.0) + share * (1.0 - share) * custody**2
    load = 0.6
    world = police_world(
        [Car(node=0)],
        [Crime(per_year=load / mean * 365.0 * 1440.0, scene_min=(scene,) * 3, scene_sigma=sigma,
               grade_share=(1.0, 0.0, 0.0), tied_up_share=(share, 0.0))],
        columns=1, days=days, timings={"handling_median_min": 1e-6},
        rules={"paperwork_min": paperwork, "tied_up_median_min": np.array([custody, custody])},
    )  # fmt: skip
    log = simulate(world, seed=71, replication=0)
    agrees(first_waits(log, 0), load / mean * (variance + mean**2) / (2.0 * (1.0 - load)))
