"""Files that a fit leaves: the sample of parameter sets, and a scenario file with the fitted values.

The sample is a table: ``draw`` and a column for each parameter; the first row, ``fitted``, holds the best fit (what
the scenario file carries), the others are equally likely draws numbered from 0.
"""

from __future__ import annotations

import csv
import io
import math
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from calibration.parameters import Parameter, apply
from scenarios.changes.overlay import overlay_text
from scenarios.loading.csv_tables import csv_rows
from scenarios.loading.faults import ScenarioError, ScenarioFault
from scenarios.schema.scenario import Scenario

F64 = NDArray[np.float64]
DRAW, FITTED = "draw", "fitted"


@dataclass(frozen=True, slots=True)
class PosteriorFile:
    """The best fit ``fitted`` (k,) and equally likely draws ``values`` (n, k), in natural units, by ``keys``."""

    keys: tuple[str, ...]
    fitted: F64
    values: F64


def write_posterior(path: Path, keys: Sequence[str], fitted: ArrayLike, values: ArrayLike) -> None:
    """Write the sample; the file appears whole or not at all."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([DRAW, *keys])
    rows = np.vstack([np.asarray(fitted, dtype=np.float64), np.asarray(values, dtype=np.float64)])
    for number, row in enumerate(rows):
        writer.writerow([number - 1 if number else FITTED, *(f"{value:.9g}" for value in row)])
    write_whole(path, text.getvalue())


def read_posterior(path: Path) -> PosteriorFile:
    """Return the sample in a file.

    Raises:
        ScenarioError: with every fault: no such file, a missing column, a value that is no number …

    """
    header, rows = csv_rows(path, path.name)
    body = [cells for _, cells in rows]
    remedy = "let `turnout calibrate` write it anew"
    if len(header) < 2 or header[0] != DRAW or len(set(header)) < len(header):
        problem = f"the first line must be {DRAW} and the names of the parameters, each once"
        raise ScenarioError([ScenarioFault(path.name, "row 1", "", problem, remedy)])
    faults = []
    values = np.full((len(body), len(header) - 1), np.nan)
    for number, row in enumerate(body):
        where = f"row {number + 2}"
        if len(row) != len(header):
            problem = f"{len(row)} values under {len(header)} names"
            faults.append(ScenarioFault(path.name, where, "", problem, remedy))
            continue
        for index, text in enumerate(row[1:]):
            with suppress(ValueError):
                values[number, index] = float(text)
            if not math.isfinite(values[number, index]):
                place = f"{where}, column {header[index + 1]}"
                faults.append(ScenarioFault(path.name, place, f'"{text}"', "no finite number", remedy))
    if not faults and (len(body) < 2 or body[0][0] != FITTED):
        problem = f"there must be a row {FITTED}, first, and at least one draw"
        faults.append(ScenarioFault(path.name, "", "", problem, remedy))
    if faults:
        raise ScenarioError(faults)
    return PosteriorFile(tuple(header[1:]), values[0], values[1:])


def fitted_overlay(
    extends: str,
    base: Scenario,
    parameters: Sequence[Parameter],
    values: ArrayLike,
    comment: str = "",
    *,
    about: Mapping[str, str] | None = None,
) -> str:
    """Return a scenario file that extends ``base``, known as ``extends``, with the parameters at ``values``.

    It loads to an equal scenario, but for what ``about`` says anew (name, title, source …). Each line of ``comment``
    stands above, after a #.
    """
    option = apply(base, parameters, values).model_copy(update=dict(about or {}))
    text = overlay_text(extends, base, option)
    return "".join(f"# {line}".rstrip() + "\n" for line in comment.splitlines()) + text


def write_whole(path: Path, text: str) -> None:
    """Write a text file under a temporary name and rename it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_text(text, encoding="utf-8", newline="\n")
    temporary.replace(path)
