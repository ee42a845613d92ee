"""Which reported figures no plausible parameters can give, and what comes closest.

Figures are tried without any belief about the parameters, only within their bounds: each by itself, then all
together. A figure cannot be reached where the closest prediction is more than three standard errors outside its
rounding interval, the errors being the emulator's and the simulation's (not the chance of the reported year: the
question is whether such a year can be simulated).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calibration.emulator import Emulator
from calibration.misfit import Errors, Targets, standard_errors
from calibration.optimise import apart, least_squares_of
from calibration.prior import from_unit, sobol, unit_prior
from calibration.reported import Reported

F64 = NDArray[np.float64]
TOO_FAR = 3.0
STARTS = 4


@dataclass(frozen=True, slots=True)
class Attainability:
    """What can be had of one figure: alone, and together with the others that can be reached alone.

    ``alone`` and ``together`` are the predictions closest to the figure; ``off_alone`` and ``off_together`` how far
    they lie outside its rounding interval in standard errors; ``years_off`` is how far ``together`` lies outside in
    spreads of a year's chance (not a number where that is not known); ``values`` (k,) the parameters that come
    closest alone.
    """

    figure: Reported
    name: str
    alone: float
    off_alone: float
    together: float
    off_together: float
    years_off: float
    values: F64

    @property
    def reachable(self) -> bool:
        """Say whether the figure can be reached by itself."""
        return abs(self.off_alone) <= TOO_FAR

    @property
    def verdict(self) -> str:
        """Return the verdict in words."""
        unit = self.figure.unit
        if not self.reachable:
            return f"cannot be reached: closest is {amount(self.alone, unit)}"
        if abs(self.off_together) <= TOO_FAR:
            return "can be reached"
        text = f"cannot be reached together with the others: closest is {amount(self.together, unit)}"
        if math.isfinite(self.years_off):
            text += f", {abs(self.years_off):.1f} standard deviations of one year's chance away"
        return text


def amount(value: float, unit: str) -> str:
    """Return a figure as it would be said: 86.2%, 10:23 (623 s), 27.0 a year."""
    if unit == "share":
        return f"{100.0 * value:.1f}%"
    if unit == "s":
        whole = round(value)
        return f"{whole // 60}:{whole % 60:02d}"
    return f"{value:.4g} {unit}".strip()


def not_attainable(emulator: Emulator, errors: Errors, seed: int) -> tuple[str, ...]:
    """Return the names of the targets that cannot be reached, alone or together with the others.

    Of targets that contradict each other beyond a year's chance the worst is named first, until the rest agree.
    """
    targets = errors.targets
    mean, sd = emulator.predict(sobol(2048, len(emulator.parameters), seed))
    nearest = np.abs(standard_errors(mean, np.hypot(errors.mc_sd, sd), targets)).min(axis=0)
    doubtful = np.flatnonzero(nearest > TOO_FAR)
    alone = [_off(emulator, errors, _closest(emulator, errors, np.array([j]), seed))[1][j] for j in doubtful]
    lost = [int(j) for j, z in zip(doubtful, alone, strict=True) if abs(float(z)) > TOO_FAR]
    kept = [j for j in range(len(targets.names)) if j not in lost]
    while len(kept) > 1:
        mean, off = _off(emulator, errors, _closest(emulator, errors, np.array(kept), seed))
        beyond = np.minimum(np.abs(off), np.nan_to_num(np.abs(_years_off(targets, mean)), nan=np.inf))
        worst = max(kept, key=lambda j: float(beyond[j]))
        if beyond[worst] <= TOO_FAR:
            break
        kept.remove(worst)
        lost.append(worst)
    return tuple(targets.names[j] for j in sorted(lost))


def _years_off(targets: Targets, mean: F64) -> F64:
    """Return how far predictions (m,) lie outside the rounding, in a year's chance; not a number: unknown."""
    outside = mean - np.clip(mean, targets.lowest, targets.highest)
    return np.asarray(outside / np.where(targets.sampling_sd > 0.0, targets.sampling_sd, np.nan))


def find_attainability(emulator: Emulator, errors: Errors, seed: int) -> tuple[Attainability, ...]:
    """Return what can be had of each target; ``emulator`` predicts the targets in their order."""
    targets = errors.targets
    every = np.arange(len(targets.names))
    alone = [_closest(emulator, errors, every[j : j + 1], seed) for j in every]
    off = [_off(emulator, errors, unit) for unit in alone]
    reachable = np.array([j for j in every if abs(float(off[j][1][j])) <= TOO_FAR], dtype=np.intp)
    together, off_together = _off(emulator, errors, _closest(emulator, errors, reachable, seed))
    years_off = _years_off(targets, together)
    return tuple(
        Attainability(
            figure=targets.figures[j],
            name=targets.names[j],
            alone=float(off[j][0][j]),
            off_alone=float(off[j][1][j]),
            together=float(together[j]),
            off_together=float(off_together[j]),
            years_off=float(years_off[j]),
            values=from_unit(emulator.parameters, alone[j]),
        )
        for j in every
    )


def _closest(emulator: Emulator, errors: Errors, chosen: NDArray[np.intp], seed: int) -> F64:
    """Return the unit point (k,) at which the chosen targets are missed by least."""
    targets = errors.targets
    if not len(chosen):
        return unit_prior(emulator.parameters)[0]

    def residuals(unit: F64) -> F64:
        mean, sd = emulator.predict(unit)
        z = (mean - targets.value) / np.hypot(errors.without_sampling, sd)
        return np.asarray(z[..., chosen], dtype=np.float64)

    candidates = sobol(2048, len(emulator.parameters), seed)
    height = -np.sum(residuals(candidates) ** 2, axis=-1)
    return least_squares_of(residuals, apart(height, candidates, STARTS))[0]


def _off(emulator: Emulator, errors: Errors, unit: F64) -> tuple[F64, F64]:
    """Return predictions (m,), and how far they lie outside the rounding intervals in standard errors."""
    mean, sd = emulator.predict(unit)
    return mean, standard_errors(mean, np.hypot(errors.mc_sd, sd), errors.targets)
