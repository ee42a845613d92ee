"""How often a pool's people make its pumps available: exact, and solved for at build time.

People are independent and the crewing rule depends only on how many of each combination of skills are
present, so the share of time that the first, second … pump is on the run is a polynomial in the people's
presence whose coefficients are counts of subsets. No sampling.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sim.decisions.legal_crew import BREATHING_APPARATUS_NEEDED, Need, asked_by_role_set, pump_need
from sim.world.fire import F64, I8

_BISECTIONS = 60


@lru_cache(maxsize=1024)
def _coefficients(classes: tuple[int, ...], needs: tuple[Need, ...]) -> tuple[tuple[float, ...], ...]:
    """For each pump, the number of j-subsets of the people with which it is on the run, j = 0..n.

    ``classes`` (8,) counts the people by Skill bits.
    """
    n = sum(classes)
    counts = _compositions(classes)
    ways = np.ones(counts.shape[1])
    for row, size in zip(counts, classes, strict=True):
        ways *= _binomials(size)[row]
    have = [counts.sum(axis=0)]
    have += [counts[[code for code in range(8) if code & roles]].sum(axis=0) for roles in range(1, 8)]
    taken = [np.zeros(counts.shape[1], dtype=np.int64) for _ in have]
    coefficients = []
    for need in needs:
        asked = asked_by_role_set(need)
        can = np.ones(counts.shape[1], dtype=np.bool_)
        for i, number in enumerate(asked):
            if number:
                can &= have[i] >= taken[i] + number
        for i, number in enumerate(asked):
            taken[i] += can * number
        coefficients.append(tuple(np.bincount(have[0][can], weights=ways[can], minlength=n + 1).tolist()))
    return tuple(coefficients)


def _compositions(classes: tuple[int, ...]) -> NDArray[np.int64]:
    """Every way to have some of each class present, shape (8, product of (size + 1))."""
    grid = np.indices([size + 1 for size in classes], dtype=np.int64)
    return grid.reshape(len(classes), -1)


def _binomials(size: int) -> F64:
    row = np.ones(1)
    for _ in range(size):
        row = np.append(row, 0.0) + np.append(0.0, row)
    return row


def availability_by_pump(
    skill: I8, presence: F64, pumps: int | Sequence[int], ba_needed: int = BREATHING_APPARATUS_NEEDED
) -> F64:
    """Exact share of time that each pump is on the run, shape (k, pumps), at each of k levels of presence.

    ``presence`` (k,) is everyone's. ``pumps`` gives the minimum crews in rank order (an int: so many of
    four).
    """
    coefficients = np.array(_coefficients(_classes(skill), _needs(pumps, ba_needed)))
    n = len(skill)
    p = np.clip(np.asarray(presence, dtype=np.float64), 0.0, 1.0)[:, None]
    j = np.arange(n + 1)[None, :]
    return np.asarray((p**j * (1.0 - p) ** (n - j)) @ coefficients.T)


def _classes(skill: I8) -> tuple[int, ...]:
    return tuple(np.bincount(np.asarray(skill, dtype=np.int64) & 7, minlength=8).tolist())


def _needs(pumps: int | Sequence[int], ba_needed: int) -> tuple[Need, ...]:
    minima = (4,) * pumps if isinstance(pumps, int) else tuple(int(minimum) for minimum in pumps)
    if not minima:
        raise ValueError("no pump to solve the availability of: the pool crews specials only")
    return tuple(pump_need(minimum, ba_needed) for minimum in minima)


def solve_on_call_level(
    skill: I8,
    pattern: F64,
    pumps: int | Sequence[int],
    target: float,
    *,
    ba_needed: int = BREATHING_APPARATUS_NEEDED,
) -> float:
    """Return the level with which presence min(1, level × ``pattern``) meets ``target`` exactly.

    ``target`` is the share of time on the run, averaged over the hours of ``pattern`` (168,) and the pumps
    (minimum crews in rank order, or how many of four). Raises ValueError if even everyone's presence
    falls short, with the most that there can be.
    """
    values, weights = np.unique(np.asarray(pattern, dtype=np.float64), return_counts=True)
    positive = values[values > 0]
    if not positive.size:
        raise ValueError("the pattern of declared availability is zero in every hour")

    def reached(level: float) -> float:
        by_hour = availability_by_pump(skill, np.minimum(1.0, level * values), pumps, ba_needed).mean(axis=1)
        return float(np.average(by_hour, weights=weights))

    return _solve(reached, 1.0 / float(positive.min()), target, len(skill))


def solve_wholetime_presence(
    n_riders_watch: int,
    pumps: int | Sequence[int],
    target: float,
    *,
    skill: I8 | None = None,
    watch: I8 | None = None,
    ba_needed: int = BREATHING_APPARATUS_NEEDED,
) -> float:
    """Return the probability that a rider on duty is present with which the pumps meet ``target`` on average.

    Without ``skill`` everyone has every skill; with ``skill`` (n,) and ``watch`` (n,) the mean over the four
    watches is met exactly. Raises ValueError if even full strength falls short.
    """
    if skill is None:
        watches = [np.full(n_riders_watch, 7, dtype=np.int8)]
    elif watch is None:
        watches = [np.asarray(skill, dtype=np.int8)]
    else:
        watches = [np.asarray(skill)[np.asarray(watch) == number] for number in np.unique(watch)]

    def reached(presence: float) -> float:
        each = [
            availability_by_pump(riders, np.array([presence]), pumps, ba_needed).mean() for riders in watches
        ]
        return float(np.mean(each))

    return _solve(reached, 1.0, target, n_riders_watch)


def _solve(reached: Callable[[float], float], highest: float, target: float, people: int) -> float:
    most = reached(highest)
    if not 0.0 <= target <= 1.0:
        raise ValueError(f"availability {target}: must be a share between 0 and 1")
    if target > most + 1e-12:
        raise ValueError(
            f"availability {target:.3f} is out of reach: {people} people make the pumps available at most"
            f" {most:.3f} of the time; give the pool more people or skills, or a lower target"
        )
    low, high = 0.0, highest
    for _ in range(_BISECTIONS):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if reached(middle) < target else (low, middle)
    return high


def mechanical_share(
    changeovers_per_year: float, shortest_min: float, longest_min: float, year_days: float
) -> float:
    """Expected share of time off for mechanical reasons, to allow for in a target (overlaps neglected)."""
    return changeovers_per_year * 0.5 * (shortest_min + longest_min) / (year_days * 1440.0)
