"""Arrays on disc, by the digest of everything they were made from.

A cache never decides a result: a file that is missing, torn, foreign or unreadable is made again, and a
folder that cannot be written to is done without.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

VERSION = "travel 1"
"""Part of every digest; raise it when the meaning of the arrays changes."""


def user_cache_dir() -> Path:
    """Where the user's caches live: XDG_CACHE_HOME, LOCALAPPDATA or ~/.cache, and `turnout` below it."""
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        base = os.environ.get(name)
        if base and Path(base).is_absolute():
            return Path(base) / "turnout"
    return Path.home() / ".cache" / "turnout"


def digest_of(*things: object) -> str:
    """SHA-256 of bytes, texts, numbers and arrays, in order and with their types."""
    h = hashlib.sha256(VERSION.encode())
    for thing in things:
        if isinstance(thing, np.ndarray):
            h.update(f"array {thing.dtype.str} {thing.shape}".encode())
            h.update(np.ascontiguousarray(thing).tobytes())
        else:
            data = thing if isinstance(thing, bytes) else repr(thing).encode()
            h.update(f"{type(thing).__name__} {len(data)} ".encode() + data)
    return h.hexdigest()


def load_arrays(digest: str, directory: Path | None = None) -> dict[str, NDArray[Any]] | None:
    """The arrays stored under a digest in `directory` (default: the user's cache), None if there are none."""
    path = _path(digest, directory)
    if path is None:
        return None
    try:
        with np.load(path, allow_pickle=False) as archive:
            if str(archive["digest"]) != digest:
                return None
            return {name: archive[name] for name in archive.files if name != "digest"}
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None


def store_arrays(digest: str, arrays: Mapping[str, NDArray[Any]], directory: Path | None = None) -> None:
    """Store arrays under a digest, written under another name and then renamed: no reader sees half a file."""
    path = _path(digest, directory)
    if path is None:
        return
    temporary = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.stem, suffix=".part")
        with os.fdopen(handle, "wb") as out:
            held: dict[str, Any] = {"digest": np.array(digest), **arrays}
            np.savez(out, **held)
        Path(temporary).replace(path)
    except OSError:
        if temporary is not None:
            with contextlib.suppress(OSError):
                Path(temporary).unlink()


def _path(digest: str, directory: Path | None) -> Path | None:
    """Where the arrays of a digest are kept; None when the user has no home folder."""
    try:
        return (user_cache_dir() if directory is None else directory) / f"world-{digest[:32]}.npz"
    except RuntimeError:
        return None
