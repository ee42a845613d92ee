"""A changed scenario as a file: the TOML text that extends the base and loads to an equal scenario."""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from scenarios.changes.apply import apply
from scenarios.changes.parse import Change
from scenarios.loading.faults import ScenarioError, ScenarioFault
from scenarios.loading.files import library_files
from scenarios.loading.layers import TABLES
from scenarios.loading.load import ABOUT, load_scenario
from scenarios.schema.scenario import Scenario

Content = dict[str, Any]


def overlay(base_ref: str, changes: Sequence[Change]) -> str:
    """Return the text of a file that extends a library scenario or file and makes the changes.

    Raises:
        ScenarioError: the base does not load, or a change cannot be made.

    """
    base = load_scenario(base_ref)
    return overlay_text(base_ref, base, apply(base, changes))


def overlay_text(extends: str, base: Scenario, option: Scenario) -> str:
    """Return the TOML text that extends ``base``, known as ``extends``, and loads to ``option``."""
    before, after = base.model_dump(), option.model_dump()
    lean = option.model_dump(exclude_defaults=True)
    remove = _removed(before, after)
    changed = _changed(before, after)
    for table in TABLES:
        for key in [key for key in changed.get(table, {}) if key not in before[table]]:
            changed[table][key] = lean[table][key]
    for name in ABOUT:
        changed.pop(name, None)
    lines = [f"extends = {_value(extends)}", *(f"{name} = {_value(after[name])}" for name in ABOUT)]
    lines = _plain(changed, lines)
    if remove:
        lines += ["", "[remove]", *(f"{table} = {_value(names)}" for table, names in remove.items())]
    return "\n".join([*lines, *_tables(changed, ())]) + "\n"


def save_option(path: Path, base_ref: str, base: Scenario, option: Scenario, *, force: bool = False) -> None:
    """Write the option as a file that extends its base: whole, tried by loading it, never over another file.

    Raises:
        ScenarioError: the file is there already (and not ``force``), or its folder cannot be written to.

    """
    if path.exists() and not force:
        raise _fault(path, "the file exists already", "give another name, or --force to replace it")
    if path.suffix != ".toml":
        raise _fault(path, "an option is saved as TOML", "give a name that ends in .toml")
    if base_ref not in library_files() and path.resolve() == Path(base_ref).resolve():
        raise _fault(path, "the option would extend itself", "save it under another name than its base")
    extends = base_ref
    try:
        if base_ref not in library_files():
            extends = Path(os.path.relpath(Path(base_ref).resolve(), path.parent.resolve())).as_posix()
        handle, name = tempfile.mkstemp(prefix=f".{path.stem}-", suffix=".toml", dir=path.parent)
        written = Path(name)
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
                file.write(overlay_text(extends, base, option))
            if load_scenario(written) != option:
                raise _fault(path, "what was written is not what was asked for", "tell the developers")
            written.chmod(0o644)
            written.replace(path)
        finally:
            written.unlink(missing_ok=True)
    except OSError as error:
        reason = error.strerror or str(error)
        raise _fault(path, f"cannot be written: {reason}", "name a file in a folder that is there") from None


def _fault(path: Path, problem: str, remedy: str) -> ScenarioError:
    return ScenarioError([ScenarioFault(str(path), "", "", problem, remedy)])


def _removed(before: Content, after: Content) -> dict[str, list[str]]:
    """Return the names that are gone, by table; a station's appliances go with it and are not named."""
    gone = {table: [key for key in before[table] if key not in after[table]] for table in TABLES}
    stations = set(gone["stations"])
    gone["appliances"] = [k for k in gone["appliances"] if before["appliances"][k]["station"] not in stations]
    gone["attendance"] = [
        f"{kind}.{variant}"
        for kind, each in before["incident_types"].items()
        if kind in after["incident_types"]
        for variant in each["attendance"]
        if variant not in after["incident_types"][kind]["attendance"]
    ]
    return {table: names for table, names in gone.items() if names}


def _changed(before: Content, after: Content) -> Content:
    """Return what differs; of what is new all that has a value."""
    changed: Content = {}
    for key, value in after.items():
        old = before.get(key)
        if key in before and old == value:
            continue
        if isinstance(value, dict):
            inner = _changed(old if isinstance(old, dict) else {}, value)
            if inner or key not in before:
                changed[key] = inner
        elif value is not None:
            changed[key] = value
    return changed


def _plain(content: Content, lines: list[str]) -> list[str]:
    own = [f"{_key(key)} = {_value(value)}" for key, value in content.items() if not isinstance(value, dict)]
    return [*lines, *own]


def _tables(content: Content, path: tuple[str, ...]) -> list[str]:
    lines: list[str] = []
    for key, value in content.items():
        if not isinstance(value, dict):
            continue
        here = (*path, key)
        if not value or any(not isinstance(each, dict) for each in value.values()):
            lines = _plain(value, [*lines, "", f"[{'.'.join(map(_key, here))}]"])
        lines += _tables(value, here)
    return lines


def _key(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else _text(key)


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(_value, value)) + "]"
    return repr(value)
