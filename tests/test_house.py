"""The house stays one that can be lived in: no large files, no long functions, few rooms at the top of ``sim``."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("calibration", "docs", "experiments", "geo", "scenarios", "sim", "tests", "turnout")
LONGEST_FILE, LONGEST_FUNCTION, MOST_ROOMS = 350, 50, 9


def files() -> list[Path]:
    return [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py"))]


def body_lines(function: ast.FunctionDef) -> int:
    """Return the lines of a function after its signature and docstring: options of a command are declared, not code."""
    body = function.body[ast.get_docstring(function) is not None :]
    return (function.end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_no_file_is_too_long() -> None:
    lengths = {path.relative_to(ROOT): len(path.read_text(encoding="utf-8").splitlines()) for path in files()}
    assert {path: lines for path, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_no_function_is_too_long() -> None:
    found = {
        (path.relative_to(ROOT), node.name): body_lines(node)
        for path in files()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
    }
    assert {where: lines for where, lines in found.items() if lines > LONGEST_FUNCTION} == {}


def test_sim_has_few_rooms() -> None:
    rooms = [path.name for path in (ROOT / "sim").iterdir() if (path / "__init__.py").exists()]
    assert len(rooms) <= MOST_ROOMS
    assert [path.name for path in (ROOT / "sim").glob("*.py")] == ["__init__.py"]
