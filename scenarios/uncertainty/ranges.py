"""Ranges of uncertainty: how far an assumption of a scenario may be from the truth, each with its reason.

A row of ``ranges.csv`` (of a police service alone: ``ranges_police.csv``) names a field by its path, ``low`` and
``high``, and a scale:

- ``linear``, ``log``: the value itself, even on that scale; ``whole``: the same in whole numbers;
- ``factor``: a factor on what the scenario says, even on a log scale, for many fields at once;
- ``choice``: one of two values (``low`` or ``high``), equally likely.

A part of the path may be ``*`` or several names joined by ``|``. Ranges are judgements, not distributions that
anybody has measured; every value between the ends counts as equally likely (assumption).

>>> from scenarios.loading.load import load_scenario
>>> baseline = load_scenario("baseline")
>>> [speed] = [each for each in load_ranges(baseline) if each.path == "travel.speed_factor"]
>>> round(with_values(baseline, baseline, [(speed, 1.0)]).travel.speed_factor, 2)
1.12
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast, get_args

from scenarios.loading.csv_tables import csv_records
from scenarios.loading.datasets import geography_folder
from scenarios.loading.faults import ScenarioError, ScenarioFault, listed, missing_file, nearest_remedy
from scenarios.loading.files import is_there
from scenarios.schema.scenario import Scenario
from scenarios.uncertainty.range_paths import at, known_paths, places, put, schema_range

__all__ = ["Range", "load_ranges", "nominal", "value_at", "with_values"]

FILE, POLICE_FILE = "ranges.csv", "ranges_police.csv"
COLUMNS = ("path", "low", "high", "scale", "meaning", "source", "confidence")
Scale = Literal["linear", "log", "whole", "factor", "choice"]
Value = float | int | str | bool


@dataclass(frozen=True, slots=True)
class Range:
    """One assumption and its two ends, in the unit of the field (``factor``: of what the scenario says)."""

    path: str
    low: Value
    high: Value
    scale: Scale
    meaning: str
    source: str
    confidence: str


def load_ranges(scenario: Scenario, file: Path | None = None) -> tuple[Range, ...]:
    """Return the ranges of a scenario's service, or of a file of the same form, checked against the scenario.

    Raises:
        ScenarioError: with every fault: an unknown path, an empty range, an end that the scenario refuses …

    """
    own = POLICE_FILE if scenario.service == "police" else FILE
    path = geography_folder(scenario) / own if file is None else file
    name = own if file is None else str(file)
    if not is_there(path):
        raise ScenarioError([missing_file(name, known=[own], what="table of ranges")])
    ranges: list[Range] = []
    faults: list[ScenarioFault] = []
    header, rows = csv_records(path, name)
    missing = [column for column in COLUMNS if column not in header]
    if missing:
        remedy = f"the first line must be {','.join(COLUMNS)}"
        raise ScenarioError([ScenarioFault(name, "", "", f"no column {listed(missing)}", remedy)])
    for line, row in rows:
        text = {column: row[column] for column in COLUMNS}
        try:
            ranges.append(_read(text, scenario, {each.path for each in ranges}))
        except _Wrong as wrong:
            where = f"row {line}, column {wrong.column}"
            value = f'"{text[wrong.column]}"'
            faults.append(ScenarioFault(name, where, value, wrong.problem, wrong.remedy))
    if not ranges and not faults:
        faults = [ScenarioFault(name, "", "", "there is no range in the table", "add a row")]
    if faults:
        raise ScenarioError(faults)
    return tuple(ranges)


class _Wrong(Exception):  # noqa: N818 - told as a ScenarioFault
    """What is wrong with a row: column, problem, remedy."""

    def __init__(self, column: str, problem: str, remedy: str) -> None:
        super().__init__(problem)
        self.column, self.problem, self.remedy = column, problem, remedy


def _read(text: dict[str, str], scenario: Scenario, seen: set[str]) -> Range:
    path, scale = text["path"], text["scale"]
    if path in seen:
        raise _Wrong("path", "this field has a range already", "remove one of the two rows")
    if not places(scenario, path):
        nearest = nearest_remedy(path, known_paths(scenario))
        raise _Wrong("path", "no field of the scenario has this path", nearest)
    if scale not in get_args(Scale):
        raise _Wrong("scale", "unknown scale", f"write {listed(get_args(Scale))}")
    for column in ("meaning", "source", "confidence"):
        if not text[column]:
            remedy = "say what it is, whence it comes and how sure it is"
            raise _Wrong(column, "a range needs its reason", remedy)
    known = cast("Scale", scale)
    low, high = (_end(text, column, known) for column in ("low", "high"))
    made = Range(path, low, high, known, text["meaning"], text["source"], text["confidence"])
    _check_ends(made, scenario)
    return made


def _end(text: dict[str, str], column: str, scale: Scale) -> Value:
    try:
        return _value(text[column], scale)
    except ValueError:
        kind = "whole number" if scale == "whole" else "number"
        raise _Wrong(column, f"not a {kind}", f"write a {kind}, with a point for the decimals") from None


def _check_ends(made: Range, scenario: Scenario) -> None:
    if made.scale == "choice":
        if made.low == made.high:
            raise _Wrong("low", f"the range is empty: both ends are {made.low}", "give two choices")
    else:
        low, high = float(made.low), float(made.high)
        if low >= high:
            problem = f"the range is empty: {low:g} to {high:g}"
            raise _Wrong("low", problem, "let low be less than high")
        if made.scale in ("log", "factor") and low <= 0:
            problem = f"a {made.scale} scale needs ends above 0"
            raise _Wrong("low", problem, "raise low, or make the scale linear")
        if isinstance(nominal(made, scenario), (str, bool)):
            raise _Wrong("scale", "the field holds no number", "make the scale choice")
    for column, u in (("low", 0.0), ("high", 1.0)):
        try:
            with_values(scenario, scenario, [(made, u)])
        except ScenarioError:
            allowed = schema_range(made.path)
            remedy = f"the field takes {allowed}" if allowed else "give a value that the field takes"
            raise _Wrong(column, "the scenario refuses this value", remedy) from None


def _value(text: str, scale: Scale) -> Value:
    if scale == "choice":
        return {"true": True, "false": False}.get(text, text)
    number = int(text) if scale == "whole" else float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def value_at(each: Range, u: float) -> Value:
    """Return the value at ``u``, 0 (low) to 1 (high); a factor for the scale ``factor``."""
    low, high = each.low, each.high
    if each.scale == "choice":
        return low if u < 0.5 else high
    a, b = float(low), float(high)
    if each.scale == "whole":
        return min(int(b), math.floor(a + u * (b - a + 1)))
    if u in (0.0, 1.0):
        return b if u else a
    if each.scale == "linear":
        return a + u * (b - a)
    return float(a * (b / a) ** u)


def nominal(each: Range, scenario: Scenario) -> Value:
    """Return what the scenario says: the value at the path (the first of several), 1 for a factor."""
    if each.scale == "factor":
        return 1.0
    content = scenario.model_dump(mode="python")
    return cast("Value", at(content, places(scenario, each.path)[0]))


def with_values(base: Scenario, option: Scenario, values: Sequence[tuple[Range, float]]) -> Scenario:
    """Return ``option`` as it would be if the assumptions had the values at ``u`` (0 to 1) of their ranges.

    What ``option`` changes of ``base`` on purpose is kept: five points more availability stay five points more
    (linear scales), ten per cent more stay ten per cent more (log), and a choice that the option makes stays. A
    share is then held between 0 and 1. ``base`` itself gets the values as they are.

    Raises:
        ScenarioError: the schema refuses a value.

    """
    content: dict[str, Any] = option.model_dump(mode="python")
    for each, u in values:
        value, plain = value_at(each, u), nominal(each, base)
        share = option is not base and schema_range(each.path) == "0 to 1"
        for place in places(option, each.path):
            own = at(content, place)
            new = _moved(each.scale, value, plain, own)
            put(content, place, min(1.0, max(0.0, cast("float", new))) if share else new)
    try:
        return Scenario.model_validate(content)
    except ValueError as error:
        first = str(error).splitlines()[1:3]
        paths = ", ".join(f"{each.path} at {value_at(each, u)}" for each, u in values)
        fault = ScenarioFault(option.name, " ".join(first), "", f"cannot take {paths}", "narrow the range")
        raise ScenarioError([fault]) from None


def _moved(scale: Scale, value: Value, plain: Value, own: Value) -> Value:
    """Return an option's value where the base's moves from ``plain`` to ``value``."""
    if scale == "choice":
        return value if own == plain else own
    if scale == "factor":
        return float(own) * float(value)
    if own == plain:
        return value
    if scale == "log" and float(plain) != 0:
        return float(own) * float(value) / float(plain)
    return (
        float(own) + float(value) - float(plain) if scale != "whole" else int(own) + int(value) - int(plain)
    )
