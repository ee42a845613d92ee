"""The control room against queueing theory: Erlang C and A, Cobham's priorities, Pollaczek–Khinchine.

Sources: Erlang A as in Garnett, Mandelbaum and Reiman, *M&SOM* 4 (2002), as the birth-and-death chain that it is;
Cobham, *Operations Research* 2 (1954), 70–76, for several servers with one mean and for one server with any lengths;
Pollaczek–Khinchine as in Kleinrock, *Queueing Systems* I (1975), section 5.6. A figure must lie within K standard
errors of theory; standard errors are of 25 batch means after the first twentieth is dropped; seeds are fixed.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.draws.police.call_answering import answer_calls
from tests.sim.draws.police.rooms import always, poisson_times

F64 = NDArray[np.float64]

K = 3.0
BATCHES = 25
HANDLE_MIN = 5.0
QUICK, LONG = 60_000, 2_000_000

sizes = pytest.mark.parametrize("n", [QUICK, pytest.param(LONG, marks=pytest.mark.long)])


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


def erlang_c(servers: int, offered: float) -> float:
    """Probability of waiting of M/M/c."""
    blocked = 1.0
    for c in range(1, servers + 1):
        blocked = offered * blocked / (c + offered * blocked)
    return servers * blocked / (servers - offered * (1.0 - blocked))


def erlang_a(per_min: float, servers: int, patience_min: float) -> tuple[float, float, float]:
    """P(wait), P(abandon) and mean wait (of everybody) of M/M/c+M, from the chain of the number in the room."""
    states = np.arange(1, servers + 2000)
    leaving = np.minimum(states, servers) / HANDLE_MIN + np.maximum(states - servers, 0) / patience_min
    log_weight = np.concatenate(([0.0], np.cumsum(np.log(per_min / leaving))))
    chance = np.exp(log_weight - log_weight.max())
    chance /= chance.sum()
    queue = float((np.maximum(np.arange(chance.size) - servers, 0) * chance).sum())
    return float(chance[servers:].sum()), queue / patience_min / per_min, queue / per_min


def one_line(per_min: float, handlers: int, patience_min: float, n: int, seed: int) -> tuple[F64, F64]:
    """Waits of everybody (until answered or given up) and whether each gave up."""
    rng = np.random.default_rng(seed)
    received = poisson_times(rng, per_min, n)
    patience = rng.exponential(patience_min, n) if math.isfinite(patience_min) else np.full(n, math.inf)
    line = np.zeros(n, dtype=np.int8)
    answers = answer_calls(received, line, rng.exponential(HANDLE_MIN, n), patience, always(handlers))
    return np.where(answers.abandoned, patience, answers.answered_min - received), answers.abandoned.astype(
        float
    )


@sizes
def test_endless_patience_is_erlang_c(n: int) -> None:
    per_min, handlers = 0.8, 5
    waits, gave_up = one_line(per_min, handlers, math.inf, n, seed=1)
    waiting = erlang_c(handlers, per_min * HANDLE_MIN)
    agrees((waits > 0).astype(float), waiting)
    agrees(waits, waiting / (handlers / HANDLE_MIN - per_min))
    assert not gave_up.any()


@sizes
@pytest.mark.parametrize(
    ("per_min", "handlers", "patience_min"), [(0.8, 5, 2.0), (1.3, 5, 4.0), (0.3, 1, 1.0)]
)
def test_exponential_patience_is_erlang_a(per_min: float, handlers: int, patience_min: float, n: int) -> None:
    """Also overloaded: 1.3 calls a minute of 5 minutes are more than 5 handlers can take."""
    waits, gave_up = one_line(per_min, handlers, patience_min, n, seed=handlers)
    waiting, abandons, wait_min = erlang_a(per_min, handlers, patience_min)
    agrees((waits > 0).astype(float), waiting)
    agrees(gave_up, abandons)
    agrees(waits, wait_min)


def two_lines(
    rates: tuple[float, float], handlers: int, lengths: tuple[F64, F64], seed: int
) -> tuple[F64, F64]:
    """Waits on 999 and on 101 of patient callers."""
    rng = np.random.default_rng(seed)
    received = [poisson_times(rng, rate, own.size) for rate, own in zip(rates, lengths, strict=True)]
    end = min(times[-1] for times in received)
    kept = [times < end for times in received]
    times = np.concatenate([own[mask] for own, mask in zip(received, kept, strict=True)])
    handle = np.concatenate([own[mask] for own, mask in zip(lengths, kept, strict=True)])
    line = np.repeat(np.array([0, 1], dtype=np.int8), [int(mask.sum()) for mask in kept])
    order = np.argsort(times, kind="stable")
    times, handle, line = times[order], handle[order], line[order]
    answers = answer_calls(times, line, handle, np.full(times.size, math.inf), always(handlers))
    waits = answers.answered_min - times
    return waits[line == 0], waits[line == 1]


@sizes
def test_999_before_101_is_cobham_with_several_handlers(n: int) -> None:
    rates, handlers = (0.3, 0.5), 5
    rng = np.random.default_rng(8)
    lengths = tuple(rng.exponential(HANDLE_MIN, int(n * rate / sum(rates))) for rate in rates)
    first, second = two_lines(rates, handlers, lengths, seed=9)  # type: ignore[arg-type]
    load_999, load = rates[0] * HANDLE_MIN / handlers, sum(rates) * HANDLE_MIN / handlers
    wait_0 = erlang_c(handlers, sum(rates) * HANDLE_MIN) * HANDLE_MIN / handlers
    agrees(first, wait_0 / (1.0 - load_999))
    agrees(second, wait_0 / ((1.0 - load_999) * (1.0 - load)))


@sizes
def test_one_handler_and_calls_of_any_length_are_cobham_and_pollaczek_khinchine(n: int) -> None:
    """999 calls always take 4 minutes, 101 calls 2 to 10: only the first two moments count."""
    rates = (0.05, 0.08)
    rng = np.random.default_rng(12)
    shares = [int(n * rate / sum(rates)) for rate in rates]
    lengths = (np.full(shares[0], 4.0), rng.uniform(2.0, 10.0, shares[1]))
    first, second = two_lines(rates, 1, lengths, seed=13)
    square = 4.0**2, (10.0**3 - 2.0**3) / 3.0 / 8.0
    wait_0 = sum(rate * moment for rate, moment in zip(rates, square, strict=True)) / 2.0
    load_999, load = rates[0] * 4.0, rates[0] * 4.0 + rates[1] * 6.0
    agrees(first, wait_0 / (1.0 - load_999))
    agrees(second, wait_0 / ((1.0 - load_999) * (1.0 - load)))
