"""The engine against queueing theory: Erlang B and C, Pollaczek–Khinchine, and exact Markov chains.

Sources of the formulas: Erlang (1917) as in Cooper, *Introduction to Queueing Theory* (1981), chapter 3;
Pollaczek–Khinchine as in Kleinrock, *Queueing Systems* I (1975), section 5.6; the two-state-per-server chain is the
hypercube model of Larson, *Computers & Operations Research* 1 (1974), 67–95.

A figure must lie within K standard errors of theory. Standard errors are of batch means: the run is cut into 25
batches, much longer than a busy period, after a start is dropped. Seeds are fixed, so that a test passes always or
never.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.draws.incidents import Incidents
from sim.draws.replication import Draws
from sim.draws.roster import draw_roster
from sim.engine.run import run, simulate
from sim.log.tables import Log
from sim.world.fire import World
from tests.sim.engine.fire.hand import HandTimes
from tests.sim.worlds import Kind, Station, change, tiny_world

F64 = NDArray[np.float64]

K = 3.0
BATCHES = 25
SERVICE_MIN = 40.0
INSTANT = {"handling_median_min": 1e-6, "return_factor": 0.0, "standby_turnout_min": 0.0}


def erlang_b(servers: int, offered: float) -> float:
    """Loss probability of M/G/c/c."""
    blocked = 1.0
    for c in range(1, servers + 1):
        blocked = offered * blocked / (c + offered * blocked)
    return blocked


def erlang_c(servers: int, offered: float) -> float:
    """Probability of waiting of M/M/c."""
    blocked = erlang_b(servers, offered)
    return servers * blocked / (servers - offered * (1.0 - blocked))


def agrees(values: F64, theory: float) -> None:
    """Assert that the mean of ``values`` (in order of time) is within K standard errors of ``theory``."""
    batches = np.array([batch.mean() for batch in np.array_split(values[len(values) // 20 :], BATCHES)])
    error = float(batches.std(ddof=1)) / math.sqrt(BATCHES)
    mean = float(batches.mean())
    print(  # noqa: T201 seen with pytest -s
        f"simulated {mean:.4f}, theory {theory:.4f}, {(mean - theory) / error:+.2f} standard errors of {error:.4f}"
    )
    assert abs(mean - theory) <= K * error
    assert error <= 0.15 * theory  # a test that could not tell is no test


def one_station(pumps: int, *, queue: bool, days: int = 28) -> World:
    """One station whose pumps are at the scene at once and home at once."""
    return tiny_world(
        stations=[Station(node=0, pumps=pumps, people=5 * pumps)],
        columns=1,
        turnout_min=0.0,
        days=days,
        timings=INSTANT,
        rules={"queue_when_none": queue},
    )


@dataclass(frozen=True)
class Exponential:
    """Times at scene by incident, for ``HandTimes``."""

    minutes: list[float]

    def __call__(self, row: int, order: int) -> float:
        return self.minutes[row]


def poisson_draws(world: World, *, offered: float, number: int, seed: int) -> Draws:
    """Poisson calls, exponential times at scene: neither from the model's own draws."""
    rng = np.random.default_rng(seed)
    time_min = np.cumsum(rng.exponential(SERVICE_MIN / offered, number))
    share = world.demand.cell_share[0]
    some = Incidents(
        key=np.arange(number, dtype=np.uint64),
        type=np.zeros(number, dtype=np.int16),
        cell=rng.choice(len(share), number, p=share).astype(np.int32),
        time_min=time_min,
        plt=np.zeros(number, dtype=np.bool_),
        late_call=np.zeros(number, dtype=np.bool_),
        variant=np.zeros(number, dtype=np.int32),
        handling_min=np.zeros(number, dtype=np.float32),
        traffic=np.ones(number, dtype=np.float32),
        scene_z=np.zeros(number, dtype=np.float32),
        makeup_pumps=np.zeros(number, dtype=np.int16),
        makeup_after_min=np.zeros(number, dtype=np.float32),
    )
    scene = Exponential(rng.exponential(SERVICE_MIN, number).tolist())
    times = HandTimes(world, some.type, scene_min=scene)
    return Draws(incidents=some, roster=draw_roster(world, seed, 0), response_times=times)  # type: ignore[arg-type]


