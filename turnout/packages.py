"""The five packages under the face have plain names (``sim``, ``geo``, …): look whether something else has them.

Python takes the first ``sim`` that it finds, and a notebook looks in its own folder first. Where a foreign file is only
in the way, Turnout's folder is put before it and a warning says so; where it is loaded already, nothing can be mended
from here, and an ImportError names the file.
"""

from __future__ import annotations

import sys
import warnings
from importlib.machinery import PathFinder
from pathlib import Path
from types import ModuleType

PACKAGES = ("calibration", "experiments", "geo", "scenarios", "sim")
ROOT = Path(__file__).resolve().parents[1]
"""The folder that holds all packages of Turnout."""


def check_packages() -> None:
    """See to it that the names of Turnout's packages mean Turnout's packages.

    Raises:
        ImportError: another module of one of the names is loaded already; the text names its file.
    """
    loaded = [(name, _file_of(sys.modules[name])) for name in PACKAGES if name in sys.modules]
    foreign = [(name, file) for name, file in loaded if not _is_ours(name, file)]
    if foreign:
        told = ", ".join(f"{name} from {file or 'an unknown place'}" for name, file in foreign)
        msg = (
            f"Turnout needs its own {_packages(foreign)}, but Python has loaded {told}. "
            "Rename that file or folder, start Python anew, and import turnout first."
        )
        raise ImportError(msg)
    hidden = [(name, file) for name in PACKAGES if not _is_ours(name, file := _found(name))]
    if hidden:
        sys.path.insert(0, str(ROOT))  # also what worker processes are given
    shown = [(name, file) for name, file in hidden if file]
    if shown:
        told = ", ".join(file for _, file in shown)
        verb = "hides" if len(shown) == 1 else "hide"
        msg = f"Turnout's {_packages(shown)} {verb} {told}: rename what you want to import beside turnout."
        warnings.warn(msg, stacklevel=3)


def _packages(found: list[tuple[str, str]]) -> str:
    names = " and ".join(f"'{name}'" for name, _ in found)
    return f"package {names}" if len(found) == 1 else f"packages {names}"


def _file_of(module: ModuleType) -> str:
    spec = module.__spec__
    return (module.__file__ or "") if spec is None else _place(spec.origin, spec.submodule_search_locations)


def _found(name: str) -> str:
    """Return what Python would load as ``name``; empty if it finds nothing on its path."""
    spec = PathFinder.find_spec(name)
    return "" if spec is None else _place(spec.origin, spec.submodule_search_locations)


def _place(origin: str | None, folders: object) -> str:
    if origin is not None:
        return origin
    return next((str(folder) for folder in folders), "") if hasattr(folders, "__iter__") else ""


def _is_ours(name: str, file: str) -> bool:
    return bool(file) and Path(file).resolve() in (ROOT / name / "__init__.py", ROOT / name)
