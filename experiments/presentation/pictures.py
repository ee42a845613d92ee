"""Pictures as files."""

from __future__ import annotations

from pathlib import Path

from matplotlib.figure import Figure


def save_picture(figure: Figure, path: Path, *, dpi: int) -> None:
    """Write a Matplotlib figure as PNG, whole: under another name first, then renamed. Same picture, same bytes."""
    part = path.with_name(f".{path.name}.part")
    try:
        figure.savefig(part, format="png", dpi=dpi, metadata={"Software": None})
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
