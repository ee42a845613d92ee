"""Pictures of a calibration: pairs of the posterior sample, and how far the figures narrow each parameter."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from calibration.parameters import Parameter
from calibration.prior import sample_prior
from experiments.calibrate.report import IDENTIFIABILITY, PAIRS
from experiments.calibrate.result import Calibrated
from experiments.presentation.pictures import save_picture

F64 = NDArray[np.float64]
MOST_PAIRS = 7
"""Parameters shown in pairs: those that the figures narrow most."""
PRIOR, FITTED, SAMPLE = "#b0b0b0", "#b2182b", "#2166ac"


def draw_pictures(found: Calibrated) -> None:
    """Write both pictures into the study's folder."""
    import matplotlib as mpl

    mpl.use("Agg")
    _save(_pairs(found), found.out / PAIRS)
    _save(_identifiability(found), found.out / IDENTIFIABILITY)


def _save(figure: Figure, path: Path) -> None:
    import matplotlib.pyplot as plt

    save_picture(figure, path, dpi=120)
    plt.close(figure)


def _pairs(found: Calibrated) -> Figure:
    """Draw the sample (blue) over the prior (grey), the fitted values (red), for the parameters best known."""
    import matplotlib.pyplot as plt

    order = np.argsort([each.remaining for each in found.identification.parameters], kind="stable")
    chosen = sorted(order[:MOST_PAIRS].tolist())
    parameters = found.subject.parameters
    prior = sample_prior(parameters, len(found.posterior.values), found.settings.seed)
    n = len(chosen)
    figure, axes = plt.subplots(n, n, figsize=(1.7 * n + 1, 1.7 * n + 1), squeeze=False, layout="constrained")
    for row, i in enumerate(chosen):
        for column, j in enumerate(chosen):
            axis = axes[row][column]
            if column > row:
                axis.axis("off")
                continue
            _one_pair(axis, found, prior, i, j)
            _limits(axis, parameters, i, j)
            axis.tick_params(labelsize=6, labelleft=column == 0 and row > 0, labelbottom=row == n - 1)
            if row == n - 1:
                axis.set_xlabel(parameters[j].key, fontsize=7)
            if column == 0 and row > 0:
                axis.set_ylabel(parameters[i].key, fontsize=7)
    figure.suptitle("Prior (grey), posterior sample (blue), fitted values (red)", fontsize=9)
    return figure


def _one_pair(axis: Axes, found: Calibrated, prior: F64, i: int, j: int) -> None:
    sample = found.posterior.values
    if i == j:
        bins = np.linspace(found.subject.parameters[i].low, found.subject.parameters[i].high, 31).tolist()
        axis.hist(prior[:, i], bins, color=PRIOR)
        axis.hist(sample[:, i], bins, color=SAMPLE, histtype="step")
        axis.axvline(found.values[i], color=FITTED, linewidth=1)
        axis.set_yticks([])
        return
    axis.plot(prior[:, j], prior[:, i], ".", color=PRIOR, markersize=1.5)
    axis.plot(sample[:, j], sample[:, i], ".", color=SAMPLE, markersize=1.5)
    axis.plot(found.values[j], found.values[i], "+", color=FITTED, markersize=9)


def _limits(axis: Axes, parameters: tuple[Parameter, ...], i: int, j: int) -> None:
    axis.set_xlim(parameters[j].low, parameters[j].high)
    if i != j:
        axis.set_ylim(parameters[i].low, parameters[i].high)


def _identifiability(found: Calibrated) -> Figure:
    """Draw prior and posterior intervals of every parameter on the scale of its bounds, the best known on top."""
    import matplotlib.pyplot as plt

    from calibration.prior import to_unit
    from experiments.calibrate.report import prior_interval

    parameters = found.subject.parameters
    known = found.identification.parameters
    order = np.argsort([-each.remaining for each in known], kind="stable")
    priors = np.array([prior_interval(each) for each in parameters]).T
    ends = to_unit(parameters, priors)
    mine = to_unit(parameters, np.array([[each.low, each.high] for each in known]).T)
    fitted = to_unit(parameters, found.values)
    figure, axis = plt.subplots(figsize=(8, 0.34 * len(known) + 1.4), layout="constrained")
    for height, i in enumerate(order.tolist()):
        axis.plot(ends[:, i], [height + 0.15] * 2, color=PRIOR, linewidth=5, solid_capstyle="butt")
        axis.plot(mine[:, i], [height - 0.15] * 2, color=SAMPLE, linewidth=5, solid_capstyle="butt")
        axis.plot(fitted[i], height - 0.15, "|", color=FITTED, markersize=11, markeredgewidth=2)
        axis.text(1.02, height, known[i].verdict, fontsize=7, va="center")
    axis.set_yticks(range(len(known)), [known[i].parameter.key for i in order], fontsize=8)
    axis.set_xlim(0.0, 1.0)
    axis.set_xticks([0.0, 1.0], ["lower bound", "upper bound"], fontsize=8)
    axis.set_title("90% of the prior (grey) and of the posterior (blue), fitted value (red)", fontsize=9)
    return figure
