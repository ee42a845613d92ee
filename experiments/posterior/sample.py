"""The posterior sample of a service: parameter sets that the reported figures leave possible, and some of them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from calibration.parameters import Parameter
from experiments.calibrate.settings import FITTED_SERVICES
from experiments.errors import UserError
from experiments.execution.documents import Document
from scenarios.loading.faults import ScenarioFault
from scenarios.schema.scenario import Scenario

FEWEST_DRAWS = 2
"""With fewer parameter sets there is no spread between them."""
MOST_FAULTS = 20
"""As many faults of a file are told together."""


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """Parameter sets, equally likely: ``values`` (draws, parameters) in natural units; ``name`` to show.

    ``fitted`` (parameters,) is the best fit: what the scenario carries to which the sample belongs.
    """

    name: str
    parameters: tuple[Parameter, ...]  # calibration.parameters.Parameter, in the order of the columns
    fitted: NDArray[np.float64]
    values: NDArray[np.float64]

    @property
    def digest(self) -> str:
        """Return the SHA-256 of the sample and of what its parameters act on."""
        about = [(each.key, each.paths, each.acts) for each in self.parameters]
        return hashlib.sha256(
            repr(about).encode() + self.fitted.tobytes() + self.values.tobytes()
        ).hexdigest()


def load_sample(scenario: Scenario, file: Path | None = None) -> Sample:
    """Return the sample shipped for the service of a scenario, or that of ``file``; a joint one has both services'.

    Raises UserError with every fault: no such sample, columns that are not parameters, values that are no numbers.
    """
    from scenarios.loading.faults import ScenarioError, missing_file

    services = FITTED_SERVICES.get(scenario.service, (scenario.service,))
    try:
        tables = {service: _parameters(service) for service in services}
        if file is None:
            paths = {service: _shipped(scenario, service) for service in services}
            return _paired([_sample(path, path.name, tables[service]) for service, path in paths.items()])
        if not file.is_file():
            raise ScenarioError([missing_file(str(file), known=(), what="posterior sample")])
        return _sample(
            file, str(file), {key: each for table in tables.values() for key, each in table.items()}
        )
    except ScenarioError as fault:
        raise UserError(str(fault).replace("in the scenario", "in the sample of parameters", 1)) from fault


def _parameters(service: str) -> Document:
    from calibration.parameters import FOLDER, read_parameters

    path = FOLDER / f"{service}.csv"
    if not path.is_file():
        msg = f"--posterior: nothing is calibrated for the service {service}: it has no table of parameters."
        raise UserError(msg)
    return {each.key: each for each in read_parameters(path)}


def _shipped(scenario: Scenario, service: str) -> Path:
    """Return the sample of a service of the scenario's own tables. Raises UserError if none is shipped."""
    from scenarios.loading.datasets import geography_folder

    path = geography_folder(scenario) / f"posterior_{service}.csv"
    if not path.is_file():
        msg = (
            f"--posterior: no posterior sample is shipped for the service {service} of the tables "
            f'"{scenario.geography.tables}". Make one with `turnout calibrate` and give it with --posterior-file.'
        )
        raise UserError(msg)
    return path


def _paired(samples: list[Sample]) -> Sample:
    """Return the samples of several services as one: row by row, since each was fitted by itself."""
    rows = min(len(each.values) for each in samples)
    return Sample(
        " and ".join(each.name for each in samples),
        tuple(parameter for each in samples for parameter in each.parameters),
        np.concatenate([each.fitted for each in samples]),
        np.hstack([each.values[:rows] for each in samples]),
    )


def _sample(path: Path, name: str, known: Document) -> Sample:
    """Return the sample in a file. Raises ScenarioError with every fault."""
    from calibration.posterior_file import read_posterior
    from scenarios.loading.faults import ScenarioError, nearest_remedy

    found = read_posterior(path)
    faults = [
        ScenarioFault(name, "row 1", each, "this column is no parameter", nearest_remedy(each, known))
        for each in found.keys
        if each not in known
    ]
    parameters = tuple(known[each] for each in found.keys if each in known)
    if not faults:
        table = np.vstack([found.fitted, found.values])
        faults = [fault for i, each in enumerate(parameters) for fault in _outside(table[:, i], each, name)]
    if not faults and len(found.values) < FEWEST_DRAWS:
        faults = [ScenarioFault(name, "", "", "there is one draw only", "give a sample of a hundred or more")]
    if faults:
        raise ScenarioError(faults[:MOST_FAULTS])
    return Sample(name, parameters, found.fitted, found.values)


def _outside(column: NDArray[np.float64], parameter: Parameter, name: str) -> Iterator[ScenarioFault]:
    """Give a fault for each value of a column (the fitted one first) that is not between the parameter's bounds."""
    slack = 1e-6 * (parameter.high - parameter.low)  # values are written with nine figures
    wrong = (column < parameter.low - slack) | (column > parameter.high + slack)
    for row in np.nonzero(wrong)[0]:
        where = f"row {int(row) + 2}, column {parameter.key}"
        remedy = f"give a value from {parameter.low:g} to {parameter.high:g}"
        yield ScenarioFault(name, where, f"{column[row]:g}", "the parameter does not go so far", remedy)


def choose(rows: int, draws: int, seed: int) -> list[int]:
    """Return ``draws`` of the ``rows`` of a sample, evenly over it from a start that the seed decides.

    A systematic sample: every row is equally likely to be taken, none twice, and neighbours in a chain stay apart.
    Raises UserError if there are not so many.
    """
    if draws > rows:
        msg = f"--posterior {draws}: the sample has {rows} parameter sets. Ask for {rows} at most."
        raise UserError(msg)
    start = np.random.default_rng([seed, rows]).random()
    return [int((start + i) * rows / draws) for i in range(draws)]