def waits(log: Log) -> F64:
    """Return minutes from call to arrival."""
    wait: F64 = log.incidents["first_pump_min"] - log.incidents["time_min"]
    return wait


SIZES = [
    pytest.param(12_000, id="quick"),
    pytest.param(200_000, id="long", marks=pytest.mark.long),
]


@pytest.mark.parametrize("number", SIZES)
@pytest.mark.parametrize(("pumps", "offered"), [(1, 0.6), (2, 1.3), (3, 2.1)])
def test_pumps_that_are_waited_for_give_erlang_c(pumps: int, offered: float, number: int) -> None:
    world = one_station(pumps, queue=True)
    log = run(
        world, poisson_draws(world, offered=offered, number=number, seed=10 + pumps), seed=1, replication=0
    )
    wait, waiting = waits(log), erlang_c(pumps, offered)
    agrees((wait > 1e-9).astype(np.float64), waiting)
    agrees(wait, waiting * SERVICE_MIN / (pumps - offered))
    assert not log.incidents["pumps_lost"].any()


@pytest.mark.parametrize("number", SIZES)
@pytest.mark.parametrize(("pumps", "offered"), [(1, 0.5), (2, 1.0), (3, 2.0)])
def test_pumps_that_are_not_waited_for_give_erlang_b(pumps: int, offered: float, number: int) -> None:
    world = one_station(pumps, queue=False)
    log = run(
        world, poisson_draws(world, offered=offered, number=number, seed=20 + pumps), seed=1, replication=0
    )
    lost = log.incidents["pumps_lost"]
    assert np.array_equal(lost == 1, log.incidents["first_unit"] < 0)
    agrees(lost.astype(np.float64), erlang_b(pumps, offered))


@pytest.mark.parametrize(
    "days", [pytest.param(150, id="quick"), pytest.param(2000, id="long", marks=pytest.mark.long)]
)
@pytest.mark.parametrize(("pumps", "offered"), [(1, 0.5), (2, 1.0), (3, 2.0)])
def test_the_models_own_draws_give_erlang_b_whatever_the_service_time(
    pumps: int, offered: float, days: int
) -> None:
    """Erlang's loss depends on the mean service time alone: turnout, travel and lognormal time at scene."""
    world = tiny_world(
        stations=[Station(node=2, pumps=pumps, people=5 * pumps)],
        kinds=[Kind(per_year=1.0, scene_median_min=20.0, scene_sigma=0.8)],
        turnout_min=1.5,
        days=days,
        timings={"return_factor": 0.0},
        rules={"queue_when_none": False},
    )
    travel_min = float(world.travel.site_min.mean())
    service_min = 1.5 + travel_min + 20.0 * math.exp(0.8**2 / 2.0)
    world = change(world, "demand", per_year=np.array([offered / service_min * 365.0 * 1440.0]))
    log = simulate(world, seed=30 + pumps, replication=0)
    agrees(log.incidents["pumps_lost"].astype(np.float64), erlang_b(pumps, offered))


@pytest.mark.parametrize(
    "days", [pytest.param(400, id="quick"), pytest.param(5000, id="long", marks=pytest.mark.long)]
)
def test_the_models_own_draws_give_pollaczek_khinchine(days: int) -> None:
    """M/G/1: calls and lognormal times at scene as the model draws them, one pump, waited for."""
    median, sigma, load = 30.0, 0.7, 0.6
    mean = median * math.exp(sigma**2 / 2.0)
    world = change(one_station(1, queue=True, days=days), "demand", scene_median_min=np.array([median]))
    world = change(
        world, "demand", scene_sigma=np.array([sigma]), per_year=np.array([load / mean * 365.0 * 1440.0])
    )
    log = simulate(world, seed=41, replication=0)
    second_moment = mean**2 * math.exp(sigma**2)
    wait = waits(log) - 1e-6
    agrees(wait, load / mean * second_moment / (2.0 * (1.0 - load)))
    agrees((wait > 1e-4).astype(np.float64), load)


