"""Consistency: the project's own files agree with each other and with the command."""

from __future__ import annotations

import re
import runpy
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import typer

from experiments.commands.cli import app

ROOT = Path(__file__).resolve().parents[1]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def requirement_names(requirements: list[str]) -> set[str]:
    return {re.split(r"[\[<>=!~; ]", one)[0].lower() for one in requirements} - {"turnout"}


def options() -> list[tuple[str, str]]:
    """Return (command, option) for every long option of the command line."""
    group = typer.main.get_command(app)
    found = []

    def walk(command: Any, name: str) -> None:
        for parameter in command.params:
            found.extend((name, option) for option in parameter.opts if option.startswith("--"))
        for child, below in getattr(command, "commands", {}).items():
            walk(below, f"{name} {child}")

    walk(group, "turnout")
    return found


def test_every_dependency_is_pinned() -> None:
    extras = PROJECT["optional-dependencies"]
    asked = requirement_names(PROJECT["dependencies"] + [one for names in extras.values() for one in names])
    pinned = {line.split("==")[0].lower() for line in text("constraints.txt").splitlines() if "==" in line}
    assert asked <= pinned, f"not in constraints.txt: {sorted(asked - pinned)}"


def test_pins_name_no_registry_and_no_system() -> None:
    lines = [line for line in text("constraints.txt").splitlines() if not line.startswith("#")]
    assert all(re.fullmatch(r"[A-Za-z0-9_.-]+==[0-9][A-Za-z0-9.]*", line) for line in lines)


def test_ci_runs_the_command_of_the_readme() -> None:
    assert "exec make test" in text(".ci/run")
    assert "make test " in text("README.md")
    assert re.search(r"^test:", text("Makefile"), flags=re.MULTILINE)


def test_the_version_is_said_once_and_the_same() -> None:
    assert f"version: {PROJECT['version']}" in text("CITATION.cff")


def page_of(command: str) -> str:
    """The page of commands, and the command's own page where it has one."""
    name = {"what-if": "what_if", "compare": "comparison"}.get(command.split()[1], command.split()[1])
    own = f"docs/{name}.md"
    return text("docs/commands.md") + (text(own) if (ROOT / own).exists() else "")


@pytest.mark.parametrize(("command", "option"), options())
def test_every_option_is_described(command: str, option: str) -> None:
    if option not in ("--help", "--version", "--install-completion", "--show-completion"):
        either = f"--(no-)?{option.removeprefix('--')}(?![a-z-])"
        assert re.search(either, page_of(command)), f"{command} {option}"


@pytest.mark.parametrize(
    "document",
    [
        "README.md",
        "CREDITS.md",
        "CHANGELOG.md",
        *(f"docs/{path.name}" for path in sorted((ROOT / "docs").glob("*.md"))),
    ],
)
def test_links_between_documents_lead_somewhere(document: str) -> None:
    folder = (ROOT / document).parent
    links = re.findall(r"\]\(([^)#:]+)\)", text(document))
    missing = [link for link in links if not (folder / link).exists()]
    assert missing == []


def test_every_package_says_that_it_is_typed() -> None:
    for package in ("calibration", "experiments", "geo", "scenarios", "sim"):
        assert (ROOT / package / "py.typed").exists()


@pytest.mark.long
def test_the_tour_of_the_readme_is_what_the_commands_print_today() -> None:
    """If it is not: ``make docs`` writes it anew."""
    assert runpy.run_path(str(ROOT / "docs" / "make_tour.py"))["tour"]() in text("README.md")


def test_the_page_of_rooms_names_every_folder_and_no_other() -> None:
    named = set(re.findall(r"^([\w/]+)/ ", text("docs/where_things_are.md"), re.MULTILINE))
    packages = ("calibration", "experiments", "geo", "scenarios", "sim", "turnout")
    rooms = {
        path.parent.relative_to(ROOT).as_posix()
        for name in packages
        for path in (ROOT / name).rglob("__init__.py")
    }
    others = {
        "tests", "docs", "docs/api", "scenarios/data", "scenarios/library", "scenarios/skeleton",
        "calibration/targets", "calibration/parameters",
    }  # fmt: skip
    assert all((ROOT / name).is_dir() for name in others)
    assert named == rooms | others


def test_loading_a_scenario_imports_nothing_slow() -> None:
    """Every command and every worker pays for what loading and building import: SciPy and pandas cost a second."""
    slow = {"scipy", "pandas", "pyarrow", "geopandas"}
    code = f"import sys, scenarios.building.world; print(sorted(set(sys.modules) & {slow}))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
