"""Free parameters: what a fit may change of a world, how far, and what is believed of it beforehand.

A row of a table in ``calibration/parameters`` is one parameter. ``paths`` are fields of a scenario, separated by
blanks, in the form that ranges take (``*`` and ``|``); it acts on them all alike:

- ``acts = value``: they are given the value; ``acts = factor``: what they say is multiplied by it.

``low`` and ``high`` are the plausible bounds; a fit never leaves them. Beliefs are a normal distribution on the
transformed scale (``linear``: the value, ``log``: its logarithm, ``logit``: that of its odds), cut off at the
bounds: centred at ``prior_centre`` (in the parameter's own unit), ``prior_sd`` on the transformed scale.

Arrays of values have the shape (points, parameters), natural units; ``unit`` values are the transformed scale with
0 at ``low`` and 1 at ``high``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scenarios.loading.csv_tables import csv_records
from scenarios.loading.faults import ScenarioError, ScenarioFault, listed
from scenarios.schema.scenario import Scenario
from scenarios.uncertainty.range_paths import at, places, put

F64 = NDArray[np.float64]
Transform = Literal["linear", "log", "logit"]
Acts = Literal["value", "factor"]
FOLDER = Path(__file__).parent / "parameters"
COLUMNS = (
    "key",
    "paths",
    "acts",
    "low",
    "high",
    "transform",
    "prior_centre",
    "prior_sd",
    "unit",
    "higher",
    "lower",
    "meaning",
    "source",
    "confidence",
)


@dataclass(frozen=True, slots=True)
class Parameter:
    """One free parameter; ``higher`` and ``lower`` say in words what more and less of it is ("faster roads")."""

    key: str
    paths: tuple[str, ...]
    low: float
    high: float
    transform: Transform = "linear"
    prior_centre: float = 0.0
    prior_sd: float = 1.0
    unit: str = ""
    meaning: str = ""
    source: str = ""
    confidence: str = ""
    acts: Acts = "value"
    higher: str = ""
    lower: str = ""

    def __post_init__(self) -> None:
        """Refuse what cannot be a parameter.

        Raises:
            ValueError: bounds, centre or spread that make no sense; the message says which.

        """
        for name in ("low", "high", "prior_centre", "prior_sd"):
            if not math.isfinite(getattr(self, name)):
                raise ValueError(f"{name} is {getattr(self, name)}")
        if self.low >= self.high:
            raise ValueError(f"low {self.low:g} is not less than high {self.high:g}")
        if self.transform == "log" and self.low <= 0.0:
            raise ValueError(f"low {self.low:g}: a log scale needs bounds above 0")
        if self.transform == "logit" and not 0.0 < self.low < self.high < 1.0:
            raise ValueError(f"{self.low:g} to {self.high:g}: a logit scale needs bounds between 0 and 1")
        if not self.low < self.prior_centre < self.high:
            raise ValueError(
                f"prior_centre {self.prior_centre:g} is not inside {self.low:g} to {self.high:g}"
            )
        if self.prior_sd <= 0.0:
            raise ValueError(f"prior_sd {self.prior_sd:g} is not above 0")

    @property
    def upwards(self) -> str:
        """Return what more of it is, in words."""
        return self.higher or f"higher {self.meaning or self.key}"

    @property
    def downwards(self) -> str:
        """Return what less of it is, in words."""
        return self.lower or f"lower {self.meaning or self.key}"

    def forward(self, value: ArrayLike) -> F64:
        """Return values on the transformed scale."""
        x = np.asarray(value, dtype=np.float64)
        if self.transform == "log":
            x = np.log(x)
        elif self.transform == "logit":
            x = np.log(x / (1.0 - x))
        return x

    def backward(self, transformed: ArrayLike) -> F64:
        """Return values in the parameter's own unit."""
        t = np.asarray(transformed, dtype=np.float64)
        if self.transform == "log":
            t = np.exp(t)
        elif self.transform == "logit":
            t = 1.0 / (1.0 + np.exp(-t))
        return t

    @property
    def unit_prior(self) -> tuple[float, float]:
        """Return centre and spread of the belief (before it is cut off at the bounds) on the unit scale."""
        low, high, centre = (float(self.forward(x)) for x in (self.low, self.high, self.prior_centre))
        return (centre - low) / (high - low), self.prior_sd / (high - low)


