"""Scenarios in Python: load, list, change in words, save."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import pandas as pd

from experiments.errors import UserError
from experiments.execution import model
from experiments.presentation.changed_fields import changed_fields
from scenarios.changes import FORMS, About, apply_texts, example_of, save_option
from scenarios.loading.faults import ScenarioError
from scenarios.loading.load import list_library
from scenarios.schema.scenario import Scenario


def library() -> pd.DataFrame:
    """Return the embedded scenarios: columns name, title, question."""
    rows = [(row.name, row.title, row.question) for row in list_library()]
    return pd.DataFrame(rows, columns=["name", "title", "question"])


def load(scenario: str | Path = "baseline") -> Scenario:
    """Return a scenario with everything resolved, by the name of an embedded one or from a file (TOML or JSON).

    Raises:
        UserError: the file has faults; the text tells all of them, with field, value and remedy.
    """
    return model.load(str(scenario))


def what_if(
    scenario: Scenario, *, name: str = "", title: str = "", question: str = "", **changes: object
) -> Scenario:
    """Return the scenario changed by the verbs of ``turnout what-if``, dashes written as underscores.

    A verb takes one text or several: ``what_if(base, close="Oldtown", add_pump=["Newtown:on_call"])``; ``set``
    takes texts ``"field=value"`` or a mapping. The verbs are told by ``turnout what-if --help``. The scenario given
    stays as it is. ``name``, ``title`` and ``question`` are the option's own; left out, they are made from the
    changes.

    Raises:
        UserError: an unknown verb, a text that is not of its form, a name that is not there; all told together.
    """
    options = [(verb.replace("_", "-"), text) for verb, given in changes.items() for text in _texts(given)]
    if not options:
        known = ", ".join(form.replace("-", "_") for form in FORMS)
        such = example_of("close")
        msg = f"nothing is changed. Give a verb, such as close='{such}'; known: {known}."
        raise UserError(msg)
    try:
        return apply_texts(scenario, options, About(name, title, question))
    except ScenarioError as faults:
        raise UserError(str(faults)) from faults


def _texts(given: object) -> list[str]:
    if isinstance(given, Mapping):
        return [f"{field}={value}" for field, value in given.items()]
    if isinstance(given, Iterable) and not isinstance(given, str):
        return [str(each) for each in given]
    return [str(given)]


def differences(base: Scenario, option: Scenario) -> list[str]:
    """Return the fields in which ``option`` differs, a line each: ``path: before → after``."""
    return changed_fields(base, option)


def save(scenario: Scenario, file: str | Path, *, base: str = "baseline", replace: bool = False) -> Path:
    """Write ``scenario`` as a file (TOML) that says in what it differs from ``base``, and return the file.

    ``base`` is the name or file of the scenario that it extends. The file is written whole or not at all.

    Raises:
        UserError: the file is there already (and not ``replace``), or cannot be written.
    """
    path = Path(file)
    try:
        save_option(path, base, model.load(base), scenario, force=replace)
    except ScenarioError as faults:
        raise UserError(str(faults)) from faults
    return path


def assumptions(scenario: Scenario) -> pd.DataFrame:
    """Return every parameter that rests on an assumption: path, value, unit, meaning, source, confidence."""
    from experiments.calibrate.fitted import with_fitted
    from scenarios.uncertainty.assumptions import list_assumptions

    listed = with_fitted(scenario, list_assumptions(scenario))
    columns = ["path", "value", "unit", "meaning", "source", "confidence"]
    return pd.DataFrame([[getattr(one, column) for column in columns] for one in listed], columns=columns)
