"""A sample of parameter sets that explain the reported figures: Markov chains that move together.

Differential evolution Monte Carlo (ter Braak 2006, Statistics and Computing 16): many chains, each of which moves
along the difference of two others, so that ridges and spreads need no tuning. The chains are split in two halves
that move in turn (as in emcee), each half in one array operation. After the warm-up every other step is a fresh
draw from a Student t distribution with the warm-up's mean and covariance, accepted by Metropolis and Hastings: most
posteriors here are nearly normal, and such steps forget where they come from. Same seed, same sample.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

F64 = NDArray[np.float64]
JUMP_SHARE = 0.1
"""One step in ten goes the whole difference: between modes, where there are several."""
FREEDOM = 8.0
"""Degrees of freedom of the fresh draws: tails heavier than the posterior's, as Metropolis and Hastings need."""
LogDensity = Callable[[F64], F64]


@dataclass(frozen=True, slots=True)
class Sample:
    """Equally likely draws (n, k) on the unit scale, and how well the chains mixed (k,).

    ``effective`` is the number of independent draws that the chains as a whole are worth; ``r_hat`` compares
    chains and their halves (1.01 or less: they agree). ``accepted``: share of fresh draws taken.
    """

    unit: F64
    effective: F64
    r_hat: F64
    accepted: float


@dataclass(slots=True)
class _Chains:
    """Chains at their places (chains, k), with the log-density there."""

    log_density: LogDensity
    position: F64
    density: F64
    rng: np.random.Generator

    def move_along_differences(self) -> int:
        """Move either half along differences of the other; return how many moved."""
        even = np.arange(0, len(self.position), 2)
        odd = np.arange(1, len(self.position), 2)
        return self._move(even, odd) + self._move(odd, even)

    def _move(self, mine: NDArray[np.int64], others: NDArray[np.int64]) -> int:
        rng, (chains, k) = self.rng, (len(mine), self.position.shape[1])
        first = rng.integers(len(others), size=chains)
        second = (first + rng.integers(1, len(others), size=chains)) % len(others)
        scale = 2.38 / np.sqrt(2.0 * k) * np.exp(0.1 * rng.standard_normal(chains))
        scale = np.where(rng.random(chains) < JUMP_SHARE, 1.0, scale)
        difference = self.position[others[first]] - self.position[others[second]]
        jitter = 1e-5 * rng.standard_normal((chains, k))
        return self._take(mine, self.position[mine] + scale[:, None] * difference + jitter, None)

    def draw_afresh(self, mean: F64, root: F64) -> int:
        """Propose every chain a fresh draw; return how many took it. ``root`` is a Cholesky factor."""
        chains, k = self.position.shape
        scale = np.sqrt(FREEDOM / self.rng.chisquare(FREEDOM, size=(chains, 1)))
        proposed = mean + scale * (self.rng.standard_normal((chains, k)) @ root.T)
        inverse = np.linalg.inv(root)

        def log_proposal(unit: F64) -> F64:
            distance = np.sum(((unit - mean) @ inverse.T) ** 2, axis=1)
            return np.asarray(-0.5 * (FREEDOM + k) * np.log1p(distance / FREEDOM), dtype=np.float64)

        ratio = log_proposal(self.position) - log_proposal(proposed)
        return self._take(np.arange(chains), proposed, ratio)

    def _take(self, mine: NDArray[np.int64], proposed: F64, ratio: F64 | None) -> int:
        there = self.log_density(proposed)
        gain = there - self.density[mine] + (0.0 if ratio is None else ratio)
        take = np.log(self.rng.random(len(mine))) < gain
        self.position[mine[take]] = proposed[take]
        self.density[mine[take]] = there[take]
        return int(take.sum())


def draw_sample(
    log_density: LogDensity, starts: F64, n: int, seed: int, *, steps: int = 600, warm_up: int = 600
) -> Sample:
    """Return ``n`` draws from a density over the unit cube; ``log_density`` takes (c, k) and returns (c,).

    ``starts`` (chains, k): where the chains begin, an even number of at least 2k + 4, not all alike.
    """
    position = np.array(starts, dtype=np.float64)
    chains = _Chains(log_density, position, log_density(position), np.random.default_rng(seed))
    number, k = position.shape
    early = np.empty((warm_up, number, k))
    for step in range(warm_up):
        chains.move_along_differences()
        early[step] = chains.position
    settled = early[warm_up // 2 :].reshape(-1, k)
    mean, covariance = settled.mean(axis=0), np.atleast_2d(np.cov(settled.T))
    root = np.asarray(np.linalg.cholesky(covariance + 1e-12 * np.eye(k)), dtype=np.float64)
    kept = np.empty((steps, number, k))
    accepted = 0
    for step in range(steps):
        chains.move_along_differences()
        accepted += chains.draw_afresh(mean, root)
        kept[step] = chains.position
    rows = np.random.default_rng([seed, 1]).permutation(
        np.linspace(0, steps * number - 1, n).round().astype(np.int64)
    )
    flat = kept.reshape(steps * number, k)
    return Sample(flat[rows], effective_size(kept), r_hat(kept), accepted / (steps * number))


def chain_starts(candidates: F64, height: F64, number: int, seed: int) -> F64:
    """Return ``number`` of the candidates (c, k) for chains to start from, likelier where ``height`` (c,) is.

    Candidates are draws from the prior, ``height`` their log-density. It is flattened until it leaves at least as
    many points as there are chains, so that they start wider than the posterior.
    """
    above = np.where(np.isfinite(height), height - height.max(), -np.inf)
    flattened = 1.0
    weights = np.exp(above)
    while weights.sum() ** 2 / (weights**2).sum() < number:
        flattened *= 2.0
        weights = np.exp(above / flattened)
    chosen = np.random.default_rng(seed).choice(
        len(candidates), size=number, replace=False, p=weights / weights.sum()
    )
    return np.asarray(candidates[chosen], dtype=np.float64)


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
