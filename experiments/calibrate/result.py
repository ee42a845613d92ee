"""What a calibration says."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from calibration.attainability import Attainability
from calibration.fit import Calibration, Fit, Posterior
from calibration.identify import Identification
from calibration.misfit import Comparison
from calibration.simulated_runs import Runs
from experiments.calibrate.plan import Plan
from experiments.calibrate.settings import Settings, Subject

F64 = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Calibrated:
    """What a calibration found. ``values`` (k,): the fitted values, rounded; ``check``: their runs on new seeds."""

    settings: Settings
    subject: Subject
    plan: Plan
    fit: Calibration
    best: Fit
    values: F64
    posterior: Posterior
    identification: Identification
    anchor: Runs
    check: Runs
    compared: tuple[Comparison, ...]
    before: tuple[Comparison, ...]
    attainability: tuple[Attainability, ...]
    wave_sizes: tuple[int, ...]
    point_s: float
    seconds: float
    out: Path
