"""Predictions, the comparison with what was reported, and their two files."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from calibration.reported import Reported
from experiments.presentation.spreadsheet import write_figures
from experiments.validate.figures import Asked

F64 = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Prediction:
    """One figure predicted, in its unit: the mean over parameter sets, and what may lie between it and a report.

    ``parameters_sd``: spread between parameter sets; ``year_sd``: the chance of one year; ``mc_se``: what the few
    replications leave of the mean. ``low`` and ``high`` hold a reported year nine times in ten.
    """

    asked: Asked
    mean: float
    parameters_sd: float
    year_sd: float
    mc_se: float

    @property
    def sd(self) -> float:
        """Return all of it together."""
        return math.sqrt(self.parameters_sd**2 + self.year_sd**2 + self.mc_se**2)

    @property
    def low(self) -> float:
        """Return the lower end of nine in ten."""
        return self.mean - 1.645 * self.sd

    @property
    def high(self) -> float:
        """Return the upper end of nine in ten."""
        return self.mean + 1.645 * self.sd


@dataclass(frozen=True, slots=True)
class Compared:
    """A prediction beside the report: ``off`` outside the rounding interval in the unit, ``errors`` in its ``sd``."""

    prediction: Prediction
    figure: Reported

    @property
    def off(self) -> float:
        """Return how far the prediction lies outside the rounding interval; 0 inside."""
        mean = self.prediction.mean
        return mean - min(max(mean, self.figure.lowest), self.figure.highest)

    @property
    def errors(self) -> float:
        """Return the same in standard errors of the prediction."""
        return self.off / max(self.prediction.sd, 1e-12)


def predict(asked: Asked, values: F64) -> Prediction:
    """Return the prediction of one figure from its values (draws, replications).

    Every draw meets the same replications, so that a mean over draws keeps the chance of those years: ``mc_se``.
    """
    replications = values.shape[1]
    by_year = values.mean(axis=0)
    year = float(values.std(axis=1, ddof=1).mean()) if replications > 1 else 0.0
    between = float(values.mean(axis=1).std(ddof=1))
    mc = float(max(year, by_year.std(ddof=1)) / math.sqrt(replications))
    return Prediction(asked, float(values.mean()), between, year, mc)


def predict_apart(asked: Asked, values: F64) -> Prediction:
    """Return the prediction of one figure from its values (draws, replications), every draw with years of its own.

    With one replication a draw, the chance of a year cannot be told from the parameters: ``year_sd`` is both.
    """
    draws, replications = values.shape
    between = float(values.mean(axis=1).var(ddof=1))
    if replications == 1:
        return Prediction(asked, float(values.mean()), 0.0, math.sqrt(between), math.sqrt(between / draws))
    year = float(values.var(axis=1, ddof=1).mean())
    parameters = max(0.0, between - year / replications)
    of_mean = max(between, year / replications) / draws
    return Prediction(asked, float(values.mean()), math.sqrt(parameters), math.sqrt(year), math.sqrt(of_mean))


PREDICTION = ("measure", "period", "mean", "low", "high", "parameters_sd", "year_sd", "mc_se")


def write_predictions(path: Path, predictions: tuple[Prediction, ...]) -> None:
    """Write the predictions; the file has no reported value."""
    write_figures(path, PREDICTION, [_row(each) for each in predictions], 6)


def write_comparison(path: Path, compared: tuple[Compared, ...]) -> None:
    """Write predictions beside what was reported."""
    head = (*PREDICTION, "reported", "lowest", "highest", "off", "errors", "within_90")
    rows = [
        [
            *_row(each.prediction),
            *(each.figure.value, each.figure.lowest, each.figure.highest, each.off, each.errors),
            each.figure.highest >= each.prediction.low and each.figure.lowest <= each.prediction.high,
        ]
        for each in compared
    ]
    write_figures(path, head, rows, 6)


def _row(each: Prediction) -> list[object]:
    return [
        *(each.asked.measure, each.asked.period, each.mean, each.low, each.high),
        *(each.parameters_sd, each.year_sd, each.mc_se),
    ]