def read_parameters(path: Path) -> tuple[Parameter, ...]:
    """Return the parameters of a table, in its order.

    Raises:
        ScenarioError: with every fault: a missing column, a number that is none, bounds the wrong way round …

    """
    header, rows = csv_records(path, path.name)
    missing = [name for name in COLUMNS if name not in header]
    if missing:
        remedy = f"the first line must be {','.join(COLUMNS)}"
        raise ScenarioError([ScenarioFault(path.name, "", "", f"no column {listed(missing)}", remedy)])
    found: dict[str, Parameter] = {}
    faults: list[ScenarioFault] = []
    for line, row in rows:
        where = f"row {line}"
        try:
            each = _parameter({name: row[name] for name in COLUMNS})
            if each.key in found:
                raise ValueError(f"there is a parameter {each.key} already")
            found[each.key] = each
        except ValueError as error:
            faults.append(ScenarioFault(path.name, where, row["key"], str(error), "mend the row"))
    if not found and not faults:
        faults = [ScenarioFault(path.name, "", "", "there is no parameter in the table", "add a row")]
    if faults:
        raise ScenarioError(faults)
    return tuple(found.values())


def _parameter(text: Mapping[str, str]) -> Parameter:
    numbers = {}
    for name in ("low", "high", "prior_centre", "prior_sd"):
        try:
            numbers[name] = float(text[name])
        except ValueError:
            raise ValueError(f'{name} is "{text[name]}", not a number') from None
    for name, allowed in (("transform", get_args(Transform)), ("acts", get_args(Acts))):
        if text[name] not in allowed:
            raise ValueError(f'{name} is "{text[name]}", not {listed(allowed)}')
    for name in ("key", "paths", "meaning", "source", "confidence"):
        if not text[name]:
            raise ValueError(f"{name} is empty")
    return Parameter(
        key=text["key"],
        paths=tuple(text["paths"].split()),
        low=numbers["low"],
        high=numbers["high"],
        transform=cast("Transform", text["transform"]),
        prior_centre=numbers["prior_centre"],
        prior_sd=numbers["prior_sd"],
        unit=text["unit"],
        meaning=text["meaning"],
        source=text["source"],
        confidence=text["confidence"],
        acts=cast("Acts", text["acts"]),
        higher=text["higher"],
        lower=text["lower"],
    )


def apply(
    scenario: Scenario,
    parameters: Sequence[Parameter],
    values: ArrayLike,
    *,
    carried: ArrayLike | None = None,
) -> Scenario:
    """Return the scenario with the parameters at ``values`` (k,).

    ``carried``: the values that the scenario carries already (those of the fitted overlay, say). Then each field
    moves by the difference, on the parameter's transformed scale, so that what a scenario changes on purpose stays
    changed: with ``carried`` equal to ``values`` nothing happens.

    Raises:
        ScenarioError: a path names no field, or the schema refuses a value.

    """
    content: dict[str, Any] = scenario.model_dump(mode="python")
    moved = np.asarray(values, dtype=np.float64)
    before = None if carried is None else np.asarray(carried, dtype=np.float64)
    for index, each in enumerate(parameters):
        value = float(moved[index])
        for path in each.paths:
            found = places(scenario, path)
            if not found:
                remedy = "mend the path in the table of parameters"
                problem = "no field of the scenario has this path"
                raise ScenarioError([ScenarioFault(scenario.name, path, each.key, problem, remedy)])
            for place in found:
                own = float(at(content, place))
                put(
                    content, place, _moved(each, own, value, None if before is None else float(before[index]))
                )
    try:
        return Scenario.model_validate(content)
    except ValueError as error:
        first = " ".join(str(error).splitlines()[1:3])
        shown = ", ".join(f"{each.key} at {float(x):.6g}" for each, x in zip(parameters, moved, strict=True))
        fault = ScenarioFault(scenario.name, first, "", f"cannot take {shown}", "narrow the bounds")
        raise ScenarioError([fault]) from None


def _moved(each: Parameter, own: float, value: float, carried: float | None) -> float:
    if carried is None:
        return own * value if each.acts == "factor" else value
    if value == carried:
        return own
    if each.acts == "factor":
        return own * value / carried
    if (
        own == carried
        or (each.transform == "log" and own <= 0)
        or (each.transform == "logit" and not 0 < own < 1)
    ):
        return value if own == carried else own  # a share held at 0 or 1 on purpose stays there
    return float(each.backward(each.forward(own) + each.forward(value) - each.forward(carried)))
