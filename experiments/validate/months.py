"""Predictions of shares by month: counts pooled over replications, and what chance a report of few incidents has.

A share of a month rests on a few incidents: 8 emergencies of rape, say. Its error is made of three parts:

- the chance of the reported counts: binomial, about the predicted share (half a count is added to each side, so that
  a prediction of 100% has chance too);
- what the parameter sets and the days of a month add to that: the spread of the share between parameter sets in
  excess of binomial chance, one figure for a measure, pooled over its months (every set meets years of its own);
- what the few simulated months leave of the mean.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from calibration.reported import Reported
from experiments.calibrate.periods import months_of
from experiments.validate.figures import Asked
from experiments.validate.prediction import Compared, Prediction

F64 = NDArray[np.float64]


def is_of_months(asked: Asked) -> bool:
    """Say whether a figure is predicted from the counts of its months."""
    return months_of(asked.measure, asked.period) is not None


def binomial_sd(share: float, of: float) -> float:
    """Return the standard deviation of a share of so many, with half a count on each side."""
    p = (share * of + 0.5) / (of + 1.0)
    return math.sqrt(p * (1.0 - p) / max(of, 1.0))


def predict_months(asked: Sequence[Asked], counts: Mapping[str, tuple[F64, ...]]) -> list[Prediction]:
    """Return the predictions of shares by month. ``counts``: by figure, met and timed (draws, replications).

    ``year_sd`` is the chance of a month like the simulated ones; ``mean`` is NaN where none had such an incident.
    """
    by_measure: dict[str, list[float]] = {}
    for each in asked:
        met, timed = counts[each.key]
        by_measure.setdefault(each.measure, []).append(_excess(met, timed))
    found = []
    for each in asked:
        met, timed = counts[each.key]
        total, draws = float(timed.sum()), len(timed)
        mean = float(met.sum()) / total if total else math.nan
        known = [value for value in by_measure[each.measure] if math.isfinite(value)]
        beyond = max(0.0, float(np.mean(known))) if known else 0.0
        chance = binomial_sd(mean, total / timed.size) if total else math.nan
        of_mean = math.sqrt(beyond / draws + binomial_sd(mean, total) ** 2) if total else math.nan
        found.append(Prediction(each, mean, math.sqrt(beyond), chance, of_mean))
    return found


def _excess(met: F64, timed: F64) -> float:
    """Return the variance of a share between draws less what is binomial in it; NaN with fewer than two draws."""
    met, timed = met.sum(axis=1), timed.sum(axis=1)
    there = timed > 0
    if there.sum() < 2:
        return math.nan
    shares, mean = met[there] / timed[there], float(met.sum() / timed.sum())
    return float(shares.var(ddof=1) - np.mean(mean * (1.0 - mean) / timed[there]))


def compare_month(prediction: Prediction, figure: Reported) -> Compared:
    """Return a prediction beside the report, with the chance of the reported number of incidents."""
    if figure.met is None or figure.not_met is None:
        return Compared(prediction, figure)
    chance = binomial_sd(prediction.mean, figure.met + figure.not_met)
    return Compared(replace(prediction, year_sd=chance), figure)
