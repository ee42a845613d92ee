"""Where compiled code is kept between processes, and whether it is there already.

The folder is named by a digest of the sources of ``sim`` and the versions of what compiles them, so that an upgrade
compiles anew and never meets what another version left. Of several processes one compiles, and the others wait for
it; where nothing can be written, each compiles for itself.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import llvmlite.binding
import numba
import numpy as np
from filelock import FileLock
from numba import config

_SIM = Path(__file__).resolve().parents[1]
_COMPILED = ("compiled", "decisions", "world", "draws", "engine")
"""Whence compiled code comes."""

_KEPT = 4
_MARKS = ("compiled", "compiled with police")
_CONFIG: Any = config


def _user_cache() -> Path:
    """Return the folder that TURNOUT_COMPILED names, or one among the user's caches."""
    named = os.environ.get("TURNOUT_COMPILED")
    if named:
        return Path(named)
    if sys.platform == "win32":
        return (
            Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local")) / "turnout" / "compiled"
        )
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "turnout" / "compiled"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "turnout" / "compiled"


def _digest() -> str:
    digest = hashlib.sha256()
    for part in (numba.__version__, llvmlite.__version__, np.__version__, platform.python_version()):
        digest.update(part.encode())
    digest.update(llvmlite.binding.get_host_cpu_name().encode())
    for path in sorted(path for room in _COMPILED for path in (_SIM / room).rglob("*.py")):
        digest.update(path.relative_to(_SIM).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _writable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def _find_folder() -> Path | None:
    try:
        above = _user_cache()
        folder = above / _digest()
    except (OSError, RuntimeError):  # no home, sources not to be read
        return None
    if not _writable(folder):
        return None
    _drop_oldest(above)
    return folder


def _drop_oldest(above: Path) -> None:
    """Keep the folders of the last few versions."""
    try:
        folders = sorted(
            (p for p in above.iterdir() if p.is_dir()), key=lambda p: p.stat().st_mtime, reverse=True
        )
        for folder in folders[_KEPT:]:
            shutil.rmtree(folder, ignore_errors=True)
    except OSError:
        return


FOLDER = _find_folder()
"""Where this version's compiled code is kept; None: nowhere."""


def is_compiled(police: bool) -> bool:
    """Return whether this version of the engine, with police or without, has been compiled on this machine."""
    return FOLDER is not None and (FOLDER / _MARKS[police]).exists()


def mark_compiled(police: bool) -> None:
    """Note that the engine has been compiled, and kept."""
    if FOLDER is not None:
        with suppress(OSError):
            (FOLDER / _MARKS[police]).touch()


def forget() -> None:
    """Remove what is kept of this version's compiled code."""
    if FOLDER is not None:
        for path in FOLDER.iterdir():
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)


@contextmanager
def alone() -> Iterator[None]:
    """Let one process at a time compile; the lock of one that dies is free again."""
    if FOLDER is None:
        yield
        return
    with FileLock(FOLDER / "lock"):
        yield


@contextmanager
def kept_in_folder() -> Iterator[bool]:
    """Let Numba keep what is compiled meanwhile in the folder; False if it cannot be kept."""
    before = _CONFIG.CACHE_DIR
    _CONFIG.CACHE_DIR = "" if FOLDER is None else str(FOLDER)
    try:
        yield FOLDER is not None
    finally:
        _CONFIG.CACHE_DIR = before
