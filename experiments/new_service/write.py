"""``turnout new-service``: the skeleton of a service, every table explained."""

from __future__ import annotations

import csv
import os
import re
import shutil
from pathlib import Path
from textwrap import dedent

from experiments.errors import UserError
from scenarios.loading.tables import TABLES, Table
from scenarios.schema.field_table import Field, read_fields

SKELETON = Path(__file__).resolve().parents[2] / "scenarios" / "skeleton"
_TEMPLATES = {"scenario.toml": "{name}.toml", "map.toml": "map.toml"}


def write_service(name: str, out: Path | None = None) -> Path:
    """Write a service that runs as it is: one town, three stations. Return its scenario file.

    Raises UserError: a name that is none, or a folder that is there already.
    """
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]*", name):
        raise UserError(
            f'"{name}" is no name: use lower case letters, digits, _ and -, such as "northshire".'
        )
    folder = out or Path(name)
    if os.path.lexists(folder):
        raise UserError(f"{folder} is there already: choose another name, or another folder with --out.")
    part = folder.with_name(f".{folder.name}.{os.getpid()}.part")
    try:
        part.mkdir(parents=True)
        shutil.copytree(SKELETON / "tables", part / "tables")
        for template, target in _TEMPLATES.items():
            text = (SKELETON / template).read_text(encoding="utf-8").replace("NAME", name)
            (part / target.format(name=name)).write_text(text, encoding="utf-8", newline="\n")
        (part / "README.md").write_text(readme(name), encoding="utf-8", newline="\n")
        part.replace(folder)
    except OSError as fault:
        raise UserError(
            f"cannot write to {folder}: {fault.strerror or fault}. Choose another with --out."
        ) from fault
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return folder / f"{name}.toml"


def readme(name: str) -> str:
    """Return what every table of the skeleton holds, in which units, and an example of each column."""
    lines = dedent(f"""\
        # {name}: a service of your own

        A skeleton that runs as it is: one town, three stations, invented figures. Change one table at a time, and look:

            turnout scenario check {name}.toml      # every fault of every table, with file, row and remedy
            turnout run {name}.toml
            turnout assumptions {name}.toml         # what still rests on an assumption

        Write where each row comes from in `source`, and how sure it is in `confidence` (confirmed, high, medium, low,
        knowledge, assumption, guess): reports list what is not sure. An empty cell means the default. Real roads and
        areas take the place of the written-down ones: `map.toml` and docs/geography.md.

        | table | needed | what it holds |
        |---|---|---|
        """).splitlines()
    lines += [
        f"| `{row['file']}` | {row['needed']} | {row['what']} |" for row in _rows(SKELETON / "tables.csv")
    ]
    columns = _rows(SKELETON / "columns.csv")
    for path in sorted((SKELETON / "tables").glob("*.csv")):
        lines += [
            "",
            f"## {path.name}",
            "",
            "| column | unit | needed | example | meaning |",
            "|---|---|---|---|---|",
        ]
        lines += _columns(path, columns)
    return "\n".join([*lines, ""])


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _columns(path: Path, written: list[dict[str, str]]) -> list[str]:
    example = _rows(path)[0]
    table = next((each for each in TABLES if each.file == path.name), None)
    if table is not None:
        return [_line(name, value, table) for name, value in example.items()]
    lines = []
    for row in written:
        if row["file"] == path.name:
            values = ", ".join(example.get(name, "") for name in row["column"].split(", "))
            lines.append(
                f"| {row['column']} | {row['unit']} | {row['needed']} | {values} | {row['meaning']} |"
            )
    return [*lines, "| source, confidence | | no | | where the row comes from, how sure it is |"]


def _line(name: str, value: str, table: Table) -> str:
    if name in table.key:
        return f"| {name} | | yes | {value} | names the row |"
    if name in table.series:
        return f"| {name} | ratio | yes | {value} | by local hour (00 first) or month |"
    field = _field(table, name)
    if field is None:
        return f"| {name} | | no | {value} | |"
    needed = "yes" if field.default == "required" else "no"
    return f"| {name} | {field.unit} | {needed} | {value} | {field.meaning} |"


def _field(table: Table, name: str) -> Field | None:
    inner = f".{table.within}.*" if table.within else ""
    path = f"{table.into}.*{inner}.{name}"
    return read_fields().get(path) or read_fields().get(path.rpartition(".")[0])
