"""Designs and indices: Morris screening and Sobol' indices by SALib, with the error that chance leaves in them.

Everything works on the unit cube: an assumption at ``u`` is that far along its range. Two errors are told apart.
``half_width`` is the 95% error of the design (few trajectories, few samples), by SALib's bootstrap. ``noise`` is the
95% error of the simulation (few replications), by Student's t over replications or by the jackknife.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from experiments.execution.documents import Document
from experiments.statistics.intervals import t_interval, t_quantile

F64 = NDArray[np.float64]
LEVELS = 4
_RESAMPLES = 200


@dataclass(frozen=True, slots=True)
class Screened:
    """Morris' elementary effects of one assumption, in the unit of the measure, over its whole range.

    ``mu_star`` is their mean size, ``mu`` their mean with sign, ``sigma`` their spread (interaction or bend).
    """

    path: str
    mu_star: float
    half_width: float
    noise: float
    mu: float
    sigma: float


@dataclass(frozen=True, slots=True)
class Index:
    """Sobol' indices of one assumption: shares of the measure's variance over the ranges."""

    path: str
    first: float
    first_half_width: float
    total: float
    total_half_width: float
    total_noise: float


def problem(paths: Sequence[str]) -> Document:
    """Return SALib's description of assumptions on the unit cube."""
    return {"num_vars": len(paths), "names": list(paths), "bounds": [[0.0, 1.0]] * len(paths)}


def morris_design(paths: Sequence[str], trajectories: int, seed: int) -> F64:
    """Return the points (trajectories × (paths + 1), paths); more trajectories begin with the same ones."""
    from SALib.sample import morris

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        rows = [
            morris.sample(problem(paths), 1, num_levels=LEVELS, seed=_seed(seed, "morris", k))
            for k in range(trajectories)
        ]
    return np.concatenate(rows).astype(np.float64)


def sobol_design(paths: Sequence[str], samples: int, seed: int) -> F64:
    """Return Saltelli's points (samples × (paths + 2), paths), without second order."""
    from SALib.sample import sobol

    made = sobol.sample(problem(paths), samples, calc_second_order=False, seed=_seed(seed, "sobol", 0))
    return np.asarray(made, dtype=np.float64)


def latin_design(paths: Sequence[str], samples: int, seed: int) -> F64:
    """Return a Latin hypercube (samples, paths)."""
    from SALib.sample import latin

    made = latin.sample(problem(paths), samples, seed=_seed(seed, "latin", 0))
    return np.asarray(made, dtype=np.float64)


def morris_indices(paths: Sequence[str], design: F64, values: F64, seed: int) -> list[Screened]:
    """Return the effects of every assumption, the largest first; ``values`` is (points, replications)."""
    from SALib.analyze import morris

    found = morris.analyze(
        problem(paths),
        design,
        values.mean(axis=1),
        num_resamples=_RESAMPLES,
        num_levels=LEVELS,
        seed=_seed(seed, "bootstrap", 0),
    )
    effects = elementary_effects(design, values)  # (trajectories, paths, replications)
    rows = []
    for i, path in enumerate(paths):
        by_replication = t_interval(effects[:, i, :].mean(axis=0).tolist())
        rows.append(
            Screened(
                path,
                mu_star=float(found["mu_star"][i]),
                half_width=_known(found["mu_star_conf"][i]),
                noise=_known(by_replication.half_width),
                mu=float(found["mu"][i]),
                sigma=_known(found["sigma"][i]),
            )
        )
    return sorted(rows, key=lambda row: (-row.mu_star, row.path))


def elementary_effects(design: F64, values: F64) -> F64:
    """Return the effects (trajectories, paths, replications) of a Morris design."""
    size = design.shape[1] + 1
    runs = design.reshape(-1, size, size - 1)
    results = values.reshape(runs.shape[0], size, -1)
    steps = np.diff(runs, axis=1)  # in each row exactly one assumption moves
    effects = np.zeros((runs.shape[0], size - 1, results.shape[2]))
    moved = np.argmax(np.abs(steps), axis=2)
    for run in range(runs.shape[0]):
        for step, i in enumerate(moved[run]):
            effects[run, i] = (results[run, step + 1] - results[run, step]) / steps[run, step, i]
    return effects


def survivors(screened: Sequence[Screened], *, share: float, most: int) -> list[str]:
    """Return the assumptions worth Sobol' indices: those whose effect may reach ``share`` of the largest.

    The benefit of the doubt is given: half-width and noise are added. At most ``most``, the largest.
    """
    if not screened or screened[0].mu_star <= 0:
        return []
    bar = share * screened[0].mu_star
    passing = [row.path for row in screened if row.mu_star + _error(row.half_width, row.noise) >= bar]
    return passing[:most]


def sobol_indices(paths: Sequence[str], values: F64, seed: int) -> list[Index]:
    """Return the indices of every assumption, the largest total first; ``values`` is (points, replications)."""
    mean = _sobol(paths, values.mean(axis=1), seed)
    replications = values.shape[1]
    left_out = [
        _sobol(paths, np.delete(values, r, axis=1).mean(axis=1), seed, resamples=2)["ST"]
        for r in range(replications)
        if replications > 1
    ]
    rows = [
        Index(
            path,
            first=float(mean["S1"][i]),
            first_half_width=_known(mean["S1_conf"][i]),
            total=float(mean["ST"][i]),
            total_half_width=_known(mean["ST_conf"][i]),
            total_noise=jackknife([float(each[i]) for each in left_out]),
        )
        for i, path in enumerate(paths)
    ]
    return sorted(rows, key=lambda row: (-row.total, row.path))


def _sobol(paths: Sequence[str], values: F64, seed: int, resamples: int = _RESAMPLES) -> dict[str, F64]:
    from SALib.analyze import sobol

    if np.ptp(values) == 0.0:
        nothing = np.zeros(len(paths))
        return dict.fromkeys(("S1", "S1_conf", "ST", "ST_conf"), nothing)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a resample may be constant
        found = sobol.analyze(
            problem(paths),
            values,
            calc_second_order=False,
            num_resamples=resamples,
            seed=_seed(seed, "bootstrap", 1),
        )
    return {name: np.asarray(found[name], dtype=np.float64) for name in ("S1", "S1_conf", "ST", "ST_conf")}


def jackknife(left_out: Sequence[float]) -> float:
    """Return the 95% half-width of a figure from its values with each replication left out; NaN of one."""
    n = len(left_out)
    if n < 2:
        return math.nan
    mean = math.fsum(left_out) / n
    variance = (n - 1) / n * math.fsum((value - mean) ** 2 for value in left_out)
    return t_quantile(0.975, n - 1) * math.sqrt(variance)


def _error(*parts: float) -> float:
    return math.sqrt(math.fsum(part * part for part in parts if math.isfinite(part)))


def _known(value: float) -> float:
    return float(value) if math.isfinite(value) else math.nan


def _seed(seed: int, purpose: str, number: int) -> int:
    """Return a seed for NumPy's generator, keyed like every draw of the project."""
    from sim.draws.keys import stream

    return int(stream(seed, number, f"sensitivity {purpose}")) >> 33
