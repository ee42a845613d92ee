"""Which combinations a sweep runs: every lever combination meets the same samples of the uncertainties.

Differences between levers are then differences under the same assumptions (common samples), as replications of
the same number share their incidents and crews (common random numbers).
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from experiments.execution.documents import Value
from experiments.sweep.factors import Factor


def combinations(factors: Sequence[Factor], *, side_by_side: bool) -> list[tuple[Value, ...]]:
    """Return all combinations of the factors' levels, the last varying fastest; or the levels side by side."""
    levels = [factor.levels for factor in factors]
    return list(zip(*levels, strict=True)) if side_by_side and levels else list(itertools.product(*levels))


def sample(factors: Sequence[Factor], method: str, *, n: int, seed: int) -> list[tuple[Value, ...]]:
    """Return the samples of the uncertainties: one empty sample if there are none.

    ``method`` is grid, list, latin_hypercube or sobol; ``n`` and ``seed`` count for the last two.
    """
    if not factors:
        return [()]
    if method in ("grid", "list"):
        return combinations(factors, side_by_side=method == "list")
    shares = latin_hypercube(factors, n, seed) if method == "latin_hypercube" else sobol(factors, n, seed)
    return [
        tuple(factor.at(float(share)) for factor, share in zip(factors, row, strict=True)) for row in shares
    ]


def latin_hypercube(factors: Sequence[Factor], n: int, seed: int) -> NDArray[np.float64]:
    """Return n shares for each factor, one in each n-th of its range.

    Each factor's stream is keyed by its name: adding an uncertainty leaves the others' samples where they were.
    """
    from scipy.stats import qmc

    columns = [
        qmc.LatinHypercube(d=1, rng=np.random.default_rng(_key(seed, factor.name))).random(n)[:, 0]
        for factor in factors
    ]
    return np.column_stack(columns)


def sobol(factors: Sequence[Factor], n: int, seed: int) -> NDArray[np.float64]:
    """Return n points (a power of two) of a scrambled Sobol sequence (Owen 1998), a dimension a factor."""
    from scipy.stats import qmc

    engine = qmc.Sobol(d=len(factors), scramble=True, rng=np.random.default_rng(_key(seed, "sobol")))
    return engine.random_base2(n.bit_length() - 1)


def _key(seed: int, name: str) -> int:
    return int.from_bytes(hashlib.sha256(f"turnout sweep {seed} {name}".encode()).digest()[:16], "big")
