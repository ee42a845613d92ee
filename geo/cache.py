"""Arrays on disc, by the digest of everything they were made from.

A cache never decides a result: a file that is missing, torn, foreign, unreadable or not as it was written (its digest
of the content tells) is made again, and a folder that cannot be written to is done without. It keeps what was used
last, up to ``MOST_BYTES``.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

VERSION = "travel 2"
"""Part of every digest; raise it when the meaning of the arrays changes."""


MOST_BYTES = 1_000_000_000
"""All that is kept together: some twenty maps of a county."""


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
        if not path.is_file():  # a pipe would wait for ever
            return None
        with np.load(path, allow_pickle=False) as archive:
            held = {name: archive[name] for name in archive.files}
        told = str(held.pop("digest")), str(held.pop("content"))
    except (
        Exception
    ):  # a foreign or spoilt archive raises what zlib, zipfile, NumPy and others have of their own
        return None
    if told != (digest, _content(held)):
        return None
    with contextlib.suppress(OSError):
        os.utime(path)  # used now: the last to be pruned
    return held


def _content(arrays: Mapping[str, NDArray[Any]]) -> str:
    """Return the digest of arrays: names, types, shapes and every byte."""
    h = hashlib.blake2b(digest_size=16)
    for name in sorted(arrays):
        array = np.ascontiguousarray(arrays[name])
        h.update(f"{name} {array.dtype.str} {array.shape} ".encode())
        h.update(array.view(np.uint8).reshape(-1).data if array.size else b"")
    return h.hexdigest()


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
            held: dict[str, Any] = {
                "digest": np.array(digest),
                "content": np.array(_content(arrays)),
                **arrays,
            }
            np.savez(out, **held)
        Path(temporary).replace(path)
        prune(path.parent)
    except OSError:
        if temporary is not None:
            with contextlib.suppress(OSError):
                Path(temporary).unlink()


def stored(directory: Path | None = None) -> list[tuple[Path, int]]:
    """Return the files of a cache and their bytes, the one used last at the end; none where there is no folder."""
    try:
        folder = user_cache_dir() if directory is None else directory
        found = [(path, path.stat()) for path in folder.glob("world-*.npz") if path.is_file()]
    except (OSError, RuntimeError):
        return []
    return [(path, about.st_size) for path, about in sorted(found, key=lambda each: each[1].st_mtime_ns)]


def prune(directory: Path | None = None, most_bytes: int = MOST_BYTES) -> int:
    """Remove files of a cache, those used longest ago first, until it holds at most so much; return how many."""
    files = stored(directory)
    total, removed = sum(size for _, size in files), 0
    for path, size in files:
        if total <= most_bytes:
            break
        with contextlib.suppress(OSError):
            path.unlink()
            total, removed = total - size, removed + 1
    return removed


def _path(digest: str, directory: Path | None) -> Path | None:
    """Where the arrays of a digest are kept; None when the user has no home folder."""
    try:
        return (user_cache_dir() if directory is None else directory) / f"world-{digest[:32]}.npz"
    except RuntimeError:
        return None
