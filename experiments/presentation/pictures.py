"""Pictures as files."""

from __future__ import annotations

from pathlib import Path

from matplotlib.figure import Figure

from experiments.execution.results_folder import whole


def save_picture(figure: Figure, path: Path, *, dpi: int) -> None:
    """Write a Matplotlib figure as PNG, whole: under another name first, then renamed. Same picture, same bytes."""
    with whole(path) as part:
        figure.savefig(part, format="png", dpi=dpi, metadata={"Software": None})
