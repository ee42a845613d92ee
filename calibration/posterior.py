"""A sample of parameter sets that explain the reported figures: Markov chains that move together.

Differential evolution Monte Carlo (ter Braak 2006, Statistics and Computing 16): many chains, each of which moves
along the difference of two others, so that ridges and spreads need no tuning. The chains are split in two halves
that move in turn (as in emcee), each half in one array operation. Same seed, same sample.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

F64 = NDArray[np.float64]
JUMP_SHARE = 0.1
"""One step in ten goes the whole difference: between modes, where there are several."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Equally likely draws (n, k) on the unit scale, and how well the chains mixed (k,).

    ``effective`` is the number of independent draws that the chains as a whole are worth; ``r_hat`` compares
    chains and their halves (1.01 or less: they agree).
    """

    unit: F64
    effective: F64
    r_hat: F64
    accepted: float


def draw_sample(
    log_density: Callable[[F64], F64],
    starts: F64,
    n: int,
    seed: int,
    *,
    steps: int = 1200,
    warm_up: int = 600,
) -> Sample:
    """Return ``n`` draws from a density over the unit cube; ``log_density`` takes (c, k) and returns (c,).

    ``starts`` (chains, k): where the chains begin, an even number of at least 2k + 4, not all alike.
    """
    rng = np.random.default_rng(seed)
    position = np.array(starts, dtype=np.float64)
    density = log_density(position)
    chains, k = position.shape
    halves = (np.arange(0, chains, 2), np.arange(1, chains, 2))
    kept = np.empty((steps, chains, k))
    accepted = 0
    for step in range(warm_up + steps):
        for mine, others in (halves, halves[::-1]):
            taken = _move(log_density, position, density, mine, others, rng)
            accepted += taken if step >= warm_up else 0
        if step >= warm_up:
            kept[step - warm_up] = position
    rows = rng.permutation(np.linspace(0, steps * chains - 1, n).round().astype(np.int64))
    flat = kept.reshape(steps * chains, k)
    return Sample(flat[rows], effective_size(kept), r_hat(kept), accepted / (steps * chains))


def _move(
    log_density: Callable[[F64], F64],
    position: F64,
    density: F64,
    mine: NDArray[np.int64],
    others: NDArray[np.int64],
    rng: np.random.Generator,
) -> int:
    k = position.shape[1]
    first = rng.integers(len(others), size=len(mine))
    second = (first + rng.integers(1, len(others), size=len(mine))) % len(others)
    scale = 2.38 / np.sqrt(2.0 * k) * np.exp(0.1 * rng.standard_normal(len(mine)))
    scale = np.where(rng.random(len(mine)) < JUMP_SHARE, 1.0, scale)
    difference = position[others[first]] - position[others[second]]
    jitter = 1e-5 * rng.standard_normal((len(mine), k))
    proposed = position[mine] + scale[:, None] * difference + jitter
    there = log_density(proposed)
    take = np.log(rng.random(len(mine))) < there - density[mine]
    position[mine[take]] = proposed[take]
    density[mine[take]] = there[take]
    return int(take.sum())


def effective_size(chains: F64) -> F64:
    """Return how many independent draws (steps, chains, k) are worth, by parameter.

    Autocorrelation averaged over the chains, summed up to five times its own length (Sokal's window).
    """
    steps, number, k = chains.shape
    centred = chains - chains.mean(axis=(0, 1))
    size = 1 << (2 * steps - 1).bit_length()
    found = np.empty(k)
    for index in range(k):
        spectrum = np.fft.rfft(centred[:, :, index], size, axis=0)
        together = np.fft.irfft(np.abs(spectrum) ** 2, size, axis=0)[:steps].mean(axis=1)
        if together[0] <= 0.0:
            found[index] = 1.0
            continue
        lag = np.cumsum(2.0 * together / together[0]) - 1.0
        window = np.arange(steps) >= 5.0 * lag
        length = lag[int(np.argmax(window))] if window.any() else lag[-1]
        found[index] = steps * number / max(float(length), 1.0)
    return found


def r_hat(chains: F64) -> F64:
    """Return the Gelman and Rubin statistic of split chains (k,): 1 where chains and their halves agree."""
    half = chains.shape[0] // 2
    split = np.concatenate([chains[:half], chains[half : 2 * half]], axis=1)
    within = split.var(axis=0, ddof=1).mean(axis=0)
    between = split.mean(axis=0).var(axis=0, ddof=1)
    return np.asarray(
        np.sqrt((within * (half - 1) / half + between) / np.where(within > 0.0, within, 1.0)),
        dtype=np.float64,
    )
