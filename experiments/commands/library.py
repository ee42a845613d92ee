"""Scenarios on the command line: the library, one scenario, a check of a file, and the assumptions."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, is_dataclass
from pathlib import Path
from textwrap import fill

from rich.table import Table

from experiments.execution import model
from experiments.execution.documents import Document, Value
from experiments.presentation.as_json import as_text
from experiments.presentation.terminal import WIDTH, console, new_table
from scenarios.schema.scenario import Scenario

LARGE = ("stations", "appliances", "incident_types", "standards")
"""Tables of the scenario that are too long to print."""

SHORT_LIST = 3


def plain(record: Value) -> Document:
    """Return a record (dataclass or Pydantic model) as what JSON can hold."""
    fields = asdict(record) if is_dataclass(record) and not isinstance(record, type) else record.model_dump()
    return {
        name: value if isinstance(value, (str, int, float, bool, type(None))) else str(value)
        for name, value in fields.items()
    }


def print_library(*, service: str | None = None, as_json: bool) -> None:
    """Print the embedded scenarios, of one ``service`` only if it is given: fire, police or joint."""
    from scenarios.loading.load import list_library

    rows = [row for row in list_library() if service in (None, row.service)]
    if as_json:
        sys.stdout.write(as_text({"scenarios": [plain(row) for row in rows]}))
        return
    table = new_table()
    table.add_column("Scenario", no_wrap=True)
    table.add_column("Question, or title of a base")
    for row in rows:
        table.add_row(row.name, row.question or row.title)
    console().print(table)


def print_scenario(name: str, *, as_json: bool) -> None:
    """Print a scenario with everything resolved: what it says in short, or all of it as JSON that loads again."""
    from scenarios.loading.load import dump_scenario

    scenario = model.load(name)
    if as_json:
        sys.stdout.write(dump_scenario(scenario))
        return
    to = console()
    to.print(f"{scenario.name}: {scenario.title}", style="bold", markup=False)
    for text in (scenario.question, scenario.source):
        if text:
            to.print(text, markup=False)
    to.print()
    to.print(_fleet_table(scenario))
    to.print()
    to.print(_settings_table(scenario))
    to.print("\n`turnout scenario show NAME --format json` prints all of it.")


def _fleet_table(scenario: Scenario) -> Table:
    """Return own and neighbouring appliances, counted by crewing."""
    table = new_table()
    for heading in ("Appliances", "Own pumps", "Own specials", "Neighbours'"):
        table.add_column(heading, justify="left" if heading == "Appliances" else "right")
    counts: dict[str, list[int]] = {}
    for appliance in scenario.appliances.values():
        own = scenario.stations[appliance.station].service == "own"
        place = 2 if not own else int(appliance.kind == "special")
        if not appliance.removed:
            counts.setdefault(appliance.crewing, [0, 0, 0])[place] += 1
    for crewing, row in counts.items():
        table.add_row(crewing.replace("_", " "), *map(str, row))
    table.add_row("all", *(str(sum(column)) for column in zip(*counts.values(), strict=True)))
    return table


def _settings_table(scenario: Scenario) -> Table:
    """Return the settings that are no tables, section by section."""
    table = new_table()
    table.add_column("Setting")
    table.add_column("Value", overflow="fold")
    for section, content in scenario.model_dump(mode="json").items():
        if section in LARGE or not isinstance(content, dict):
            continue
        for name, value in content.items():
            if not isinstance(value, (dict, list)) or len(value) <= SHORT_LIST:
                table.add_row(f"{section}.{name}", str(value))
    return table


def check_file(path: Path) -> None:
    """Say that a scenario file is sound, or tell all its faults: what passes here runs.

    The World is built, for the map's tables and what the people of a scenario can give are read only then.
    """
    model.build(model.load(str(path)))
    sys.stdout.write(f"{path}: no faults.\n")


def print_schema() -> None:
    """Print the JSON Schema of a scenario."""
    sys.stdout.write(json.dumps(Scenario.model_json_schema(), indent=2) + "\n")


def print_assumptions(name: str, *, as_json: bool) -> None:
    """Print every parameter of a scenario that rests on an assumption."""
    from experiments.calibrate.fitted import with_fitted
    from scenarios.uncertainty.assumptions import list_assumptions

    scenario = model.load(name)
    listed = with_fitted(scenario, list_assumptions(scenario))
    if as_json:
        sys.stdout.write(as_text({"scenario": name, "assumptions": [plain(one) for one in listed]}))
        return
    lines = []
    for one in listed:
        unit = f" {one.unit}" if one.unit else ""
        lines.append(fill(f"{one.path} = {one.value}{unit}", WIDTH, subsequent_indent="    "))
        told = "; ".join(part for part in (one.meaning, one.why) if part)
        lines.append(fill(told, WIDTH, initial_indent="    ", subsequent_indent="    "))
    sys.stdout.write("\n".join([*lines, "", f"{len(listed)} assumptions."]) + "\n")
