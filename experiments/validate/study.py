"""Prediction of figures that were not fitted: posterior sample, another scenario, predictions, then the comparison."""

from __future__ import annotations

import csv
import hashlib
import io
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from calibration.parameters import FOLDER as PARAMETERS
from calibration.parameters import Parameter, read_parameters
from calibration.posterior_file import PosteriorFile, read_posterior
from calibration.reported import FOLDER as TARGETS
from calibration.reported import Reported
from experiments.calibrate.settings import check_measures, known_figures, read_table
from experiments.calibrate.simulator import Simulator
from experiments.errors import UserError
from experiments.progress import Progress, silent
from experiments.provenance import code_digest, turnout_version
from experiments.sensitivity.study import default_out, with_days
from experiments.sensitivity.tasks import StudyFolder
from experiments.store import write_text, writing
from experiments.validate.figures import Asked, asked_figures, reported_figures

F64 = NDArray[np.float64]
SEED = 15_485_863
"""Added to the seed: the predictions meet no year that the fit has met."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the user asked for; ``fit`` is the folder of a calibration, None the shipped fit."""

    scenario: str = "essex-2018"
    targets: Path | None = None
    fit: Path | None = None
    draws: int = 12
    replications: int = 2
    days: int | None = None
    workers: int = 1
    seed: int = 1
    out: Path | None = None


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


@dataclass(frozen=True, slots=True)
class Validation:
    """What a validation found."""

    scenario: Any
    compared: tuple[Compared, ...]
    out: Path


def validate(settings: Settings, progress: Progress = silent) -> Validation:
    """Predict, write the predictions, and only then read what was reported.

    Raises UserError for what the user can mend, and Stopped when it was stopped.
    """
    from experiments import model

    scenario = model.load(settings.scenario)
    if settings.days is not None:
        scenario = with_days(scenario, settings.days)
    path = settings.targets or TARGETS / f"{scenario.service}.csv"
    asked = asked_figures(path)
    figures = [Reported(each.measure, 0.0, "", 0.0, each.period) for each in asked]
    check_measures(figures, known_figures(scenario))
    sample, parameters = read_sample(scenario, settings.fit)
    identity = _identity(scenario, asked, sample, settings)
    folder = StudyFolder(settings.out or default_out("validate", identity))
    folder.open(identity)
    carried = tuple(sample.fitted.tolist()) if settings.fit is None else carried_by(scenario, parameters)
    names = tuple(dict.fromkeys(each.measure for each in asked))
    simulator = Simulator(scenario, parameters, names, carried)
    runs = simulator.run(
        chosen_draws(sample.values, settings.draws),
        folder,
        seed=settings.seed + SEED,
        replications=settings.replications,
        workers=settings.workers,
        progress=progress,
    )
    predictions = tuple(predict(each, runs.columns([each.measure]).values[:, :, 0]) for each in asked)
    with writing(folder.path):
        write_predictions(folder.path / "predictions.csv", predictions)
        pairs = zip(predictions, reported_figures(path, asked), strict=True)
        compared = tuple(Compared(prediction, figure) for prediction, figure in pairs)
        write_comparison(folder.path / "comparison.csv", compared)
    return Validation(scenario, compared, folder.path)


def read_sample(scenario: Any, fit: Path | None) -> tuple[PosteriorFile, tuple[Parameter, ...]]:
    """Return the posterior sample of a calibration's folder, or the shipped one, and its parameters."""
    from scenarios.datasets import geography_folder

    service = scenario.service
    shipped = geography_folder(scenario) / f"posterior_{service}.csv"
    sample: PosteriorFile = read_table(shipped if fit is None else fit / "posterior.csv", read_posterior)
    table: tuple[Parameter, ...] = read_table(PARAMETERS / f"{service}.csv", read_parameters)
    by_key = {each.key: each for each in table}
    unknown = [key for key in sample.keys if key not in by_key]
    if unknown:
        msg = f"the sample has columns that are no parameters of {service}: {', '.join(unknown)}."
        raise UserError(msg)
    return sample, tuple(by_key[key] for key in sample.keys)


def carried_by(scenario: Any, parameters: tuple[Parameter, ...]) -> tuple[float, ...]:
    """Return the values that the shipped fit gave the scenario: another fit's draws move it from there."""
    sample, known = read_sample(scenario, None)
    fitted = dict(zip((each.key for each in known), sample.fitted.tolist(), strict=True))
    return tuple(fitted[each.key] for each in parameters)


def chosen_draws(values: F64, number: int) -> F64:
    """Return ``number`` draws spread evenly over the sample. Raises UserError if there are fewer."""
    if number > len(values):
        msg = f"--draws {number}: the sample has {len(values)}. Ask for {len(values)} at most."
        raise UserError(msg)
    rows = (np.arange(number) + 0.5) * len(values) / number
    return np.asarray(values[rows.astype(np.int64)], dtype=np.float64)


def predict(asked: Asked, values: F64) -> Prediction:
    """Return the prediction of one figure from its values (draws, replications).

    Every draw meets the same replications, so that a mean over draws keeps the chance of those years: ``mc_se``.
    """
    draws, replications = values.shape
    by_year = values.mean(axis=0)
    year = float(values.std(axis=1, ddof=1).mean()) if replications > 1 else 0.0
    between = float(values.mean(axis=1).std(ddof=1))
    mc = float(max(year, by_year.std(ddof=1)) / math.sqrt(replications))
    del draws
    return Prediction(asked, float(values.mean()), between, year, mc)


PREDICTION = ("measure", "period", "mean", "low", "high", "parameters_sd", "year_sd", "mc_se")


def write_predictions(path: Path, predictions: tuple[Prediction, ...]) -> None:
    """Write the predictions; the file has no reported value."""
    _write(path, PREDICTION, [_row(each) for each in predictions])


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
    _write(path, head, rows)


def _row(each: Prediction) -> list[object]:
    return [
        *(each.asked.measure, each.asked.period, each.mean, each.low, each.high),
        *(each.parameters_sd, each.year_sd, each.mc_se),
    ]


def _write(path: Path, head: tuple[str, ...], rows: list[list[object]]) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(head)
    for row in rows:
        writer.writerow([f"{cell:.6g}" if isinstance(cell, float) else cell for cell in row])
    write_text(path, text.getvalue())


def _identity(
    scenario: Any, asked: tuple[Asked, ...], sample: PosteriorFile, settings: Settings
) -> Mapping[str, Any]:
    from scenarios.load import digest

    content = sample.fitted.tobytes() + sample.values.tobytes()
    return {
        "study": "validate",
        "scenario": scenario.name,
        "scenario_sha256": digest(scenario),
        "figures_sha256": hashlib.sha256(repr(asked).encode()).hexdigest(),
        "sample_sha256": hashlib.sha256(content).hexdigest(),
        "draws": settings.draws,
        "replications": settings.replications,
        "seed": settings.seed,
        "turnout": turnout_version(),
        "model_sha256": code_digest(),
    }
