"""Where a result comes from: versions, input digests, the seed, and the command that makes it again."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path

from experiments.execution.documents import Document

LIBRARIES = (
    "simpy",
    "numpy",
    "scipy",
    "pandas",
    "geopandas",
    "shapely",
    "numba",
    "llvmlite",
    "pyproj",
    "networkx",
    "pyarrow",
    "pydantic",
)
CODE = ("calibration", "geo", "scenarios", "sim")
"""Packages whose source decides the figures; experiments only repeats and reports."""


def versions() -> dict[str, str]:
    """Return the versions of turnout, Python and the libraries that the figures rest on."""
    found = {"turnout": turnout_version(), "python": platform.python_version()}
    for name in LIBRARIES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = "not installed"
    return found


def turnout_version() -> str:
    """Return the version of the installed project."""
    try:
        return metadata.version("turnout")
    except metadata.PackageNotFoundError:
        return "0.1.0+source"


def file_digests(root: Path, files: Iterable[Path]) -> dict[str, str]:
    """Return path relative to ``root`` (forward slashes) to SHA-256, sorted by path."""
    return {
        path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(files, key=lambda path: path.relative_to(root).as_posix())
    }


DECIDE_NOTHING = frozenset(
    {"costs.csv", "costs.py", "ranges.csv", "ranges_police.csv", "ranges.py", "range_paths.py", "fields.csv"}
)
"""Files that no run reads: what things cost, what is uncertain, what fields mean. Scenarios of the library are told
apart by their own digests."""


def code_digest() -> str:
    """SHA-256 over the source and the shipped tables that decide the figures.

    Two checkouts that differ in any of them are two different models: their replications are not mixed.
    """
    root = Path(__file__).resolve().parents[2]
    files = [
        path
        for package in CODE
        for pattern in ("*.py", "*.csv")
        for path in (root / package).rglob(pattern)
        if path.name not in DECIDE_NOTHING
        and not path.name.startswith("posterior_")  # a sample of parameters, with a digest of its own
        and path.parent.name != "library"
    ]
    digests = file_digests(root, files)
    return hashlib.sha256(
        "".join(f"{name} {value}\n" for name, value in digests.items()).encode()
    ).hexdigest()


def identity_digest(identity: Document) -> str:
    """SHA-256 of what a run is; its first eight digits stand in the name of the run's folder."""
    text = "\n".join(f"{name}={identity[name]}" for name in sorted(identity))
    return hashlib.sha256(text.encode()).hexdigest()
