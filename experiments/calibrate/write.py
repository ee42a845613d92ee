"""The files of a calibration: overlay and sample for others to use, tables and report for people to read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from calibration.posterior_file import fitted_overlay, write_posterior
from experiments.calibrate.report import report_text
from experiments.calibrate.result import Calibrated
from experiments.calibrate.settings import Subject, command_of
from experiments.calibrate.study import known_runs
from experiments.errors import UserError
from experiments.execution.results_folder import write_text, writing
from experiments.presentation.spreadsheet import write_figures

F64 = NDArray[np.float64]
OVERLAY, SAMPLE = "overlay.toml", "posterior.csv"


def write_calibrated(found: Calibrated) -> None:
    """Write everything into the study's folder. Raises UserError if that cannot be done."""
    from experiments.calibrate.pictures import draw_pictures

    with writing(found.out):
        write_for_use(found, found.out / OVERLAY, found.out / SAMPLE)
        write_figures(found.out / "fit.csv", *fit_table(found), 9)
        write_figures(found.out / "parameters.csv", *parameter_table(found), 9)
        write_figures(found.out / "points.csv", *_point_table(found), 9)
        draw_pictures(found)
        write_text(found.out / "report.md", report_text(found))


def write_for_use(found: Calibrated, overlay: Path, sample: Path) -> None:
    """Write the scenario file with the fitted values, and the posterior sample."""
    keys = [each.key for each in found.subject.parameters]
    write_text(overlay, overlay_of(found.subject, found.values, command_of(found.settings)))
    write_posterior(sample, keys, found.values, found.posterior.values)


def overlay_of(subject: Subject, values: Sequence[float] | F64, made_by: str) -> str:
    """Return the scenario file that gives the subject's scenario the values (k,) of its parameters."""
    about = {
        "name": "fitted",
        "title": f"{subject.scenario.title}: fitted values",
        "question": "",
        "source": "fitted to the reported figures (docs/calibration.md)",
    }
    shown = [
        f"  {each.key} = {value:g} {each.unit}"
        for each, value in zip(subject.parameters, values, strict=True)
    ]
    comment = ["Written by a calibration: do not edit. Made by", f"  {made_by}", "Fitted values:", *shown]
    return fitted_overlay(
        subject.reference, subject.scenario, subject.parameters, values, "\n".join(comment), about=about
    )


def shipped_files(subject: Subject, service: str) -> tuple[Path, Path]:
    """Return where the shipped baseline reads overlay and sample. Raises UserError for tables of one's own."""
    from scenarios.loading.datasets import embedded, geography_folder

    tables = subject.scenario.geography.tables
    if tables not in embedded():
        msg = f"--ship is for the embedded services; {subject.reference} stands on the tables {tables}."
        raise UserError(msg)
    folder = geography_folder(subject.scenario)
    return folder / f"fitted_{service}.toml", folder / f"posterior_{service}.csv"


def ship(found: Calibrated) -> tuple[Path, Path]:
    """Put overlay and sample where the shipped baseline reads them."""
    overlay, sample = shipped_files(found.subject, found.settings.service)
    with writing(overlay.parent):
        write_for_use(found, overlay, sample)
    return overlay, sample


Table = tuple[list[str], list[list[object]]]


def fit_table(found: Calibrated) -> Table:
    """Return reported and simulated figures, before and after, on seeds that the fit has not met."""
    head = ["measure", "period", "unit", "reported", "lowest", "highest", "before", "fitted", "mc_se"]
    head += ["within", "errors_mc", "errors_all", "verdict"]
    rows: list[list[object]] = []
    for before, after, attainable in zip(found.before, found.compared, found.attainability, strict=True):
        figure = after.figure
        rows.append(
            [
                *(figure.measure, figure.period, figure.unit, figure.value, figure.lowest, figure.highest),
                *(before.simulated, after.simulated, after.mc_se, after.within, after.errors_mc),
                *(after.errors_all, attainable.verdict),
            ]
        )
    return head, rows


def parameter_table(found: Calibrated) -> Table:
    """Return each parameter with its prior, its fitted value, and what the figures say of it."""
    head = [
        "key",
        "unit",
        "low",
        "high",
        "prior_centre",
        "prior_sd",
        "transform",
        "fitted",
        "p5",
        "median",
        "p95",
    ]
    head += ["contraction", "verdict", "informed_by"]
    rows: list[list[object]] = []
    for each, value in zip(found.identification.parameters, found.values, strict=True):
        p = each.parameter
        informed = " ".join(one.target for one in each.informed_by)
        rows.append(
            [
                *(p.key, p.unit, p.low, p.high, p.prior_centre, p.prior_sd, p.transform, float(value)),
                *(each.low, each.median, each.high, each.contraction, each.verdict, informed),
            ]
        )
    return head, rows


def _point_table(found: Calibrated) -> Table:
    runs = known_runs(found.fit)
    waves = [number + 1 for number, size in enumerate(found.wave_sizes) for _ in range(size)]
    head = ["wave", *(each.key for each in found.subject.parameters), *runs.names]
    rows: list[list[object]] = [
        [wave, *point, *mean]
        for wave, point, mean in zip(waves, runs.points.tolist(), runs.mean.tolist(), strict=True)
    ]
    return head, rows
