"""One process at a time in a folder: a lock that the operating system lets go of when the process ends, however."""

from __future__ import annotations

import json
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from experiments.errors import UserError
from experiments.execution.documents import Document

LOCK_FILE = "at-work.lock"
_BEYOND = 1 << 20  # Windows locks bytes, and a locked byte cannot be read: lock one behind the text


@contextmanager
def locked(folder: Path, noun: str) -> Iterator[None]:
    """Hold the folder's lock. Raises UserError telling who holds it already.

    What a killed process left behind is no lock: the system let go of it with the process.
    """
    handle = os.open(folder / LOCK_FILE, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        if not _take(handle):
            msg = (
                f"another {noun} is at work in {folder}: {_holder(folder)}. "
                "Wait for it, stop it, or choose another folder with --out."
            )
            raise UserError(msg)
        about = {
            "pid": os.getpid(),
            "host": socket.gethostname(),
            "since": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        with suppress(OSError):  # a full disk: the lock holds without its text
            os.ftruncate(handle, 0)
            os.write(handle, json.dumps(about).encode())
        yield
        with suppress(OSError):
            os.ftruncate(handle, 0)
    finally:
        os.close(handle)


def at_work(folder: Path) -> str:
    """Return who is at work in a folder, "" for nobody."""
    try:
        handle = os.open(folder / LOCK_FILE, os.O_RDWR)
    except OSError:
        return ""
    try:
        return "" if _take(handle) else _holder(folder)
    finally:
        os.close(handle)


def _holder(folder: Path) -> str:
    try:
        about: Document = json.loads((folder / LOCK_FILE).read_text(encoding="utf-8"))
        return f"process {about['pid']} on {about['host']}, since {about['since']}"
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return "a process that did not say which"


def _take(handle: int) -> bool:
    """Take the lock if nobody has it."""
    try:
        if sys.platform == "win32":
            import msvcrt

            os.lseek(handle, _BEYOND, os.SEEK_SET)
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
            os.lseek(handle, 0, os.SEEK_SET)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
