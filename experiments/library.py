"""Scenarios on the command line: the library, one scenario, a check of a file, and the assumptions."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import Any

from experiments import model
from experiments.as_json import as_text
from experiments.errors import UserError
from experiments.report import console, new_table


def plain(record: Any) -> dict[str, Any]:
    """Return a record (dataclass or Pydantic model) as what JSON can hold."""
    fields = asdict(record) if is_dataclass(record) and not isinstance(record, type) else record.model_dump()
    return {
        name: value if isinstance(value, (str, int, float, bool, type(None))) else str(value)
        for name, value in fields.items()
    }


def print_library(*, as_json: bool) -> None:
    """Print the embedded scenarios."""
    from scenarios.load import list_library

    entries = list_library()
    if as_json:
        sys.stdout.write(as_text({"scenarios": [plain(entry) for entry in entries]}))
        return
    table = new_table()
    for heading in ("Scenario", "Title", "Question"):
        table.add_column(heading)
    for entry in entries:
        table.add_row(entry.name, entry.title, entry.question)
    console().print(table)


def print_scenario(name: str, *, as_json: bool) -> None:
    """Print a scenario, resolved: as TOML, which is a scenario file, or as JSON."""
    from scenarios.load import dump_scenario

    scenario = model.load(name)
    if as_json:
        sys.stdout.write(scenario.model_dump_json(indent=2) + "\n")
    else:
        sys.stdout.write(dump_scenario(scenario))


def check_file(path: Path) -> None:
    """Say that a scenario file is sound, or tell all its faults."""
    from scenarios.load import check_scenario

    faults = check_scenario(path)
    if faults:
        count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
        raise UserError(f"{path}: {count}\n" + "\n".join(f"  {fault}" for fault in faults))
    sys.stdout.write(f"{path}: no faults.\n")


def print_schema() -> None:
    """Print the JSON Schema of a scenario."""
    from scenarios.schema import Scenario

    sys.stdout.write(json.dumps(Scenario.model_json_schema(), indent=2) + "\n")


def print_assumptions(name: str, *, as_json: bool) -> None:
    """Print every parameter of a scenario that rests on an assumption."""
    from scenarios.assumptions import list_assumptions

    listed = list_assumptions(model.load(name))
    if as_json:
        sys.stdout.write(as_text({"scenario": name, "assumptions": [plain(one) for one in listed]}))
        return
    table = new_table()
    for heading in ("Parameter", "Value", "Why"):
        table.add_column(heading, overflow="fold")
    for one in listed:
        table.add_row(one.path, str(one.value), one.why)
    to = console()
    to.print(table)
    to.print(f"{len(listed)} assumptions.")
