"""Contract: experiments choose the engine in one place, so that a second one can be chosen there."""

from __future__ import annotations

import ast
from pathlib import Path

EXPERIMENTS = Path(__file__).resolve().parents[3] / "experiments"
SEAM = EXPERIMENTS / "execution" / "model.py"
ENGINE = "sim.engine"
RERUNS_DRAWS = EXPERIMENTS / "ladder" / "runs.py"
"""The ladder runs draws that it has changed itself: not a simulation of a World and a seed, but the engine below it."""


def imports(path: Path) -> set[str]:
    """Return every name that a file imports from the engine."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(ENGINE)
        for alias in node.names
    } | {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
        if alias.name.startswith(ENGINE)
    }


def test_one_module_asks_the_engine_to_simulate() -> None:
    asking = {path for path in EXPERIMENTS.rglob("*.py") if imports(path)}
    assert asking == {SEAM, RERUNS_DRAWS}
    assert imports(SEAM) == {"simulate"}
    assert "simulate" not in imports(RERUNS_DRAWS)
