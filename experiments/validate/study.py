"""Prediction of figures that were not fitted: posterior sample, another scenario, predictions, then the comparison."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from calibration.parameters import Parameter, read_parameters
from calibration.posterior_file import PosteriorFile, read_posterior
from calibration.reported import Reported
from calibration.simulated_runs import Runs
from experiments.calibrate.periods import check_periods, counts_of
from experiments.calibrate.settings import (
    check_measures,
    figures_file,
    known_figures,
    parameters_file,
    read_table,
)
from experiments.calibrate.simulator import Simulator
from experiments.errors import UserError
from experiments.execution.documents import Document
from experiments.execution.progress import Progress, silent
from experiments.execution.provenance import code_digest, turnout_version
from experiments.execution.results_folder import writing
from experiments.execution.tasks import StudyFolder
from experiments.sensitivity.study import default_out, with_days
from experiments.validate.figures import Asked, asked_figures, reported_figures
from experiments.validate.fitted_values import check_carries_fit, check_one_service
from experiments.validate.months import compare_month, is_of_months, predict_months
from experiments.validate.prediction import (
    Compared,
    Prediction,
    predict,
    predict_apart,
    write_comparison,
    write_predictions,
)
from experiments.validate.result import Validation
from experiments.validate.settings import Settings
from scenarios.schema.scenario import Scenario

F64 = NDArray[np.float64]
SEED = 15_485_863
"""Added to the seed: the predictions meet no year that the fit has met."""


USUAL, USUAL_BY_MONTH = (12, 2), (4, 1)
"""Parameter sets and replications of each: thirteen months of police take half a minute, a year of fire a second."""


def validate(settings: Settings, progress: Progress = silent) -> Validation:
    """Predict, write the predictions, and only then read what was reported.

    Raises UserError for what the user can mend, and Stopped when it was stopped.
    """
    from experiments.execution import model

    scenario = model.load(settings.scenario)
    if settings.days is not None:
        scenario = with_days(scenario, settings.days)
    check_one_service(scenario)
    path = settings.targets or figures_file(scenario, scenario.service)
    asked = asked_figures(path)
    figures = [Reported(each.measure, 0.0, "", 0.0, each.period) for each in asked]
    check_measures(figures, known_figures(scenario))
    check_periods(figures, scenario)
    sample, parameters = read_sample(scenario, settings.fit)
    check_carries_fit(scenario, parameters)
    settings = sized(settings, asked)
    identity = _identity(scenario, asked, sample, settings)
    folder = StudyFolder(settings.out or default_out("validate", identity))
    with folder.opened(identity):
        carried = tuple(sample.fitted.tolist()) if settings.fit is None else carried_by(scenario, parameters)
        simulator = Simulator(scenario, parameters, _outputs(asked), carried)
        predictions = _predict(asked, simulator, sample, folder, settings, progress)
        with writing(folder.path):
            write_predictions(folder.path / "predictions.csv", predictions)
            pairs = zip(predictions, reported_figures(path, asked), strict=True)
            compared = tuple(_compared(prediction, figure) for prediction, figure in pairs)
            write_comparison(folder.path / "comparison.csv", compared)
        return Validation(scenario, compared, folder.path)


def _outputs(asked: tuple[Asked, ...]) -> tuple[str, ...]:
    """Return what is asked of the runs: measures of the whole run, counts of months."""
    names = [counts_of(each.key) if is_of_months(each) else (each.measure,) for each in asked]
    return tuple(dict.fromkeys(name for both in names for name in both))


def sized(settings: Settings, asked: tuple[Asked, ...]) -> Settings:
    """Return the settings with numbers of draws and replications. Raises UserError for too few."""
    monthly = any(is_of_months(each) for each in asked)
    draws, replications = USUAL_BY_MONTH if monthly else USUAL
    draws, replications = settings.draws or draws, settings.replications or replications
    if not monthly and replications < 2:
        msg = (
            "--replications 1: the chance of a year needs two. Only figures of months tell it by themselves."
        )
        raise UserError(msg)
    return replace(settings, draws=draws, replications=replications)


def _predict(
    asked: tuple[Asked, ...],
    simulator: Simulator,
    sample: PosteriorFile,
    folder: StudyFolder,
    settings: Settings,
    progress: Progress,
) -> tuple[Prediction, ...]:
    """Simulate and predict: on common years, or on years apart where figures are of months and few are simulated."""
    draws, replications = settings.draws or 0, settings.replications or 0
    points, seed = chosen_draws(sample.values, draws), settings.seed + SEED
    monthly = [each for each in asked if is_of_months(each)]
    simulate = simulator.run_apart if monthly else simulator.run
    done = simulate(
        points, folder, seed=seed, replications=replications, workers=settings.workers, progress=progress
    )
    values = done.values if isinstance(done, Runs) else done
    by_name = {name: values[:, :, place] for place, name in enumerate(simulator.outputs)}
    counts = {each.key: tuple(by_name[name] for name in counts_of(each.key)) for each in monthly}
    by_key = {each.asked.key: each for each in predict_months(monthly, counts)}
    plain = predict_apart if monthly else predict
    return tuple(by_key.get(each.key) or plain(each, by_name[each.measure]) for each in asked)


def _compared(prediction: Prediction, figure: Reported) -> Compared:
    if is_of_months(prediction.asked):
        return compare_month(prediction, figure)
    return Compared(prediction, figure)


def read_sample(scenario: Scenario, fit: Path | None) -> tuple[PosteriorFile, tuple[Parameter, ...]]:
    """Return the posterior sample of a calibration's folder, or the shipped one, and its parameters."""
    from scenarios.loading.datasets import geography_folder

    service = scenario.service
    shipped = geography_folder(scenario) / f"posterior_{service}.csv"
    sample: PosteriorFile = read_table(shipped if fit is None else fit / "posterior.csv", read_posterior)
    table: tuple[Parameter, ...] = read_table(parameters_file(scenario, service), read_parameters)
    by_key = {each.key: each for each in table}
    unknown = [key for key in sample.keys if key not in by_key]
    if unknown:
        msg = f"the sample has columns that are no parameters of {service}: {', '.join(unknown)}."
        raise UserError(msg)
    return sample, tuple(by_key[key] for key in sample.keys)


def carried_by(scenario: Scenario, parameters: tuple[Parameter, ...]) -> tuple[float, ...]:
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


def _identity(
    scenario: Scenario, asked: tuple[Asked, ...], sample: PosteriorFile, settings: Settings
) -> Document:
    from scenarios.loading.load import digest

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
