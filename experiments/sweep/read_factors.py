"""The levers and uncertainties of a sweep file: paths looked up, values tried on the base scenario."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from experiments.execution.documents import Document, Value
from experiments.sweep.factors import Content, Factor, FieldPath, Kind, Option
from experiments.sweep.paths import PathError, field_at, kind_of
from experiments.sweep.point_scenario import Base
from scenarios.changes import apply, overlay_text, parse_all
from scenarios.changes.parse import FORMS
from scenarios.loading.faults import ScenarioError, ScenarioFault, nearest_remedy, shown
from scenarios.loading.files import library_files
from scenarios.loading.load import ABOUT, load_scenario
from scenarios.schema.base import Model, Number, Whole
from scenarios.schema.scenario import Scenario

Role = Literal["lever", "uncertainty"]
SINGULAR = {"levers": "lever", "uncertainties": "uncertainty"}


class Spec(Model):
    """What may be said of a factor besides a bare list: which words go together is checked after."""

    path: str | tuple[str, ...] = ()
    values: tuple[Value, ...] | None = None
    low: Number | None = None
    high: Number | None = None
    steps: Annotated[Whole, Field(ge=2, le=10_000)] | None = None
    scale: Literal["linear", "log"] = "linear"
    options: Document | None = None


class FactorReader:
    """Reads the factors of one file; what is wrong with them collects in ``faults``."""

    def __init__(self, file: str, folder: Path, base: Scenario) -> None:
        """Read for ``file`` in ``folder``, whose changes are made to ``base``."""
        self.faults: list[ScenarioFault] = []
        self._file = file
        self._folder = folder
        self._base = base
        self._over = Base(base)
        self._where = ""

    def read(self, role: Role, written: object) -> tuple[Factor, ...]:
        """Return the factors of one table of the file; those with a fault are left out."""
        if not isinstance(written, dict):
            table = next(name for name, singular in SINGULAR.items() if singular == role)
            self._where = table
            self._fault(written, "must be a table", f"write [{table}] and under it a line for each {role}")
            return ()
        factors = []
        for name, spec in _entries(written, ()):
            self._where = f"{role} {name}"
            before = len(self.faults)
            factor = self._factor(role, name, spec)
            if factor is not None:
                self._try(factor)
            if factor is not None and len(self.faults) == before:
                factors.append(factor)
        return tuple(factors)

    def _fault(self, value: object, problem: str, remedy: str) -> None:
        text = "" if value is None else shown(value)
        self.faults.append(ScenarioFault(self._file, self._where, text, problem, remedy))

    def _factor(self, role: Role, name: str, written: object) -> Factor | None:
        if isinstance(written, list):
            written = {"values": written}
        if not isinstance(written, dict):
            remedy = "write a list [..], a range { low = .., high = .. }, or options"
            self._fault(written, "one value is no choice", remedy)
            return None
        spec = self._spec(written)
        if spec is None:
            return None
        if spec.options is not None:
            return self._of_options(role, name, spec)
        texts = (spec.path,) if isinstance(spec.path, str) else spec.path
        paths = tuple(tuple(text.split(".")) for text in texts or (name,))
        annotations = [self._field(path) for path in paths]
        if not all(annotations):
            return None
        kind = kind_of(annotations[0])
        if spec.values is not None:
            return self._of_values(role, name, kind, paths, spec.values)
        return self._of_range(role, name, kind, paths, spec)

    def _spec(self, written: Content) -> Spec | None:
        try:
            spec = Spec.model_validate(written)
        except ValidationError as error:
            for detail in error.errors(include_url=False):
                key = str(detail["loc"][0])
                if detail["type"] == "extra_forbidden":
                    self._fault(None, f"unknown word {key}", nearest_remedy(key, Spec.model_fields))
                else:
                    said = detail["msg"].replace("Input should", "must")
                    self._fault(detail["input"], f"{key} {said[:1].lower() + said[1:]}", "see docs/sweep.md")
            return None
        given = [
            word
            for word, there in (
                ("values", spec.values is not None),
                ("low and high", spec.low is not None or spec.high is not None),
                ("options", spec.options is not None),
            )
            if there
        ]
        if len(given) != 1:
            told = " and ".join(given) if given else "nothing"
            self._fault(None, f"needs values, a range or options, and has {told}", "give exactly one of them")
            return None
        return spec

    def _of_values(
        self, role: Role, name: str, kind: Kind, paths: tuple[FieldPath, ...], values: tuple[Value, ...]
    ) -> Factor | None:
        if not values:
            self._fault([], "an empty list leaves nothing to run", "give at least one value")
            return None
        twice = [value for i, value in enumerate(values) if value in values[:i]]
        if twice:
            self._fault(twice[0], "stands in the list twice", "give each value once")
        if kind == "number":
            values = tuple(float(v) if isinstance(v, int) and not isinstance(v, bool) else v for v in values)
        return Factor(name, role, kind, paths, values=values)

    def _of_range(
        self, role: Role, name: str, kind: Kind, paths: tuple[FieldPath, ...], spec: Spec
    ) -> Factor | None:
        if spec.low is None or spec.high is None or not spec.low < spec.high:
            self._fault(None, "a range needs low and high, and low below high", "mend it")
            return None
        if kind not in ("number", "whole"):
            self._fault(None, "only a number has a range", "list the values instead")
            return None
        if kind == "whole" and not (spec.low.is_integer() and spec.high.is_integer()):
            self._fault(None, "the field is a whole number", "give whole numbers as low and high")
            return None
        if spec.scale == "log" and spec.low <= 0.0:
            self._fault(
                spec.low, "a logarithmic range must be above 0", 'raise low, or leave out scale = "log"'
            )
            return None
        if kind == "whole" and spec.scale == "log":
            self._fault(None, "whole numbers have no logarithmic range here", "list the values instead")
            return None
        return Factor(
            name, role, kind, paths, bounds=(spec.low, spec.high), scale=spec.scale, steps=spec.steps
        )

    def _of_options(self, role: Role, name: str, spec: Spec) -> Factor | None:
        if not spec.options:
            self._fault(None, "no options are named", 'write options = { as_now = {}, other = "FILE" }')
            return None
        if spec.path or spec.steps:
            self._fault(None, "options need no path and no steps", "leave them out")
        options = [self._option(key, written) for key, written in spec.options.items()]
        return Factor(name, role, "text", options=tuple(option for option in options if option is not None))

    def _option(self, key: str, written: object) -> Option | None:
        """Return an option: a scenario by name or file, what-if changes, or a table of fields."""
        where = self._where
        self._where = f"{where}, option {key}"
        before = len(self.faults)
        try:
            if isinstance(written, str):
                return self._of_scenario(key, written)
            if isinstance(written, list):
                return self._of_changes(key, written)
            if isinstance(written, dict):
                fields = self._fields(written)
                return Option(key, fields, {}) if len(self.faults) == before else None
            self._fault(written, "is no option", 'give a scenario, a list of changes, or { "path" = value }')
        except ScenarioError as error:
            for fault in error.faults:
                place = f"{fault.file}: {fault.where}" if fault.where else fault.file
                place = place.replace(f"{self._folder}{os.sep}", "")
                self._fault(None, f"{place}: {fault.problem}", fault.remedy)
        finally:
            self._where = where
        return None

    def _of_scenario(self, key: str, reference: str) -> Option:
        found = load_scenario(reference if reference in library_files() else self._folder / reference)
        calendar = found.calendar.model_copy(update={"days": self._base.calendar.days})
        return self._difference(key, found.model_copy(update={"calendar": calendar}))

    def _of_changes(self, key: str, written: list[Value]) -> Option | None:
        pairs = [str(text).strip().removeprefix("--").partition(" ") for text in written]
        wrong = [text for text in written if not isinstance(text, str)]
        if wrong:
            example = next(iter(FORMS.items()))
            self._fault(
                wrong[0], "is no what-if change", f'write text such as "{example[0]} {example[1].example}"'
            )
            return None
        return self._difference(key, apply(self._base, parse_all([(verb, text) for verb, _, text in pairs])))

    def _difference(self, key: str, option: Scenario) -> Option:
        content = tomllib.loads(overlay_text("base", self._base, option))
        remove = {table: tuple(names) for table, names in content.pop("remove", {}).items()}
        for name in ("extends", *ABOUT):
            content.pop(name, None)
        return Option(key, content, remove)

    def _fields(self, written: Content) -> Content:
        """Return a table of dotted fields, or of tables, as nested tables."""
        nested: Content = {}
        for path, value in _leaves(written, ()):
            self._field(path)
            target = nested
            for part in path[:-1]:
                target = target.setdefault(part, {})
            target[path[-1]] = value
        return nested

    def _field(self, path: FieldPath) -> Value:
        """Return the annotation of the field at a path, None (and a fault) if it leads to none."""
        try:
            return field_at(self._base, path)
        except PathError as error:
            self._fault(None, error.problem, error.remedy)
        return None

    def _try(self, factor: Factor) -> None:
        """Lay every value (of a range both ends) over the base alone and tell what the schema refuses.

        What does not fit together is left to the points: another factor may make it fit.
        """
        for value in factor.extremes:
            scenario, faults = self._over.scenario_at([(factor, value)])
            if scenario is not None:
                continue
            for fault in faults:
                if fault.file == f"{factor.role} {factor.name}":
                    self._tell(factor, value, fault)

    def _tell(self, factor: Factor, value: object, fault: ScenarioFault) -> None:
        problem = fault.problem
        if factor.options:
            problem = (
                f"{fault.where} = {fault.value}: {problem}" if fault.value else f"{fault.where}: {problem}"
            )
        told = ScenarioFault(self._file, self._where, shown(value), problem, fault.remedy)
        if told not in self.faults:
            self.faults.append(told)


WORDS = frozenset(Spec.model_fields)


def _entries(written: Content, at: FieldPath) -> Iterator[tuple[str, object]]:
    """Yield dotted name and content of every factor, whether its name stands quoted or as tables in tables."""
    for key, value in written.items():
        if isinstance(value, dict) and value and not WORDS & value.keys():
            yield from _entries(value, (*at, key))
        else:
            yield ".".join((*at, key)), value


def _leaves(written: Content, at: FieldPath) -> Iterator[tuple[FieldPath, object]]:
    for key, value in written.items():
        path = (*at, *key.split("."))
        if isinstance(value, dict):
            yield from _leaves(value, path)
        else:
            yield path, value
