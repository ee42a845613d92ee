"""The kind of folder that a run over a sample leaves."""

from __future__ import annotations

from experiments.execution.results_folder import FolderType

POSTERIOR = FolderType(
    "run over a sample", "posterior.json", "points", "turnout run --posterior", "name its folder"
)
