"""Reading a mapping: every fault told together, those that only the records or the scenario show among them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from calibration.demand.mapping import Mapping
from scenarios.loading.faults import ScenarioFault, listed, nearest, shown
from scenarios.loading.files import read_toml

ALIKE = 0.5
"""Likeness from which a name is worth suggesting for another (difflib's ratio)."""
PLAIN = {
    "tuple_type": 'should be a list, such as ["a", "b"]',
    "bool_parsing": "should be true or false",
    "bool_type": "should be true or false",
    "string_type": "should be text, in quotes",
    "dict_type": "should be a table",
    "model_type": "should be a table of fields",
    "model_attributes_type": "should be a table of fields",
    "float_parsing": "should be a number",
    "float_type": "should be a number",
}
"""What pydantic calls a fault, in plain words."""


class MappingError(Exception):
    """Records or a mapping that cannot be used, with every fault that was found."""

    def __init__(self, faults: Iterable[ScenarioFault]) -> None:
        """Keep the faults; there must be at least one."""
        self.faults = tuple(faults)
        super().__init__(str(self))

    def __str__(self) -> str:
        """Return all faults, blank lines between them, 80 columns wide."""
        number = len(self.faults)
        head = "1 fault" if number == 1 else f"{number} faults"
        return "\n\n".join([f"{head} in the records or their mapping", *map(str, self.faults)])


def parse_mapping(text: str, file: str) -> Mapping:
    """Return the mapping that a TOML text says; ``file`` is its name in faults.

    Raises:
        MappingError: no TOML, or every value that is refused, together.

    """
    try:
        content = read_toml(text)
    except tomllib.TOMLDecodeError as error:
        remedy = "mend the line; text stands in quotes, every table and key once"
        raise MappingError([ScenarioFault(file, "", "", f"not TOML: {error}", remedy)]) from None
    try:
        return Mapping.model_validate(content)
    except ValidationError as error:
        raise MappingError([_fault(file, each) for each in error.errors(include_url=False)]) from None


def check_columns(mapping: Mapping, header: Sequence[str], file: str, records: str) -> list[ScenarioFault]:
    """Return a fault for every column that the mapping names and the records have not."""
    named: dict[str, list[str]] = {}
    for where, column in mapping.columns():
        if column not in header:
            named.setdefault(column, []).append(where)
    return [
        ScenarioFault(
            file,
            places[0],
            f'"{column}"',
            f"{records} has no such column"
            + (f" (also named in {listed(list(dict.fromkeys(places[1:])))})" if len(places) > 1 else ""),
            _nearest(column, header),
        )
        for column, places in named.items()
    ]


def check_types(mapping: Mapping, types: Sequence[str], file: str, scenario: str) -> list[ScenarioFault]:
    """Return a fault for every type that the scenario has not, or has although the rule says it has not."""
    faults = []
    for i, kind in enumerate(mapping.kinds):
        where, value = f"kinds[{i}].type", f'"{kind.type}"'
        if kind.type is None or (kind.type in types) != kind.report_only:
            continue
        if kind.report_only:
            problem, remedy = f"{scenario} has this incident type", "leave out report_only, or rename it"
        else:
            problem = f"{scenario} has no such incident type"
            remedy = f"{_nearest(kind.type, types)}; report_only = true fits a type only for the report"
        faults.append(ScenarioFault(file, where, value, problem, remedy))
    return faults


def check_districts(
    mapping: Mapping, districts: Sequence[str], file: str, scenario: str
) -> list[ScenarioFault]:
    """Return a fault for every district that the records are said to cover and the map has not."""
    return [
        ScenarioFault(
            file,
            f"records.districts[{i}]",
            f'"{name}"',
            f"the map of {scenario} has no such district inside",
            _nearest(name, districts),
        )
        for i, name in enumerate(mapping.records.districts)
        if name not in districts
    ]


def _nearest(name: str, known: Iterable[str]) -> str:
    close = nearest(name, known, cutoff=ALIKE)
    return f"the nearest is {close}; known: {listed(known)}" if close else f"known: {listed(known)}"


def _fault(file: str, error: ErrorDetails) -> ScenarioFault:
    """Say what pydantic refused in plain words."""
    where = ""
    for part in error["loc"]:
        if isinstance(part, int):
            where += f"[{part}]"
        elif part not in ("constrained-str", "str", "tuple[str, ...]") and "[" not in part:
            where += f".{part}" if where else part
    value: Any = error.get("input")
    kind = error["type"]
    if kind == "extra_forbidden":
        return ScenarioFault(file, where, shown(value), "no such field", "see docs/fit_demand.md")
    if kind == "missing":
        return ScenarioFault(file, where, "", "this must be said", "see docs/fit_demand.md")
    problem = PLAIN.get(kind, error["msg"].removeprefix("Value error, "))
    text = "" if isinstance(value, dict) else shown(value)
    return ScenarioFault(file, where, text, problem[:1].lower() + problem[1:], "see docs/fit_demand.md")