def chain(rates: F64, preference: NDArray[np.intp], service_per_min: float) -> F64:
    """Return the stationary probabilities (2ⁿ,) of the hypercube: bit i of a state is set while server i is busy.

    ``rates`` (cells,) calls a minute, ``preference`` (cells, servers) servers in order of choice; no queue.
    """
    servers = preference.shape[1]
    states = 1 << servers
    flow = np.zeros((states, states))
    for state in range(states):
        for rate, order in zip(rates, preference, strict=True):
            free = [server for server in order if not state >> server & 1]
            if free:
                flow[state, state | 1 << free[0]] += rate
        for server in range(servers):
            if state >> server & 1:
                flow[state, state & ~(1 << server)] += service_per_min
    generator = flow - np.diag(flow.sum(axis=1))
    equations = np.vstack([generator.T[:-1], np.ones(states)])
    answer: F64 = np.linalg.solve(equations, np.array([0.0] * (states - 1) + [1.0]))
    return answer


@pytest.mark.parametrize("number", SIZES)
@pytest.mark.parametrize(
    ("nodes", "share", "offered"),
    [((0, 4), (0.6, 0.2, 0.05, 0.05, 0.1), 1.2), ((0, 1, 4), (0.4, 0.1, 0.2, 0.1, 0.2), 1.8)],
    ids=["two-stations", "three-stations"],
)
def test_stations_that_help_each_other_match_an_exact_markov_chain(
    nodes: tuple[int, ...], share: tuple[float, ...], offered: float, number: int
) -> None:
    """Busy fractions, losses, and who serves whom, where the nearest free pump is sent and none is waited for.

    Roads are so quick (about 0.001 min) that travel orders the stations but does not weigh in the service time;
    where two stations are equally near, the one listed first goes.
    """
    world = tiny_world(
        stations=[Station(node=node) for node in nodes],
        kinds=[Kind(cell_share=share)],
        speed_kph=1e5,
        spacing_m=1700.0,
        turnout_min=0.0,
        timings=INSTANT,
        rules={"queue_when_none": False},
    )
    made = poisson_draws(world, offered=offered, number=number, seed=51)
    log = run(world, made, seed=1, replication=0)
    preference = np.argsort(world.travel.site_min[0], axis=1, kind="stable")
    rates = np.array(share) * offered / SERVICE_MIN
    exact = chain(rates, preference, 1.0 / SERVICE_MIN)
    busy = np.array([[state >> unit & 1 for unit in range(len(nodes))] for state in range(len(exact))])
    lost = log.incidents["pumps_lost"].astype(np.float64)
    agrees(lost, float(exact[-1]))
    for unit in range(len(nodes)):
        own = log.incidents["first_unit"] == unit
        # Little's law: calls served a minute × mean service = busy fraction
        agrees(own.astype(np.float64), float(exact @ busy[:, unit]) / offered)
    first_choice = preference[log.incidents["cell"], 0] == log.incidents["first_unit"]
    by_cell = [float(exact @ (1 - busy[:, preference[cell, 0]])) for cell in range(len(share))]
    agrees(first_choice.astype(np.float64), float(np.dot(share, by_cell)))
    minutes = log.responses["ended_min"] - log.responses["decided_min"]
    horizon = float(log.incidents["time_min"][-1])
    for unit in range(len(nodes)):
        mine = log.responses["unit"] == unit
        assert minutes[mine].sum() / horizon == pytest.approx(float(exact @ busy[:, unit]), rel=0.1)
